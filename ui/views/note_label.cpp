// SPDX-License-Identifier: GPL-3.0-or-later
// Names of files may be in these texts, so they are plain.
#include "ui/views/note_label.h"

#include <QCoreApplication>
#include <QPainter>
#include <QStringList>
#include <algorithm>

namespace bitswap::ui {

QLabel* make_hint(QWidget* parent, const QString& text) {
  auto* const label = new QLabel(text, parent);
  label->setAlignment(Qt::AlignCenter);
  label->setWordWrap(true);
  label->setMargin(24);
  label->setTextFormat(Qt::PlainText);
  return label;
}

QLabel* make_note(QWidget* parent) {
  auto* const label = new QLabel(parent);
  label->setWordWrap(true);
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  label->hide();
  return label;
}

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent) {
  setTextFormat(Qt::PlainText);
  setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

QSize ElidedLabel::minimumSizeHint() const { return {40, QLabel::minimumSizeHint().height()}; }

void ElidedLabel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const QRect box = contentsRect();
  painter.setPen(palette().color(QPalette::WindowText));
  painter.drawText(box, static_cast<int>(alignment()), fontMetrics().elidedText(text(), Qt::ElideMiddle, box.width()));
}

namespace {

struct NoteText {
  Q_DECLARE_TR_FUNCTIONS(NoteText)
};

bool is_jpeg_name(const QString& name) {
  static const QStringList suffixes = {QStringLiteral(".jpg"), QStringLiteral(".jpeg"), QStringLiteral(".jpe"),
                                       QStringLiteral(".jfif")};
  return std::any_of(suffixes.begin(), suffixes.end(),
                     [&](const QString& suffix) { return name.endsWith(suffix, Qt::CaseInsensitive); });
}

bool stored_as_pixels(const NamedSource& source, std::optional<bool> as_pixels) {
  if (source.form == Form::Picture) return true;
  if (!source.source.entry.empty() && as_pixels) return *as_pixels;
  return (source.form == Form::None || source.form == Form::Duplicate) && !is_jpeg_name(source.name);
}

}  // namespace

QString stored_note(const NamedSources& sources, std::optional<bool> as_pixels) {
  const auto others = std::count_if(sources.begin(), sources.end(), [&](const NamedSource& source) {
    return !stored_as_pixels(source, sources.size() == 1 ? as_pixels : std::nullopt);
  });
  if (others == 0) return {};
  if (sources.size() > 1) {
    return NoteText::tr("These figures are of the pixels, not what is stored for %n of the pictures.", nullptr,
                        static_cast<int>(others));
  }
  if (sources.front().form == Form::JpegXl) {
    return NoteText::tr("Pixels under Bit-Swap, not what is stored: the archive keeps this picture as JPEG XL.");
  }
  return NoteText::tr("Pixels of this photo, not what is stored: the archive keeps the file's own bytes.");
}

}  // namespace bitswap::ui
