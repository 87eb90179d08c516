// SPDX-License-Identifier: GPL-3.0-or-later
// The instructions are written out in assembly: a compiler would see through such loops.
#include "app/bench/ceiling.h"

#include "engine/nn/cpu/cpu_backend.h"

namespace bitswap {
#if defined(__x86_64__)
namespace {

constexpr int kRounds = 100'000;

/// Twelve sums, enough for any latency; 64 products an instruction.
double avx512_vnni() {
  for (int i = 0; i < kRounds; ++i) {
    asm volatile(".irp sum, 0,1,2,3,4,5,6,7,8,9,10,11\n vpdpbusd %%zmm13, %%zmm12, %%zmm\\sum\n .endr" ::
                     : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                       "xmm11");
  }
  return 12.0 * 64 * kRounds;
}

double avx_vnni() {
  for (int i = 0; i < kRounds; ++i) {
    asm volatile(".irp sum, 0,1,2,3,4,5,6,7,8,9,10,11\n %{vex%} vpdpbusd %%ymm13, %%ymm12, %%ymm\\sum\n .endr" ::
                     : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                       "xmm11");
  }
  return 12.0 * 32 * kRounds;
}

/// As for large weights: each group of 4 bytes widens its sums.
double avx2() {
  for (int i = 0; i < kRounds; ++i) {
    asm volatile(
        ".irp sum, 0,1,2,3,4,5,6,7,8,9,10,11\n"
        "vpmaddubsw %%ymm13, %%ymm12, %%ymm15\n vpmaddwd %%ymm14, %%ymm15, %%ymm15\n"
        "vpaddd %%ymm15, %%ymm\\sum, %%ymm\\sum\n .endr" ::
            : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
              "xmm15");
  }
  return 12.0 * 32 * kRounds;
}

/// As for small weights: two groups add up in 16 bits first.
double avx2_together() {
  for (int i = 0; i < kRounds; ++i) {
    asm volatile(
        ".irp sum, 0,1,2,3,4,5,6,7\n"
        "vpmaddubsw %%ymm13, %%ymm12, %%ymm15\n vpmaddubsw %%ymm11, %%ymm10, %%ymm9\n"
        "vpaddw %%ymm9, %%ymm15, %%ymm15\n vpmaddwd %%ymm14, %%ymm15, %%ymm15\n"
        "vpaddd %%ymm15, %%ymm\\sum, %%ymm\\sum\n .endr" ::
            : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm9", "xmm15");
  }
  return 8.0 * 64 * kRounds;
}

}  // namespace

std::vector<Ceiling> ceilings() {
  std::vector<Ceiling> all;
  for (const CpuIsa isa : available_isas()) {
    const auto run = isa == CpuIsa::Avx512Vnni ? avx512_vnni : isa == CpuIsa::AvxVnni ? avx_vnni : avx2;
    all.push_back({std::string(isa_name(isa)), run});
    if (isa == CpuIsa::Avx2) all.push_back({"avx2-together", avx2_together});
  }
  return all;
}
#else
std::vector<Ceiling> ceilings() { return {}; }
#endif

}  // namespace bitswap
