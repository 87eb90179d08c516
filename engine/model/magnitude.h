// SPDX-License-Identifier: GPL-3.0-or-later
// How coefficients, distances between them and quantisation steps become the small integers that networks read:
// logarithmic beyond a linear middle, so that a coefficient of 1 and one of 1,000 both fit into 8 bits. Integers only,
// the same in every executor.
#pragma once

#include <cstdint>

#include "engine/base/host_device.h"

namespace bitswap {

/// sign(x) · round(16·asinh(|x| / 16)), at most 127 either way: as it is up to about 10, then its logarithm. A table of
/// the smallest x of each result stands in for the function.
BITSWAP_HD constexpr std::int32_t compressed(std::int64_t x) {
  constexpr std::uint16_t kFirst[127] = {
      1,    2,    3,     4,     5,     6,     7,     8,     9,     11,    12,    13,    14,    16,    17,   19,
      20,   22,   23,    25,    27,    29,    31,    33,    36,    38,    41,    44,    47,    50,    53,   57,
      60,   64,   69,    73,    78,    83,    89,    94,    100,   107,   114,   121,   129,   137,   146,  156,
      166,  177,  188,   200,   213,   227,   241,   257,   274,   291,   310,   330,   351,   374,   398,  424,
      451,  480,  511,   544,   579,   616,   656,   698,   743,   791,   842,   897,   954,   1016,  1081, 1151,
      1225, 1304, 1389,  1478,  1573,  1675,  1783,  1898,  2020,  2150,  2289,  2437,  2594,  2761,  2939, 3129,
      3330, 3545, 3774,  4017,  4276,  4552,  4845,  5158,  5491,  5845,  6222,  6623,  7050,  7504,  7988, 8504,
      9052, 9636, 10257, 10919, 11623, 12372, 13170, 14020, 14924, 15886, 16911, 18002, 19163, 20398, 21714};
  const std::int64_t size = x < 0 ? -x : x;
  std::int32_t code = 0;
  for (int step = 64; step > 0; step >>= 1) {
    if (size >= kFirst[code + step - 1]) code += step;
  }
  return x < 0 ? -code : code;
}

/// round(8·ln x) of x >= 1, at most 127; 0 for x < 1.
BITSWAP_HD constexpr std::int32_t log_code(std::int64_t x) {
  constexpr std::uint32_t kFirst[127] = {
      2,       2,       2,       2,       2,       2,       3,       3,       3,       4,       4,       5,
      5,       6,       7,       7,       8,       9,       11,      12,      13,      15,      17,      19,
      22,      25,      28,      32,      36,      40,      46,      52,      59,      66,      75,      85,
      96,      109,     124,     140,     158,     180,     203,     230,     261,     296,     335,     379,
      430,     487,     552,     625,     709,     803,     910,     1031,    1168,    1323,    1499,    1699,
      1925,    2181,    2472,    2801,    3174,    3596,    4075,    4617,    5232,    5929,    6718,    7613,
      8626,    9775,    11076,   12551,   14222,   16115,   18261,   20692,   23448,   26569,   30107,   34116,
      38658,   43805,   49638,   56247,   63736,   72223,   81839,   92735,   105083,  119074,  134929,  152894,
      173252,  196320,  222460,  252080,  285644,  323677,  366774,  415609,  470947,  533653,  604708,  685224,
      776460,  879845,  996994,  1129743, 1280166, 1450618, 1643766, 1862630, 2110637, 2391665, 2710111, 3070958,
      3479851, 3943188, 4468217, 5063154, 5737305, 6501218, 7366845};
  std::int32_t code = 0;
  for (int step = 64; step > 0; step >>= 1) {
    if (x >= kFirst[code + step - 1]) code += step;
  }
  return code;
}

// Network inputs (int8, units of 1/16). `step`: quantisation step of the coefficient, 1 … 65535.

/// A coefficient before quantisation.
BITSWAP_HD constexpr std::int32_t magnitude_input(std::int32_t value, std::int32_t step) {
  return compressed(std::int64_t{value} * step);
}
/// The quantised number itself.
BITSWAP_HD constexpr std::int32_t level_input(std::int32_t value) { return compressed(std::int64_t{value} * 16); }
/// Distance from a guess in 1/16, before quantisation.
BITSWAP_HD constexpr std::int32_t distance_input(std::int32_t value, std::int32_t guess, std::int32_t step) {
  return compressed((std::int64_t{value} * 16 - guess) * step / 16);
}
/// Of the four neighbours that make a guess: half of their range, at least 1.
BITSWAP_HD constexpr std::int32_t neighbour_spread(std::int32_t smallest, std::int32_t largest) {
  return (largest - smallest) / 2 + 1;
}
/// A block's DC against the mean of the 3 × 3 blocks around it (their sum is `sum`), before quantisation.
BITSWAP_HD constexpr std::int32_t local_input(std::int32_t value, std::int32_t sum, std::int32_t step) {
  return compressed((std::int64_t{value} * 9 - sum) * step / 9);
}
/// That mean as a sample: a DC is eight times the mean of the block's samples.
BITSWAP_HD constexpr std::int32_t local_mean_input(std::int32_t sum, std::int32_t step) {
  return compressed(std::int64_t{sum} * step / 72);
}
/// A quantisation step as a condition of a network: about -24 … 20 for the tables that photos have.
BITSWAP_HD constexpr std::int32_t step_condition(std::int32_t step) { return log_code(step) - 24; }

/// A DC coefficient as the mean of its block's samples, 0 … 255.
BITSWAP_HD constexpr std::int32_t intensity(std::int32_t value, std::int32_t step) {
  const std::int64_t sample = std::int64_t{value} * step / 8 + 128;
  return static_cast<std::int32_t>(sample < 0 ? 0 : (sample > 255 ? 255 : sample));
}
/// The inverse as a guess in 1/16 of a coefficient.
BITSWAP_HD constexpr std::int32_t intensity_guess(std::int32_t sample, std::int32_t step) {
  return (sample - 128) * 128 / step;
}

}  // namespace bitswap
