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

class SegmentCoder;

/// A model made ready for a device. run() may be called by several threads at once.
class BackendModel {
 public:
  virtual ~BackendModel() = default;

  /// input: int8 [count, height, width, in], channels fastest. output: int16 [count, height, width, out], resized.
  /// `network` indexes the plan's networks. Errors: OutOfMemory, Internal.
  virtual Status run(int network, std::span<const std::int8_t> input, int count, int height, int width,
                     std::vector<std::int16_t>& output) const = 0;
  /// Whether run_rows() can be called, so that several threads can share one image.
  [[nodiscard]] virtual bool runs_rows() const { return false; }
  /// Rows [begin, end) of what run() gives for one image, to their places in `output`, which has room for all of it.
  /// Requires runs_rows(). Errors: OutOfMemory.
  virtual Status run_rows(int /*network*/, std::span<const std::int8_t> /*input*/, int /*height*/, int /*width*/,
                          int /*begin*/, int /*end*/, std::span<std::int16_t> /*output*/) const {
    return Error{Error::Code::Internal, 0, "these networks run whole images only"};
  }
  /// Not null where the device codes whole segments by itself (segment_coder.h).
  [[nodiscard]] virtual const SegmentCoder* segment_coder() const { return nullptr; }
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

/// LibTorch, opened from the program's own folder when it is first asked for, so that commands without networks start
/// at once. device: "cpu" or "cuda". Errors: NotFound (not built, or no such device).
Result<std::unique_ptr<Backend>> open_reference_backend(const std::string& device);

/// device: "auto" (CUDA where there is one, else as "cpu"), "cpu" (own kernels where the processor has AVX2, else
/// LibTorch or the plain loops), "cpu-avx512-vnni", "cpu-avx-vnni", "cpu-avx2" (only this), "cuda" (own kernels, whole
/// segments on the device), "reference", "reference-cuda" (LibTorch on the CPU or, if it can, on CUDA), "plain". "auto"
/// and "cpu" always succeed. Errors: NotFound, InvalidArgument.
Result<std::unique_ptr<Backend>> open_backend(std::string_view device);

}  // namespace bitswap
