// SPDX-License-Identifier: GPL-3.0-or-later
// What a graphics card can do at best, measured: how near the coding comes is known only beside that.
#pragma once

#include "engine/base/result.h"
#include "engine/model/model.h"

namespace bitswap {

struct DeviceCeilings {
  /// Multiply-accumulates of 8-bit values by nothing but the convolutions' own instruction, operands in registers.
  double int8_macs_per_second = 0;
  /// Bytes read and bytes written while memory is copied within the device.
  double bandwidth_bytes_per_second = 0;
  /// Not a ceiling but what is reached below it: the model's networks on large tiles, one after another, nothing else.
  double network_macs_per_second = 0;
};

/// Of the first graphics card; takes about two seconds. Errors: NotFound, OutOfMemory, Internal.
Result<DeviceCeilings> measure_cuda_ceilings(const Model& model);

}  // namespace bitswap
