// Draws where the bits of a picture go, as a PNG with a scale.
#pragma once

#include <filesystem>
#include <string>

#include "engine/base/result.h"
#include "engine/stats/ledger.h"

namespace bitswap::cli {

/// Bits per pixel of one likelihood stage, or of all together if `stage` is empty, row-major; a bar below shows the
/// colours from 0 to the value that all but one per mille of the pixels stay below. Errors: InvalidArgument (no such
/// stage; the sentence names those there are), Io, OutOfMemory.
Status write_heat_map(const HeatMap& map, const std::string& stage, const std::filesystem::path& file);

}  // namespace bitswap::cli
