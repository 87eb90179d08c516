// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of a model: everything that decides its networks, its decoding order and its tiles. One definition for
// training and for coding. The hierarchy is Bit-Swap's (Kingma, Abbeel, Ho, ICML 2019); the split into polyphase
// components follows the idea of Ryder et al., CVPR 2022.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"

namespace bitswap {

struct ModelConfig {
  std::string name;
  std::uint8_t levels = 2;           ///< R: how often the image is split and halved; 0 = plain Bit-Swap
  std::uint8_t latent_channels = 4;  ///< channels of every latent
  std::vector<std::uint8_t> latent_pool{2, 2,
                                        2};  ///< L entries: z[i]'s grid is that of z[i-1] (A_R for z1) over 1 or 2
  std::uint16_t latent_width = 64;           ///< features of the networks of A_R and of the latents
  std::uint8_t latent_blocks = 1;
  std::vector<std::uint16_t> level_width{48, 64};  ///< R entries, level 0 (full size) first
  std::vector<std::uint8_t> level_blocks{2, 2};
  std::uint8_t mixtures = 2;       ///< logistic scales with a common mean in every pixel: 1 or 2
  bool colour_coupling = true;     ///< R given G, B given both
  std::uint8_t latent_stages = 1;  ///< likelihood stages that see z1 and that z1's posterior sees, A_R first
  std::uint16_t tile_size = 1024;  ///< largest side of a tile
  bool chained = false;            ///< all tiles of an image share one stack (needs no R, pays once)
  /// Made for pixels that a decoder made of luma and chroma: R, G, B of a picture with such pixels are Cr, Y, Cb to the
  /// model (image/ycc_colours.h).
  bool ycc = false;

  [[nodiscard]] int latents() const { return static_cast<int>(latent_pool.size()); }
  friend bool operator==(const ModelConfig&, const ModelConfig&) = default;
};

/// Whether a file or a user's choice makes sense. Errors: InvalidArgument with what is wrong.
Status validate(const ModelConfig& config);

void write_config(const ModelConfig& config, ByteWriter& out);
/// Errors: Truncated, Corrupt, InvalidArgument.
Result<ModelConfig> read_config(ByteReader& in);

/// The configurations that the trainer knows by name (compact, compact-ycc, large, large-ycc, classic, tiny), with
/// changes for experiments behind the name: "compact,level_width=32:48:64,level_blocks=2:2:2,mixtures=1". Keys are the
/// members above; the number of levels is that of level_width. Errors: NotFound (the name), InvalidArgument.
Result<ModelConfig> named_config(std::string_view text);

}  // namespace bitswap
