// SPDX-License-Identifier: GPL-3.0-or-later
// Where libjxl runs: in this process while there is plenty of memory, in a child that it may end where it could get
// short, and not at all where it could only fail.
#include <algorithm>
#include <atomic>

#include "engine/base/child_process.h"
#include "engine/base/memory.h"
#include "engine/image/jpeg/jpeg_file.h"
#include "engine/image/jxl/jpegxl_library.h"
#include "engine/image/limits.h"

namespace bitswap {
namespace {

/// Bytes for each pixel that libjxl 0.7 was seen to take at its peak, one thread, besides what it is given.
constexpr std::uint64_t kPackJpeg = 20, kUnpackJpeg = 20, kView = 32, kDecodeSample = 12, kEncodeSample = 36;

/// Less than this share of the estimate is certainly not enough.
constexpr std::uint64_t kLeastShare = 3;

/// What calls in this process are taken to hold.
std::atomic<std::uint64_t> g_held{0};

class Held {
 public:
  explicit Held(std::uint64_t bytes) : bytes_(bytes) { g_held += bytes; }
  ~Held() { g_held -= bytes_; }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  std::uint64_t bytes_;
};

Result<Bytes> contained(std::uint64_t estimate, const std::function<Result<Bytes>()>& work) {
  constexpr std::uint64_t kSlack = std::uint64_t{256} << 20;
  const Held held(estimate);
  BITSWAP_TRY(check_memory(estimate / kLeastShare, "JPEG XL for this picture"));
  return available_memory() / 2 > g_held + kSlack ? work() : run_in_child(work);
}

std::uint64_t pixels_of(const JpegXlShape& shape) { return std::uint64_t{shape.width} * shape.height; }

}  // namespace

Result<Bytes> encode_jpegxl(const Picture& picture, bool wide, int effort, int threads) {
  return contained(picture.samples.size() * kEncodeSample,
                   [&] { return jpegxl_library::encode_jpegxl(picture, wide, effort, threads); });
}

Result<Picture> decode_jpegxl(ByteView data, const JpegXlShape& shape, int threads) {
  BITSWAP_TRY(jpegxl_library::check_density(shape.width, shape.height, data.size()));
  Picture picture;
  BITSWAP_TRY_ASSIGN(picture.samples,
                     contained(pixels_of(shape) * shape.channels * kDecodeSample, [&]() -> Result<Bytes> {
                       BITSWAP_TRY_ASSIGN(Picture decoded, jpegxl_library::decode_jpegxl(data, shape, threads));
                       return std::move(decoded.samples);
                     }));
  picture.width = shape.width;
  picture.height = shape.bits == 16 ? shape.height * 2 : shape.height;
  picture.channels = shape.channels;
  return picture;
}

Result<Picture> view_jpegxl(ByteView file) {
  BITSWAP_TRY_ASSIGN(const JpegXlShape shape, jpegxl_library::shape_of_file(file));
  Picture picture;
  BITSWAP_TRY_ASSIGN(picture.samples, contained(pixels_of(shape) * kView, [&]() -> Result<Bytes> {
                       BITSWAP_TRY_ASSIGN(Picture seen, jpegxl_library::view_jpegxl(file));
                       return std::move(seen.samples);
                     }));
  picture.width = shape.width;
  picture.height = shape.height;
  picture.channels = 3;
  return picture;
}

Result<Bytes> pack_jpeg(ByteView jpeg, int threads) {
  BITSWAP_TRY_ASSIGN(const JpegFile frame, parse_jpeg(jpeg));
  return contained(std::uint64_t{frame.width} * frame.height * kPackJpeg,
                   [&] { return jpegxl_library::pack_jpeg(jpeg, threads); });
}

Result<Bytes> unpack_jpeg(ByteView container, std::uint32_t width, std::uint32_t height, std::uint64_t size_limit) {
  BITSWAP_TRY(jpegxl_library::check_density(width, height, container.size()));
  return contained(std::uint64_t{width} * height * kUnpackJpeg,
                   [&] { return jpegxl_library::unpack_jpeg(container, width, height, size_limit); });
}

}  // namespace bitswap
