// SPDX-License-Identifier: GPL-3.0-or-later
// Writers around libpng and libjpeg, and OpenCV as a second opinion.
#include "tests/image/image_files.h"

#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>
#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <vector>

#include "engine/image/png/png_file.h"

namespace bitswap::test {
namespace {

void append(png_structp png, png_bytep data, size_t count) {
  auto* out = static_cast<Bytes*>(png_get_io_ptr(png));
  out->insert(out->end(), data, data + count);
}

void put_text(png_structp png, png_infop info, const char* key, const char* value) {
  png_text text{};
  text.compression = PNG_TEXT_COMPRESSION_NONE;
  text.key = const_cast<png_charp>(key);
  text.text = const_cast<png_charp>(value);
  png_set_text(png, info, &text, 1);
}

/// Rows as libpng wants them: of 16 bits the high byte first; less than 8 packed by libpng from one sample a byte.
std::vector<Bytes> png_rows(const Picture& picture, const PngOptions& options) {
  std::vector<Bytes> rows(picture.height / (options.split ? 2 : 1));
  const std::size_t size = std::size_t{picture.width} * picture.channels;
  const std::size_t low = options.split ? picture.samples.size() / 2 : 0;
  for (std::size_t y = 0; y < rows.size(); ++y) {
    for (std::size_t i = y * size; i < (y + 1) * size; ++i) {
      const std::uint8_t sample = picture.samples[i];
      rows[y].push_back(options.depth < 8 ? static_cast<std::uint8_t>(sample >> (8 - options.depth)) : sample);
      if (options.depth == 16) rows[y].push_back(picture.samples[low + i]);
    }
  }
  return rows;
}

/// Reverses the order of the colours, as OpenCV has it.
void swap_colours(Picture& picture) {
  if (picture.channels < 3) return;
  for (std::size_t at = 0; at < picture.samples.size(); at += picture.channels) {
    std::swap(picture.samples[at], picture.samples[at + 2]);
  }
}

}  // namespace

std::uint32_t Random::next() {
  state_ = state_ * 6364136223846793005u + 1442695040888963407u;
  return static_cast<std::uint32_t>(state_ >> 33);
}

Picture make_photo(std::uint32_t width, std::uint32_t height, std::uint8_t channels, std::uint64_t seed) {
  Random random(seed);
  Picture picture{width, height, channels, Bytes(std::size_t{width} * height * channels)};
  std::size_t at = 0;
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      const bool flat = (x / 24 + y / 24) % 5 == 0;
      for (std::uint32_t channel = 0; channel < channels; ++channel) {
        const std::uint32_t smooth = x * (channel + 1) + y * 2 + (x * y >> 6);
        picture.samples[at++] = static_cast<std::uint8_t>(flat ? 200 - channel * 40 : smooth + random.below(7));
      }
    }
  }
  return picture;
}

Bytes write_png(const Picture& picture, const PngOptions& options) {
  Bytes out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &out, append, nullptr);
  png_set_compression_level(png, options.level);
  png_set_compression_mem_level(png, options.memory);
  if (options.strategy >= 0) png_set_compression_strategy(png, options.strategy);
  png_set_compression_buffer_size(png, options.idat_size);
  png_set_filter(png, 0, options.filters);
  constexpr int kColours[] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                              PNG_COLOR_TYPE_RGB_ALPHA};
  const int colour = options.palette ? PNG_COLOR_TYPE_PALETTE : kColours[picture.channels];
  const std::uint32_t height = picture.height / (options.split ? 2 : 1);
  png_set_IHDR(png, info, picture.width, height, options.depth, colour,
               options.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
  if (options.palette) {
    std::vector<png_color> palette(std::size_t{1} << options.depth);
    for (std::size_t i = 0; i < palette.size(); ++i) {
      palette[i] = {static_cast<png_byte>(i * 7), static_cast<png_byte>(255 - i), static_cast<png_byte>(i * 31)};
    }
    png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
  }
  if (options.extras) {
    png_set_gAMA(png, info, 0.25);  // a view that applied it would be far off
    png_set_pHYs(png, info, 2835, 2835, PNG_RESOLUTION_METER);
    put_text(png, info, "Title", "before the pixels");
  }
  png_write_info(png, info);
  if (options.extras) put_text(png, info, "Comment", "after the pixels");
  if (options.depth < 8) png_set_packing(png);
  std::vector<Bytes> rows = png_rows(picture, options);
  std::vector<png_bytep> pointers;
  for (Bytes& row : rows) pointers.push_back(row.data());
  png_write_image(png, pointers.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return out;
}

Bytes write_jpeg(const Picture& picture, int quality, bool progressive) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &memory, &size);
  jpeg.image_width = picture.width;
  jpeg.image_height = picture.height;
  jpeg.input_components = picture.channels;
  jpeg.in_color_space = picture.channels == 1 ? JCS_GRAYSCALE : picture.channels == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  if (progressive) jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  const std::size_t row_bytes = std::size_t{picture.width} * picture.channels;
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(picture.samples.data() + jpeg.next_scanline * row_bytes);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  Bytes out(memory, memory + size);
  std::free(memory);
  return out;
}

Bytes write_by_opencv(const std::string& format, const Picture& picture, bool wide) {
  Picture swapped = picture;
  swap_colours(swapped);
  std::vector<std::uint16_t> samples;
  if (wide) samples = join_wide(swapped);
  const cv::Mat image(static_cast<int>(wide ? picture.height / 2 : picture.height), static_cast<int>(picture.width),
                      CV_MAKETYPE(wide ? CV_16U : CV_8U, picture.channels),
                      wide ? static_cast<void*>(samples.data()) : swapped.samples.data());
  Bytes out;
  cv::imencode(format, image, out);
  return out;
}

int largest_difference(const Picture& a, const Picture& b) {
  if (a.width != b.width || a.height != b.height || a.samples.size() != b.samples.size()) return 256;
  int most = 0;
  for (std::size_t i = 0; i < a.samples.size(); ++i) most = std::max(most, std::abs(a.samples[i] - b.samples[i]));
  return most;
}

Picture decode_independently(ByteView file, bool as_rgb) {
  const cv::Mat buffer(1, static_cast<int>(file.size()), CV_8UC1, const_cast<std::uint8_t*>(file.data()));
  const int flags = as_rgb ? cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION : cv::IMREAD_UNCHANGED;
  const cv::Mat image = cv::imdecode(buffer, flags);
  if (image.empty() || (image.depth() != CV_8U && image.depth() != CV_16U)) return {};
  const auto channels = static_cast<std::size_t>(image.channels());
  Picture picture{static_cast<std::uint32_t>(image.cols),
                  static_cast<std::uint32_t>(image.rows),
                  static_cast<std::uint8_t>(channels),
                  {}};
  const std::size_t row = channels * picture.width;
  std::vector<std::uint16_t> wide;
  for (int y = 0; y < image.rows; ++y) {
    if (image.depth() == CV_16U) {
      wide.insert(wide.end(), image.ptr<std::uint16_t>(y), image.ptr<std::uint16_t>(y) + row);
    } else {
      picture.samples.insert(picture.samples.end(), image.ptr(y), image.ptr(y) + row);
    }
  }
  if (!wide.empty()) picture = split_wide(picture.width, picture.height, picture.channels, wide);
  swap_colours(picture);
  return picture;
}

Picture narrow(const Picture& wide) {
  Picture picture{wide.width, wide.height / 2, wide.channels, {}};
  for (const unsigned sample : join_wide(wide)) {
    picture.samples.push_back(static_cast<std::uint8_t>((sample * 255 + 32767) / 65535));
  }
  return picture;
}

Picture to_rgb(const Picture& picture) {
  Picture rgb{picture.width, picture.height, 3, Bytes(picture.pixel_count() * 3)};
  for (std::size_t pixel = 0; pixel < picture.pixel_count(); ++pixel) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      rgb.samples[pixel * 3 + channel] =
          picture.samples[pixel * picture.channels + (picture.channels >= 3 ? channel : 0)];
    }
  }
  return rgb;
}

Bytes animate_png(const Bytes& file, bool first_is_frame) {
  const auto png = parse_png(file);
  const auto frame = [&](std::uint8_t number) {
    Bytes data = {0, 0, 0, number};
    for (const std::uint32_t value : {png->header.width, png->header.height, 0u, 0u}) {
      for (int shift = 24; shift >= 0; shift -= 8) data.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    data.insert(data.end(), {0, 1, 0, 10, 0, 0});
    return data;
  };
  Bytes out(file.begin(), file.begin() + 33);
  put_chunk(out, chunk_type("acTL"), Bytes{0, 0, 0, static_cast<std::uint8_t>(first_is_frame ? 2 : 1), 0, 0, 0, 0});
  if (first_is_frame) put_chunk(out, chunk_type("fcTL"), frame(0));
  for (const PngChunk& chunk : png->before) put_chunk(out, chunk.type, chunk.data);
  put_chunk(out, chunk_type("IDAT"), png->stream);
  put_chunk(out, chunk_type("fcTL"), frame(1));
  Bytes data = {0, 0, 0, 2};
  data.insert(data.end(), png->stream.begin(), png->stream.end());
  put_chunk(out, chunk_type("fdAT"), data);
  put_chunk(out, chunk_type("IEND"), {});
  return out;
}

Bytes costly_zlib_stream(ByteView raw) {
  Bytes stream = {0x78, 0x01};
  std::uint64_t state = 1;
  for (std::size_t at = 0; at < raw.size();) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const std::size_t count = std::min<std::size_t>(3 + (state >> 60) % 5, raw.size() - at);
    const bool last = at + count == raw.size();
    stream.push_back(static_cast<std::uint8_t>((state >> 40 & 31) << 3 | (last ? 1 : 0)));
    for (const std::size_t value : {count, ~count}) {
      stream.push_back(static_cast<std::uint8_t>(value));
      stream.push_back(static_cast<std::uint8_t>(value >> 8));
    }
    const ByteView data = raw.subspan(at, count);
    stream.insert(stream.end(), data.begin(), data.end());
    at += count;
  }
  const uLong sum = adler32_z(adler32(0, nullptr, 0), raw.data(), raw.size());
  for (int shift = 24; shift >= 0; shift -= 8) stream.push_back(static_cast<std::uint8_t>(sum >> shift));
  return stream;
}

Bytes tall_png(std::uint32_t height) {
  const PngHeader header{8, height, 8, 0, true};
  Bytes raw;
  for (const PngPass& pass : png_passes(header)) {
    for (std::uint64_t row = 0; row < pass.rows; ++row) {
      raw.push_back(static_cast<std::uint8_t>(row % 5));
      raw.insert(raw.end(), pass.row_bytes, 0);
    }
  }
  uLongf size = compressBound(raw.size());
  Bytes stream(size);
  compress(stream.data(), &size, raw.data(), raw.size());
  stream.resize(size);
  Bytes out(kPngSignature.begin(), kPngSignature.end());
  Bytes head = {0, 0, 0, 8};
  for (int shift = 24; shift >= 0; shift -= 8) head.push_back(static_cast<std::uint8_t>(height >> shift));
  head.insert(head.end(), {8, 0, 0, 0, 1});
  put_chunk(out, chunk_type("IHDR"), head);
  put_chunk(out, chunk_type("IDAT"), stream);
  put_chunk(out, chunk_type("IEND"), {});
  return out;
}

bool keeps_promises(const ImageFormat& format, const Bytes& file) {
  const auto view = format.view(file);
  if (view && (view->channels != 3 || view->samples.size() != view->pixel_count() * 3)) return false;
  const auto taken = format.take_apart(file);
  if (!taken) return true;
  const auto again = format.rebuild(taken->picture, taken->recipe);
  if (!again) return false;
  if (taken->exactness == Exactness::Bytes) return *again == file;
  const auto same = format.view(*again);
  return view.ok() == same.ok() && (!view || *same == *view);  // samples may be exact that nobody can show
}

}  // namespace bitswap::test
