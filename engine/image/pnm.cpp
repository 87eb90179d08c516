// PNM (netpbm): a text header, then raw samples. P5 and P6 with 8 bits are kept exactly; header and trailer verbatim.
// Recipe: u8 version, blob header, blob bytes after the raster.
#include <algorithm>

#include "engine/image/formats.h"
#include "engine/image/limits.h"

namespace bitswap {
namespace {

constexpr std::uint8_t kRecipeVersion = 1;

struct PnmHeader {
  char kind = 0;  ///< '1' to '7'
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  std::uint64_t maximum = 0;
  std::size_t raster = 0;  ///< offset of the first sample

  [[nodiscard]] std::uint8_t channels() const { return kind == '6' ? 3 : 1; }
  [[nodiscard]] std::uint64_t raster_bytes() const { return width * height * channels() * (maximum > 255 ? 2 : 1); }
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

/// Errors: Unsupported for the text, bitmap and PAM kinds; Corrupt, Truncated, LimitExceeded.
Result<PnmHeader> parse_header(ByteView file) {
  if (file.size() < 3 || file[0] != 'P') return corrupt(0, "not a PNM file");
  PnmHeader header;
  header.kind = static_cast<char>(file[1]);
  if (header.kind != '5' && header.kind != '6') return unsupported(0, "only the raw kinds P5 and P6 can be coded");
  std::size_t at = 2;
  BITSWAP_TRY_ASSIGN(header.width, read_number(file, at));
  BITSWAP_TRY_ASSIGN(header.height, read_number(file, at));
  BITSWAP_TRY(check_size(header.width, header.height));
  BITSWAP_TRY_ASSIGN(header.maximum, read_number(file, at));
  if (header.maximum == 0 || header.maximum > 65535) return corrupt(at, "the maximum sample is out of range");
  if (at == file.size()) return truncated(at, "the header ends early");
  // Readers disagree on where the raster begins after a comment here, so such a file is not interpreted.
  if (!is_space(file[at])) return unsupported(at, "no white space between header and samples");
  header.raster = at + 1;
  return header;
}

Result<PnmHeader> parse_whole(ByteView file) {
  BITSWAP_TRY_ASSIGN(PnmHeader header, parse_header(file));
  if (file.size() - header.raster < header.raster_bytes()) return truncated(file.size(), "the samples end early");
  return header;
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
    if (header.maximum != 255) return unsupported(0, "the samples are not of 8 full bits");
    BITSWAP_TRY_ASSIGN(Picture picture, make_picture(header.width, header.height, header.channels()));
    const ByteView raster = file.subspan(header.raster, picture.samples.size());
    std::copy(raster.begin(), raster.end(), picture.samples.begin());

    ByteWriter recipe;
    recipe.u8(kRecipeVersion);
    recipe.blob(file.first(header.raster));
    recipe.blob(file.subspan(header.raster + raster.size()));
    TakenApart taken{std::move(picture), recipe.take(), Exactness::Bytes};
    BITSWAP_TRY_ASSIGN(const Bytes again, rebuild(taken.picture, taken.recipe));
    if (!std::ranges::equal(again, file)) return unsupported(0, "the file did not come back exactly");
    return taken;
  }

  Result<Bytes> rebuild(const Picture& picture, ByteView recipe) const override {
    BITSWAP_TRY(check_picture(picture));
    ByteReader reader(recipe);
    BITSWAP_TRY_ASSIGN(const std::uint8_t version, reader.u8());
    if (version != kRecipeVersion) return unsupported(0, "the recipe is of another version");
    BITSWAP_TRY_ASSIGN(const ByteView head, reader.blob(recipe.size()));
    BITSWAP_TRY_ASSIGN(const ByteView tail, reader.blob(recipe.size()));
    if (!reader.at_end()) return corrupt(reader.position(), "the recipe is too long");
    auto header = parse_header(head);
    if (!header || header->raster != head.size() || header->maximum != 255 || header->width != picture.width ||
        header->height != picture.height || header->channels() != picture.channels) {
      return corrupt(1, "the recipe's header does not fit the picture");
    }
    BITSWAP_TRY_ASSIGN(Bytes file, allocate(head.size() + picture.samples.size() + tail.size()));
    auto out = std::copy(head.begin(), head.end(), file.begin());
    out = std::copy(picture.samples.begin(), picture.samples.end(), out);
    std::copy(tail.begin(), tail.end(), out);
    return file;
  }

  Result<Picture> view(ByteView file) const override {
    BITSWAP_TRY_ASSIGN(const PnmHeader header, parse_whole(file));
    if (header.maximum > 255) return unsupported(0, "16-bit PNM has no preview");
    BITSWAP_TRY_ASSIGN(Picture picture, make_picture(header.width, header.height, 3));
    const ByteView raster = file.subspan(header.raster);
    const std::size_t step = header.channels();
    for (std::size_t pixel = 0; pixel < picture.pixel_count(); ++pixel) {
      for (std::size_t channel = 0; channel < 3; ++channel) {
        const std::uint64_t sample = raster[pixel * step + (step == 3 ? channel : 0)];
        const std::uint64_t scaled = (std::min(sample, header.maximum) * 255 + header.maximum / 2) / header.maximum;
        picture.samples[pixel * 3 + channel] = static_cast<std::uint8_t>(scaled);
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
