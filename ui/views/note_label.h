// SPDX-License-Identifier: GPL-3.0-or-later
// Labels that the tabs share: a hint where there is nothing to see, and a note beside what there is.
#pragma once

#include <QLabel>
#include <optional>

#include "ui/items/named_source.h"

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

/// That figures of pixels are not of what an archive stores, where that is so: by the codecs of the entries; for files,
/// and where the codec says nothing, by the suffix. `as_pixels`: what an inspection said of a single picture.
QString stored_note(const NamedSources& sources, std::optional<bool> as_pixels);

}  // namespace bitswap::ui
