// SPDX-License-Identifier: GPL-3.0-or-later
// The few things that the host code needs of a device: memory, copies, streams. runtime.cpp is CUDA; the tests have a
// second implementation over ordinary memory, which can also be told to fail.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "engine/base/result.h"
#include "engine/codec/cuda/kernels.h"

namespace bitswap::cuda {

/// Makes the first device ready. Gives its free memory in bytes. Errors: NotFound, with a sentence that says why.
Result<std::uint64_t> open_device();

/// Whether the device multiplies 8-bit matrices in tensor cores (compute capability 8.0).
bool has_tensor_cores();

/// How many of its processors work side by side, at least 1.
int multiprocessors();

// Errors of all: OutOfMemory, Internal.
Result<void*> allocate_device(std::size_t size);
void free_device(void* memory);
/// Page-locked, so that copies run beside the coding.
Result<void*> allocate_pinned(std::size_t size);
void free_pinned(void* memory);
Result<Stream> create_stream();
void destroy_stream(Stream stream);

// All are queued on the stream; the host's side has to be pinned and stay until the stream is synchronised.
Status copy_to_device(void* to, const void* from, std::size_t size, Stream stream);
Status copy_to_host(void* to, const void* from, std::size_t size, Stream stream);
/// From one place of the device's memory to another.
Status copy_on_device(void* to, const void* from, std::size_t size, Stream stream);
/// Waits for all that was queued.
Status synchronise(Stream stream);
/// Whether the kernels since the last look could be started.
Status last_error();
/// Seconds that the device takes for what `queue` puts on the stream. Waits for it, also after an error.
Result<double> seconds_on_device(Stream stream, const std::function<Status()>& queue);

/// Memory that is only ever replaced by more: contents are lost when it grows.
template <Result<void*> (*kAllocate)(std::size_t), void (*kFree)(void*)>
class Memory {
 public:
  Memory() = default;
  Memory(Memory&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Memory& operator=(Memory&&) = delete;
  ~Memory() { kFree(data_); }
  /// Requires that nothing queued uses it any more.
  Status reserve(std::size_t size) {
    if (size <= size_) return {};
    kFree(std::exchange(data_, nullptr));
    size_ = 0;
    BITSWAP_TRY_ASSIGN(data_, kAllocate(size));
    size_ = size;
    return {};
  }
  [[nodiscard]] std::uint8_t* data() const { return static_cast<std::uint8_t*>(data_); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};
using DeviceMemory = Memory<allocate_device, free_device>;
using PinnedMemory = Memory<allocate_pinned, free_pinned>;

}  // namespace bitswap::cuda
