// SPDX-License-Identifier: GPL-3.0-or-later
// Rows are added behind those that are shown, as long as the beginning stays.
#include "ui/views/problems_panel.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QToolButton>
#include <QTreeWidget>

#include "ui/views/theme.h"

namespace bitswap::ui {
namespace {

constexpr std::size_t kShown = 2000;

QString row_text(const QTreeWidgetItem& row) {
  return row.text(0).isEmpty() ? row.text(1) : row.text(0) + QStringLiteral(": ") + row.text(1);
}

}  // namespace

ProblemsPanel::ProblemsPanel(QAction* repair, QWidget* parent) : QWidget(parent) {
  title_ = new QLabel(this);
  QFont bold = title_->font();
  bold.setBold(true);
  title_->setFont(bold);
  auto* copy_action = new QAction(line_icon(QStringLiteral("copy")), tr("Cop&y"), this);
  copy_action->setShortcut(QKeySequence::Copy);
  copy_action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  copy_action->setToolTip(tr("Copy the selected problems, or all of them"));
  addAction(copy_action);
  connect(copy_action, &QAction::triggered, this, [this] { QGuiApplication::clipboard()->setText(text()); });
  auto* copy = new QToolButton(this);
  copy->setDefaultAction(copy_action);
  copy->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  copy->setAutoRaise(true);
  copy->setFocusPolicy(Qt::StrongFocus);
  auto* close = new QToolButton(this);
  close->setIcon(line_icon(QStringLiteral("cancel")));
  close->setAutoRaise(true);
  close->setFocusPolicy(Qt::StrongFocus);
  close->setToolTip(tr("Hide the problems"));
  close->setAccessibleName(tr("Hide the problems"));
  connect(close, &QToolButton::clicked, this, [this] {
    hide();
    Q_EMIT closed();
  });
  auto* top = new QHBoxLayout;
  top->addWidget(title_, 1);
  if (repair != nullptr) {
    repair_ = new QToolButton(this);
    repair_->setDefaultAction(repair);
    repair_->setToolButtonStyle(Qt::ToolButtonTextOnly);
    repair_->setFocusPolicy(Qt::StrongFocus);
    repair_->hide();
    top->addWidget(repair_);
  }
  top->addWidget(copy);
  top->addWidget(close);
  list_ = new QTreeWidget(this);
  list_->setHeaderLabels({tr("File"), tr("Problem")});
  list_->setRootIsDecorated(false);
  list_->setUniformRowHeights(true);
  list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  list_->setTextElideMode(Qt::ElideMiddle);
  list_->header()->resizeSection(0, 280);
  list_->setAccessibleName(tr("Problems"));
  list_->setMinimumHeight(60);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(9, 4, 9, 6);
  layout->setSpacing(4);
  layout->addLayout(top);
  layout->addWidget(list_);
  hide();
}

void ProblemsPanel::set_problems(const std::vector<Problem>& problems) {
  const auto shown = static_cast<std::size_t>(list_->topLevelItemCount());
  const auto same = [&](std::size_t i) {
    const QTreeWidgetItem* row = list_->topLevelItem(static_cast<int>(i));
    return row->text(0) == problems[i].path && row->text(1) == problems[i].message;
  };
  if (shown > problems.size() || (shown > 0 && (!same(0) || !same(shown - 1)))) list_->clear();
  QList<QTreeWidgetItem*> rows;
  for (std::size_t i = static_cast<std::size_t>(list_->topLevelItemCount()); i < problems.size() && i < kShown; ++i) {
    auto* row = new QTreeWidgetItem({problems[i].path, problems[i].message});
    row->setIcon(0, line_icon(problems[i].warning ? QStringLiteral("warning") : QStringLiteral("error")));
    row->setToolTip(0, problems[i].path);
    row->setToolTip(1, problems[i].message);
    rows.push_back(row);
  }
  list_->addTopLevelItems(rows);
  title_->setText(tr("%n problem(s)", nullptr, static_cast<int>(problems.size())));
  setVisible(!problems.empty());
}

void ProblemsPanel::set_repair_offered(bool offered) {
  if (repair_ != nullptr) repair_->setVisible(offered);
}

QString ProblemsPanel::text() const {
  QStringList lines;
  const QList<QTreeWidgetItem*> selected = list_->selectedItems();
  for (int i = 0; i < list_->topLevelItemCount(); ++i) {
    const QTreeWidgetItem* row = list_->topLevelItem(i);
    if (selected.isEmpty() || row->isSelected()) lines << row_text(*row);
  }
  return lines.join(QLatin1Char('\n'));
}

}  // namespace bitswap::ui
