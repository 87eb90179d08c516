// SPDX-License-Identifier: GPL-3.0-or-later
// Sums come from the engine's report, so that the window and the command line cannot differ.
#include "ui/items/compare_model.h"

#include <QFont>
#include <algorithm>

#include "engine/jobs/compare.h"
#include "ui/items/format_text.h"

namespace bitswap::ui {
namespace {

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

QString approximate(const QString& text, bool estimate) { return estimate ? QStringLiteral("≈ ") + text : text; }

double number_of(const CodecSum& sum, int column) {
  const auto bytes = static_cast<double>(sum.bytes);
  const auto raw = static_cast<double>(sum.raw_bytes);
  switch (column) {
    case CompareModel::Size: return bytes;
    case CompareModel::Share: return share(bytes, raw);
    case CompareModel::BitsPerSubpixel: return bits_per_subpixel(sum.bytes, sum.raw_bytes);
    case CompareModel::Ratio: return share(raw, bytes);
    case CompareModel::EncodeTime: return sum.encode_seconds;
    case CompareModel::DecodeTime: return sum.decode_seconds;
    case CompareModel::EncodeSpeed: return share(raw / 1e6, sum.encode_seconds);
    case CompareModel::DecodeSpeed: return share(raw / 1e6, sum.decode_seconds);
    default: return 0;
  }
}

}  // namespace

void CompareModel::clear() {
  beginResetModel();
  images_.clear();
  places_.clear();
  provisional_.reset();
  sums_.clear();
  pictures_ = 0;
  endResetModel();
}

void CompareModel::set_image(const PictureSource& source, const CompareImage& image, bool complete) {
  const std::vector<CodecSum> before = sums_;
  const auto [place, fresh] = places_.try_emplace({source.file, source.entry}, images_.size());
  if (fresh) images_.emplace_back();
  Picture& picture = images_[place->second];
  if (picture.counted) count(picture, false);
  picture.image = image;
  if (complete && provisional_) {
    if (images_[*provisional_].counted) count(images_[*provisional_], false);
    provisional_.reset();
  }
  if (!complete && pictures_ == 0) provisional_ = place->second;
  if (complete || provisional_ == place->second) count(picture, true);
  show(before);
}

void CompareModel::count(Picture& picture, bool counted) {
  picture.counted = counted;
  pictures_ += counted ? 1 : -1;
  for (const CompareMeasurement& measurement : picture.image.codecs) {
    auto sum = std::find_if(sums_.begin(), sums_.end(),
                            [&](const CodecSum& known) { return known.codec == measurement.codec; });
    if (sum == sums_.end()) sum = sums_.insert(sums_.end(), CodecSum{.codec = measurement.codec});
    const int sign = counted ? 1 : -1;
    sum->images += sign;
    sum->bytes += sign * measurement.bytes;
    sum->raw_bytes += sign * picture.image.raw_bytes;
    sum->encode_seconds += sign * measurement.encode_seconds;
    sum->decode_seconds += sign * measurement.decode_seconds;
    sum->estimate = counted && measurement.estimate;
    if (sum->images == 0) sums_.erase(sum);
  }
}

/// New numbers in the same rows keep the selection and the place in the table.
void CompareModel::show(std::vector<CodecSum> before) {
  const std::vector<std::string> order = known_codecs();
  std::stable_sort(sums_.begin(), sums_.end(), [&](const CodecSum& a, const CodecSum& b) {
    return std::find(order.begin(), order.end(), a.codec) < std::find(order.begin(), order.end(), b.codec);
  });
  const bool same_rows = std::equal(before.begin(), before.end(), sums_.begin(), sums_.end(),
                                    [](const CodecSum& a, const CodecSum& b) { return a.codec == b.codec; });
  if (same_rows) {
    if (!sums_.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
    return;
  }
  std::swap(before, sums_);
  beginResetModel();
  sums_ = std::move(before);
  endResetModel();
}

bool CompareModel::estimated() const {
  return std::any_of(sums_.begin(), sums_.end(), [](const CodecSum& sum) { return sum.estimate; });
}

QByteArray CompareModel::csv() const {
  CompareReport report;
  for (const Picture& picture : images_) {
    if (picture.counted) report.add(picture.image);
  }
  return QByteArray::fromStdString(report.csv());
}

int CompareModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(sums_.size());
}

int CompareModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant CompareModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const CodecSum& sum = sums_[static_cast<std::size_t>(index.row())];
  const double number = number_of(sum, index.column());
  switch (role) {
    case kCodecRole: return QString::fromStdString(sum.codec);
    case kSortRole: return index.column() == Codec ? QVariant(codec_title(sum.codec)) : QVariant(number);
    case Qt::TextAlignmentRole:
      return QVariant(Qt::Alignment(Qt::AlignVCenter | (index.column() == Codec ? Qt::AlignLeft : Qt::AlignRight)));
    case Qt::FontRole:
      if (sum.codec == "bit-swap") {
        QFont font;
        font.setBold(true);
        return font;
      }
      return {};
    case Qt::ToolTipRole:
      if (sum.images < pictures_) {
        return tr("Measured on %1 of %2 pictures; this codec does not take the others.").arg(sum.images).arg(pictures_);
      }
      if (sum.estimate) return tr("Estimate from a sample of the picture");
      return index.column() == Size ? QVariant(format_exact_bytes(sum.bytes)) : QVariant();
    case Qt::DisplayRole: break;
    default: return {};
  }
  switch (index.column()) {
    case Codec:
      return sum.images < pictures_ ? tr("%1 (%2 of %3)").arg(codec_title(sum.codec)).arg(sum.images).arg(pictures_)
                                    : codec_title(sum.codec);
    case Size: return approximate(format_count(sum.bytes), sum.estimate);
    case Share: return approximate(format_percent(number), sum.estimate);
    case BitsPerSubpixel: return format_number(number, 3);
    case Ratio: return tr("%1 : 1").arg(format_number(number, 2));
    case EncodeTime:
    case DecodeTime: return tr("%1 s").arg(format_number(number, number < 10 ? 3 : 1));
    default: return number > 0 ? format_number(number, number < 10 ? 2 : 1) : QStringLiteral("–");
  }
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant(Qt::Alignment(Qt::AlignVCenter | (section == Codec ? Qt::AlignLeft : Qt::AlignRight)));
  }
  if (role == Qt::ToolTipRole) {
    switch (section) {
      case BitsPerSubpixel: return tr("Bits for one sample of one colour: 8 for raw pixels");
      case Ratio: return tr("Bytes of raw pixels for each coded byte: higher is better");
      case EncodeTime:
      case DecodeTime: return tr("Time of the codec on one thread");
      case EncodeSpeed:
      case DecodeSpeed: return tr("Megabytes of raw pixels a second on one thread: higher is better");
      default: return {};
    }
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Codec: return tr("Codec");
    case Size: return tr("Bytes");
    case Share: return tr("Of raw");
    case BitsPerSubpixel: return tr("Bits/subpixel");
    case Ratio: return tr("Ratio");
    case EncodeSpeed: return tr("Encode MB/s");
    case DecodeSpeed: return tr("Decode MB/s");
    case EncodeTime: return tr("Encode time");
    default: return tr("Decode time");
  }
}

}  // namespace bitswap::ui
