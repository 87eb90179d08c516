// SPDX-License-Identifier: GPL-3.0-or-later
// What is not known is left out; an empty value would only raise questions.
#include "ui/items/details_model.h"

#include <QFont>
#include <algorithm>

#include "ui/items/format_text.h"

namespace bitswap::ui {
namespace {

QString size_text(std::uint64_t bytes) {
  const QString exact = format_exact_bytes(bytes);
  return bytes < 1000 ? exact : DetailsModel::tr("%1 (%2)").arg(format_bytes(bytes), exact);
}

/// Values come from files of strangers: one line, and no control characters.
QString one_line(const std::string& text) { return path_text(text).simplified(); }

QString format_title(const std::string& format) {
  if (format.empty()) return {};
  return QString::fromStdString(format).toUpper();
}

}  // namespace

void DetailsModel::clear() {
  beginResetModel();
  name_.clear();
  details_.reset();
  summary_.reset();
  report_.reset();
  groups_.clear();
  endResetModel();
}

void DetailsModel::set_details(const QString& name, const Details& details) {
  name_ = name;
  details_ = details;
  summary_.reset();
  rebuild();
}

void DetailsModel::set_summary(const QString& name, const FilesSummary& summary) {
  name_ = name;
  summary_ = summary;
  details_.reset();
  report_.reset();
  rebuild();
}

void DetailsModel::set_report(const InspectReport& report) {
  report_ = InspectReport{};
  report_->path = report.path;
  report_->width = report.width;
  report_->height = report.height;
  report_->channels = report.channels;
  report_->tiles = report.tiles;
  report_->model = report.model;
  report_->model_hash = report.model_hash;
  report_->payload_bytes = report.payload_bytes;
  report_->entry_header_bytes = report.entry_header_bytes;
  report_->entry_framing_bytes = report.entry_framing_bytes;
  report_->entry_metadata_bytes = report.entry_metadata_bytes;
  report_->entry_bytes = report.entry_bytes;
  report_->stored_as_pixels = report.stored_as_pixels;
  rebuild();
}

void DetailsModel::rebuild() {
  beginResetModel();
  groups_.clear();
  if (details_) {
    add_file(*details_);
    if (!details_->source.entry.empty()) add_storage(*details_);
  }
  if (report_ || (details_ && details_->coding)) add_model();
  if (details_) add_metadata(*details_);
  if (summary_) add_summary(*summary_);
  endResetModel();
}

void DetailsModel::add_file(const Details& details) {
  Group group{tr("File"), {}};
  group.items.push_back({tr("Name"), name_, {}});
  if (!details.format.empty()) group.items.push_back({tr("Format"), format_title(details.format), {}});
  if (details.width > 0) {
    const double megapixels = static_cast<double>(details.width) * details.height / 1e6;
    group.items.push_back({tr("Dimensions"),
                           tr("%1 pixels (%2 megapixels)")
                               .arg(format_dimensions(details.width, details.height), format_number(megapixels, 2)),
                           {}});
  }
  group.items.push_back({tr("Size"), size_text(details.file_bytes), {}});
  const auto add_checksum = [&](Group& to, const QString& label) {
    if (details.checksum.empty()) return;
    to.items.push_back(
        {label, QString::fromStdString(details.checksum), tr("Checksum of the whole file, as b2sum -l 256 prints it")});
  };
  if (!details.rebuilt) add_checksum(group, tr("BLAKE2b-256"));
  groups_.push_back(std::move(group));
  if (!details.rebuilt) return;
  Group rebuilt{tr("The file that comes back"), {}};
  rebuilt.items.push_back({tr("Size"), size_text(details.rebuilt_bytes), {}});
  add_checksum(rebuilt, tr("BLAKE2b-256"));
  rebuilt.items.push_back({tr("Compared with the original"), tr("same pixels and metadata, other bytes"), {}});
  groups_.push_back(std::move(rebuilt));
}

void DetailsModel::add_storage(const Details& details) {
  Group group{tr("In the archive"), {}};
  group.items.push_back({tr("Archive"), path_text(details.source.file.string()), {}});
  if (details.form != Form::None) group.items.push_back({tr("Codec"), form_title(details.form), {}});
  if (details.exactness) {
    group.items.push_back({tr("Comes back"), exactness_title(*details.exactness),
                           *details.exactness == Exactness::Bytes
                               ? tr("The same file, byte for byte")
                               : tr("The same pixels and metadata in a rebuilt file")});
  }
  group.items.push_back({tr("Stored size"), size_text(details.stored_bytes), {}});
  if (details.file_bytes > 0) {
    const double share = static_cast<double>(details.stored_bytes) / static_cast<double>(details.file_bytes);
    group.items.push_back({tr("Of the file"), format_percent(share), {}});
  }
  if (details.pixel_bytes > 0) group.items.push_back({tr("Coded pixels"), size_text(details.pixel_bytes), {}});
  if (report_ && report_->stored_as_pixels) {
    group.items.push_back({tr("Entry header"), size_text(report_->entry_header_bytes), {}});
    group.items.push_back({tr("Framing and checksums"), size_text(report_->entry_framing_bytes), {}});
    group.items.push_back({tr("Metadata and recipe"), size_text(report_->entry_metadata_bytes),
                           tr("What else it takes to build the file again")});
  }
  groups_.push_back(std::move(group));
}

void DetailsModel::add_model() {
  Group group{tr("Bit-Swap"), {}};
  const PixelCoding* const coding = details_ && details_->coding ? &*details_->coding : nullptr;
  const std::string& model = coding != nullptr ? coding->model : report_->model;
  group.items.push_back({tr("Model"), model.empty() ? tr("in the archive") : path_text(model), {}});
  group.items.push_back({tr("Model hash"),
                         QString::fromStdString(coding != nullptr ? coding->model_hash : report_->model_hash),
                         tr("Archives name their model by this hash")});
  if (coding != nullptr) {
    group.items.push_back(
        {tr("Tiles"),
         tr("%1 of at most %2 pixels", "number of tiles, their size")
             .arg(format_count(coding->tiles), format_dimensions(coding->tile_size, coding->tile_size)),
         tr("Each is coded for itself")});
    if (coding->segments != coding->tiles) {
      group.items.push_back({tr("Segments"), format_count(coding->segments), tr("Parts that share a stack")});
    }
    const QString lanes = coding->fewest_lanes == coding->most_lanes
                              ? format_count(static_cast<std::uint64_t>(coding->most_lanes))
                              : tr("%1 to %2").arg(coding->fewest_lanes).arg(coding->most_lanes);
    group.items.push_back({tr("Lanes"), tr("%1 a tile, %2 states each").arg(lanes).arg(coding->states),
                           tr("Stacks of the coder that run side by side")});
  } else {
    group.items.push_back({tr("Tiles"), format_count(report_->tiles), {}});
  }
  if (report_) {
    group.items.push_back({tr("Channels"), format_count(report_->channels), {}});
    group.items.push_back({tr("Size of the pixels"), size_text(report_->payload_bytes), {}});
  }
  groups_.push_back(std::move(group));
}

void DetailsModel::add_summary(const FilesSummary& summary) {
  Group group{name_, {}};
  group.items.push_back({tr("Files"), format_count(summary.files), {}});
  if (summary.left_out > 0) group.items.push_back({tr("Left out"), format_count(summary.left_out), {}});
  if (summary.pictures > 0) {
    QString pictures = format_count(summary.pictures);
    if (summary.pixels > 0) {
      pictures = tr("%1 (%2 megapixels)").arg(pictures, format_number(static_cast<double>(summary.pixels) / 1e6, 1));
    }
    group.items.push_back({tr("Pictures"), pictures, {}});
  }
  group.items.push_back({tr("Size"), size_text(summary.file_bytes), {}});
  if (summary.stored_files > 0) {
    group.items.push_back({tr("Stored size"), size_text(summary.stored_bytes), {}});
    if (summary.stored_file_bytes > 0) {
      const double share = static_cast<double>(summary.stored_bytes) / static_cast<double>(summary.stored_file_bytes);
      group.items.push_back({tr("Of the files"), format_percent(share), {}});
    }
  }
  groups_.push_back(std::move(group));
  if (summary.stored_files == 0) return;
  const auto files = [](std::uint64_t count) { return tr("%Ln file(s)", nullptr, static_cast<int>(count)); };
  Group exactness{tr("Comes back"), {}};
  if (summary.stored_files > summary.pixel_exact) {
    exactness.items.push_back({exactness_title(Exactness::Bytes), files(summary.stored_files - summary.pixel_exact),
                               tr("The same file, byte for byte")});
  }
  if (summary.pixel_exact > 0) {
    exactness.items.push_back({exactness_title(Exactness::Pixels), files(summary.pixel_exact),
                               tr("The same pixels and metadata in a rebuilt file")});
  }
  groups_.push_back(std::move(exactness));
  Group forms{tr("Stored under"), {}};
  for (const auto& [form, part] : summary.forms) {
    forms.items.push_back(
        {form_title(form), tr("%1, %2", "files and bytes").arg(files(part.files), format_bytes(part.bytes)), {}});
  }
  if (!forms.items.empty()) groups_.push_back(std::move(forms));
}

void DetailsModel::add_metadata(const Details& details) {
  const std::size_t first = groups_.size();
  for (const MetadataItem& item : details.metadata) {
    const QString name = item.group == "File" ? tr("Embedded in the file") : QString::fromStdString(item.group);
    auto group = std::find_if(groups_.begin() + static_cast<std::ptrdiff_t>(first), groups_.end(),
                              [&](const Group& known) { return known.name == name; });
    if (group == groups_.end()) group = groups_.insert(groups_.end(), Group{name, {}});
    const std::string& label = item.label.empty() ? item.key : item.label;
    group->items.push_back({one_line(label), one_line(item.value), one_line(item.key)});
  }
}

const DetailsModel::Item* DetailsModel::item(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() == 0) return nullptr;
  return &groups_[index.internalId() - 1].items[static_cast<std::size_t>(index.row())];
}

QString DetailsModel::text(const QModelIndex& index) const {
  if (!index.isValid()) return {};
  const Item* const found = item(index);
  if (found == nullptr) return groups_[static_cast<std::size_t>(index.row())].name;
  return found->label + u'\t' + found->value;
}

QString DetailsModel::all_text() const {
  QString text;
  for (const Group& group : groups_) {
    if (!text.isEmpty()) text += u'\n';
    text += group.name + u'\n';
    for (const Item& item : group.items) text += item.label + u'\t' + item.value + u'\n';
  }
  return text;
}

// The internal id is 0 for a group and the number of its group, from 1, for an item.
QModelIndex DetailsModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : quintptr{0});
}

QModelIndex DetailsModel::parent(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() == 0) return {};
  return createIndex(static_cast<int>(index.internalId()) - 1, 0, quintptr{0});
}

int DetailsModel::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return static_cast<int>(groups_.size());
  if (parent.internalId() != 0 || parent.column() != 0) return 0;
  return static_cast<int>(groups_[static_cast<std::size_t>(parent.row())].items.size());
}

int DetailsModel::columnCount(const QModelIndex&) const { return kColumns; }

QVariant DetailsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Item* const found = item(index);
  if (found == nullptr) {
    if (index.column() != Label) return {};
    if (role == Qt::DisplayRole) return groups_[static_cast<std::size_t>(index.row())].name;
    if (role == Qt::FontRole) {
      QFont font;
      font.setBold(true);
      return font;
    }
    return {};
  }
  if (role == Qt::DisplayRole) return index.column() == Label ? found->label : found->value;
  if (role == Qt::ToolTipRole) {
    if (index.column() == Value) return tip_text(found->value);  // it may be cut off
    return found->tip.isEmpty() ? QVariant() : QVariant(found->tip);
  }
  return {};
}

QVariant DetailsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  return section == Label ? tr("Property") : tr("Value");
}

}  // namespace bitswap::ui
