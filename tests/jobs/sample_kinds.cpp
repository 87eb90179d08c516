// SPDX-License-Identifier: GPL-3.0-or-later
// The makers of the image tests at work; no header of the jobs, whose test() has the name of their namespace.
#include "tests/jobs/sample_kinds.h"

#include <opencv2/imgcodecs.hpp>

#include "engine/image/jxl/jpegxl.h"
#include "tests/image/other_programs.h"
#include "tests/image/tiff_files.h"
#include "tests/jobs/sample_pictures.h"

namespace bitswap::samples {
namespace {

using test::TiffOptions;

Bytes webp_file(const Picture& picture, int quality) {
  const cv::Mat mat(static_cast<int>(picture.height), static_cast<int>(picture.width), CV_8UC3,
                    const_cast<std::uint8_t*>(picture.samples.data()));
  Bytes file;
  return cv::imencode(".webp", mat, file, {cv::IMWRITE_WEBP_QUALITY, quality}) ? file : Bytes();
}

Bytes netpbm(const std::string& head, std::size_t bytes) {
  Bytes file(head.begin(), head.end());
  for (std::size_t i = 0; i < bytes; ++i) file.push_back(static_cast<std::uint8_t>(i % 251 / 3));
  return file;
}

Bytes noise(std::size_t bytes) {
  test::Random random(1);
  Bytes out(bytes);
  for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(random.next());
  return out;
}

class Maker {
 public:
  void add_pngs() {
    using test::write_png;
    const Picture colour = photo(64, 48, 3);
    const Expected same{"png", Form::None, Exactness::Bytes, {64, 48}};
    add("rgb.png", write_png(colour, {.extras = true}), same);
    add("alpha.png", write_png(photo(64, 48, 4), {}), same);
    add("palette.png", write_png(photo(64, 48, 1), {.depth = 4, .palette = true}), same);
    add("bits.png", write_png(photo(64, 48, 1), {.depth = 1}), same);
    add("deep.png", write_png(colour, {.depth = 16}), same);
    add("interlaced.png", write_png(photo(64, 48, 3, 2), {.interlaced = true}), same);
    add("animated.png", test::animate_png(write_png(photo(64, 48, 3, 3), {}), true), same);
    add("foreign.png", png_file_of_stored_blocks(colour), {"png", Form::None, Exactness::Pixels, {64, 48}});
    add("tall.png", test::tall_png(100000), {"png", Form::Zstd});  // its recipe would be larger than an archive takes
    add("twin.png", write_png(colour, {.extras = true}), {"png", Form::Duplicate});
  }

  void add_jpegs() {
    const Picture colour = photo(160, 120, 3);
    const Expected same{"jpeg", Form::JpegTranscoded, Exactness::Bytes, {160, 120}};
    add("baseline.jpg", jpeg_file(colour), same);
    add("progressive.jpg", test::write_jpeg(colour, 80, true), same);
    add("motion.jpg", joined(jpeg_file(colour), noise(5000)), same);
  }

  void add_tiffs() {
    const Picture colour = photo(60, 50, 3, 4);
    const auto page = [&](const TiffOptions& options) { return test::one_page(colour, options); };
    const Expected same{"tiff", Form::None, Exactness::Bytes, {60, 50}};
    TiffOptions options;
    add("strips.tif", page(options), same);
    options.compression = COMPRESSION_LZW;
    options.predictor = 2;
    add("lzw.tif", page(options), same);
    options.bits = 16;
    add("deep.tif", page(options), same);
    options.tile = 32;
    add("tiles.tif", page(options), same);
    add("pages.tif", test::write_tiff_file({{colour, {}}, {photo(60, 50, 3, 5), {}}}),
        {"tiff", Form::None, Exactness::Bytes, {60, 100}});
    add("foreign.tif", page(test::hand_packed(COMPRESSION_ADOBE_DEFLATE)),
        {"tiff", Form::None, Exactness::Pixels, {60, 50}});
  }

  void add_simple() {
    add("a.bmp", bmp_file(photo(60, 50, 3, 6)), {"bmp", Form::None, Exactness::Bytes, {60, 50}});
    add("a.ppm", ppm_file(photo(60, 50, 3, 7)), {"pnm", Form::None, Exactness::Bytes, {60, 50}});
    add("bits.pbm", netpbm("P4 64 50\n", 8 * 50), {"pnm", Form::None, Exactness::Bytes, {64, 50}});
    add("deep.pgm", netpbm("P5 60 50 4095\n", 60 * 50 * 2), {"pnm", Form::None, Exactness::Bytes, {60, 50}});
  }

  void add_others() {
    const Picture colour = photo(60, 50, 3, 8);
    add("lossless.webp", webp_file(colour, 101), {"webp", Form::None, Exactness::Bytes, {60, 50}});
    add("lossy.webp", webp_file(colour, 80), {"webp", Form::Zstd});
    add("a.gif", Bytes{'G', 'I',  'F', '8', '9', 'a', 1, 0, 1, 0, 0x80, 0, 0, 255,  255, 255, 0,   0,
                       0,   0x2C, 0,   0,   0,   0,   1, 0, 1, 0, 0,    2, 2, 0x44, 1,   0,   0x3B},
        {"gif", Form::Zstd});
    const auto jxl = encode_jpegxl(colour, false);
    add("a.jxl", jxl.ok() ? *jxl : Bytes(), {"jxl", Form::Zstd});
    const test::Workshop workshop;
    workshop.write("a.png", png_file(colour));
    if (test::Workshop::has("heif-enc") && workshop.run("heif-enc", {"-A", "a.png", "-o", "a.avif"})) {
      add("a.avif", workshop.read("a.avif"), {"heif", Form::Zstd});
    }
    const std::string text = std::string(3000, 'x') + " the end";
    add("text.txt", Bytes(text.begin(), text.end()), {"", Form::Zstd});
    add("empty.txt", {}, {"", Form::Zstd});
    add("camera.CR2", noise(40000), {"", Form::Zstd});
  }

  std::vector<SampleKind> take() { return std::move(kinds_); }

 private:
  struct Expected {
    std::string format;
    Form form = Form::None;
    Exactness exactness = Exactness::Bytes;
    std::vector<std::uint32_t> size = {0, 0};
  };
  void add(const std::string& name, const Bytes& content, const Expected& expected) {
    kinds_.push_back({name, content, expected.format, expected.form, expected.exactness, expected.size});
  }
  std::vector<SampleKind> kinds_;
};

}  // namespace

std::vector<SampleKind> one_of_each_kind() {
  Maker maker;
  maker.add_pngs();
  maker.add_jpegs();
  maker.add_tiffs();
  maker.add_simple();
  maker.add_others();
  return maker.take();
}

}  // namespace bitswap::samples
