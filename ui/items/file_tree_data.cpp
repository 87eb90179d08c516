// SPDX-License-Identifier: GPL-3.0-or-later
// What the cells of the tree show, sort by and say to screen readers.
#include <QColor>
#include <QFileIconProvider>
#include <QGuiApplication>
#include <QPalette>
#include <algorithm>
#include <array>
#include <cctype>

#include "ui/items/file_tree_model.h"
#include "ui/items/file_tree_node.h"
#include "ui/items/format_text.h"

namespace bitswap::ui {
namespace {

QVariant alignment(int column) {
  Qt::Alignment side = Qt::AlignRight;  // numbers
  if (column == FileTreeModel::Name || column == FileTreeModel::Status) side = Qt::AlignLeft;
  if (column == FileTreeModel::Exactness) side = Qt::AlignHCenter;
  return QVariant::fromValue<Qt::Alignment>(side | Qt::AlignVCenter);
}

QVariant number(std::uint64_t value) { return QVariant::fromValue<qulonglong>(value); }

QString exactness_reason(const FileItem& item) {
  if (item.exactness == bitswap::Exactness::Pixels) {
    return FileTreeModel::tr("Pixel-exact: the same pixels and metadata come back in a newly written file.");
  }
  if (looks_like_picture(item) && keeps_bytes(item.form)) {
    return FileTreeModel::tr(
        "Kept as bytes: this is smaller than its pixels, or the only exact way. The same file "
        "comes back.");
  }
  return FileTreeModel::tr("Byte-exact: the same file comes back.");
}

// Readable on the light and on the dark background of a list.
QVariant state_colour(FileItem::State state) {
  const bool dark = QGuiApplication::palette().color(QPalette::Base).lightness() < 128;
  if (state == FileItem::State::Failed) return QColor(dark ? 0xff8a80 : 0xb3261e);
  if (state == FileItem::State::Warning) return QColor(dark ? 0xffcc66 : 0x8a5300);
  return {};
}

}  // namespace

bool looks_like_picture(const FileItem& item) {
  if (item.folder) return false;
  if (!item.format.empty()) return true;
  if (item.form != Form::None || item.state == FileItem::State::Stored) return false;  // then its format would be known
  static constexpr std::array<std::string_view, 17> kEndings = {"avif", "bmp", "dib", "gif",  "jpe", "jpeg",
                                                                "jpg",  "jxl", "pam", "pbm",  "pgm", "png",
                                                                "pnm",  "ppm", "tif", "tiff", "webp"};
  const std::size_t dot = item.path.rfind('.');
  if (dot == std::string::npos) return false;
  std::string ending = item.path.substr(dot + 1);
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(kEndings, ending) != kEndings.end();
}

void FileTreeModel::make_icons() {
  const QFileIconProvider icons;
  folder_icon_ = icons.icon(QFileIconProvider::Folder);
  file_icon_ = icons.icon(QFileIconProvider::File);
  picture_icon_ = QIcon::fromTheme(QStringLiteral("image-x-generic"), file_icon_);
}

QVariant FileTreeModel::decoration(const Node& node) const {
  if (node.is_folder()) return folder_icon_;
  if (!looks_like_picture(node.item)) return file_icon_;
  if (const QIcon* thumbnail = thumbnails_.object(&node)) return *thumbnail;
  const PictureSource& source = node.item.source;
  if (node.thumbnail != Node::Thumbnail::Asked && !source.file.empty() &&
      std::uint64_t{node.item.width} * node.item.height <= kMaxThumbnailPixels) {
    node.thumbnail = Node::Thumbnail::Asked;
    Q_EMIT thumbnail_wanted({path_text(node.item.path), source});
  }
  return picture_icon_;
}

QString FileTreeModel::column_title(int column) const {
  switch (column) {
    case Name: return tr("Name");
    case Dimensions: return tr("Dimensions");
    case OriginalSize: return tr("Size");
    case ArchiveSize: return tr("In archive");
    case Ratio: return tr("Of original");
    case Exactness: return tr("Exactness");
    case Status: return tr("Status");
    default: return codec_title(codecs_[static_cast<std::size_t>(column - FixedColumns)]);
  }
}

QString FileTreeModel::status_text(const Node& node) const {
  if (!node.is_folder()) {
    const FileItem& item = node.item;
    const bool settled = item.state == FileItem::State::Stored || item.state == FileItem::State::Done;
    if (!settled || item.form == Form::None) return state_title(item.state);
    return tr("%1 (%2)", "status and codec").arg(state_title(item.state), form_title(item.form));
  }
  const Sums& sums = node.sums;
  if (node.item.left_out) return state_title(node.item.state);
  if (const auto unreadable = static_cast<int>(sums.unreadable)) {
    return tr("%n left out", "files and folders", unreadable);
  }
  if (sums.files == 0) return {};
  if (const auto failed = static_cast<int>(sums.in(FileItem::State::Failed))) return tr("%n failed", nullptr, failed);
  if (const auto warnings = static_cast<int>(sums.in(FileItem::State::Warning))) {
    return tr("%n with a warning", nullptr, warnings);
  }
  for (std::size_t state = 0; state < Sums::kStates; ++state) {
    if (sums.states[state] == sums.files) return state_title(static_cast<FileItem::State>(state));
  }
  const std::uint64_t settled =
      sums.in(FileItem::State::Done) + sums.in(FileItem::State::Stored) + sums.in(FileItem::State::Skipped);
  return tr("%1 of %2 files done").arg(format_count(settled), format_count(sums.files));
}

QString FileTreeModel::text(const Node& node, int column) const {
  const Sums& sums = node.sums;
  switch (column) {
    case Name: return node.name;
    case Dimensions:
      if (node.is_folder())
        return sums.files == 1 ? tr("1 file") : tr("%Ln files", nullptr, static_cast<int>(sums.files));
      return format_dimensions(node.item.width, node.item.height);
    case OriginalSize: return sums.files > 0 ? format_bytes(sums.original_bytes) : QString();
    case ArchiveSize: return sums.archived_files > 0 ? format_bytes(sums.archive_bytes) : QString();
    case Ratio: {
      if (sums.archived_original_bytes == 0) return {};
      const double share = static_cast<double>(sums.archive_bytes) / static_cast<double>(sums.archived_original_bytes);
      return format_percent(share, share < 10 ? 1 : 0);  // tiny files have large ones
    }
    case Exactness:
      if (sums.archived_files == 0) return {};
      if (sums.pixel_exact_files == 0) return exactness_title(bitswap::Exactness::Bytes);
      if (sums.pixel_exact_files == sums.archived_files) return exactness_title(bitswap::Exactness::Pixels);
      return tr("%n pixel-exact", nullptr, static_cast<int>(sums.pixel_exact_files));
    case Status: return status_text(node);
    default: {
      const auto found = sums.codecs.find(codecs_[static_cast<std::size_t>(column - FixedColumns)]);
      return found != sums.codecs.end() && found->second.files > 0 ? format_bytes(found->second.bytes) : QString();
    }
  }
}

QVariant FileTreeModel::sort_value(const Node& node, int column) const {
  const Sums& sums = node.sums;
  switch (column) {
    case Name: return node.name;
    case Dimensions: {
      if (node.is_folder()) return number(sums.files);
      const std::uint64_t pixels = std::uint64_t{node.item.width} * node.item.height;
      return pixels > 0 ? number(pixels) : QVariant();
    }
    case OriginalSize: return sums.files > 0 ? number(sums.original_bytes) : QVariant();
    case ArchiveSize: return sums.archived_files > 0 ? number(sums.archive_bytes) : QVariant();
    case Ratio:
      if (sums.archived_original_bytes == 0) return {};
      return static_cast<double>(sums.archive_bytes) / static_cast<double>(sums.archived_original_bytes);
    case Exactness: return sums.archived_files > 0 ? number(sums.pixel_exact_files) : QVariant();
    case Status: {
      std::size_t state = Sums::kStates;
      while (state > 0 && sums.states[state - 1] == 0) --state;  // of a folder, what needs attention most
      return number(state);
    }
    default: {
      const auto found = sums.codecs.find(codecs_[static_cast<std::size_t>(column - FixedColumns)]);
      return found != sums.codecs.end() && found->second.files > 0 ? number(found->second.bytes) : QVariant();
    }
  }
}

QString FileTreeModel::tool_tip(const Node& node) const {
  QStringList lines{path_text(node.item.path)};
  if (!node.is_folder()) {
    lines << tr("%1: %2", "column and value")
                 .arg(column_title(OriginalSize), format_exact_bytes(node.item.original_bytes));
    if (node.item.archive_bytes) {
      lines << tr("%1: %2", "column and value")
                   .arg(column_title(ArchiveSize), format_exact_bytes(*node.item.archive_bytes));
      lines << exactness_reason(node.item);
    }
  }
  if (!node.item.message.isEmpty()) lines << node.item.message;
  return tip_text(lines.join(u'\n'));
}

QVariant FileTreeModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Node& row = *node(index);
  const int column = index.column();
  switch (role) {
    case Qt::DisplayRole: return text(row, column);
    case Qt::DecorationRole: return column == Name ? decoration(row) : QVariant();
    case Qt::ToolTipRole: return tool_tip(row);
    case Qt::TextAlignmentRole: return alignment(column);
    case Qt::ForegroundRole:
      if (column != Status) return {};
      if (!row.is_folder()) return state_colour(row.item.state);
      if (row.sums.unreadable > 0) return state_colour(FileItem::State::Failed);
      if (row.sums.in(FileItem::State::Failed) > 0) return state_colour(FileItem::State::Failed);
      return row.sums.in(FileItem::State::Warning) > 0 ? state_colour(FileItem::State::Warning) : QVariant();
    case Qt::AccessibleTextRole: {
      const QString value = text(row, column);
      if (column == Name) {
        return row.is_folder()                ? tr("Folder %1").arg(value)
               : looks_like_picture(row.item) ? tr("Picture %1").arg(value)
                                              : tr("File %1").arg(value);
      }
      return value.isEmpty() ? QString() : tr("%1: %2", "column and value").arg(column_title(column), value);
    }
    case SortRole: return sort_value(row, column);
    case FolderRole: return row.is_folder();
    case PathRole: return path_text(row.item.path);
    default: return {};
  }
}

QVariant FileTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  switch (role) {
    case Qt::DisplayRole: return column_title(section);
    case Qt::TextAlignmentRole: return alignment(section);
    case Qt::ToolTipRole:
      if (section == OriginalSize) return tr("Size of the file itself");
      if (section == ArchiveSize) return tr("All that the file takes in the archive");
      if (section == Ratio) return tr("Size in the archive as a share of the size of the file");
      if (section == Exactness) return tr("How a file comes back: byte for byte, or with the same pixels and metadata");
      if (section >= FixedColumns) return tr("Size of the pixels under %1").arg(column_title(section));
      return {};
    default: return {};
  }
}

}  // namespace bitswap::ui
