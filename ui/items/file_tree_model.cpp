// SPDX-License-Identifier: GPL-3.0-or-later
// The structure: nodes, look-ups, insertion and removal. What is shown in the cells is in file_tree_data.cpp.
#include "ui/items/file_tree_model.h"

#include <algorithm>
#include <unordered_set>

#include "ui/items/file_tree_node.h"
#include "ui/items/format_text.h"

namespace bitswap::ui {
namespace {

constexpr int kIconCacheBytes = 64 << 20;
constexpr std::size_t kMaxRemovals = 100;

std::string_view parent_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

}  // namespace

FileTreeModel::Sums FileTreeModel::Sums::of(const FileItem& item) {
  Sums sums;
  if (item.left_out && item.state == FileItem::State::Failed) sums.unreadable = 1;
  if (item.folder) return sums;
  sums.files = 1;
  sums.original_bytes = item.original_bytes;
  sums.states[static_cast<std::size_t>(item.state)] = 1;
  if (item.archive_bytes) {
    sums.archived_files = 1;
    sums.archived_original_bytes = item.original_bytes;
    sums.archive_bytes = *item.archive_bytes;
    sums.pixel_exact_files = item.exactness == bitswap::Exactness::Pixels ? 1 : 0;
  }
  for (const auto& [codec, bytes] : item.codec_bytes) sums.codecs[codec] = {bytes, 1};
  return sums;
}

void FileTreeModel::Sums::add(const Sums& other) {
  files += other.files;
  unreadable += other.unreadable;
  original_bytes += other.original_bytes;
  archived_files += other.archived_files;
  archived_original_bytes += other.archived_original_bytes;
  archive_bytes += other.archive_bytes;
  pixel_exact_files += other.pixel_exact_files;
  for (std::size_t i = 0; i < kStates; ++i) states[i] += other.states[i];
  for (const auto& [codec, part] : other.codecs) {
    codecs[codec].bytes += part.bytes;
    codecs[codec].files += part.files;
  }
}

void FileTreeModel::Sums::subtract(const Sums& other) {
  files -= other.files;
  unreadable -= other.unreadable;
  original_bytes -= other.original_bytes;
  archived_files -= other.archived_files;
  archived_original_bytes -= other.archived_original_bytes;
  archive_bytes -= other.archive_bytes;
  pixel_exact_files -= other.pixel_exact_files;
  for (std::size_t i = 0; i < kStates; ++i) states[i] -= other.states[i];
  for (const auto& [codec, part] : other.codecs) {
    codecs[codec].bytes -= part.bytes;
    codecs[codec].files -= part.files;
  }
}

FileTreeModel::FileTreeModel(QObject* parent)
    : QAbstractItemModel(parent), root_(std::make_unique<Node>()), thumbnails_(kIconCacheBytes) {
  root_->item.folder = true;
  make_icons();
}

FileTreeModel::~FileTreeModel() = default;

void FileTreeModel::clear(bool keep_thumbnails) {
  beginResetModel();
  kept_.clear();
  if (keep_thumbnails) this->keep_thumbnails(*root_);
  thumbnails_.clear();
  by_path_.clear();
  by_source_.clear();
  root_ = std::make_unique<Node>();
  root_->item.folder = true;
  endResetModel();
}

void FileTreeModel::add(std::vector<FileItem> items) {
  std::unordered_set<Node*> replaced;
  // New nodes wait here until all are known: by the folder of the model that they go into, which keeps its order, and
  // by path, for items further down in the same batch.
  std::vector<Node*> targets;
  std::unordered_map<Node*, std::vector<std::unique_ptr<Node>>> waiting;
  ByText<Node*> waiting_by_path;

  const auto known = [&](std::string_view path) -> Node* {
    if (path.empty()) return root_.get();
    if (const auto found = by_path_.find(path); found != by_path_.end()) return found->second;
    const auto found = waiting_by_path.find(path);
    return found != waiting_by_path.end() ? found->second : nullptr;
  };
  const auto insert = [&](Node& parent, FileItem item, bool named) -> Node& {
    auto made = std::make_unique<Node>();
    made->name = path_text(std::string_view(item.path).substr(item.path.rfind('/') + 1));
    made->item = std::move(item);
    made->named = named;
    Node& node = *made;
    waiting_by_path.emplace(node.item.path, &node);
    const bool in_model = &parent == root_.get() || by_path_.contains(parent.item.path);
    if (in_model && !waiting.contains(&parent)) targets.push_back(&parent);
    std::vector<std::unique_ptr<Node>>& siblings = in_model ? waiting[&parent] : parent.children;
    if (!in_model) {
      node.parent = &parent;
      node.row = static_cast<int>(siblings.size());
    }
    siblings.push_back(std::move(made));
    return node;
  };
  const auto folder = [&](std::string_view path) -> Node& {
    std::vector<std::string_view> missing;
    for (; known(path) == nullptr; path = parent_path(path)) missing.push_back(path);
    Node* node = known(path);
    for (auto it = missing.rbegin(); it != missing.rend(); ++it) {
      FileItem item;
      item.path = *it;
      item.folder = true;
      item.state = FileItem::State::Stored;
      node = &insert(*node, std::move(item), false);
    }
    return *node;
  };

  for (FileItem& item : items) {
    if (item.path.empty()) continue;
    if (Node* node = known(item.path)) {
      node->named = true;
      if (by_path_.contains(item.path)) {
        set_item(*node, std::move(item));
        node->thumbnail = Node::Thumbnail::None;
        thumbnails_.remove(node);
        replaced.insert(node);
      } else {
        node->item = std::move(item);
      }
      continue;
    }
    Node& parent = folder(parent_path(item.path));
    insert(parent, std::move(item), true);
  }

  for (Node* target : targets) attach(*target, std::move(waiting[target]));
  std::unordered_set<Node*> above(targets.begin(), targets.end());
  for (Node* node : replaced) above.insert(node);
  tell_changed(above);
}

void FileTreeModel::attach(Node& parent, std::vector<std::unique_ptr<Node>> nodes) {
  const int first = static_cast<int>(parent.children.size());
  beginInsertRows(index_of(parent), first, first + static_cast<int>(nodes.size()) - 1);
  for (std::unique_ptr<Node>& node : nodes) {
    node->parent = &parent;
    node->row = static_cast<int>(parent.children.size());
    parent.children.push_back(std::move(node));
    enter(*parent.children.back());
    for (Node* above = &parent; above != nullptr; above = above->parent) above->sums.add(parent.children.back()->sums);
  }
  endInsertRows();
}

void FileTreeModel::enter(Node& node) {
  by_path_.emplace(node.item.path, &node);
  enter_source(node);
  take_kept(node);
  node.sums = Sums::of(node.item);
  for (const std::unique_ptr<Node>& child : node.children) {
    enter(*child);
    node.sums.add(child->sums);
  }
}

void FileTreeModel::leave(Node& node) {
  by_path_.erase(node.item.path);
  leave_source(node);
  thumbnails_.remove(&node);
  for (const std::unique_ptr<Node>& child : node.children) leave(*child);
}

void FileTreeModel::enter_source(Node& node) {
  if (!node.item.source.file.empty()) by_source_.emplace(source_key(node.item.source), &node);
}

void FileTreeModel::leave_source(Node& node) {
  const auto [first, last] = by_source_.equal_range(source_key(node.item.source));
  const auto found = std::find_if(first, last, [&](const auto& entry) { return entry.second == &node; });
  if (found != last) by_source_.erase(found);
}

void FileTreeModel::set_item(Node& node, FileItem item) {
  const Sums before = Sums::of(node.item);
  leave_source(node);
  if (item.source != node.item.source && node.thumbnail == Node::Thumbnail::Asked) {
    node.thumbnail = Node::Thumbnail::None;  // the answer would be for another source
  }
  node.item = std::move(item);
  enter_source(node);
  const Sums after = Sums::of(node.item);
  for (Node* above = &node; above != nullptr; above = above->parent) {
    above->sums.subtract(before);
    above->sums.add(after);
  }
}

void FileTreeModel::update(std::string_view path, const std::function<void(FileItem&)>& change) {
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return;
  FileItem item = found->second->item;
  change(item);
  item.path = found->first;
  set_item(*found->second, std::move(item));
  tell_changed({found->second});
}

void FileTreeModel::tell_changed(const std::unordered_set<Node*>& nodes) {
  std::unordered_set<Node*> all;
  for (Node* node : nodes) {
    for (; node != root_.get() && all.insert(node).second; node = node->parent) continue;
  }
  for (const Node* node : all) Q_EMIT dataChanged(index_of(*node, 0), index_of(*node, columnCount() - 1));
}

void FileTreeModel::remove(const std::vector<std::string>& paths) {
  std::unordered_set<Node*> going;
  std::unordered_map<Node*, std::size_t> losses;
  const auto let_go = [&](Node* node) {
    while (node != root_.get() && going.insert(node).second) {
      Node* parent = node->parent;
      if (++losses[parent] < parent->children.size() || parent->named) return;
      node = parent;  // nothing is left in it
    }
  };
  for (const std::string& path : paths) {
    if (const auto found = by_path_.find(path); found != by_path_.end()) let_go(found->second);
  }
  std::unordered_map<Node*, std::vector<int>> rows;
  for (Node* node : going) {
    Node* above = node->parent;
    while (above != nullptr && !going.contains(above)) above = above->parent;
    if (above == nullptr) rows[node->parent].push_back(node->row);
  }
  std::vector<Range> ranges;
  for (auto& [parent, list] : rows) {
    std::ranges::sort(list);
    for (std::size_t end = list.size(); end > 0;) {  // from behind, so that the rows before keep their numbers
      std::size_t begin = end - 1;
      while (begin > 0 && list[begin - 1] + 1 == list[begin]) --begin;
      ranges.push_back({parent, list[begin], list[end - 1]});
      end = begin;
    }
  }
  // Views take time for the whole list at each removal, so many at once are told as a new list.
  const bool reset = ranges.size() > kMaxRemovals;
  if (reset) beginResetModel();
  std::unordered_set<Node*> parents;
  for (const Range& range : ranges) {
    parents.insert(range.parent);
    if (!reset) beginRemoveRows(index_of(*range.parent), range.first, range.last);
    remove_children(range);
    if (!reset) endRemoveRows();
  }
  reset ? endResetModel() : tell_changed(parents);
}

void FileTreeModel::remove_children(const Range& range) {
  std::vector<std::unique_ptr<Node>>& children = range.parent->children;
  const auto begin = children.begin() + range.first;
  const auto end = children.begin() + range.last + 1;
  for (auto it = begin; it != end; ++it) {
    leave(**it);
    for (Node* above = range.parent; above != nullptr; above = above->parent) above->sums.subtract((*it)->sums);
  }
  children.erase(begin, end);
  for (auto i = static_cast<std::size_t>(range.first); i < children.size(); ++i) children[i]->row = static_cast<int>(i);
}

const FileItem* FileTreeModel::item(const QModelIndex& index) const {
  return index.isValid() ? &node(index)->item : nullptr;
}

const FileItem* FileTreeModel::find(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : &found->second->item;
}

QModelIndex FileTreeModel::index_of(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? QModelIndex() : index_of(*found->second);
}

QModelIndex FileTreeModel::index_of(const Node& node, int column) const {
  return &node == root_.get() ? QModelIndex() : createIndex(node.row, column, &node);
}

std::vector<const FileItem*> FileTreeModel::files_under(const QModelIndexList& indices) const {
  std::vector<const FileItem*> files;
  std::unordered_set<const Node*> seen;
  const auto visit = [&](const auto& self, const Node& node) -> void {
    if (!seen.insert(&node).second) return;
    if (!node.item.folder) files.push_back(&node.item);
    for (const std::unique_ptr<Node>& child : node.children) self(self, *child);
  };
  if (indices.isEmpty()) visit(visit, *root_);
  for (const QModelIndex& index : indices) {
    if (index.isValid()) visit(visit, *node(index));
  }
  return files;
}

FileTreeModel::Totals FileTreeModel::totals(const std::vector<const FileItem*>& files) const {
  Totals totals;
  for (const FileItem* file : files) {
    ++totals.files;
    totals.original_bytes += file->original_bytes;
    totals.left_out += file->left_out ? 1 : 0;
    if (!file->archive_bytes) continue;
    ++totals.files_with_archive_bytes;
    totals.archive_bytes += *file->archive_bytes;
    totals.original_bytes_archived += file->original_bytes;
  }
  return totals;
}

void FileTreeModel::set_codecs(std::vector<std::string> names) {
  if (names == codecs_) return;
  beginResetModel();  // columns of a tree cannot be told to views below every folder
  codecs_ = std::move(names);
  endResetModel();
}

void FileTreeModel::forget_thumbnail_request(const PictureSource& source) {
  const auto [first, last] = by_source_.equal_range(source_key(source));
  for (auto it = first; it != last; ++it) {
    if (it->second->thumbnail == Node::Thumbnail::Asked) it->second->thumbnail = Node::Thumbnail::None;
  }
}

FileTreeModel::Node* FileTreeModel::node(const QModelIndex& index) const {
  return index.isValid() ? static_cast<Node*>(index.internalPointer()) : root_.get();
}

QModelIndex FileTreeModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return index_of(*node(parent)->children[static_cast<std::size_t>(row)], column);
}

QModelIndex FileTreeModel::parent(const QModelIndex& index) const {
  return index.isValid() ? index_of(*node(index)->parent) : QModelIndex();
}

int FileTreeModel::rowCount(const QModelIndex& parent) const {
  return parent.column() > 0 ? 0 : static_cast<int>(node(parent)->children.size());
}

int FileTreeModel::columnCount(const QModelIndex&) const { return FixedColumns + static_cast<int>(codecs_.size()); }

Qt::ItemFlags FileTreeModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled;
  if (!node(index)->is_folder()) flags |= Qt::ItemNeverHasChildren;
  return flags;
}

}  // namespace bitswap::ui
