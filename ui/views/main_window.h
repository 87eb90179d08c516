// SPDX-License-Identifier: GPL-3.0-or-later
// The window: list at the left, figures of the selection at the right, jobs and problems at the bottom. It only puts
// parts together: what each of them shows and does is its own affair.
#pragma once

#include <QMainWindow>

#include "ui/controllers/archive_controller.h"
#include "ui/controllers/drag_out.h"
#include "ui/controllers/measure_controller.h"
#include "ui/controllers/thumbnail_loader.h"
#include "ui/views/prompts.h"

class QLabel;
class QSplitter;
class QStackedWidget;

namespace bitswap::ui {

class FiguresPanel;
class ListPanel;
class PreviewWindow;
class ProblemsPanel;
class ProgressPanel;
class Settings;
class StartPage;
class WindowActions;

class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  /// Engine and settings must outlive it. `prompts`: null for dialogs.
  MainWindow(Engine& engine, Settings& settings, std::unique_ptr<Prompts> prompts = nullptr);
  ~MainWindow() override;

  [[nodiscard]] ArchiveController& controller() { return controller_; }
  /// As if they were dropped; what comes while a job runs waits for its end.
  void add_paths(const QStringList& paths);
  /// What dragging out left on the disk goes, too.
  void remove_temporary_files() { drag_out_.remove_files(); }

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  // main_window.cpp
  void connect_actions();
  void connect_parts();
  void update_state();
  void update_selection();
  void update_totals();
  void show_title();
  /// The left part of the status bar, until the next job begins.
  void show_outcome(const QString& text, bool warning);
  void restore_state();
  void save_state();
  QStringList sample_photos() const;
  void show_context_menu(const QPoint& global);

  // main_window_jobs.cpp
  void connect_jobs();
  /// False if the user wants to keep a list that was not compressed.
  bool may_lose_list();
  void open_archive(const QString& archive);
  void choose_and_open();
  void choose_and_compress();
  void choose_and_extract(const std::vector<std::string>& paths);
  void choose_and_repair();
  void cancel_job();
  void remove_selected();
  void preview_selected();
  void show_preview(const NamedSources& pictures, int current);
  void open_file(const std::string& path);
  /// So that the tabs have something to show.
  void select_first_picture();
  void note_measured(const PictureSource& source, const CompareImage& image);

  Engine& engine_;
  Settings& settings_;
  std::unique_ptr<Prompts> prompts_;
  ArchiveController controller_;
  MeasureController measure_;
  ThumbnailLoader thumbnails_;
  DragOut drag_out_;
  WindowActions* actions_;
  QStackedWidget* pages_;
  StartPage* start_page_;
  QSplitter* splitter_;
  ListPanel* list_;
  FiguresPanel* figures_;
  QLabel *outcome_, *all_totals_;
  ProgressPanel* progress_;
  ProblemsPanel* problems_;
  PreviewWindow* preview_ = nullptr;
  NamedSources previewed_;
  QString shown_archive_;  ///< whose first picture was selected when it appeared
  QStringList later_;      ///< came while they could not be taken
  QString last_folder_;
  bool dropping_ = false;  ///< the outcome tells of a drop that waits
  QString job_title_;
  int job_percent_ = -1;  ///< done of the job that runs; negative: unknown
};

}  // namespace bitswap::ui
