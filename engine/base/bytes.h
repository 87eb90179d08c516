// SPDX-License-Identifier: GPL-3.0-or-later
// Little-endian bytes in and out of memory; the reader checks every bound and never throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace bitswap {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

class ByteWriter {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(value); }
  void u16(std::uint16_t value) { little_endian(value, 2); }
  void u32(std::uint32_t value) { little_endian(value, 4); }
  void u64(std::uint64_t value) { little_endian(value, 8); }
  /// Unsigned LEB128: 7 bits a byte, lowest first, high bit set on all bytes but the last.
  void varint(std::uint64_t value);
  void raw(ByteView data);
  /// varint length, then the bytes.
  void blob(ByteView data);
  void text(std::string_view text);

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  Bytes take() { return std::move(bytes_); }

 private:
  void little_endian(std::uint64_t value, int count);
  Bytes bytes_;
};

/// Reads from a view that must outlive it. Errors: Truncated at the end, Corrupt for a varint that is too long or not
/// minimal; their offset is the position in the view.
class ByteReader {
 public:
  explicit ByteReader(ByteView data) : data_(data) {}

  Result<std::uint8_t> u8();
  Result<std::uint16_t> u16();
  Result<std::uint32_t> u32();
  Result<std::uint64_t> u64();
  Result<std::uint64_t> varint();
  Result<ByteView> raw(std::uint64_t count);
  /// A varint length of at most `limit`, then that many bytes. Errors also: LimitExceeded.
  Result<ByteView> blob(std::uint64_t limit);
  Result<std::string> text(std::uint64_t limit);

  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] std::size_t remaining() const { return data_.size() - position_; }
  [[nodiscard]] bool at_end() const { return remaining() == 0; }

 private:
  Result<std::uint64_t> little_endian(int count);
  ByteView data_;
  std::size_t position_ = 0;
};

}  // namespace bitswap
