// SPDX-License-Identifier: GPL-3.0-or-later
// The form "bitswap": a picture as segments under a model, and the recipe of its file; the layout is in FORMAT.md.
#pragma once

#include <memory>
#include <vector>

#include "engine/codec/image_codec.h"
#include "engine/storage/coding_models.h"
#include "engine/storage/storage_form.h"

namespace bitswap {

/// The ImageHeader section: the codec's header, then the hash of the picture's samples.
struct ImageSection {
  ImageHeader header;
  ContentHash samples{};
  [[nodiscard]] Bytes write() const;
  /// Errors: Truncated, Corrupt, Unsupported, LimitExceeded.
  static Result<ImageSection> read(ByteView section);
};

/// The ImageHeader section of an entry of this form. Errors: Corrupt, and those of reading it.
Result<ImageSection> read_image_section(const EntrySections& sections);

/// Segments may be decoded by several threads at once.
class OpenedPicture final : public OpenedContent {
 public:
  /// Takes the memory of the picture after the header was held against the number of segments. All arguments must
  /// outlive it. Errors: Corrupt, NotFound (the model), Unsupported, LimitExceeded, OutOfMemory, and those of the
  /// sections.
  static Result<std::unique_ptr<OpenedPicture>> open(const EntrySections& sections, OpenContext& context);

  ~OpenedPicture() override;
  OpenedPicture(const OpenedPicture&) = delete;
  OpenedPicture& operator=(const OpenedPicture&) = delete;

  [[nodiscard]] const ImageSection& image() const { return image_; }
  [[nodiscard]] std::vector<std::uint64_t> parts() const override;
  [[nodiscard]] const CodingModel* coding() const override { return &coding_; }
  [[nodiscard]] Result<Bytes> read_part(std::size_t part) const override { return sections_.read(segments_[part]); }
  [[nodiscard]] DecodeTask task(std::size_t part, ByteView payload) override { return {decoder_.get(), part, payload}; }
  void keep(std::size_t part, Status outcome) override { outcomes_[part] = std::move(outcome); }
  /// Reads and decodes one segment on the calling thread.
  Status decode(std::size_t part, const CancelToken* cancel);
  /// Once all segments are decoded. Errors: Corrupt when the samples do not have their hash.
  Result<Picture> take();
  Result<Restored> finish(int threads) override;

 private:
  OpenedPicture(const EntrySections& sections, CodingModels& models) : sections_(sections), models_(models) {}
  const EntrySections& sections_;
  CodingModels& models_;
  ImageSection image_;
  CodingModel coding_;
  std::size_t recipe_ = 0;
  std::vector<std::size_t> segments_;
  std::vector<Status> outcomes_;
  std::unique_ptr<ImageDecoder> decoder_;
};

}  // namespace bitswap
