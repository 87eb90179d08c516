// SPDX-License-Identifier: GPL-3.0-or-later
// The earlier content comes in pieces, so that a large one is never held.
#include "engine/jobs/same_content.h"

#include <algorithm>

#include "engine/jobs/open_file.h"
#include "engine/jobs/restore.h"

namespace bitswap {
namespace {

constexpr std::size_t kCompareBytes = std::size_t{1} << 20;

/// Takes the pieces of one content in order and holds each against the other one.
class Comparison {
 public:
  Comparison(std::uint64_t size, const ContentReader& other) : size_(size), other_(other) {}

  /// Errors: Corrupt (another content), those of the reader.
  Status add(ByteView piece) {
    while (!piece.empty()) {
      buffer_.resize(std::min(piece.size(), kCompareBytes));
      BITSWAP_TRY_ASSIGN(const std::size_t count, other_(at_, buffer_));
      if (count != buffer_.size() || !std::ranges::equal(buffer_, piece.first(count))) {
        return Error{Error::Code::Corrupt, at_, "another content"};
      }
      at_ += count;
      piece = piece.subspan(count);
    }
    return {};
  }
  [[nodiscard]] bool complete() const { return at_ == size_; }

 private:
  const std::uint64_t size_;
  const ContentReader& other_;
  std::uint64_t at_ = 0;
  Bytes buffer_;
};

Status read_again(const InputItem& item, const CancelToken* cancel, Comparison& comparison) {
  BITSWAP_TRY_ASSIGN(const OpenFile file, open_file(item.source));
  Bytes buffer(kCompareBytes);
  for (std::uint64_t at = 0;;) {
    if (is_cancelled(cancel)) return cancelled_error();
    BITSWAP_TRY_ASSIGN(const std::size_t count, read_at(file.handle.get(), at, buffer));
    BITSWAP_TRY(comparison.add(ByteView(buffer).first(count)));
    if (count < buffer.size()) return {};
    at += count;
  }
}

Status unpack_again(const CompressJob& job, std::size_t position, Comparison& comparison) {
  const Entry& entry = job.old->entries()[position];
  const StorageForm* form = find_form(form_of(entry.header));
  if (form == nullptr || (!form->streams() && entry.header.original_size > kInMemoryPictureBytes)) {
    return Error{Error::Code::LimitExceeded, 0, "a content too large to be compared"};
  }
  JobOptions options;
  options.threads = 1;
  options.device = job.options.device;
  options.cancel = job.options.cancel;
  return restore_pieces(options, *job.old, position, [&](ByteView piece) { return comparison.add(piece); });
}

}  // namespace

bool is_same_content(const CompressJob& job, const KnownContent& earlier, std::uint64_t size,
                     const ContentReader& content) {
  const Status same = guarded([&]() -> Status {
    Comparison comparison(size, content);
    BITSWAP_TRY(earlier.item != nullptr ? read_again(*earlier.item, job.options.cancel, comparison)
                                        : unpack_again(job, earlier.old_position, comparison));
    return comparison.complete() ? Status() : Error{Error::Code::Corrupt, 0, "a shorter content"};
  });
  return same.ok();
}

ContentReader reader_of(ByteView content) {
  return [content](std::uint64_t at, std::span<std::uint8_t> into) -> Result<std::size_t> {
    const ByteView rest = content.subspan(static_cast<std::size_t>(std::min<std::uint64_t>(at, content.size())));
    const std::size_t count = std::min(rest.size(), into.size());
    std::copy_n(rest.begin(), count, into.begin());
    return count;
  };
}

}  // namespace bitswap
