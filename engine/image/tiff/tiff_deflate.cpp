// SPDX-License-Identifier: GPL-3.0-or-later
// Runs of blocks to recipes and back.
#include "engine/image/tiff/tiff_deflate.h"

#include <algorithm>

#include "engine/deflate/compress.h"
#include "engine/deflate/recipe.h"
#include "engine/image/limits.h"

namespace bitswap {
namespace {

/// Of plaintext described together.
constexpr std::uint64_t kRunBytes = std::uint64_t{8} << 20;
/// More than this share of the streams for what was not predicted about them does not pay.
constexpr std::uint32_t kMostPercent = 25;
/// Of streams that are written anew. The header says 32 KiB window, default compression.
constexpr std::array<std::uint8_t, 2> kRepackedHeader = {0x78, 0x9C};
constexpr int kRepackedLevel = 6;

deflate::Work work() { return {SpareThreads::current(), nullptr}; }

}  // namespace

Status TiffDeflateTaker::add(TiffHole anew, ByteView packed, const Bytes& rows) {
  auto opened = deflate::open_zlib(packed, rows.size());
  if (!opened.ok() && opened.error().code == Error::Code::OutOfMemory) return opened.error();
  if (!opened.ok() || opened->inflated.plaintext != rows) {
    BITSWAP_TRY(close());
    add_anew(anew);
    return {};
  }
  if (!open_.empty() && (opened->header != open_.front().header || open_bytes_ > kRunBytes)) BITSWAP_TRY(close());
  open_.push_back(std::move(*opened));
  open_anew_.push_back(anew);
  open_bytes_ += rows.size();
  return {};
}

Status TiffDeflateTaker::close() {
  if (open_.empty()) return {};
  std::vector<deflate::Source> sources;
  for (const deflate::ZlibStream& stream : open_) sources.push_back({stream.deflate, &stream.inflated});
  auto described = deflate::describe(sources, open_.front().header, kMostPercent, work());
  if (!described.ok() && described.error().code != Error::Code::Unsupported) return described.error();
  if (described.ok() && described->has_value()) {
    runs_.push_back({open_.size(), true, open_.front().header, std::move((*described)->recipe)});
    for (std::size_t i = 0; i < open_.size(); ++i) holes_.push_back({open_anew_[i].offset, open_[i].bytes});
  } else {
    for (const TiffHole& hole : open_anew_) add_anew(hole);
  }
  open_.clear();
  open_anew_.clear();
  open_bytes_ = 0;
  return {};
}

void TiffDeflateTaker::add_anew(TiffHole hole) {
  exact_ = false;
  holes_.push_back(hole);
  if (runs_.empty() || runs_.back().exact) runs_.emplace_back();
  ++runs_.back().blocks;
}

Result<std::vector<TiffDeflatePacker::Packed>> TiffDeflatePacker::add(std::size_t block, Bytes rows) {
  if (next_ == runs_.size()) return corrupt(0, "the recipe says too little of a page");
  const TiffDeflateRun& run = runs_[next_];
  std::vector<Packed> packed;
  if (!run.exact) {
    BITSWAP_TRY_ASSIGN(const Bytes stream, deflate::compress(rows, deflate::zlib_settings(kRepackedLevel), work()));
    packed.push_back({block, deflate::zlib_frame(kRepackedHeader, stream, rows)});
    if (++packed_ == run.blocks) {
      packed_ = 0;
      ++next_;
    }
    return packed;
  }
  waiting_.push_back({block, std::move(rows)});
  if (waiting_.size() < run.blocks) return packed;
  std::vector<ByteView> texts;
  for (const Packed& one : waiting_) texts.emplace_back(one.bytes);
  BITSWAP_TRY_ASSIGN(const std::vector<Bytes> streams, deflate::rebuild(texts, run.deflate, work()));
  for (std::size_t i = 0; i < streams.size(); ++i) {
    packed.push_back({waiting_[i].block, deflate::zlib_frame(run.zlib_header, streams[i], texts[i])});
  }
  waiting_.clear();
  ++next_;
  return packed;
}

}  // namespace bitswap
