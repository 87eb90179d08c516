// SPDX-License-Identifier: GPL-3.0-or-later
// Facts come from two calls: what the file says at once, what an inspection found when there was one.
#include "ui/views/details_tab.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/items/details_model.h"
#include "ui/views/note_label.h"
#include "ui/views/table_look.h"

namespace bitswap::ui {

DetailsTab::DetailsTab(MeasureController& controller, QWidget* parent)
    : QWidget(parent), controller_(controller), model_(new DetailsModel(this)) {
  auto* const layout = new QVBoxLayout(this);
  hint_ = make_hint(this, {});
  tree_ = new QTreeView(this);
  tree_->setModel(model_);
  tree_->setItemDelegate(new AiryDelegate(tree_));
  tree_->setAccessibleName(tr("Details"));
  tree_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  tree_->setUniformRowHeights(true);
  tree_->setAlternatingRowColors(true);
  tree_->setRootIsDecorated(true);
  tree_->setTextElideMode(Qt::ElideMiddle);
  tree_->header()->setStretchLastSection(true);
  pages_ = new QStackedWidget(this);
  pages_->addWidget(hint_);
  pages_->addWidget(tree_);
  layout->addWidget(pages_);

  tree_->setContextMenuPolicy(Qt::ActionsContextMenu);
  const auto add_action = [&](const QString& text, auto slot) {
    auto* const action = new QAction(text, tree_);
    connect(action, &QAction::triggered, this, slot);
    tree_->addAction(action);
    return action;
  };
  QAction* const copy = add_action(tr("&Copy"), &DetailsTab::copy_rows);
  copy->setShortcut(QKeySequence::Copy);
  copy->setShortcutContext(Qt::WidgetShortcut);
  add_action(tr("Copy &Value"), &DetailsTab::copy_value);
  add_action(tr("Copy &All"), [this] { QGuiApplication::clipboard()->setText(model_->all_text()); });

  connect(&controller_, &MeasureController::described, this,
          [this](const PictureSource& source, const Details& details) {
            if (sources_.empty() || !(sources_.front().source == source)) return;
            model_->set_details(sources_.front().name, details);
            show_tree();
          });
  connect(&controller_, &MeasureController::inspected, this, [this](const PictureSource& source, const auto& report) {
    if (sources_.empty() || !(sources_.front().source == source)) return;
    model_->set_report(*report);
    if (pages_->currentIndex() == 1) show_tree();
  });
  connect(&controller_, &MeasureController::failed, this,
          [this](const PictureSource& source, const QString& message, MeasureController::Task task) {
            if (task != MeasureController::Task::Describe || sources_.empty()) return;
            if (sources_.front().source == source) show_message(message);
          });
  connect(&controller_, &MeasureController::model_changed, this, [this] { set_sources(sources_); });
  set_sources({});
}

void DetailsTab::set_sources(const NamedSources& sources) {
  sources_ = sources;
  begun_ = false;
  model_->clear();
  if (sources_.empty()) {
    show_message(tr("Select a file in the list to see what is known of it."));
  } else if (isVisible()) {
    begin();
  }
}

void DetailsTab::set_summary(const QString& name, const FilesSummary& summary) {
  sources_.clear();
  begun_ = false;
  model_->set_summary(name, summary);
  show_tree();
}

void DetailsTab::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (!begun_ && !sources_.empty()) begin();
}

void DetailsTab::begin() {
  begun_ = true;
  show_message(controller_.suspended() ? tr("Waits until the running job is done.") : tr("Reading…"));
  controller_.describe(sources_.front());
}

void DetailsTab::show_message(const QString& message) {
  hint_->setText(message);
  pages_->setCurrentIndex(0);
}

void DetailsTab::show_tree() {
  tree_->expandAll();
  tree_->resizeColumnToContents(0);
  tree_->setColumnWidth(0, std::min(tree_->columnWidth(0) + 12, std::max(160, width() / 2)));
  for (int row = 0; row < model_->rowCount(); ++row) tree_->setFirstColumnSpanned(row, {}, true);
  pages_->setCurrentIndex(1);
}

void DetailsTab::copy_rows() {
  QModelIndexList rows = tree_->selectionModel()->selectedRows();
  const auto place = [](const QModelIndex& index) {
    return index.parent().isValid() ? std::pair(index.parent().row(), index.row()) : std::pair(index.row(), -1);
  };
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  QStringList lines;
  for (const QModelIndex& index : rows) lines << model_->text(index);
  if (!lines.isEmpty()) QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

void DetailsTab::copy_value() {
  const QModelIndex current = tree_->currentIndex();
  if (!current.parent().isValid()) return;
  QGuiApplication::clipboard()->setText(current.siblingAtColumn(DetailsModel::Value).data().toString());
}

}  // namespace bitswap::ui
