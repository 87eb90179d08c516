// SPDX-License-Identifier: GPL-3.0-or-later
// What a kernel is asked to do: one row of one layer, for up to four vectors of output channels. Included by files that
// are compiled for other machines than this one, hence plain structures and no inline functions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitswap {

inline constexpr int kMaxVectors = 4;  ///< vectors of output channels that one call computes

/// Output channels are dealt to vectors of int32 lanes. A row of the kernel (its three positions lie side by side in
/// memory) is read in groups of 4 bytes, and a step takes one group or more. Weights are int8 [kernel row][group]
/// [vector][lane][4], zero beyond the row's end and in lanes without a channel. `bias` (with half of the divisor) and
/// `shift` are [vector][lane].
struct RowJob {
  const std::uint8_t* rows[3];  ///< the leftmost position that column 0 needs, for each row of the kernel
  int row_count;                ///< 1 or 3
  int steps;                    ///< in a row of the kernel: of one group, or of kDepthAvx2
  std::ptrdiff_t in_stride;     ///< bytes from one position to the next: channels of the input
  const std::int8_t* weights;
  const std::uint8_t* together;  ///< [kernel row][step]: not 0 where the sums of a step fit 16 bits (AVX2)
  const std::int32_t* bias;
  const std::int32_t* shift;
  const std::uint8_t* skip;   ///< uint8 [width, out], this row, these channels; or null
  void* out;                  ///< uint8 [width, out], or int16 [width, out] for a head; this row, these channels
  std::ptrdiff_t out_stride;  ///< channels from one position to the next
  int vectors;
  int channels;  ///< that the vectors hold: not more than vectors × lanes
  bool head;
  int width;
};

/// All of them may read up to 64 bytes beyond the rows and write nothing beyond `channels`.
void run_row_avx2(const RowJob& job);
void run_row_avx_vnni(const RowJob& job);
void run_row_avx512_vnni(const RowJob& job);

inline constexpr int kLanes256 = 8;
inline constexpr int kLanes512 = 16;
inline constexpr int kDepthAvx2 = 2;  ///< groups that AVX2 adds up in 16 bits where they fit

}  // namespace bitswap
