// SPDX-License-Identifier: GPL-3.0-or-later
// The file around a packed training set: four bytes that tell which set it is, then whatever the set writes.
#pragma once

#include <filesystem>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace bitswap {

/// Replaces what is there. Errors: Io.
Status write_packed_set(const std::filesystem::path& path, std::string_view magic, ByteView content);

/// What follows `magic`. Errors: Io; Corrupt where another file lies there, which is then said not to be `what`.
Result<Bytes> read_packed_set(const std::filesystem::path& path, std::string_view magic, std::string_view what);

}  // namespace bitswap
