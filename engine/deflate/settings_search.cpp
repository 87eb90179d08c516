// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks with many matches tell most. zlib's own settings come first, changes of the best ones after that.
#include "engine/deflate/settings_search.h"

#include <algorithm>
#include <bit>
#include <new>
#include <vector>

#include "engine/deflate/matcher.h"

namespace bitswap::deflate {
namespace {

constexpr std::size_t kSamples = 4;
constexpr std::size_t kSampleTokens = 3000;

struct Sample {
  std::uint64_t begin = 0;
  std::vector<Token> tokens;
};

/// Of each quarter of the stream the block with the most matches.
Result<std::vector<Sample>> take_samples(ByteView stream, const std::vector<BlockPlace>& blocks) {
  std::vector<Sample> samples;
  Block block;
  for (std::size_t i = 0; i < kSamples; ++i) {
    const auto edge = [&](std::size_t k) {
      return blocks.begin() + static_cast<std::ptrdiff_t>(blocks.size() * k / kSamples);
    };
    const auto best = std::max_element(edge(i), edge(i + 1), [](const BlockPlace& a, const BlockPlace& b) {
      return std::min<std::size_t>(a.matches, kSampleTokens) < std::min<std::size_t>(b.matches, kSampleTokens);
    });
    if (best == edge(i + 1) || best->tokens == 0) continue;
    BITSWAP_TRY(read_block(stream, *best, block));
    block.tokens.resize(std::min(block.tokens.size(), kSampleTokens));
    samples.push_back({best->begin, block.tokens});
  }
  return samples;
}

class Judge {
 public:
  Judge(ByteView text, std::vector<Sample> samples) : text_(text), samples_(std::move(samples)) {
    for (const Sample& sample : samples_) best.tokens += sample.tokens.size();
    best.missed = best.tokens + 1;
  }

  /// Keeps the settings if they are better than the best so far.
  void consider(const Settings& settings) {
    std::uint64_t missed = 0;
    for (const Sample& sample : samples_) {
      Matcher matcher(text_, sample.begin, settings);
      std::uint64_t place = sample.begin;
      for (const Token& token : sample.tokens) {
        const Prediction expected = matcher.predict(place);
        if (expected.token != token && ++missed >= best.missed) return;
        matcher.accept(place, expected, token);
        place += token.bytes();
      }
    }
    best.settings = settings;
    best.missed = missed;
  }

  /// Where a sample begins inside of a lazy search, its first token may be a surprise.
  [[nodiscard]] bool satisfied() const { return best.missed < samples_.size(); }

  SettingsGuess best;

 private:
  ByteView text_;
  std::vector<Sample> samples_;
};

/// zlib's memory level, told by the blocks' lengths; 0 if they are not zlib's.
int memory_level(const std::vector<BlockPlace>& blocks) {
  std::array<std::size_t, 10> votes{};
  std::size_t voters = 0;
  std::uint32_t longest = 0;
  for (const BlockPlace& block : blocks) {
    if (block.type == BlockType::Stored) continue;
    longest = std::max(longest, block.tokens);
    if (block.last) continue;
    ++voters;
    const std::uint32_t room = block.tokens + 1;
    if (std::has_single_bit(room) && room >= 1u << 7 && room <= 1u << 15) {
      ++votes[static_cast<std::size_t>(std::countr_zero(room) - 6)];
    }
  }
  if (voters == 0) return longest < 1u << 14 ? 8 : longest < 1u << 15 ? 9 : 0;
  const auto most = std::ranges::max_element(votes);
  return 2 * *most >= voters ? static_cast<int>(most - votes.begin()) : 0;
}

struct Try {
  int level;
  int strategy;
};

/// Those first that zlib describes by `hint`, the two bits FLEVEL.
std::vector<Try> zlib_tries(int hint) {
  std::vector<Try> all;
  for (const int level : {6, 9, 1, 5, 7, 8, 3, 4, 2}) all.push_back({level, 0});
  for (const int level : {6, 9, 5, 7, 8, 4}) all.push_back({level, 1});
  all.push_back({6, 3});
  all.push_back({6, 2});
  std::ranges::stable_partition(all, [&](const Try& guess) {
    if (guess.strategy >= 2 || guess.level < 2) return hint == 0;
    return hint == (guess.level < 6 ? 1 : guess.level == 6 ? 2 : 3);
  });
  return all;
}

/// Changes one thing after the other and keeps what helps: for writers that are not zlib.
void refine(Judge& judge) {
  const auto vary = [&](auto change) {
    Settings settings = judge.best.settings;
    change(settings);
    if (settings != judge.best.settings) judge.consider(settings);
  };
  for (int round = 0; round < 2; ++round) {
    const std::uint64_t before = judge.best.missed;
    for (const std::uint16_t near : {std::uint16_t{4096}, std::uint16_t{8192}, std::uint16_t{32768}}) {
      vary([&](Settings& s) { s.near = near; });
    }
    for (const std::uint8_t shortest : {std::uint8_t{3}, std::uint8_t{4}, std::uint8_t{5}}) {
      vary([&](Settings& s) { s.shortest = shortest; });
    }
    for (const int chain : {16, 64, 256, 1024, 4096})
      vary([&](Settings& s) { s.chain = static_cast<std::uint16_t>(chain); });
    for (const int lazy : {4, 16, 258}) vary([&](Settings& s) { s.lazy = static_cast<std::uint16_t>(lazy); });
    for (const int nice : {32, 128, 258}) vary([&](Settings& s) { s.nice = static_cast<std::uint16_t>(nice); });
    for (const int good : {8, 258}) vary([&](Settings& s) { s.good = static_cast<std::uint16_t>(good); });
    if (20 * judge.best.missed > 19 * before) break;
  }
}

Result<SettingsGuess> search(ByteView stream, const Inflated& inflated, std::array<std::uint8_t, 2> zlib_header) {
  std::uint64_t tokens = 0;
  std::uint64_t matches = 0;
  bool dynamic = false;
  for (const BlockPlace& block : inflated.blocks) {
    tokens += block.tokens;
    matches += block.matches;
    dynamic = dynamic || block.type == BlockType::Dynamic;
  }
  const int memory = memory_level(inflated.blocks);
  int window = std::clamp((zlib_header[0] >> 4) + 8, 9, 15);
  const auto reach = [](int bits) { return (1u << bits) - 262u; };
  while (window < 15 && inflated.farthest > reach(window)) ++window;

  const auto settings_for = [&](const Try& guess, int bits, int memory_bits) {
    Settings settings = zlib_settings(guess.level, guess.strategy, bits, memory_bits);
    if (memory == 0) settings.block_tokens = 0;
    if (inflated.farthest > reach(bits)) settings.margin = 0;
    settings.fixed = !dynamic;
    return settings;
  };
  const int usual = memory == 0 ? 8 : memory;
  if (tokens == 0) return SettingsGuess{settings_for({0, 0}, window, usual)};
  if (matches == 0) return SettingsGuess{settings_for({6, 2}, window, usual), tokens, 0};

  BITSWAP_TRY_ASSIGN(std::vector<Sample> samples, take_samples(stream, inflated.blocks));
  Judge judge(inflated.plaintext, std::move(samples));
  for (const Try& guess : zlib_tries(zlib_header[1] >> 6)) {
    judge.consider(settings_for(guess, window, usual));
    if (judge.satisfied()) break;
  }
  const auto vary = [&](auto change) {
    if (judge.best.missed == 0) return;
    Settings settings = judge.best.settings;
    change(settings);
    judge.consider(settings);
  };
  // libpng may write a smaller window into the header than it used.
  if (inflated.plaintext.size() > reach(window)) {
    for (const int bits : {window + 1, 15}) {
      if (bits <= 15) vary([&](Settings& s) { s.window = static_cast<std::uint8_t>(bits); });
    }
  }
  for (const std::uint8_t bits : {std::uint8_t{15}, std::uint8_t{16}}) {
    vary([&](Settings& s) { s.hash_bits = bits; });
  }
  if (50 * judge.best.missed > judge.best.tokens) refine(judge);
  return judge.best;
}

}  // namespace

Result<SettingsGuess> find_settings(ByteView stream, const Inflated& inflated,
                                    std::array<std::uint8_t, 2> zlib_header) {
  try {
    return search(stream, inflated, zlib_header);
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "no memory to look at compressed data"};
  }
}

}  // namespace bitswap::deflate
