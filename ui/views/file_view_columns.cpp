// SPDX-License-Identifier: GPL-3.0-or-later
// Columns of the list: remembered by name, because those of the codecs come and go with the settings.
#include <QDataStream>
#include <QHeaderView>
#include <QIODevice>
#include <QMenu>
#include <algorithm>

#include "ui/items/file_filter_model.h"
#include "ui/items/file_tree_model.h"
#include "ui/items/format_text.h"
#include "ui/views/file_view.h"

namespace bitswap::ui {
namespace {

constexpr quint32 kStateVersion = 0xb5700001;
constexpr quint32 kMaxColumns = 100;
constexpr int kNarrowestName = 170;
constexpr int kMargins = 16;  // of a cell, both sides together

QString stored_text(Form form) {
  return QStringLiteral("%1 (%2)").arg(state_title(FileItem::State::Stored), form_title(form));
}

}  // namespace

QString FileView::column_key(int column) const {
  switch (column) {
    case FileTreeModel::Name: return QStringLiteral("name");
    case FileTreeModel::Dimensions: return QStringLiteral("dimensions");
    case FileTreeModel::OriginalSize: return QStringLiteral("original-size");
    case FileTreeModel::ArchiveSize: return QStringLiteral("archive-size");
    case FileTreeModel::Ratio: return QStringLiteral("ratio");
    case FileTreeModel::Exactness: return QStringLiteral("exactness");
    case FileTreeModel::Status: return QStringLiteral("status");
    default: break;
  }
  const std::vector<std::string>& codecs = tree()->codecs();
  const auto codec = static_cast<std::size_t>(column - FileTreeModel::FixedColumns);
  return codec < codecs.size() ? QStringLiteral("codec:") + QString::fromStdString(codecs[codec]) : QString();
}

int FileView::default_width(int column) const {
  // What is usual there; longer texts end in dots.
  QString text;
  switch (column) {
    case FileTreeModel::Name: return kNarrowestName;
    case FileTreeModel::Dimensions: text = format_dimensions(8888, 8888); break;
    case FileTreeModel::Ratio: text = format_percent(1); break;
    case FileTreeModel::Exactness: text = exactness_title(bitswap::Exactness::Pixels); break;
    case FileTreeModel::Status: text = stored_text(Form::JpegTranscoded); break;
    default: text = format_bytes(888'800'000); break;
  }
  return std::max(fontMetrics().horizontalAdvance(text) + kMargins, header()->sectionSizeHint(column));
}

void FileView::fit_widths() {
  if (!widths_fit_ || tree() == nullptr) return;
  int others = 0;
  for (int column = 0; column < header()->count(); ++column) {
    if (column != FileTreeModel::Name && column != FileTreeModel::Status) others += header()->sectionSize(column);
  }
  setting_widths_ = true;
  int room = viewport()->width() - others;
  if (!header()->isSectionHidden(FileTreeModel::Status)) {
    const int widest = default_width(FileTreeModel::Status);
    const int narrowest = std::min(fontMetrics().horizontalAdvance(stored_text(Form::Picture)) + kMargins, widest);
    const int status = std::clamp(room - kNarrowestName, narrowest, widest);
    header()->resizeSection(FileTreeModel::Status, status);
    room -= status;
  }
  header()->resizeSection(FileTreeModel::Name, std::max(kNarrowestName, room));
  setting_widths_ = false;
}

void FileView::capture_columns() {
  if (tree() == nullptr) return;
  for (int column = 0; column < header()->count(); ++column) {
    const QString key = column_key(column);
    if (key.isEmpty()) continue;
    ColumnState& state = columns_[key];
    state.hidden = header()->isSectionHidden(column);
    if (column == FileTreeModel::Name && widths_fit_) {
      state.width = 0;
    } else if (!state.hidden) {
      state.width = header()->sectionSize(column);
    }
    state.position = header()->visualIndex(column);
  }
  sort_key_ = column_key(header()->sortIndicatorSection());
  sort_order_ = header()->sortIndicatorOrder();
}

void FileView::apply_columns() {
  const int count = header()->count();
  setting_widths_ = true;
  std::vector<int> order;
  int sorted = FileTreeModel::Name;
  for (int column = 0; column < count; ++column) {
    const QString key = column_key(column);
    const auto known = columns_.constFind(key);
    const bool kept = known != columns_.constEnd();
    const bool hidden = kept ? known->hidden : column >= FileTreeModel::FixedColumns;
    header()->setSectionHidden(column, hidden && column != FileTreeModel::Name);
    if (!header()->isSectionHidden(column)) {
      header()->resizeSection(column, kept && known->width > 0 ? known->width : default_width(column));
    }
    if (column == FileTreeModel::Name) widths_fit_ = !kept || known->width == 0;
    if (key == sort_key_) sorted = column;
    order.push_back(column);
  }
  const auto position = [&](int column) {
    const auto known = columns_.constFind(column_key(column));
    return known != columns_.constEnd() ? known->position : 1000 + column;
  };
  std::ranges::stable_sort(order, {}, position);
  for (int visual = 0; visual < count; ++visual) {
    header()->moveSection(header()->visualIndex(order[static_cast<std::size_t>(visual)]), visual);
  }
  setting_widths_ = false;
  fit_widths();
  sortByColumn(sorted, sort_order_);
}

void FileView::reset_columns() {
  columns_.clear();
  sort_key_.clear();
  sort_order_ = Qt::AscendingOrder;
  if (tree() != nullptr) apply_columns();
}

QByteArray FileView::save_state() {
  capture_columns();
  QByteArray bytes;
  QDataStream stream(&bytes, QIODevice::WriteOnly);
  stream.setVersion(QDataStream::Qt_6_4);
  stream << kStateVersion << sort_key_ << static_cast<qint32>(sort_order_) << static_cast<quint32>(columns_.size());
  for (auto it = columns_.cbegin(); it != columns_.cend(); ++it) {
    stream << it.key() << static_cast<qint32>(it->width) << it->hidden << static_cast<qint32>(it->position);
  }
  return bytes;
}

bool FileView::restore_state(const QByteArray& state) {
  QDataStream stream(state);
  stream.setVersion(QDataStream::Qt_6_4);
  quint32 version = 0, count = 0;
  qint32 order = 0;
  QString sort_key;
  stream >> version >> sort_key >> order >> count;
  if (stream.status() != QDataStream::Ok || version != kStateVersion || count > kMaxColumns) return false;
  QHash<QString, ColumnState> columns;
  for (quint32 i = 0; i < count; ++i) {
    QString key;
    qint32 width = 0, position = 0;
    bool hidden = false;
    stream >> key >> width >> hidden >> position;
    columns[key] = {std::clamp<int>(width, 0, 4000), hidden, position};
    if (width > 0) columns[key].width = std::max(columns[key].width, header()->minimumSectionSize());
  }
  if (stream.status() != QDataStream::Ok) return false;
  columns_ = std::move(columns);
  sort_key_ = sort_key;
  sort_order_ = order == Qt::DescendingOrder ? Qt::DescendingOrder : Qt::AscendingOrder;
  if (tree() != nullptr) apply_columns();
  return true;
}

void FileView::show_column(int column, bool shown) {
  capture_columns();  // its width, before it is lost
  header()->setSectionHidden(column, !shown);
  if (shown && header()->sectionSize(column) < default_width(column)) {
    header()->resizeSection(column, default_width(column));
  }
  fit_widths();
}

void FileView::fill_columns_menu(QMenu& menu) {
  if (tree() == nullptr) return;
  for (int visual = 0; visual < header()->count(); ++visual) {
    const int column = header()->logicalIndex(visual);
    QAction* action = menu.addAction(model()->headerData(column, Qt::Horizontal).toString());
    action->setCheckable(true);
    action->setChecked(!header()->isSectionHidden(column));
    action->setEnabled(column != FileTreeModel::Name);
    connect(action, &QAction::toggled, this, [this, column](bool shown) { show_column(column, shown); });
  }
  menu.addSeparator();
  const auto show_codecs = [this](bool shown) {
    for (int column = FileTreeModel::FixedColumns; column < header()->count(); ++column) show_column(column, shown);
  };
  connect(menu.addAction(tr("Show Sizes Under All Codecs")), &QAction::triggered, this, [=] { show_codecs(true); });
  connect(menu.addAction(tr("Hide Sizes Under Codecs")), &QAction::triggered, this, [=] { show_codecs(false); });
  connect(menu.addAction(tr("Fit Widths to Contents")), &QAction::triggered, this, [this] {
    for (int column = 0; column < header()->count(); ++column) resizeColumnToContents(column);
  });
  connect(menu.addAction(tr("Reset Columns")), &QAction::triggered, this, &FileView::reset_columns);
}

void FileView::show_header_menu(const QPoint& position) {
  QMenu menu(this);
  fill_columns_menu(menu);
  menu.exec(header()->mapToGlobal(position));
}

}  // namespace bitswap::ui
