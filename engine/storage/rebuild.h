// SPDX-License-Identifier: GPL-3.0-or-later
// A file out of its picture and its recipe, for all forms that keep pixels.
#pragma once

#include "engine/archive/entry.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"

namespace bitswap {

/// Most that a recipe may unpack to: the file besides its pixels, and a filter for each row; not more than a section of
/// that length could honestly hold.
std::uint64_t recipe_limit(std::uint64_t original_size, std::uint32_t height, std::uint64_t section_bytes);

/// As its section holds it. Errors: Unsupported (longer than the format allows), OutOfMemory.
Result<Bytes> pack_recipe(ByteView recipe, std::uint64_t original_size, std::uint32_t height);

/// The file from its picture and its Recipe section. Errors: Corrupt, Truncated, Unsupported, LimitExceeded,
/// OutOfMemory.
Result<Bytes> rebuild_file(const Picture& picture, ByteView recipe_section, const EntryHeader& header);

}  // namespace bitswap
