// SPDX-License-Identifier: GPL-3.0-or-later
// Layout, and what follows the selection and the state of the controller.
#include "ui/views/main_window.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QScreen>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

#include "ui/controllers/settings.h"
#include "ui/items/format_text.h"
#include "ui/views/about_dialog.h"
#include "ui/views/figures_panel.h"
#include "ui/views/file_view.h"
#include "ui/views/list_panel.h"
#include "ui/views/note_label.h"
#include "ui/views/problems_panel.h"
#include "ui/views/progress_panel.h"
#include "ui/views/settings_dialog.h"
#include "ui/views/start_page.h"
#include "ui/views/theme.h"
#include "ui/views/window_actions.h"

namespace bitswap::ui {
namespace {

using Qt::StringLiterals::operator""_L1;

QStringList local_files(const QMimeData* data) {
  QStringList paths;
  for (const QUrl& url : data->urls()) {
    if (url.isLocalFile()) paths << QDir::cleanPath(url.toLocalFile());
  }
  return paths;
}

}  // namespace

MainWindow::MainWindow(Engine& engine, Settings& settings, std::unique_ptr<Prompts> prompts)
    : engine_(engine),
      settings_(settings),
      prompts_(prompts ? std::move(prompts) : std::make_unique<DialogPrompts>(this)),
      controller_(engine, settings),
      measure_(engine, settings),
      thumbnails_(engine),
      drag_out_(engine),
      actions_(new WindowActions(*this)) {
  setAcceptDrops(true);
  setWindowIcon(program_icon());
  start_page_ = new StartPage(actions_->add_files, actions_->add_folder, actions_->open, this);
  start_page_->set_samples(!sample_photos().isEmpty());
  list_ = new ListPanel(controller_.model(), this);
  figures_ = new FiguresPanel(measure_, settings_, this);

  splitter_ = new QSplitter(this);
  splitter_->addWidget(list_);
  splitter_->addWidget(figures_);
  splitter_->setStretchFactor(0, 3);
  splitter_->setStretchFactor(1, 2);
  splitter_->setChildrenCollapsible(false);
  splitter_->setHandleWidth(5);
  pages_ = new QStackedWidget(this);
  auto* scrolled = new QScrollArea(this);  // for small screens
  scrolled->setWidgetResizable(true);
  scrolled->setFrameShape(QFrame::NoFrame);
  scrolled->setFocusPolicy(Qt::NoFocus);
  scrolled->setWidget(start_page_);
  pages_->addWidget(scrolled);
  pages_->addWidget(splitter_);

  progress_ = new ProgressPanel(actions_->pause, actions_->cancel, this);
  progress_->hide();
  problems_ = new ProblemsPanel(actions_->repair, this);
  auto* lower = new QSplitter(Qt::Vertical, this);
  lower->addWidget(pages_);
  lower->addWidget(problems_);
  lower->setStretchFactor(0, 4);
  lower->setStretchFactor(1, 1);
  lower->setChildrenCollapsible(false);
  auto* central = new QWidget(this);
  auto* layout = new QVBoxLayout(central);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(lower, 1);
  layout->addWidget(progress_);
  setCentralWidget(central);
  outcome_ = new ElidedLabel(this);
  outcome_->setAccessibleName(tr("Result of the last job"));
  statusBar()->addWidget(outcome_, 1);
  all_totals_ = new QLabel(this);
  all_totals_->setAccessibleName(tr("Totals of the list"));
  statusBar()->addPermanentWidget(all_totals_);

  auto* columns = new QMenu(this);
  connect(columns, &QMenu::aboutToShow, this, [this, columns] {
    columns->clear();
    list_->view().fill_columns_menu(*columns);
  });
  actions_->fill_menu_bar(*menuBar(), *columns);
  QToolBar* tool_bar = addToolBar(tr("Tool Bar"));
  tool_bar->setObjectName(QStringLiteral("tool_bar"));
  actions_->fill_tool_bar(*tool_bar);
  connect_actions();
  connect_parts();
  connect_jobs();
  restore_state();
  update_state();
  update_selection();
}

MainWindow::~MainWindow() { delete list_; }  // before the model that it shows

void MainWindow::connect_actions() {
  const WindowActions& a = *actions_;
  const auto on = [this](const QAction* action, auto call) { connect(action, &QAction::triggered, this, call); };
  on(a.fresh, [this] {
    if (may_lose_list()) controller_.clear();
  });
  on(a.open, [this] { choose_and_open(); });
  on(a.add_files, [this] {
    const QStringList files = prompts_->files_to_add(last_folder_);
    if (files.isEmpty()) return;
    last_folder_ = QFileInfo(files.first()).absolutePath();
    add_paths(files);
  });
  on(a.add_folder, [this] {
    const QString folder = prompts_->folder_to_add(last_folder_);
    if (folder.isEmpty()) return;
    last_folder_ = QFileInfo(folder).absolutePath();
    add_paths({folder});
  });
  on(a.compress, [this] { choose_and_compress(); });
  on(a.extract, [this] { choose_and_extract({}); });
  on(a.extract_selected, [this] { choose_and_extract(list_->view().selected_paths()); });
  on(a.test, [this] { controller_.test(); });
  on(a.repair, [this] { choose_and_repair(); });
  on(a.quit, [this] { close(); });
  on(a.select_all, [this] { list_->view().selectAll(); });
  on(a.remove, [this] { remove_selected(); });
  on(a.find, [this] { list_->focus_filter(); });
  on(a.settings, [this] { SettingsDialog(settings_, this).exec(); });
  on(a.preview, [this] { preview_selected(); });
  on(a.side_panel, [this] { figures_->setVisible(actions_->side_panel->isChecked()); });
  const auto show_tab = [this](FiguresPanel::Tab tab) {
    actions_->side_panel->setChecked(true);
    figures_->show();
    figures_->setCurrentIndex(tab);
  };
  on(a.compare_tab, [show_tab] { show_tab(FiguresPanel::Compare); });
  on(a.layers_tab, [show_tab] { show_tab(FiguresPanel::Layers); });
  on(a.details_tab, [show_tab] { show_tab(FiguresPanel::Details); });
  on(a.cancel, [this] { cancel_job(); });
  on(a.about, [this] { AboutDialog(this).exec(); });
  connect(a.pause, &QAction::toggled, this, [this](bool paused) { controller_.pause(paused); });
  connect(actions_, &WindowActions::recent_chosen, this, &MainWindow::open_archive);
  connect(actions_, &WindowActions::recent_cleared, this, [this] {
    settings_.clear_recent();
    update_state();
  });
}

void MainWindow::connect_parts() {
  FileView* view = &list_->view();
  connect(view, &FileView::selection_changed, this, &MainWindow::update_selection);
  connect(view, &FileView::activated_items, this, &MainWindow::show_preview);
  connect(view, &FileView::activated_file, this, &MainWindow::open_file);
  connect(view, &FileView::context_menu_requested, this, &MainWindow::show_context_menu);
  connect(view, &FileView::remove_requested, this, &MainWindow::remove_selected);
  connect(start_page_, &StartPage::recent_chosen, this, &MainWindow::open_archive);
  connect(start_page_, &StartPage::samples_chosen, this, [this] { controller_.add(sample_photos()); });
  connect(&settings_, &Settings::changed, this, [this] { apply_theme(*qApp, settings_.theme()); });
  connect(&measure_, &MeasureController::compared, this, &MainWindow::note_measured);
  thumbnails_.connect_to(controller_.model());
  view->set_drag_provider([this, view](const std::vector<std::string>& paths) -> QMimeData* {
    const std::vector<const FileItem*> files = view->selected_files();
    if (controller_.mode() == ArchiveController::Mode::Queue) return DragOut::queued(files);
    std::vector<std::string> stored;
    for (const std::string& path : paths) {
      const FileItem* item = controller_.model().find(path);
      if (item != nullptr && !item->left_out) stored.push_back(path);
    }
    if (stored.empty()) return nullptr;
    JobOptions options;
    settings_.apply(options);
    return drag_out_.entries(controller_.archive().toStdString(), stored, files, options);
  });
  connect(&drag_out_, &DragOut::too_large, this, &MainWindow::choose_and_extract);
  connect(&drag_out_, &DragOut::preparing, this, [this](const JobProgress& progress) {
    QString text = tr("Extracting for the drop… Esc stops it.");
    if (progress.files_total > 0) {
      text = tr("Extracting for the drop: %1 of %2. Esc stops it.")
                 .arg(format_count(progress.files_done), format_count(progress.files_total));
    }
    show_outcome(text, false);
    dropping_ = true;
  });
  connect(&drag_out_, &DragOut::over, this, [this](const QString& message) {
    if (dropping_ || !message.isEmpty()) show_outcome(message, true);
    dropping_ = false;
  });
}

void MainWindow::update_state() {
  using Mode = ArchiveController::Mode;
  WindowActions::State state;
  state.archive = controller_.mode() == Mode::Archive;
  state.busy = controller_.busy();
  state.job = controller_.job_running();
  state.filled = controller_.model().rowCount() > 0;
  state.selected = !list_->view().selected_paths().empty();
  state.damaged = !controller_.damaged_archive().isEmpty();
  const QStringList recent = settings_.recent();
  start_page_->set_recent(recent);
  actions_->set_recent(recent);
  actions_->set_state(state);
  pages_->setCurrentIndex(state.archive || state.filled || state.busy ? 1 : 0);
  progress_->setVisible(state.job);
  if (!state.job) job_percent_ = -1;
  problems_->set_repair_offered(state.damaged);
  measure_.set_suspended(state.job);
  thumbnails_.pause(state.job);
  show_title();
  update_totals();
}

void MainWindow::show_title() {
  const QString program = tr("Bit-Swap Archiver");
  QString title = program;
  if (controller_.job_running()) {
    title = job_percent_ < 0 ? tr("%1 – %2").arg(job_title_, program)
                             : tr("%1 – %2 – %3", "percentage, job, program")
                                   .arg(format_percent(job_percent_ / 100.0, 0), job_title_, program);
  } else if (controller_.mode() == ArchiveController::Mode::Archive) {
    title = tr("%1 – %2").arg(path_text(QFileInfo(controller_.archive()).fileName().toStdString()), program);
  } else if (controller_.model().rowCount() > 0) {
    title = tr("New archive – %1").arg(program);
  }
  setWindowFilePath(controller_.archive());
  setWindowTitle(title);
}

void MainWindow::show_outcome(const QString& text, bool warning) {
  const ChartColours colours = chart_colours(palette());
  QPalette look = statusBar()->palette();
  if (warning) look.setColor(QPalette::WindowText, is_dark(palette()) ? colours.warning : colours.bad);
  outcome_->setPalette(look);
  outcome_->setText(text);
  outcome_->setToolTip(text);
  outcome_->setAccessibleDescription(text);
  statusBar()->clearMessage();
  if (text.isEmpty()) return;
  QAccessibleEvent event(outcome_, QAccessible::Alert);  // read aloud when it appears
  QAccessible::updateAccessibility(&event);
}

void MainWindow::update_selection() {
  figures_->show_selection(list_->view(), controller_.model(), controller_.archive());
  const bool selected = !list_->view().selected_paths().empty();
  const bool archive = controller_.mode() == ArchiveController::Mode::Archive;
  actions_->remove->setEnabled(!controller_.busy() && selected);
  actions_->extract_selected->setEnabled(!controller_.busy() && archive && selected);
  update_totals();
}

void MainWindow::update_totals() {
  list_->show_totals();
  const FileTreeModel& model = controller_.model();
  QString text;
  if (model.rowCount() > 0) {
    text = ListPanel::totals_text(model.totals(model.files_under({})));
    if (controller_.archive_size() > 0) text += tr(" · archive %1").arg(format_bytes(controller_.archive_size()));
  }
  all_totals_->setText(text);
  all_totals_->setAccessibleDescription(text);
}

void MainWindow::add_paths(const QStringList& paths) {
  if (paths.isEmpty()) return;
  QStringList archives, files;
  for (const QString& path : paths) (ArchiveController::is_archive_name(path) ? archives : files) << path;
  if (files.isEmpty() && archives.size() == 1) return open_archive(archives.first());
  if (!controller_.takes_files()) {
    later_ += paths;
    show_outcome(tr("These files are added when the job is over."), false);
    return;
  }
  if (!archives.isEmpty()) {
    switch (prompts_->archives_among_files(static_cast<int>(archives.size()), static_cast<int>(files.size()))) {
      case Prompts::Archives::Cancel: return;
      case Prompts::Archives::Open: return open_archive(archives.first());
      case Prompts::Archives::Compress: break;
    }
  }
  if (controller_.mode() == ArchiveController::Mode::Archive) {
    switch (prompts_->add_to_open_archive(controller_.archive())) {
      case Prompts::AddTo::Cancel: return;
      case Prompts::AddTo::NewList: controller_.clear(); break;
      case Prompts::AddTo::OpenArchive: break;
    }
  }
  controller_.add(paths);
}

QStringList MainWindow::sample_photos() const {
  const QString program = QCoreApplication::applicationDirPath();
  for (const QString& place :
       {program + "/../share/bitswap-archiver/samples"_L1, program + "/../../../resources/samples"_L1}) {
    const QFileInfoList files = QDir(place).entryInfoList({"*.png"_L1, "*.jpg"_L1, "*.ppm"_L1}, QDir::Files);
    QStringList paths;
    for (const QFileInfo& file : files) paths << file.canonicalFilePath();
    if (!paths.isEmpty()) return paths;
  }
  return {};
}

void MainWindow::restore_state() {
  if (!restoreGeometry(settings_.state(QStringLiteral("geometry")))) {
    const QSize room = screen()->availableSize();
    resize(QSize(1520, 940).boundedTo({room.width() * 97 / 100, room.height() * 94 / 100}));
  }
  restoreState(settings_.state(QStringLiteral("window")));
  if (!splitter_->restoreState(settings_.state(QStringLiteral("splitter")))) {
    const int list = std::max(width() * 60 / 100, std::min(820, width() * 66 / 100));  // all of its columns
    splitter_->setSizes({list, width() - list});
  }
  list_->view().restore_state(settings_.state(QStringLiteral("columns")));
  const bool panel = settings_.state(QStringLiteral("side_panel")) != QByteArrayLiteral("hidden");
  actions_->side_panel->setChecked(panel);
  figures_->setVisible(panel);
  figures_->setCurrentIndex(settings_.state(QStringLiteral("tab")).toInt());
  last_folder_ = QString::fromUtf8(settings_.state(QStringLiteral("folder")));
}

void MainWindow::save_state() {
  settings_.set_state(QStringLiteral("geometry"), saveGeometry());
  settings_.set_state(QStringLiteral("window"), saveState());
  settings_.set_state(QStringLiteral("splitter"), splitter_->saveState());
  settings_.set_state(QStringLiteral("columns"), list_->view().save_state());
  settings_.set_state(QStringLiteral("side_panel"),
                      actions_->side_panel->isChecked() ? QByteArrayLiteral("shown") : QByteArrayLiteral("hidden"));
  settings_.set_state(QStringLiteral("tab"), QByteArray::number(figures_->currentIndex()));
  settings_.set_state(QStringLiteral("folder"), last_folder_.toUtf8());
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (controller_.job_running()) {
    if (!prompts_->stop_job(true)) return event->ignore();
    controller_.cancel();
  } else if (!may_lose_list()) {
    return event->ignore();
  }
  save_state();
  event->accept();
}

void MainWindow::show_context_menu(const QPoint& global) {
  QMenu menu(this);
  menu.addAction(actions_->preview);
  if (controller_.mode() == ArchiveController::Mode::Archive) menu.addAction(actions_->extract_selected);
  menu.addAction(tr("Copy &Path"), &list_->view(), &FileView::copy_paths);
  menu.addSeparator();
  menu.addAction(actions_->remove);
  menu.exec(global);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->source() == &list_->view() || local_files(event->mimeData()).isEmpty()) return;
  start_page_->set_drop_active(true);
  event->setDropAction(Qt::CopyAction);
  event->accept();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) { start_page_->set_drop_active(false); }

void MainWindow::dropEvent(QDropEvent* event) {
  start_page_->set_drop_active(false);
  const QStringList paths = local_files(event->mimeData());
  if (paths.isEmpty()) return;
  event->setDropAction(Qt::CopyAction);
  event->accept();
  // The program that the files come from waits for the end of this call: questions come after it.
  QMetaObject::invokeMethod(
      this, [this, paths] { add_paths(paths); }, Qt::QueuedConnection);
}

}  // namespace bitswap::ui
