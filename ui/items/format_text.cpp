// SPDX-License-Identifier: GPL-3.0-or-later
// QLocale() is the language that the window set, so every number here follows it.
#include "ui/items/format_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTextDocument>
#include <algorithm>
#include <cmath>

#include "engine/base/printable.h"
#include "engine/model/released/models.h"

namespace bitswap::ui {
namespace {

struct FormatText {
  Q_DECLARE_TR_FUNCTIONS(FormatText)
};

const QString& unknown() {
  static const QString dash = QStringLiteral("–");
  return dash;
}

}  // namespace

QString format_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return format_exact_bytes(bytes);
  return QLocale().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat);
}

QString format_exact_bytes(std::uint64_t bytes) {
  // The number of a plural is an int; only its form matters where the count does not fit.
  const int form = bytes > 1'000'000 ? 1'000'000 : static_cast<int>(bytes);
  return form == 1 ? FormatText::tr("1 byte") : FormatText::tr("%1 bytes", nullptr, form).arg(format_count(bytes));
}

QString format_percent(double share, int decimals) {
  if (!std::isfinite(share)) return unknown();
  return FormatText::tr("%1%", "percent").arg(format_number(share * 100, decimals));
}

QString format_duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 1e9) return unknown();
  const auto whole = static_cast<qint64>(std::llround(seconds));
  const QChar zero = u'0';
  const QString tail = QStringLiteral(":%1").arg(whole % 60, 2, 10, zero);
  if (whole < 3600) return QString::number(whole / 60) + tail;
  return QStringLiteral("%1:%2").arg(whole / 3600).arg(whole / 60 % 60, 2, 10, zero) + tail;
}

QString format_speed(double bytes_per_second) {
  if (!std::isfinite(bytes_per_second) || bytes_per_second < 0 || bytes_per_second > 1e18) return unknown();
  return FormatText::tr("%1/s", "speed").arg(format_bytes(static_cast<std::uint64_t>(bytes_per_second)));
}

QString format_number(double value, int decimals) { return QLocale().toString(value, 'f', decimals); }

QString format_count(std::uint64_t count) { return QLocale().toString(static_cast<qulonglong>(count)); }

QString format_dimensions(std::uint32_t width, std::uint32_t height) {
  if (width == 0 || height == 0) return {};
  return FormatText::tr("%1 × %2", "width and height").arg(width).arg(height);
}

QString path_text(std::string_view path) { return QString::fromStdString(printable(path)); }

QString tip_text(const QString& text) {
  return Qt::mightBeRichText(text)
             ? QStringLiteral("<qt>%1</qt>").arg(text.toHtmlEscaped().replace(u'\n', QStringLiteral("<br>")))
             : text;
}

NamedSource named_source(const FileItem& item) {
  return {path_text(item.path), item.source, item.source.entry.empty() ? Form::None : item.form};
}

QString codec_title(std::string_view name) {
  if (name == "raw") return FormatText::tr("Raw pixels");
  if (name == "bit-swap") return QStringLiteral("Bit-Swap");
  if (name == "bb-ans") return QStringLiteral("BB-ANS");
  if (name == "png") return QStringLiteral("PNG");
  if (name == "webp") return QStringLiteral("WebP");
  if (name == "lzma") return QStringLiteral("LZMA");
  if (name == "jpegxl") return QStringLiteral("JPEG XL");
  if (name.starts_with("jpegxl-")) return FormatText::tr("JPEG XL, effort %1").arg(path_text(name.substr(7)));
  if (std::ranges::count(released_families(), name) > 0) return QStringLiteral("Bit-Swap, %1").arg(path_text(name));
  return path_text(name);
}

QString form_title(Form form) {
  switch (form) {
    case Form::Stored: return FormatText::tr("Uncompressed");
    case Form::Zstd: return QStringLiteral("Zstandard");
    case Form::Picture: return QStringLiteral("Bit-Swap");
    case Form::Jpeg: return FormatText::tr("Bit-Swap, JPEG");
    case Form::JpegXl: return QStringLiteral("JPEG XL");
    case Form::JpegTranscoded: return FormatText::tr("JPEG, transcoded");
    case Form::Duplicate: return FormatText::tr("Duplicate");
    case Form::Unknown: return FormatText::tr("Unknown");
    case Form::ModelDifference:
    case Form::None: break;
  }
  return {};
}

QString exactness_title(Exactness exactness) {
  return exactness == Exactness::Pixels ? FormatText::tr("Pixel-exact") : FormatText::tr("Byte-exact");
}

QString state_title(FileItem::State state) {
  switch (state) {
    case FileItem::State::Queued: return FormatText::tr("Queued");
    case FileItem::State::Stored: return FormatText::tr("Stored");
    case FileItem::State::Working: return FormatText::tr("Working");
    case FileItem::State::Done: return FormatText::tr("Done");
    case FileItem::State::Warning: return FormatText::tr("Warning");
    case FileItem::State::Failed: return FormatText::tr("Failed");
    case FileItem::State::Skipped: return FormatText::tr("Skipped");
  }
  return {};
}

}  // namespace bitswap::ui
