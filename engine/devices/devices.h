// SPDX-License-Identifier: GPL-3.0-or-later
// What this machine has to run networks on, by name.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/nn/backend.h"

namespace bitswap {

/// device: "auto" (CUDA where there is one, else as "cpu"), "cpu" (own kernels where the processor has AVX2, else
/// LibTorch or the plain loops), "cpu-avx512-vnni", "cpu-avx-vnni", "cpu-avx2" (only this), "cuda" (own kernels, whole
/// segments on the device), "reference", "reference-cuda" (LibTorch on the CPU or, if it can, on CUDA), "plain". "auto"
/// and "cpu" always succeed. Errors: NotFound, InvalidArgument.
Result<std::unique_ptr<Backend>> open_backend(std::string_view device);

/// LibTorch, opened from the program's own folder when it is first asked for, so that commands without networks start
/// at once. device: "cpu" or "cuda". Errors: NotFound (not built, or no such device).
Result<std::unique_ptr<Backend>> open_reference_backend(const std::string& device);

/// An entry point of the shared object that holds everything LibTorch. Errors: NotFound with a sentence that says what
/// to do.
Result<void*> torch_symbol(const char* name);

}  // namespace bitswap
