// SPDX-License-Identifier: GPL-3.0-or-later
// One description for both directions: where a writer says what is, a reader learns it.
#include "engine/deflate/block_coding.h"

#include <algorithm>
#include <bit>

#include "engine/deflate/block_header.h"

namespace bitswap::deflate {
namespace {

Error damaged() { return {Error::Code::Corrupt, 0, "the corrections of a DEFLATE recipe are damaged"}; }

/// Of a length of 3 to 258: 0 to 7.
std::uint32_t length_class(std::uint32_t length) {
  if (length < 6) return length - 3;
  if (length < 9) return 3;
  if (length < 17) return 4;
  if (length < 65) return 5;
  return length < kLongest ? 6 : 7;
}

/// Candidates for a distance beyond these are written in full.
constexpr std::uint32_t kMostRank = 1024;

}  // namespace

Frequencies count_symbols(const std::vector<Token>& tokens, ByteView text, std::uint64_t begin) {
  Frequencies frequencies;
  for (const Token& token : tokens) {
    if (token.is_match()) {
      ++frequencies.literals[kEndOfBlock + 1 + kLengthIndex[token.length]];
      ++frequencies.distances[distance_index(token.distance)];
    } else {
      ++frequencies.literals[text[begin]];
    }
    begin += token.bytes();
  }
  ++frequencies.literals[kEndOfBlock];
  return frequencies;
}

bool prefers_fixed(const BlockCosts& costs, const Settings& settings) {
  const auto bytes = [](std::uint64_t bits) { return (bits + 3 + 7) / 8; };
  return settings.fixed || bytes(costs.fixed) <= bytes(costs.dynamic);
}

template <typename Coder>
Status BlockCoding<Coder>::code(Block& block) {
  const bool stored = coder_.bit(kIsStored + habits_.last_type, block.type == BlockType::Stored);
  if (stored) {
    if constexpr (Coder::kReads) block.type = BlockType::Stored;
    BITSWAP_TRY(code_stored(block));
  } else {
    const std::uint64_t begin = place_;
    BITSWAP_TRY(code_tokens(block));
    frequencies_ = count_symbols(block.tokens, text_, begin);
    BITSWAP_TRY(code_symbols(block));
  }
  habits_.last_type = static_cast<std::uint32_t>(block.type);
  block.last = coder_.bit(kIsLast + (place_ == text_.size() ? 1 : 0), block.last);
  if (block.last) {
    if (place_ != text_.size()) return damaged();
    const bool set = coder_.bit(kTailSet, block.tail != 0);
    block.tail = set ? static_cast<std::uint8_t>(code_raw(coder_, 7, block.tail)) : std::uint8_t{0};
  }
  if constexpr (Coder::kReads) {
    if (coder_.exhausted()) return damaged();
  }
  return {};
}

template <typename Coder>
Status BlockCoding<Coder>::code_stored(Block& block) {
  const std::uint64_t left = text_.size() - place_;
  const auto rest = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, 0xFFFF));
  std::uint32_t length = 0;
  const bool empty = coder_.bit(kStoredEmpty + (habits_.was_empty ? 1 : 0), block.stored == 0);
  habits_.was_empty = empty;
  if (!empty) {
    bool known = false;
    if (habits_.last_stored > 0) known = coder_.bit(kStoredAgain, block.stored == habits_.last_stored);
    if (known) {
      length = habits_.last_stored;
    } else if (coder_.bit(kStoredRest, block.stored == rest)) {
      length = rest;
    } else {
      const std::optional<std::uint32_t> expected = habits_.stored_is_predictable ? expected_stored() : std::nullopt;
      habits_.stored_is_predictable = expected && coder_.bit(kStoredPredicted, block.stored == *expected);
      length = habits_.stored_is_predictable ? *expected : code_raw(coder_, 16, block.stored);
    }
    habits_.last_stored = length;
  }
  if (length > left) return damaged();
  block.stored = static_cast<std::uint16_t>(length);
  const bool padded = coder_.bit(kPaddingSet, block.padding != 0);
  block.padding = padded ? static_cast<std::uint8_t>(code_raw(coder_, 7, block.padding)) : std::uint8_t{0};
  place_ += length;
  return {};
}

template <typename Coder>
std::optional<std::uint32_t> BlockCoding<Coder>::expected_stored() {
  if (settings_.method == Method::Stored || settings_.block_tokens == 0) return std::nullopt;
  std::uint64_t at = place_;
  for (std::uint32_t i = 0; i < settings_.block_tokens && at < text_.size(); ++i) {
    const Prediction expected = matcher_.predict(at);
    matcher_.accept(at, expected, expected.token);
    at += expected.token.bytes();
    if (at - place_ > 0xFFFF) return std::nullopt;
  }
  return static_cast<std::uint32_t>(at - place_);
}

template <typename Coder>
Status BlockCoding<Coder>::code_tokens(Block& block) {
  bool by_rule = false;
  if constexpr (!Coder::kReads) {
    std::uint64_t bytes = 0;
    for (const Token& token : block.tokens) bytes += token.bytes();
    const bool full = settings_.block_tokens > 0 && block.tokens.size() == settings_.block_tokens;
    const bool over = settings_.block_tokens > 0 && block.tokens.size() > settings_.block_tokens;
    by_rule = full || (place_ + bytes == text_.size() && !over);
  }
  by_rule = coder_.bit(kEndPredicted + (habits_.end_was_predicted ? 1 : 0), by_rule);
  habits_.end_was_predicted = by_rule;
  std::uint32_t count = 0;
  if (!by_rule) {
    count = code_number(coder_, kCountBits, static_cast<std::uint32_t>(block.tokens.size()) + 1) - 1;
    if (count > text_.size() - place_) return damaged();
  }
  const std::uint32_t context = kAllPredicted + (habits_.all_was_predicted ? 1 : 0);
  if constexpr (Coder::kReads) {
    block.tokens.clear();
    habits_.all_was_predicted = coder_.bit(context);
    return habits_.all_was_predicted ? code_all_predicted(block, by_rule, count) : code_each(block, by_rule, count);
  } else {
    const std::size_t mark = coder_.mark();
    const std::uint64_t missed = habits_.missed;
    const std::uint32_t misses = habits_.misses;
    coder_.bit(context, false);
    BITSWAP_TRY(code_each(block, by_rule, count));
    habits_.all_was_predicted = habits_.missed == missed;
    if (habits_.all_was_predicted) {
      coder_.drop_since(mark);
      coder_.bit(context, true);
      habits_.misses = misses;
    }
    return {};
  }
}

template <typename Coder>
Status BlockCoding<Coder>::code_each(Block& block, bool by_rule, std::uint32_t count) {
  for (std::size_t i = 0; by_rule ? !at_rule_end(i) : i < count; ++i) {
    if (place_ == text_.size()) return damaged();
    const Prediction expected = matcher_.predict(place_);
    if constexpr (Coder::kReads) {
      block.tokens.emplace_back();
      if (coder_.exhausted()) return damaged();
    }
    Token& token = block.tokens[i];
    BITSWAP_TRY(code_token(expected, token));
    const bool miss = token != expected.token;
    habits_.misses = (habits_.misses << 1 | (miss ? 1u : 0u)) & 7u;
    ++habits_.tokens;
    habits_.missed += miss ? 1 : 0;
    matcher_.accept(place_, expected, token);
    place_ += token.bytes();
  }
  return {};
}

template <typename Coder>
Status BlockCoding<Coder>::code_all_predicted(Block& block, bool by_rule, std::uint32_t count) {
  for (std::size_t i = 0; by_rule ? !at_rule_end(i) : i < count; ++i) {
    if (place_ == text_.size()) return damaged();
    const Prediction expected = matcher_.predict(place_);
    block.tokens.push_back(expected.token);
    matcher_.accept(place_, expected, expected.token);
    place_ += expected.token.bytes();
  }
  return {};
}

template <typename Coder>
Status BlockCoding<Coder>::code_token(const Prediction& expected, Token& token) {
  const Token& reference = expected.match;
  std::uint32_t kind = 0;
  if (reference.is_match()) kind = (expected.token.is_match() ? 1 : 9) + length_class(reference.length);
  if (!coder_.bit(kIsMatch + 8 * kind + habits_.misses, token.is_match())) {
    token = {};
    return {};
  }
  const std::uint64_t left = text_.size() - place_;
  std::uint32_t length = token.bytes();
  bool same_length = false;
  std::uint32_t tree = kLength;
  if (reference.is_match()) {
    const std::uint32_t size = length_class(reference.length);
    same_length = coder_.bit(kSameLength + 8 * size + habits_.misses, length == reference.length);
    tree += 256 * (1 + size);
  }
  length = same_length ? reference.length : kShortest + code_tree(coder_, tree, 8, length - kShortest);
  if (length > left) return damaged();
  bool odd = false;
  if (length == kLongest) odd = coder_.bit(kOddLongest, token.length == Token::kOddLongest);
  BITSWAP_TRY(code_distance(reference, same_length, length, token));
  token.length = odd ? Token::kOddLongest : static_cast<std::uint16_t>(length);
  return {};
}

template <typename Coder>
Status BlockCoding<Coder>::code_distance(const Token& reference, bool same_length, std::uint32_t length, Token& token) {
  const std::uint32_t nearest =
      same_length ? std::uint32_t{reference.distance} : matcher_.candidates(place_, length).next_distance();
  const std::uint32_t kind = same_length ? 0 : nearest > 0 ? 1 : 2;
  if (nearest > 0 && coder_.bit(kSameDistance + 8 * kind + length_class(length), token.distance == nearest)) {
    token.distance = static_cast<std::uint16_t>(nearest);
    return {};
  }
  // Its rank among the candidates that were not yet ruled out, from 1 on, or 0 and the distance itself.
  auto candidates = matcher_.candidates(place_, length);
  std::uint32_t rank = 0;
  const auto advance = [&] {
    std::uint32_t distance = candidates.next_distance();
    if (distance == nearest && distance > 0) distance = candidates.next_distance();
    ++rank;
    return distance;
  };
  if constexpr (!Coder::kReads) {
    std::uint32_t distance = advance();
    while (distance > 0 && distance != token.distance && rank < kMostRank) distance = advance();
    if (distance != token.distance) rank = 0;
    code_number(coder_, kRankBits, rank + 1);
  } else {
    const std::uint32_t wanted = code_number(coder_, kRankBits, 1) - 1;
    if (wanted > kMostRank) return damaged();
    std::uint32_t distance = 0;
    while (rank < wanted) {
      distance = advance();
      if (distance == 0) return damaged();
    }
    token.distance = static_cast<std::uint16_t>(distance);
    rank = wanted;
  }
  if (rank > 0) return {};
  const std::uint32_t distance = 1 + code_raw(coder_, 15, token.distance - 1u);
  if (distance > place_) return damaged();
  const std::uint8_t* here = text_.data() + place_;
  if (!std::equal(here, here + length, here - distance)) return damaged();
  token.distance = static_cast<std::uint16_t>(distance);
  return {};
}

template <typename Coder>
Status BlockCoding<Coder>::code_symbols(Block& block) {
  const DynamicHeader expected = zlib_header(frequencies_);
  const bool expects_fixed = prefers_fixed(block_costs(frequencies_, expected), settings_);
  const bool fixed = coder_.bit(kIsFixed + (expects_fixed ? 1 : 0), block.type == BlockType::Fixed);
  if constexpr (Coder::kReads) block.type = fixed ? BlockType::Fixed : BlockType::Dynamic;
  if (fixed) return {};
  return code_header(coder_, frequencies_, expected, block.header);
}

template class BlockCoding<CorrectionWriter>;
template class BlockCoding<CorrectionReader>;

}  // namespace bitswap::deflate
