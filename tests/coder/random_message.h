// SPDX-License-Identifier: GPL-3.0-or-later
// Seeded distributions and messages for the tests of the coder, from a certain symbol to 65536 equal ones.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/coder/ans_core.h"

namespace bitswap::test {

/// SplitMix64, so that the messages are the same with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() { return splitmix_output(state_ += 0x9E3779B97F4A7C15u); }
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(next() >> 32) % bound; }

 private:
  std::uint64_t state_;
};

/// Symbol s owns the slots [edges[s], edges[s + 1]).
class Distribution {
 public:
  explicit Distribution(std::vector<std::uint32_t> edges) : edges_(std::move(edges)) {}

  static Distribution from_frequencies(const std::vector<std::uint32_t>& frequencies) {
    std::vector<std::uint32_t> edges{0};
    for (const std::uint32_t f : frequencies) edges.push_back(edges.back() + f);
    return Distribution(std::move(edges));
  }

  static Distribution random(Random& random) {
    std::vector<std::uint32_t> edges{0, kSlots};
    for (std::uint32_t cut = random.below(300); cut > 0; --cut) edges.push_back(random.below(kSlots));
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    return Distribution(std::move(edges));
  }

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(edges_.size() - 1); }
  [[nodiscard]] Interval interval(std::uint32_t symbol) const {
    return {edges_[symbol], edges_[symbol + 1] - edges_[symbol]};
  }
  [[nodiscard]] std::uint32_t symbol(std::uint32_t slot) const {
    return static_cast<std::uint32_t>(std::upper_bound(edges_.begin(), edges_.end(), slot) - edges_.begin() - 1);
  }

 private:
  std::vector<std::uint32_t> edges_;
};

/// The names are the data rows of the tests.
inline const std::vector<const char*>& family_names() {
  static const std::vector<const char*> kNames{"certain",   "almost_certain", "one_in_front", "flat_256",
                                               "all_slots", "skewed",         "random",       "mixed"};
  return kNames;
}

/// The distributions of a family; symbol i of a message uses number i mod size.
inline std::vector<Distribution> family(std::size_t index, std::uint64_t seed) {
  Random random(seed);
  std::vector<Distribution> result;
  const auto add = [&](const std::vector<std::uint32_t>& f) { result.push_back(Distribution::from_frequencies(f)); };
  const auto add_skewed = [&] {
    std::vector<std::uint32_t> halves;
    for (std::uint32_t f = kSlots / 2; f > 0; f /= 2) halves.push_back(f);
    halves.push_back(1);
    add(halves);
  };
  switch (index) {
    case 0: add({kSlots}); break;
    case 1: add({kSlots - 1, 1}); break;
    case 2: add({1, kSlots - 1}); break;
    case 3: add(std::vector<std::uint32_t>(256, 256)); break;
    case 4: add(std::vector<std::uint32_t>(kSlots, 1)); break;
    case 5: add_skewed(); break;
    case 6:
      for (int i = 0; i < 61; ++i) result.push_back(Distribution::random(random));
      break;
    default:
      add({kSlots});
      add({kSlots - 1, 1});
      add_skewed();
      add({1, kSlots - 2, 1});
      add(std::vector<std::uint32_t>(256, 256));
      for (int i = 0; i < 8; ++i) result.push_back(Distribution::random(random));
      break;
  }
  return result;
}

struct Message {
  std::vector<Distribution> distributions;
  std::vector<std::uint32_t> symbols;

  [[nodiscard]] const Distribution& distribution(std::size_t i) const {
    return distributions[i % distributions.size()];
  }
  [[nodiscard]] Interval interval(std::size_t i) const { return distribution(i).interval(symbols[i]); }
};

/// With `likely`, symbols are drawn from their distributions; else all symbols are equally frequent, which makes the
/// coder meet many improbable ones.
inline Message random_message(std::size_t family_index, std::size_t length, bool likely, std::uint64_t seed) {
  Message message{family(family_index, seed), std::vector<std::uint32_t>(length)};
  Random random(seed + 1);
  for (std::size_t i = 0; i < length; ++i) {
    const Distribution& d = message.distribution(i);
    message.symbols[i] = likely ? d.symbol(random.below(kSlots)) : random.below(d.size());
  }
  return message;
}

/// Serialised lane of `states` random states and `words` random words.
inline Bytes random_stack(int states, std::size_t words, std::uint64_t seed) {
  Random random(seed);
  ByteWriter out;
  for (int s = 0; s < states; ++s) out.u64(std::max(random.next() >> random.below(32), kLowerBound));
  for (std::size_t i = 0; i < words; ++i) out.u32(static_cast<std::uint32_t>(random.next() >> 32));
  return out.take();
}

}  // namespace bitswap::test
