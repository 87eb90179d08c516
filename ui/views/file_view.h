// SPDX-License-Identifier: GPL-3.0-or-later
// The list at the left of the window: the tree of files, with selection, search by typing, columns and dragging out.
#pragma once

#include <QHash>
#include <QTreeView>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ui/items/file_item.h"
#include "ui/items/named_source.h"

class QMenu;
class QMimeData;
class QTimer;

namespace bitswap::ui {

class FileFilterModel;
class FileTreeModel;

/// Shows a FileFilterModel over a FileTreeModel: `view.setModel(&filter)`. Takes no drops: they go to the window.
/// While a filter text is set, a folder stands for what is seen of it, so that nothing hidden is removed or extracted.
class FileView : public QTreeView {
  Q_OBJECT
 public:
  /// Mime data to drag out, owned by the caller; null: nothing is dragged.
  using DragProvider = std::function<QMimeData*(const std::vector<std::string>& paths)>;

  explicit FileView(QWidget* parent = nullptr);

  /// Requires a FileFilterModel whose source is a FileTreeModel, or null.
  void setModel(QAbstractItemModel* model) override;
  void set_drag_provider(DragProvider provider) { drag_provider_ = std::move(provider); }
  /// Shown in the middle while the list is empty.
  void set_empty_text(const QString& text);

  /// Filters, shows all matches expanded, and goes back to the folders that were open when the text is cleared.
  void set_filter(const QString& text);

  /// In the order of the rows; what lies in a selected folder is not named again.
  [[nodiscard]] std::vector<std::string> selected_paths() const;
  /// Selected files, those in selected folders too. Valid until the model changes.
  [[nodiscard]] std::vector<const FileItem*> selected_files() const;
  /// The rows of files that are selected themselves, pictures or not; folders are left out.
  [[nodiscard]] NamedSources selected_sources() const;
  /// All pictures that the filter leaves, in the order of the rows, in closed folders too.
  [[nodiscard]] NamedSources visible_pictures() const;

  /// Selects these alone, opens the folders above them and scrolls to the first.
  void select_paths(const std::vector<std::string>& paths);
  void expand_to(std::string_view path);

  /// Order, widths and visibility of the columns by name, and the sorting.
  [[nodiscard]] QByteArray save_state();
  bool restore_state(const QByteArray& state);
  /// As it was at first: the columns that every list has, and Name takes the width that they leave.
  void reset_columns();
  /// An entry for each column, to show or hide it.
  void fill_columns_menu(QMenu& menu);

  /// Selected paths as text, one a line.
  void copy_paths() const;

 Q_SIGNALS:
  /// A picture was opened: by double click or with Enter.
  void activated_items(const bitswap::ui::NamedSources& all_visible_pictures, int current);
  /// A file that is no picture was opened.
  void activated_file(const std::string& path);
  /// Also when the selected rows went away. Comes from the event loop, once for many changes.
  void selection_changed();
  void context_menu_requested(const QPoint& global);
  void remove_requested();

 protected:
  void startDrag(Qt::DropActions actions) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;
  void rowsInserted(const QModelIndex& parent, int first, int last) override;
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct ColumnState {
    int width = 0;
    bool hidden = false;
    int position = 0;
  };
  /// What outlasts a reset of the model, by path.
  struct Kept {
    std::vector<std::string> expanded, selected;
    std::string current;
    int scrolled = 0;
  };

  [[nodiscard]] FileTreeModel* tree() const;
  [[nodiscard]] const FileItem* item(const QModelIndex& index) const;
  [[nodiscard]] QModelIndex row_of(std::string_view path) const;
  [[nodiscard]] QModelIndexList selected_rows(bool with_nested) const;
  [[nodiscard]] bool hides_something(const QModelIndex& folder) const;
  [[nodiscard]] std::vector<const FileItem*> files_below(const QModelIndexList& rows) const;
  void open(const QModelIndex& index);
  /// These alone, where they are; the first of them.
  QModelIndex select_rows(const std::vector<std::string>& paths);
  void remember();
  void restore();
  [[nodiscard]] std::vector<std::string> expanded_paths() const;
  void expand_paths(const std::vector<std::string>& paths);
  [[nodiscard]] QPixmap drag_pixmap(std::size_t count) const;

  // file_view_columns.cpp
  void show_header_menu(const QPoint& position);
  void show_column(int column, bool shown);
  /// Name and Status share the width that the other columns leave, unless the user gave them one.
  void fit_widths();
  void capture_columns();
  void apply_columns();
  [[nodiscard]] QString column_key(int column) const;
  [[nodiscard]] int default_width(int column) const;

  FileFilterModel* filter_ = nullptr;
  DragProvider drag_provider_;
  QString empty_text_;
  QTimer* selection_timer_;
  QHash<QString, ColumnState> columns_;  ///< by name; also of codecs that are not shown now
  bool widths_fit_ = true;               ///< until the user changes its width
  bool setting_widths_ = false;
  QString sort_key_;
  Qt::SortOrder sort_order_ = Qt::AscendingOrder;
  std::vector<std::string> open_before_filter_;
  std::optional<Kept> kept_;
};

}  // namespace bitswap::ui
