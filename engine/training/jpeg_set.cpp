// SPDX-License-Identifier: GPL-3.0-or-later
// Sampling of training crops, and the packed file.
#include "engine/training/jpeg_set.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "engine/training/jpeg_encode.h"
#include "engine/training/packed_set.h"

namespace bitswap {
namespace {

constexpr std::string_view kMagic = "BSJC";
constexpr int kSide = kJpegCropBlocks;
constexpr int kCoefficients = 64;
constexpr int kMaxSide = 1 << 13;  ///< blocks of a packed picture

int width_in_chroma(const JpegBlocks& p) {
  return std::min(p.components[0].columns / p.across, p.components[1].columns);
}
int height_in_chroma(const JpegBlocks& p) { return std::min(p.components[0].rows / p.down, p.components[1].rows); }

int between(int low, int high, std::mt19937_64& random) {
  return low + static_cast<int>(random() % static_cast<std::uint64_t>(high - low + 1));
}

void append_block(const std::int16_t* block, ByteWriter& out) {
  int count = kCoefficients;
  while (count > 0 && block[count - 1] == 0) --count;
  out.u8(static_cast<std::uint8_t>(count));
  for (int i = 0; i < count; ++i) {
    const bool small = block[i] > -128 && block[i] < 128;
    out.u8(static_cast<std::uint8_t>(small ? block[i] : -128));
    if (!small) out.u16(static_cast<std::uint16_t>(block[i]));
  }
}

Status read_block(ByteReader& in, std::int16_t* block) {
  BITSWAP_TRY_ASSIGN(const std::uint8_t count, in.u8());
  if (count > kCoefficients) return Error{Error::Code::Corrupt, in.position(), "packed training set: bad block"};
  for (int i = 0; i < count; ++i) {
    BITSWAP_TRY_ASSIGN(const std::uint8_t byte, in.u8());
    block[i] = static_cast<std::int8_t>(byte);
    if (byte != 0x80) continue;
    BITSWAP_TRY_ASSIGN(const std::uint16_t wide, in.u16());
    block[i] = static_cast<std::int16_t>(wide);
  }
  return {};
}

Result<JpegBlocks> read_picture(ByteReader& in) {
  JpegBlocks picture;
  BITSWAP_TRY_ASSIGN(const std::uint8_t across, in.u8());
  BITSWAP_TRY_ASSIGN(const std::uint8_t down, in.u8());
  picture.across = across;
  picture.down = down;
  for (JpegComponentBlocks& component : picture.components) {
    BITSWAP_TRY_ASSIGN(const std::uint16_t columns, in.u16());
    BITSWAP_TRY_ASSIGN(const std::uint16_t rows, in.u16());
    const std::size_t blocks = std::size_t{columns} * rows;
    if (columns > kMaxSide || rows > kMaxSide || blocks > in.remaining()) {
      return Error{Error::Code::Corrupt, in.position(), "packed training set: bad size"};
    }
    component.columns = columns;
    component.rows = rows;
    for (auto& step : component.steps) {
      BITSWAP_TRY_ASSIGN(step, in.u16());
      if (step == 0) return Error{Error::Code::Corrupt, in.position(), "packed training set: bad step"};
    }
    component.values.resize(blocks * kCoefficients);
    for (std::size_t i = 0; i < blocks; ++i) {
      BITSWAP_TRY(read_block(in, component.values.data() + i * kCoefficients));
    }
  }
  return picture;
}

}  // namespace

JpegBlocks crop(const JpegBlocks& picture, int x, int y, int width, int height) {
  JpegBlocks result{{}, picture.across, picture.down};
  for (std::size_t c = 0; c < 3; ++c) {
    const int across = c == 0 ? picture.across : 1, down = c == 0 ? picture.down : 1;
    const JpegComponentBlocks& from = picture.components[c];
    JpegComponentBlocks& to = result.components[c];
    to = {width * across, height * down, from.steps, {}};
    for (int row = 0; row < to.rows; ++row) {
      const auto* begin =
          from.values.data() + (static_cast<std::size_t>(y * down + row) * from.columns + x * across) * kCoefficients;
      to.values.insert(to.values.end(), begin, begin + static_cast<std::size_t>(to.columns) * kCoefficients);
    }
  }
  return result;
}

bool JpegSet::add(JpegBlocks picture) {
  const JpegComponentBlocks &cb = picture.components[1], &cr = picture.components[2];
  const int width = width_in_chroma(picture), height = height_in_chroma(picture);
  if (cb.columns != cr.columns || cb.rows != cr.rows || width < kSide || height < kSide) return false;
  for (Kind& kind : kinds_) {
    if (kind.across != picture.across || kind.down != picture.down) continue;
    const double before = kind.cumulative.empty() ? 0 : kind.cumulative.back();
    kind.cumulative.push_back(before + static_cast<double>(width) * height);
    pixels_ += static_cast<std::uint64_t>(picture.components[0].columns) * picture.components[0].rows * kCoefficients;
    kind.pictures.push_back(std::move(picture));
    return true;
  }
  return false;
}

std::size_t JpegSet::files() const {
  std::size_t count = 0;
  for (const Kind& kind : kinds_) count += kind.pictures.size();
  return count;
}

JpegCrops JpegSet::sample(int batch, std::mt19937_64& random) const {
  const auto share = [&](const Kind& kind, bool clean) {
    if (clean) return clean_.size() > 0 ? kind.clean_share : 0.0;
    return kind.pictures.empty() ? 0.0 : kind.share;
  };
  double total = 0;
  for (const Kind& kind : kinds_) total += share(kind, true) + share(kind, false);
  double chosen = std::uniform_real_distribution<double>(0, total)(random);
  const Kind* last = nullptr;
  bool last_clean = false;
  for (const Kind& kind : kinds_) {
    for (const bool clean : {false, true}) {
      const double own = share(kind, clean);
      if (own == 0) continue;
      last = &kind;
      last_clean = clean;
      if ((chosen -= own) < 0) break;
    }
    if (chosen < 0) break;
  }
  JpegCrops crops{.count = batch * 4 / (last->across * last->down),
                  .across = last->across,
                  .down = last->down,
                  .values = {},
                  .steps = {}};
  if (last_clean) {
    sample_clean(*last, random, crops);
  } else {
    sample_real(*last, random, crops);
  }
  return crops;
}

void JpegSet::sample_real(const Kind& kind, std::mt19937_64& random, JpegCrops& crops) const {
  std::uniform_real_distribution<double> pick(0, kind.cumulative.back());
  for (int n = 0; n < crops.count; ++n) {
    const auto found = std::upper_bound(kind.cumulative.begin(), kind.cumulative.end(), pick(random));
    const auto index = std::min<std::size_t>(found - kind.cumulative.begin(), kind.pictures.size() - 1);
    const JpegBlocks& picture = kind.pictures[index];
    const int x = between(0, width_in_chroma(picture) - kSide, random);
    const int y = between(0, height_in_chroma(picture) - kSide, random);
    const JpegBlocks piece = crop(picture, x, y, kSide, kSide);
    for (std::size_t c = 0; c < 3; ++c) {
      const JpegComponentBlocks& component = piece.components[c];
      crops.values[c].insert(crops.values[c].end(), component.values.begin(), component.values.end());
      crops.steps.insert(crops.steps.end(), component.steps.begin(), component.steps.end());
    }
  }
}

void JpegSet::sample_clean(const Kind& kind, std::mt19937_64& random, JpegCrops& crops) const {
  const int side = kSide * 8 * kind.across;
  std::vector<std::uint8_t> planes(std::size_t{3} * side * side);
  for (int n = 0; n < crops.count; ++n) {
    clean_.sample(1, side, random, planes.data());
    const JpegBlocks piece =
        encode_jpeg(planes, side, kSide * 8 * kind.down, random_quality(random), kind.across, kind.down);
    for (std::size_t c = 0; c < 3; ++c) {
      const JpegComponentBlocks& component = piece.components[c];
      crops.values[c].insert(crops.values[c].end(), component.values.begin(), component.values.end());
      crops.steps.insert(crops.steps.end(), component.steps.begin(), component.steps.end());
    }
  }
}

Status JpegSet::write_packed(const std::filesystem::path& path, std::uint64_t limit_bytes, std::uint64_t seed) const {
  std::mt19937_64 random(seed);
  ByteWriter body;
  std::uint32_t count = 0;
  // About a quarter of a byte a pixel: what photos of usual quality need.
  const double share =
      std::min(1.0, 4.0 * static_cast<double>(limit_bytes) / static_cast<double>(std::max<std::uint64_t>(pixels_, 1)));
  for (const Kind& kind : kinds_) {
    for (const JpegBlocks& picture : kind.pictures) {
      const auto side = [&](int length) { return std::max(kSide, static_cast<int>(std::sqrt(share) * length)); };
      const int whole_width = width_in_chroma(picture), whole_height = height_in_chroma(picture);
      const int width = side(whole_width), height = side(whole_height);
      const JpegBlocks piece = crop(picture, between(0, whole_width - width, random),
                                    between(0, whole_height - height, random), width, height);
      body.u8(static_cast<std::uint8_t>(piece.across));
      body.u8(static_cast<std::uint8_t>(piece.down));
      for (const JpegComponentBlocks& component : piece.components) {
        body.u16(static_cast<std::uint16_t>(component.columns));
        body.u16(static_cast<std::uint16_t>(component.rows));
        for (const auto step : component.steps) body.u16(step);
        for (std::size_t i = 0; i < component.values.size(); i += kCoefficients) {
          append_block(component.values.data() + i, body);
        }
      }
      ++count;
    }
  }
  ByteWriter out;
  out.u32(count);
  out.raw(body.bytes());
  BITSWAP_TRY(write_packed_set(path, kMagic, out.bytes()));
  if (clean_.size() == 0) return {};
  return clean_.write_packed(path.string() + ".clean", limit_bytes, seed);
}

Result<JpegSet> JpegSet::read_packed(const std::filesystem::path& path) {
  BITSWAP_TRY_ASSIGN(const Bytes bytes, read_packed_set(path, kMagic, "a packed set of JPEG coefficients"));
  ByteReader in(bytes);
  BITSWAP_TRY_ASSIGN(const std::uint32_t count, in.u32());
  JpegSet set;
  for (std::uint32_t i = 0; i < count; ++i) {
    BITSWAP_TRY_ASSIGN(JpegBlocks picture, read_picture(in));
    if (!set.add(std::move(picture))) {
      return Error{Error::Code::Corrupt, in.position(), "packed training set: bad picture"};
    }
  }
  const std::filesystem::path clean = path.string() + ".clean";
  if (std::filesystem::exists(clean)) {
    BITSWAP_TRY_ASSIGN(set.clean_, PhotoSet::read_packed(clean));
  }
  if (set.empty()) return Error{Error::Code::Corrupt, 0, path.string() + " holds no picture"};
  return set;
}

}  // namespace bitswap
