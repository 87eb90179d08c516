// The engine's kernels, compiled for the CPU from the same source.
#include "tests/backend/cuda/emulation.h"
// The kernels see the emulation in the place of CUDA's built-in names.
#include "engine/backend/cuda/kernels.cu"
