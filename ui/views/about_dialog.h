// SPDX-License-Identifier: GPL-3.0-or-later
// Who made this, under which licence, and with which libraries and models.
#pragma once

#include <QDialog>

namespace bitswap::ui {

class AboutDialog : public QDialog {
  Q_OBJECT
 public:
  explicit AboutDialog(QWidget* parent = nullptr);
};

}  // namespace bitswap::ui
