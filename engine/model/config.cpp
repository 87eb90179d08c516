// SPDX-License-Identifier: GPL-3.0-or-later
// Checks, bytes and named sets of the model parameters.
#include "engine/model/config.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace bitswap {
namespace {

constexpr int kMaxLevels = 6;
constexpr int kMaxLatents = 8;
constexpr int kMaxWidth = 256;
constexpr int kMaxBlocks = 8;
constexpr std::uint8_t kCoupling = 1;  // flags of the colours' byte
constexpr std::uint8_t kYcc = 2;

Error invalid(std::string what) { return {Error::Code::InvalidArgument, 0, "model parameters: " + std::move(what)}; }

bool width_ok(int width) { return width >= 8 && width <= kMaxWidth && width % 8 == 0; }

}  // namespace

Status validate(const ModelConfig& c) {
  if (c.name.empty() || c.name.size() > 32) return invalid("the name has 1 to 32 characters");
  if (c.levels > kMaxLevels) return invalid("too many levels");
  if (c.latents() < 1 || c.latents() > kMaxLatents) return invalid("1 to 8 latent layers");
  for (const int pool : c.latent_pool) {
    if (pool != 1 && pool != 2) return invalid("a latent keeps or halves the grid");
  }
  if (c.latent_channels < 1 || c.latent_channels > 32) return invalid("1 to 32 latent channels");
  if (!width_ok(c.latent_width) || c.latent_blocks > kMaxBlocks) return invalid("latent networks out of range");
  if (c.level_width.size() != c.levels || c.level_blocks.size() != c.levels) return invalid("one width a level");
  for (int i = 0; i < c.levels; ++i) {
    if (!width_ok(c.level_width[i]) || c.level_blocks[i] > kMaxBlocks) return invalid("level networks out of range");
  }
  if (c.mixtures != 1 && c.mixtures != 2) return invalid("one or two mixture components");
  const int stages = 1 + 2 * c.levels;
  if (c.latent_stages < 1 || c.latent_stages > stages || (c.levels > 0 && c.latent_stages == stages)) {
    return invalid("the last likelihood stage has to be free of latents, to pay their initial bits");
  }
  if (c.ycc && c.chained) return invalid("luma and chroma are for models that code each tile alone");
  if (c.tile_size < 16 || c.tile_size > 4096) return invalid("tiles have a side of 16 to 4096");
  if (c.ycc && c.tile_size % 16 != 0) return invalid("tiles of luma and chroma have sides in multiples of 16");
  return {};
}

void write_config(const ModelConfig& c, ByteWriter& out) {
  out.text(c.name);
  out.u8(c.levels);
  out.u8(static_cast<std::uint8_t>(c.latents()));
  for (const auto pool : c.latent_pool) out.u8(pool);
  out.u8(c.latent_channels);
  out.u16(c.latent_width);
  out.u8(c.latent_blocks);
  for (int i = 0; i < c.levels; ++i) {
    out.u16(c.level_width[i]);
    out.u8(c.level_blocks[i]);
  }
  out.u8(c.mixtures);
  out.u8((c.colour_coupling ? kCoupling : 0) | (c.ycc ? kYcc : 0));
  out.u8(c.latent_stages);
  out.u16(c.tile_size);
  out.u8(c.chained ? 1 : 0);
}

Result<ModelConfig> read_config(ByteReader& in) {
  ModelConfig c;
  BITSWAP_TRY_ASSIGN(c.name, in.text(32));
  BITSWAP_TRY_ASSIGN(c.levels, in.u8());
  BITSWAP_TRY_ASSIGN(const std::uint8_t latents, in.u8());
  if (c.levels > kMaxLevels || latents > kMaxLatents) return invalid("too many levels or latents");
  c.latent_pool.resize(latents);
  for (auto& pool : c.latent_pool) {
    BITSWAP_TRY_ASSIGN(pool, in.u8());
  }
  BITSWAP_TRY_ASSIGN(c.latent_channels, in.u8());
  BITSWAP_TRY_ASSIGN(c.latent_width, in.u16());
  BITSWAP_TRY_ASSIGN(c.latent_blocks, in.u8());
  c.level_width.resize(c.levels);
  c.level_blocks.resize(c.levels);
  for (int i = 0; i < c.levels; ++i) {
    BITSWAP_TRY_ASSIGN(c.level_width[i], in.u16());
    BITSWAP_TRY_ASSIGN(c.level_blocks[i], in.u8());
  }
  BITSWAP_TRY_ASSIGN(c.mixtures, in.u8());
  BITSWAP_TRY_ASSIGN(const std::uint8_t colours, in.u8());
  BITSWAP_TRY_ASSIGN(c.latent_stages, in.u8());
  BITSWAP_TRY_ASSIGN(c.tile_size, in.u16());
  BITSWAP_TRY_ASSIGN(const std::uint8_t chained, in.u8());
  if (colours > (kCoupling | kYcc) || chained > 1)
    return Error{Error::Code::Corrupt, in.position(), "model parameters: bad flag"};
  c.colour_coupling = (colours & kCoupling) != 0;
  c.ycc = (colours & kYcc) != 0;
  c.chained = chained == 1;
  BITSWAP_TRY(validate(c));
  return c;
}

namespace {

/// "2:2:2" as numbers; nothing if it is something else.
template <typename Number>
bool parse_numbers(std::string_view text, std::vector<Number>& numbers) {
  numbers.clear();
  while (true) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value > std::numeric_limits<Number>::max()) return false;
    numbers.push_back(static_cast<Number>(value));
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return true;
    if (text.front() != ':') return false;
    text.remove_prefix(1);
  }
}

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  std::vector<Number> numbers;
  if (!parse_numbers(text, numbers) || numbers.size() != 1) return false;
  number = numbers.front();
  return true;
}

bool parse_flag(std::string_view text, bool& flag) {
  flag = text == "1";
  return flag || text == "0";
}

bool change(ModelConfig& c, std::string_view key, std::string_view value) {
  if (key == "latent_channels") return parse_number(value, c.latent_channels);
  if (key == "latent_pool") return parse_numbers(value, c.latent_pool);
  if (key == "latent_width") return parse_number(value, c.latent_width);
  if (key == "latent_blocks") return parse_number(value, c.latent_blocks);
  if (key == "level_width") {
    if (!parse_numbers(value, c.level_width)) return false;
    c.levels = static_cast<std::uint8_t>(std::min<std::size_t>(c.level_width.size(), kMaxLevels + 1));
    return true;
  }
  if (key == "level_blocks") return parse_numbers(value, c.level_blocks);
  if (key == "mixtures") return parse_number(value, c.mixtures);
  if (key == "colour_coupling") return parse_flag(value, c.colour_coupling);
  if (key == "ycc") return parse_flag(value, c.ycc);
  if (key == "latent_stages") return parse_number(value, c.latent_stages);
  if (key == "tile_size") return parse_number(value, c.tile_size);
  return false;
}

Result<ModelConfig> named(std::string_view name) {
  ModelConfig c;
  c.name = name;
  const bool large = name.starts_with("large");
  if (name == "compact" || name == "compact-ycc" || name == "large" || name == "large-ycc") {
    const std::uint16_t unit = large ? 16 : 8;  // a large model can begin with the weights of a compact one
    c.levels = 4;
    c.level_width.clear();
    for (const int width : {6, 7, 5, 5}) c.level_width.push_back(static_cast<std::uint16_t>(width * unit));
    c.level_blocks = {1, 1, 1, 1};
    if (name == "large") c.level_blocks = {2, 2, 1, 1};
    c.latent_pool = {2, 2};  // only a 256th of the pixels
    c.latent_width = static_cast<std::uint16_t>(5 * unit);
    c.ycc = name.ends_with("-ycc");
    return c;
  }
  if (name == "tiny") {  // for tests: every mechanism, hardly any arithmetic
    c.latent_pool = {2, 2};
    c.latent_width = 8;
    c.level_width = {8, 8};
    c.level_blocks = {1, 1};
    c.latent_stages = 2;
    c.tile_size = 128;
    return c;
  }
  if (name == "classic") {  // the seed: 32x32 blocks chained on one stack, four latents, no split likelihood
    c.levels = 0;
    c.latent_pool = {2, 1, 1, 1};
    c.latent_channels = 8;
    c.latent_blocks = 3;
    c.level_width.clear();
    c.level_blocks.clear();
    c.mixtures = 1;
    c.colour_coupling = false;
    c.tile_size = 32;
    c.chained = true;
    return c;
  }
  return Error{Error::Code::NotFound, 0, "no model parameters are named " + std::string(name)};
}

}  // namespace

Result<ModelConfig> named_config(std::string_view text) {
  const std::size_t name_end = std::min(text.find(','), text.size());
  BITSWAP_TRY_ASSIGN(ModelConfig config, named(text.substr(0, name_end)));
  text.remove_prefix(name_end);
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::string_view item = text.substr(0, std::min(text.find(','), text.size()));
    const std::size_t equals = std::min(item.find('='), item.size());
    if (equals == item.size() || !change(config, item.substr(0, equals), item.substr(equals + 1))) {
      return invalid("\"" + std::string(item) + "\" is not KEY=VALUE with a known key");
    }
    text.remove_prefix(item.size());
  }
  BITSWAP_TRY(validate(config));
  return config;
}

}  // namespace bitswap
