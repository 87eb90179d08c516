// SPDX-License-Identifier: GPL-3.0-or-later
// Serialises PNG recipes; reads them with the mistrust that a foreign archive deserves.
#include "engine/image/png/png_recipe.h"

#include <algorithm>

#include "engine/image/limits.h"
#include "engine/image/png/png_filter.h"

namespace bitswap {
namespace {

constexpr std::uint8_t kVersion = 3;

Result<PngHeader> read_header(ByteReader& reader, const Picture& picture) {
  PngHeader header{picture.width, picture.height};
  BITSWAP_TRY_ASSIGN(header.depth, reader.u8());
  BITSWAP_TRY_ASSIGN(header.colour, reader.u8());
  BITSWAP_TRY_ASSIGN(const std::uint8_t interlaced, reader.u8());
  header.interlaced = interlaced == 1;
  if (header.wide()) header.height /= 2;
  if (interlaced > 1 || !header.valid() || header.channels() != picture.channels ||
      header.picture_height() != picture.height) {
    return corrupt(reader.position(), "the recipe's header does not fit the picture");
  }
  return header;
}

void write_chunks(ByteWriter& writer, const std::vector<PngChunk>& chunks) {
  writer.varint(chunks.size());
  for (const PngChunk& chunk : chunks) {
    writer.u32(chunk.type);
    writer.blob(chunk.data);
  }
}

Result<std::vector<PngChunk>> read_chunks(ByteReader& reader) {
  BITSWAP_TRY_ASSIGN(const std::uint64_t count, reader.varint());
  if (count > reader.remaining() / 5) return corrupt(reader.position(), "the recipe counts too many chunks");
  std::vector<PngChunk> chunks(count);
  for (PngChunk& chunk : chunks) {
    BITSWAP_TRY_ASSIGN(chunk.type, reader.u32());
    BITSWAP_TRY_ASSIGN(chunk.data, reader.blob(0x7FFFFFFF));
    // These three come from the picture; a second one would make another file than was proven.
    for (const std::uint32_t made : {chunk_type("IHDR"), chunk_type("IDAT"), chunk_type("IEND")}) {
      if (chunk.type == made) return corrupt(reader.position(), "the recipe holds a chunk that is not its own");
    }
  }
  return chunks;
}

void write_filters(ByteWriter& writer, const Bytes& filters) {
  const bool one = std::ranges::all_of(filters, [&](std::uint8_t filter) { return filter == filters.front(); });
  writer.u8(one ? 0 : 1);
  writer.raw(ByteView(filters).first(one ? 1 : filters.size()));
}

Result<Bytes> read_filters(ByteReader& reader, std::uint64_t rows) {
  BITSWAP_TRY_ASSIGN(const std::uint8_t many, reader.u8());
  if (many > 1) return corrupt(reader.position(), "the recipe has an unknown flag");
  BITSWAP_TRY_ASSIGN(const ByteView listed, reader.raw(many == 1 ? rows : 1));
  if (std::ranges::any_of(listed, [](std::uint8_t filter) { return filter >= kPngFilters; })) {
    return corrupt(reader.position(), "the recipe has an unknown filter");
  }
  BITSWAP_TRY_ASSIGN(Bytes filters, allocate(rows));
  std::ranges::fill(filters, listed[0]);
  if (many == 1) std::ranges::copy(listed, filters.begin());
  return filters;
}

Result<PngStream> read_stream(ByteReader& reader, std::uint64_t most) {
  PngStream stream;
  for (std::uint8_t& byte : stream.zlib_header) {
    BITSWAP_TRY_ASSIGN(byte, reader.u8());
  }
  BITSWAP_TRY_ASSIGN(stream.deflate, reader.blob(most));
  return stream;
}

}  // namespace

std::vector<std::pair<std::uint32_t, std::uint64_t>> idat_runs(const std::vector<std::uint32_t>& sizes) {
  std::vector<std::pair<std::uint32_t, std::uint64_t>> runs;
  for (const std::uint32_t size : sizes) {
    if (size > 0 && !runs.empty() && runs.back().first == size) {
      ++runs.back().second;
    } else {
      runs.emplace_back(size, 1);
    }
  }
  return runs;
}

Bytes write_recipe(const PngRecipe& recipe) {
  ByteWriter writer;
  const PngHeader& header = recipe.header;
  writer.u8(kVersion);
  writer.u8(recipe.stream ? 1 : 0);
  writer.u8(header.depth);
  writer.u8(header.colour);
  writer.u8(header.interlaced ? 1 : 0);
  write_chunks(writer, recipe.before);
  write_chunks(writer, recipe.after);
  write_filters(writer, recipe.filters);
  if (recipe.stream) {
    writer.raw(recipe.stream->zlib_header);
    writer.blob(recipe.stream->deflate);
    writer.varint(recipe.idats.size());
    for (const auto& [size, repeat] : recipe.idats) {
      writer.varint(size);
      writer.varint(repeat);
    }
  }
  writer.blob(recipe.trailing);
  return writer.take();
}

Result<PngRecipe> read_recipe(ByteView data, const Picture& picture) {
  ByteReader reader(data);
  BITSWAP_TRY_ASSIGN(const std::uint8_t version, reader.u8());
  if (version != kVersion) return unsupported(0, "the recipe is of another version");
  BITSWAP_TRY_ASSIGN(const std::uint8_t exact, reader.u8());
  if (exact > 1) return corrupt(1, "the recipe has an unknown flag");
  PngRecipe recipe;
  BITSWAP_TRY_ASSIGN(recipe.header, read_header(reader, picture));
  BITSWAP_TRY_ASSIGN(recipe.before, read_chunks(reader));
  BITSWAP_TRY_ASSIGN(recipe.after, read_chunks(reader));
  BITSWAP_TRY_ASSIGN(recipe.filters, read_filters(reader, png_row_count(recipe.header)));
  if (exact == 1) {
    BITSWAP_TRY_ASSIGN(recipe.stream, read_stream(reader, data.size()));
    BITSWAP_TRY_ASSIGN(const std::uint64_t count, reader.varint());
    if (count > reader.remaining() / 2) return corrupt(reader.position(), "the recipe counts too many IDAT chunks");
    recipe.idats.resize(count);
    for (auto& [size, repeat] : recipe.idats) {
      BITSWAP_TRY_ASSIGN(const std::uint64_t bytes, reader.varint());
      BITSWAP_TRY_ASSIGN(repeat, reader.varint());
      if (bytes > 0x7FFFFFFF || repeat == 0 || (bytes == 0 && repeat > 1)) {
        return corrupt(reader.position(), "the recipe has impossible IDAT chunks");
      }
      size = static_cast<std::uint32_t>(bytes);
    }
  }
  BITSWAP_TRY_ASSIGN(recipe.trailing, reader.blob(data.size()));
  if (!reader.at_end()) return corrupt(reader.position(), "the recipe is too long");
  return recipe;
}

}  // namespace bitswap
