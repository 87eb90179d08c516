// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of a model of JPEG coefficients: everything that decides its networks, its decoding order and its
// tiles. One definition for training and for coding, as config.h is for pixels.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"

namespace bitswap {

struct JpegConfig {
  std::string name;
  std::uint16_t luma_width = 96;    ///< features of the networks of luma's frequencies
  std::uint16_t chroma_width = 64;  ///< the same of each chroma component
  std::uint16_t dc_width = 48;      ///< features of the networks of the block means
  /// Coefficients of each group of rising frequency in zigzag order, the first behind the DC; their sum is 63.
  std::vector<std::uint8_t> groups{2, 3, 4, 5, 6, 7, 8, 13, 15};
  std::uint8_t latent_channels = 2;
  std::vector<std::uint8_t> latent_pool{2, 2};  ///< as ModelConfig's, above an eighth of the grid of blocks
  std::uint16_t latent_width = 32;
  std::uint8_t mixtures = 2;      ///< logistic scales with a common mean in every coefficient: 1 or 2
  std::uint16_t tile_size = 128;  ///< largest side of a tile in blocks of the component with most of them

  [[nodiscard]] int latents() const { return static_cast<int>(latent_pool.size()); }
  friend bool operator==(const JpegConfig&, const JpegConfig&) = default;
};

/// Whether a file or a user's choice makes sense. Errors: InvalidArgument with what is wrong.
Status validate(const JpegConfig& config);

void write_config(const JpegConfig& config, ByteWriter& out);
/// Errors: Truncated, Corrupt, InvalidArgument.
Result<JpegConfig> read_jpeg_config(ByteReader& in);

/// The configurations that the trainer knows by name: jpeg, jpeg-large, tiny-jpeg (for tests). Errors: NotFound.
Result<JpegConfig> named_jpeg_config(std::string_view name);

}  // namespace bitswap
