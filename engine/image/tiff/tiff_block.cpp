// SPDX-License-Identifier: GPL-3.0-or-later
// LZW and PackBits through libtiff, both ways, and Deflate only out of it, in files of its own that hold nothing but
// strips of bytes.
#include "engine/image/tiff/tiff_block.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/image/limits.h"

namespace bitswap {
namespace {

constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};
/// Strips of one file that is written.
constexpr std::uint32_t kMostStrips = 4096;

/// A file of one strip of rows of bytes, without the strip.
Bytes frame_of(std::uint64_t compression, std::size_t row_bytes, std::uint32_t rows) {
  const std::array<std::pair<std::uint16_t, std::uint32_t>, 9> entries = {
      {{TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(row_bytes)},
       {TIFFTAG_IMAGELENGTH, rows},
       {TIFFTAG_BITSPERSAMPLE, 8},
       {TIFFTAG_COMPRESSION, static_cast<std::uint32_t>(compression)},
       {TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK},
       {TIFFTAG_STRIPOFFSETS, 8},
       {TIFFTAG_SAMPLESPERPIXEL, 1},
       {TIFFTAG_ROWSPERSTRIP, rows},
       {TIFFTAG_STRIPBYTECOUNTS, 1}}};
  ByteWriter writer;
  writer.raw(Bytes{'I', 'I', '*', 0});
  writer.u32(8);
  writer.u16(entries.size());
  for (const auto& [tag, value] : entries) {
    writer.u16(tag);
    writer.u16(TIFF_LONG);
    writer.u32(1);
    writer.u32(value);
  }
  writer.u32(0);
  return writer.take();
}

/// The samples of a row in the file's byte order; what does not fit into a sample is cut off.
struct NarrowRow {
  std::uint8_t* line;
  [[nodiscard]] int get(std::size_t i) const { return line[i]; }
  void put(std::size_t i, int value) const { line[i] = static_cast<std::uint8_t>(value); }
};
struct WideRow {
  std::uint8_t* line;
  std::size_t high;  ///< byte of a sample
  [[nodiscard]] int get(std::size_t i) const { return line[2 * i + high] << 8 | line[2 * i + 1 - high]; }
  void put(std::size_t i, int value) const {
    line[2 * i + high] = static_cast<std::uint8_t>(value >> 8);
    line[2 * i + 1 - high] = static_cast<std::uint8_t>(value);
  }
};

/// Calls change(row, number of samples) for all rows of a block.
template <typename Change>
void each_row(const TiffPage& page, bool big_endian, Bytes& raw, Change change) {
  const std::size_t samples = page.block_width * page.block_samples();
  for (std::size_t at = 0; at < raw.size(); at += page.row_bytes()) {
    if (page.bits == 8) {
      change(NarrowRow{raw.data() + at}, samples);
    } else {
      change(WideRow{raw.data() + at, big_endian ? 0U : 1U}, samples);
    }
  }
}

}  // namespace

Result<Bytes> TiffBlockCoder::unpack(ByteView packed, std::uint32_t rows) {
  const std::size_t row_bytes = page_.row_bytes();
  BITSWAP_TRY_ASSIGN(Bytes raw, allocate(rows * row_bytes));
  if (page_.compression == COMPRESSION_NONE) {
    if (packed.size() < raw.size()) return truncated(0, "a strip or tile ends early");
    std::copy_n(packed.begin(), raw.size(), raw.begin());
    return raw;
  }
  if (reader_ == nullptr || reader_rows_ != rows) {
    reader_.reset();
    frame_ = frame_of(page_.compression, row_bytes, rows);
    in_ = std::make_unique<TiffMemory>();
    in_->source = frame_;
    reader_ = read_tiff(*in_, kNoLimit);
    reader_rows_ = rows;
    if (reader_ == nullptr) return Error{Error::Code::Internal, 0, "libtiff refused our own file"};
  }
  // libtiff changes its input only for the other order of bits, which is not asked for here.
  const int done =
      TIFFReadFromUserBuffer(reader_.get(), 0, const_cast<std::uint8_t*>(packed.data()),
                             static_cast<tmsize_t>(packed.size()), raw.data(), static_cast<tmsize_t>(raw.size()));
  if (done == 0) return corrupt(0, "the compressed data of a strip or tile is damaged");
  unpredict(raw);
  return raw;
}

Result<Bytes> TiffBlockCoder::pack(Bytes raw, std::uint32_t rows) {
  if (page_.compression == COMPRESSION_NONE) return raw;
  predict(raw);
  if (writer_ == nullptr || writer_rows_ != rows || next_strip_ == kMostStrips) {
    writer_.reset();
    out_ = std::make_unique<TiffMemory>();
    writer_ = write_tiff(*out_);
    if (writer_ == nullptr) return Error{Error::Code::OutOfMemory, 0, "no memory for libtiff"};
    TIFF* tiff = writer_.get();
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(page_.row_bytes()));
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, rows * std::min(kMostStrips, ~std::uint32_t{0} / rows));
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, rows);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, static_cast<unsigned>(page_.compression));
    writer_rows_ = rows;
    next_strip_ = 0;
  }
  out_->written.clear();
  // Bytes are neither swapped nor differenced here, so that libtiff leaves its input alone.
  const tmsize_t done = TIFFWriteEncodedStrip(writer_.get(), next_strip_++, const_cast<std::uint8_t*>(raw.data()),
                                              static_cast<tmsize_t>(raw.size()));
  if (done != static_cast<tmsize_t>(raw.size()) || TIFFFlushData(writer_.get()) == 0) {
    writer_.reset();
    return Error{Error::Code::OutOfMemory, 0, "libtiff could not pack a strip or tile"};
  }
  return std::move(out_->written);
}

void TiffBlockCoder::predict(Bytes& raw) const {
  if (!predicted()) return;
  const std::size_t step = page_.block_samples();
  each_row(page_, big_endian_, raw, [step](const auto& row, std::size_t samples) {
    for (std::size_t i = samples; i-- > step;) row.put(i, row.get(i) - row.get(i - step));
  });
}

void TiffBlockCoder::unpredict(Bytes& raw) const {
  if (!predicted()) return;
  const std::size_t step = page_.block_samples();
  each_row(page_, big_endian_, raw, [step](const auto& row, std::size_t samples) {
    for (std::size_t i = step; i < samples; ++i) row.put(i, row.get(i) + row.get(i - step));
  });
}

}  // namespace bitswap
