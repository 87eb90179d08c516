// The window: list at the left, figures of the selection at the right, jobs and problems at the bottom.
#pragma once

#include <QMainWindow>

#include "ui/controllers/archive_controller.h"
#include "ui/controllers/drag_out.h"
#include "ui/controllers/measure_controller.h"
#include "ui/controllers/thumbnail_loader.h"
#include "ui/models/file_filter_model.h"
#include "ui/views/prompts.h"

class QLabel;
class QLineEdit;
class QMenu;
class QSplitter;
class QStackedWidget;
class QTabWidget;
class QToolBar;

namespace bitswap::ui {

class CompareTab;
class DetailsTab;
class FileView;
class LayersTab;
class PreviewWindow;
class ProblemsPanel;
class ProgressPanel;
class Settings;
class StartPage;

class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  /// Engine and settings must outlive it. `prompts`: null for dialogs.
  MainWindow(Engine& engine, Settings& settings, std::unique_ptr<Prompts> prompts = nullptr);
  ~MainWindow() override;

  [[nodiscard]] ArchiveController& controller() { return controller_; }
  /// As if they were dropped; what comes while a job runs waits for its end.
  void add_paths(const QStringList& paths);

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  /// All that the user can do; the menus, the tool bar and the start page show them.
  struct Actions {
    QAction *fresh, *open, *add_files, *add_folder, *compress, *extract, *extract_selected, *test, *quit;
    QAction *select_all, *remove, *find, *settings;
    QAction *preview, *side_panel, *compare_tab, *layers_tab, *details_tab;
    QAction *pause, *cancel;
    QAction *shortcuts, *about;
  };

  // main_window.cpp
  QWidget* make_list();
  void connect_everything();
  void update_state();
  void update_selection();
  void show_details();
  void update_totals();
  void restore_state();
  void save_state();
  QStringList sample_photos() const;

  // main_window_actions.cpp
  void make_actions();
  void make_menus();
  void fill_recent();
  void show_shortcuts();
  void show_context_menu(const QPoint& global);

  // main_window_jobs.cpp
  void connect_jobs();
  void choose_and_compress();
  void choose_and_extract(const std::vector<std::string>& paths);
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
  FileFilterModel filter_model_;
  Actions actions_{};
  QMenu* recent_menu_ = nullptr;
  QToolBar* tool_bar_ = nullptr;
  QStackedWidget* pages_;
  StartPage* start_page_;
  QSplitter* splitter_;
  QLineEdit* filter_;
  FileView* view_;
  QLabel *selection_totals_, *all_totals_;
  QTabWidget* tabs_;
  CompareTab* compare_;
  LayersTab* layers_;
  DetailsTab* details_;
  ProgressPanel* progress_;
  ProblemsPanel* problems_;
  PreviewWindow* preview_ = nullptr;
  NamedSources previewed_;
  QString shown_archive_;  ///< whose first picture was selected when it appeared
  QStringList later_;      ///< came while a job was running
  QString last_folder_;
};

}  // namespace bitswap::ui
