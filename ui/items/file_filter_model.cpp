// SPDX-License-Identifier: GPL-3.0-or-later
// Sorting stays in place while a job changes rows, because the base class moves only what changed.
#include "ui/items/file_filter_model.h"

#include "ui/items/file_tree_model.h"

namespace bitswap::ui {

FileFilterModel::FileFilterModel(QObject* parent) : QSortFilterProxyModel(parent) {
  collator_.setNumericMode(true);
  collator_.setCaseSensitivity(Qt::CaseInsensitive);
  setSortRole(FileTreeModel::SortRole);
  setRecursiveFilteringEnabled(true);
  setDynamicSortFilter(true);
}

FileTreeModel* FileFilterModel::tree() const { return qobject_cast<FileTreeModel*>(sourceModel()); }

void FileFilterModel::set_text(const QString& text) {
  if (text == text_) return;
  text_ = text;
  invalidateFilter();
}

bool FileFilterModel::filterAcceptsRow(int row, const QModelIndex& parent) const {
  if (text_.isEmpty()) return true;
  return sourceModel()
      ->index(row, 0, parent)
      .data(FileTreeModel::PathRole)
      .toString()
      .contains(text_, Qt::CaseInsensitive);
}

bool FileFilterModel::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const bool left_folder = left.data(FileTreeModel::FolderRole).toBool();
  if (left_folder != right.data(FileTreeModel::FolderRole).toBool()) {
    return left_folder == (sortOrder() == Qt::AscendingOrder);  // the other order turns the answer round
  }
  if (left.column() != FileTreeModel::Name) {
    const QVariant a = left.data(FileTreeModel::SortRole);
    const QVariant b = right.data(FileTreeModel::SortRole);
    if (a.isValid() != b.isValid()) return b.isValid();
    const QPartialOrdering order = QVariant::compare(a, b);
    if (order != QPartialOrdering::Equivalent) return order == QPartialOrdering::Less;
  }
  const auto name = [](const QModelIndex& index) {
    return index.siblingAtColumn(FileTreeModel::Name).data(FileTreeModel::SortRole).toString();
  };
  return collator_.compare(name(left), name(right)) < 0;
}

}  // namespace bitswap::ui
