// Bytes in, bytes out; pictures are another file's business.
#include "engine/jobs/content.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "engine/archive/zstd_payload.h"
#include "engine/image/limits.h"
#include "engine/jobs/jxl_content.h"

namespace bitswap {
namespace {

/// Level 19 does about 3 MB/s, 9 some 40, 3 some 200: never more than a few seconds a file.
int level_for(std::size_t size) {
  if (size <= std::size_t{4} << 20) return 19;
  return size <= std::size_t{64} << 20 ? 9 : 3;
}

/// A file that was written to just now may be written to again without its times telling: they count in ticks.
bool is_recent(const FileStamp& stamp) {
  constexpr std::int64_t kNanosecondsOfTicks = 50'000'000;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const std::int64_t seconds = now.tv_sec - stamp.changed.seconds;
  return seconds < 2 && seconds * 1'000'000'000 + now.tv_nsec - stamp.changed.nanoseconds < kNanosecondsOfTicks;
}

}  // namespace

Result<PackedContent> pack_content(ByteView content, std::uint64_t to_beat) {
  constexpr std::size_t kWithoutTrial = 64 << 10;
  // Of contents without long repetitions, such as pixels of photos, level 19 makes 0.75 to 0.97 of what level 1 does.
  constexpr double kRepetitive = 0.5, kMostGain = 0.7;
  PackedContent packed;
  if (content.empty()) return packed;
  int level = level_for(content.size());
  if (content.size() > kWithoutTrial) {
    BITSWAP_TRY_ASSIGN(packed.data, zstd_compress(content, 1));
    const auto quick = static_cast<double>(packed.data.size());
    const auto size = static_cast<double>(content.size());
    if (quick > kIncompressible * size) level = 0;
    if (quick > kRepetitive * size && quick * kMostGain > static_cast<double>(to_beat)) level = 0;
  }
  if (level != 0) {
    BITSWAP_TRY_ASSIGN(packed.data, zstd_compress(content, level));
  }
  if (packed.data.size() < content.size() && packed.data.size() <= kMaxSectionBytes) {
    packed.codec = kZstd;
  } else {
    packed.data = {};
  }
  return packed;
}

Status unpack_content(const ArchiveReader& archive, const Entry& entry, const PieceTarget& target) {
  if (entry.header.codec == kJpegJxl) {
    BITSWAP_TRY_ASSIGN(const JxlSections sections, read_jxl_sections(archive, entry));
    BITSWAP_TRY_ASSIGN(const Bytes file, unpack_jpeg_jxl(sections, entry.header.original_size));
    if (file.size() == entry.header.original_size) return target(file);
    return Error{Error::Code::Truncated, entry.offset, "the content is shorter than its header says"};
  }
  const bool zstd = entry.header.codec == kZstd;
  if (!zstd && entry.header.codec != kStored) {
    return Error{Error::Code::Unsupported, entry.offset,
                 "the codec \"" + entry.header.codec + "\" needs a later version of this program"};
  }
  // A header without sections is not checked by reading them.
  BITSWAP_TRY(archive.check_entry(entry));
  std::uint64_t size = 0;
  const PieceTarget counting = [&](ByteView piece) -> Status {
    size += piece.size();
    if (size > entry.header.original_size) {
      return Error{Error::Code::Corrupt, entry.offset, "the content is longer than its header says"};
    }
    return target(piece);
  };
  ZstdUnpacker unpacker;
  for (std::size_t k = 0; k < entry.sections.size(); ++k) {
    if (entry.sections[k].type != SectionType::Data) continue;
    BITSWAP_TRY_ASSIGN(const Bytes payload, archive.read_section(entry, k));
    BITSWAP_TRY(zstd ? unpacker.add(payload, counting) : counting(payload));
  }
  if ((zstd && !unpacker.complete()) || size != entry.header.original_size) {
    return Error{Error::Code::Truncated, entry.offset, "the content is shorter than its header says"};
  }
  return {};
}

Result<Bytes> read_content(const ArchiveReader& archive, const Entry& entry) {
  Bytes content;
  const PieceTarget collect = [&](ByteView piece) -> Status {
    content.insert(content.end(), piece.begin(), piece.end());
    return {};
  };
  BITSWAP_TRY(unpack_content(archive, entry, collect));
  if (content_hash(content) != entry.header.original_hash) {
    return Error{Error::Code::Corrupt, entry.offset, "the content does not have the hash that it should have"};
  }
  return content;
}

Result<OpenFile> open_file(const std::filesystem::path& path) {
  OpenFile file;
  file.handle = FileHandle(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info {};
  if (!file.handle.valid() || ::fstat(file.handle.get(), &info) != 0) {
    return system_error(errno, "opening", path.string());
  }
  if (!S_ISREG(info.st_mode)) return Error{Error::Code::Io, 0, path.string() + " is no longer a regular file"};
  file.stamp = stamp_of(info);
  file.permissions = info.st_mode & 07777U;
  return file;
}

bool has_changed(const OpenFile& file) {
  struct stat info {};
  return ::fstat(file.handle.get(), &info) != 0 || stamp_of(info) != file.stamp;
}

Result<Bytes> read_whole(const OpenFile& file) {
  BITSWAP_TRY_ASSIGN(Bytes content, allocate(file.stamp.size));
  BITSWAP_TRY_ASSIGN(const std::size_t count, read_at(file.handle.get(), 0, content));
  content.resize(count);
  return content;
}

Result<Bytes> read_at_one_moment(OpenFile& file, bool& held_still) {
  constexpr int kMostTries = 5;
  constexpr std::chrono::milliseconds kPause{5};
  for (int attempt = 1;; ++attempt) {
    BITSWAP_TRY_ASSIGN(Bytes content, read_whole(file));
    held_still = !has_changed(file) && content.size() == file.stamp.size;
    if (held_still && is_recent(file.stamp)) {
      BITSWAP_TRY_ASSIGN(const Bytes again, read_whole(file));
      held_still = again == content && !has_changed(file);
    }
    if (held_still || attempt == kMostTries) return content;
    std::this_thread::sleep_for(kPause);
    struct stat info {};
    if (::fstat(file.handle.get(), &info) != 0) return system_error(errno, "reading", "a file");
    file.stamp = stamp_of(info);
    file.permissions = info.st_mode & 07777U;
  }
}

}  // namespace bitswap
