// SPDX-License-Identifier: GPL-3.0-or-later
// One entry a key of named_config().
#include "engine/model/describe_config.h"

namespace bitswap {

std::string describe(const ModelConfig& c) {
  std::string text = c.name;
  const auto add = [&text](std::string_view key, int value) {
    text.append(",").append(key).append("=").append(std::to_string(value));
  };
  const auto add_list = [&text](std::string_view key, const auto& values) {
    text.append(",").append(key).append("=");
    for (std::size_t i = 0; i < values.size(); ++i) text.append(i > 0 ? ":" : "").append(std::to_string(values[i]));
  };
  if (c.levels > 0) {
    add_list("level_width", c.level_width);
    add_list("level_blocks", c.level_blocks);
  }
  add_list("latent_pool", c.latent_pool);
  add("latent_channels", c.latent_channels);
  add("latent_width", c.latent_width);
  add("latent_blocks", c.latent_blocks);
  add("latent_stages", c.latent_stages);
  add("mixtures", c.mixtures);
  add("colour_coupling", c.colour_coupling ? 1 : 0);
  add("ycc", c.ycc ? 1 : 0);
  add("tile_size", c.tile_size);
  return text;
}

}  // namespace bitswap
