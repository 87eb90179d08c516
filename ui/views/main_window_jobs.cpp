// SPDX-License-Identifier: GPL-3.0-or-later
// What the window does around a job: questions before it, progress during it, the outcome after it.
#include <QAction>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStatusBar>
#include <QUrl>
#include <algorithm>

#include "ui/controllers/settings.h"
#include "ui/items/format_text.h"
#include "ui/views/file_view.h"
#include "ui/views/list_panel.h"
#include "ui/views/main_window.h"
#include "ui/views/preview_window.h"
#include "ui/views/problems_panel.h"
#include "ui/views/progress_panel.h"
#include "ui/views/window_actions.h"

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
    job_title_ = title;
    job_percent_ = -1;
    progress_->start(title);
    show_outcome({}, false);
    update_state();
  });
  connect(&controller_, &ArchiveController::progress, this,
          [this](const JobProgress& progress, double bytes_per_second, double seconds_left) {
            progress_->set_progress(progress, bytes_per_second, seconds_left);
            if (job_percent_ == progress_->percent()) return;
            job_percent_ = progress_->percent();
            show_title();
          });
  connect(&controller_, &ArchiveController::problems_changed, this, [this] {
    problems_->set_problems(controller_.problems());
    problems_->set_repair_offered(!controller_.damaged_archive().isEmpty());
  });
  connect(&controller_, &ArchiveController::finished, this,
          [this](const QString& summary, ArchiveController::Outcome outcome) {
            using Outcome = ArchiveController::Outcome;
            show_outcome(summary, outcome == Outcome::Problems || outcome == Outcome::Failed);
            update_state();
            update_selection();
          });
  connect(&controller_, &ArchiveController::refused, this,
          [this](const QString& reason) { statusBar()->showMessage(reason, 8000); });
  connect(&controller_, &ArchiveController::conflicts_found, this, [this](const QStringList& examples, int count) {
    controller_.answer_conflicts(prompts_->conflicts(examples, count));
  });
  connect(actions_->pause, &QAction::toggled, progress_, &ProgressPanel::set_paused);
}

bool MainWindow::may_lose_list() {
  const std::size_t files = controller_.queued_files();
  return files == 0 || prompts_->lose_list(static_cast<int>(files));
}

void MainWindow::open_archive(const QString& archive) {
  if (may_lose_list()) controller_.open(archive);
}

void MainWindow::choose_and_open() {
  const QString archive = prompts_->archive_to_open(last_folder_);
  if (archive.isEmpty()) return;
  last_folder_ = QFileInfo(archive).absolutePath();
  open_archive(archive);
}

void MainWindow::choose_and_repair() {
  const QString damaged =
      controller_.damaged_archive().isEmpty() ? controller_.archive() : controller_.damaged_archive();
  if (damaged.isEmpty()) return;
  const QFileInfo old(damaged);
  const QString beside = old.absoluteDir().filePath(old.completeBaseName());
  QString suggestion = tr("%1 (repaired).bswap").arg(beside);
  for (int i = 2; QFileInfo::exists(suggestion); ++i) suggestion = tr("%1 (repaired %2).bswap").arg(beside).arg(i);
  const QString target = prompts_->repaired_archive(suggestion);
  if (target.isEmpty() || !may_lose_list()) return;
  controller_.repair(damaged, target);
}

void MainWindow::cancel_job() {
  // The reading of names leaves nothing behind and is stopped at once.
  if (controller_.job_running() && !prompts_->stop_job(false)) return;
  controller_.cancel();
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
  const std::vector<std::string> paths = list_->view().selected_paths();
  if (paths.empty() || controller_.busy()) return;
  if (controller_.mode() == ArchiveController::Mode::Archive &&
      !prompts_->remove_from_archive(static_cast<int>(paths.size()), controller_.archive())) {
    return;
  }
  controller_.remove(paths);
}

void MainWindow::preview_selected() {
  const NamedSources pictures = list_->view().visible_pictures();
  if (pictures.empty()) return;
  const NamedSources selected = list_->view().selected_sources();
  const auto found = selected.empty() ? pictures.end() : std::ranges::find(pictures, selected.front());
  show_preview(pictures, found == pictures.end() ? 0 : static_cast<int>(found - pictures.begin()));
}

void MainWindow::show_preview(const NamedSources& pictures, int current) {
  if (preview_ == nullptr) {
    preview_ = new PreviewWindow(engine_, this, &settings_);
    connect(preview_, &PreviewWindow::current_changed, this, [this](int index) {
      if (index < 0 || static_cast<std::size_t>(index) >= previewed_.size()) return;
      const std::string path = controller_.path_of(previewed_[static_cast<std::size_t>(index)].source);
      if (!path.empty()) list_->view().select_paths({path});
    });
  }
  previewed_ = pictures;
  preview_->show_pictures(pictures, current);
}

void MainWindow::select_first_picture() {
  const QString archive = controller_.archive();
  if (archive == shown_archive_) return;
  shown_archive_ = archive;
  if (archive.isEmpty() || !list_->view().selected_paths().empty()) return;
  const NamedSources pictures = list_->view().visible_pictures();
  const auto coded = std::ranges::find(pictures, Form::Picture, &NamedSource::form);
  const auto first = coded == pictures.end() ? pictures.begin() : coded;
  if (first != pictures.end()) list_->view().select_paths({first->source.entry});
}

void MainWindow::open_file(const std::string& path) {
  const FileItem* item = controller_.model().find(path);
  if (item == nullptr) return;
  if (item->source.entry.empty()) {
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFile::decodeName(item->source.file.c_str())));
  } else {
    show_outcome(tr("Extract “%1” to open it: it is not a picture.").arg(path_text(path)), false);
  }
}

void MainWindow::note_measured(const PictureSource& source, const CompareImage& image) {
  const std::string path = controller_.path_of(source);
  if (path.empty()) return;
  controller_.model().update(path, [&](FileItem& item) {
    item.codec_bytes.clear();
    for (const CompareMeasurement& measurement : image.codecs) {
      if (!measurement.estimate) item.codec_bytes[measurement.codec] = measurement.bytes;
    }
    item.width = image.width;
    item.height = image.height;
  });
}

}  // namespace bitswap::ui
