// SPDX-License-Identifier: GPL-3.0-or-later
// The bounds that every format keeps, checked before memory is taken.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"

namespace bitswap {

inline constexpr std::uint64_t kMaxSide = std::uint64_t{1} << 24;
inline constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 30;

/// Errors: Corrupt for an empty side, LimitExceeded.
Status check_size(std::uint64_t width, std::uint64_t height);

/// As check_size(), and the file is not absurdly small for its picture: more likely broken or hostile than flat. For
/// formats that give no better bound. Errors: Corrupt, LimitExceeded.
Status check_plausible_size(std::uint64_t width, std::uint64_t height, std::uint64_t file_size);

/// The picture agrees with itself and with the limits. Errors: Corrupt for an empty side, InvalidArgument,
/// LimitExceeded.
Status check_picture(const Picture& picture);

/// `size` zero bytes. Errors: OutOfMemory (instead of an exception: sizes come from files).
Result<Bytes> allocate(std::uint64_t size);

/// A black picture. Errors: Corrupt, LimitExceeded, OutOfMemory.
Result<Picture> make_picture(std::uint64_t width, std::uint64_t height, std::uint8_t channels);

inline Error corrupt(std::uint64_t offset, std::string detail) {
  return {Error::Code::Corrupt, offset, std::move(detail)};
}
inline Error truncated(std::uint64_t offset, std::string detail) {
  return {Error::Code::Truncated, offset, std::move(detail)};
}
inline Error unsupported(std::uint64_t offset, std::string detail) {
  return {Error::Code::Unsupported, offset, std::move(detail)};
}

}  // namespace bitswap
