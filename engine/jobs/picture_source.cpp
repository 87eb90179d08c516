// SPDX-License-Identifier: GPL-3.0-or-later
// One picture out of a file or an archive, for eyes and for measurements.
#include "engine/jobs/picture_source.h"

#include <algorithm>

#include "engine/archive/reader.h"
#include "engine/image/format.h"
#include "engine/jobs/open_file.h"
#include "engine/jobs/restore.h"
#include "engine/jobs/support.h"
#include "engine/storage/coding_models.h"

namespace bitswap {
namespace {

struct Found {
  Bytes content;
  Form form = Form::None;
  std::uint64_t file_bytes = 0;
  std::uint64_t stored_bytes = 0;
};

Result<Found> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  // Whoever names a link to a picture means the picture.
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  BITSWAP_TRY_ASSIGN(const OpenFile file, open_file(error ? path : real));
  if (file.stamp.size > limit) return Error{Error::Code::LimitExceeded, 0, path.string() + " is too large"};
  Found found;
  BITSWAP_TRY_ASSIGN(found.content, read_whole(file));
  found.file_bytes = found.content.size();
  return found;
}

Result<Found> read_entry(const PictureSource& source, std::uint64_t limit, const JobOptions& options) {
  BITSWAP_TRY_ASSIGN(const ArchiveReader archive, ArchiveReader::open(source.file));
  const auto position = archive.find(source.entry);
  if (!position) return Error{Error::Code::NotFound, 0, "the archive has no entry \"" + source.entry + "\""};
  const Entry& entry = archive.entries()[*position];
  if (entry.header.kind != EntryKind::File && entry.header.kind != EntryKind::Duplicate) {
    return Error{Error::Code::Unsupported, 0, source.entry + " is not a file"};
  }
  if (entry.header.original_size > limit) {
    return Error{Error::Code::LimitExceeded, 0, source.entry + " is too large"};
  }
  Found found;
  found.form = form_of(entry.header);
  found.file_bytes = entry.header.original_size;
  found.stored_bytes = entry.sizes.total();
  BITSWAP_TRY_ASSIGN(found.content, restore_content(options, archive, *position));
  return found;
}

Result<Found> find(const PictureSource& source, std::uint64_t limit, const JobOptions& options) {
  return source.entry.empty() ? read_file(source.file, limit) : read_entry(source, limit, options);
}

}  // namespace

Result<LoadedPicture> load_picture(const PictureSource& source, const JobOptions& options) {
  return guarded([&]() -> Result<LoadedPicture> {
    BITSWAP_TRY_ASSIGN(Found found, find(source, kInMemoryPictureBytes, options));
    if (is_cancelled(options.cancel)) return cancelled_error();
    const ImageFormat* format = find_format(found.content);
    if (format == nullptr) return Error{Error::Code::Unsupported, 0, "not a picture of a format that is known here"};
    LoadedPicture picture;
    BITSWAP_TRY_ASSIGN(picture.rgb, format->view(found.content));
    picture.format = format->name();
    picture.form = found.form;
    picture.file_bytes = found.file_bytes;
    picture.stored_bytes = found.stored_bytes;
    return picture;
  });
}

Result<Bytes> load_content(const PictureSource& source, std::uint64_t limit, const JobOptions& options) {
  return guarded([&]() -> Result<Bytes> {
    BITSWAP_TRY_ASSIGN(Found found, find(source, limit, options));
    return std::move(found.content);
  });
}

}  // namespace bitswap
