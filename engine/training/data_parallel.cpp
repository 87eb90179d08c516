// SPDX-License-Identifier: GPL-3.0-or-later
// Threads live for one call: starting them costs nothing beside a step.
#include "engine/training/data_parallel.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <numeric>

#include "engine/image/pixels/tiles.h"
#include "engine/image/pixels/ycc_colours.h"

namespace bitswap {
namespace {

using torch::Tensor;

/// Runs body(0), body(1), … body(count − 1) at once, the first on the calling thread. Throws what one of them throws.
template <typename Body>
void run_at_once(std::size_t count, const Body& body) {
  std::vector<std::future<void>> others;
  for (std::size_t i = 1; i < count; ++i) {
    others.push_back(std::async(std::launch::async, [&body, i] {
      at::set_num_threads(1);  // a setting of each thread
      body(i);
    }));
  }
  body(0);
  for (auto& other : others) other.get();
}

/// uint8 [1, 3, H, W].
Tensor as_planes(const Picture& picture) {
  auto* samples = const_cast<std::uint8_t*>(picture.samples.data());  // only read
  return torch::from_blob(samples, {1, picture.height, picture.width, 3}, torch::kUInt8)
      .permute({0, 3, 1, 2})
      .contiguous();
}

}  // namespace

DataParallel::DataParallel(TrainableModel& model, int threads) : model_(model), leaves_{model.leaves()} {
  at::set_num_threads(1);
  if (!model.device().is_cpu()) return;
  for (int i = 1; i < threads; ++i) leaves_.push_back(model.make_leaves());
}

Tensor DataParallel::bits(const Batch& batch, bool quantised, bool only_coarse) {
  const std::int64_t count = batch.count();
  const auto parts = std::min(static_cast<std::int64_t>(leaves_.size()), count);
  const bool gradients = torch::GradMode::is_enabled();  // a setting of each thread
  model_.prepare(quantised);
  const std::vector<Tensor> noise = model_.draw_noise(batch);
  std::vector<Tensor> sums(static_cast<std::size_t>(parts));
  run_at_once(sums.size(), [&](std::size_t part) {
    const torch::AutoGradMode mode(gradients);
    const auto at = static_cast<std::int64_t>(part);
    const std::int64_t begin = count * at / parts, size = count * (at + 1) / parts - begin;
    std::vector<Tensor> own;
    for (const Tensor& all : noise) own.push_back(all.narrow(0, begin, size));
    const Tensor sum = model_.forward(batch.part(begin, size), own, leaves_[part], only_coarse).total() /
                       static_cast<double>(batch.samples());
    if (gradients) {
      leaves_[part].gradient.zero_();
      sum.backward();
    }
    sums[part] = sum.detach();
  });
  const torch::NoGradGuard no_grad;
  for (std::size_t part = 1; part < sums.size(); ++part) {
    sums[0].add_(sums[part]);
    if (gradients) model_.gradient().add_(leaves_[part].gradient);
  }
  return sums[0];
}

double DataParallel::photo_bits(const Picture& photo, std::uint64_t seed) const {
  const auto unit = static_cast<std::uint32_t>(model_.alignment());
  const auto& config = std::get<ModelConfig>(model_.config());
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const std::optional<YccSpace> space = config.ycc ? find_ycc_space(photo) : std::nullopt;
  double bits = 0;
  for (const Tile& t : make_tiles(photo.width / unit, photo.height / unit, std::max(config.tile_size / unit, 1U))) {
    Picture tile = crop(photo, {t.x * unit, t.y * unit, t.width * unit, t.height * unit});
    if (space) to_ycc(tile, *space);
    const Batch image = model_.pictures(as_planes(tile).to(model_.device()));
    bits += model_.forward(image, model_.draw_noise(image, generator), leaves_.front()).total().item<double>();
  }
  return bits;
}

Result<double> DataParallel::photo_rate(std::span<const Picture> photos, const CancelToken* cancel) {
  const torch::NoGradGuard no_grad;
  model_.prepare(false);
  const auto unit = static_cast<std::uint32_t>(model_.alignment());
  std::vector<double> rates(photos.size(), -1);
  std::atomic<std::size_t> next{0};
  run_at_once(std::min(leaves_.size(), photos.size()), [&](std::size_t) {
    const torch::NoGradGuard on_this_thread;
    for (std::size_t i = next++; i < photos.size(); i = next++) {
      if (cancel != nullptr && cancel->cancelled()) return;
      const double width = photos[i].width / unit * unit, height = photos[i].height / unit * unit;
      if (width * height > 0) rates[i] = photo_bits(photos[i], i) / (3 * width * height);
    }
  });
  if (cancel != nullptr && cancel->cancelled()) return Error{Error::Code::Cancelled, 0, "stopped by the user"};
  std::erase_if(rates, [](double rate) { return rate < 0; });
  if (rates.empty()) return Error{Error::Code::InvalidArgument, 0, "the photos to validate on are too small"};
  return std::accumulate(rates.begin(), rates.end(), 0.0) / static_cast<double>(rates.size());
}

}  // namespace bitswap
