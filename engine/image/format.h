// SPDX-License-Identifier: GPL-3.0-or-later
// One interface over image file formats: a file becomes pixels for the codecs and a recipe that turns them back.
// The content decides which format a file has, never its name. Every format is stateless and safe to share by threads.
#pragma once

#include <span>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"

namespace bitswap {

/// What a format makes of a file: pixels for the codecs, and the recipe that turns them back into the file.
struct TakenApart {
  Picture picture;
  Bytes recipe;  ///< versioned by its first byte; not compressed: the archive does that
  Exactness exactness = Exactness::Bytes;
  bool wide = false;  ///< samples of 9 to 16 bits: `picture` is what split_wide() gives
};

/// All pictures here have sides of 1 to kMaxSide and at most kMaxPixels pixels (see limits.h).
class ImageFormat {
 public:
  virtual ~ImageFormat() = default;

  /// "png", "jpeg", "tiff", …: stable, stored in archives.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Looks at the first bytes only; true also for files that turn out to be broken, so that they can be named as such.
  [[nodiscard]] virtual bool recognises(ByteView file) const = 0;

  /// Proves its own claim: for Exactness::Bytes, rebuild() was compared with the file; for Exactness::Pixels, the
  /// rebuilt file was decoded and compared. Errors: Unsupported (valid, but not exactly codable: keep the bytes),
  /// Corrupt or Truncated (a broken file: tell the user, keep the bytes), LimitExceeded, OutOfMemory.
  [[nodiscard]] virtual Result<TakenApart> take_apart(ByteView file) const = 0;

  /// The file again. `recipe` may come from a hostile archive. Errors: Corrupt, Truncated, Unsupported (a recipe of a
  /// newer version), LimitExceeded, OutOfMemory, InvalidArgument (the picture contradicts itself).
  [[nodiscard]] virtual Result<Bytes> rebuild(const Picture& picture, ByteView recipe) const = 0;

  /// Any picture of the format as 8-bit RGB (3 channels), for comparison, training and preview: alpha dropped, 16 bits
  /// reduced, palette expanded; never rotated by EXIF, never colour-managed. Errors as take_apart().
  [[nodiscard]] virtual Result<Picture> view(ByteView file) const = 0;
};

/// Owned by the library, valid for ever; nullptr if no format recognises the content.
const ImageFormat* find_format(ByteView file);

/// By ImageFormat::name(); nullptr for an unknown name.
const ImageFormat* format_by_name(std::string_view name);

std::span<const ImageFormat* const> image_formats();

}  // namespace bitswap
