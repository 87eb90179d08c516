// SPDX-License-Identifier: GPL-3.0-or-later
// Huffman's algorithm with zlib's ties, and the listing of code lengths.
#include "engine/deflate/prefix_code.h"

#include <algorithm>

namespace bitswap::deflate {
namespace {

constexpr std::size_t kMostNodes = 2 * kLiteralSymbols;

/// A forest that is joined to one tree, its two lightest trees at a time.
class Forest {
 public:
  /// Takes in the symbols in use, at least two.
  Forest(std::span<const std::uint32_t> frequencies) : symbols_(frequencies.size()) {
    for (std::size_t i = 0; i < symbols_; ++i) {
      if (frequencies[i] == 0) continue;
      weight_[i] = frequencies[i];
      append(i);
      last_ = i;
    }
    while (heap_size_ < 2) {
      const std::size_t forced = heap_size_ == 0 ? 0 : (last_ < 2 ? last_ + 1 : 0);
      last_ = std::max(last_, forced);
      weight_[forced] = 1;
      append(forced);
    }
    for (std::size_t place = heap_size_ / 2; place >= 1; --place) sink(place);
  }

  /// Joins all. Afterwards order_ holds the nodes by falling depth from its back: the order of their making.
  void join() {
    std::size_t node = symbols_;
    while (heap_size_ >= 2) {
      const std::size_t first = heap_[1];
      heap_[1] = heap_[heap_size_--];
      sink(1);
      const std::size_t second = heap_[1];
      order_[made_++] = static_cast<std::uint16_t>(first);
      order_[made_++] = static_cast<std::uint16_t>(second);
      weight_[node] = weight_[first] + weight_[second];
      height_[node] = static_cast<std::uint16_t>(std::max(height_[first], height_[second]) + 1);
      parent_[first] = parent_[second] = static_cast<std::uint16_t>(node);
      heap_[1] = static_cast<std::uint16_t>(node++);
      sink(1);
    }
    root_ = heap_[1];
  }

  void lengths(std::uint8_t longest, std::span<std::uint8_t> out) {
    std::array<std::uint32_t, 17> count{};
    int overflow = 0;
    depth_[root_] = 0;
    for (std::size_t i = made_; i-- > 0;) {  // parents before their children
      const std::size_t node = order_[i];
      std::uint16_t depth = static_cast<std::uint16_t>(depth_[parent_[node]] + 1);
      if (depth > longest) {
        depth = longest;
        ++overflow;
      }
      depth_[node] = depth;
      if (node < symbols_) ++count[depth];
    }
    if (overflow > 0) repair(count, longest, overflow);
    // The deepest codes go to those that were taken first; without an overflow that changes nothing.
    std::ranges::fill(out, std::uint8_t{0});
    std::size_t at = 0;
    for (std::uint8_t length = longest; length > 0; --length) {
      for (std::uint32_t left = count[length]; left > 0;) {
        const std::size_t node = order_[at++];
        if (node >= symbols_) continue;
        out[node] = overflow > 0 ? length : static_cast<std::uint8_t>(depth_[node]);
        --left;
      }
    }
  }

  [[nodiscard]] std::size_t last() const { return last_; }

 private:
  void append(std::size_t node) { heap_[++heap_size_] = static_cast<std::uint16_t>(node); }

  [[nodiscard]] bool before(std::size_t a, std::size_t b) const {
    return weight_[a] < weight_[b] || (weight_[a] == weight_[b] && height_[a] <= height_[b]);
  }

  /// Restores the order of the heap below `place`.
  void sink(std::size_t place) {
    const std::uint16_t node = heap_[place];
    for (std::size_t child = 2 * place; child <= heap_size_; child = 2 * place) {
      if (child < heap_size_ && before(heap_[child + 1], heap_[child])) ++child;
      if (before(node, heap_[child])) break;
      heap_[place] = heap_[child];
      place = child;
    }
    heap_[place] = node;
  }

  /// Moves a leaf down beside each one that was too deep.
  static void repair(std::array<std::uint32_t, 17>& count, std::uint8_t longest, int overflow) {
    for (; overflow > 0; overflow -= 2) {
      std::size_t length = longest - 1u;
      while (count[length] == 0) --length;
      --count[length];
      count[length + 1] += 2;
      --count[longest];
    }
  }

  std::size_t symbols_;
  std::size_t last_ = 0;
  std::array<std::uint32_t, kMostNodes> weight_{};
  std::array<std::uint16_t, kMostNodes> height_{};
  std::array<std::uint16_t, kMostNodes> depth_{};
  std::array<std::uint16_t, kMostNodes> parent_{};
  std::array<std::uint16_t, kMostNodes> heap_{};  // from 1 on
  std::array<std::uint16_t, kMostNodes> order_{};
  std::size_t heap_size_ = 0;
  std::size_t made_ = 0;
  std::size_t root_ = 0;
};

std::uint64_t token_bits(const Frequencies& frequencies, std::span<const std::uint8_t> literals,
                         std::span<const std::uint8_t> distances) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kLiteralSymbols; ++i) {
    const std::uint32_t extra = i > kEndOfBlock ? kLengths.extra[i - kEndOfBlock - 1] : 0u;
    bits += std::uint64_t{frequencies.literals[i]} * (literals[i] + extra);
  }
  for (std::size_t i = 0; i < kDistanceSymbols; ++i) {
    const std::uint32_t length = distances.empty() ? kFixedDistanceBits : distances[i];
    bits += std::uint64_t{frequencies.distances[i]} * (length + kDistances.extra[i]);
  }
  return bits;
}

}  // namespace

std::size_t huffman_lengths(std::span<const std::uint32_t> frequencies, std::uint8_t longest,
                            std::span<std::uint8_t> lengths) {
  Forest forest(frequencies);
  forest.join();
  forest.lengths(longest, lengths);
  return forest.last();
}

MetaSymbol next_run(std::span<const std::uint8_t> rest, int last) {
  const std::uint8_t length = rest[0];
  std::size_t run = 1;
  while (run < rest.size() && run < 138 && rest[run] == length) ++run;
  if (length == 0) {
    if (run < 3) return {0, 0};
    if (run <= 10) return {17, static_cast<std::uint8_t>(run - 3)};
    return {18, static_cast<std::uint8_t>(run - 11)};
  }
  if (length != last || run < 3) return {length, 0};
  return {16, static_cast<std::uint8_t>(std::min<std::size_t>(run, 6) - 3)};
}

void meta_code(DynamicHeader& header) {
  std::array<std::uint32_t, kMetaSymbols> frequencies{};
  for (const MetaSymbol& run : header.runs) ++frequencies[run.symbol];
  huffman_lengths(frequencies, 7, header.meta);
  header.listed = kMetaSymbols;
  while (header.listed > 4 && header.meta[kMetaOrder[header.listed - 1u]] == 0) --header.listed;
}

DynamicHeader zlib_header(const Frequencies& frequencies) {
  DynamicHeader header;
  header.literals = static_cast<std::uint16_t>(1 + huffman_lengths(frequencies.literals, 15, header.literal_lengths));
  header.distances =
      static_cast<std::uint16_t>(1 + huffman_lengths(frequencies.distances, 15, header.distance_lengths));
  const auto list = [&](std::span<const std::uint8_t> lengths) {
    int last = -1;
    while (!lengths.empty()) {
      const MetaSymbol run = next_run(lengths, last);
      header.runs.push_back(run);
      last = lengths[0];
      lengths = lengths.subspan(run.count());
    }
  };
  list(std::span<const std::uint8_t>(header.literal_lengths).first(header.literals));
  list(std::span<const std::uint8_t>(header.distance_lengths).first(header.distances));
  meta_code(header);
  return header;
}

BlockCosts block_costs(const Frequencies& frequencies, const DynamicHeader& header) {
  BlockCosts costs;
  costs.fixed = token_bits(frequencies, kFixedLiterals, {});
  costs.dynamic =
      5 + 5 + 4 + 3u * header.listed + token_bits(frequencies, header.literal_lengths, header.distance_lengths);
  for (const MetaSymbol& run : header.runs) costs.dynamic += header.meta[run.symbol] + std::uint64_t{run.extra_bits()};
  return costs;
}

void canonical_codes(std::span<const std::uint8_t> lengths, std::span<std::uint16_t> codes) {
  std::array<std::uint32_t, 17> count{};
  for (const std::uint8_t length : lengths) ++count[length];
  count[0] = 0;
  std::array<std::uint32_t, 17> next{};
  for (std::size_t length = 1; length < 16; ++length) next[length + 1] = (next[length] + count[length]) << 1;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    std::uint32_t reversed = 0;
    if (lengths[i] != 0) {
      std::uint32_t code = next[lengths[i]]++;
      for (int bit = 0; bit < lengths[i]; ++bit, code >>= 1) reversed = reversed << 1 | (code & 1u);
    }
    codes[i] = static_cast<std::uint16_t>(reversed);
  }
}

bool decodable(std::span<const std::uint8_t> lengths, bool may_be_empty) {
  std::uint32_t used = 0;  // of 2^15
  std::uint32_t codes = 0;
  for (const std::uint8_t length : lengths) {
    if (length == 0) continue;
    used += 1u << (15 - length);
    ++codes;
  }
  if (codes == 0) return may_be_empty;
  return used == 1u << 15 || (codes == 1 && used == 1u << 14);
}

}  // namespace bitswap::deflate
