// SPDX-License-Identifier: GPL-3.0-or-later
// How much of a graphics card the coding uses: what had to be computed and moved, beside what the card can do at best.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "engine/codec/cuda/device_ceilings.h"
#include "engine/codec/image_codec.h"

namespace bitswap::cli {

/// What has to be done at least.
struct CodingWork {
  double macs = 0;  ///< multiply-accumulates of all networks on their real grids; the same for both directions
  double encode_bytes = 0, decode_bytes = 0;  ///< of the device's memory, read or written
  CodingWork& operator+=(const CodingWork& other);
};

/// Without the coded words.
CodingWork work_of(const Plan& plan, const TileShape& tile);
CodingWork work_of(const CodingModel& coding, const Picture& picture);

struct CeilingReport {
  DeviceCeilings ceilings;
  CodingWork work;
  double encode_seconds = 0, decode_seconds = 0;  ///< wall time of that work
};

std::string ceilings_table(const CeilingReport& report);
nlohmann::ordered_json ceilings_json(const CeilingReport& report);

}  // namespace bitswap::cli
