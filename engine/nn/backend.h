// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a model's integer networks. Every backend gives the very same integers; they differ in speed only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/model.h"

namespace bitswap {

class ScratchPool;
class SegmentCoder;

/// The instructions that code beside the networks may use, so that a device means the same everywhere.
enum class Instructions : std::uint8_t {
  Portable,  ///< none but those of every processor of this kind
  Avx2,      ///< up to AVX2
  Best,      ///< whatever the processor has
};

/// What a network reads. Images of one size, one after another.
struct NetworkRun {
  int network = 0;                               ///< index of the plan's networks
  std::span<const std::int8_t> input;            ///< int8 [count, height, width, in], channels fastest
  std::span<const std::uint8_t> state = {};      ///< uint7 [count, height, width, first layer's out], where it adds one
  std::span<const std::int16_t> condition = {};  ///< condition_values(), where a layer is conditioned
  int count = 1, height = 0, width = 0;
  ScratchPool* scratch = nullptr;  ///< working memory; null: the call's own
};

/// What a network gives, to memory of the right size.
struct NetworkOutput {
  std::span<std::int16_t> head = {};      ///< int16 [count, height, width, out]; empty for a network without a head
  std::span<std::uint8_t> features = {};  ///< uint7 [count, height, width, features]; empty: not wanted
};

/// A model made ready for a device. run() may be called by several threads at once.
class BackendModel {
 public:
  /// The model must outlive it.
  explicit BackendModel(const Model& model) : model_(model) {}
  virtual ~BackendModel() = default;

  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] const NetworkSpec& spec(int network) const { return model_.plan.networks[network]; }

  /// Whole images. Errors: OutOfMemory, Internal.
  virtual Status run(const NetworkRun& run, const NetworkOutput& output) const = 0;
  /// Whether run_rows() can be called, so that several threads can share one image.
  [[nodiscard]] virtual bool runs_rows() const { return false; }
  /// Rows [begin, end) of what run() gives for one image, to their places in the whole of it. Requires runs_rows().
  /// Errors: OutOfMemory.
  virtual Status run_rows(const NetworkRun& /*run*/, int /*begin*/, int /*end*/,
                          const NetworkOutput& /*output*/) const {
    return Error{Error::Code::Internal, 0, "these networks run whole images only"};
  }
  /// Not null where the device codes whole segments by itself (segment_coder.h).
  [[nodiscard]] virtual const SegmentCoder* segment_coder() const { return nullptr; }
  /// What the entropy coder may use beside these networks.
  [[nodiscard]] virtual Instructions instructions() const { return Instructions::Best; }

  /// The head of a network that reads nothing but its input, resized.
  Status run_head(int network, std::span<const std::int8_t> input, int count, int height, int width,
                  std::vector<std::int16_t>& output) const {
    output.resize(static_cast<std::size_t>(count) * height * width * spec(network).out());
    return run({.network = network, .input = input, .count = count, .height = height, .width = width},
               {.head = output});
  }

 private:
  const Model& model_;
};

class Backend {
 public:
  virtual ~Backend() = default;
  /// "cpu", "reference", "plain", …
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// "cpu" or "cuda": where it runs.
  [[nodiscard]] virtual std::string_view device() const = 0;
  /// The model must outlive what is returned. Errors: OutOfMemory, Internal.
  [[nodiscard]] virtual Result<std::unique_ptr<BackendModel>> load(const Model& model) const = 0;
};

/// The portable backend: plain integer loops, always there, the twin that all others are compared with.
std::unique_ptr<Backend> make_plain_backend();

}  // namespace bitswap
