// SPDX-License-Identifier: GPL-3.0-or-later
// Sorts the list with folders first, and hides what does not match the text that the user types.
#pragma once

#include <QCollator>
#include <QSortFilterProxyModel>

namespace bitswap::ui {

class FileTreeModel;

/// Over a FileTreeModel. A row stays if its path contains the text, or if anything below it stays.
class FileFilterModel : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit FileFilterModel(QObject* parent = nullptr);

  /// Upper and lower case are the same; empty: everything.
  void set_text(const QString& text);
  [[nodiscard]] const QString& text() const { return text_; }
  [[nodiscard]] FileTreeModel* tree() const;

 protected:
  [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
  [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  QString text_;
  QCollator collator_;
};

}  // namespace bitswap::ui
