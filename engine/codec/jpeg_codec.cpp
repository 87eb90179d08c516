// SPDX-License-Identifier: GPL-3.0-or-later
// Components to inputs of a plan and back.
#include "engine/codec/jpeg_codec.h"

#include <algorithm>
#include <new>
#include <utility>

#include "engine/model/jpeg_plan.h"

namespace bitswap {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint32_t kMaxSide = 65535;

std::uint32_t divided(std::uint32_t n, std::uint32_t by) { return (n + by - 1) / by; }

/// Columns and rows of the first component's blocks for one of the others; nothing where they cannot be coded together.
std::optional<JpegShape> common_shape(const JpegLayout& layout) {
  if (layout.components.size() != 3) return std::nullopt;
  const auto& [first, second, third] = std::tie(layout.components[0], layout.components[1], layout.components[2]);
  if (second.horizontal != third.horizontal || second.vertical != third.vertical) return std::nullopt;
  if (first.horizontal % second.horizontal != 0 || first.vertical % second.vertical != 0) return std::nullopt;
  const JpegShape shape{3, first.horizontal / second.horizontal, first.vertical / second.vertical};
  const auto fits = [&](const JpegComponent& c) {
    return c.columns == divided(first.columns, static_cast<std::uint32_t>(shape.across)) &&
           c.rows == divided(first.rows, static_cast<std::uint32_t>(shape.down));
  };
  if (!fits(second) || !fits(third)) return std::nullopt;
  return shape;
}

template <typename View, typename Coefficient>
View view_of(const JpegComponent& component, Coefficient* planes, const Tile& blocks) {
  View view;
  view.grid = {static_cast<int>(blocks.width), static_cast<int>(blocks.height)};
  view.channels = 64;
  view.coefficients = planes + std::size_t{blocks.y} * component.columns + blocks.x;
  view.row = static_cast<std::ptrdiff_t>(component.columns);
  view.column = 1;
  view.channel = static_cast<std::ptrdiff_t>(component.blocks());
  view.steps = component.quantisation;
  return view;
}

}  // namespace

Bytes JpegHeader::write() const {
  ByteWriter out;
  out.u8(kVersion);
  out.raw(model);
  out.varint(width);
  out.varint(height);
  out.u8(components);
  out.u16(tile_size);
  out.u8(static_cast<std::uint8_t>(schedule));
  return out.take();
}

Result<JpegHeader> JpegHeader::read(ByteView bytes) {
  ByteReader in(bytes);
  JpegHeader header;
  BITSWAP_TRY_ASSIGN(const std::uint8_t version, in.u8());
  if (version == 0) return Error{Error::Code::Corrupt, 0, "the header of a JPEG has no version"};
  if (version > kVersion) {
    return Error{Error::Code::Unsupported, 0, "this JPEG was coded by a newer version of this program"};
  }
  BITSWAP_TRY_ASSIGN(const ByteView hash, in.raw(header.model.size()));
  std::ranges::copy(hash, header.model.begin());
  BITSWAP_TRY_ASSIGN(const std::uint64_t width, in.varint());
  BITSWAP_TRY_ASSIGN(const std::uint64_t height, in.varint());
  BITSWAP_TRY_ASSIGN(header.components, in.u8());
  BITSWAP_TRY_ASSIGN(header.tile_size, in.u16());
  BITSWAP_TRY_ASSIGN(const std::uint8_t schedule, in.u8());
  if (width == 0 || width > kMaxSide || height == 0 || height > kMaxSide || header.components == 0 ||
      header.components > 4 || header.tile_size == 0 || schedule > static_cast<std::uint8_t>(Schedule::BbAns) ||
      !in.at_end()) {
    return Error{Error::Code::Corrupt, in.position(), "the header of a JPEG makes no sense"};
  }
  header.width = static_cast<std::uint32_t>(width);
  header.height = static_cast<std::uint32_t>(height);
  header.schedule = static_cast<Schedule>(schedule);
  return header;
}

std::vector<JpegSegment> plan_segments(const JpegLayout& layout, std::uint16_t tile_size) {
  std::vector<JpegSegment> segments;
  if (const auto shape = common_shape(layout)) {
    const auto across = static_cast<std::uint32_t>(shape->across), down = static_cast<std::uint32_t>(shape->down);
    const JpegComponent& luma = layout.components[0];
    const JpegComponent& chroma = layout.components[1];
    const std::uint32_t side = std::max(tile_size / std::max(across, down), 1U);
    for (const Tile& t : make_tiles(chroma.columns, chroma.rows, side)) {
      const std::uint32_t x = t.x * across, y = t.y * down;
      const Tile blocks{x, y, std::min(t.width * across, luma.columns - x), std::min(t.height * down, luma.rows - y)};
      segments.push_back({{0, 1, 2}, {blocks, t, t}});
    }
    return segments;
  }
  for (std::size_t c = 0; c < layout.components.size(); ++c) {
    for (const Tile& t : make_tiles(layout.components[c].columns, layout.components[c].rows, tile_size)) {
      segments.push_back({{c}, {t}});
    }
  }
  return segments;
}

JpegPlans::JpegPlans(const JpegConfig& config, const JpegLayout& layout) {
  if (const auto shape = common_shape(layout)) {
    three_ = std::make_shared<const Plan>(make_jpeg_plan(config, *shape));
  } else {
    one_ = std::make_shared<const Plan>(make_jpeg_plan(config, {1, 1, 1}));
  }
}

JpegEncoder::JpegEncoder(const CodingModel& coding, const JpegImage& image, Schedule schedule)
    : coding_(coding),
      image_(image),
      header_{coding.model->hash,
              image.layout.width,
              image.layout.height,
              static_cast<std::uint8_t>(image.layout.components.size()),
              coding.model->jpeg_config().tile_size,
              schedule},
      segments_(plan_segments(image.layout, header_.tile_size)),
      plans_(coding.model->jpeg_config(), image.layout) {}

Result<EncodedSegment> JpegEncoder::encode(std::size_t segment, bool heat_map, const CancelToken* cancel) const {
  const JpegSegment& part = segments_[segment];
  TileInputs inputs;
  for (std::size_t i = 0; i < part.components.size(); ++i) {
    const std::size_t c = part.components[i];
    inputs.push_back(view_of<InputView>(image_.layout.components[c], image_.planes[c].data(), part.blocks[i]));
  }
  return encode_segment(coding_, plans_.of(part), std::span(&inputs, 1), header_.schedule, heat_map, cancel);
}

Result<JpegDecoder> JpegDecoder::create(const CodingModel& coding, const JpegHeader& header, JpegLayout layout) try {
  if (!coding.model->is_jpeg()) return Error{Error::Code::Corrupt, 0, "the model of this JPEG is one of pixels"};
  if (layout.width != header.width || layout.height != header.height || layout.components.size() != header.components) {
    return Error{Error::Code::Corrupt, 0, "the recipe of this JPEG is that of another one"};
  }
  return JpegDecoder(coding, header, std::move(layout));
} catch (const std::bad_alloc&) {
  return Error{Error::Code::OutOfMemory, 0, "not enough memory for the coefficients of this JPEG"};
}

JpegDecoder::JpegDecoder(const CodingModel& coding, const JpegHeader& header, JpegLayout layout)
    : coding_(coding),
      header_(header),
      layout_(std::move(layout)),
      segments_(plan_segments(layout_, header.tile_size)),
      plans_(coding.model->jpeg_config(), layout_) {
  for (const JpegComponent& component : layout_.components) planes_.emplace_back(component.blocks() * 64);
}

Status JpegDecoder::decode(std::size_t segment, ByteView payload, const CancelToken* cancel) {
  const JpegSegment& part = segments_[segment];
  TileOutputs outputs;
  for (std::size_t i = 0; i < part.components.size(); ++i) {
    const std::size_t c = part.components[i];
    outputs.push_back(view_of<OutputView>(layout_.components[c], planes_[c].data(), part.blocks[i]));
  }
  return decode_segment(coding_, plans_.of(part), payload, std::span(&outputs, 1), header_.schedule, cancel);
}

}  // namespace bitswap
