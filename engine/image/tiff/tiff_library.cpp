// SPDX-License-Identifier: GPL-3.0-or-later
// The callbacks of libtiff.
#include "engine/image/tiff/tiff_library.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <new>

namespace bitswap {
namespace {

tmsize_t read_bytes(thandle_t handle, void* to, tmsize_t count) {
  auto* memory = static_cast<TiffMemory*>(handle);
  if (count <= 0 || memory->position >= memory->source.size()) return 0;
  const auto portion =
      std::min<std::uint64_t>(static_cast<std::uint64_t>(count), memory->source.size() - memory->position);
  std::copy_n(memory->source.data() + memory->position, portion, static_cast<std::uint8_t*>(to));
  memory->position += portion;
  return static_cast<tmsize_t>(portion);
}

/// No exception may pass through the C library.
tmsize_t write_bytes(thandle_t handle, void* from, tmsize_t count) {
  auto* memory = static_cast<TiffMemory*>(handle);
  if (count <= 0) return 0;
  const auto* bytes = static_cast<const std::uint8_t*>(from);
  try {
    memory->written.insert(memory->written.end(), bytes, bytes + count);
  } catch (const std::bad_alloc&) {
    return -1;
  }
  memory->position += static_cast<std::uint64_t>(count);
  memory->end = std::max(memory->end, memory->position);
  return count;
}

tmsize_t refuse_read(thandle_t, void*, tmsize_t) { return 0; }
tmsize_t refuse_write(thandle_t, void*, tmsize_t) { return 0; }

toff_t size_of(thandle_t handle) {
  const auto* memory = static_cast<const TiffMemory*>(handle);
  return std::max<toff_t>(memory->source.size(), memory->end);
}

toff_t seek(thandle_t handle, toff_t offset, int whence) {
  auto* memory = static_cast<TiffMemory*>(handle);
  if (whence == SEEK_CUR) offset += memory->position;
  if (whence == SEEK_END) offset += size_of(handle);
  memory->position = offset;
  return offset;
}

int close_nothing(thandle_t) { return 0; }

/// 1: handled, libtiff prints nothing.
int stay_silent(TIFF*, void*, const char*, const char*, va_list) { return 1; }

TiffHandle open(TiffMemory& memory, const char* mode, std::uint64_t most_memory, TIFFReadWriteProc read,
                TIFFReadWriteProc write) {
  TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
  if (options == nullptr) return nullptr;
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<tmsize_t>::max());
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, static_cast<tmsize_t>(std::min(most_memory, kMost)));
  TIFFOpenOptionsSetErrorHandlerExtR(options, stay_silent, nullptr);
  TIFFOpenOptionsSetWarningHandlerExtR(options, stay_silent, nullptr);
  TiffHandle handle(
      TIFFClientOpenExt("", mode, &memory, read, write, seek, close_nothing, size_of, nullptr, nullptr, options));
  TIFFOpenOptionsFree(options);
  return handle;
}

}  // namespace

TiffHandle read_tiff(TiffMemory& memory, std::uint64_t most_memory) {
  return open(memory, "rm", most_memory, read_bytes, refuse_write);  // m: not mapped
}

TiffHandle write_tiff(TiffMemory& memory) {
  // BigTIFF, so that the number of bytes written has no limit.
  return open(memory, "wl8m", std::numeric_limits<tmsize_t>::max(), refuse_read, write_bytes);
}

}  // namespace bitswap
