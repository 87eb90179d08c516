// SPDX-License-Identifier: GPL-3.0-or-later
// Checks, bytes and named sets of the parameters of JPEG models.
#include "engine/model/jpeg_config.h"

#include <numeric>

namespace bitswap {
namespace {

constexpr int kFrequencies = 63;
constexpr std::size_t kMaxLatents = 4;
constexpr int kMaxWidth = 256;

Error invalid(std::string what) {
  return {Error::Code::InvalidArgument, 0, "JPEG model parameters: " + std::move(what)};
}

bool width_ok(int width) { return width >= 8 && width <= kMaxWidth && width % 8 == 0; }

}  // namespace

Status validate(const JpegConfig& c) {
  if (c.name.empty() || c.name.size() > 32) return invalid("the name has 1 to 32 characters");
  for (const int width : {c.luma_width, c.chroma_width, c.dc_width, c.latent_width}) {
    if (!width_ok(width)) return invalid("widths are multiples of 8, at most 256");
  }
  for (const int size : c.groups) {
    if (size == 0) return invalid("an empty group of frequencies");
  }
  if (std::accumulate(c.groups.begin(), c.groups.end(), 0) != kFrequencies)
    return invalid("groups hold 63 frequencies");
  if (c.latent_channels < 1 || c.latent_channels > 32) return invalid("1 to 32 latent channels");
  if (c.latent_pool.empty() || c.latent_pool.size() > kMaxLatents) return invalid("1 to 4 latent layers");
  for (const int pool : c.latent_pool) {
    if (pool != 1 && pool != 2) return invalid("a latent keeps or halves the grid");
  }
  if (c.mixtures != 1 && c.mixtures != 2) return invalid("one or two mixture components");
  if (c.tile_size < 16 || c.tile_size > 512) return invalid("tiles have a side of 16 to 512 blocks");
  return {};
}

void write_config(const JpegConfig& c, ByteWriter& out) {
  out.text(c.name);
  out.u16(c.luma_width);
  out.u16(c.chroma_width);
  out.u16(c.dc_width);
  out.u8(static_cast<std::uint8_t>(c.groups.size()));
  for (const auto size : c.groups) out.u8(size);
  out.u8(c.latent_channels);
  out.u8(static_cast<std::uint8_t>(c.latent_pool.size()));
  for (const auto pool : c.latent_pool) out.u8(pool);
  out.u16(c.latent_width);
  out.u8(c.mixtures);
  out.u16(c.tile_size);
}

Result<JpegConfig> read_jpeg_config(ByteReader& in) {
  JpegConfig c;
  BITSWAP_TRY_ASSIGN(c.name, in.text(32));
  BITSWAP_TRY_ASSIGN(c.luma_width, in.u16());
  BITSWAP_TRY_ASSIGN(c.chroma_width, in.u16());
  BITSWAP_TRY_ASSIGN(c.dc_width, in.u16());
  BITSWAP_TRY_ASSIGN(const std::uint8_t groups, in.u8());
  c.groups.resize(groups);
  for (auto& size : c.groups) {
    BITSWAP_TRY_ASSIGN(size, in.u8());
  }
  BITSWAP_TRY_ASSIGN(c.latent_channels, in.u8());
  BITSWAP_TRY_ASSIGN(const std::uint8_t latents, in.u8());
  c.latent_pool.resize(latents);
  for (auto& pool : c.latent_pool) {
    BITSWAP_TRY_ASSIGN(pool, in.u8());
  }
  BITSWAP_TRY_ASSIGN(c.latent_width, in.u16());
  BITSWAP_TRY_ASSIGN(c.mixtures, in.u8());
  BITSWAP_TRY_ASSIGN(c.tile_size, in.u16());
  BITSWAP_TRY(validate(c));
  return c;
}

Result<JpegConfig> named_jpeg_config(std::string_view name) {
  JpegConfig c;
  c.name = name;
  if (name == "jpeg") return c;
  if (name == "jpeg-large") {  // can begin with the weights of jpeg
    c.luma_width = 192;
    c.chroma_width = 128;
    c.dc_width = 96;
    return c;
  }
  if (name == "tiny-jpeg") {  // for tests: every mechanism, hardly any arithmetic
    c.luma_width = c.chroma_width = c.dc_width = c.latent_width = 8;
    c.groups = {2, 13, 48};
    c.tile_size = 16;
    return c;
  }
  return Error{Error::Code::NotFound, 0, "no parameters of JPEG models are named " + std::string(name)};
}

}  // namespace bitswap
