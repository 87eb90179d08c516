// The nearest triple is found by rounding the real-valued inverse; only clamped pixels need a search.
#include "engine/image/jpeg_colours.h"

#include <algorithm>
#include <optional>

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

int clamp8(int v) { return std::clamp(v, 0, 255); }

// Before the clamp: what Cr adds to red, Cb to blue, and both to green.
int red_part(int cr) { return (kRedFromCr * (cr - 128) + kHalf) >> kBits; }
int blue_part(int cb) { return (kBlueFromCb * (cb - 128) + kHalf) >> kBits; }
int green_part(int cb, int cr) { return (kGreenFromCb * (cb - 128) + kGreenFromCr * (cr - 128) + kHalf) >> kBits; }

Rgb image(Triple t) {
  return {clamp8(t.y + red_part(t.cr)), clamp8(t.y + green_part(t.cb, t.cr)), clamp8(t.y + blue_part(t.cb))};
}

/// The real-valued inverse, rounded. Weights in 1/65536, those of luma sum to 1.
Triple inverse(Rgb p) {
  return {(19595 * p.r + 38470 * p.g + 7471 * p.b + kHalf) >> kBits,
          clamp8(128 + ((-11059 * p.r - 21709 * p.g + 32768 * p.b + kHalf) >> kBits)),
          clamp8(128 + ((32768 * p.r - 27439 * p.g - 5329 * p.b + kHalf) >> kBits))};
}

/// lo..hi, empty if lo > hi.
struct Range {
  int lo, hi;
  [[nodiscard]] int nearest(int v) const { return std::clamp(v, lo, hi); }
};

int floor_divide(int a, int b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
int ceil_divide(int a, int b) { return -floor_divide(-a, b); }

/// What may be added to Y before the clamp to make the colour `p`.
Range part_of(int p, int y) { return {p == 0 ? -1024 : p - y, p == 255 ? 1024 : p - y}; }

Range intersect(Range a, Range b) { return {std::max(a.lo, b.lo), std::min(a.hi, b.hi)}; }

/// Values c of a chroma sample for which (factor · (c − 128) + half) >> 16 is in `part`.
Range chroma(Range part, int factor) {
  return intersect({128 + ceil_divide((part.lo << kBits) - kHalf, factor),
                    128 + floor_divide(((part.hi + 1) << kBits) - kHalf - 1, factor)},
                   {0, 255});
}

/// The same for Cr in green, where Cb is known.
Range chroma_in_green(Range part, int cb) {
  const int rest = kGreenFromCb * (cb - 128) + kHalf;
  return {128 + floor_divide(rest - ((part.hi + 1) << kBits), -kGreenFromCr) + 1,
          128 + floor_divide(rest - (part.lo << kBits), -kGreenFromCr)};
}

/// Of all triples with this image one whose Y is nearest to `near`, then Cb, then Cr. A clamped colour leaves many.
std::optional<Triple> search(Rgb p, Triple near) {
  for (int distance = 0; distance < 256; ++distance) {
    for (const int y : {near.y - distance, near.y + distance}) {
      if (y < 0 || y > 255) continue;
      const Range cbs = chroma(part_of(p.b, y), kBlueFromCb), crs = chroma(part_of(p.r, y), kRedFromCr);
      if (cbs.lo > cbs.hi || crs.lo > crs.hi) continue;
      const int centre = cbs.nearest(near.cb);
      for (int step = 0; step <= cbs.hi - cbs.lo; ++step) {
        for (const int cb : {centre - step, centre + step}) {
          if (cb < cbs.lo || cb > cbs.hi) continue;
          const Range both = intersect(crs, chroma_in_green(part_of(p.g, y), cb));
          if (both.lo <= both.hi) return Triple{y, cb, both.nearest(near.cr)};
        }
      }
    }
  }
  return {};
}

std::optional<Triple> find(Rgb p) {
  const Triple near = inverse(p);
  if (image(near) == p) return near;
  return search(p, near);
}

}  // namespace

bool has_jpeg_colours(const Picture& picture) {
  if (picture.channels < 3) return false;
  const std::uint8_t* p = picture.samples.data();
  Rgb last{-1, -1, -1};
  for (std::size_t i = 0; i < picture.pixel_count(); ++i, p += picture.channels) {
    const Rgb pixel{p[0], p[1], p[2]};
    if (pixel == last) continue;
    if (!find(pixel)) return false;
    last = pixel;
  }
  return true;
}

void to_jpeg_colours(Picture& picture) {
  std::uint8_t* p = picture.samples.data();
  for (std::size_t i = 0; i < picture.pixel_count(); ++i, p += 3) {
    const Triple t = find({p[0], p[1], p[2]}).value_or(Triple{});
    p[0] = static_cast<std::uint8_t>(t.cr);
    p[1] = static_cast<std::uint8_t>(t.y);
    p[2] = static_cast<std::uint8_t>(t.cb);
  }
}

void from_jpeg_colours(Picture& picture) {
  std::uint8_t* p = picture.samples.data();
  for (std::size_t i = 0; i < picture.pixel_count(); ++i, p += 3) {
    const Rgb pixel = image({p[1], p[2], p[0]});
    p[0] = static_cast<std::uint8_t>(pixel.r);
    p[1] = static_cast<std::uint8_t>(pixel.g);
    p[2] = static_cast<std::uint8_t>(pixel.b);
  }
}

}  // namespace bitswap
