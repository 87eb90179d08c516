// SPDX-License-Identifier: GPL-3.0-or-later
// A first walk over the headers tells the sizes, a second one reads the scans.
#include <algorithm>
#include <new>

#include "engine/image/jpeg/headers.h"
#include "engine/image/jpeg/jpeg_image.h"
#include "engine/image/jpeg/read_scan.h"
#include "engine/image/jpeg/recipe.h"

namespace bitswap {
namespace {

using namespace jpeg;

Error refused(JpegReason why, JpegReason* reason) {
  if (reason != nullptr) *reason = why;
  Error::Code code = Error::Code::Unsupported;
  if (why == JpegReason::NotJpeg || why == JpegReason::NoFrame || why == JpegReason::NoScan)
    code = Error::Code::Corrupt;
  if (why == JpegReason::TooLarge) code = Error::Code::LimitExceeded;
  if (why == JpegReason::NotReproduced) code = Error::Code::Internal;
  return {code, 0, sentence(why)};
}

Result<JpegImage> read_image(ByteView file, const JpegLimits& limits, const CancelToken* cancel, JpegReason* reason) {
  HeaderWalker survey(file);
  std::optional<JpegLayout> layout = survey.layout();
  if (!layout) return refused(survey.reason(), reason);
  if (layout->coefficient_bytes() > limits.coefficient_bytes) return refused(JpegReason::TooLarge, reason);
  JpegImage image;
  image.layout = std::move(*layout);
  std::vector<PlaneView<std::int16_t>> views;
  for (const JpegComponent& component : image.layout.components) {
    image.planes.emplace_back(static_cast<std::size_t>(component.blocks()) * 64);
    views.push_back({image.planes.back().data(), component.columns, component.rows});
  }
  Recipe recipe;
  PaddingCollector paddings;
  HeaderWalker walker(file, image.layout.height);
  std::size_t copied = 0;
  const auto copy = [&](std::size_t end) {
    recipe.headers.insert(recipe.headers.end(), file.begin() + static_cast<std::ptrdiff_t>(copied),
                          file.begin() + static_cast<std::ptrdiff_t>(end));
  };
  for (std::uint32_t scan = 0; walker.next(); ++scan) {
    copy(walker.position());
    ScanOddities odd;
    odd.scan = scan;
    BITSWAP_TRY(read_scan(file, walker, views, paddings, recipe.headers, odd, cancel));
    if (!odd.none()) recipe.odd_scans.push_back(std::move(odd));
    copied = walker.position();
  }
  copy(file.size());
  recipe.paddings = paddings.take();
  image.recipe = pack_recipe(recipe);
  return image;
}

}  // namespace

std::uint64_t JpegLayout::coefficient_bytes() const {
  std::uint64_t bytes = 0;
  for (const JpegComponent& component : components) bytes += component.blocks() * 64 * sizeof(std::int16_t);
  return bytes;
}

Result<JpegImage> read_jpeg(ByteView file, const JpegLimits& limits, const CancelToken* cancel, JpegReason* reason) {
  if (reason != nullptr) *reason = JpegReason::None;
  try {
    return read_image(file, limits, cancel, reason);
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "no memory for the coefficients of a JPEG"};
  }
}

Result<JpegImage> take_apart_jpeg(ByteView file, const JpegLimits& limits, const CancelToken* cancel,
                                  JpegReason* reason) {
  BITSWAP_TRY_ASSIGN(JpegImage image, read_jpeg(file, limits, cancel, reason));
  const std::vector<std::span<const std::int16_t>> planes(image.planes.begin(), image.planes.end());
  std::size_t same = 0;
  const auto compare = [&](ByteView piece) -> Status {
    const ByteView original = file.subspan(same);
    const auto found = std::mismatch(piece.begin(), piece.end(), original.begin(), original.end());
    same += static_cast<std::size_t>(found.first - piece.begin());
    if (found.first == piece.end()) return {};
    return Error{Error::Code::Internal, same, sentence(JpegReason::NotReproduced)};
  };
  Status written = write_jpeg(image.recipe, planes, compare, limits, cancel);
  if (written.ok() && same == file.size()) return image;
  if (!written.ok() && written.error().code == Error::Code::Cancelled) return std::move(written).error();
  Error error = refused(JpegReason::NotReproduced, reason);
  error.offset = same;
  return error;
}

}  // namespace bitswap
