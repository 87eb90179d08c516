// SPDX-License-Identifier: GPL-3.0-or-later
// The fast backend of x86 processors: int8 convolutions in own kernels, one variant an instruction set.
#pragma once

#include "engine/nn/backend.h"

namespace bitswap {

/// Instruction sets that there are kernels for, fastest first.
enum class CpuIsa : std::uint8_t { Avx512Vnni, AvxVnni, Avx2 };

/// "avx512-vnni", "avx-vnni", "avx2".
std::string_view isa_name(CpuIsa isa);

/// Those of this machine, fastest first; empty where it has none, as on processors other than x86.
std::vector<CpuIsa> available_isas();

/// What may run beside these kernels where no others are to be used.
Instructions instructions_of(CpuIsa isa);

/// `instructions`: for all but the networks. Errors: NotFound (this machine lacks the instructions).
Result<std::unique_ptr<Backend>> make_cpu_backend(CpuIsa isa, Instructions instructions = Instructions::Best);

}  // namespace bitswap
