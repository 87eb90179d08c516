// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels to and from libwebp, and the search for the settings that wrote a lossless stream.
#pragma once

#include <optional>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"
#include "engine/image/webp/webp_file.h"

namespace bitswap {

/// libwebp's encoder takes some 30 bytes a pixel.
inline constexpr std::uint64_t kMostWebpEncodedPixels = std::uint64_t{1} << 26;

/// A still WebP file as 3 (RGB) or 4 (RGB + alpha, whether the file uses it or not) channels.
/// Errors: Corrupt, Truncated, Unsupported, LimitExceeded, OutOfMemory.
Result<Picture> decode_webp(ByteView file, std::uint8_t channels);

/// The first frame of an animation as RGB on its canvas. Errors as decode_webp().
Result<Picture> decode_webp_animation(ByteView file);

/// The VP8L stream of a picture of 3 or 4 channels. The same on every run with the same version of libwebp.
/// Errors: InvalidArgument (other channels, or a side over the format's 16383), LimitExceeded (more than
/// kMostWebpEncodedPixels), OutOfMemory, Internal.
Result<Bytes> encode_webp(const Picture& picture, const WebpSettings& settings, bool uses_alpha);

/// The settings that encode `picture` to exactly `stream`, if the usual writers' include them. Bounded work: many
/// settings for a small picture, two for a large one. Errors as encode_webp().
Result<std::optional<WebpSettings>> find_webp_settings(const Picture& picture, ByteView stream);

}  // namespace bitswap
