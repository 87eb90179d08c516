// SPDX-License-Identifier: GPL-3.0-or-later
// Random crops as tensors.
#include "engine/training/batch_source.h"

#include <algorithm>

namespace bitswap {
namespace {

using torch::Tensor;

constexpr int kLargestCrop = 512;  ///< side; larger photos are cut

class PixelSource : public BatchSource {
 public:
  PixelSource(const TrainableModel& model, const PhotoSet& photos, int batch, int side)
      : model_(model), photos_(photos), batch_(batch), side_(side) {}

  Batch next(std::mt19937_64& random) override { return cut(batch_, side_, random); }
  std::optional<Batch> large(std::mt19937_64& random) override {
    // A finer level would lose by this: a single photo makes a noisy gradient.
    const PhotoSet::Crop crop = photos_.sample_large(model_.alignment(), side_, kLargestCrop, random);
    const Tensor pixels = torch::empty({1, 3, crop.side, crop.side}, torch::kUInt8);
    std::ranges::copy(crop.planes, pixels.data_ptr<std::uint8_t>());
    return model_.pictures(pixels);
  }
  [[nodiscard]] double samples_per_pixel() const override { return 3; }

 private:
  Batch cut(int count, int side, std::mt19937_64& random) {
    const bool pinned = !model_.device().is_cpu();
    const Tensor crops = torch::empty({count, 3, side, side}, torch::dtype(torch::kUInt8).pinned_memory(pinned));
    photos_.sample(count, side, random, crops.data_ptr<std::uint8_t>());
    return model_.pictures(crops);
  }

  const TrainableModel& model_;
  const PhotoSet& photos_;
  const int batch_, side_;
};

class JpegSource : public BatchSource {
 public:
  JpegSource(const TrainableModel& model, const JpegSet& set, int batch) : model_(model), set_(set), batch_(batch) {}

  Batch next(std::mt19937_64& random) override {
    const JpegCrops crops = set_.sample(batch_, random);
    const bool pinned = !model_.device().is_cpu();
    Batch batch{
        &model_.plan(), {}, torch::empty({crops.count, 3, 64}, torch::dtype(torch::kFloat32).pinned_memory(pinned))};
    std::ranges::copy(crops.steps, batch.steps.data_ptr<float>());
    for (std::size_t c = 0; c < 3; ++c) {
      const int rows = kJpegCropBlocks * (c == 0 ? crops.down : 1),
                columns = kJpegCropBlocks * (c == 0 ? crops.across : 1);
      const Tensor values =
          torch::empty({crops.count, rows, columns, 64}, torch::dtype(torch::kInt16).pinned_memory(pinned));
      std::ranges::copy(crops.values[c], values.data_ptr<std::int16_t>());
      batch.inputs.push_back(values.permute({0, 3, 1, 2}));
    }
    return batch;
  }
  std::optional<Batch> large(std::mt19937_64& /*random*/) override { return {}; }
  [[nodiscard]] double samples_per_pixel() const override { return 1; }

 private:
  const TrainableModel& model_;
  const JpegSet& set_;
  const int batch_;
};

}  // namespace

std::unique_ptr<BatchSource> make_pixel_source(const TrainableModel& model, const PhotoSet& photos, int batch,
                                               int side) {
  return std::make_unique<PixelSource>(model, photos, batch, side);
}

std::unique_ptr<BatchSource> make_jpeg_source(const TrainableModel& model, const JpegSet& set, int batch) {
  return std::make_unique<JpegSource>(model, set, batch);
}

Batch to_device(const Batch& batch, const torch::Device& device) {
  Batch result{batch.plan, {}, batch.steps.defined() ? batch.steps.to(device, /*non_blocking=*/true) : Tensor()};
  for (const Tensor& input : batch.inputs) result.inputs.push_back(input.to(device, /*non_blocking=*/true));
  return result;
}

}  // namespace bitswap
