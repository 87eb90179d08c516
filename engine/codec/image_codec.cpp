// SPDX-License-Identifier: GPL-3.0-or-later
// Channels to planes the model knows, tiles to segments, and back.
#include "engine/codec/image_codec.h"

#include <algorithm>

#include "engine/image/limits.h"

namespace bitswap {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr int kWide = 1;  // what is added to the version
constexpr int kJpegInAnyTiles = 2;
constexpr int kYcc = 4;

ImageHeader::Colour colour_of(YccSpace space) {
  switch (space) {
    case YccSpace::Jpeg: return ImageHeader::Colour::Jpeg;
    case YccSpace::WebP: return ImageHeader::Colour::WebP;
    case YccSpace::PhotoCd: break;
  }
  return ImageHeader::Colour::PhotoCd;
}

std::optional<YccSpace> space_of(ImageHeader::Colour colour) {
  for (const YccSpace space : kYccSpaces) {
    if (colour_of(space) == colour) return space;
  }
  return {};
}

/// What is added to the version, so that a program which does not know the coding of the colours says so.
int version_of(ImageHeader::Colour colour, std::uint32_t tile_grid) {
  return !space_of(colour) ? 0 : tile_grid == 1 ? kJpegInAnyTiles : kYcc;
}

bool has_alpha(int channels) { return channels == 2 || channels == 4; }
int colour_channels(int channels) { return channels >= 3 ? 3 : 1; }

/// The samples of a tile that a segment codes: one grey plane, or RGB.
Picture extract(const Picture& picture, const Tile& tile, const SegmentPlan& segment) {
  Picture out{tile.width, tile.height, segment.channels, {}};
  out.samples.resize(out.pixel_count() * segment.channels);
  const std::size_t step = picture.channels;
  const std::size_t first = segment.alpha ? step - 1 : 0;
  std::uint8_t* to = out.samples.data();
  for (std::uint32_t y = 0; y < tile.height; ++y) {
    const std::uint8_t* from =
        picture.samples.data() + (std::size_t{tile.y + y} * picture.width + tile.x) * step + first;
    if (step == segment.channels) {
      to = std::copy_n(from, tile.width * step, to);
      continue;
    }
    for (std::uint32_t x = 0; x < tile.width; ++x, from += step) {
      for (int c = 0; c < segment.channels; ++c) *to++ = from[c];
    }
  }
  return out;
}

/// The samples of a tile that a segment codes, where they lie in the picture.
template <typename View, typename AnyPicture>
View view_tile(AnyPicture& picture, const Tile& tile, const SegmentPlan& segment) {
  const std::size_t step = picture.channels;
  View view;
  view.grid = {static_cast<int>(tile.width), static_cast<int>(tile.height)};
  view.channels = segment.channels;
  view.row = static_cast<std::ptrdiff_t>(picture.width * step);
  view.column = static_cast<std::ptrdiff_t>(step);
  view.channel = 1;
  view.samples =
      picture.samples.data() + (std::size_t{tile.y} * picture.width + tile.x) * step + (segment.alpha ? step - 1 : 0);
  return view;
}

/// The inverse of extract(); a grey segment of a colour picture goes to all three colours.
void insert_tile(const Picture& piece, const Tile& tile, const SegmentPlan& segment, Picture& picture) {
  const std::size_t step = picture.channels;
  const std::size_t first = segment.alpha ? step - 1 : 0;
  const int copies = !segment.alpha && segment.channels == 1 ? colour_channels(picture.channels) : 1;
  const std::uint8_t* from = piece.samples.data();
  for (std::uint32_t y = 0; y < tile.height; ++y) {
    std::uint8_t* to = picture.samples.data() + (std::size_t{tile.y + y} * picture.width + tile.x) * step + first;
    if (step == segment.channels) {
      std::copy_n(from, tile.width * step, to);
      from += tile.width * step;
      continue;
    }
    for (std::uint32_t x = 0; x < tile.width; ++x, to += step, from += segment.channels) {
      for (int c = 0; c < segment.channels; ++c) to[c] = from[c];
      for (int c = 1; c < copies; ++c) to[c] = from[0];
    }
  }
}

bool grey_everywhere(const Picture& picture) {
  const std::uint8_t* p = picture.samples.data();
  for (std::size_t i = 0; i < picture.pixel_count(); ++i, p += picture.channels) {
    if (p[0] != p[1] || p[0] != p[2]) return false;
  }
  return true;
}

}  // namespace

Bytes ImageHeader::write() const {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(kVersion + (wide ? kWide : 0) + version_of(colour, tile_grid)));
  out.raw(model);
  out.varint(width);
  out.varint(height);
  out.u8(channels);
  out.u8(static_cast<std::uint8_t>(colour));
  out.u8(static_cast<std::uint8_t>(alpha));
  out.u8(alpha_value);
  out.u16(tile_size);
  out.u8(static_cast<std::uint8_t>(schedule));
  return out.take();
}

Result<ImageHeader> ImageHeader::read(ByteView bytes) {
  ByteReader in(bytes);
  ImageHeader h;
  BITSWAP_TRY_ASSIGN(const std::uint8_t version, in.u8());
  if (version < kVersion || version > kVersion + kWide + kYcc) {
    return Error{Error::Code::Unsupported, 0, "made by a newer version of this program"};
  }
  h.wide = ((version - kVersion) & kWide) != 0;
  h.tile_grid = ((version - kVersion) & kYcc) != 0 ? kYccTileGrid : 1;
  BITSWAP_TRY_ASSIGN(const ByteView hash, in.raw(h.model.size()));
  std::copy(hash.begin(), hash.end(), h.model.begin());
  BITSWAP_TRY_ASSIGN(const std::uint64_t width, in.varint());
  BITSWAP_TRY_ASSIGN(const std::uint64_t height, in.varint());
  if (width == 0 || height == 0 || width > kMaxSide || height > kMaxSide || width * height > kMaxPixels) {
    return Error{Error::Code::LimitExceeded, in.position(), "a picture of impossible size"};
  }
  h.width = static_cast<std::uint32_t>(width);
  h.height = static_cast<std::uint32_t>(height);
  BITSWAP_TRY_ASSIGN(h.channels, in.u8());
  BITSWAP_TRY_ASSIGN(const std::uint8_t colour, in.u8());
  BITSWAP_TRY_ASSIGN(const std::uint8_t alpha, in.u8());
  BITSWAP_TRY_ASSIGN(h.alpha_value, in.u8());
  BITSWAP_TRY_ASSIGN(h.tile_size, in.u16());
  BITSWAP_TRY_ASSIGN(const std::uint8_t schedule, in.u8());
  h.colour = static_cast<Colour>(colour);
  h.alpha = static_cast<Alpha>(alpha);
  h.schedule = static_cast<Schedule>(schedule);
  const bool grey = colour == static_cast<int>(Colour::Grey);
  const bool colour_ok =
      grey ? h.channels <= 2
           : h.channels >= 3 && (h.colour == Colour::Rgb || h.colour == Colour::GreyAsRgb || space_of(h.colour));
  if (!in.at_end() || h.channels < 1 || h.channels > 4 || !colour_ok || alpha > 2 ||
      has_alpha(h.channels) != (h.alpha != Alpha::None) || h.tile_size < 16 || h.tile_size > 4096 || schedule > 1 ||
      (h.wide && h.height % 2 != 0) || version != kVersion + (h.wide ? kWide : 0) + version_of(h.colour, h.tile_grid) ||
      (h.tile_grid == 1 && h.colour > Colour::Jpeg)) {
    return Error{Error::Code::Corrupt, in.position(), "a picture header that contradicts itself"};
  }
  return h;
}

std::optional<YccSpace> suits_ycc(const Picture& picture) {
  if (picture.channels != 3 || grey_everywhere(picture)) return {};
  return find_ycc_space(picture);
}

std::vector<SegmentPlan> plan_segments(const ImageHeader& header, bool chained) {
  const std::vector<Tile> tiles = make_tiles(header.width, header.height, header.tile_size, header.tile_grid);
  std::vector<SegmentPlan> segments;
  const std::optional<YccSpace> space = space_of(header.colour);
  const auto add = [&](std::uint8_t channels, bool alpha) {
    const std::optional<YccSpace> ycc = alpha ? std::nullopt : space;
    if (chained) {
      segments.push_back({tiles, channels, alpha, ycc});
    } else {
      for (const Tile& tile : tiles) segments.push_back({{tile}, channels, alpha, ycc});
    }
  };
  add(space || header.colour == ImageHeader::Colour::Rgb ? 3 : 1, false);
  if (header.alpha == ImageHeader::Alpha::Coded) add(1, true);
  return segments;
}

std::uint64_t tile_count(const ImageHeader& header) {
  return tile_count(header.width, header.height, header.tile_size, header.tile_grid);
}

std::uint64_t segment_count(const ImageHeader& header, bool chained) {
  const std::uint64_t planes = header.alpha == ImageHeader::Alpha::Coded ? 2 : 1;
  return planes * (chained ? 1 : tile_count(header));
}

std::vector<TileShape> shapes_of(const SegmentPlan& segment) {
  std::vector<TileShape> shapes;
  for (const Tile& tile : segment.tiles) shapes.push_back({tile.width, tile.height, segment.channels});
  return shapes;
}

ImageEncoder::ImageEncoder(const CodingModel& coding, const Picture& picture, Schedule schedule)
    : coding_(coding), picture_(picture) {
  header_.model = coding.model->hash;
  header_.width = picture.width;
  header_.height = picture.height;
  header_.channels = picture.channels;
  header_.colour = ImageHeader::Colour::Grey;
  if (picture.channels >= 3) {
    header_.colour = grey_everywhere(picture) ? ImageHeader::Colour::GreyAsRgb : ImageHeader::Colour::Rgb;
    if (header_.colour == ImageHeader::Colour::Rgb && coding.model->config().ycc) {
      if (const auto space = find_ycc_space(picture)) {
        header_.colour = colour_of(*space);
        header_.tile_grid = kYccTileGrid;
      }
    }
  }
  if (has_alpha(picture.channels)) {
    header_.alpha_value = picture.samples[picture.channels - 1];
    bool constant = true;
    for (std::size_t i = picture.channels - 1; i < picture.samples.size() && constant; i += picture.channels) {
      constant = picture.samples[i] == header_.alpha_value;
    }
    header_.alpha = constant ? ImageHeader::Alpha::Constant : ImageHeader::Alpha::Coded;
    if (!constant) header_.alpha_value = 0;
  }
  header_.tile_size = coding.model->config().tile_size;
  header_.schedule = schedule;
  segments_ = plan_segments(header_, coding.model->config().chained);
}

std::vector<Picture> ImageEncoder::tiles(std::size_t segment) const {
  const SegmentPlan& plan = segments_[segment];
  std::vector<Picture> tiles;
  for (const Tile& tile : plan.tiles) {
    tiles.push_back(extract(picture_, tile, plan));
    if (plan.ycc) to_ycc(tiles.back(), *plan.ycc);
  }
  return tiles;
}

Result<EncodedSegment> ImageEncoder::encode(std::size_t segment, bool heat_map, const CancelToken* cancel) const {
  const SegmentPlan& plan = segments_[segment];
  if (plan.ycc) return encode_segment(coding_, tiles(segment), header_.schedule, heat_map, cancel);
  std::vector<TileInputs> inputs;
  for (const Tile& tile : plan.tiles) inputs.push_back({view_tile<InputView>(picture_, tile, plan)});
  return encode_segment(coding_, coding_.model->plan, inputs, header_.schedule, heat_map, cancel);
}

ImageDecoder::ImageDecoder(const CodingModel& coding, const ImageHeader& header)
    : coding_(coding),
      header_(header),
      segments_(plan_segments(header, coding.model->config().chained)),
      picture_{header.width, header.height, header.channels, {}} {
  picture_.samples.resize(picture_.pixel_count() * header.channels);
  if (header.alpha == ImageHeader::Alpha::Constant) {
    for (std::size_t i = header.channels - 1; i < picture_.samples.size(); i += header.channels) {
      picture_.samples[i] = header.alpha_value;
    }
  }
}

std::vector<TileShape> ImageDecoder::shapes(std::size_t segment) const { return shapes_of(segments_[segment]); }

void ImageDecoder::insert(std::size_t segment, std::vector<Picture> tiles) {
  const SegmentPlan& plan = segments_[segment];
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    if (plan.ycc) from_ycc(tiles[i], *plan.ycc);
    insert_tile(tiles[i], plan.tiles[i], plan, picture_);
  }
}

Status ImageDecoder::decode(std::size_t segment, ByteView payload, const CancelToken* cancel) {
  const SegmentPlan& plan = segments_[segment];
  const bool copied = !plan.alpha && plan.channels == 1 && picture_.channels >= 3;  // to all three colours
  if (!plan.ycc && !copied) {
    std::vector<TileOutputs> outputs;
    for (const Tile& tile : plan.tiles) outputs.push_back({view_tile<OutputView>(picture_, tile, plan)});
    return decode_segment(coding_, coding_.model->plan, payload, outputs, header_.schedule, cancel);
  }
  BITSWAP_TRY_ASSIGN(std::vector<Picture> tiles,
                     decode_segment(coding_, payload, shapes(segment), header_.schedule, cancel));
  insert(segment, std::move(tiles));
  return {};
}

}  // namespace bitswap
