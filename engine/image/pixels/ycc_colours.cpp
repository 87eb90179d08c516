// SPDX-License-Identifier: GPL-3.0-or-later
// Most triples are found by rounding the real-valued inverse; the others, clamped pixels first of all, need a search.
#include "engine/image/pixels/ycc_colours.h"

#include <algorithm>
#include <cmath>
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

/// A floor of a product: (factor · v) >> shift.
struct Scaled {
  int factor, shift;
  BITSWAP_INTO_EACH int operator()(int v) const { return (factor * v) >> shift; }
};

/// R = clamp((luma(Y) + red(Cr) + red_offset) >> shift), B likewise with blue(Cb), and green from both chroma samples,
/// of which it takes green_cb · green_from_cb(Cb) and so on. Chroma is counted from its middle.
struct Forward {
  int cb_middle, cr_middle;
  Scaled luma, red, blue, green_from_cb, green_from_cr;
  int green_cb, green_cr;
  int red_offset, green_offset, blue_offset;
  int shift;

  BITSWAP_INTO_EACH int red_part(int cr) const { return red(cr - cr_middle) + red_offset; }
  BITSWAP_INTO_EACH int blue_part(int cb) const { return blue(cb - cb_middle) + blue_offset; }
  BITSWAP_INTO_EACH int green_part_of_cb(int cb) const { return green_cb * green_from_cb(cb - cb_middle); }
  BITSWAP_INTO_EACH int green_part_of_cr(int cr) const {
    return green_cr * green_from_cr(cr - cr_middle) + green_offset;
  }
};

BITSWAP_INTO_EACH int clamp8(int v) { return std::clamp(v, 0, 255); }

BITSWAP_INTO_EACH Rgb image(const Forward& f, Triple t) {
  const int luma = f.luma(t.y);
  return {clamp8((luma + f.red_part(t.cr)) >> f.shift),
          clamp8((luma + f.green_part_of_cb(t.cb) + f.green_part_of_cr(t.cr)) >> f.shift),
          clamp8((luma + f.blue_part(t.cb)) >> f.shift)};
}

constexpr int kBits = 16;
constexpr int kHalf = 1 << (kBits - 1);
constexpr int fixed(double v) { return static_cast<int>(v * (1 << kBits) + (v < 0 ? -0.5 : 0.5)); }

/// The real-valued inverse, rounded, in 1/65536. All spaces share the luma weights of BT.601.
struct Inverse {
  int y[3], cb[3], cr[3];
  int y_offset, cb_offset, cr_offset;

  /// R = y_step · (Y − y_zero) + cr_step · (Cr − middle) − r_lost and so on: what rounding down takes off on average.
  constexpr Inverse(double y_step, double y_zero, double cb_step, double cr_step, const Forward& forward,
                    double rb_lost, double g_lost)
      : y{fixed(kRed / y_step), fixed(kGreen / y_step), fixed(kBlue / y_step)},
        cb{fixed(-kRed / cb_step), fixed(-kGreen / cb_step), fixed((1 - kBlue) / cb_step)},
        cr{fixed((1 - kRed) / cr_step), fixed(-kGreen / cr_step), fixed(-kBlue / cr_step)},
        y_offset(fixed(y_zero + ((kRed + kBlue) * rb_lost + kGreen * g_lost) / y_step) + kHalf),
        cb_offset(fixed(forward.cb_middle + kGreen * (rb_lost - g_lost) / cb_step) + kHalf),
        cr_offset(fixed(forward.cr_middle + kGreen * (rb_lost - g_lost) / cr_step) + kHalf) {}

  BITSWAP_INTO_EACH Triple operator()(Rgb p) const {
    return {clamp8((y[0] * p.r + y[1] * p.g + y[2] * p.b + y_offset) >> kBits),
            clamp8((cb[0] * p.r + cb[1] * p.g + cb[2] * p.b + cb_offset) >> kBits),
            clamp8((cr[0] * p.r + cr[1] * p.g + cr[2] * p.b + cr_offset) >> kBits)};
  }

 private:
  static constexpr double kRed = 0.299, kGreen = 0.587, kBlue = 0.114;
};

struct Rules {
  Forward forward;
  Inverse inverse;
};

constexpr Forward kJpeg{.cb_middle = 128,
                        .cr_middle = 128,
                        .luma = {1 << kBits, 0},
                        .red = {91881, 0},  // 1.402, 1.772, 0.34414 and 0.71414
                        .blue = {116130, 0},
                        .green_from_cb = {1, 0},
                        .green_from_cr = {1, 0},
                        .green_cb = -22554,
                        .green_cr = -46802,
                        .red_offset = kHalf,
                        .green_offset = kHalf,
                        .blue_offset = kHalf,
                        .shift = kBits};
/// In 1/64; chroma counts from 0, the offsets hold its middle, the black of 16 and a half for rounding.
constexpr Forward kWebP{.cb_middle = 0,
                        .cr_middle = 0,
                        .luma = {19077, 8},
                        .red = {26149, 8},
                        .blue = {33050, 8},
                        .green_from_cb = {6419, 8},
                        .green_from_cr = {13320, 8},
                        .green_cb = -1,
                        .green_cr = -1,
                        .red_offset = -14234,
                        .green_offset = 8708,
                        .blue_offset = -17685,
                        .shift = 6};
/// Y, C1 and C2 by 1.3584, 2.2179 and 1.8215; green takes 0.194 and 0.509 of what blue and red get, in whole numbers.
constexpr Forward kPhotoCd{.cb_middle = 156,
                           .cr_middle = 137,
                           .luma = {89024, 0},
                           .red = {119374, 0},
                           .blue = {145352, 0},
                           .green_from_cb = {145352, kBits},
                           .green_from_cr = {119374, kBits},
                           .green_cb = -12714,
                           .green_cr = -33358,
                           .red_offset = 0,
                           .green_offset = 0,
                           .blue_offset = 0,
                           .shift = kBits};
/// For the inverse alone, which counts chroma from the middle.
constexpr Forward kWebPFromMiddle = [] {
  Forward f = kWebP;
  f.cb_middle = f.cr_middle = 128;
  return f;
}();

constexpr Rules kRules[] = {{kJpeg, {1, 0, 1.772, 1.402, kJpeg, 0, 0}},
                            {kWebP, {1.16438, 16, 2.01723, 1.59603, kWebPFromMiddle, 0, 0}},
                            {kPhotoCd, {1.3584, 0, 2.2179, 1.8215, kPhotoCd, 0.5, 0.15}}};

const Rules& rules_of(YccSpace space) { return kRules[static_cast<std::size_t>(space)]; }

/// lo..hi, empty if lo > hi.
struct Range {
  int lo, hi;
  [[nodiscard]] int nearest(int v) const { return std::clamp(v, lo, hi); }
};

/// The sums before the shift and the clamp that give a colour.
Range sums_of(int colour, int shift) {
  constexpr int kFar = 1 << 29;
  return {colour == 0 ? -kFar : colour << shift, colour == 255 ? kFar : ((colour + 1) << shift) - 1};
}

Range without(Range sums, int part) { return {sums.lo - part, sums.hi - part}; }
Range intersect(Range a, Range b) { return {std::max(a.lo, b.lo), std::min(a.hi, b.hi)}; }

/// What each value of a chroma sample adds to a colour, rising or falling.
class Parts {
 public:
  template <typename Part>
  explicit Parts(const Part& part) {
    for (int v = 0; v < 256; ++v) part_[v] = part(v);
    falls_ = part_.front() > part_.back();
    if (falls_) std::ranges::reverse(part_);
  }
  [[nodiscard]] int of(int v) const { return part_[falls_ ? 255 - v : v]; }
  /// Which values are within a range.
  [[nodiscard]] Range find(Range parts) const {
    const int first = static_cast<int>(std::ranges::lower_bound(part_, parts.lo) - part_.begin());
    const int last = static_cast<int>(std::ranges::upper_bound(part_, parts.hi) - part_.begin()) - 1;
    return falls_ ? Range{255 - last, 255 - first} : Range{first, last};
  }

 private:
  std::array<int, 256> part_{};  ///< ascending
  bool falls_ = false;
};

/// Finds the triples of single colours.
class Search {
 public:
  explicit Search(const Rules& rules)
      : forward_(rules.forward),
        red_([&](int v) { return rules.forward.red_part(v); }),
        blue_([&](int v) { return rules.forward.blue_part(v); }),
        green_cb_([&](int v) { return rules.forward.green_part_of_cb(v); }),
        green_cr_([&](int v) { return rules.forward.green_part_of_cr(v); }) {}

  /// A triple with this image whose Y is as near as can be, with chroma near as well. A clamped colour leaves many.
  [[nodiscard]] std::optional<Triple> find(Rgb p, Triple near) const {
    for (int distance = 0; distance < 256; ++distance) {
      for (const int y : {near.y - distance, near.y + distance}) {
        if (y < 0 || y > 255) continue;
        const int luma = forward_.luma(y);
        const Range cb = blue_.find(without(sums_of(p.b, forward_.shift), luma));
        const Range cr = red_.find(without(sums_of(p.r, forward_.shift), luma));
        if (cb.lo > cb.hi || cr.lo > cr.hi) continue;
        const Range green = without(sums_of(p.g, forward_.shift), luma);
        if (cb.hi - cb.lo <= cr.hi - cr.lo) {  // try the one with fewer values
          if (const auto found = pair(green, green_cb_, cb, near.cb, green_cr_, cr, near.cr)) {
            return Triple{y, found->first, found->second};
          }
        } else if (const auto found = pair(green, green_cr_, cr, near.cr, green_cb_, cb, near.cb)) {
          return Triple{y, found->second, found->first};
        }
      }
    }
    return {};
  }

 private:
  /// The value of `a` nearest to `a_near`, with the nearest one of `b` that makes green right together with it.
  static std::optional<std::pair<int, int>> pair(Range green, const Parts& a_parts, Range a, int a_near,
                                                 const Parts& b_parts, Range b, int b_near) {
    const int centre = a.nearest(a_near);
    for (int step = 0; step <= a.hi - a.lo; ++step) {
      for (const int v : {centre - step, centre + step}) {
        if (v < a.lo || v > a.hi) continue;
        const Range both = intersect(b, b_parts.find(without(green, a_parts.of(v))));
        if (both.lo <= both.hi) return std::pair{v, both.nearest(b_near)};
      }
    }
    return {};
  }

  Forward forward_;
  Parts red_, blue_, green_cb_, green_cr_;
};

const Search& search_of(YccSpace space) {
  static const std::array searches{Search(kRules[0]), Search(kRules[1]), Search(kRules[2])};
  return searches[static_cast<std::size_t>(space)];
}

constexpr std::size_t kBlock = 256;

/// Pixels with one array a colour, so that the compiler can take many at once.
struct Block {
  std::int32_t r[kBlock], g[kBlock], b[kBlock];
  std::int32_t y[kBlock], cb[kBlock], cr[kBlock];
};

/// The rounded inverse of all pixels; whether it is a right one for all.
BITSWAP_FOR_MANY_PROCESSORS
bool invert(const Rules& rules, Block& block) {
  const Rules own = rules;  // in registers, whatever the block's arrays may alias
  std::int32_t wrong = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const Rgb p{block.r[i], block.g[i], block.b[i]};
    const Triple t = own.inverse(p);
    block.y[i] = t.y;
    block.cb[i] = t.cb;
    block.cr[i] = t.cr;
    const Rgb back = image(own.forward, t);
    wrong |= (back.r ^ p.r) | (back.g ^ p.g) | (back.b ^ p.b);
  }
  return wrong == 0;
}

BITSWAP_FOR_MANY_PROCESSORS
void make_images(const Forward& forward, Block& block) {
  const Forward own = forward;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const Rgb p = image(own, {block.y[i], block.cb[i], block.cr[i]});
    block.r[i] = p.r;
    block.g[i] = p.g;
    block.b[i] = p.b;
  }
}

/// Finds the triples of many blocks and remembers those of the colours that needed a search: white sky has millions.
class Finder {
 public:
  explicit Finder(YccSpace space) : rules_(rules_of(space)), search_(search_of(space)) {}

  /// False if a pixel has none. What lies behind the n pixels may be anything.
  bool find(Block& block, std::size_t n) {
    if (invert(rules_, block)) return true;
    for (std::size_t i = 0; i < n; ++i) {
      const Rgb p{block.r[i], block.g[i], block.b[i]};
      const Triple near{block.y[i], block.cb[i], block.cr[i]};
      if (image(rules_.forward, near) == p) continue;
      Known& known = known_[static_cast<std::size_t>(p.r * 31 + p.g * 17 + p.b) % known_.size()];
      if (known.colour != p) {
        const std::optional<Triple> found = search_.find(p, near);
        if (!found) return false;
        known = {p, *found};
      }
      block.y[i] = known.triple.y;
      block.cb[i] = known.triple.cb;
      block.cr[i] = known.triple.cr;
    }
    return true;
  }

 private:
  struct Known {
    Rgb colour{-1, -1, -1};
    Triple triple{};
  };
  const Rules& rules_;
  const Search& search_;
  std::array<Known, 1024> known_{};
};

/// Calls use(first pixel, number of pixels) for blocks of the picture.
template <typename Use>
bool for_blocks(const Picture& picture, Use&& use) {
  for (std::size_t first = 0; first < picture.pixel_count(); first += kBlock) {
    if (!use(first, std::min(kBlock, picture.pixel_count() - first))) return false;
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

bool lies_in(const Picture& picture, YccSpace space) {
  if (picture.channels < 3) return false;
  Block block{};
  Finder finder(space);
  return for_blocks(picture, [&](std::size_t first, std::size_t n) {
    load(picture, first, n, block);
    return finder.find(block, n);
  });
}

std::optional<YccSpace> find_ycc_space(const Picture& picture) {
  for (const YccSpace space : kYccSpaces) {
    if (lies_in(picture, space)) return space;
  }
  return {};
}

void to_ycc(Picture& picture, YccSpace space) {
  Block block{};
  Finder finder(space);
  for_blocks(picture, [&](std::size_t first, std::size_t n) {
    load(picture, first, n, block);
    finder.find(block, n);
    std::uint8_t* p = picture.samples.data() + first * 3;
    for (std::size_t i = 0; i < n; ++i, p += 3) {
      p[0] = static_cast<std::uint8_t>(block.cr[i]);
      p[1] = static_cast<std::uint8_t>(block.y[i]);
      p[2] = static_cast<std::uint8_t>(block.cb[i]);
    }
    return true;
  });
}

void from_ycc(Picture& picture, YccSpace space) {
  Block block{};
  for_blocks(picture, [&](std::size_t first, std::size_t n) {
    std::uint8_t* p = picture.samples.data() + first * 3;
    for (std::size_t i = 0; i < n; ++i) {
      block.cr[i] = p[3 * i];
      block.y[i] = p[3 * i + 1];
      block.cb[i] = p[3 * i + 2];
    }
    make_images(rules_of(space).forward, block);
    for (std::size_t i = 0; i < n; ++i) {
      p[3 * i] = static_cast<std::uint8_t>(block.r[i]);
      p[3 * i + 1] = static_cast<std::uint8_t>(block.g[i]);
      p[3 * i + 2] = static_cast<std::uint8_t>(block.b[i]);
    }
    return true;
  });
}

}  // namespace bitswap
