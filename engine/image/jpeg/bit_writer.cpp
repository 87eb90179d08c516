// SPDX-License-Identifier: GPL-3.0-or-later
// Four bytes at a time where none of them is FF.
#include "engine/image/jpeg/bit_writer.h"

#include <algorithm>
#include <cstring>

namespace bitswap::jpeg {
namespace {
constexpr std::size_t kBuffer = std::size_t{1} << 16;
constexpr std::size_t kWord = 8;  ///< four bytes and what is stuffed between them
}  // namespace

BitWriter::BitWriter(const JpegSink& sink, std::uint64_t limit) : sink_(sink), left_(limit), buffer_(kBuffer) {}

void BitWriter::byte(std::uint8_t value) {
  buffer_[used_++] = value;
  if (value == 0xFF) buffer_[used_++] = 0;
}

void BitWriter::put_word() {
  count_ -= 32;
  const auto word = static_cast<std::uint32_t>(bits_ >> count_);
  if (used_ + kWord > buffer_.size()) flush();
  const std::uint32_t inverse = ~word;
  if (((inverse - 0x01010101) & word & 0x80808080) == 0) {  // no FF among them
    for (int i = 0; i < 4; ++i)
      buffer_[used_ + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(word >> (24 - 8 * i));
    used_ += 4;
    return;
  }
  for (int shift = 24; shift >= 0; shift -= 8) byte(static_cast<std::uint8_t>(word >> shift));
}

void BitWriter::finish_bits() {
  if (used_ + kWord > buffer_.size()) flush();
  for (; count_ > 0; count_ -= 8) byte(static_cast<std::uint8_t>(bits_ >> (count_ - 8)));
}

void BitWriter::raw(ByteView bytes) {
  while (!bytes.empty()) {
    if (used_ == buffer_.size()) flush();
    const std::size_t count = std::min(bytes.size(), buffer_.size() - used_);
    std::memcpy(buffer_.data() + used_, bytes.data(), count);
    used_ += count;
    bytes = bytes.subspan(count);
  }
}

void BitWriter::flush() {
  if (status_.ok() && used_ > left_) {
    status_ = Error{Error::Code::LimitExceeded, 0, "a JPEG that becomes longer than it may be"};
  }
  if (status_.ok()) {
    left_ -= used_;
    status_ = sink_(ByteView(buffer_).first(used_));
  }
  used_ = 0;
}

}  // namespace bitswap::jpeg
