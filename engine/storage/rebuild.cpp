// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes are zstd frames; what they mean is their image format's.
#include "engine/storage/rebuild.h"

#include <algorithm>

#include "engine/archive/zstd_payload.h"
#include "engine/image/format.h"

namespace bitswap {

std::uint64_t recipe_limit(std::uint64_t original_size, std::uint32_t height, std::uint64_t section_bytes) {
  constexpr std::uint64_t kSlack = 64 << 10;
  constexpr std::uint64_t kAlwaysFine = std::uint64_t{16} << 20;
  constexpr std::uint64_t kMostTimes = 512;
  return std::min(std::min(original_size, kMaxSectionBytes) + height + kSlack,
                  kAlwaysFine + kMostTimes * section_bytes);
}

Result<Bytes> pack_recipe(ByteView recipe, std::uint64_t original_size, std::uint32_t height) {
  constexpr int kRecipeLevel = 19;
  const Error too_long{Error::Code::Unsupported, 0, "the file besides its pixels is longer than the format allows"};
  BITSWAP_TRY_ASSIGN(Bytes packed, zstd_compress(recipe, kRecipeLevel));
  if (packed.size() > kMaxSectionBytes) return too_long;
  if (recipe.size() > recipe_limit(original_size, height, packed.size())) return too_long;
  return packed;
}

Result<Bytes> rebuild_file(const Picture& picture, ByteView recipe_section, const EntryHeader& header) {
  const ImageFormat* format = format_by_name(header.format);
  if (format == nullptr) {
    return Error{Error::Code::Unsupported, 0,
                 "files of the format \"" + header.format + "\" need a later version of this program"};
  }
  BITSWAP_TRY_ASSIGN(
      const Bytes recipe,
      zstd_decompress(recipe_section, recipe_limit(header.original_size, picture.height, recipe_section.size())));
  return format->rebuild(picture, recipe);
}

}  // namespace bitswap
