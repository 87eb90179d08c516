// SPDX-License-Identifier: GPL-3.0-or-later
// Each tab begins to measure when it is seen.
#include "ui/views/figures_panel.h"

#include <QFileInfo>
#include <QTabBar>

#include "ui/items/file_tree_model.h"
#include "ui/items/format_text.h"
#include "ui/views/compare_tab.h"
#include "ui/views/details_tab.h"
#include "ui/views/file_view.h"
#include "ui/views/layers_tab.h"
#include "ui/views/theme.h"

namespace bitswap::ui {
namespace {

void add_file(const FileItem& file, FilesSummary& sum) {
  ++sum.files;
  sum.file_bytes += file.original_bytes;
  if (file.left_out) ++sum.left_out;
  if (looks_like_picture(file)) {
    ++sum.pictures;
    sum.pixels += std::uint64_t{file.width} * file.height;
  }
  if (!file.archive_bytes) return;
  ++sum.stored_files;
  sum.stored_file_bytes += file.original_bytes;
  sum.stored_bytes += *file.archive_bytes;
  if (file.exactness == Exactness::Pixels) ++sum.pixel_exact;
  FilesSummary::Share& share = sum.forms[file.form];
  ++share.files;
  share.bytes += *file.archive_bytes;
}

}  // namespace

FiguresPanel::FiguresPanel(MeasureController& measure, Settings& settings, QWidget* parent) : QTabWidget(parent) {
  setDocumentMode(true);
  setAccessibleName(tr("Figures of the selection"));
  tabBar()->setAccessibleName(accessibleName());
  compare_ = new CompareTab(measure, settings, this);
  layers_ = new LayersTab(measure, this);
  details_ = new DetailsTab(measure, this);
  insertTab(Compare, compare_, line_icon(QStringLiteral("compare")), tr("Compare"));
  insertTab(Layers, layers_, line_icon(QStringLiteral("layers")), tr("Layers"));
  insertTab(Details, details_, line_icon(QStringLiteral("info")), tr("Details"));
}

void FiguresPanel::show_selection(const FileView& view, const FileTreeModel& model, const QString& archive) {
  NamedSources pictures;
  std::uint64_t pixels = 0;
  for (const FileItem* file : view.selected_files()) {
    if (file->left_out || !looks_like_picture(*file)) continue;
    pictures.push_back(named_source(*file));
    pixels += std::uint64_t{file->width} * file->height;
  }
  layers_->set_sources(pictures);
  show_details(view, model, archive);
  compare_->set_sources(pictures, pixels);
}

void FiguresPanel::show_details(const FileView& view, const FileTreeModel& model, const QString& archive) {
  const NamedSources rows = view.selected_sources();
  const std::vector<std::string> paths = view.selected_paths();
  if (rows.size() == 1 && paths.size() == 1) return details_->set_sources(rows);
  if (model.rowCount() == 0) return details_->set_sources({});
  FilesSummary summary;
  for (const FileItem* file : paths.empty() ? model.files_under({}) : view.selected_files()) add_file(*file, summary);
  QString name = tr("%Ln selected item(s)", nullptr, static_cast<int>(paths.size()));
  if (paths.size() == 1) name = path_text(paths.front());
  if (paths.empty()) {
    name = archive.isEmpty() ? tr("All files of the list") : path_text(QFileInfo(archive).fileName().toStdString());
  }
  details_->set_summary(name, summary);
}

}  // namespace bitswap::ui
