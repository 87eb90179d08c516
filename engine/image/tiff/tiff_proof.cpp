// SPDX-License-Identifier: GPL-3.0-or-later
// The second opinion is libtiff's on the whole file, with its own reading of the directories and predictors.
#include "engine/image/tiff/tiff_proof.h"

#include <algorithm>
#include <bit>

#include "engine/image/limits.h"
#include "engine/image/tiff/tiff_samples.h"

namespace bitswap {
namespace {

constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 32;

Error differs() { return {Error::Code::Internal, 0, "the rebuilt file differs"}; }

/// One page through libtiff, whose samples come in the order of this machine.
Status read_page(TIFF* handle, const std::vector<TiffBlock>& blocks, const TiffPlace& place, Picture& picture) {
  const bool tiled = TIFFIsTiled(handle) != 0;
  const tmsize_t size = tiled ? TIFFTileSize(handle) : TIFFStripSize(handle);
  const std::uint64_t expected = place.page.block_rows * place.page.row_bytes();
  if (tiled != place.page.tiled || size < 0 || static_cast<std::uint64_t>(size) != expected) return differs();
  BITSWAP_TRY_ASSIGN(Bytes raw, allocate(expected));
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    const auto bytes = static_cast<tmsize_t>(blocks[i].coded_rows * place.page.row_bytes());
    const tmsize_t done =
        tiled ? TIFFReadEncodedTile(handle, i, raw.data(), bytes) : TIFFReadEncodedStrip(handle, i, raw.data(), bytes);
    if (done != bytes) return differs();
    block_to_picture(place, blocks[i], raw, picture);
  }
  return {};
}

Status read_by_libtiff(const TiffFile& tiff, ByteView original, ByteView file, const TiffRecipe& recipe,
                       Picture& picture) {
  TiffMemory memory;
  memory.source = file;
  const TiffHandle handle = read_tiff(memory, kMostMemory);
  if (handle == nullptr) return differs();
  std::uint64_t row = 0;
  std::size_t index = 0;
  auto coded = recipe.pages.begin();
  do {
    if (coded == recipe.pages.end() || coded->index != index) continue;
    const TiffPlace place{tiff.pages[index], std::endian::native == std::endian::big, row};
    BITSWAP_TRY_ASSIGN(const std::vector<TiffBlock> blocks, tiff_blocks(tiff, place.page, original));
    BITSWAP_TRY(read_page(handle.get(), blocks, place, picture));
    row += place.page.height;
    ++coded;
  } while (++index < tiff.pages.size() && TIFFReadDirectory(handle.get()) != 0);
  return index == tiff.pages.size() && coded == recipe.pages.end() ? Status{} : differs();
}

/// Whether data of the page lie in a hole, where they are no longer what they were.
bool lies_in_holes(const TiffFile& tiff, const TiffPage& page, ByteView file, const std::vector<TiffHole>& holes) {
  for (std::uint64_t i = 0; i < page.offsets.count; ++i) {
    const std::uint64_t begin = tiff.number(file, page.offsets, i);
    const std::uint64_t bytes = i < page.counts.count ? tiff.number(file, page.counts, i) : 1;
    const auto end_of = [](const TiffHole& hole) { return hole.offset + hole.bytes; };
    const auto hole = std::ranges::upper_bound(holes, begin, {}, end_of);
    if (hole != holes.end() && (hole->offset <= begin || hole->offset - begin < bytes)) return true;
  }
  return false;
}

}  // namespace

Status prove_tiff_pixels(const TiffFile& tiff, ByteView original, ByteView again, const TiffRecipe& recipe,
                         const Picture& picture) {
  if (again.size() < original.size()) return differs();
  Bytes undone(again.begin(), again.begin() + static_cast<std::ptrdiff_t>(original.size()));
  for (const TiffHole& hole : recipe.holes) {
    std::copy_n(original.begin() + static_cast<std::ptrdiff_t>(hole.offset), hole.bytes,
                undone.begin() + static_cast<std::ptrdiff_t>(hole.offset));
  }
  for (const TiffCodedPage& coded : recipe.pages) {
    const TiffPage& page = tiff.pages[coded.index];
    for (const TiffArray& array : {page.offsets, page.counts}) {
      const std::size_t bytes = array.count * array.item_bytes;
      std::copy_n(original.begin() + static_cast<std::ptrdiff_t>(array.at), bytes,
                  undone.begin() + static_cast<std::ptrdiff_t>(array.at));
    }
  }
  if (!std::ranges::equal(undone, original)) return differs();
  auto coded = recipe.pages.begin();
  for (std::size_t index = 0; index < tiff.pages.size(); ++index) {
    if (coded != recipe.pages.end() && coded->index == index) {
      ++coded;
    } else if (lies_in_holes(tiff, tiff.pages[index], original, recipe.holes)) {
      return differs();
    }
  }

  BITSWAP_TRY_ASSIGN(Picture seen, make_picture(picture.width, picture.height, picture.channels));
  for (const ByteView file : {original, again}) {
    BITSWAP_TRY(read_by_libtiff(tiff, original, file, recipe, seen));
    if (seen != picture) return differs();
    std::ranges::fill(seen.samples, std::uint8_t{0});
  }
  return {};
}

}  // namespace bitswap
