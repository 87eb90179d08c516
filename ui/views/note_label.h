// Labels that the tabs share: a hint where there is nothing to see, and a note beside what there is.
#pragma once

#include <QLabel>

namespace bitswap::ui {

/// In the middle of an empty page.
QLabel* make_hint(QWidget* parent, const QString& text);
/// Hidden until it has a text; wraps, can be selected, never rich text.
QLabel* make_note(QWidget* parent);
/// One line of plain text that ends in dots where there is no room for it.
class ElidedLabel : public QLabel {
  Q_OBJECT
 public:
  explicit ElidedLabel(QWidget* parent = nullptr);
  [[nodiscard]] QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
};

/// By the suffix: before a file was read nothing else is known.
bool is_jpeg_name(const QString& name);

}  // namespace bitswap::ui
