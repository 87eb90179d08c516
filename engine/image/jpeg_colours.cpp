// The nearest triple is found by rounding the real-valued inverse; only clamped pixels need a search.
#include "engine/image/jpeg_colours.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

// Without instructions of its own the baseline multiplies 32-bit numbers one by one.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define BITSWAP_FOR_MANY_PROCESSORS __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#define BITSWAP_INTO_EACH [[gnu::always_inline]] inline  // else they are called
#else
#define BITSWAP_FOR_MANY_PROCESSORS
#define BITSWAP_INTO_EACH inline
#endif

namespace bitswap {
namespace {

struct Rgb {
  int r, g, b;
  friend bool operator==(const Rgb&, const Rgb&) = default;
};
struct Triple {
  int y, cb, cr;
};

constexpr int kBits = 16;
constexpr int kHalf = 1 << (kBits - 1);
constexpr int kRedFromCr = 91881;  // 1.402, 1.772, 0.34414 and 0.71414
constexpr int kBlueFromCb = 116130;
constexpr int kGreenFromCb = -22554;
constexpr int kGreenFromCr = -46802;

BITSWAP_INTO_EACH int clamp8(int v) { return std::clamp(v, 0, 255); }

// Before the clamp: what Cr adds to red, Cb to blue, and both to green.
BITSWAP_INTO_EACH int red_part(int cr) { return (kRedFromCr * (cr - 128) + kHalf) >> kBits; }
BITSWAP_INTO_EACH int blue_part(int cb) { return (kBlueFromCb * (cb - 128) + kHalf) >> kBits; }
BITSWAP_INTO_EACH int green_part(int cb, int cr) {
  return (kGreenFromCb * (cb - 128) + kGreenFromCr * (cr - 128) + kHalf) >> kBits;
}

BITSWAP_INTO_EACH Rgb image(Triple t) {
  return {clamp8(t.y + red_part(t.cr)), clamp8(t.y + green_part(t.cb, t.cr)), clamp8(t.y + blue_part(t.cb))};
}

/// The real-valued inverse, rounded. Weights in 1/65536, those of luma sum to 1.
BITSWAP_INTO_EACH Triple inverse(Rgb p) {
  return {(19595 * p.r + 38470 * p.g + 7471 * p.b + kHalf) >> kBits,
          clamp8(128 + ((-11059 * p.r - 21709 * p.g + 32768 * p.b + kHalf) >> kBits)),
          clamp8(128 + ((32768 * p.r - 27439 * p.g - 5329 * p.b + kHalf) >> kBits))};
}

/// lo..hi, empty if lo > hi.
struct Range {
  int lo, hi;
  [[nodiscard]] int nearest(int v) const { return std::clamp(v, lo, hi); }
};

constexpr int kMostPart = 512;  ///< parts are within ± this

/// What may be added to Y before the clamp to make the colour `p`.
Range part_of(int p, int y) { return {p == 0 ? -kMostPart : p - y, p == 255 ? kMostPart : p - y}; }

Range intersect(Range a, Range b) { return {std::max(a.lo, b.lo), std::min(a.hi, b.hi)}; }

/// Where a rising function of a chroma sample is within a range.
class ChromaTable {
 public:
  explicit ChromaTable(int (*part)(int)) {
    int c = 0;
    for (int i = 0; i < static_cast<int>(first_.size()); ++i) {
      while (c < 256 && part(c) < i - kMostPart) ++c;
      first_[i] = c;
    }
  }
  [[nodiscard]] Range find(Range part) const {
    return {first_[part.lo + kMostPart], first_[part.hi + kMostPart + 1] - 1};
  }

 private:
  std::array<int, 2 * kMostPart + 2> first_{};  ///< the first sample whose part is at least index − kMostPart
};

int floor_divide(int a, int b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

/// For which values of one chroma sample green's part is within a range, where the other sample brings `rest`.
Range chroma_in_green(Range part, int rest, int factor) {
  return {128 + floor_divide(rest + kHalf - ((part.hi + 1) << kBits), -factor) + 1,
          128 + floor_divide(rest + kHalf - (part.lo << kBits), -factor)};
}

/// The value of `loop` nearest to `near`, with the nearest one of `other` that makes green right together with it.
/// `loop` is a sample with `loop_factor` in green, `other` one with `other_factor`.
std::optional<std::pair<int, int>> search_green(Range green, Range loop, int near, int loop_factor, Range other,
                                                int other_near, int other_factor) {
  const int centre = loop.nearest(near);
  for (int step = 0; step <= loop.hi - loop.lo; ++step) {
    for (const int c : {centre - step, centre + step}) {
      if (c < loop.lo || c > loop.hi) continue;
      const Range both = intersect(other, chroma_in_green(green, loop_factor * (c - 128), other_factor));
      if (both.lo <= both.hi) return std::pair{c, both.nearest(other_near)};
    }
  }
  return {};
}

/// A triple with this image whose Y is as near as can be, with chroma near as well. A clamped colour leaves many.
std::optional<Triple> search(Rgb p, Triple near) {
  static const ChromaTable red(red_part), blue(blue_part);
  for (int distance = 0; distance < 256; ++distance) {
    for (const int y : {near.y - distance, near.y + distance}) {
      if (y < 0 || y > 255) continue;
      const Range green = part_of(p.g, y), cb = blue.find(part_of(p.b, y)), cr = red.find(part_of(p.r, y));
      if (cb.lo > cb.hi || cr.lo > cr.hi) continue;
      if (cb.hi - cb.lo <= cr.hi - cr.lo) {  // try the one with fewer values
        if (const auto found = search_green(green, cb, near.cb, kGreenFromCb, cr, near.cr, kGreenFromCr)) {
          return Triple{y, found->first, found->second};
        }
      } else if (const auto found = search_green(green, cr, near.cr, kGreenFromCr, cb, near.cb, kGreenFromCb)) {
        return Triple{y, found->second, found->first};
      }
    }
  }
  return {};
}

constexpr std::size_t kBlock = 256;

/// Pixels with one array a colour, so that the compiler can take many at once.
struct Block {
  std::int32_t r[kBlock], g[kBlock], b[kBlock];
  std::int32_t y[kBlock], cb[kBlock], cr[kBlock];
};

/// The rounded inverse of all pixels; whether it is a right one for all.
BITSWAP_FOR_MANY_PROCESSORS
bool invert(Block& block) {
  std::int32_t wrong = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const Rgb p{block.r[i], block.g[i], block.b[i]};
    const Triple t = inverse(p);
    block.y[i] = t.y;
    block.cb[i] = t.cb;
    block.cr[i] = t.cr;
    const Rgb back = image(t);
    wrong |= (back.r ^ p.r) | (back.g ^ p.g) | (back.b ^ p.b);
  }
  return wrong == 0;
}

BITSWAP_FOR_MANY_PROCESSORS
void make_images(Block& block) {
  for (std::size_t i = 0; i < kBlock; ++i) {
    const Rgb p = image({block.y[i], block.cb[i], block.cr[i]});
    block.r[i] = p.r;
    block.g[i] = p.g;
    block.b[i] = p.b;
  }
}

/// Calls use(first pixel, number of pixels) for blocks of the picture.
template <typename Use>
bool for_blocks(const Picture& picture, Use&& use) {
  for (std::size_t first = 0; first < picture.pixel_count(); first += kBlock) {
    if (!use(first, std::min(kBlock, picture.pixel_count() - first))) return false;
  }
  return true;
}

/// Finds the triples of a block; false if a pixel has none. What lies behind the n pixels must be any valid ones.
bool find_triples(Block& block, std::size_t n) {
  if (invert(block)) return true;
  for (std::size_t i = 0; i < n; ++i) {
    const Rgb p{block.r[i], block.g[i], block.b[i]};
    const Triple near{block.y[i], block.cb[i], block.cr[i]};
    if (image(near) == p) continue;
    const std::optional<Triple> found = search(p, near);
    if (!found) return false;
    block.y[i] = found->y;
    block.cb[i] = found->cb;
    block.cr[i] = found->cr;
  }
  return true;
}

void load(const Picture& picture, std::size_t first, std::size_t n, Block& block) {
  const std::uint8_t* p = picture.samples.data() + first * picture.channels;
  for (std::size_t i = 0; i < n; ++i, p += picture.channels) {
    block.r[i] = p[0];
    block.g[i] = p[1];
    block.b[i] = p[2];
  }
}

}  // namespace

bool has_jpeg_colours(const Picture& picture) {
  if (picture.channels < 3) return false;
  Block block{};
  return for_blocks(picture, [&](std::size_t first, std::size_t n) {
    load(picture, first, n, block);
    return find_triples(block, n);
  });
}

void to_jpeg_colours(Picture& picture) {
  Block block{};
  for_blocks(picture, [&](std::size_t first, std::size_t n) {
    load(picture, first, n, block);
    find_triples(block, n);
    std::uint8_t* p = picture.samples.data() + first * 3;
    for (std::size_t i = 0; i < n; ++i, p += 3) {
      p[0] = static_cast<std::uint8_t>(block.cr[i]);
      p[1] = static_cast<std::uint8_t>(block.y[i]);
      p[2] = static_cast<std::uint8_t>(block.cb[i]);
    }
    return true;
  });
}

void from_jpeg_colours(Picture& picture) {
  Block block{};
  for_blocks(picture, [&](std::size_t first, std::size_t n) {
    std::uint8_t* p = picture.samples.data() + first * 3;
    for (std::size_t i = 0; i < n; ++i) {
      block.cr[i] = p[3 * i];
      block.y[i] = p[3 * i + 1];
      block.cb[i] = p[3 * i + 2];
    }
    make_images(block);
    for (std::size_t i = 0; i < n; ++i) {
      p[3 * i] = static_cast<std::uint8_t>(block.r[i]);
      p[3 * i + 1] = static_cast<std::uint8_t>(block.g[i]);
      p[3 * i + 2] = static_cast<std::uint8_t>(block.b[i]);
    }
    return true;
  });
}

}  // namespace bitswap
