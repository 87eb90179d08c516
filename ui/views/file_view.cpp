// SPDX-License-Identifier: GPL-3.0-or-later
// Selection, opening, dragging and what is kept across a reset. Columns are in file_view_columns.cpp.
#include "ui/views/file_view.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QDrag>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QScrollBar>
#include <QTimer>
#include <algorithm>

#include "ui/items/file_filter_model.h"
#include "ui/items/file_tree_model.h"
#include "ui/items/format_text.h"
#include "ui/views/theme.h"

namespace bitswap::ui {
namespace {

constexpr int kIconSide = 32;

}  // namespace

FileView::FileView(QWidget* parent) : QTreeView(parent), selection_timer_(new QTimer(this)) {
  setAccessibleName(tr("Files"));
  setUniformRowHeights(true);  // thousands of rows are laid out at once
  setAlternatingRowColors(true);
  setSelectionMode(ExtendedSelection);
  setSelectionBehavior(SelectRows);
  setAllColumnsShowFocus(true);
  setEditTriggers(NoEditTriggers);
  setIconSize({kIconSide, kIconSide});
  setIndentation(14);
  setTextElideMode(Qt::ElideMiddle);
  setVerticalScrollMode(ScrollPerPixel);
  setDragDropMode(DragOnly);       // a drop falls through to the window
  setExpandsOnDoubleClick(false);  // open() does that, for Enter, too
  setSortingEnabled(true);
  header()->setSectionsMovable(true);
  header()->setStretchLastSection(false);
  header()->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(header(), &QWidget::customContextMenuRequested, this, &FileView::show_header_menu);
  connect(header(), &QHeaderView::sectionResized, this, [this](int column) {
    const bool fitted = column == FileTreeModel::Name || column == FileTreeModel::Status;
    if (fitted && !setting_widths_) widths_fit_ = false;
  });
  connect(this, &QAbstractItemView::activated, this, &FileView::open);

  selection_timer_->setSingleShot(true);
  selection_timer_->setInterval(0);
  connect(selection_timer_, &QTimer::timeout, this, &FileView::selection_changed);
}

void FileView::setModel(QAbstractItemModel* model) {
  if (filter_ != nullptr) {
    capture_columns();
    disconnect(filter_, nullptr, this, nullptr);
  }
  filter_ = qobject_cast<FileFilterModel*>(model);
  Q_ASSERT(model == nullptr || (filter_ != nullptr && filter_->tree() != nullptr));
  QTreeView::setModel(filter_);
  if (filter_ == nullptr) return;
  if (!QIcon::hasThemeIcon(QStringLiteral("image-x-generic"))) {
    tree()->set_picture_icon(line_icon(QStringLiteral("picture")));
  }
  connect(filter_, &QAbstractItemModel::modelAboutToBeReset, this, &FileView::remember);
  connect(filter_, &QAbstractItemModel::modelReset, this, &FileView::restore);
  connect(filter_, &QAbstractItemModel::rowsRemoved, this, [this] { selection_timer_->start(); });
  apply_columns();
}

FileTreeModel* FileView::tree() const { return filter_ != nullptr ? filter_->tree() : nullptr; }

const FileItem* FileView::item(const QModelIndex& index) const {
  return tree() != nullptr && index.isValid() ? tree()->item(filter_->mapToSource(index)) : nullptr;
}

QModelIndex FileView::row_of(std::string_view path) const {
  return tree() != nullptr ? filter_->mapFromSource(tree()->index_of(path)) : QModelIndex();
}

void FileView::set_empty_text(const QString& text) {
  empty_text_ = text;
  viewport()->update();
}

void FileView::set_filter(const QString& text) {
  if (filter_ == nullptr || text == filter_->text()) return;
  if (filter_->text().isEmpty()) open_before_filter_ = expanded_paths();
  const std::vector<std::string> selected = selected_paths();
  clearSelection();  // a selection is slow to follow thousands of rows that go one by one
  filter_->set_text(text);
  select_rows(selected);
  if (!text.isEmpty()) {
    expandAll();
    return;
  }
  collapseAll();
  expand_paths(open_before_filter_);
  if (currentIndex().isValid()) {
    expand_to(item(currentIndex())->path);
    scrollTo(currentIndex());
  }
}

QModelIndexList FileView::selected_rows(bool with_nested) const {
  if (selectionModel() == nullptr) return {};
  struct Row {
    std::vector<int> place;  // rows from the root down
    QModelIndex index;
  };
  std::vector<Row> rows;
  const QModelIndexList selected = selectionModel()->selectedRows(FileTreeModel::Name);
  rows.reserve(static_cast<std::size_t>(selected.size()));
  for (const QModelIndex& index : selected) {
    std::vector<int> place;
    for (QModelIndex at = index; at.isValid(); at = at.parent()) place.push_back(at.row());
    std::ranges::reverse(place);
    rows.push_back({std::move(place), index});
  }
  std::ranges::sort(rows, {}, &Row::place);
  QModelIndexList result;
  const Row* above = nullptr;
  for (const Row& row : rows) {
    const bool nested = above != nullptr && row.place.size() > above->place.size() &&
                        std::equal(above->place.begin(), above->place.end(), row.place.begin());
    if (!nested) above = &row;
    if (!nested || with_nested) result.push_back(row.index);
  }
  return result;
}

bool FileView::hides_something(const QModelIndex& folder) const {
  const int rows = filter_->rowCount(folder);
  if (rows != tree()->rowCount(filter_->mapToSource(folder))) return true;
  for (int row = 0; row < rows; ++row) {
    const QModelIndex child = filter_->index(row, 0, folder);
    if (filter_->hasChildren(child) && hides_something(child)) return true;
  }
  return false;
}

std::vector<std::string> FileView::selected_paths() const {
  std::vector<std::string> paths;
  const auto take = [&](const auto& self, const QModelIndex& row) -> void {
    if (filter_->text().isEmpty() || !filter_->hasChildren(row) || !hides_something(row)) {
      paths.push_back(item(row)->path);
      return;
    }
    for (int i = 0; i < filter_->rowCount(row); ++i) self(self, filter_->index(i, 0, row));
  };
  for (const QModelIndex& row : selected_rows(false)) take(take, row);
  return paths;
}

std::vector<const FileItem*> FileView::files_below(const QModelIndexList& rows) const {
  std::vector<const FileItem*> files;
  const auto take = [&](const auto& self, const QModelIndex& row) -> void {
    const FileItem* file = item(row);
    if (file != nullptr && !file->folder) files.push_back(file);
    for (int i = 0; i < filter_->rowCount(row); ++i) self(self, filter_->index(i, 0, row));
  };
  for (const QModelIndex& row : rows) take(take, row);
  return files;
}

std::vector<const FileItem*> FileView::selected_files() const { return files_below(selected_rows(false)); }

NamedSources FileView::selected_sources() const {
  NamedSources sources;
  for (const QModelIndex& row : selected_rows(true)) {
    if (const FileItem* file = item(row); !file->folder) sources.push_back(named_source(*file));
  }
  return sources;
}

NamedSources FileView::visible_pictures() const {
  NamedSources pictures;
  if (filter_ == nullptr) return pictures;
  for (const FileItem* file : files_below({QModelIndex()})) {
    if (looks_like_picture(*file)) pictures.push_back(named_source(*file));
  }
  return pictures;
}

void FileView::open(const QModelIndex& index) {
  const FileItem* opened = item(index);
  if (opened == nullptr) return;
  const QModelIndex row = index.siblingAtColumn(0);
  if (filter_->hasChildren(row) || opened->folder) {
    setExpanded(row, !isExpanded(row));
    return;
  }
  if (!looks_like_picture(*opened)) {
    Q_EMIT activated_file(opened->path);
    return;
  }
  NamedSources pictures;
  int current = 0;
  for (const FileItem* file : files_below({QModelIndex()})) {
    if (!looks_like_picture(*file)) continue;
    if (file == opened) current = static_cast<int>(pictures.size());
    pictures.push_back(named_source(*file));
  }
  Q_EMIT activated_items(pictures, current);
}

void FileView::expand_to(std::string_view path) {
  for (QModelIndex above = row_of(path).parent(); above.isValid(); above = above.parent()) expand(above);
}

void FileView::select_paths(const std::vector<std::string>& paths) {
  if (filter_ == nullptr) return;
  for (const std::string& path : paths) expand_to(path);
  const QModelIndex first = select_rows(paths);
  if (!first.isValid()) return;
  selectionModel()->setCurrentIndex(first, QItemSelectionModel::NoUpdate);
  scrollTo(first);
}

QModelIndex FileView::select_rows(const std::vector<std::string>& paths) {
  QItemSelection selection;
  QModelIndex first, begin, end;
  const auto close = [&] {
    if (begin.isValid()) selection.select(begin, end);
  };
  for (const std::string& path : paths) {
    const QModelIndex row = row_of(path);
    if (!row.isValid()) continue;
    if (!first.isValid()) first = row;
    if (!end.isValid() || row.row() != end.row() + 1 || row.parent() != end.parent()) {
      close();
      begin = row;
    }
    end = row;
  }
  close();
  selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  return first;
}

void FileView::copy_paths() const {
  QStringList lines;
  for (const std::string& path : selected_paths()) {
    lines << QString::fromUtf8(path.data(), static_cast<qsizetype>(path.size()));
  }
  if (!lines.isEmpty()) QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

void FileView::startDrag(Qt::DropActions) {
  const std::vector<std::string> paths = selected_paths();
  if (paths.empty() || !drag_provider_) return;
  QMimeData* data = drag_provider_(paths);
  if (data == nullptr) return;
  auto* drag = new QDrag(this);  // deletes itself and the data when it is over
  drag->setMimeData(data);
  drag->setPixmap(drag_pixmap(paths.size()));
  drag->exec(Qt::CopyAction);
}

QPixmap FileView::drag_pixmap(std::size_t count) const {
  const QModelIndexList rows = selected_rows(false);
  const QPixmap icon = rows.front().data(Qt::DecorationRole).value<QIcon>().pixmap(iconSize(), devicePixelRatioF());
  const QString text = count == 1 ? rows.front().data().toString() : tr("%Ln items", nullptr, static_cast<int>(count));
  const QString shown = fontMetrics().elidedText(text, Qt::ElideMiddle, 240);
  const QSize size(iconSize().width() + fontMetrics().horizontalAdvance(shown) + 20, iconSize().height() + 8);
  QPixmap pixmap(size * devicePixelRatioF());
  pixmap.setDevicePixelRatio(devicePixelRatioF());
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(font());
  painter.setPen(palette().color(QPalette::Mid));
  painter.setBrush(palette().color(QPalette::Base));
  painter.drawRoundedRect(QRectF(QPointF(0.5, 0.5), QSizeF(size) - QSizeF(1, 1)), 4, 4);
  painter.drawPixmap(4, 4, icon);
  painter.setPen(palette().color(QPalette::Text));
  painter.drawText(QRect(iconSize().width() + 10, 0, size.width(), size.height()), Qt::AlignVCenter, shown);
  return pixmap;
}

void FileView::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy)) {
    copy_paths();
  } else if (event->matches(QKeySequence::Delete)) {
    if (selectionModel() != nullptr && selectionModel()->hasSelection()) Q_EMIT remove_requested();
  } else {
    QTreeView::keyPressEvent(event);
  }
}

void FileView::contextMenuEvent(QContextMenuEvent* event) {
  QPoint position = event->globalPos();
  if (event->reason() == QContextMenuEvent::Keyboard && currentIndex().isValid()) {
    scrollTo(currentIndex());
    const QRect cell = visualRect(currentIndex().siblingAtColumn(0)) & viewport()->rect();
    position = viewport()->mapToGlobal(QPoint(cell.left() + iconSize().width(), cell.center().y()));
  }
  Q_EMIT context_menu_requested(position);
  event->accept();
}

void FileView::paintEvent(QPaintEvent* event) {
  QTreeView::paintEvent(event);
  if (filter_ == nullptr || filter_->rowCount() > 0) return;
  const bool hidden = tree()->rowCount() > 0;
  const QString text = hidden ? tr("Nothing matches “%1”.").arg(filter_->text()) : empty_text_;
  QPainter painter(viewport());
  painter.setPen(palette().color(QPalette::PlaceholderText));
  painter.drawText(viewport()->rect().adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap, text);
}

void FileView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) {
  QTreeView::selectionChanged(selected, deselected);
  selection_timer_->start();
}

void FileView::rowsInserted(const QModelIndex& parent, int first, int last) {
  QTreeView::rowsInserted(parent, first, last);
  if (parent.isValid() || filter_ == nullptr) return;
  if (filter_->rowCount() == 1) expand(filter_->index(0, 0));  // a single folder says nothing
  if (kept_) restore();
}

void FileView::resizeEvent(QResizeEvent* event) {
  QTreeView::resizeEvent(event);
  fit_widths();
}

void FileView::changeEvent(QEvent* event) {
  QTreeView::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) {
    setAccessibleName(tr("Files"));
    header()->viewport()->update();
    viewport()->update();
  }
}

void FileView::remember() {
  capture_columns();
  if (kept_ && tree()->rowCount() == 0) return;  // empty since the last reset
  Kept kept;
  kept.expanded = expanded_paths();
  kept.selected = selected_paths();
  if (const FileItem* current = item(currentIndex())) kept.current = current->path;
  kept.scrolled = verticalScrollBar()->value();
  kept_ = std::move(kept);
}

// After a reset, or, where that left nothing, as soon as there are rows again: the list was read anew.
void FileView::restore() {
  apply_columns();
  selection_timer_->start();
  if (!kept_ || filter_->rowCount() == 0) return;
  const Kept kept = *std::exchange(kept_, std::nullopt);
  expand_paths(kept.expanded);
  select_rows(kept.selected);
  if (const QModelIndex current = row_of(kept.current); current.isValid()) {
    selectionModel()->setCurrentIndex(current, QItemSelectionModel::NoUpdate);
  }
  executeDelayedItemsLayout();
  verticalScrollBar()->setValue(kept.scrolled);
}

std::vector<std::string> FileView::expanded_paths() const {
  std::vector<std::string> paths;
  const auto visit = [&](const auto& self, const QModelIndex& folder) -> void {
    for (int row = 0; row < filter_->rowCount(folder); ++row) {
      const QModelIndex child = filter_->index(row, 0, folder);
      if (!filter_->hasChildren(child)) continue;
      if (isExpanded(child)) paths.push_back(item(child)->path);
      self(self, child);
    }
  };
  visit(visit, QModelIndex());
  return paths;
}

void FileView::expand_paths(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (const QModelIndex row = row_of(path); row.isValid()) expand(row);
  }
}

}  // namespace bitswap::ui
