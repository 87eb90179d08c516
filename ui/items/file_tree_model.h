// SPDX-License-Identifier: GPL-3.0-or-later
// The archive or the queue as a tree of folders and files, built from the items' paths.
#pragma once

#include <QAbstractItemModel>
#include <QCache>
#include <QIcon>
#include <QImage>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ui/items/file_item.h"
#include "ui/items/named_source.h"

namespace bitswap::ui {

/// Pictures with more pixels get no thumbnail: decoding them would take too long for what it shows.
inline constexpr std::uint64_t kMaxThumbnailPixels = 64'000'000;

/// By its format; where that is not known yet (a queued file), by the ending of its name.
bool looks_like_picture(const FileItem& item);

/// Folders that no item names are made as needed. Indices and pointers to items hold until the next change.
/// Look-ups by path take constant time.
class FileTreeModel : public QAbstractItemModel {
  Q_OBJECT
 public:
  enum Column { Name, Dimensions, OriginalSize, ArchiveSize, Ratio, Exactness, Status, FixedColumns };
  enum Role {
    SortRole = Qt::UserRole,  ///< raw numbers; names as text; invalid where there is nothing to compare
    FolderRole,               ///< bool
    PathRole,                 ///< the path as text, to be searched and copied
  };
  struct Totals {
    std::size_t files = 0;
    std::uint64_t original_bytes = 0;
    std::uint64_t archive_bytes = 0;  ///< of those that have them
    std::size_t files_with_archive_bytes = 0;
    std::uint64_t original_bytes_archived = 0;  ///< what archive_bytes were before: the two make the share
    std::size_t left_out = 0;                   ///< of files: not in the archive, or cannot be taken in
  };

  explicit FileTreeModel(QObject* parent = nullptr);
  ~FileTreeModel() override;

  /// `keep_thumbnails`: rows that come back with the same path get theirs again, for they show the same content.
  void clear(bool keep_thumbnails = false);
  /// One insertion a folder. An item whose path is there already is replaced.
  void add(std::vector<FileItem> items);
  /// Files, and folders with all that is in them; paths that are not there are ignored. Folders that become empty go
  /// too, unless they are items themselves. Resets the model if the rows are very scattered.
  void remove(const std::vector<std::string>& paths);
  /// The item changes in place; its path stays. Nothing happens if it is not there.
  void update(std::string_view path, const std::function<void(FileItem&)>& change);

  /// Null for an invalid index. A folder that no item names has an item, too.
  [[nodiscard]] const FileItem* item(const QModelIndex& index) const;
  [[nodiscard]] const FileItem* find(std::string_view path) const;
  [[nodiscard]] QModelIndex index_of(std::string_view path) const;
  /// Files only, each once, folders expanded; of the whole model if the list is empty.
  [[nodiscard]] std::vector<const FileItem*> files_under(const QModelIndexList& indices) const;
  [[nodiscard]] Totals totals(const std::vector<const FileItem*>& files) const;

  /// A column for each comparison codec, behind the fixed ones. Resets the model if they change.
  void set_codecs(std::vector<std::string> names);
  [[nodiscard]] const std::vector<std::string>& codecs() const { return codecs_; }

  void set_thumbnail(const PictureSource& source, const QImage& thumbnail, QSize original_size);
  /// Of pictures without a thumbnail, if the desktop's icons have none for them.
  void set_picture_icon(const QIcon& icon) { picture_icon_ = icon; }
  /// The request was dropped: when the view asks again, thumbnail_wanted() is emitted again.
  void forget_thumbnail_request(const PictureSource& source);

  [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

 Q_SIGNALS:
  /// Once for each picture, when a view asks for its decoration; again only after its thumbnail was dropped from
  /// memory.
  void thumbnail_wanted(const bitswap::ui::NamedSource& source) const;

 private:
  struct Node;
  struct Sums;
  struct Kept {
    QIcon thumbnail;
    std::uint32_t width = 0, height = 0;
  };
  struct Range {
    Node* parent;
    int first, last;  ///< rows
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <typename Value>
  using ByText = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  [[nodiscard]] Node* node(const QModelIndex& index) const;
  [[nodiscard]] QModelIndex index_of(const Node& node, int column = 0) const;
  [[nodiscard]] QVariant decoration(const Node& node) const;
  [[nodiscard]] QString text(const Node& node, int column) const;
  [[nodiscard]] QVariant sort_value(const Node& node, int column) const;
  [[nodiscard]] QString tool_tip(const Node& node) const;
  [[nodiscard]] QString status_text(const Node& node) const;
  [[nodiscard]] QString column_title(int column) const;
  void make_icons();
  void keep_thumbnails(const Node& node);
  void take_kept(Node& node);
  void attach(Node& parent, std::vector<std::unique_ptr<Node>> nodes);
  void enter(Node& node);
  void leave(Node& node);
  void enter_source(Node& node);
  void leave_source(Node& node);
  void set_item(Node& node, FileItem item);
  void remove_children(const Range& range);
  /// Of these rows and of all folders above them.
  void tell_changed(const std::unordered_set<Node*>& nodes);

  std::unique_ptr<Node> root_;
  ByText<Node*> by_path_;
  std::unordered_multimap<std::string, Node*> by_source_;
  std::vector<std::string> codecs_;
  mutable QCache<const Node*, QIcon> thumbnails_;
  ByText<Kept> kept_;  ///< by path
  QIcon folder_icon_, picture_icon_, file_icon_;
};

}  // namespace bitswap::ui
