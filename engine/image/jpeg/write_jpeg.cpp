// SPDX-License-Identifier: GPL-3.0-or-later
// Walks over the headers of a recipe and puts the scans where they were.
#include <algorithm>
#include <new>

#include "engine/image/jpeg/bit_writer.h"
#include "engine/image/jpeg/headers.h"
#include "engine/image/jpeg/jpeg_image.h"
#include "engine/image/jpeg/recipe.h"
#include "engine/image/jpeg/write_scan.h"

namespace bitswap {
namespace {

using namespace jpeg;

Result<JpegLayout> layout_of(const Recipe& recipe, const JpegLimits& limits) {
  HeaderWalker survey(recipe.headers);
  std::optional<JpegLayout> layout = survey.layout();
  if (!layout) return Error{Error::Code::Corrupt, 0, sentence(survey.reason())};
  if (layout->coefficient_bytes() > limits.coefficient_bytes) {
    return Error{Error::Code::LimitExceeded, 0, sentence(JpegReason::TooLarge)};
  }
  return std::move(*layout);
}

Status write_file(ByteView packed, std::span<const std::span<const std::int16_t>> planes, const JpegSink& sink,
                  const JpegLimits& limits, const CancelToken* cancel) {
  BITSWAP_TRY_ASSIGN(const Recipe recipe, parse_recipe(packed, limits.file_bytes));
  BITSWAP_TRY_ASSIGN(const JpegLayout layout, layout_of(recipe, limits));
  const Error wrong{Error::Code::InvalidArgument, 0, "planes of another size than the JPEG's"};
  if (planes.size() != layout.components.size()) return wrong;
  std::vector<PlaneView<const std::int16_t>> views;
  for (std::size_t i = 0; i < planes.size(); ++i) {
    const JpegComponent& component = layout.components[i];
    if (planes[i].size() != component.blocks() * 64) return wrong;
    views.push_back({planes[i].data(), component.columns, component.rows});
  }
  const ByteView headers = recipe.headers;
  HeaderWalker walker(headers, layout.height);
  BitWriter bits(sink, limits.file_bytes);
  PaddingWriter padding(recipe.paddings);
  std::size_t copied = 0;
  auto odd = recipe.odd_scans.begin();
  const ScanOddities none;
  for (std::uint32_t scan = 0; walker.next(); ++scan) {
    bits.raw(headers.subspan(copied, walker.position() - copied));
    const bool is_odd = odd != recipe.odd_scans.end() && odd->scan == scan;
    BITSWAP_TRY(write_scan(headers, walker, views, is_odd ? *odd : none, padding, bits, cancel));
    if (is_odd) ++odd;
    copied = walker.position();
  }
  bits.raw(headers.subspan(copied));
  bits.flush();
  if (odd != recipe.odd_scans.end())
    return Error{Error::Code::Corrupt, 0, "a JPEG recipe with more scans than its file"};
  return bits.status();
}

}  // namespace

Result<JpegLayout> jpeg_layout(ByteView recipe, const JpegLimits& limits) {
  try {
    BITSWAP_TRY_ASSIGN(const Recipe parsed, parse_recipe(recipe, limits.file_bytes));
    return layout_of(parsed, limits);
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "no memory for the recipe of a JPEG"};
  }
}

Status write_jpeg(ByteView recipe, std::span<const std::span<const std::int16_t>> planes, const JpegSink& sink,
                  const JpegLimits& limits, const CancelToken* cancel) {
  try {
    return write_file(recipe, planes, sink, limits, cancel);
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "no memory for a JPEG"};
  }
}

Result<Bytes> write_jpeg(const JpegImage& image, const JpegLimits& limits, const CancelToken* cancel) {
  const std::vector<std::span<const std::int16_t>> planes(image.planes.begin(), image.planes.end());
  Bytes file;
  const auto append = [&](ByteView piece) -> Status {
    file.insert(file.end(), piece.begin(), piece.end());
    return {};
  };
  BITSWAP_TRY(write_jpeg(image.recipe, planes, append, limits, cancel));
  return file;
}

}  // namespace bitswap
