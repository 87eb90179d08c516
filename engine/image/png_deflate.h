// The zlib streams of PNG: unpacked with a bound, and packed again exactly as their writer did, if that was zlib.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/image/png_file.h"

namespace bitswap {

/// Everything that zlib's output depends on besides its input (and, in principle, its version).
struct DeflateSettings {
  std::array<std::uint8_t, 2> header{};  ///< of the zlib stream, verbatim: writers adjust it after the fact
  std::uint8_t level = 9;                ///< 0 to 9
  std::uint8_t window = 15;              ///< log2 of bytes, 8 to 15
  std::uint8_t memory = 9;               ///< 1 to 9
  std::uint8_t strategy = 0;             ///< 0 default, 1 filtered, 2 Huffman only, 3 run lengths, 4 fixed codes
  bool whole = false;                    ///< fed at once instead of row by row

  [[nodiscard]] bool valid() const {
    return level <= 9 && window >= 8 && window <= 15 && memory >= 1 && memory <= 9 && strategy <= 4;
  }
};

/// Exactly `size` bytes from a stream without a dictionary, adler32 checked. Errors: Corrupt; Unsupported for bytes
/// beyond `size` or behind the stream; OutOfMemory.
Result<Bytes> inflate_exactly(ByteView stream, std::uint64_t size);

/// Requires settings.valid(), and `raw` to be the filtered rows of `passes`. Errors: OutOfMemory, Internal.
Result<Bytes> deflate_rows(ByteView raw, std::span<const PngPass> passes, const DeflateSettings& settings);

/// The settings with which deflate_rows() gives `stream`, if any are found. Tries what libpng, PIL and the like use,
/// first what the stream's header hints at; a wrong guess is mostly dropped after its first block. Errors: OutOfMemory.
Result<std::optional<DeflateSettings>> find_settings(ByteView raw, std::span<const PngPass> passes, ByteView stream);

}  // namespace bitswap
