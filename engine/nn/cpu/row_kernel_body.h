// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel of all instruction sets. A file that defines `Isa` (vectors, dot product, stores) in an unnamed namespace
// includes this one there: everything has internal linkage, so no code for one processor can end up in another's way.
// (Highway would spare us the variants, but Debian's 1.0.3 has no dot product of bytes.)
//
// A block is NV vectors of output channels times NP positions; all its sums stay in registers. For each group of 4
// input bytes it loads NV vectors of weights, and spreads the 4 bytes of each position over a vector.

#define INLINED __attribute__((always_inline))

template <int I>
struct Constant {
  INLINED constexpr operator int() const { return I; }
};

/// body(0), body(1), … with indices that are constants: arrays indexed by nothing else are kept in registers.
template <int N, typename Body>
INLINED inline void repeat(Body body) {
  [&]<int... I>(std::integer_sequence<int, I...>) INLINED { (body(Constant<I>()), ...); }
  (std::make_integer_sequence<int, N>());
}

/// The 4 bytes that position p of a block reads first. One pointer for 4 positions keeps the addresses within what x86
/// can express.
template <int P>
INLINED inline const std::uint8_t* position(const std::uint8_t* const* at, Constant<P>, std::ptrdiff_t stride,
                                            std::ptrdiff_t stride3) {
  return at[P / 4] + (P % 4 == 3 ? stride3 : P % 4 * stride);
}

template <int NV, int NP>
INLINED inline void add_products(const RowJob& job, int x, Isa::Vec (&sums)[NV][NP]) {
  using Vec = Isa::Vec;
  constexpr int kPointers = (NP + 3) / 4;
  constexpr int kDepth = Isa::kDepth;
  constexpr int kGroupBytes = NV * Isa::kLanes * 4;
  const std::ptrdiff_t stride = job.in_stride;
  const std::ptrdiff_t stride3 = 3 * stride;
  const std::int8_t* weights = job.weights;
  const std::uint8_t* together = job.together;
  for (int row = 0; row < job.row_count; ++row) {
    const std::uint8_t* at[kPointers];
    repeat<kPointers>([&](auto i) INLINED { at[i] = job.rows[row] + (x + 4 * i) * stride; });
    for (int step = 0; step < job.steps; ++step) {
      if (kDepth > 1 && *together++ != 0) {
        Vec bytes[NP][kDepth];
        repeat<NP>([&](auto p) INLINED {
          const std::uint8_t* from = position(at, p, stride, stride3);
          repeat<kDepth>([&](auto d) INLINED { bytes[p][d] = Isa::spread(from + 4 * d); });
        });
        repeat<NV>([&](auto v) INLINED {
          Vec factors[kDepth];
          const std::int8_t* from = weights + v * Isa::kLanes * 4;
          repeat<kDepth>([&](auto d) INLINED { factors[d] = Isa::load(from + d * kGroupBytes); });
          repeat<NP>([&](auto p) INLINED { sums[v][p] = Isa::dot_together(sums[v][p], bytes[p], factors); });
        });
      } else {
        repeat<kDepth>([&](auto d) INLINED {
          repeat<NP>([&](auto p) INLINED {
            const Vec bytes = Isa::spread(position(at, p, stride, stride3) + 4 * d);
            const std::int8_t* from = weights + d * kGroupBytes;
            repeat<NV>([&](auto v) INLINED {
              sums[v][p] = Isa::dot(sums[v][p], bytes, Isa::load(from + v * Isa::kLanes * 4));
            });
          });
        });
      }
      repeat<kPointers>([&](auto i) INLINED { at[i] += 4 * kDepth; });
      weights += kDepth * kGroupBytes;
    }
  }
}

template <int NV, int NP>
INLINED inline void add_skip(const RowJob& job, int x, Isa::Vec (&sums)[NV][NP], const Isa::Vec (&shift)[NV]) {
  const std::uint8_t* skip = job.skip + x * job.out_stride;
  repeat<NP>([&](auto p) INLINED {
    repeat<NV>([&](auto v) INLINED {
      sums[v][p] = Isa::add(sums[v][p], Isa::shift_left(Isa::load_bytes(skip + v * Isa::kLanes), shift[v]));
    });
    skip += job.out_stride;
  });
}

template <int NV, int NP>
INLINED inline void store_heads(const RowJob& job, int x, const Isa::Vec (&sums)[NV][NP]) {
  constexpr int kBefore = (NV - 1) * Isa::kLanes;  // channels in full vectors for certain
  const bool full = job.channels == NV * Isa::kLanes;
  auto* out = static_cast<std::int16_t*>(job.out) + x * job.out_stride;
  repeat<NP>([&](auto p) INLINED {
    repeat<NV - 1>([&](auto v) INLINED { Isa::store_head(out + v * Isa::kLanes, sums[v][p]); });
    if (full) {
      Isa::store_head(out + kBefore, sums[NV - 1][p]);
    } else {
      Isa::store_head_part(out + kBefore, sums[NV - 1][p], job.channels - kBefore);
    }
    out += job.out_stride;
  });
}

template <int NV, int NP>
INLINED inline void store_activations(const RowJob& job, int x, const Isa::Vec (&sums)[NV][NP]) {
  const bool full = job.channels == NV * Isa::kLanes;
  auto* out = static_cast<std::uint8_t*>(job.out) + x * job.out_stride;
  repeat<NP>([&](auto p) INLINED {
    const auto bytes = Isa::pack<NV>(sums[0][p], sums[NV > 1 ? 1 : 0][p], sums[NV > 2 ? 2 : 0][p], sums[NV - 1][p]);
    if (full) {
      Isa::store<NV>(out, bytes);
    } else {
      Isa::store_part(out, bytes, job.channels);
    }
    out += job.out_stride;
  });
}

template <int NV, int NP>
void run_block(const RowJob& job, int x) {
  Isa::Vec sums[NV][NP];
  Isa::Vec shift[NV];
  repeat<NV>([&](auto v) INLINED {
    const Isa::Vec bias = Isa::load(job.bias + v * Isa::kLanes);
    repeat<NP>([&](auto p) INLINED { sums[v][p] = bias; });
  });
  add_products(job, x, sums);
  repeat<NV>([&](auto v) INLINED { shift[v] = Isa::load(job.shift + v * Isa::kLanes); });
  if (job.skip != nullptr) add_skip(job, x, sums, shift);
  repeat<NP>([&](auto p)
                 INLINED { repeat<NV>([&](auto v) INLINED { sums[v][p] = Isa::shift_right(sums[v][p], shift[v]); }); });
  if (job.head) {
    store_heads(job, x, sums);
  } else {
    store_activations(job, x, sums);
  }
}

#undef INLINED

template <int NV, int... NP>
struct BlockTable {
  static constexpr void (*kFunctions[])(const RowJob& job, int x) = {run_block<NV, NP>...};
};
template <int NV, int... NP>
constexpr BlockTable<NV, NP + 1 ...> make_table(std::integer_sequence<int, NP...>) {
  return {};
}

/// A row is cut into nearly equal blocks of at most `NP` positions.
template <int NV, int NP>
void run_blocks(const RowJob& job) {
  using Table = decltype(make_table<NV>(std::make_integer_sequence<int, NP>()));
  const int blocks = (job.width + NP - 1) / NP;
  for (int block = 0, x = 0; block < blocks; ++block) {
    const int size = (job.width - x + blocks - block - 1) / (blocks - block);
    Table::kFunctions[size - 1](job, x);
    x += size;
  }
}

void run_row(const RowJob& job) {
  if (job.vectors == 1) return run_blocks<1, Isa::kPositions[0]>(job);
  if (job.vectors == 2) return run_blocks<2, Isa::kPositions[1]>(job);
  if (job.vectors == 3) return run_blocks<3, Isa::kPositions[2]>(job);
  run_blocks<4, Isa::kPositions[3]>(job);
}
