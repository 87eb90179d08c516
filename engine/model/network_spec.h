// SPDX-License-Identifier: GPL-3.0-or-later
// The shape of an integer network: which layers it has, what else than its input they add, what it hands on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
  int skip = 0;                ///< before requantisation adds what the layer skip - 1 before this one read (1: its own
                               ///< input, 2: that of the layer before, as in a residual block); 0: nothing
  bool state = false;          ///< only the first layer: adds the state plane (uint7 [H, W, out]) as a skip
  bool conditioned = false;    ///< adds a bias that is computed once a segment from its conditions
  bool head = false;           ///< signed wide output instead of 0..127
};

/// conv 3×3 that reads samples, then blocks of (3×3, 1×1), then a 1×1 head. A network without a head (the last layer is
/// none) only makes features.
struct NetworkSpec {
  std::string name;
  std::vector<LayerSpec> layers;
  int conditions = 0;  ///< int8 values that the bias of the conditioned layer is a linear function of
  [[nodiscard]] int in() const { return layers.front().in; }
  [[nodiscard]] int out() const { return layers.back().out; }
  [[nodiscard]] bool has_head() const { return layers.back().head; }
  /// Channels of the last activations (before the head), which a plan may keep as a plane.
  [[nodiscard]] int features() const { return has_head() ? layers.back().in : layers.back().out; }
  [[nodiscard]] std::int64_t macs_per_position() const;
};

}  // namespace bitswap
