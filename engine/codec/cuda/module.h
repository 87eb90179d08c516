// SPDX-License-Identifier: GPL-3.0-or-later
// Entry points of the shared object libbitswap_cuda.so: found with dlsym, hence C linkage. The object brings the CUDA
// runtime along and needs only the driver, so that one build serves machines with and without a graphics card.
#pragma once

#include "engine/codec/cuda/device_ceilings.h"
#include "engine/nn/backend.h"

namespace bitswap {

struct CudaOptions {
  /// Device memory to use at most, in bytes; 0: the variable BITSWAP_CUDA_MEMORY (in megabytes), or else 60 % of what
  /// is free.
  std::uint64_t memory = 0;
  /// Opens what codes instead when the device fails. Called only then.
  Result<std::unique_ptr<Backend>> (*open_host)() = nullptr;
  /// Whether load() may give the host's model where the device's memory has no room. Later failures never end a job.
  bool host_is_welcome = false;
};

extern "C" {
/// The caller owns the result. Null where no device can be used; `reason` then says why.
Backend* make_cuda_backend(const CudaOptions& options, std::string& reason);
/// measure_cuda_ceilings() within the memory that the options allow.
void find_cuda_ceilings(const CudaOptions& options, const Model& model, Result<DeviceCeilings>& result);
}

}  // namespace bitswap
