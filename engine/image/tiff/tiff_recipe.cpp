// SPDX-License-Identifier: GPL-3.0-or-later
// Serialisation of the recipe; the reader trusts nothing.
#include "engine/image/tiff/tiff_recipe.h"

#include <algorithm>

#include "engine/image/limits.h"

namespace bitswap {
namespace {

constexpr std::uint8_t kVersion = 2;

Result<TiffDeflateRun> read_run(ByteReader& reader) {
  TiffDeflateRun run;
  BITSWAP_TRY_ASSIGN(run.blocks, reader.varint());
  BITSWAP_TRY_ASSIGN(const std::uint8_t exact, reader.u8());
  if (exact > 1 || run.blocks == 0) return corrupt(reader.position(), "the recipe has an impossible run of blocks");
  run.exact = exact == 1;
  if (!run.exact) return run;
  BITSWAP_TRY_ASSIGN(const ByteView header, reader.raw(run.zlib_header.size()));
  std::ranges::copy(header, run.zlib_header.begin());
  BITSWAP_TRY_ASSIGN(const ByteView deflate, reader.blob(reader.remaining()));
  run.deflate.assign(deflate.begin(), deflate.end());
  return run;
}

Result<TiffCodedPage> read_page(ByteReader& reader) {
  TiffCodedPage page;
  BITSWAP_TRY_ASSIGN(page.index, reader.varint());
  BITSWAP_TRY_ASSIGN(const std::uint64_t runs, reader.varint());
  if (runs > reader.remaining()) return truncated(reader.position(), "the recipe ends early");
  for (std::uint64_t i = 0; i < runs; ++i) {
    BITSWAP_TRY_ASSIGN(TiffDeflateRun run, read_run(reader));
    page.runs.push_back(std::move(run));
  }
  BITSWAP_TRY_ASSIGN(const std::uint8_t stale, reader.u8());
  page.stale = stale != 0;
  if (stale > 1) return corrupt(reader.position(), "the recipe has an unknown flag");
  BITSWAP_TRY_ASSIGN(const ByteView padding, reader.blob(reader.remaining()));
  page.padding.assign(padding.begin(), padding.end());
  return page;
}

}  // namespace

Bytes write_tiff_recipe(const TiffRecipe& recipe, ByteView file) {
  ByteWriter out;
  out.u8(kVersion);
  out.varint(recipe.holes.size());
  Bytes kept;
  std::uint64_t at = 0;
  for (const TiffHole& hole : recipe.holes) {
    out.varint(hole.offset - at);
    out.varint(hole.bytes);
    kept.insert(kept.end(), file.begin() + static_cast<std::ptrdiff_t>(at),
                file.begin() + static_cast<std::ptrdiff_t>(hole.offset));
    at = hole.offset + hole.bytes;
  }
  kept.insert(kept.end(), file.begin() + static_cast<std::ptrdiff_t>(at), file.end());
  out.blob(kept);
  out.varint(recipe.pages.size());
  for (const TiffCodedPage& page : recipe.pages) {
    out.varint(page.index);
    out.varint(page.runs.size());
    for (const TiffDeflateRun& run : page.runs) {
      out.varint(run.blocks);
      out.u8(run.exact ? 1 : 0);
      if (!run.exact) continue;
      out.raw(run.zlib_header);
      out.blob(run.deflate);
    }
    out.u8(page.stale ? 1 : 0);
    out.blob(page.padding);
  }
  return out.take();
}

Result<TiffFrame> read_tiff_recipe(ByteView data, const Picture& picture) {
  ByteReader reader(data);
  BITSWAP_TRY_ASSIGN(const std::uint8_t version, reader.u8());
  if (version != kVersion) return unsupported(0, "the recipe is of another version");
  BITSWAP_TRY_ASSIGN(const std::uint64_t holes, reader.varint());
  if (holes > reader.remaining()) return truncated(reader.position(), "the recipe ends early");
  TiffFrame frame;
  std::uint64_t at = 0;
  std::uint64_t hole_bytes = 0;
  for (std::uint64_t i = 0; i < holes; ++i) {
    BITSWAP_TRY_ASSIGN(const std::uint64_t gap, reader.varint());
    BITSWAP_TRY_ASSIGN(const std::uint64_t bytes, reader.varint());
    // Gaps are made of bytes that the recipe holds; so no sum can wrap around.
    if (gap > data.size() - (at - hole_bytes))
      return corrupt(reader.position(), "the recipe's holes are too far apart");
    if (bytes > most_hole_bytes(picture) - hole_bytes) {
      return Error{Error::Code::LimitExceeded, reader.position(), "the recipe's holes are too large"};
    }
    frame.recipe.holes.push_back({at + gap, bytes});
    at += gap + bytes;
    hole_bytes += bytes;
  }
  BITSWAP_TRY_ASSIGN(ByteView kept, reader.blob(data.size()));
  if (at - hole_bytes > kept.size()) return corrupt(reader.position(), "the recipe's holes lie behind the file");
  BITSWAP_TRY_ASSIGN(frame.file, allocate(kept.size() + hole_bytes));
  at = 0;
  for (const TiffHole& hole : frame.recipe.holes) {
    std::copy_n(kept.begin(), hole.offset - at, frame.file.begin() + static_cast<std::ptrdiff_t>(at));
    kept = kept.subspan(hole.offset - at);
    at = hole.offset + hole.bytes;
  }
  std::ranges::copy(kept, frame.file.begin() + static_cast<std::ptrdiff_t>(at));

  BITSWAP_TRY_ASSIGN(const std::uint64_t pages, reader.varint());
  if (pages > reader.remaining()) return truncated(reader.position(), "the recipe ends early");
  for (std::uint64_t i = 0; i < pages; ++i) {
    BITSWAP_TRY_ASSIGN(TiffCodedPage page, read_page(reader));
    frame.recipe.pages.push_back(std::move(page));
  }
  if (!reader.at_end()) return corrupt(reader.position(), "the recipe is too long");
  return frame;
}

}  // namespace bitswap
