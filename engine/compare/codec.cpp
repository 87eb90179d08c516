// SPDX-License-Identifier: GPL-3.0-or-later
// The list of comparison codecs, their common checks, and the measurement that trusts none of them.
#include "engine/compare/codec.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <new>
#include <stdexcept>

#include "engine/compare/guarded_codec.h"

namespace bitswap {
namespace {

// Far beyond any memory, and small enough that no product of sizes overflows.
constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 48;

Status check_shape(const Picture& shape) {
  if (shape.width == 0 || shape.height == 0) return Error{Error::Code::InvalidArgument, 0, "empty picture"};
  if (shape.channels != 1 && shape.channels != 3) {
    return Error{Error::Code::InvalidArgument, 0, "comparison codecs take 1 or 3 channels"};
  }
  if (std::uint64_t{shape.width} * shape.height > kMaxPixels) {
    return Error{Error::Code::InvalidArgument, 0, "picture too large to compare"};
  }
  return {};
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

const std::array<const CompareCodec*, 8>& codec_list() {
  static const std::array<const CompareCodec*, 8> list = {&raw_codec(),    &gzip_codec(),    &bzip2_codec(),
                                                          &lzma_codec(),   &png_codec(),     &webp_codec(),
                                                          &jpegxl_codec(), &jpegxl_9_codec()};
  return list;
}

}  // namespace

Result<Bytes> GuardedCodec::encode(const Picture& picture) const {
  BITSWAP_TRY(check_shape(picture));
  if (picture.samples.size() != sample_count(picture)) {
    return error(Error::Code::InvalidArgument, "the samples do not fit the size of the picture");
  }
  try {
    return encode_checked(picture);
  } catch (const std::bad_alloc&) {
    return error(Error::Code::OutOfMemory, "out of memory");
  } catch (const std::length_error&) {
    return error(Error::Code::OutOfMemory, "out of memory");
  }
}

Result<Picture> GuardedCodec::decode(ByteView data, const Picture& shape) const {
  BITSWAP_TRY(check_shape(shape));
  try {
    Picture picture{shape.width, shape.height, shape.channels, {}};
    BITSWAP_TRY(decode_checked(data, picture));
    return picture;
  } catch (const std::bad_alloc&) {
    return error(Error::Code::OutOfMemory, "out of memory");
  } catch (const std::length_error&) {
    return error(Error::Code::OutOfMemory, "out of memory");
  }
}

Error GuardedCodec::error(Error::Code code, std::string_view what, std::uint64_t offset) const {
  std::string detail(name_);
  detail.append(": ").append(what);
  return Error{code, offset, std::move(detail)};
}

std::span<const CompareCodec* const> compare_codecs() { return codec_list(); }

std::span<const CompareCodec* const> default_compare_codecs() {
  return compare_codecs().first(codec_list().size() - 1);
}

const CompareCodec* find_compare_codec(std::string_view name) {
  const auto codecs = compare_codecs();
  const auto found =
      std::find_if(codecs.begin(), codecs.end(), [&](const auto* codec) { return codec->name() == name; });
  return found == codecs.end() ? nullptr : *found;
}

std::string_view codec_settings(std::string_view name) {
  struct Settings {
    std::string_view codec, text;
  };
  constexpr std::array<Settings, 8> kSettings = {{{"raw", "the samples as they are, 8 bits each"},
                                                  {"gzip", "zlib, level 9, over the raw samples"},
                                                  {"bzip2", "level 9, over the raw samples"},
                                                  {"lzma", "xz, level 9, over the raw samples"},
                                                  {"png", "libpng, level 9, adaptive filters, no other chunks"},
                                                  {"webp", "libwebp, lossless, method 6, quality 100, exact"},
                                                  {"jpegxl", "libjxl, lossless, effort 7, bare codestream"},
                                                  {"jpegxl-9", "libjxl, lossless, effort 9, bare codestream"}}};
  const auto found = std::ranges::find(kSettings, name, &Settings::codec);
  return found == kSettings.end() ? std::string_view() : found->text;
}

Status check_lossless(const std::string& codec, const Result<Picture>& decoded, const Picture& picture) {
  if (!decoded.ok()) {
    const Error& cause = decoded.error();
    if (cause.code == Error::Code::OutOfMemory || cause.code == Error::Code::Cancelled) return cause;
    return Error{Error::Code::Internal, cause.offset, codec + " cannot read what it wrote: " + cause.detail};
  }
  if (*decoded != picture) {
    return Error{Error::Code::Internal, 0, codec + " is not lossless: another picture came back"};
  }
  return {};
}

Result<CompareMeasurement> measure(const CompareCodec& codec, const Picture& picture) {
  CompareMeasurement result;
  result.codec = codec.name();

  const auto encode_start = std::chrono::steady_clock::now();
  BITSWAP_TRY_ASSIGN(const Bytes data, codec.encode(picture));
  result.encode_seconds = seconds_since(encode_start);
  result.bytes = data.size();

  const Picture shape{picture.width, picture.height, picture.channels, {}};
  const auto decode_start = std::chrono::steady_clock::now();
  const Result<Picture> decoded = codec.decode(data, shape);
  result.decode_seconds = seconds_since(decode_start);

  BITSWAP_TRY(check_lossless(result.codec, decoded, picture));
  return result;
}

}  // namespace bitswap
