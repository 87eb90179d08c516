// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks as differences from what a matcher expects: the core that taking apart and rebuilding share.
#pragma once

#include <memory>
#include <optional>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/deflate/corrections.h"
#include "engine/deflate/inflate.h"
#include "engine/deflate/matcher.h"
#include "engine/deflate/settings.h"

namespace bitswap::deflate {

/// What is remembered from block to block, also across streams.
struct Habits {
  std::uint32_t last_type = 0;    ///< of the block before
  std::uint32_t last_stored = 0;  ///< bytes of the stored block before; 0 for none
  std::uint32_t misses = 0;       ///< the latest three tokens, a bit each: 1 if not as expected
  bool was_empty = false;         ///< the stored block before
  bool end_was_predicted = true;
  bool all_was_predicted = true;
  bool stored_is_predictable = true;
  std::uint64_t tokens = 0;  ///< statistics
  std::uint64_t missed = 0;
};

/// Codes the blocks of one stream from one place on. `Coder` is CorrectionWriter, for which a block is the truth, or
/// CorrectionReader, for which it is filled in.
template <typename Coder>
class BlockCoding {
 public:
  /// Requires valid settings and begin <= text.size() < kMostText; all must outlive it.
  BlockCoding(Coder& coder, Habits& habits, const Settings& settings, ByteView text, std::uint64_t begin)
      : coder_(coder),
        habits_(habits),
        settings_(settings),
        text_(text),
        place_(begin),
        matcher_(text, begin, settings) {}

  /// Errors of reading: Corrupt, Truncated.
  Status code(Block& block);

  /// Where the next block begins in the plaintext.
  [[nodiscard]] std::uint64_t place() const { return place_; }

 private:
  Status code_stored(Block& block);
  /// How many bytes the writer would have put into a block of tokens that turned out to be better stored.
  std::optional<std::uint32_t> expected_stored();
  Status code_tokens(Block& block);
  Status code_each(Block& block, bool by_rule, std::uint32_t count);
  Status code_all_predicted(Block& block, bool by_rule, std::uint32_t count);
  Status code_token(const Prediction& expected, Token& token);
  Status code_distance(const Token& reference, bool same_length, std::uint32_t length, Token& token);
  Status code_symbols(Block& block);
  [[nodiscard]] bool at_rule_end(std::size_t tokens) const {
    return place_ == text_.size() || (settings_.block_tokens > 0 && tokens == settings_.block_tokens);
  }

  Coder& coder_;
  Habits& habits_;
  const Settings& settings_;
  ByteView text_;
  std::uint64_t place_;
  Matcher matcher_;
  Frequencies frequencies_;
};

extern template class BlockCoding<CorrectionWriter>;
extern template class BlockCoding<CorrectionReader>;

/// How often each symbol stands in a block of tokens whose plaintext begins at `begin`.
Frequencies count_symbols(const std::vector<Token>& tokens, ByteView text, std::uint64_t begin);

/// A block's type by zlib's rule, between fixed and dynamic.
bool prefers_fixed(const BlockCosts& costs, const Settings& settings);

}  // namespace bitswap::deflate
