// SPDX-License-Identifier: GPL-3.0-or-later
// Tab leaves a table instead of going through its cells, so that the rest of the page can be reached.
#include "ui/views/table_look.h"

#include <QEvent>
#include <QHeaderView>
#include <QScrollBar>
#include <QTableView>
#include <utility>

namespace bitswap::ui {

namespace {

class ColumnFitter : public QObject {
 public:
  ColumnFitter(QTableView& table, std::vector<int> least_important_first)
      : QObject(&table), table_(table), order_(std::move(least_important_first)) {
    table_.installEventFilter(this);
    const QAbstractItemModel* const model = table_.model();
    connect(model, &QAbstractItemModel::modelReset, this, &ColumnFitter::fit, Qt::QueuedConnection);
    connect(model, &QAbstractItemModel::dataChanged, this, &ColumnFitter::fit, Qt::QueuedConnection);
  }

 protected:
  bool eventFilter(QObject*, QEvent* event) override {
    if (event->type() == QEvent::Resize || event->type() == QEvent::Show) fit();
    return false;
  }

 private:
  void fit() {
    for (const int column : order_) table_.setColumnHidden(column, false);
    const QHeaderView& header = *table_.horizontalHeader();
    for (const int column : order_) {
      if (header.length() <= table_.width() - 2 * table_.frameWidth()) return;
      table_.setColumnHidden(column, true);
    }
  }

  QTableView& table_;
  std::vector<int> order_;
};

}  // namespace

void keep_columns_fitting(QTableView& table, std::vector<int> least_important_first) {
  new ColumnFitter(table, std::move(least_important_first));  // belongs to the table
}

void set_up_table(QTableView& table) {
  table.setItemDelegate(new AiryDelegate(&table));
  table.setSelectionBehavior(QAbstractItemView::SelectRows);
  table.setAlternatingRowColors(true);
  table.setShowGrid(false);
  table.setTabKeyNavigation(false);
  table.setWordWrap(false);
  table.verticalHeader()->hide();
  table.verticalHeader()->setDefaultSectionSize(table.fontMetrics().height() + 9);
  table.horizontalHeader()->setHighlightSections(false);
  table.horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
}

void fit_height(QTableView& table) {
  table.setFixedHeight(table.horizontalHeader()->sizeHint().height() + table.verticalHeader()->length() +
                       table.horizontalScrollBar()->sizeHint().height() + 4);
}

}  // namespace bitswap::ui
