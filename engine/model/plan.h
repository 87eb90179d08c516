// SPDX-License-Identifier: GPL-3.0-or-later
// How a tile is coded, as a graph: planes of numbers, operations that make planes and network inputs of planes,
// networks, and conditional distributions in the order of decoding. Pixels and JPEG coefficients are two plans over one
// machine: executors (host, CUDA, trainer) know the operations below and nothing of either.
//
// The hierarchy of latents is Bit-Swap's (Kingma, Abbeel, Ho, ICML 2019); likelihoods that are split into parts follow
// the idea of Ryder et al., CVPR 2022.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/model/grid.h"
#include "engine/model/network_spec.h"

namespace bitswap {

/// A grid of the tile: input grid number `input` (pixels: 0; JPEG: the blocks of component 0, 1, 2), each side over
/// 2^halvings, rounded up at each halving.
struct GridSpec {
  int input = 0;
  int halvings = 0;
};

/// Every 2^halvings-th row and column of an input, from (row, column) on: what a plane that is coded holds of the
/// input.
struct Phase {
  int halvings = 0;
  int row = 0;
  int column = 0;
};

enum class Values : std::uint8_t {
  Sample,       ///< uint8, 0 … 255; networks read value - 128
  Coefficient,  ///< int16; what is coded is the distance from a base, see Conditional
  Activation,   ///< uint7 in bytes, 0 … 127: features of a network
};

/// Where a plane's numbers come from.
enum class Origin : std::uint8_t {
  Input,   ///< coded: loaded from and stored to the tile's inputs
  Latent,  ///< coded: drawn with its posterior, pushed with its prior
  Merge,   ///< from = A, D, B, C of a level: together on the finer grid
  Fold,    ///< from, one after another, each folded `by` × `by` onto this grid; the position in the square is slowest
  Features,  ///< the last activations of the network of conditional `maker`
  Average,  ///< from = one plane of activations; mean (rounded to nearest, halves up) over the positions that share one
            ///< here: rows and columns of the finer grid over those of this one, rounded up
  Pick,     ///< from = one plane; every 2^halvings-th position from `phase` on, relative to the grid of `from`
  Intensity,  ///< from = a plane of DC coefficients; uint8 128 + clamp(dc · step / 8), a picture of the block means
};

struct PlaneSpec {
  Values values = Values::Sample;
  Origin origin = Origin::Input;
  int grid = 0;  ///< index of Plan::grids; positions beyond `valid` (Plan::valid_part) repeat the nearest valid one
  int channels = 1;
  int input = 0;               ///< Origin::Input: number of the input …
  int first_channel = 0;       ///< … and the first of its channels
  Phase phase = {};            ///< Origin::Input, Origin::Pick
  std::vector<int> from = {};  ///< planes
  int by = 1;                  ///< Origin::Fold, of all `from`
  int maker = -1;              ///< Origin::Features
};

/// A position relative to the one that is guessed; edges are repeated.
struct Neighbour {
  int plane = 0;
  int row = 0;
  int column = 0;
};

/// The mean that a network corrects, in 1/16 of a value; those of coefficients are cut to 16 bits.
struct Guess {
  enum class Kind : std::uint8_t {
    Middle,      ///< 128 for samples, 0 for coefficients
    Neighbours,  ///< mean of four neighbours, channel by channel; also gives their spread (largest minus smallest)
    Repeat,      ///< the plane `plane`, each position repeated by × by times; channel c or, if it has fewer than the
                 ///< target, channel 0. A sample plane guessed for coefficients stands for (v - 128) · 8 / step
    Pool,        ///< mean of by × by positions of `plane`, rounded down; channels that it does not have: the middle
  };
  Kind kind = Kind::Middle;
  std::array<Neighbour, 4> neighbours{};
  int plane = -1;
  int by = 1;
};

/// Channels of a network's input (int8), one or several planes' worth.
struct InputPart {
  enum class Kind : std::uint8_t {
    Samples,      ///< value - 128
    Details,      ///< samples: clamp((16 · value - guess + 2) >> 2), ±127, guess of target number `target`
    Repeated,     ///< samples of a coarser plane, each position repeated `by` × `by` times
    Folded,       ///< samples folded by × by; position in the square slowest
    Activations,  ///< as they are
    Magnitudes,   ///< coefficients: compressed(value · step), see magnitude.h
    Levels,       ///< coefficients: compressed(16 · value): the quantised numbers themselves
    Distances,    ///< coefficients: compressed((16 · value - guess) · step / 16), guess of target number `target`
    Spreads,      ///< spread of the guess of target number `target`: log_code(spread), then log_code(spread · step)
    Local,  ///< coefficients with one channel (DC): compressed distance from the mean of 3 × 3 blocks in units of
            ///< step / 8, then that mean itself, compressed
  };
  Kind kind = Kind::Samples;
  int plane = -1;
  int by = 1;
  int target = 0;
  int parity = -1;  ///< 0 or 1: zero where (row + column) % 2 is another
};

/// How head outputs and coded values are scaled.
enum class Units : std::uint8_t {
  Value,   ///< 1 for means, see distribution.h
  Step,    ///< means over the quantisation step, scales lower by its logarithm: predictions before quantisation
  Spread,  ///< means times the guess's spread, scales higher by its logarithm
};

/// Layout of a head per position and target: outputs of each target one after another.
struct HeadLayout {
  /// Colours: three channels (Cr or R, Y or G, Cb or B) with one mixture logit; R given G, B given both.
  /// Channels: each alone, with its own logit.
  enum class Coupling : std::uint8_t { Colours, Channels };
  Coupling coupling = Coupling::Channels;
  int channels = 3;
  int mixtures = 1;           ///< scales with a common mean: 1 or 2
  bool coefficients = false;  ///< Colours: with three coefficients (R←G, B←G, B←R)

  [[nodiscard]] int mean(int channel) const { return channel; }
  [[nodiscard]] int scale(int mixture, int channel) const { return channels * (1 + mixture) + channel; }
  [[nodiscard]] int coefficient(int which) const { return channels * (1 + mixtures) + which; }
  [[nodiscard]] int logit(int channel) const {
    return channels * (1 + mixtures) + (coefficients ? 3 : 0) + (coupling == Coupling::Colours ? 0 : channel);
  }
  [[nodiscard]] int logits() const { return mixtures < 2 ? 0 : (coupling == Coupling::Colours ? 1 : channels); }
  [[nodiscard]] int size() const { return channels * (1 + mixtures) + (coefficients ? 3 : 0) + logits(); }
};

/// A plane that is coded, or that one parity of it is.
struct Target {
  int plane = 0;
  Guess guess = {};
};

/// One factor of the model: the distribution of planes given others. A coefficient v is coded as the byte
/// 128 + clamp(v - base, -128, 127) with base = (guess + 8) >> 4; what the clamp cut off is an escape.
struct Conditional {
  int network = -1;  ///< index of Plan::networks; -1: the model's own prior of the topmost latent
  int grid = 0;      ///< where the network runs
  std::vector<InputPart> inputs = {};
  int state = -1;  ///< plane of activations, where the network's first layer adds one
  int pool = 1;    ///< one head position serves pool × pool positions of the targets; position in the square slowest
  HeadLayout head = {};
  Units units = Units::Value;
  std::vector<Target> targets = {};
  int parity = -1;    ///< 0 or 1: only positions with that (row + column) % 2
  int component = 0;  ///< whose quantisation steps `units`, inputs and conditions mean (JPEG)
};

/// Likelihood of planes that the decoder knows afterwards.
struct Stage {
  std::string name;  ///< "A2", "D1", "BC1", "Y DC 1", "Y AC 3b", …
  int conditional = 0;
};

struct LatentSpec {
  int plane = 0;
  int posterior = 0;  ///< conditional q(z[i] | z[i-1]), on z[i]'s grid
  int prior = 0;      ///< conditional p(z[i] | z[i+1]); of the topmost one without a network
};

struct Plan {
  std::vector<GridSpec> grids;
  std::vector<PlaneSpec> planes;  ///< a plane comes after those that it is made of
  std::vector<NetworkSpec> networks;
  std::vector<Conditional> conditionals;
  std::vector<Stage> stages;        ///< decoding order
  std::vector<LatentSpec> latents;  ///< z1 first
  int inputs = 1;                   ///< grids that come with a tile
  int tail_begin = 0;               ///< first stage of the tail: it and all later ones use no latent
  bool chained = false;             ///< all tiles of a picture share one stack

  /// Multiply-accumulates for one position of input 0 of a large tile, all networks that decoding runs. `area`: that of
  /// each input relative to input 0.
  [[nodiscard]] double macs_per_position(const std::vector<double>& area) const;
};

/// The sizes of Plan::grids in a tile with these inputs.
std::vector<Grid> grids_of(const Plan& plan, const std::vector<Grid>& inputs);
/// The part of a plane's grid that stands for positions of the input; what lies beyond it is padding. May be empty.
Grid valid_part(const Plan& plan, int plane, const std::vector<Grid>& inputs);
/// Whether a payload has escapes.
bool has_coefficients(const Plan& plan);

}  // namespace bitswap
