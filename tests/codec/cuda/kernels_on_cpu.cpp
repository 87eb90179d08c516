// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's kernels, compiled for the CPU from the same source.
#include "tests/codec/cuda/emulation.h"
// The kernels see the emulation in the place of CUDA's built-in names.
#include "engine/codec/cuda/kernels.cu"
