// What a configuration means: the networks with their layers, and the likelihood stages in decoding order. Training and
// coding both walk this plan, so neither can drift from the other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/model/config.h"

namespace bitswap {

/// Activations and inputs are integers in units of 1/16; head outputs in units of 1/128 (see network.h).
inline constexpr int kActivationBits = 4;
inline constexpr int kHeadBits = 7;
inline constexpr int kMaxActivation = 127;

/// A convolution with zero padding that keeps the grid.
struct LayerSpec {
  int in = 0;
  int out = 0;
  int kernel = 1;              ///< 1 or 3
  bool reads_samples = false;  ///< signed 8-bit input: weights within ±63 instead of ±127
  bool adds_skip = false;      ///< adds the input of the previous layer (the residual block's) before requantisation
  bool head = false;           ///< signed wide output instead of 0..127
};

/// conv 3×3, then blocks of (3×3, 1×1 with skip), then a 1×1 head.
struct NetworkSpec {
  std::string name;
  std::vector<LayerSpec> layers;
  [[nodiscard]] int in() const { return layers.front().in; }
  [[nodiscard]] int out() const { return layers.back().out; }
  [[nodiscard]] std::int64_t macs_per_position() const;
};

/// Polyphase components of a level: A (even row, even column), D (odd, odd), B (even, odd), C (odd, even).
enum class Component : std::uint8_t { A, D, B, C };

/// Samples that are decoded together. All of its networks run on the grid of A of that level (the A that goes down).
struct StageSpec {
  std::string name;                   ///< "A2", "D1", "BC1", …
  int level = 0;                      ///< level that is completed; for the first stage, R
  std::vector<Component> components;  ///< {A}, {D} or {B, C}
  int network = 0;                    ///< index into Plan::networks
  bool sees_latent = false;           ///< z1's samples are among the inputs
};

struct LatentSpec {
  int pool = 2;
  int posterior = 0;    ///< network of q(z[i] | z[i-1]), on z[i]'s grid
  int generative = -1;  ///< network of p(z[i-1] | z[i]), on z[i]'s grid; for z1 that is the network of stage 0
};

struct Plan {
  ModelConfig config;
  std::vector<NetworkSpec> networks;
  std::vector<StageSpec> stages;    ///< decoding order
  std::vector<LatentSpec> latents;  ///< z1 first
  int tail_begin = 0;               ///< first stage of the tail: it and all later ones use no latent

  /// Multiply-accumulates for one pixel of a large image: all networks that decoding runs.
  [[nodiscard]] double macs_per_pixel() const;
};

/// The configuration has to be valid.
Plan make_plan(const ModelConfig& config);

// Layout of a head, per position: outputs of each component one after another.
/// Means, scales (mixture-major), coupling coefficients, mixture logit of one pixel.
struct PixelHead {
  int mixtures;
  bool coupling;
  [[nodiscard]] int mean(int colour) const { return colour; }
  [[nodiscard]] int scale(int mixture, int colour) const { return 3 + 3 * mixture + colour; }
  [[nodiscard]] int coefficient(int which) const { return 3 + 3 * mixtures + which; }  ///< 0 R←G, 1 B←G, 2 B←R
  [[nodiscard]] int logit() const { return 3 + 3 * mixtures + (coupling ? 3 : 0); }
  [[nodiscard]] int size() const { return logit() + (mixtures > 1 ? 1 : 0); }
};
/// Mean and scale of one latent position with `channels` channels.
struct LatentHead {
  int channels;
  [[nodiscard]] int mean(int channel) const { return channel; }
  [[nodiscard]] int scale(int channel) const { return channels + channel; }
  [[nodiscard]] int size() const { return 2 * channels; }
};

}  // namespace bitswap
