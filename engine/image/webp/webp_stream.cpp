// SPDX-License-Identifier: GPL-3.0-or-later
// libwebp's decoder and lossless encoder behind our errors and limits.
#include "engine/image/webp/webp_stream.h"

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "engine/image/limits.h"

namespace bitswap {
namespace {

/// What may be spent on the search, in pixels that are encoded. Method 6 at quality 100 takes thirty times as long as
/// the others.
constexpr std::uint64_t kSearchPixels = std::uint64_t{3} << 19;
constexpr std::uint64_t kSlowestPixels = std::uint64_t{1} << 17;
constexpr std::uint64_t kAlwaysTried = 2;

struct Candidate {
  std::uint8_t method;
  std::uint8_t quality;
};
/// The commonest first: cwebp, ImageMagick and FFmpeg; Pillow and sharp; libwebp's simple interface and OpenCV;
/// ImageMagick at full quality; Chrome; the fast levels of "cwebp -z"; GIMP; then the other levels, and what people
/// type. The first must be in the middle of them, see Search::fits().
constexpr std::array<Candidate, 17> kCandidates = {{{4, 75},
                                                    {4, 80},
                                                    {4, 70},
                                                    {4, 100},
                                                    {0, 75},
                                                    {0, 0},
                                                    {1, 20},
                                                    {2, 25},
                                                    {6, 90},
                                                    {3, 30},
                                                    {3, 50},
                                                    {4, 50},
                                                    {6, 75},
                                                    {4, 90},
                                                    {5, 90},
                                                    {6, 80},
                                                    {5, 75}}};
constexpr Candidate kSlowest = {6, 100};

Error no_memory() { return {Error::Code::OutOfMemory, 0, "libwebp found no memory"}; }
Error other_version() { return {Error::Code::Internal, 0, "libwebp is of another version than its headers"}; }

Status check(VP8StatusCode code) {
  switch (code) {
    case VP8_STATUS_OK: return {};
    case VP8_STATUS_OUT_OF_MEMORY: return no_memory();
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED: return truncated(0, "the WebP file ends early");
    case VP8_STATUS_UNSUPPORTED_FEATURE: return unsupported(0, "a WebP file of a kind that libwebp does not know");
    case VP8_STATUS_INVALID_PARAM:
    case VP8_STATUS_BITSTREAM_ERROR:
    case VP8_STATUS_USER_ABORT: break;
  }
  return corrupt(0, "the WebP file is damaged");
}

Result<WebPBitstreamFeatures> read_features(ByteView file) {
  WebPBitstreamFeatures features;
  BITSWAP_TRY(check(WebPGetFeatures(file.data(), file.size(), &features)));
  const auto width = static_cast<std::uint64_t>(std::max(features.width, 0));
  const auto height = static_cast<std::uint64_t>(std::max(features.height, 0));
  BITSWAP_TRY(check_plausible_size(width, height, file.size()));
  return features;
}

struct WebpPicture {
  WebpPicture() : ready(WebPPictureInit(&picture) != 0) { WebPMemoryWriterInit(&writer); }
  ~WebpPicture() {
    if (ready) WebPPictureFree(&picture);
    WebPMemoryWriterClear(&writer);
  }
  WebpPicture(const WebpPicture&) = delete;
  WebpPicture& operator=(const WebpPicture&) = delete;

  WebPPicture picture;
  WebPMemoryWriter writer;
  bool ready;
};

bool has_transparent_pixels(const Picture& picture) {
  if (picture.channels != 4) return false;
  for (std::size_t at = 3; at < picture.samples.size(); at += 4) {
    if (picture.samples[at] == 0) return true;
  }
  return false;
}

/// Tries one method and quality after the other, and counts what that costs.
class Search {
 public:
  Search(const Picture& picture, ByteView stream)
      : picture_(picture), stream_(stream), colours_are_free_(has_transparent_pixels(picture)) {}

  Result<std::optional<WebpSettings>> run() {
    for (const Candidate candidate : kCandidates) {
      if (tries_ >= kAlwaysTried && picture_.pixel_count() * (tries_ + 1) > kSearchPixels) break;
      BITSWAP_TRY_ASSIGN(const auto settings, attempt(candidate));
      if (settings) return settings;
    }
    if (picture_.pixel_count() > kSlowestPixels) return std::optional<WebpSettings>{};
    return attempt(kSlowest);
  }

 private:
  /// The size of the stream under the first candidate's settings tells which others are worth a try.
  [[nodiscard]] bool fits(Candidate candidate, bool exact) const {
    const std::size_t usual = usual_[exact ? 1 : 0];
    const std::size_t size = stream_.size();
    if (usual == 0) return true;
    if (candidate.method < 3 && size < usual - usual / 32) return false;
    if (candidate.quality >= 90 && size > usual + usual / 32) return false;
    // Colours that are kept cost so much more than chosen ones that the size often tells.
    return !colours_are_free_ || (size < 2 * usual && usual < 2 * size);
  }

  Result<std::optional<WebpSettings>> attempt(Candidate candidate) {
    for (const bool exact : {false, true}) {
      if (!exact && !colours_are_free_) continue;  // both give the same
      if (!fits(candidate, exact)) continue;
      ++tries_;
      const WebpSettings settings{candidate.method, candidate.quality, exact};
      BITSWAP_TRY_ASSIGN(const Bytes again, encode_webp(picture_, settings, stream_uses_alpha(stream_)));
      if (std::ranges::equal(again, stream_)) return std::optional(settings);
      if (usual_[exact ? 1 : 0] == 0) usual_[exact ? 1 : 0] = again.size();
    }
    return std::optional<WebpSettings>{};
  }

  const Picture& picture_;
  ByteView stream_;
  bool colours_are_free_;
  std::uint64_t tries_ = 0;
  std::array<std::size_t, 2> usual_{};  ///< bytes under the first candidate, by "exact"
};

}  // namespace

Result<Picture> decode_webp(ByteView file, std::uint8_t channels) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) return other_version();
  BITSWAP_TRY_ASSIGN(config.input, read_features(file));
  if (config.input.has_animation != 0) return unsupported(0, "an animated WebP is not one picture");
  BITSWAP_TRY_ASSIGN(Picture picture, make_picture(config.input.width, config.input.height, channels));
  config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = picture.samples.data();
  config.output.u.RGBA.stride = config.input.width * channels;
  config.output.u.RGBA.size = picture.samples.size();
  const Status status = check(WebPDecode(file.data(), file.size(), &config));
  WebPFreeDecBuffer(&config.output);
  BITSWAP_TRY(status);
  return picture;
}

Result<Picture> decode_webp_animation(ByteView file) {
  BITSWAP_TRY_ASSIGN(const WebPBitstreamFeatures features, read_features(file));
  BITSWAP_TRY_ASSIGN(Picture picture, make_picture(features.width, features.height, 3));
  const WebPData data{file.data(), file.size()};
  const std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)> decoder(WebPAnimDecoderNew(&data, nullptr),
                                                                                   WebPAnimDecoderDelete);
  WebPAnimInfo info;
  if (!decoder || WebPAnimDecoderGetInfo(decoder.get(), &info) == 0) return corrupt(0, "the animation is damaged");
  if (info.canvas_width != picture.width || info.canvas_height != picture.height) {
    return corrupt(0, "the animation contradicts its own size");
  }
  std::uint8_t* rgba = nullptr;  // owned by the decoder
  int time = 0;
  if (WebPAnimDecoderGetNext(decoder.get(), &rgba, &time) == 0) return corrupt(0, "the first frame is damaged");
  for (std::size_t pixel = 0; pixel < picture.pixel_count(); ++pixel) {
    std::copy_n(rgba + pixel * 4, 3, picture.samples.data() + pixel * 3);
  }
  return picture;
}

Result<Bytes> encode_webp(const Picture& picture, const WebpSettings& settings, bool uses_alpha) {
  BITSWAP_TRY(check_picture(picture));
  if (picture.pixel_count() > kMostWebpEncodedPixels) {
    return Error{Error::Code::LimitExceeded, 0, "a WebP of so many pixels is not packed again"};
  }
  if (picture.channels < 3 || picture.width > WEBP_MAX_DIMENSION || picture.height > WEBP_MAX_DIMENSION) {
    return Error{Error::Code::InvalidArgument, 0, "no picture that a WebP file can hold"};
  }
  WebPConfig config;
  WebpPicture webp;
  if (!webp.ready || WebPConfigInit(&config) == 0) return other_version();
  config.lossless = 1;
  config.method = settings.method;
  config.quality = settings.quality;
  config.exact = settings.exact ? 1 : 0;
  if (WebPValidateConfig(&config) == 0) return corrupt(0, "impossible settings for libwebp");
  webp.picture.use_argb = 1;
  webp.picture.width = static_cast<int>(picture.width);
  webp.picture.height = static_cast<int>(picture.height);
  webp.picture.writer = WebPMemoryWrite;
  webp.picture.custom_ptr = &webp.writer;
  const int stride = static_cast<int>(picture.width) * picture.channels;
  const auto import = picture.channels == 4 ? WebPPictureImportRGBA : WebPPictureImportRGB;
  if (import(&webp.picture, picture.samples.data(), stride) == 0) return no_memory();
  if (WebPEncode(&config, &webp.picture) == 0) {
    const WebPEncodingError code = webp.picture.error_code;
    // Writing to memory fails only for want of it.
    const bool memory = code == VP8_ENC_ERROR_OUT_OF_MEMORY || code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY ||
                        code == VP8_ENC_ERROR_BAD_WRITE;
    if (memory) return no_memory();
    return Error{Error::Code::Internal, 0, "libwebp: encoder error " + std::to_string(static_cast<int>(code))};
  }
  BITSWAP_TRY_ASSIGN(const WebpFile file, parse_webp({webp.writer.mem, webp.writer.size}));
  Bytes stream(file.stream.begin(), file.stream.end());
  set_stream_uses_alpha(stream, uses_alpha);
  return stream;
}

Result<std::optional<WebpSettings>> find_webp_settings(const Picture& picture, ByteView stream) {
  return Search(picture, stream).run();
}

}  // namespace bitswap
