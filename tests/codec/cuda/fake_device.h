// SPDX-License-Identifier: GPL-3.0-or-later
// What a test may ask of the emulated device: little memory, none at all, or a failure at some moment.
#pragma once

#include <cstddef>

namespace bitswap::cuda {

struct FakeDevice {
  std::size_t memory = std::size_t{1} << 31;
  bool absent = false;
  bool tensor_cores = false;
  bool wrong_tensor_cores = false;  ///< one sum is off by one
  bool broken = false;              ///< every call fails
  int calls_until_failure = 0;      ///< breaks at that call; 0: never
  int synchronisations = 0;
  std::size_t most_used = 0;  ///< bytes of device memory at one time
};
FakeDevice& fake_device();

}  // namespace bitswap::cuda
