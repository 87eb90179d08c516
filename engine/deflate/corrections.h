// SPDX-License-Identifier: GPL-3.0-or-later
// Binary decisions with adaptive probabilities over one rANS lane: the writer collects them, the reader gives them
// back. Integers only, so that every machine reads the same. rANS: engine/coder/ans_core.h.
//
// A context holds p, the probability of a one out of 2^16, and n, how many decisions it has seen, at first p = 2^15 and
// n = 0. A one owns the slots from 0 to p - 1, a zero those from p on. Then, with r = 131072 div (2 n + 3),
//   after a one:  p := min(p + ((65536 - p) * r div 65536), 65504);   after a zero:  p := max(p - (p * r div 65536),
//   32)
// and n := min(n + 1, 126). A raw bit is a decision with p = 2^15 that no context learns from.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/coder/ans_lane.h"

namespace bitswap::deflate {

/// Numbers of contexts; each name is the first of a range.
enum Context : std::uint32_t {
  kRawBit = 0,
  kIsStored,                     ///< + type of the block before
  kStoredEmpty = kIsStored + 3,  ///< + whether the one before was
  kStoredAgain = kStoredEmpty + 2,
  kStoredRest,
  kStoredPredicted,
  kPaddingSet,
  kEndPredicted,                    ///< + whether that of the block before was
  kCountBits = kEndPredicted + 2,   ///< a tree of 5 bits
  kAllPredicted = kCountBits + 32,  ///< + whether the block before was
  kIsLast = kAllPredicted + 2,      ///< + whether the plaintext is at its end
  kTailSet = kIsLast + 2,
  kIsFixed,  ///< + whether it is expected
  kSameHeader = kIsFixed + 2,
  kIsMatch,                         ///< + 8 * kind of prediction (17) + latest misses
  kSameLength = kIsMatch + 17 * 8,  ///< + 8 * class of the expected length (8) + latest misses
  kLength = kSameLength + 8 * 8,    ///< + 256 * (0, or 1 + class of the expected length): trees of 8 bits
  kOddLongest = kLength + 9 * 256,
  kSameDistance,                        ///< + 8 * (length as expected, nearest, none expected) + class of length
  kRankBits = kSameDistance + 3 * 8,    ///< a tree of 5 bits
  kHeaderCounts = kRankBits + 32,       ///< 3 flags
  kSameCodeLength = kHeaderCounts + 3,  ///< + 2 * expected length (16) + whether the symbol is in use
  kLongerCode = kSameCodeLength + 32,   ///< + expected length
  kCodeLengthStep = kLongerCode + 16,   ///< + 2 * steps so far (15) + whether it is longer
  kRunsCross = kCodeLengthStep + 30,
  kSameRun,                         ///< + 0 for a length, 1 to 3 for a repetition
  kRunSymbol = kSameRun + 4,        ///< a tree of 2 bits
  kRunExtra = kRunSymbol + 4,       ///< trees of 2, 3 and 7 bits, 128 contexts each
  kSameMeta = kRunExtra + 3 * 128,  ///< + expected length (8)
  kMeta = kSameMeta + 8,            ///< a tree of 3 bits
  kContexts = kMeta + 8
};

class ContextModel {
 public:
  [[nodiscard]] std::uint32_t one() const { return p_; }
  void learn(bool bit) {
    const std::uint32_t rate = 131072u / (2u * n_ + 3u);
    if (bit) {
      p_ = std::min(p_ + ((kSlots - p_) * rate >> kPrecision), kSlots - 32u);
    } else {
      p_ = std::max(p_ - (p_ * rate >> kPrecision), 32u);
    }
    if (n_ < 126) ++n_;
  }

 private:
  std::uint32_t p_ = kSlots / 2;
  std::uint32_t n_ = 0;
};

/// Collects decisions. Memory: 4 bytes for each.
class CorrectionWriter {
 public:
  static constexpr bool kReads = false;

  bool bit(std::uint32_t context, bool actual) {
    decisions_.push_back(context << 1 | (actual ? 1u : 0u));
    return actual;
  }
  /// To drop all decisions since mark().
  [[nodiscard]] std::size_t mark() const { return decisions_.size(); }
  void drop_since(std::size_t mark) { decisions_.resize(mark); }

  /// All decisions, coded. The writer is empty afterwards.
  Bytes finish();

 private:
  std::vector<std::uint32_t> decisions_;
};

/// Gives them back in the same order.
class CorrectionReader {
 public:
  static constexpr bool kReads = true;

  /// Errors: Truncated, Corrupt.
  static Result<CorrectionReader> open(ByteView data);

  bool bit(std::uint32_t context, bool /*actual*/ = false) {
    ContextModel& model = models_[context];
    const std::uint32_t one = context == kRawBit ? kSlots / 2 : model.one();
    const bool value = lane_.peek(0) < one;
    lane_.pop(0, value ? Interval{0, one} : Interval{one, kSlots - one});
    if (context != kRawBit) model.learn(value);
    return value;
  }

  /// More was asked for than there is: all since is meaningless.
  [[nodiscard]] bool exhausted() const { return lane_.underflow(); }
  /// Exactly all has been read.
  [[nodiscard]] bool at_end() const { return lane_.at_start(0, 0); }

 private:
  AnsLane lane_;
  std::vector<ContextModel> models_ = std::vector<ContextModel>(kContexts);
};

/// `count` bits, the highest first, all raw.
template <typename Coder>
std::uint32_t code_raw(Coder& coder, int count, std::uint32_t actual) {
  std::uint32_t value = 0;
  for (int i = count - 1; i >= 0; --i) value = value << 1 | (coder.bit(kRawBit, (actual >> i & 1u) != 0) ? 1u : 0u);
  return value;
}

/// A number of `bits` bits, each in the context of those above it: base + (1, then the bits so far).
template <typename Coder>
std::uint32_t code_tree(Coder& coder, std::uint32_t base, int bits, std::uint32_t actual) {
  std::uint32_t node = 1;
  for (int i = bits - 1; i >= 0; --i) node = node << 1 | (coder.bit(base + node, (actual >> i & 1u) != 0) ? 1u : 0u);
  return node - (1u << bits);
}

/// A number from 1 to 2^32 - 1: how many bits follow its highest as a tree of 5 bits, then these, raw.
template <typename Coder>
std::uint32_t code_number(Coder& coder, std::uint32_t base, std::uint32_t actual) {
  const std::uint32_t bits =
      code_tree(coder, base, 5, actual == 0 ? 0u : 31u - static_cast<std::uint32_t>(__builtin_clz(actual)));
  const std::uint32_t low = bits == 0 ? 0u : (1u << bits) - 1u;
  return 1u << bits | code_raw(coder, static_cast<int>(bits), actual & low);
}

}  // namespace bitswap::deflate
