// SPDX-License-Identifier: GPL-3.0-or-later
// The user's choices on one page each: engine, comparison, looks.
#pragma once

#include <QDialog>
#include <map>
#include <string>

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace bitswap::ui {

class Settings;

class SettingsDialog : public QDialog {
  Q_OBJECT
 public:
  explicit SettingsDialog(Settings& settings, QWidget* parent = nullptr);

  void accept() override;

 private:
  QWidget* make_engine_page();
  QWidget* make_comparison_page();
  QWidget* make_looks_page();

  Settings& settings_;
  QComboBox *device_, *model_, *theme_, *language_;
  QSpinBox* threads_;
  QCheckBox *verify_, *exact_bytes_;
  std::map<std::string, QCheckBox*> codecs_;
};

}  // namespace bitswap::ui
