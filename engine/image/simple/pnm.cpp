// SPDX-License-Identifier: GPL-3.0-or-later
// PNM (netpbm): a text header, then raw samples. The raw kinds P4 to P7 are kept exactly; header and trailer verbatim.
// The picture holds the samples as they are in the file, whatever their maximum; of a bitmap (P4) a 1 is black; samples
// of two bytes are split as split_wide() does it.
// Recipe: u8 version, blob header, blob bytes after the raster. Version 1 is written for P5 and P6 with a maximum of
// 255, version 2 for all other kinds; both must stay readable for ever.
#include <algorithm>
#include <string_view>

#include "engine/image/formats.h"
#include "engine/image/limits.h"
#include "engine/image/simple/packed_bits.h"

namespace bitswap {
namespace {

struct PnmHeader {
  char kind = 0;  ///< '4' to '7'
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  std::uint64_t channels = 0;
  std::uint64_t maximum = 0;
  std::size_t raster = 0;  ///< offset of the first sample

  [[nodiscard]] bool bitmap() const { return kind == '4'; }
  [[nodiscard]] bool wide() const { return maximum > 255; }
  [[nodiscard]] std::uint64_t row_bytes() const {
    return bitmap() ? (width + 7) / 8 : width * channels * (wide() ? 2 : 1);
  }
  [[nodiscard]] std::uint64_t raster_bytes() const { return row_bytes() * height; }
  /// Of the codecs' picture.
  [[nodiscard]] std::uint64_t picture_height() const { return height * (wide() ? 2 : 1); }
  [[nodiscard]] std::uint8_t recipe_version() const { return maximum == 255 && kind != '7' ? 1 : 2; }
};

bool is_space(std::uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }
bool is_digit(std::uint8_t byte) { return byte >= '0' && byte <= '9'; }

/// The position after white space and comments, which may be the end.
std::size_t skip_space(ByteView file, std::size_t at) {
  while (at < file.size() && (is_space(file[at]) || file[at] == '#')) {
    if (file[at] == '#') {
      while (at < file.size() && file[at] != '\n' && file[at] != '\r') ++at;
    } else {
      ++at;
    }
  }
  return at;
}

Result<std::uint64_t> read_number(ByteView file, std::size_t& at) {
  at = skip_space(file, at);
  if (at == file.size()) return truncated(at, "the header ends early");
  if (!is_digit(file[at])) return corrupt(at, "the header lacks a number");
  std::uint64_t value = 0;
  for (; at < file.size() && is_digit(file[at]); ++at) {
    value = value * 10 + (file[at] - '0');
    if (value > UINT32_MAX) return Error{Error::Code::LimitExceeded, at, "a number in the header is too large"};
  }
  return value;
}

/// P7: a line for each field, in any order, up to "ENDHDR".
Status parse_fields(ByteView file, PnmHeader& header) {
  std::size_t at = 2;
  while (at < file.size() && file[at] != '\n') ++at;
  for (bool end = false; !end;) {
    const auto begin = file.begin() + static_cast<std::ptrdiff_t>(std::min(at + 1, file.size()));
    const auto line_end = std::find(begin, file.end(), std::uint8_t{'\n'});
    if (line_end == file.end()) return truncated(file.size(), "the header ends early");
    const ByteView line(begin, line_end);
    std::size_t name = 0;
    while (name < line.size() && !is_space(line[name])) ++name;
    const auto is = [&](std::string_view field) { return std::ranges::equal(line.first(name), field); };
    std::uint64_t* value = is("WIDTH")    ? &header.width
                           : is("HEIGHT") ? &header.height
                           : is("DEPTH")  ? &header.channels
                           : is("MAXVAL") ? &header.maximum
                                          : nullptr;
    if (value != nullptr) {
      if (*value != 0) return corrupt(at, "the header says something twice");
      BITSWAP_TRY_ASSIGN(*value, read_number(line, name));
    }
    end = is("ENDHDR");
    at = static_cast<std::size_t>(line_end - file.begin());
  }
  header.raster = at + 1;
  if (header.channels == 0) return corrupt(at, "the header lacks a number");
  if (header.channels > 4) return unsupported(at, "pixels of more than four samples");
  return {};
}

/// P4 to P6: numbers between white space and comments.
Status parse_numbers(ByteView file, PnmHeader& header) {
  header.channels = header.kind == '6' ? 3 : 1;
  std::size_t at = 2;
  BITSWAP_TRY_ASSIGN(header.width, read_number(file, at));
  BITSWAP_TRY_ASSIGN(header.height, read_number(file, at));
  header.maximum = 1;
  if (!header.bitmap()) {
    BITSWAP_TRY_ASSIGN(header.maximum, read_number(file, at));
  }
  if (at == file.size()) return truncated(at, "the header ends early");
  // Readers disagree on where the raster begins after a comment here, so such a file is not interpreted.
  if (!is_space(file[at])) return unsupported(at, "no white space between header and samples");
  header.raster = at + 1;
  return {};
}

/// Errors: Unsupported for the text kinds; Corrupt, Truncated, LimitExceeded.
Result<PnmHeader> parse_header(ByteView file) {
  if (file.size() < 3 || file[0] != 'P') return corrupt(0, "not a PNM file");
  PnmHeader header;
  header.kind = static_cast<char>(file[1]);
  if (header.kind < '4' || header.kind > '7') return unsupported(0, "only the raw kinds P4 to P7 can be coded");
  BITSWAP_TRY(header.kind == '7' ? parse_fields(file, header) : parse_numbers(file, header));
  BITSWAP_TRY(check_size(header.width, header.height));
  if (header.maximum == 0 || header.maximum > 65535) return corrupt(2, "the maximum sample is out of range");
  return header;
}

Result<PnmHeader> parse_whole(ByteView file) {
  BITSWAP_TRY_ASSIGN(PnmHeader header, parse_header(file));
  if (file.size() - header.raster < header.raster_bytes()) return truncated(file.size(), "the samples end early");
  return header;
}

/// The codecs' picture from the raster. Requires a picture of the header's size.
void read_raster(const PnmHeader& header, ByteView raster, Picture& picture) {
  std::uint8_t* samples = picture.samples.data();
  const std::size_t count = picture.samples.size();
  if (header.bitmap()) {
    for (std::size_t y = 0; y < header.height; ++y) {
      unpack_bits(raster.data() + y * header.row_bytes(), 1, header.width, samples + y * header.width);
    }
  } else if (header.wide()) {
    for (std::size_t i = 0; i < count; ++i) samples[i % 2 * (count / 2) + i / 2] = raster[i];
  } else {
    std::copy_n(raster.begin(), count, samples);
  }
}

/// The inverse; unused bits at the end of a row become 0.
void write_raster(const PnmHeader& header, const Picture& picture, std::uint8_t* raster) {
  const std::uint8_t* samples = picture.samples.data();
  const std::size_t count = picture.samples.size();
  if (header.bitmap()) {
    for (std::size_t y = 0; y < header.height; ++y) {
      pack_bits(samples + y * header.width, 1, header.width, raster + y * header.row_bytes());
    }
  } else if (header.wide()) {
    for (std::size_t i = 0; i < count; ++i) raster[i] = samples[i % 2 * (count / 2) + i / 2];
  } else {
    std::copy_n(samples, count, raster);
  }
}

class PnmFormat final : public ImageFormat {
 public:
  std::string_view name() const override { return "pnm"; }

  bool recognises(ByteView file) const override {
    if (file.size() < 3 || file[0] != 'P' || file[1] < '1' || file[1] > '7') return false;
    if (file[1] == '7') return file.size() >= 4 && file[2] == '\n' && (file[3] == 'W' || file[3] == '#');
    // A number must follow: plain text may well begin with "P1 ".
    if (!is_space(file[2]) && file[2] != '#') return false;
    const std::size_t at = skip_space(file, 2);
    return at < file.size() && is_digit(file[at]);
  }

  Result<TakenApart> take_apart(ByteView file) const override {
    BITSWAP_TRY_ASSIGN(const PnmHeader header, parse_whole(file));
    if (!check_size(header.width, header.picture_height()).ok()) {
      return unsupported(0, "a 16-bit picture too large to be coded");
    }
    BITSWAP_TRY_ASSIGN(Picture picture,
                       make_picture(header.width, header.picture_height(), static_cast<std::uint8_t>(header.channels)));
    const ByteView raster = file.subspan(header.raster, header.raster_bytes());
    read_raster(header, raster, picture);

    ByteWriter recipe;
    recipe.u8(header.recipe_version());
    recipe.blob(file.first(header.raster));
    recipe.blob(file.subspan(header.raster + raster.size()));
    TakenApart taken{std::move(picture), recipe.take(), Exactness::Bytes, header.wide()};
    BITSWAP_TRY_ASSIGN(const Bytes again, rebuild(taken.picture, taken.recipe));
    if (!std::ranges::equal(again, file)) return unsupported(0, "the file did not come back exactly");
    return taken;
  }

  Result<Bytes> rebuild(const Picture& picture, ByteView recipe) const override {
    BITSWAP_TRY(check_picture(picture));
    ByteReader reader(recipe);
    BITSWAP_TRY_ASSIGN(const std::uint8_t version, reader.u8());
    if (version != 1 && version != 2) return unsupported(0, "the recipe is of another version");
    BITSWAP_TRY_ASSIGN(const ByteView head, reader.blob(recipe.size()));
    BITSWAP_TRY_ASSIGN(const ByteView tail, reader.blob(recipe.size()));
    if (!reader.at_end()) return corrupt(reader.position(), "the recipe is too long");
    auto header = parse_header(head);
    if (!header || header->raster != head.size() || header->recipe_version() != version ||
        header->width != picture.width || header->picture_height() != picture.height ||
        header->channels != picture.channels || (header->bitmap() && !samples_fit(picture, 1))) {
      return corrupt(1, "the recipe's header does not fit the picture");
    }
    BITSWAP_TRY_ASSIGN(Bytes file, allocate(head.size() + header->raster_bytes() + tail.size()));
    std::ranges::copy(head, file.begin());
    write_raster(*header, picture, file.data() + head.size());
    std::ranges::copy(tail, file.end() - static_cast<std::ptrdiff_t>(tail.size()));
    return file;
  }

  Result<Picture> view(ByteView file) const override {
    BITSWAP_TRY_ASSIGN(const PnmHeader header, parse_whole(file));
    BITSWAP_TRY_ASSIGN(Picture picture, make_picture(header.width, header.height, 3));
    const ByteView raster = file.subspan(header.raster);
    const auto sample = [&](std::size_t pixel, std::size_t channel) -> std::uint64_t {
      if (header.bitmap()) {
        const std::size_t x = pixel % header.width;
        const unsigned byte = raster[pixel / header.width * header.row_bytes() + x / 8];
        return ~byte >> (7 - x % 8) & 1;
      }
      const std::size_t at = pixel * header.channels + channel;
      return header.wide() ? raster[at * 2] * 256u + raster[at * 2 + 1] : raster[at];
    };
    for (std::size_t pixel = 0; pixel < picture.pixel_count(); ++pixel) {
      for (std::size_t channel = 0; channel < 3; ++channel) {
        const std::uint64_t value = std::min(sample(pixel, header.channels >= 3 ? channel : 0), header.maximum);
        picture.samples[pixel * 3 + channel] =
            static_cast<std::uint8_t>((value * 255 + header.maximum / 2) / header.maximum);
      }
    }
    return picture;
  }
};

}  // namespace

const ImageFormat& pnm_format() {
  static const PnmFormat format;
  return format;
}

}  // namespace bitswap
