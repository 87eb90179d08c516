// A file between reading and writing: all that compress() knows about it, and what its forms would take in the archive.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "engine/codec/image_codec.h"
#include "engine/image/format.h"
#include "engine/jobs/compress_job.h"
#include "engine/jobs/content.h"
#include "engine/jobs/jxl_content.h"
#include "engine/jobs/stored_picture.h"
#include "engine/jobs/support.h"
#include "engine/jobs/walk.h"

namespace bitswap {

/// What the choice between pixels and bytes compares: sections with their heads, and the codec's name, which stands in
/// the entry and in the index.
inline std::uint64_t stored_size(std::string_view codec, std::span<const std::uint64_t> sections) {
  constexpr std::uint64_t kHeadBytes = 18;
  std::uint64_t size = 2 * codec.size();
  for (const std::uint64_t section : sections) size += kHeadBytes + section;
  return size;
}

struct PendingFile {
  const InputItem* item = nullptr;
  EntryHeader header;
  FileReport report;
  bool done = false;  ///< nothing more to find out: failed, skipped, or no file
  Bytes content;
  /// The first file of this size and hash, and whether it has the same bytes: then this one is its duplicate.
  std::optional<KnownContent> twin;
  bool duplicate = false;
  bool converted = false;  ///< `content` is a PNG with the pixels of what was given
  std::optional<PackedContent> packed;

  std::optional<TakenApart> picture;
  Bytes recipe;  ///< as its section holds it
  std::unique_ptr<ImageEncoder> encoder;
  Bytes image;
  std::vector<Bytes> segments;
  std::optional<JxlSections> jxl;  ///< of the picture, instead of segments; without picture, of a JPEG
  std::vector<Status> outcomes;    ///< of the segments, first when they are coded, then when they are verified
  std::unique_ptr<ImageDecoder> decoder;
  /// What was tried beside the segments.
  std::optional<Result<JxlSections>> tried_jxl;
  Status proof;  ///< that the picture and the recipe give the file
  std::atomic<std::uint64_t> credited{0};
  std::atomic<std::size_t> open_parts{0};  ///< of the step it is at
  std::uint64_t memory = 0;                ///< what it is taken to hold

  [[nodiscard]] bool as_pixels() const { return picture.has_value(); }
  [[nodiscard]] bool has_segments() const { return encoder != nullptr; }
  /// What the entry besides its header will take.
  [[nodiscard]] std::uint64_t size_of_segments() const {
    std::vector<std::uint64_t> sections{image.size(), recipe.size()};
    for (const Bytes& segment : segments) sections.push_back(segment.size());
    return stored_size(kBitswap, sections);
  }
  [[nodiscard]] std::uint64_t size_of_jxl() const {
    if (as_pixels()) return stored_size(kJxl, std::array{jxl->image.size(), recipe.size(), jxl->data.size()});
    if (jxl->recipe.empty()) return stored_size(kJpegJxl, std::array{jxl->image.size(), jxl->data.size()});
    return stored_size(kJpegJxl, std::array{jxl->image.size(), jxl->recipe.size(), jxl->data.size()});
  }
  [[nodiscard]] std::uint64_t size_of_bytes() const {
    return stored_size(packed->codec, std::array{packed->payload(content).size()});
  }
  void warn_of_bytes(Error why) {
    why.detail = "kept as its own bytes: " + why.detail;
    if (report.status == FileReport::Status::Ok) set_warning(report, std::move(why));
  }
  /// Back to bytes, and the user is told why.
  void give_up_pixels(Error why) {
    warn_of_bytes(std::move(why));
    drop_pixels();
  }
  void drop_pixels() {
    drop_segments();
    picture.reset();
    jxl.reset();
  }
  void drop_segments() {
    decoder.reset();
    encoder.reset();
    segments = {};
  }
  /// Keeps what is to be written.
  void drop_all_else() {
    decoder.reset();
    encoder.reset();
    if (picture) picture->picture.samples = {};
    if (picture || jxl || (packed && packed->codec != kStored)) content = {};
    memory = content.size() + recipe.size() + image.size();
    for (const Bytes& segment : segments) memory += segment.size();
    if (jxl) memory += jxl->data.size() + jxl->recipe.size();
    if (packed) memory += packed->data.size();
  }
  [[nodiscard]] const Status* first_failure() const {
    const auto failed = std::ranges::find_if(outcomes, [](const Status& status) { return !status.ok(); });
    return failed == outcomes.end() ? nullptr : &*failed;
  }
};

}  // namespace bitswap
