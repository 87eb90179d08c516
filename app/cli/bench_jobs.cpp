// SPDX-License-Identifier: GPL-3.0-or-later
// Times compress and extract on real files.
#include "app/cli/bench_jobs.h"

#include <unistd.h>

#include <array>

#include "app/cli/bench_speed.h"
#include "app/cli/pictures.h"
#include "engine/archive/writer.h"
#include "engine/jobs/compress.h"
#include "engine/jobs/extract.h"

namespace bitswap::cli {
namespace {

namespace fs = std::filesystem;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "bitswap-bench-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Status all_came_through(const JobReport& report) {
  for (const FileReport& file : report.files) {
    if (file.status == FileReport::Status::Failed) {
      return file.error ? *file.error : Error{Error::Code::Internal, 0, file.path + " did not come through"};
    }
  }
  return {};
}

/// Bytes of no meaning, in sections of a usual size.
Status write_bytes(const fs::path& path, std::uint64_t size) {
  BITSWAP_TRY_ASSIGN(ArchiveWriter writer, ArchiveWriter::create(path));
  EntryHeader header;
  header.kind = EntryKind::File;
  header.path = "bytes";
  header.codec = form_name(Form::Stored);
  header.original_size = size;
  BITSWAP_TRY(writer.begin_entry(header));
  std::uint64_t state = 1;
  Bytes part(std::size_t{1} << 20);
  for (std::uint8_t& byte : part) byte = static_cast<std::uint8_t>(split_mix(state));
  for (std::uint64_t done = 0; done < size; done += part.size()) {
    BITSWAP_TRY(
        writer.add_section(SectionType::Data, ByteView(part).first(std::min<std::uint64_t>(part.size(), size - done))));
  }
  BITSWAP_TRY_ASSIGN(const EntrySizes sizes, writer.end_entry());
  (void)sizes;
  return writer.finish();
}

}  // namespace

Result<std::optional<JobTimes>> time_jobs(const CommonOptions& options, std::span<const fs::path> files, int threads) {
  const TemporaryFolder folder;
  if (folder.path().empty()) return Error{Error::Code::Io, 0, "there is no place for temporary files"};
  JobTimes times;

  const Stopwatch decoding;
  BITSWAP_TRY(parallel_for(files.size(), threads, &stop_requests(), [&](std::size_t i) -> Status {
    BITSWAP_TRY_ASSIGN(const Picture picture, read_rgb(files[i]));
    (void)picture;
    return {};
  }));
  times.decode_files = decoding.seconds();

  const auto set_common = [&](JobOptions& job) {
    job.device = options.device;
    job.threads = threads;
    job.cancel = &stop_requests();
  };
  CompressOptions compression;
  compression.inputs.assign(files.begin(), files.end());
  compression.archive = folder.path() / "a.bswap";
  compression.verify = false;
  compression.model = options.model;
  set_common(compression);
  const Stopwatch compressing;
  BITSWAP_TRY_ASSIGN(const JobReport compressed, compress(compression));
  times.compress = compressing.seconds();
  BITSWAP_TRY(all_came_through(compressed));
  times.file_bytes = compressed.original_bytes;
  times.archive_bytes = compressed.archive_bytes;

  ExtractOptions extraction;
  extraction.archive = compression.archive;
  extraction.folder = folder.path() / "out";
  set_common(extraction);
  const Stopwatch extracting;
  BITSWAP_TRY_ASSIGN(const JobReport extracted, extract(extraction));
  times.extract = extracting.seconds();
  BITSWAP_TRY(all_came_through(extracted));

  const Stopwatch writing;
  BITSWAP_TRY(write_bytes(folder.path() / "b.bswap", times.archive_bytes));
  times.write_archive = writing.seconds();
  return std::optional(times);
}

}  // namespace bitswap::cli
