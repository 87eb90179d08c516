// SPDX-License-Identifier: GPL-3.0-or-later
// RIFF chunks of a WebP file, apart and together; the recipe is read with the mistrust that a foreign archive deserves.
#include "engine/image/webp/webp_file.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/image/limits.h"

namespace bitswap {
namespace {

constexpr std::uint8_t kRecipeVersion = 1;
constexpr std::size_t kRiffHeader = 12;
constexpr std::size_t kChunkHeader = 8;
constexpr std::size_t kAlphaByte = 4;
constexpr std::uint8_t kAlphaBit = 0x10;
constexpr std::uint8_t kExactFlag = 1;
constexpr std::uint8_t kAlphaFlag = 2;

bool has_tag(ByteView data, std::string_view tag) {
  return data.size() >= tag.size() && std::equal(tag.begin(), tag.end(), data.begin());
}

void put_tag(ByteWriter& writer, std::string_view tag) {
  for (const char letter : tag) writer.u8(static_cast<std::uint8_t>(letter));
}

std::uint32_t size_at(ByteView data, std::size_t at) {
  return std::uint32_t{data[at]} | std::uint32_t{data[at + 1]} << 8 | std::uint32_t{data[at + 2]} << 16 |
         std::uint32_t{data[at + 3]} << 24;
}

/// Bytes of the first chunk of `chunks` with header and padding. Errors: Truncated.
Result<std::size_t> chunk_bytes(ByteView chunks) {
  if (chunks.size() < kChunkHeader) return truncated(0, "the file ends inside the header of a chunk");
  const std::uint64_t size = size_at(chunks, 4);
  if (size > chunks.size() - kChunkHeader) return truncated(0, "the file ends inside a chunk");
  // Some writers leave out the padding of the last chunk.
  return static_cast<std::size_t>(std::min<std::uint64_t>(kChunkHeader + size + size % 2, chunks.size()));
}

/// Chunks that hold pixels: a second picture in the file would contradict the first.
bool is_picture_chunk(ByteView chunk) {
  constexpr std::array<std::string_view, 5> kTags = {"VP8 ", "VP8L", "ALPH", "ANIM", "ANMF"};
  return std::ranges::any_of(kTags, [&](std::string_view tag) { return has_tag(chunk, tag); });
}

/// Whole chunks, none of them with pixels.
Status check_other_chunks(ByteView chunks) {
  while (!chunks.empty()) {
    BITSWAP_TRY_ASSIGN(const std::size_t bytes, chunk_bytes(chunks));
    if (is_picture_chunk(chunks)) return unsupported(0, "a WebP with more than one picture cannot be coded");
    chunks = chunks.subspan(bytes);
  }
  return {};
}

}  // namespace

bool is_webp(ByteView file) {
  return file.size() >= kRiffHeader && has_tag(file, "RIFF") && has_tag(file.subspan(8), "WEBP");
}

Result<WebpFile> parse_webp(ByteView file) {
  if (!is_webp(file)) return corrupt(0, "not a WebP file");
  const std::uint64_t riff_size = size_at(file, 4);
  if (riff_size < 4) return corrupt(4, "the file says that it is empty");
  if (riff_size > file.size() - 8) return truncated(file.size(), "the file is shorter than it says");
  const ByteView chunks = file.subspan(kRiffHeader, riff_size - 4);
  WebpFile parsed;
  parsed.trailing = file.subspan(8 + riff_size);
  ByteView rest = chunks;
  while (!rest.empty()) {
    BITSWAP_TRY_ASSIGN(const std::size_t bytes, chunk_bytes(rest));
    if (is_picture_chunk(rest)) {
      if (!has_tag(rest, "VP8L")) return unsupported(0, "a lossy or animated WebP is kept as its own bytes");
      parsed.before = chunks.first(chunks.size() - rest.size());
      parsed.stream = rest.subspan(kChunkHeader, size_at(rest, 4));
      parsed.after = rest.subspan(bytes);
      BITSWAP_TRY(check_other_chunks(parsed.after));
      return parsed;
    }
    rest = rest.subspan(bytes);
  }
  return corrupt(file.size(), "the file holds no picture");
}

Result<Bytes> write_webp(const WebpFile& file) {
  const std::uint64_t padded = std::uint64_t{file.stream.size()} + file.stream.size() % 2;
  const std::uint64_t riff_size = 4 + file.before.size() + kChunkHeader + padded + file.after.size();
  if (riff_size > 0xFFFFFFFEu) return Error{Error::Code::LimitExceeded, 0, "too large for a WebP file"};
  ByteWriter writer;
  put_tag(writer, "RIFF");
  writer.u32(static_cast<std::uint32_t>(riff_size));
  put_tag(writer, "WEBP");
  writer.raw(file.before);
  put_tag(writer, "VP8L");
  writer.u32(static_cast<std::uint32_t>(file.stream.size()));
  writer.raw(file.stream);
  if (padded > file.stream.size()) writer.u8(0);
  writer.raw(file.after);
  writer.raw(file.trailing);
  return writer.take();
}

bool stream_uses_alpha(ByteView stream) { return stream.size() > kAlphaByte && (stream[kAlphaByte] & kAlphaBit) != 0; }

void set_stream_uses_alpha(Bytes& stream, bool uses_alpha) {
  if (stream.size() > kAlphaByte && stream_uses_alpha(stream) != uses_alpha) stream[kAlphaByte] ^= kAlphaBit;
}

Bytes write_webp_recipe(const WebpRecipe& recipe) {
  ByteWriter writer;
  writer.u8(kRecipeVersion);
  const int flags = (recipe.settings.exact ? kExactFlag : 0) | (recipe.uses_alpha ? kAlphaFlag : 0);
  writer.u8(static_cast<std::uint8_t>(flags));
  writer.u8(recipe.settings.method);
  writer.u8(recipe.settings.quality);
  for (const ByteView part : {recipe.file.before, recipe.file.after, recipe.file.trailing}) writer.blob(part);
  return writer.take();
}

Result<WebpRecipe> read_webp_recipe(ByteView data) {
  ByteReader reader(data);
  BITSWAP_TRY_ASSIGN(const std::uint8_t version, reader.u8());
  if (version != kRecipeVersion) return unsupported(0, "the recipe is of another version");
  WebpRecipe recipe;
  BITSWAP_TRY_ASSIGN(const std::uint8_t flags, reader.u8());
  BITSWAP_TRY_ASSIGN(recipe.settings.method, reader.u8());
  BITSWAP_TRY_ASSIGN(recipe.settings.quality, reader.u8());
  if (flags > (kExactFlag | kAlphaFlag) || recipe.settings.method > 6 || recipe.settings.quality > 100) {
    return corrupt(reader.position(), "the recipe has impossible settings");
  }
  recipe.settings.exact = (flags & kExactFlag) != 0;
  recipe.uses_alpha = (flags & kAlphaFlag) != 0;
  for (ByteView* part : {&recipe.file.before, &recipe.file.after, &recipe.file.trailing}) {
    BITSWAP_TRY_ASSIGN(*part, reader.blob(data.size()));
  }
  if (!reader.at_end()) return corrupt(reader.position(), "the recipe is too long");
  const bool padded = recipe.file.before.size() % 2 == 0;  // else the stream would not be found again
  if (!padded || !check_other_chunks(recipe.file.before).ok() || !check_other_chunks(recipe.file.after).ok()) {
    return corrupt(0, "the recipe holds chunks that do not belong there");
  }
  return recipe;
}

}  // namespace bitswap
