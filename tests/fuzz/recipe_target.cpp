// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes from hostile archives. Input: number of the format, width, height, channels (a byte each), then the recipe.
#include "engine/image/format.h"
#include "tests/fuzz/fuzz_target.h"

using namespace bitswap;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const auto formats = image_formats();
  Picture picture{static_cast<std::uint32_t>(1 + data[1] % 40),
                  static_cast<std::uint32_t>(1 + data[2] % 40),
                  static_cast<std::uint8_t>(1 + data[3] % 4),
                  {}};
  picture.samples.resize(picture.pixel_count() * picture.channels);
  for (std::size_t i = 0; i < picture.samples.size(); ++i) picture.samples[i] = static_cast<std::uint8_t>(i * 37);
  const auto file = formats[data[0] % formats.size()]->rebuild(picture, ByteView(data + 4, size - 4));
  if (file.ok()) must(file->size() <= (std::size_t{64} << 20), "a small recipe makes no huge file");
  return 0;
}
