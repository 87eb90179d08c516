// SPDX-License-Identifier: GPL-3.0-or-later
// Which backend a name means, and the shared objects with LibTorch and CUDA that are opened on first use.
#include "engine/codec/cuda/module.h"
#include "engine/devices/devices.h"
#include "engine/devices/module.h"
#include "engine/nn/backend.h"
#include "engine/nn/cpu/cpu_backend.h"
#include "engine/nn/torch/module.h"

namespace bitswap {
namespace {

Result<void*> cuda_symbol(const char* name) {
  static Module module("libbitswap_cuda.so", "CUDA");
  return module.symbol(name);
}

/// CUDA without LibTorch. Errors: NotFound.
Result<std::unique_ptr<Backend>> open_cuda_backend(bool host_is_welcome) {
  BITSWAP_TRY_ASSIGN(void* const symbol, cuda_symbol("make_cuda_backend"));
  CudaOptions options;
  options.open_host = [] { return open_backend("cpu"); };
  options.host_is_welcome = host_is_welcome;
  std::string reason;
  if (Backend* backend = reinterpret_cast<decltype(&make_cuda_backend)>(symbol)(options, reason)) {
    return std::unique_ptr<Backend>(backend);
  }
  return Error{Error::Code::NotFound, 0, reason};
}

}  // namespace

Result<void*> torch_symbol(const char* name) {
  static Module module("libbitswap_torch.so", "LibTorch");
  return module.symbol(name);
}

Result<DeviceCeilings> measure_cuda_ceilings(const Model& model) {
  BITSWAP_TRY_ASSIGN(void* const symbol, cuda_symbol("find_cuda_ceilings"));
  Result<DeviceCeilings> result = DeviceCeilings();
  reinterpret_cast<decltype(&find_cuda_ceilings)>(symbol)({}, model, result);
  return result;
}

Result<std::unique_ptr<Backend>> open_reference_backend(const std::string& device) {
  BITSWAP_TRY_ASSIGN(void* const symbol, torch_symbol("make_reference_backend"));
  auto* const make = reinterpret_cast<Backend* (*)(const char*)>(symbol);
  if (Backend* backend = make(device.c_str())) return std::unique_ptr<Backend>(backend);
  return Error{Error::Code::NotFound, 0, "this machine has no device \"" + device + "\" that LibTorch can use"};
}

Result<std::unique_ptr<Backend>> open_backend(std::string_view device) {
  if (device == "plain") return make_plain_backend();
  if (device == "reference") return open_reference_backend("cpu");
  if (device == "reference-cuda") return open_reference_backend("cuda");
  if (device == "cuda") return open_cuda_backend(false);
  for (const CpuIsa isa : {CpuIsa::Avx512Vnni, CpuIsa::AvxVnni, CpuIsa::Avx2}) {
    if (device.starts_with("cpu-") && device.substr(4) == isa_name(isa))
      return make_cpu_backend(isa, instructions_of(isa));
  }
  if (device == "auto") {
    if (auto cuda = open_cuda_backend(true); cuda.ok()) return cuda;
  } else if (device != "cpu") {
    return Error{Error::Code::InvalidArgument, 0, "no device is called " + std::string(device)};
  }
  if (const auto isas = available_isas(); !isas.empty()) return make_cpu_backend(isas.front());
  if (auto reference = open_reference_backend("cpu"); reference.ok()) return reference;
  return make_plain_backend();
}

}  // namespace bitswap
