// SPDX-License-Identifier: GPL-3.0-or-later
// The index of the archive speaks of the file that was given; decoding the entry tells of what comes back.
#include "ui/controllers/picture_details.h"

#include <algorithm>

#include "engine/archive/content_hash.h"
#include "engine/image/format.h"
#include "ui/controllers/engine.h"

namespace bitswap::ui {
namespace {

constexpr std::uint64_t kReadBytes = 1'000'000'000;

/// What the archive's index says, so that nothing has to be decoded for it.
Status read_listing(Engine& engine, const PictureSource& source, Details& details) {
  BITSWAP_TRY_ASSIGN(const JobReport listing, engine.list(source.file));
  const auto entry = std::find_if(listing.files.begin(), listing.files.end(),
                                  [&](const FileReport& file) { return file.path == source.entry; });
  if (entry == listing.files.end()) return {};
  details.form = entry->form;
  details.format = entry->format;
  details.exactness = entry->exactness;
  details.width = entry->width;
  details.height = entry->height;
  details.file_bytes = entry->original_bytes;
  details.stored_bytes = entry->stored_bytes;
  details.pixel_bytes = entry->pixel_bytes;
  if (auto coding = engine.read_coding(source); coding.ok()) details.coding = std::move(*coding);
  return {};
}

}  // namespace

Result<Details> read_details(Engine& engine, const PictureSource& source, const JobOptions& options) {
  Details details;
  details.source = source;
  if (!source.entry.empty()) BITSWAP_TRY(read_listing(engine, source, details));
  if (details.width == 0 && (source.entry.empty() || !details.format.empty())) {
    if (auto picture = engine.load_picture(source, options); picture.ok()) {
      details.width = picture->rgb.width;
      details.height = picture->rgb.height;
      details.format = picture->format;
      if (source.entry.empty()) details.file_bytes = picture->file_bytes;
    } else if (picture.error().code != Error::Code::Unsupported && picture.error().code != Error::Code::LimitExceeded) {
      return std::move(picture).error();
    }
  }
  auto content = engine.load_content(source, kReadBytes, options);
  if (content.ok()) {
    // A file that comes back pixel-exact is written anew: its size and hash are not those of the file that was given.
    details.rebuilt = details.exactness == Exactness::Pixels;
    if (details.rebuilt) {
      details.rebuilt_bytes = content->size();
    } else {
      details.file_bytes = content->size();
    }
    details.checksum = hex(content_hash(*content));
    // Samples of more than 8 bits are coded as a picture of twice the height; the file knows better.
    const bool pixels = keeps_pixels(details.form);
    if (const ImageFormat* format = pixels && details.height % 2 == 0 ? find_format(*content) : nullptr) {
      if (const auto picture = format->view(*content); picture.ok()) {
        details.width = picture->width;
        details.height = picture->height;
      }
    }
    if (auto metadata = engine.read_metadata(*content); metadata.ok()) details.metadata = std::move(*metadata);
  } else if (content.error().code != Error::Code::LimitExceeded) {
    return std::move(content).error();
  }
  return details;
}

}  // namespace bitswap::ui
