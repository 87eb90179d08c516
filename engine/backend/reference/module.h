// Entry points of the shared object that holds everything LibTorch: found with dlsym, hence C linkage.
#pragma once

#include "engine/backend/backend.h"

namespace bitswap {

struct TrainArguments;

extern "C" {
/// The caller owns the result; null where there is no such device ("cpu", "cuda").
Backend* make_reference_backend(const char* device);
}

/// Opens the module once and finds a symbol in it. Errors: NotFound with a sentence that says what to do.
Result<void*> torch_symbol(const char* name);

}  // namespace bitswap
