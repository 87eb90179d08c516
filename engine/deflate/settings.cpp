// SPDX-License-Identifier: GPL-3.0-or-later
// zlib's table of levels, and settings as bytes.
#include "engine/deflate/settings.h"

#include <algorithm>
#include <array>

namespace bitswap::deflate {
namespace {

struct Level {
  Method method;
  std::uint16_t good, lazy, nice, chain;
};
constexpr std::array<Level, 10> kLevels = {{{Method::Stored, 0, 0, 0, 1},
                                            {Method::Greedy, 4, 4, 8, 4},
                                            {Method::Greedy, 4, 5, 16, 8},
                                            {Method::Greedy, 4, 6, 32, 32},
                                            {Method::Lazy, 4, 4, 16, 16},
                                            {Method::Lazy, 8, 16, 32, 32},
                                            {Method::Lazy, 8, 16, 128, 128},
                                            {Method::Lazy, 8, 32, 128, 256},
                                            {Method::Lazy, 32, 128, 258, 1024},
                                            {Method::Lazy, 32, 258, 258, 4096}}};
constexpr std::uint8_t kFixedBit = 0x80;
constexpr std::uint32_t kMostBlockTokens = 1u << 30;

}  // namespace

Settings zlib_settings(int level, int strategy, int window, int memory) {
  const Level& row = kLevels[static_cast<std::size_t>(level)];
  Settings settings;
  settings.method = row.method;
  settings.good = row.good;
  settings.lazy = row.lazy;
  settings.nice = row.nice;
  settings.chain = row.chain;
  if (level > 0 && strategy == 2) settings.method = Method::Literals;
  if (level > 0 && strategy == 3) settings.method = Method::Runs;
  settings.fixed = strategy == 4;
  settings.shortest = strategy == 1 ? 6 : 3;
  settings.window = static_cast<std::uint8_t>(std::max(window, 9));  // zlib has no smaller one
  settings.hash_bits = static_cast<std::uint8_t>(memory + 7);
  settings.block_tokens = (1u << (memory + 6)) - 1;
  return settings;
}

void write_settings(ByteWriter& out, const Settings& settings) {
  out.u8(static_cast<std::uint8_t>(static_cast<std::uint8_t>(settings.method) | (settings.fixed ? kFixedBit : 0)));
  out.u8(settings.window);
  out.u8(settings.hash_bits);
  out.u8(settings.shortest);
  for (const std::uint32_t value :
       {std::uint32_t{settings.near}, std::uint32_t{settings.margin}, std::uint32_t{settings.good},
        std::uint32_t{settings.lazy}, std::uint32_t{settings.nice}, std::uint32_t{settings.chain},
        settings.block_tokens}) {
    out.varint(value);
  }
}

Result<Settings> read_settings(ByteReader& in) {
  const std::uint64_t at = in.position();
  Settings settings;
  BITSWAP_TRY_ASSIGN(const std::uint8_t method, in.u8());
  BITSWAP_TRY_ASSIGN(settings.window, in.u8());
  BITSWAP_TRY_ASSIGN(settings.hash_bits, in.u8());
  BITSWAP_TRY_ASSIGN(settings.shortest, in.u8());
  settings.fixed = (method & kFixedBit) != 0;
  settings.method = static_cast<Method>(method & ~kFixedBit);
  std::array<std::uint64_t, 7> values{};
  for (std::uint64_t& value : values) {
    BITSWAP_TRY_ASSIGN(value, in.varint());
  }
  const auto [near, margin, good, lazy, nice, chain, block_tokens] = values;
  const bool valid = settings.method <= Method::Lazy && settings.window >= 8 && settings.window <= 15 &&
                     settings.hash_bits >= 8 && settings.hash_bits <= 16 && settings.shortest >= kShortest &&
                     settings.shortest <= 6 && near >= 1 && near <= kFarthest && margin <= 262 && good <= kLongest &&
                     lazy <= kLongest && nice <= kLongest && chain >= 1 && chain <= 4096 &&
                     block_tokens <= kMostBlockTokens && margin < (1u << settings.window);
  if (!valid) return Error{Error::Code::Corrupt, at, "a DEFLATE recipe has impossible settings"};
  settings.near = static_cast<std::uint16_t>(near);
  settings.margin = static_cast<std::uint16_t>(margin);
  settings.good = static_cast<std::uint16_t>(good);
  settings.lazy = static_cast<std::uint16_t>(lazy);
  settings.nice = static_cast<std::uint16_t>(nice);
  settings.chain = static_cast<std::uint16_t>(chain);
  settings.block_tokens = static_cast<std::uint32_t>(block_tokens);
  return settings;
}

}  // namespace bitswap::deflate
