// SPDX-License-Identifier: GPL-3.0-or-later
// Which token would a compressor write here? A matcher over hash chains after zlib's documented algorithm (RFC 1951,
// section 4; zlib's "algorithm.txt" and manual): greedy or lazy, with the bounds of its levels.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/deflate/settings.h"
#include "engine/deflate/token.h"

namespace bitswap::deflate {

/// What is expected at a place.
struct Prediction {
  Token token;
  Token match;  ///< the longest match that was found, also where it is not taken; a literal if there was none
};

inline constexpr std::uint64_t kMostText = 0xFFFFFFFF;

/// Walks over one plaintext. Places are offsets in it, and only rise. What it does depends on nothing but the
/// plaintext, the settings, where it began and the tokens it was told.
class Matcher {
 public:
  /// Begins at `begin`, as if all before had been seen: every place of the window before it can be matched.
  /// Requires valid settings, a plaintext of less than kMostText bytes, and that to outlive it. Memory: 320 KiB.
  Matcher(ByteView text, std::uint64_t begin, const Settings& settings);

  /// The token at `place`. Requires place < text.size().
  Prediction predict(std::uint64_t place);
  /// What was really there; the next place is that behind it.
  void accept(std::uint64_t place, const Prediction& prediction, Token token);

  /// The nearest place from which at least `length` bytes can be taken, and the next ones after it.
  /// Requires place + length <= text.size(), length >= 3.
  class Candidates {
   public:
    /// 0 when there are no more, or looking further takes too long.
    std::uint32_t next_distance();

   private:
    friend class Matcher;
    const Matcher* matcher_ = nullptr;
    std::uint64_t place_ = 0;
    std::uint32_t length_ = 0;
    std::uint64_t at_ = 0;
    int steps_ = 0;
  };
  Candidates candidates(std::uint64_t place, std::uint32_t length);

 private:
  struct Found {
    std::uint32_t length = 0;
    std::uint32_t distance = 0;
  };
  void insert_through(std::uint64_t place);
  [[nodiscard]] Found search(std::uint64_t place, std::uint32_t beat);
  [[nodiscard]] Found run_before(std::uint64_t place) const;
  [[nodiscard]] bool too_poor(const Found& found) const;

  ByteView text_;
  Settings settings_;
  std::uint64_t reach_;  ///< the longest distance
  std::uint32_t hash_mask_;
  int hash_shift_;
  std::uint64_t next_insert_;
  std::vector<std::uint32_t> head_;    ///< of each hash, 1 + the last place that has it; 0 for none
  std::vector<std::uint16_t> before_;  ///< of each place in the window, how far back its hash was last; 0 for too far
  Found carried_;                      ///< at carried_place_
  std::uint64_t carried_place_ = ~std::uint64_t{0};
  Found next_;  ///< found one place ahead by the last predict()
};

}  // namespace bitswap::deflate
