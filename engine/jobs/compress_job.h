// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of compress(): what they share, and the seam where tests put another backend in.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/archive/writer.h"
#include "engine/jobs/compress.h"
#include "engine/jobs/support.h"
#include "engine/jobs/walk.h"
#include "engine/storage/carried_model.h"
#include "engine/storage/coding_models.h"

namespace bitswap {

/// compress() with a backend of the caller's choice; it is asked for when the first picture needs it.
Result<JobReport> compress_with(const CompressOptions& options, BackendSource source);

/// A File entry that later ones of the same content can point to, and where that content can be read again.
struct KnownContent {
  std::string path;
  std::string format;
  Exactness exactness = Exactness::Bytes;
  const InputItem* item = nullptr;  ///< the file on the disk; null for an entry of the old archive
  bool converted = false;           ///< the entry is the PNG of the item's pixels
  std::size_t old_position = 0;     ///< in the old archive
};

struct CompressJob {
  CompressJob(const CompressOptions& job_options, BackendSource source)
      : options(job_options),
        threads(resolve_threads(job_options.threads)),
        meter(job_options),
        models(std::move(source)) {}

  const CompressOptions& options;
  int threads;
  ProgressMeter meter;
  CodingModels models;
  std::optional<ModelFamily> chosen;          ///< nothing when no picture may become pixels
  std::optional<CarriedModel> carried_model;  ///< the archive must bring it along, and does not yet
  std::unique_ptr<ArchiveWriter> writer;
  const ArchiveReader* old = nullptr;  ///< the archive that is updated
  std::map<std::pair<std::uint64_t, ContentHash>, KnownContent> contents;
  JobReport report;

  /// The earlier file of this size and hash, or null. is_same_content() says whether it holds the same.
  [[nodiscard]] const KnownContent* find_content(std::uint64_t size, const ContentHash& hash) const;
  /// Whether the archive that is updated has a file of this path.
  [[nodiscard]] bool had(const std::string& path) const;
  void remember_content(const EntryHeader& header, const InputItem& item, bool converted);
  /// Writes an entry and its sizes into `file`. A header or a section that the writer refuses makes the file Failed
  /// and is no error here. Errors: those that end the job.
  Status write_entry(const EntryHeader& header, std::span<const std::pair<SectionType, ByteView>> sections,
                     FileReport& file);
  Status write_duplicate(EntryHeader header, const KnownContent& original, FileReport& file);
  /// Adds the report of a file that is done; `bytes` is what of its size was not counted as progress yet.
  void finish_file(FileReport file, std::uint64_t bytes);
};

/// A file that was found and may be opened.
bool is_readable_file(const InputItem& item);
/// The first bytes, enough to tell its format; fewer or none if it cannot be read.
Bytes read_start(const InputItem& item);
EntryHeader entry_header(const InputItem& item);
FileReport file_report(const InputItem& item);

/// What a file will take in memory while it is under way, from its first bytes.
struct Weight {
  bool stream = false;  ///< too large: stream_file()
  std::uint64_t memory = 0;
};
Weight weigh(const InputItem& item);

/// Reads, packs, verifies and writes all items, in their order, all threads at work. Errors: those that end the job.
Status compress_items(CompressJob& job, std::span<const InputItem> items);

/// A file of any size in pieces. Errors: those that end the job.
Status stream_file(CompressJob& job, const InputItem& item);

/// Starts the new archive with the entries of the old one that no item replaces, and makes their contents known.
/// Errors: Corrupt (the old archive is damaged), and those that end the job.
Status copy_kept_entries(CompressJob& job, const ArchiveReader& old, std::span<const InputItem> items);

/// After all items: entries of the old archive come back where the item that was to replace them could not be read.
/// Errors: as copy_kept_entries().
Status bring_back_old_copies(CompressJob& job, const ArchiveReader& old, std::span<const InputItem> items);

}  // namespace bitswap
