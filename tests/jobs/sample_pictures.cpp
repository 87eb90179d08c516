// SPDX-License-Identifier: GPL-3.0-or-later
// Picture files, made by the tools of the image tests.
#include "tests/jobs/sample_pictures.h"

#include <algorithm>
#include <string>

#include "engine/image/png/png_file.h"
#include "tests/image/image_files.h"

namespace bitswap::samples {

Picture photo(std::uint32_t width, std::uint32_t height, std::uint8_t channels, std::uint64_t seed) {
  return test::make_photo(width, height, channels, seed);
}

Bytes joined(Bytes first, ByteView second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Picture drawing(std::uint32_t width, std::uint32_t height, std::uint8_t channels) {
  Picture picture{width, height, channels, Bytes(std::size_t{width} * height * channels, 250)};
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      std::uint8_t* pixel = picture.samples.data() + (std::size_t{y} * width + x) * channels;
      const std::uint32_t radius = (x - width / 2) * (x - width / 2) + (y - height / 2) * (y - height / 2);
      for (std::uint8_t c = 0; c < channels; ++c) {
        if (radius < height * height / 9) pixel[c] = static_cast<std::uint8_t>(radius / 40 * (c + 1));
        if (x % 90 > 70 && y % 70 < 30) pixel[c] = static_cast<std::uint8_t>(x / 90 * 31 + c * 80);
        if (y % 70 > 60) pixel[c] = static_cast<std::uint8_t>(x / 2 + c);
      }
    }
  }
  return picture;
}

Bytes png_file(const Picture& picture, int depth) { return test::write_png(picture, {.depth = depth}); }

Bytes jpeg_file(const Picture& picture) { return test::write_jpeg(picture, 85); }

Picture decode_rgb(ByteView file) { return test::decode_independently(file, true); }

Bytes ppm_file(const Picture& picture) {
  const std::string header = "P6\n" + std::to_string(picture.width) + " " + std::to_string(picture.height) + "\n255\n";
  Bytes file(header.begin(), header.end());
  file.insert(file.end(), picture.samples.begin(), picture.samples.end());
  return file;
}

/// 24 bits, bottom row first.
Bytes bmp_file(const Picture& picture) {
  const std::uint32_t row = (picture.width * 3 + 3) / 4 * 4;
  ByteWriter out;
  out.u8('B');
  out.u8('M');
  for (const std::uint32_t value : {54 + row * picture.height, 0U, 54U, 40U, picture.width, picture.height})
    out.u32(value);
  out.u16(1);
  out.u16(24);
  for (const std::uint32_t value : {0U, row * picture.height, 2835U, 2835U, 0U, 0U}) out.u32(value);
  for (std::uint32_t y = picture.height; y-- > 0;) {
    for (std::uint32_t x = 0; x < picture.width; ++x) {
      const std::uint8_t* pixel = picture.samples.data() + (std::size_t{y} * picture.width + x) * 3;
      for (int c = 2; c >= 0; --c) out.u8(pixel[c]);
    }
    for (std::uint32_t pad = picture.width * 3; pad < row; ++pad) out.u8(0);
  }
  return out.take();
}

Bytes png_file_of_stored_blocks(const Picture& picture) {
  Bytes raw;
  for (std::uint32_t y = 0; y < picture.height; ++y) {
    const std::size_t row = std::size_t{picture.width} * picture.channels;
    raw.push_back(0);
    raw.insert(raw.end(), picture.samples.begin() + static_cast<std::ptrdiff_t>(y * row),
               picture.samples.begin() + static_cast<std::ptrdiff_t>((y + 1) * row));
  }
  const Bytes stream = test::costly_zlib_stream(raw);

  // Another PNG of the same size lends its header.
  const Bytes other = png_file(picture);
  Bytes file(other.begin(), other.begin() + 33);
  put_chunk(file, chunk_type("IDAT"), stream);
  put_chunk(file, chunk_type("IEND"), {});
  return file;
}

}  // namespace bitswap::samples
