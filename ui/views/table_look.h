// The look that the tables of the tabs share.
#pragma once

#include <QStyledItemDelegate>

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
/// As high as all of its rows: the page scrolls, not the table in it.
void fit_height(QTableView& table);

}  // namespace bitswap::ui
