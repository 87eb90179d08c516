// Names of files may be in these texts, so they are plain.
#include "ui/views/note_label.h"

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

bool is_jpeg_name(const QString& name) {
  static const QStringList suffixes = {QStringLiteral(".jpg"), QStringLiteral(".jpeg"), QStringLiteral(".jpe"),
                                       QStringLiteral(".jfif")};
  return std::any_of(suffixes.begin(), suffixes.end(),
                     [&](const QString& suffix) { return name.endsWith(suffix, Qt::CaseInsensitive); });
}

}  // namespace bitswap::ui
