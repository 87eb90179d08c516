// SPDX-License-Identifier: GPL-3.0-or-later
// Makes them.
#include "tests/deflate/streams.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace bitswap::test {

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15u;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

Bytes make_text(Text kind, std::size_t size, std::uint64_t seed) {
  Random random(seed);
  Bytes text;
  text.reserve(size + 300);
  constexpr std::size_t kRow = 601;
  constexpr std::string_view kPhrases[] = {"the quick brown fox ", "jumps over ", "the lazy dog ", "and again ",
                                           "pictures, pictures ",  "0123456789 ", "lossless ",     "archive "};
  while (text.size() < size) {
    switch (kind) {
      case Text::Picture:
        if (text.size() % kRow == 0) {
          text.push_back(4);
        } else {
          const std::uint32_t noise = random.below(8);  // differences of neighbours, mostly small
          text.push_back(static_cast<std::uint8_t>(noise < 5   ? 0
                                                   : noise < 7 ? random.below(4) - 2
                                                               : random.below(40) - 20));
        }
        break;
      case Text::Words: {
        const std::string_view phrase = kPhrases[random.below(8)];
        text.insert(text.end(), phrase.begin(), phrase.end());
        break;
      }
      case Text::Noise: text.push_back(static_cast<std::uint8_t>(random.next())); break;
      case Text::Flat:
        text.insert(text.end(), 1 + random.below(2000), static_cast<std::uint8_t>(random.below(3)));
        break;
    }
  }
  text.resize(size);
  return text;
}

Bytes zlib_stream(const Bytes& text, const ZlibOptions& options) {
  z_stream zlib{};
  if (deflateInit2(&zlib, options.level, Z_DEFLATED, options.window, options.memory, options.strategy) != Z_OK)
    std::abort();
  Bytes out(2 * text.size() + 4096 + (options.portion > 0 ? 16 * (text.size() / options.portion) : 0));
  zlib.next_out = out.data();
  zlib.avail_out = static_cast<uInt>(out.size());
  const std::size_t portion = options.portion == 0 ? std::max<std::size_t>(text.size(), 1) : options.portion;
  std::size_t at = 0;
  do {
    const std::size_t count = std::min(portion, text.size() - at);
    zlib.next_in = const_cast<Bytef*>(text.data() + at);
    zlib.avail_in = static_cast<uInt>(count);
    at += count;
    deflate(&zlib, at == text.size() ? Z_FINISH : options.flush);
  } while (at < text.size());
  out.resize(out.size() - zlib.avail_out);
  deflateEnd(&zlib);
  return out;
}

}  // namespace bitswap::test
