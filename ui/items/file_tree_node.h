// SPDX-License-Identifier: GPL-3.0-or-later
// A row of FileTreeModel and the sums that folders show; known to the model's own files only.
#pragma once

#include <QString>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ui/items/file_tree_model.h"

namespace bitswap::ui {

inline std::string source_key(const PictureSource& source) { return source.file.string() + '\0' + source.entry; }

/// Of the files in a subtree. Kept up to date along the path to the root whenever an item changes, so that a folder of
/// any size is shown without visiting what is in it.
struct FileTreeModel::Sums {
  static constexpr std::size_t kStates = static_cast<std::size_t>(FileItem::State::Skipped) + 1;
  struct Codec {
    std::uint64_t bytes = 0, files = 0;
  };
  std::uint64_t files = 0, original_bytes = 0;
  std::uint64_t unreadable = 0;  ///< files and folders that are left out
  std::uint64_t archived_files = 0, archived_original_bytes = 0, archive_bytes = 0;
  std::uint64_t pixel_exact_files = 0;
  std::array<std::uint64_t, kStates> states{};
  std::map<std::string, Codec> codecs;

  static Sums of(const FileItem& item);
  void add(const Sums& other);
  void subtract(const Sums& other);
  [[nodiscard]] std::uint64_t in(FileItem::State state) const { return states[static_cast<std::size_t>(state)]; }
};

struct FileTreeModel::Node {
  enum class Thumbnail : std::uint8_t { None, Asked, Loaded };
  FileItem item;
  QString name;  ///< last part of the path, as text
  Node* parent = nullptr;
  int row = 0;
  bool named = false;  ///< an item of its own, not only a folder above one
  mutable Thumbnail thumbnail = Thumbnail::None;
  Sums sums;  ///< with its own
  std::vector<std::unique_ptr<Node>> children;

  /// A file that has something below it (which no real folder has) is shown as a folder.
  [[nodiscard]] bool is_folder() const { return item.folder || !children.empty(); }
};

}  // namespace bitswap::ui
