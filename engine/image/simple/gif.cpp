// SPDX-License-Identifier: GPL-3.0-or-later
// GIF: kept as its own bytes, because palette pictures are small already; the view decodes the first frame through
// giflib.
#include <gif_lib.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "engine/image/formats.h"
#include "engine/image/limits.h"

namespace bitswap {
namespace {

int read_input(GifFileType* gif, GifByteType* to, int count) {
  auto* input = static_cast<ByteView*>(gif->UserData);
  const std::size_t got = std::min(input->size(), static_cast<std::size_t>(std::max(count, 0)));
  if (got > 0) std::memcpy(to, input->data(), got);
  *input = input->subspan(got);
  return static_cast<int>(got);
}

class Decoder {
 public:
  explicit Decoder(ByteView file) : size_(file.size()), input_(file) {}
  ~Decoder() {
    int ignored = 0;
    if (gif_ != nullptr) DGifCloseFile(gif_, &ignored);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  Result<Picture> first_frame() {
    int code = D_GIF_ERR_READ_FAILED;
    gif_ = DGifOpen(&input_, read_input, &code);
    if (gif_ == nullptr) return error_of(code);
    BITSWAP_TRY(find_image());
    BITSWAP_TRY(check_plausible_size(side(gif_->SWidth), side(gif_->SHeight), size_));
    BITSWAP_TRY_ASSIGN(Picture picture, make_picture(side(gif_->SWidth), side(gif_->SHeight), 3));
    fill_background(picture);
    BITSWAP_TRY(draw(picture));
    return picture;
  }

 private:
  [[nodiscard]] Error error_of(int code) const {
    if (code == D_GIF_ERR_NOT_ENOUGH_MEM) return {Error::Code::OutOfMemory, 0, "giflib found no memory"};
    if (input_.empty()) return truncated(size_, "the GIF file ends early");
    const char* text = GifErrorString(code);
    return corrupt(size_ - input_.size(), std::string("giflib: ") + (text != nullptr ? text : "damaged data"));
  }

  static std::uint64_t side(int value) { return static_cast<std::uint64_t>(std::max(value, 0)); }

  /// Up to the pixels of the first frame, over all extensions.
  Status find_image() {
    while (true) {
      GifRecordType type = UNDEFINED_RECORD_TYPE;
      if (DGifGetRecordType(gif_, &type) == GIF_ERROR) return error_of(gif_->Error);
      if (type == TERMINATE_RECORD_TYPE) return corrupt(0, "the GIF file holds no picture");
      if (type == IMAGE_DESC_RECORD_TYPE) {
        return DGifGetImageDesc(gif_) == GIF_ERROR ? Status(error_of(gif_->Error)) : Status();
      }
      if (type != EXTENSION_RECORD_TYPE) continue;
      int code = 0;
      GifByteType* block = nullptr;
      if (DGifGetExtension(gif_, &code, &block) == GIF_ERROR) return error_of(gif_->Error);
      while (block != nullptr) {
        if (DGifGetExtensionNext(gif_, &block) == GIF_ERROR) return error_of(gif_->Error);
      }
    }
  }

  static void put_colour(const ColorMapObject* map, int index, std::uint8_t* rgb) {
    if (map == nullptr || index >= map->ColorCount) return;  // stays black
    const GifColorType& colour = map->Colors[index];
    rgb[0] = colour.Red;
    rgb[1] = colour.Green;
    rgb[2] = colour.Blue;
  }

  void fill_background(Picture& picture) const {
    const GifImageDesc& frame = gif_->Image;
    if (frame.Left == 0 && frame.Top == 0 && frame.Width >= gif_->SWidth && frame.Height >= gif_->SHeight) return;
    for (std::size_t pixel = 0; pixel < picture.pixel_count(); ++pixel) {
      put_colour(gif_->SColorMap, gif_->SBackGroundColor, picture.samples.data() + pixel * 3);
    }
  }

  /// What lies outside of the screen is read and not drawn.
  Status draw(Picture& picture) {
    const GifImageDesc& frame = gif_->Image;
    if (frame.Width <= 0 || frame.Height <= 0) return corrupt(0, "the first frame has no pixels");
    const ColorMapObject* map = frame.ColorMap != nullptr ? frame.ColorMap : gif_->SColorMap;
    if (map == nullptr) return corrupt(0, "the GIF file has no palette");
    BITSWAP_TRY_ASSIGN(Bytes line, allocate(side(frame.Width)));
    const auto draw_row = [&](int row) -> Status {
      if (DGifGetLine(gif_, line.data(), frame.Width) == GIF_ERROR) return error_of(gif_->Error);
      const std::uint64_t y = side(frame.Top) + side(row);
      if (y >= picture.height) return {};
      for (std::uint64_t x = side(frame.Left);
           x < std::min<std::uint64_t>(picture.width, side(frame.Left) + line.size()); ++x) {
        put_colour(map, line[x - side(frame.Left)], picture.samples.data() + (y * picture.width + x) * 3);
      }
      return {};
    };
    if (!frame.Interlace) {
      for (int row = 0; row < frame.Height; ++row) BITSWAP_TRY(draw_row(row));
      return {};
    }
    struct Pass {
      int first;
      int step;
    };
    for (const Pass pass : {Pass{0, 8}, Pass{4, 8}, Pass{2, 4}, Pass{1, 2}}) {
      for (int row = pass.first; row < frame.Height; row += pass.step) BITSWAP_TRY(draw_row(row));
    }
    return {};
  }

  std::uint64_t size_;
  ByteView input_;
  GifFileType* gif_ = nullptr;
};

class GifFormat final : public ImageFormat {
 public:
  std::string_view name() const override { return "gif"; }

  bool recognises(ByteView file) const override {
    const auto begins_with = [file](std::string_view text) {
      return file.size() >= text.size() && std::equal(text.begin(), text.end(), file.begin());
    };
    return begins_with("GIF87a") || begins_with("GIF89a");
  }

  Result<TakenApart> take_apart(ByteView) const override {
    return unsupported(0, "a GIF is kept as its own bytes, which are smaller than its pixels");
  }

  Result<Bytes> rebuild(const Picture&, ByteView) const override {
    return unsupported(0, "a GIF is never rebuilt from pixels");
  }

  Result<Picture> view(ByteView file) const override { return Decoder(file).first_frame(); }
};

}  // namespace

const ImageFormat& gif_format() {
  static const GifFormat format;
  return format;
}

}  // namespace bitswap
