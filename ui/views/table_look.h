// SPDX-License-Identifier: GPL-3.0-or-later
// The look that the tables of the tabs share.
#pragma once

#include <QStyledItemDelegate>
#include <vector>

class QTableView;

namespace bitswap::ui {

/// Room around the texts.
class AiryDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    return QStyledItemDelegate::sizeHint(option, index) + QSize(10, 7);
  }
};

/// Rows without a grid, columns as wide as their contents.
void set_up_table(QTableView& table);
/// Hides the columns that there is no room for, those named first before the others, so that the table is never wider
/// than its panel; follows its size and its contents.
void keep_columns_fitting(QTableView& table, std::vector<int> least_important_first);
/// As high as all of its rows: the page scrolls, not the table in it.
void fit_height(QTableView& table);

}  // namespace bitswap::ui
