// SPDX-License-Identifier: GPL-3.0-or-later
// The CUDA runtime behind runtime.h.
#include "engine/codec/cuda/runtime.h"

#include <cuda_runtime_api.h>

#include <string>

namespace bitswap::cuda {
namespace {

Error error_of(cudaError_t code) {
  static_cast<void>(cudaGetLastError());  // or it would be reported once more, for something else
  if (code == cudaErrorMemoryAllocation) {
    return {Error::Code::OutOfMemory, 0, "the graphics card has not enough memory"};
  }
  return {Error::Code::Internal, 0, std::string("CUDA: ") + cudaGetErrorString(code)};
}

Status status_of(cudaError_t code) {
  if (code == cudaSuccess) return {};
  return error_of(code);
}

cudaStream_t native(Stream stream) { return static_cast<cudaStream_t>(stream); }

}  // namespace

Result<std::uint64_t> open_device() {
  const auto refused = [](cudaError_t code) {
    static_cast<void>(cudaGetLastError());
    const char* const why =
        code == cudaErrorInsufficientDriver ? "its driver is missing or too old" : cudaGetErrorString(code);
    return Error{Error::Code::NotFound, 0, std::string("no graphics card can be used with CUDA: ") + why};
  };
  int count = 0;
  if (const cudaError_t code = cudaGetDeviceCount(&count); code != cudaSuccess) return refused(code);
  if (count == 0) return refused(cudaErrorNoDevice);
  if (const cudaError_t code = cudaSetDevice(0); code != cudaSuccess) return refused(code);
  std::size_t free_bytes = 0, total = 0;  // the first call that needs the device itself
  if (const cudaError_t code = cudaMemGetInfo(&free_bytes, &total); code != cudaSuccess) return refused(code);
  if (!kernels_usable()) {
    return Error{Error::Code::NotFound, 0, "the graphics card is too old: CUDA coding needs compute capability 7.5"};
  }
  return std::uint64_t{free_bytes};
}

bool has_tensor_cores() {
  int major = 0;
  return cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, 0) == cudaSuccess && major >= 8;
}

int multiprocessors() {
  int count = 0;
  const bool known = cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, 0) == cudaSuccess;
  return known && count > 0 ? count : 1;
}

Result<void*> allocate_device(std::size_t size) {
  void* memory = nullptr;
  BITSWAP_TRY(status_of(cudaMalloc(&memory, size)));
  return memory;
}

void free_device(void* memory) {
  if (memory != nullptr) static_cast<void>(cudaFree(memory));
}

Result<void*> allocate_pinned(std::size_t size) {
  void* memory = nullptr;
  BITSWAP_TRY(status_of(cudaMallocHost(&memory, size)));
  return memory;
}

void free_pinned(void* memory) {
  if (memory != nullptr) static_cast<void>(cudaFreeHost(memory));
}

Result<Stream> create_stream() {
  cudaStream_t stream = nullptr;
  BITSWAP_TRY(status_of(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking)));
  return Stream{stream};
}

void destroy_stream(Stream stream) {
  if (stream != nullptr) static_cast<void>(cudaStreamDestroy(native(stream)));
}

Status copy_to_device(void* to, const void* from, std::size_t size, Stream stream) {
  return status_of(cudaMemcpyAsync(to, from, size, cudaMemcpyHostToDevice, native(stream)));
}

Status copy_to_host(void* to, const void* from, std::size_t size, Stream stream) {
  return status_of(cudaMemcpyAsync(to, from, size, cudaMemcpyDeviceToHost, native(stream)));
}

Status copy_on_device(void* to, const void* from, std::size_t size, Stream stream) {
  return status_of(cudaMemcpyAsync(to, from, size, cudaMemcpyDeviceToDevice, native(stream)));
}

Status synchronise(Stream stream) { return status_of(cudaStreamSynchronize(native(stream))); }

Status last_error() { return status_of(cudaGetLastError()); }

Result<double> seconds_on_device(Stream stream, const std::function<Status()>& queue) {
  struct Event {
    ~Event() {
      if (event != nullptr) static_cast<void>(cudaEventDestroy(event));
    }
    cudaEvent_t event = nullptr;
  } begin, end;
  BITSWAP_TRY(status_of(cudaEventCreate(&begin.event)));
  BITSWAP_TRY(status_of(cudaEventCreate(&end.event)));
  BITSWAP_TRY(status_of(cudaEventRecord(begin.event, native(stream))));
  const Status queued = queue();
  const Status recorded = status_of(cudaEventRecord(end.event, native(stream)));
  const Status finished = synchronise(stream);
  BITSWAP_TRY(queued);
  BITSWAP_TRY(recorded);
  BITSWAP_TRY(finished);
  float milliseconds = 0;
  BITSWAP_TRY(status_of(cudaEventElapsedTime(&milliseconds, begin.event, end.event)));
  return double{milliseconds} / 1e3;
}

}  // namespace bitswap::cuda
