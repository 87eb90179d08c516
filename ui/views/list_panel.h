// SPDX-License-Identifier: GPL-3.0-or-later
// The left side of the window: the list, the field that filters it, and the totals of what is selected.
#pragma once

#include <QWidget>

#include "ui/items/file_filter_model.h"
#include "ui/items/file_tree_model.h"

class QLabel;
class QLineEdit;

namespace bitswap::ui {

class FileView;

class ListPanel : public QWidget {
  Q_OBJECT
 public:
  /// `model` must outlive it.
  explicit ListPanel(FileTreeModel& model, QWidget* parent = nullptr);
  ~ListPanel() override;

  [[nodiscard]] FileView& view() { return *view_; }
  [[nodiscard]] const FileView& view() const { return *view_; }
  void focus_filter();
  /// After the selection or the list changed.
  void show_totals();
  /// "3 files, 12.0 MB → 8.0 MB (66.7%)", and how many of them are not in the archive.
  static QString totals_text(const FileTreeModel::Totals& totals);

 private:
  FileTreeModel& model_;
  FileFilterModel filter_model_;
  QLineEdit* filter_;
  FileView* view_;
  QLabel* totals_;
};

}  // namespace bitswap::ui
