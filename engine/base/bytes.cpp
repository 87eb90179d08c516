// SPDX-License-Identifier: GPL-3.0-or-later
// Little-endian integers, varints and blobs.
#include "engine/base/bytes.h"

namespace bitswap {

void ByteWriter::little_endian(std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void ByteWriter::varint(std::uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  bytes_.push_back(static_cast<std::uint8_t>(value));
}

void ByteWriter::raw(ByteView data) { bytes_.insert(bytes_.end(), data.begin(), data.end()); }

void ByteWriter::blob(ByteView data) {
  varint(data.size());
  raw(data);
}

void ByteWriter::text(std::string_view text) {
  blob({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Result<std::uint64_t> ByteReader::little_endian(int count) {
  if (remaining() < static_cast<std::size_t>(count)) {
    return Error{Error::Code::Truncated, position_, "the data ends inside a number"};
  }
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value |= static_cast<std::uint64_t>(data_[position_ + i]) << (8 * i);
  position_ += count;
  return value;
}

Result<std::uint8_t> ByteReader::u8() {
  BITSWAP_TRY_ASSIGN(const std::uint64_t value, little_endian(1));
  return static_cast<std::uint8_t>(value);
}

Result<std::uint16_t> ByteReader::u16() {
  BITSWAP_TRY_ASSIGN(const std::uint64_t value, little_endian(2));
  return static_cast<std::uint16_t>(value);
}

Result<std::uint32_t> ByteReader::u32() {
  BITSWAP_TRY_ASSIGN(const std::uint64_t value, little_endian(4));
  return static_cast<std::uint32_t>(value);
}

Result<std::uint64_t> ByteReader::u64() { return little_endian(8); }

Result<std::uint64_t> ByteReader::varint() {
  const std::size_t start = position_;
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (at_end()) return Error{Error::Code::Truncated, start, "the data ends inside a varint"};
    const std::uint8_t byte = data_[position_++];
    const std::uint64_t part = byte & 0x7F;
    if (shift == 63 && part > 1) break;
    value |= part << shift;
    if ((byte & 0x80) == 0) {
      if (byte == 0 && shift > 0) break;  // one spelling for each number
      return value;
    }
  }
  return Error{Error::Code::Corrupt, start, "malformed varint"};
}

Result<ByteView> ByteReader::raw(std::uint64_t count) {
  if (count > remaining()) return Error{Error::Code::Truncated, position_, "the data ends inside a field"};
  const ByteView view = data_.subspan(position_, count);
  position_ += count;
  return view;
}

Result<ByteView> ByteReader::blob(std::uint64_t limit) {
  const std::size_t start = position_;
  BITSWAP_TRY_ASSIGN(const std::uint64_t size, varint());
  if (size > limit) return Error{Error::Code::LimitExceeded, start, "a field is longer than the format allows"};
  return raw(size);
}

Result<std::string> ByteReader::text(std::uint64_t limit) {
  BITSWAP_TRY_ASSIGN(const ByteView view, blob(limit));
  return std::string(view.begin(), view.end());
}

}  // namespace bitswap
