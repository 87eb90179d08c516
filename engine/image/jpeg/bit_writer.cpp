// SPDX-License-Identifier: GPL-3.0-or-later
// What is rarer than four bytes without FF among them.
#include "engine/image/jpeg/bit_writer.h"

#include <algorithm>
#include <cstring>

namespace bitswap::jpeg {
namespace {
constexpr std::size_t kBuffer = std::size_t{1} << 16;
}  // namespace

BitWriter::BitWriter(const JpegSink& sink, std::uint64_t limit) : sink_(sink), left_(limit), buffer_(kBuffer) {}

void BitWriter::byte(std::uint8_t value) {
  buffer_[used_++] = value;
  if (value == 0xFF) buffer_[used_++] = 0;
}

void BitWriter::put_stuffed(std::uint32_t word) {
  for (int shift = 24; shift >= 0; shift -= 8) byte(static_cast<std::uint8_t>(word >> shift));
}

void BitWriter::finish_bits() {
  if (used_ + kWord > buffer_.size()) flush();
  for (; pending_.count > 0; pending_.count -= 8) {
    byte(static_cast<std::uint8_t>(pending_.bits >> (pending_.count - 8)));
  }
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
