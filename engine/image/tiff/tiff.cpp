// SPDX-License-Identifier: GPL-3.0-or-later
// TIFF: the strips and tiles that hold plain, LZW, PackBits or Deflate samples go to the codecs; all other bytes stay
// where they are in a recipe with holes. The file comes back byte for byte where what is odd about its Deflate streams
// is worth describing, and where libtiff packs LZW and PackBits as its writer did; else with the same pixels and, but
// for the places and sizes of the strips, the same other bytes.
#include <algorithm>
#include <optional>

#include "engine/image/formats.h"
#include "engine/image/limits.h"
#include "engine/image/tiff/tiff_deflate.h"
#include "engine/image/tiff/tiff_proof.h"
#include "engine/image/tiff/tiff_recipe.h"
#include "engine/image/tiff/tiff_samples.h"
#include "engine/image/tiff/tiff_view.h"

namespace bitswap {
namespace {

/// More cannot be packed from `raw_bytes` bytes; longer blocks have something else behind their data.
std::uint64_t most_packed(std::uint64_t raw_bytes) { return 2 * raw_bytes + 64; }

bool same_shape(const TiffPage& a, const TiffPage& b) {
  return a.width == b.width && a.samples == b.samples && a.bits == b.bits;
}

/// Finds out, block by block, how a page was packed.
class PageTaker {
 public:
  PageTaker(std::uint64_t index, ByteView file, std::vector<TiffHole>& holes)
      : file_(file), holes_(holes), deflates_(holes) {
    coded_.index = index;
  }

  Status look(TiffBlockCoder& coder, const TiffPage& page, const TiffBlock& block, ByteView raw) {
    if (page.tiled) {
      before_.resize(raw.size());  // zeros before the first
      take_padding(page, block, raw, coded_.padding);
      take_padding(page, block, before_, stale_);
      before_.assign(raw.begin(), raw.end());
    }
    const ByteView packed = file_.subspan(block.offset, block.bytes);
    const std::uint64_t anew = std::min<std::uint64_t>(packed.size(), most_packed(raw.size()));
    if (coder.deflates()) {
      Bytes rows(raw.begin(), raw.end());
      coder.predict(rows);
      return deflates_.add({block.offset, anew}, packed, rows);
    }
    BITSWAP_TRY_ASSIGN(const Bytes again, coder.pack(Bytes(raw.begin(), raw.end()), block.coded_rows));
    // Bytes behind the data stay in the recipe.
    const bool same = again.size() <= packed.size() && std::equal(again.begin(), again.end(), packed.begin());
    exact_ = exact_ && same;
    holes_.push_back({block.offset, same ? again.size() : anew});
    return {};
  }

  /// After the last block.
  Status finish() {
    BITSWAP_TRY(deflates_.close());
    exact_ = exact_ && deflates_.exact();
    coded_.runs = deflates_.take();
    return {};
  }

  [[nodiscard]] bool exact() const { return exact_; }

  TiffCodedPage take() {
    const auto zero = [](std::uint8_t byte) { return byte == 0; };
    coded_.stale = coded_.padding == stale_ && !std::ranges::all_of(coded_.padding, zero);
    if (coded_.stale || std::ranges::all_of(coded_.padding, zero)) coded_.padding.clear();
    return std::move(coded_);
  }

 private:
  ByteView file_;
  std::vector<TiffHole>& holes_;
  TiffCodedPage coded_;
  Bytes before_;  ///< samples of the block before
  Bytes stale_;   ///< what would be the padding if it were stale
  TiffDeflateTaker deflates_;
  bool exact_ = true;
};

/// The pages that make the picture: the first that can be coded, and all others of its shape that can be.
Result<std::vector<std::size_t>> choose_pages(const TiffFile& tiff) {
  std::vector<std::size_t> chosen;
  std::optional<Error> reason;
  for (std::size_t i = 0; i < tiff.pages.size(); ++i) {
    const Status codable = check_codable(tiff.pages[i]);
    if (!codable.ok()) {
      if (!reason) reason = codable.error();
    } else if (chosen.empty() || same_shape(tiff.pages[i], tiff.pages[chosen.front()])) {
      chosen.push_back(i);
    }
  }
  if (chosen.empty()) return *reason;
  return chosen;
}

/// A picture for pages of one shape. Errors: LimitExceeded, OutOfMemory.
Result<Picture> picture_for(const TiffFile& tiff, const std::vector<std::size_t>& chosen) {
  std::uint64_t height = 0;
  for (const std::size_t index : chosen) height += tiff.pages[index].height;
  const TiffPage& page = tiff.pages[chosen.front()];
  return make_picture(page.width, height * page.sample_bytes(), static_cast<std::uint8_t>(page.samples));
}

Status check_holes(std::vector<TiffHole>& holes, const Picture& picture) {
  std::ranges::sort(holes, {}, &TiffHole::offset);
  std::uint64_t end = 0;
  std::uint64_t bytes = 0;
  for (const TiffHole& hole : holes) {
    if (hole.offset < end) return unsupported(hole.offset, "strips or tiles overlap");
    end = hole.offset + hole.bytes;
    bytes += hole.bytes;
  }
  if (bytes > most_hole_bytes(picture)) return unsupported(0, "the samples are far larger than the picture");
  return {};
}

/// Fills the holes of the file that read_tiff_recipe() gives.
class Filler {
 public:
  Filler(TiffFrame& frame, const TiffFile& tiff, const Picture& picture)
      : frame_(frame), tiff_(tiff), picture_(picture), most_bytes_(frame.file.size() + most_hole_bytes(picture)) {}

  Status fill(const TiffCodedPage& coded, std::uint64_t first_row) {
    const TiffPage& page = tiff_.pages[coded.index];
    const TiffPlace place{page, tiff_.big_endian, first_row};
    BITSWAP_TRY_ASSIGN(const std::vector<TiffBlock> blocks, tiff_blocks(tiff_, page, frame_.file));
    TiffBlockCoder coder(page, tiff_.big_endian);
    ByteView padding = coded.padding;
    Bytes before;
    TiffDeflatePacker deflates(coded.runs);
    const auto put_all = [&](const std::vector<TiffDeflatePacker::Packed>& packed) -> Status {
      for (const auto& [index, bytes] : packed) BITSWAP_TRY(put(page, index, blocks[index].offset, bytes));
      return {};
    };
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      BITSWAP_TRY_ASSIGN(Bytes raw, allocate(blocks[i].coded_rows * page.row_bytes()));
      picture_to_block(place, blocks[i], picture_, raw);
      if (!coded.padding.empty() && !put_padding(page, blocks[i], padding, raw)) {
        return corrupt(0, "the recipe lacks padding");
      }
      if (coded.stale) {
        Bytes stale;
        take_padding(page, blocks[i], before.empty() ? raw : before, stale);
        ByteView view = stale;
        put_padding(page, blocks[i], view, raw);
        before = raw;
      }
      if (coder.deflates()) {
        coder.predict(raw);
        BITSWAP_TRY_ASSIGN(const std::vector<TiffDeflatePacker::Packed> packed, deflates.add(i, std::move(raw)));
        BITSWAP_TRY(put_all(packed));
      } else {
        BITSWAP_TRY_ASSIGN(const Bytes packed, coder.pack(std::move(raw), blocks[i].coded_rows));
        BITSWAP_TRY(put(page, i, blocks[i].offset, packed));
      }
    }
    if (!deflates.done()) return corrupt(0, "the recipe says too much of a page");
    if (!padding.empty()) return corrupt(0, "the recipe has too much padding");
    return {};
  }

  [[nodiscard]] bool all_filled() const { return filled_ == frame_.recipe.holes.size(); }

 private:
  /// Where it was, or behind the file if it became longer. A block of its old size leaves the directory alone.
  Status put(const TiffPage& page, std::size_t index, std::uint64_t offset, const Bytes& packed) {
    const auto hole = std::ranges::lower_bound(frame_.recipe.holes, offset, {}, &TiffHole::offset);
    if (hole == frame_.recipe.holes.end() || hole->offset != offset) return corrupt(offset, "a block has no hole");
    ++filled_;
    Bytes& file = frame_.file;
    if (packed.size() > hole->bytes) {
      offset = file.size() + file.size() % 2;  // offsets in TIFF are even
      if (offset + packed.size() > most_bytes_) {
        return Error{Error::Code::LimitExceeded, 0, "the blocks are larger than the picture allows"};
      }
      file.resize(offset + packed.size());
      if (!tiff_.set_number(file, page.offsets, index, offset)) return unsupported(0, "the file would become too long");
    }
    std::ranges::copy(packed, file.begin() + static_cast<std::ptrdiff_t>(offset));
    if (packed.size() != hole->bytes && !tiff_.set_number(file, page.counts, index, packed.size())) {
      return unsupported(0, "a block would become too long");
    }
    return {};
  }

  TiffFrame& frame_;
  const TiffFile& tiff_;
  const Picture& picture_;
  std::uint64_t most_bytes_;
  std::size_t filled_ = 0;
};

class TiffFormat final : public ImageFormat {
 public:
  std::string_view name() const override { return "tiff"; }

  bool recognises(ByteView file) const override { return has_tiff_signature(file); }

  Result<TakenApart> take_apart(ByteView file) const override {
    BITSWAP_TRY_ASSIGN(const TiffFile tiff, parse_tiff(file));
    BITSWAP_TRY_ASSIGN(const std::vector<std::size_t> chosen, choose_pages(tiff));
    TakenApart taken;
    BITSWAP_TRY_ASSIGN(taken.picture, picture_for(tiff, chosen));
    taken.wide = tiff.pages[chosen.front()].bits == 16;
    TiffRecipe recipe;
    bool camera_raw = false;
    std::uint64_t row = 0;
    for (const std::size_t index : chosen) {
      const TiffPage& page = tiff.pages[index];
      PageTaker taker(index, file, recipe.holes);
      const auto look = [&](TiffBlockCoder& coder, const TiffBlock& block, ByteView raw) {
        return taker.look(coder, page, block, raw);
      };
      BITSWAP_TRY(unpack_page(tiff, file, {page, tiff.big_endian, row}, taken.picture, look));
      BITSWAP_TRY(taker.finish());
      recipe.pages.push_back(taker.take());
      if (!taker.exact()) taken.exactness = Exactness::Pixels;
      row += page.height;
    }
    for (const TiffPage& page : tiff.pages) camera_raw = camera_raw || page.raw;
    if (camera_raw && taken.exactness != Exactness::Bytes) return unsupported(0, "a raw file is kept as it is");
    BITSWAP_TRY(check_holes(recipe.holes, taken.picture));
    taken.recipe = write_tiff_recipe(recipe, file);
    // A failure here is ours, not the file's: its bytes are kept, and nobody is told that it is broken.
    const auto again = rebuild(taken.picture, taken.recipe);
    const bool proven = again.ok() && (taken.exactness == Exactness::Bytes
                                           ? std::ranges::equal(*again, file)
                                           : prove_tiff_pixels(tiff, file, *again, recipe, taken.picture).ok());
    if (!proven) return unsupported(0, "the file did not come back exactly");
    return taken;
  }

  Result<Bytes> rebuild(const Picture& picture, ByteView data) const override {
    BITSWAP_TRY(check_picture(picture));
    BITSWAP_TRY_ASSIGN(TiffFrame frame, read_tiff_recipe(data, picture));
    BITSWAP_TRY_ASSIGN(const TiffFile tiff, parse_tiff(frame.file));
    const std::vector<TiffCodedPage>& coded = frame.recipe.pages;
    std::uint64_t rows = 0;
    for (std::size_t i = 0; i < coded.size(); ++i) {
      if (coded[i].index >= tiff.pages.size() || (i > 0 && coded[i].index <= coded[i - 1].index)) {
        return corrupt(0, "the recipe's pages are not in the file");
      }
      const TiffPage& page = tiff.pages[coded[i].index];
      BITSWAP_TRY(check_codable(page));
      if (page.width != picture.width || page.samples != picture.channels ||
          !same_shape(page, tiff.pages[coded.front().index])) {
        return corrupt(0, "a page does not fit the picture");
      }
      rows += page.height * page.sample_bytes();
    }
    if (rows != picture.height) return corrupt(0, "the pages do not fit the picture");
    Filler filler(frame, tiff, picture);
    std::uint64_t row = 0;
    for (const TiffCodedPage& page : coded) {
      BITSWAP_TRY(filler.fill(page, row));
      row += tiff.pages[page.index].height;
    }
    if (!filler.all_filled()) return corrupt(0, "the recipe has holes that nothing fills");
    return std::move(frame.file);
  }

  Result<Picture> view(ByteView file) const override { return view_tiff(file); }
};

}  // namespace

const ImageFormat& tiff_format() {
  static const TiffFormat format;
  return format;
}

}  // namespace bitswap
