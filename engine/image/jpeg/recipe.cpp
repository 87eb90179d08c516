// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes as bytes; see FORMAT.md.
#include "engine/image/jpeg/recipe.h"

#include <limits>

#include "engine/image/jpeg/common_segments.h"

namespace bitswap::jpeg {
namespace {

constexpr std::uint8_t kOnes = 1;
constexpr std::uint8_t kPaddingExceptions = 2;
constexpr std::uint8_t kOddScans = 4;

constexpr std::uint8_t kStyleMask = 3;
constexpr std::uint8_t kNoRestarts = 4;
constexpr std::uint8_t kGaps = 8;
constexpr std::uint8_t kToggles = 16;
constexpr std::uint8_t kExtraRuns = 32;

Error corrupt(const ByteReader& reader, const char* what) { return {Error::Code::Corrupt, reader.position(), what}; }

/// Numbers that do not fall, each as its distance from the one before.
class Rising {
 public:
  void write(ByteWriter& writer, std::uint64_t value) {
    writer.varint(value - last_);
    last_ = value;
  }
  Result<std::uint64_t> read(ByteReader& reader) {
    BITSWAP_TRY_ASSIGN(const std::uint64_t step, reader.varint());
    if (step > std::numeric_limits<std::uint64_t>::max() - last_) return corrupt(reader, "a number that is too large");
    last_ += step;
    return last_;
  }

 private:
  std::uint64_t last_ = 0;
};

/// Of things that take at least one byte each.
Result<std::uint64_t> read_count(ByteReader& reader) {
  BITSWAP_TRY_ASSIGN(const std::uint64_t count, reader.varint());
  if (count > reader.remaining()) return corrupt(reader, "a JPEG recipe with a count beyond its end");
  return count;
}

Result<std::uint32_t> read_u32(ByteReader& reader) {
  BITSWAP_TRY_ASSIGN(const std::uint64_t value, reader.varint());
  if (value > std::numeric_limits<std::uint32_t>::max()) return corrupt(reader, "a number that is too large");
  return static_cast<std::uint32_t>(value);
}

void write_oddities(ByteWriter& writer, const ScanOddities& odd) {
  auto flags = static_cast<std::uint8_t>(odd.style);
  if (odd.no_restarts) flags |= kNoRestarts;
  if (!odd.gaps.empty()) flags |= kGaps;
  if (!odd.toggles.empty()) flags |= kToggles;
  if (!odd.extra_runs.empty()) flags |= kExtraRuns;
  writer.u8(flags);
  if (!odd.gaps.empty()) {
    writer.varint(odd.gaps.size());
    Rising blocks;
    for (const Gap& gap : odd.gaps) {
      blocks.write(writer, gap.block);
      writer.varint(gap.skipped);
      writer.varint(gap.bytes);
      writer.varint(gap.longer);
    }
  }
  if (!odd.toggles.empty()) {
    writer.varint(odd.toggles.size());
    Rising blocks;
    for (const std::uint64_t block : odd.toggles) blocks.write(writer, block);
  }
  if (!odd.extra_runs.empty()) {
    writer.varint(odd.extra_runs.size());
    Rising blocks;
    for (const ExtraRun& run : odd.extra_runs) {
      blocks.write(writer, run.block);
      writer.varint(run.count);
    }
  }
}

Status read_oddities(ByteReader& reader, ScanOddities& odd) {
  BITSWAP_TRY_ASSIGN(const std::uint8_t flags, reader.u8());
  if ((flags & kStyleMask) > 2 || flags >= 2 * kExtraRuns) return corrupt(reader, "a JPEG recipe with unknown flags");
  odd.style = static_cast<RunStyle>(flags & kStyleMask);
  odd.no_restarts = (flags & kNoRestarts) != 0;
  if ((flags & kGaps) != 0) {
    BITSWAP_TRY_ASSIGN(std::uint64_t count, read_count(reader));
    for (Rising blocks; count > 0; --count) {
      Gap gap;
      BITSWAP_TRY_ASSIGN(gap.block, blocks.read(reader));
      BITSWAP_TRY_ASSIGN(gap.skipped, reader.varint());
      BITSWAP_TRY_ASSIGN(gap.bytes, reader.varint());
      BITSWAP_TRY_ASSIGN(gap.longer, read_u32(reader));
      odd.gaps.push_back(gap);
    }
  }
  if ((flags & kToggles) != 0) {
    BITSWAP_TRY_ASSIGN(std::uint64_t count, read_count(reader));
    for (Rising blocks; count > 0; --count) {
      BITSWAP_TRY_ASSIGN(const std::uint64_t block, blocks.read(reader));
      odd.toggles.push_back(block);
    }
  }
  if ((flags & kExtraRuns) != 0) {
    BITSWAP_TRY_ASSIGN(std::uint64_t count, read_count(reader));
    for (Rising blocks; count > 0; --count) {
      ExtraRun run;
      BITSWAP_TRY_ASSIGN(run.block, blocks.read(reader));
      BITSWAP_TRY_ASSIGN(run.count, read_u32(reader));
      odd.extra_runs.push_back(run);
    }
  }
  return {};
}

}  // namespace

void PaddingCollector::add(Padding padding) {
  const auto ones = static_cast<std::uint8_t>((1 << padding.length) - 1);
  if (padding.bits != ones) not_ones_.push_back({count_, padding.bits});
  if (padding.bits != 0) not_zeros_.push_back({count_, padding.bits});
  ++count_;
}

Paddings PaddingCollector::take() {
  const bool ones = not_ones_.size() <= not_zeros_.size();
  return {ones, std::move(ones ? not_ones_ : not_zeros_)};
}

Bytes pack_recipe(const Recipe& recipe) {
  ByteWriter writer;
  std::uint8_t flags = recipe.paddings.ones ? kOnes : 0;
  if (!recipe.paddings.exceptions.empty()) flags |= kPaddingExceptions;
  if (!recipe.odd_scans.empty()) flags |= kOddScans;
  writer.u8(flags);
  write_headers(writer, recipe.headers);
  if (!recipe.paddings.exceptions.empty()) {
    writer.varint(recipe.paddings.exceptions.size());
    Rising indices;
    for (const Paddings::Exception& exception : recipe.paddings.exceptions) {
      indices.write(writer, exception.index);
      writer.u8(exception.bits);
    }
  }
  if (!recipe.odd_scans.empty()) {
    writer.varint(recipe.odd_scans.size());
    Rising scans;
    for (const ScanOddities& odd : recipe.odd_scans) {
      scans.write(writer, odd.scan);
      write_oddities(writer, odd);
    }
  }
  return writer.take();
}

Result<Recipe> parse_recipe(ByteView packed, std::uint64_t limit) {
  ByteReader reader(packed);
  Recipe recipe;
  BITSWAP_TRY_ASSIGN(const std::uint8_t flags, reader.u8());
  if (flags >= 2 * kOddScans) return corrupt(reader, "a JPEG recipe with unknown flags");
  recipe.paddings.ones = (flags & kOnes) != 0;
  BITSWAP_TRY_ASSIGN(recipe.headers, read_headers(reader, limit));
  if ((flags & kPaddingExceptions) != 0) {
    BITSWAP_TRY_ASSIGN(std::uint64_t count, read_count(reader));
    for (Rising indices; count > 0; --count) {
      Paddings::Exception exception;
      BITSWAP_TRY_ASSIGN(exception.index, indices.read(reader));
      BITSWAP_TRY_ASSIGN(exception.bits, reader.u8());
      recipe.paddings.exceptions.push_back(exception);
    }
  }
  if ((flags & kOddScans) != 0) {
    BITSWAP_TRY_ASSIGN(std::uint64_t count, read_count(reader));
    for (Rising scans; count > 0; --count) {
      ScanOddities odd;
      BITSWAP_TRY_ASSIGN(const std::uint64_t scan, scans.read(reader));
      if (scan > std::numeric_limits<std::uint32_t>::max()) return corrupt(reader, "a number that is too large");
      odd.scan = static_cast<std::uint32_t>(scan);
      BITSWAP_TRY(read_oddities(reader, odd));
      recipe.odd_scans.push_back(std::move(odd));
    }
  }
  if (!reader.at_end()) return corrupt(reader, "a JPEG recipe with something behind its end");
  return recipe;
}

}  // namespace bitswap::jpeg
