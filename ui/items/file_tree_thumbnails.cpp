// SPDX-License-Identifier: GPL-3.0-or-later
// The thumbnails of the tree: where they come from, and how they outlast a new list.
#include <QPainter>

#include "ui/items/file_tree_model.h"
#include "ui/items/file_tree_node.h"

namespace bitswap::ui {
namespace {

constexpr int kIconSide = 64;  // pixels: 32 on a screen of double density
constexpr int kIconBytes = kIconSide * kIconSide * 4;

// On a square, so that the names beside all pictures begin at the same place.
QIcon square_icon(const QImage& thumbnail) {
  QImage square(kIconSide, kIconSide, QImage::Format_ARGB32_Premultiplied);
  square.fill(Qt::transparent);
  QImage scaled = thumbnail;
  if (scaled.width() > kIconSide || scaled.height() > kIconSide) {
    scaled = scaled.scaled(QSize(kIconSide, kIconSide).boundedTo(scaled.size()), Qt::KeepAspectRatio,
                           Qt::SmoothTransformation);
  }
  QRect place = scaled.rect();
  place.moveCenter(square.rect().center());
  QPainter painter(&square);
  painter.drawImage(place.topLeft(), scaled);
  painter.setPen(QColor(128, 128, 128, 110));  // an edge for pictures as light or dark as the list
  painter.drawRect(place.adjusted(0, 0, -1, -1));
  painter.end();
  const QPixmap pixmap = QPixmap::fromImage(square);
  QIcon icon(pixmap);
  icon.addPixmap(pixmap, QIcon::Selected);  // a photo keeps its colours
  return icon;
}

}  // namespace

void FileTreeModel::keep_thumbnails(const Node& node) {
  if (const QIcon* thumbnail = thumbnails_.object(&node)) {
    kept_.emplace(node.item.path, Kept{*thumbnail, node.item.width, node.item.height});
  }
  for (const std::unique_ptr<Node>& child : node.children) keep_thumbnails(*child);
}

void FileTreeModel::take_kept(Node& node) {
  const auto kept = kept_.find(node.item.path);
  if (kept == kept_.end()) return;
  thumbnails_.insert(&node, new QIcon(kept->second.thumbnail), kIconBytes);
  node.thumbnail = Node::Thumbnail::Loaded;
  node.item.width = kept->second.width;
  node.item.height = kept->second.height;
  kept_.erase(kept);
}

void FileTreeModel::set_thumbnail(const PictureSource& source, const QImage& thumbnail, QSize original_size) {
  if (thumbnail.isNull()) return;
  const QIcon icon = square_icon(thumbnail);
  QModelIndexList pictures, sizes;
  const auto [first, last] = by_source_.equal_range(source_key(source));
  for (auto it = first; it != last; ++it) {
    Node& node = *it->second;
    thumbnails_.insert(&node, new QIcon(icon), kIconBytes);
    node.thumbnail = Node::Thumbnail::Loaded;
    pictures.push_back(index_of(node, Name));
    if (original_size.isEmpty()) continue;
    // An archive tells the size of what was coded; of more than 8 bits a sample, that has twice the rows.
    const auto width = static_cast<std::uint32_t>(original_size.width());
    const auto height = static_cast<std::uint32_t>(original_size.height());
    if (node.item.width == width && node.item.height == height) continue;
    node.item.width = width;
    node.item.height = height;
    sizes.push_back(index_of(node, Dimensions));
  }
  for (const QModelIndex& cell : pictures) Q_EMIT dataChanged(cell, cell, {Qt::DecorationRole});
  for (const QModelIndex& cell : sizes) Q_EMIT dataChanged(cell, cell);
}

}  // namespace bitswap::ui
