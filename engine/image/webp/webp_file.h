// SPDX-License-Identifier: GPL-3.0-or-later
// The container level of WebP, and the recipe of a lossless picture; nothing here looks at pixels.
// Google, WebP Container Specification; the five bytes that open a VP8L stream are in the lossless specification.
#pragma once

#include <cstdint>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace bitswap {

/// Settings of libwebp's lossless encoder.
struct WebpSettings {
  std::uint8_t method = 4;    ///< 0 to 6
  std::uint8_t quality = 75;  ///< 0 to 100: effort, not loss
  bool exact = true;          ///< keep the colours under transparent pixels; else the encoder chooses them

  friend bool operator==(const WebpSettings&, const WebpSettings&) = default;
};

/// A file with one VP8L stream. Views point into the parsed file, or into the recipe.
struct WebpFile {
  ByteView before;    ///< whole chunks in front of the stream's: VP8X, ICCP
  ByteView stream;    ///< the data of the VP8L chunk
  ByteView after;     ///< whole chunks behind it: EXIF, XMP, unknown ones
  ByteView trailing;  ///< behind the end that the RIFF header names
};

struct WebpRecipe {
  WebpSettings settings;
  /// The stream's header says whether alpha is meant to be used, whatever the samples hold.
  bool uses_alpha = false;
  WebpFile file;  ///< without stream
};

bool is_webp(ByteView file);

/// Errors: Corrupt, Truncated, Unsupported (lossy or animated).
Result<WebpFile> parse_webp(ByteView file);

/// Errors: LimitExceeded (RIFF counts with 32 bits).
Result<Bytes> write_webp(const WebpFile& file);

/// The flag in a VP8L stream that says whether alpha is used. False for a stream that is too short.
bool stream_uses_alpha(ByteView stream);
void set_stream_uses_alpha(Bytes& stream, bool uses_alpha);

Bytes write_webp_recipe(const WebpRecipe& recipe);

/// Errors: Corrupt, Truncated, Unsupported (another version), LimitExceeded.
Result<WebpRecipe> read_webp_recipe(ByteView data);

}  // namespace bitswap
