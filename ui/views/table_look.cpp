// Tab leaves a table instead of going through its cells, so that the rest of the page can be reached.
#include "ui/views/table_look.h"

#include <QHeaderView>
#include <QScrollBar>
#include <QTableView>

namespace bitswap::ui {

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
