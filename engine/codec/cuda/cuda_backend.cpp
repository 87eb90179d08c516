// SPDX-License-Identifier: GPL-3.0-or-later
// The backend "cuda": networks, coder and everything between them on the first graphics card.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "engine/codec/cuda/ceilings.h"
#include "engine/codec/cuda/device_coder.h"
#include "engine/codec/cuda/module.h"

namespace bitswap {
namespace {

constexpr std::uint64_t kMegabyte = 1'000'000;
constexpr std::uint64_t kLeastMemory = 64 * kMegabyte;  // less would not hold a tile of 1024 × 1024 pixels

/// Bytes that the user allows; 0 if there is no such wish.
std::uint64_t memory_wish() {
  const char* text = std::getenv("BITSWAP_CUDA_MEMORY");
  if (text == nullptr) return 0;
  std::uint64_t megabytes = 0;
  const char* const end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, megabytes);
  if (error != std::errc() || stop != end || megabytes > (std::uint64_t{1} << 40)) return 0;
  return megabytes * kMegabyte;
}

std::uint64_t allowed_memory(const CudaOptions& options, std::uint64_t free_memory) {
  if (options.memory != 0) return options.memory;
  const std::uint64_t wish = memory_wish();
  return wish != 0 ? wish : free_memory / 10 * 6;
}

Result<std::unique_ptr<BackendModel>> load_on_host(const Model& model, const CudaOptions& options) {
  if (options.open_host == nullptr) return make_plain_backend()->load(model);
  BITSWAP_TRY_ASSIGN(const std::unique_ptr<Backend> backend, options.open_host());
  return backend->load(model);
}

/// Runs on the device, and on the host from its first failure on: a job that has begun can always be ended.
class CudaModel final : public BackendModel {
 public:
  CudaModel(const Model& model, const CudaOptions& options, std::unique_ptr<cuda::DeviceCoder> coder)
      : BackendModel(model), options_(options), coder_(std::move(coder)) {}

  Status run(const NetworkRun& run, const NetworkOutput& output) const override {
    // Of networks that pixels have, which give nothing but a head.
    std::vector<std::int16_t> head;
    if (output.features.empty() && coder_->run(run.network, run.input, run.count, run.height, run.width, head).ok()) {
      std::ranges::copy(head, output.head.begin());
      return {};
    }
    BITSWAP_TRY_ASSIGN(const BackendModel* const host, host_model());
    return host->run(run, output);
  }

  [[nodiscard]] const SegmentCoder* segment_coder() const override { return coder_.get(); }

 private:
  Result<const BackendModel*> host_model() const {
    const std::scoped_lock lock(mutex_);
    if (!host_model_) {
      BITSWAP_TRY_ASSIGN(host_model_, load_on_host(model(), options_));
    }
    return static_cast<const BackendModel*>(host_model_.get());
  }

  CudaOptions options_;
  std::unique_ptr<cuda::DeviceCoder> coder_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<BackendModel> host_model_;
};

class CudaBackend final : public Backend {
 public:
  explicit CudaBackend(const CudaOptions& options) : options_(options) {}
  [[nodiscard]] std::string_view name() const override { return "cuda"; }
  [[nodiscard]] std::string_view device() const override { return "cuda"; }
  [[nodiscard]] Result<std::unique_ptr<BackendModel>> load(const Model& model) const override {
    // No segment coder where the kernels do not know the plan.
    if (!component_plan(model.plan)) return load_on_host(model, options_);
    auto coder = cuda::DeviceCoder::create(model, options_.memory);
    if (coder.ok()) {
      return std::unique_ptr<BackendModel>(std::make_unique<CudaModel>(model, options_, std::move(coder).value()));
    }
    if (options_.host_is_welcome) return load_on_host(model, options_);
    return std::move(coder).error();
  }

 private:
  CudaOptions options_;
};

}  // namespace

Backend* make_cuda_backend(const CudaOptions& options, std::string& reason) {
  const Result<std::uint64_t> free_memory = cuda::open_device();
  if (!free_memory.ok()) {
    reason = free_memory.error().detail;
    return nullptr;
  }
  CudaOptions chosen = options;
  chosen.memory = allowed_memory(options, *free_memory);
  if (*free_memory < kLeastMemory) {
    reason = "the graphics card has too little free memory";
    return nullptr;
  }
  return new CudaBackend(chosen);
}

void find_cuda_ceilings(const CudaOptions& options, const Model& model, Result<DeviceCeilings>& result) {
  const Result<std::uint64_t> free_memory = cuda::open_device();
  if (!free_memory.ok()) {
    result = free_memory.error();
    return;
  }
  result = cuda::measure_ceilings(model, std::min(allowed_memory(options, *free_memory), *free_memory / 10 * 9));
}

}  // namespace bitswap
