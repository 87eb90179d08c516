// What the window does around a job: questions before it, progress during it, the outcome after it.
#include <QAction>
#include <QDesktopServices>
#include <QFile>
#include <QFileInfo>
#include <QStatusBar>
#include <QUrl>
#include <algorithm>

#include "ui/controllers/settings.h"
#include "ui/models/format_text.h"
#include "ui/views/file_view.h"
#include "ui/views/main_window.h"
#include "ui/views/preview_window.h"
#include "ui/views/problems_panel.h"
#include "ui/views/progress_panel.h"

namespace bitswap::ui {

using Qt::StringLiterals::operator""_L1;

void MainWindow::connect_jobs() {
  connect(&controller_, &ArchiveController::mode_changed, this, [this] {
    thumbnails_.clear();
    update_state();
    update_selection();
  });
  connect(&controller_, &ArchiveController::busy_changed, this, [this](bool busy) {
    update_state();
    if (!busy) select_first_picture();
    if (!busy && !later_.isEmpty()) add_paths(std::exchange(later_, {}));
  });
  connect(&controller_, &ArchiveController::job_started, this, [this](const QString& title) {
    progress_->start(title);
    statusBar()->clearMessage();
    update_state();
  });
  connect(&controller_, &ArchiveController::progress, progress_, &ProgressPanel::set_progress);
  connect(&controller_, &ArchiveController::problems_changed, this,
          [this] { problems_->set_problems(controller_.problems()); });
  connect(&controller_, &ArchiveController::finished, this, [this](const QString& summary) {
    statusBar()->showMessage(summary);
    update_state();
    update_selection();
  });
  connect(&controller_, &ArchiveController::conflicts_found, this, [this](const QStringList& examples, int count) {
    controller_.answer_conflicts(prompts_->conflicts(examples, count));
  });
  connect(actions_.pause, &QAction::toggled, progress_, &ProgressPanel::set_paused);
}

void MainWindow::choose_and_compress() {
  QString suggestion = controller_.suggested_target();
  using Existing = CompressOptions::Existing;
  while (true) {
    QString target = prompts_->target(suggestion);
    if (target.isEmpty()) return;
    if (!target.endsWith(".bswap"_L1, Qt::CaseInsensitive)) target += ".bswap"_L1;
    last_folder_ = QFileInfo(target).absolutePath();
    if (!QFileInfo::exists(target)) return controller_.compress(target, Existing::Refuse);
    switch (prompts_->target_exists(target)) {
      case Prompts::TargetExists::Replace: return controller_.compress(target, Existing::Replace);
      case Prompts::TargetExists::Update: return controller_.compress(target, Existing::Update);
      case Prompts::TargetExists::Cancel: return;
      case Prompts::TargetExists::OtherName: suggestion = target; break;
    }
  }
}

void MainWindow::choose_and_extract(const std::vector<std::string>& paths) {
  const QString folder = prompts_->extraction_folder(controller_.suggested_folder());
  if (!folder.isEmpty()) controller_.extract(paths, folder);
}

void MainWindow::remove_selected() {
  const std::vector<std::string> paths = view_->selected_paths();
  if (paths.empty() || controller_.busy()) return;
  if (controller_.mode() == ArchiveController::Mode::Archive &&
      !prompts_->remove_from_archive(static_cast<int>(paths.size()), controller_.archive())) {
    return;
  }
  controller_.remove(paths);
}

void MainWindow::preview_selected() {
  const NamedSources pictures = view_->visible_pictures();
  if (pictures.empty()) return;
  const NamedSources selected = view_->selected_sources();
  const auto found = selected.empty() ? pictures.end() : std::ranges::find(pictures, selected.front());
  show_preview(pictures, found == pictures.end() ? 0 : static_cast<int>(found - pictures.begin()));
}

void MainWindow::show_preview(const NamedSources& pictures, int current) {
  if (preview_ == nullptr) {
    preview_ = new PreviewWindow(engine_, this, &settings_);
    connect(preview_, &PreviewWindow::current_changed, this, [this](int index) {
      if (index < 0 || static_cast<std::size_t>(index) >= previewed_.size()) return;
      const std::string path = controller_.path_of(previewed_[static_cast<std::size_t>(index)].source);
      if (!path.empty()) view_->select_paths({path});
    });
  }
  previewed_ = pictures;
  preview_->show_pictures(pictures, current);
}

void MainWindow::select_first_picture() {
  const QString archive = controller_.archive();
  if (archive == shown_archive_) return;
  shown_archive_ = archive;
  if (archive.isEmpty() || !view_->selected_paths().empty()) return;
  const NamedSources pictures = view_->visible_pictures();
  const auto coded = std::ranges::find(pictures, "bitswap", &NamedSource::codec);
  const auto first = coded == pictures.end() ? pictures.begin() : coded;
  if (first != pictures.end()) view_->select_paths({first->source.entry});
}

void MainWindow::open_file(const std::string& path) {
  const FileItem* item = controller_.model().find(path);
  if (item == nullptr) return;
  if (item->source.entry.empty()) {
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFile::decodeName(item->source.file.c_str())));
  } else {
    statusBar()->showMessage(tr("“%1” is no picture: extract it to open it.").arg(path_text(path)));
  }
}

void MainWindow::note_measured(const PictureSource& source, const CompareImage& image) {
  const std::string path = controller_.path_of(source);
  if (path.empty()) return;
  controller_.model().update(path, [&](FileItem& item) {
    item.codec_bytes.clear();
    for (const CompareMeasurement& measurement : image.codecs) item.codec_bytes[measurement.codec] = measurement.bytes;
    item.width = image.width;
    item.height = image.height;
  });
}

}  // namespace bitswap::ui
