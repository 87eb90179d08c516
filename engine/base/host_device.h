// SPDX-License-Identifier: GPL-3.0-or-later
// Marks the integer cores that CPU and CUDA both compile.
#pragma once

#if defined(__CUDACC__)
#define BITSWAP_HD __host__ __device__
#else
#define BITSWAP_HD
#endif
