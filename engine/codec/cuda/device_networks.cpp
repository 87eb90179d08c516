// SPDX-License-Identifier: GPL-3.0-or-later
// The networks of a DeviceCoder without the coding around them, and the look at its start whether they are right.
#include <algorithm>
#include <cstring>

#include "engine/codec/cuda/device_coder.h"

namespace bitswap::cuda {

Status DeviceCoder::check_networks() const {
  constexpr int kHeight = 2, kWidth = 17;  // more than a patch
  BITSWAP_TRY_ASSIGN(const auto plain, make_plain_backend()->load(model_));
  const Drain drain{slots_};
  for (std::size_t n = 0; n < model_.networks.size(); ++n) {
    const int network = static_cast<int>(n);
    std::vector<std::int8_t> input(static_cast<std::size_t>(kHeight * kWidth * model_.plan.networks[n].in()));
    for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::int8_t>(splitmix_output(i));
    std::vector<std::int16_t> expected;
    BITSWAP_TRY(plain->run_head(network, input, 1, kHeight, kWidth, expected));
    std::vector<std::int16_t> computed(expected.size());
    BITSWAP_TRY(run_images(network, input, 1, kHeight, kWidth, computed.data()));
    if (computed != expected) {
      return Error{Error::Code::Internal, 0, "the graphics card does not compute what other devices compute"};
    }
  }
  return {};
}

Status DeviceCoder::run_images(int network, std::span<const std::int8_t> input, int count, int height, int width,
                               std::int16_t* output) const {
  const NetworkSpec& spec = model_.plan.networks[static_cast<std::size_t>(network)];
  Slot& slot = slots_[0];
  GridSums sums;
  std::vector<Tile> tiles(static_cast<std::size_t>(count));
  for (Tile& tile : tiles) {
    tile.grid[0] = {width, height, static_cast<std::uint32_t>(sums.positions), static_cast<std::uint32_t>(sums.chunks),
                    static_cast<std::uint32_t>(sums.patches)};
    sums.add(width, height);
  }
  const auto channels = static_cast<std::size_t>(spec.in());
  const std::size_t row = 4 * static_cast<std::size_t>(words_of(spec.in()));
  std::uint64_t size = 0;
  const auto place = [&size](std::uint64_t bytes) {
    const std::uint64_t at = size;
    size += (bytes + 255) / 256 * 256;
    return at;
  };
  const std::uint64_t tile_offset = place(tiles.size() * sizeof(Tile)), input_offset = place(sums.positions * row);
  const std::uint64_t uploaded = size;
  const std::uint64_t features = sums.positions * static_cast<std::uint64_t>(spec.layers.front().out);
  const std::uint64_t first = place(features), second = place(features);
  const std::uint64_t head_bytes = sums.positions * static_cast<std::uint64_t>(spec.out()) * sizeof(std::int16_t);
  const std::uint64_t head = place(head_bytes);
  if (size > memory_ / slots_.size()) {
    return Error{Error::Code::OutOfMemory, 0, "a picture is too large for the memory of the graphics card"};
  }
  BITSWAP_TRY(slot.memory.reserve(size));
  BITSWAP_TRY(slot.upload.reserve(uploaded));
  BITSWAP_TRY(slot.download.reserve(head_bytes));
  std::copy(tiles.begin(), tiles.end(), reinterpret_cast<Tile*>(slot.upload.data() + tile_offset));
  std::uint8_t* to = slot.upload.data() + input_offset;
  for (std::size_t p = 0; p < sums.positions; ++p, to += row) {
    std::memcpy(to, input.data() + p * channels, channels);
    std::memset(to + channels, 0, row - channels);
  }
  std::uint8_t* const base = slot.memory.data();
  BITSWAP_TRY(copy_to_device(base, slot.upload.data(), uploaded, slot.stream));
  NetworkArrays arrays;
  arrays.input = reinterpret_cast<std::int8_t*>(base + input_offset);
  arrays.features[0] = reinterpret_cast<std::int8_t*>(base + first);
  arrays.features[1] = reinterpret_cast<std::int8_t*>(base + second);
  arrays.head = reinterpret_cast<std::int16_t*>(base + head);
  device_model_->run(slot.stream, network, reinterpret_cast<const Tile*>(base + tile_offset), tiles.size(), 0, sums,
                     arrays);
  BITSWAP_TRY(last_error());
  BITSWAP_TRY(copy_to_host(slot.download.data(), base + head, head_bytes, slot.stream));
  BITSWAP_TRY(synchronise(slot.stream));
  std::memcpy(output, slot.download.data(), head_bytes);
  return {};
}

Status DeviceCoder::run(int network, std::span<const std::int8_t> input, int count, int height, int width,
                        std::vector<std::int16_t>& output) const try {
  const std::scoped_lock lock(mutex_);
  if (lost_) return Error{Error::Code::Internal, 0, "the graphics card was lost"};
  const NetworkSpec& spec = model_.plan.networks[static_cast<std::size_t>(network)];
  output.resize(static_cast<std::size_t>(count) * height * width * spec.out());
  const Drain drain{slots_};
  return noted(run_images(network, input, count, height, width, output.data()));
} catch (const std::bad_alloc&) {
  return Error{Error::Code::OutOfMemory, 0, "not enough memory to run a network"};
}

}  // namespace bitswap::cuda
