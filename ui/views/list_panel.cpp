// SPDX-License-Identifier: GPL-3.0-or-later
// Layout only; the list itself is FileView.
#include "ui/views/list_panel.h"

#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "ui/items/format_text.h"
#include "ui/views/file_view.h"
#include "ui/views/theme.h"

namespace bitswap::ui {

ListPanel::ListPanel(FileTreeModel& model, QWidget* parent) : QWidget(parent), model_(model) {
  filter_ = new QLineEdit(this);
  filter_->setPlaceholderText(tr("Filter by name"));
  filter_->setAccessibleName(tr("Filter the list by name"));
  filter_->setClearButtonEnabled(true);
  filter_->addAction(line_icon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
  view_ = new FileView(this);
  view_->setAccessibleName(tr("Files"));
  view_->set_empty_text(tr("There is nothing in this archive."));
  totals_ = new QLabel(this);
  totals_->setContentsMargins(6, 2, 6, 2);
  totals_->setAccessibleName(tr("Totals of the selection"));
  totals_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(6, 6, 3, 2);
  layout->setSpacing(5);
  layout->addWidget(filter_);
  layout->addWidget(view_, 1);
  layout->addWidget(totals_);
  filter_model_.setSourceModel(&model_);
  view_->setModel(&filter_model_);
  connect(filter_, &QLineEdit::textChanged, view_, &FileView::set_filter);
  connect(filter_, &QLineEdit::returnPressed, this, [this] { view_->setFocus(); });
}

ListPanel::~ListPanel() { view_->setModel(nullptr); }

void ListPanel::focus_filter() {
  filter_->setFocus();
  filter_->selectAll();
}

void ListPanel::show_totals() {
  const std::vector<const FileItem*> selected = view_->selected_files();
  const QString text =
      selected.empty() ? tr("Nothing selected") : tr("Selected: %1").arg(totals_text(model_.totals(selected)));
  totals_->setText(text);
  totals_->setAccessibleDescription(text);
  totals_->setToolTip(text);
}

QString ListPanel::totals_text(const FileTreeModel::Totals& totals) {
  QString text = tr("%n file(s), %1", nullptr, static_cast<int>(totals.files)).arg(format_bytes(totals.original_bytes));
  if (totals.files_with_archive_bytes > 0 && totals.original_bytes_archived > 0) {
    text += tr(" → %1 (%2)")
                .arg(format_bytes(totals.archive_bytes),
                     format_percent(static_cast<double>(totals.archive_bytes) /
                                    static_cast<double>(totals.original_bytes_archived)));
  }
  if (totals.left_out > 0) text += tr(" · %n left out", nullptr, static_cast<int>(totals.left_out));
  return text;
}

}  // namespace bitswap::ui
