// SPDX-License-Identifier: GPL-3.0-or-later
// Packs a model for the kernels and walks the layers of its networks.
#include "engine/codec/cuda/device_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/coder/code_length.h"

namespace bitswap::cuda {
namespace {

constexpr int kOutputsOfBlock = 64;  ///< at most
constexpr std::size_t kAlignment = 256;

/// Blocks of outputs of a layer, as few as can be, and of like size.
int output_groups(int out) { return (out + kOutputsOfBlock - 1) / kOutputsOfBlock; }
int outputs_per_thread(int out) {
  const int groups = output_groups(out);
  return ((out + groups - 1) / groups + 7) / 8;
}

/// [group of outputs][tap][word of 4 inputs][8 * per_thread], zeros where there is no input or output.
std::vector<std::uint32_t> pack_weights(const IntegerLayer& layer) {
  const LayerSpec& spec = layer.spec;
  const int taps = spec.kernel * spec.kernel, words = words_of(spec.in), block = 8 * outputs_per_thread(spec.out);
  std::vector<std::uint32_t> packed;
  for (int first = 0; first < output_groups(spec.out) * block; first += block) {
    for (int tap = 0; tap < taps; ++tap) {
      for (int word = 0; word < words; ++word) {
        for (int o = first; o < first + block; ++o) {
          std::uint32_t value = 0;
          for (int i = 4 * word; i < std::min(4 * word + 4, spec.in) && o < spec.out; ++i) {
            const auto weight = layer.weights[(static_cast<std::size_t>(o) * taps + tap) * spec.in + i];
            value |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(weight)) << (8 * (i - 4 * word));
          }
          packed.push_back(value);
        }
      }
    }
  }
  return packed;
}

/// Collects arrays for one allocation and one copy.
class Blob {
 public:
  template <typename T>
  std::size_t add(const T* values, std::size_t count) {
    const std::size_t at = (bytes_.size() + kAlignment - 1) / kAlignment * kAlignment;
    bytes_.resize(at + count * sizeof(T));
    if (count > 0) std::memcpy(bytes_.data() + at, values, count * sizeof(T));
    return at;
  }
  template <typename T>
  std::size_t add(const std::vector<T>& values) {
    return add(values.data(), values.size());
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

struct LayerOffsets {
  std::size_t weights, bias, shift;
};

std::vector<std::uint32_t> cost_table() {
  std::vector<std::uint32_t> cost(kSlots + 1);
  for (std::uint32_t freq = 1; freq <= kSlots; ++freq) {
    cost[freq] = static_cast<std::uint32_t>(std::lround(std::ldexp(ideal_bits(freq), kCostBits)));
  }
  return cost;
}

}  // namespace

void GridSums::add(int width, int height) {
  const std::uint64_t size = static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
  positions += size;
  chunks += (size + kChunk - 1) / kChunk;
  patches += static_cast<std::uint64_t>((width + kPatchWidth - 1) / kPatchWidth) *
             static_cast<std::uint64_t>((height + kPatchHeight - 1) / kPatchHeight);
}

Result<DeviceModel> DeviceModel::upload(const Model& model, Stream stream) {
  std::optional<ComponentPlan> plan = component_plan(model.plan);
  if (!plan) return Error{Error::Code::Unsupported, 0, "the graphics card has no kernels for this kind of model"};
  Blob blob;
  const std::size_t tables = blob.add(&model.tables, 1);
  const std::size_t cost = blob.add(cost_table());
  const std::size_t prior_mean = blob.add(model.prior_mean);
  const std::size_t prior_scale = blob.add(model.prior_scale);
  std::vector<std::vector<LayerOffsets>> offsets;
  for (const IntegerNetwork& network : model.networks) {
    std::vector<LayerOffsets>& layers = offsets.emplace_back();
    for (const IntegerLayer& layer : network.layers) {
      if (!layer.spec.head && layer.spec.out % 4 != 0) {
        return Error{Error::Code::Internal, 0, "a layer's width is no multiple of 4"};
      }
      const std::size_t weights = blob.add(pack_weights(layer));
      const std::size_t bias = blob.add(layer.bias);
      layers.push_back({weights, bias, blob.add(layer.shift)});
    }
  }

  DeviceModel result;
  result.model_ = &model;
  result.plan_ = std::move(*plan);
  BITSWAP_TRY(result.memory_.reserve(blob.bytes().size()));
  PinnedMemory staging;
  BITSWAP_TRY(staging.reserve(blob.bytes().size()));
  std::copy(blob.bytes().begin(), blob.bytes().end(), staging.data());
  const Status copied = copy_to_device(result.memory_.data(), staging.data(), blob.bytes().size(), stream);
  BITSWAP_TRY(synchronise(stream));
  BITSWAP_TRY(copied);

  std::uint8_t* const base = result.memory_.data();
  result.tables_ = reinterpret_cast<const DistributionTables*>(base + tables);
  result.cost_ = reinterpret_cast<const std::uint32_t*>(base + cost);
  result.prior_mean_ = reinterpret_cast<const std::int16_t*>(base + prior_mean);
  result.prior_scale_ = base + prior_scale;
  for (std::size_t n = 0; n < offsets.size(); ++n) {
    std::vector<DeviceLayer>& layers = result.networks_.emplace_back();
    for (std::size_t l = 0; l < offsets[n].size(); ++l) {
      const LayerSpec& spec = model.networks[n].layers[l].spec;
      layers.push_back({spec, outputs_per_thread(spec.out),
                        reinterpret_cast<const std::int32_t*>(base + offsets[n][l].weights),
                        reinterpret_cast<const std::int32_t*>(base + offsets[n][l].bias), base + offsets[n][l].shift});
    }
  }
  return result;
}

void DeviceModel::run(Stream stream, int network, const Tile* tiles, std::size_t tile_count, int grid,
                      const GridSums& sums, const NetworkArrays& arrays) const {
  // A layer with a skip adds the input of the layer before it, and may write over it: the two arrays take turns.
  const std::int8_t* input = arrays.input;
  int next = 0;
  for (const DeviceLayer& layer : networks_[static_cast<std::size_t>(network)]) {
    const LayerSpec& spec = layer.spec;
    ConvolutionArgs args{};
    args.tiles = tiles;
    args.tile_count = static_cast<std::int32_t>(tile_count);
    args.grid = grid;
    args.positions = static_cast<std::uint32_t>(sums.positions);
    args.blocks = static_cast<std::uint32_t>(spec.kernel == 3 ? sums.patches : (sums.positions + kPatch - 1) / kPatch);
    args.input = reinterpret_cast<const std::int32_t*>(input);
    args.weights = layer.weights;
    args.bias = layer.bias;
    args.shift = layer.shift;
    args.kernel = spec.kernel;
    args.in_words = words_of(spec.in);
    args.out = spec.out;
    args.per_thread = layer.per_thread;
    args.tensor = tensor_ ? 1 : 0;
    if (spec.head) {
      args.head = arrays.head;
    } else {
      args.output = arrays.features[next];
      if (spec.skip > 0) args.skip = args.output;
    }
    start_convolution(stream, args);
    input = args.output;
    next = 1 - next;
  }
}

}  // namespace bitswap::cuda
