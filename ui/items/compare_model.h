// SPDX-License-Identifier: GPL-3.0-or-later
// The codecs beside each other: one row each, sums over the pictures that were measured.
#pragma once

#include <QAbstractTableModel>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "engine/compare/report.h"
#include "engine/jobs/picture_source.h"

namespace bitswap::ui {

/// What a codec made of the pictures that were measured with it.
struct CodecSum {
  std::string codec;
  std::uint64_t images = 0;
  std::uint64_t bytes = 0;
  std::uint64_t raw_bytes = 0;
  double encode_seconds = 0;
  double decode_seconds = 0;
  bool estimate = false;  ///< from a sample of a picture
};

/// Rows are in the usual order of the codecs; a proxy sorts them by kSortRole.
class CompareModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column {
    Codec,
    Size,
    Share,
    BitsPerSubpixel,
    Ratio,
    EncodeSpeed,
    DecodeSpeed,
    EncodeTime,
    DecodeTime,
    kColumns
  };
  static constexpr int kSortRole = Qt::UserRole;       ///< the number that is shown
  static constexpr int kCodecRole = Qt::UserRole + 1;  ///< the name in JSON documents

  using QAbstractTableModel::QAbstractTableModel;

  void clear();
  /// Takes the place of what was known of this picture. As long as no picture is complete, the first one is shown as
  /// far as it is; afterwards only complete ones count, so that all sums are of the same pictures.
  void set_image(const PictureSource& source, const CompareImage& image, bool complete);

  [[nodiscard]] const std::vector<CodecSum>& sums() const { return sums_; }
  /// Whether some codecs of the only picture that is shown are not measured yet.
  [[nodiscard]] bool provisional() const { return provisional_.has_value(); }
  /// Whether some numbers are estimates from a sample of the picture.
  [[nodiscard]] bool estimated() const;
  /// Pictures that the sums are of.
  [[nodiscard]] std::size_t pictures() const { return pictures_; }
  /// One line for every picture and codec that the sums are of, and a header (RFC 4180).
  [[nodiscard]] QByteArray csv() const;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Picture {
    CompareImage image;
    bool counted = false;
  };
  /// Adds the picture to the sums, or takes it out again.
  void count(Picture& picture, bool counted);
  void show(std::vector<CodecSum> before);

  std::vector<Picture> images_;
  std::map<std::pair<std::filesystem::path, std::string>, std::size_t> places_;  ///< in images_, by source
  std::optional<std::size_t> provisional_;  ///< the incomplete picture that is shown until one is complete
  std::vector<CodecSum> sums_;
  std::size_t pictures_ = 0;
};

}  // namespace bitswap::ui
