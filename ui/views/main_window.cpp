// Layout, and what follows the selection and the state of the controller.
#include "ui/views/main_window.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QScreen>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include "ui/controllers/settings.h"
#include "ui/models/format_text.h"
#include "ui/views/compare_tab.h"
#include "ui/views/details_tab.h"
#include "ui/views/file_view.h"
#include "ui/views/layers_tab.h"
#include "ui/views/problems_panel.h"
#include "ui/views/progress_panel.h"
#include "ui/views/start_page.h"
#include "ui/views/theme.h"

namespace bitswap::ui {
namespace {

using Qt::StringLiterals::operator""_L1;

QString totals_text(const FileTreeModel::Totals& totals) {
  QString text = MainWindow::tr("%n file(s), %1", nullptr, static_cast<int>(totals.files))
                     .arg(format_bytes(totals.original_bytes));
  if (totals.files_with_archive_bytes > 0 && totals.original_bytes_archived > 0) {
    text += MainWindow::tr(" → %1 (%2)")
                .arg(format_bytes(totals.archive_bytes),
                     format_percent(static_cast<double>(totals.archive_bytes) /
                                    static_cast<double>(totals.original_bytes_archived)));
  }
  return text;
}

void add_file(const FileItem& file, FilesSummary& sum) {
  ++sum.files;
  sum.file_bytes += file.original_bytes;
  if (looks_like_picture(file)) {
    ++sum.pictures;
    sum.pixels += std::uint64_t{file.width} * file.height;
  }
  if (!file.archive_bytes) return;
  ++sum.stored_files;
  sum.stored_file_bytes += file.original_bytes;
  sum.stored_bytes += *file.archive_bytes;
  if (file.exactness == Exactness::Pixels) ++sum.pixel_exact;
  FilesSummary::Share& share = sum.codecs[file.codec];
  ++share.files;
  share.bytes += *file.archive_bytes;
}

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
      drag_out_(engine) {
  setAcceptDrops(true);
  setWindowIcon(program_icon());
  make_actions();
  start_page_ = new StartPage(actions_.add_files, actions_.add_folder, actions_.open, this);
  start_page_->set_samples(!sample_photos().isEmpty());

  tabs_ = new QTabWidget(this);
  tabs_->setDocumentMode(true);
  tabs_->setAccessibleName(tr("Figures of the selection"));
  compare_ = new CompareTab(measure_, settings_, tabs_);
  layers_ = new LayersTab(measure_, tabs_);
  details_ = new DetailsTab(measure_, tabs_);
  tabs_->addTab(compare_, line_icon(QStringLiteral("compare")), tr("Compare"));
  tabs_->addTab(layers_, line_icon(QStringLiteral("layers")), tr("Layers"));
  tabs_->addTab(details_, line_icon(QStringLiteral("info")), tr("Details"));

  splitter_ = new QSplitter(this);
  splitter_->addWidget(make_list());
  splitter_->addWidget(tabs_);
  splitter_->setStretchFactor(0, 3);
  splitter_->setStretchFactor(1, 2);
  splitter_->setChildrenCollapsible(false);
  splitter_->setHandleWidth(5);
  pages_ = new QStackedWidget(this);
  pages_->addWidget(start_page_);
  pages_->addWidget(splitter_);

  progress_ = new ProgressPanel(actions_.pause, actions_.cancel, this);
  progress_->hide();
  problems_ = new ProblemsPanel(this);
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
  all_totals_ = new QLabel(this);
  statusBar()->addPermanentWidget(all_totals_);

  make_menus();
  connect_everything();
  connect_jobs();
  restore_state();
  update_state();
  update_selection();
}

MainWindow::~MainWindow() { view_->setModel(nullptr); }

QWidget* MainWindow::make_list() {
  auto* left = new QWidget(this);
  filter_ = new QLineEdit(left);
  filter_->setPlaceholderText(tr("Filter by name"));
  filter_->setAccessibleName(tr("Filter the list by name"));
  filter_->setClearButtonEnabled(true);
  filter_->addAction(line_icon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
  view_ = new FileView(left);
  view_->setAccessibleName(tr("Files"));
  view_->set_empty_text(tr("There is nothing in this archive."));
  selection_totals_ = new QLabel(left);
  selection_totals_->setContentsMargins(6, 2, 6, 2);
  selection_totals_->setAccessibleName(tr("Totals of the selection"));
  selection_totals_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  auto* layout = new QVBoxLayout(left);
  layout->setContentsMargins(6, 6, 3, 2);
  layout->setSpacing(5);
  layout->addWidget(filter_);
  layout->addWidget(view_, 1);
  layout->addWidget(selection_totals_);
  filter_model_.setSourceModel(&controller_.model());
  view_->setModel(&filter_model_);
  return left;
}

void MainWindow::connect_everything() {
  connect(filter_, &QLineEdit::textChanged, view_, &FileView::set_filter);
  connect(filter_, &QLineEdit::returnPressed, this, [this] { view_->setFocus(); });
  connect(view_, &FileView::selection_changed, this, &MainWindow::update_selection);
  connect(view_, &FileView::activated_items, this, &MainWindow::show_preview);
  connect(view_, &FileView::activated_file, this, &MainWindow::open_file);
  connect(view_, &FileView::context_menu_requested, this, &MainWindow::show_context_menu);
  connect(view_, &FileView::remove_requested, this, &MainWindow::remove_selected);
  connect(start_page_, &StartPage::recent_chosen, &controller_, &ArchiveController::open);
  connect(start_page_, &StartPage::samples_chosen, this, [this] { controller_.add(sample_photos()); });
  connect(&settings_, &Settings::changed, this, [this] { apply_theme(*qApp, settings_.theme()); });
  connect(&measure_, &MeasureController::compared, this, &MainWindow::note_measured);
  thumbnails_.connect_to(controller_.model());
  view_->set_drag_provider([this](const std::vector<std::string>& paths) -> QMimeData* {
    const std::vector<const FileItem*> files = view_->selected_files();
    if (controller_.mode() == ArchiveController::Mode::Queue) return DragOut::queued(files);
    JobOptions options;
    settings_.apply(options);
    return drag_out_.entries(controller_.archive().toStdString(), paths, files, options);
  });
  connect(&drag_out_, &DragOut::too_large, this, &MainWindow::choose_and_extract);
  connect(&drag_out_, &DragOut::failed, this, [this](const QString& message) { statusBar()->showMessage(message); });
}

void MainWindow::update_state() {
  using Mode = ArchiveController::Mode;
  const bool archive = controller_.mode() == Mode::Archive;
  const bool busy = controller_.busy();
  const bool job = controller_.job_running();
  const bool filled = controller_.model().rowCount() > 0;
  const bool selected = !view_->selected_paths().empty();
  pages_->setCurrentIndex(archive || filled || busy ? 1 : 0);
  for (QAction* action : {actions_.fresh, actions_.open, actions_.add_files, actions_.add_folder, actions_.settings}) {
    action->setEnabled(!job);
  }
  actions_.fresh->setEnabled(!job && (archive || filled));
  actions_.compress->setEnabled(!busy && !archive && filled);
  actions_.extract->setEnabled(!busy && archive && filled);
  actions_.extract_selected->setEnabled(!busy && archive && selected);
  actions_.test->setEnabled(!busy && archive && filled);
  actions_.remove->setEnabled(!busy && selected);
  actions_.preview->setEnabled(filled);
  actions_.pause->setEnabled(job);
  actions_.cancel->setEnabled(busy);
  recent_menu_->setEnabled(!job && !settings_.recent().isEmpty());
  progress_->setVisible(job);
  if (!job) actions_.pause->setChecked(false);
  measure_.set_suspended(job);
  thumbnails_.pause(job);

  const QString program = tr("Bit-Swap Archiver");
  if (archive) {
    setWindowTitle(tr("%1 – %2").arg(path_text(QFileInfo(controller_.archive()).fileName().toStdString()), program));
    setWindowFilePath(controller_.archive());
  } else {
    setWindowTitle(filled ? tr("New archive – %1").arg(program) : program);
    setWindowFilePath({});
  }
  fill_recent();
  update_totals();
}

void MainWindow::update_selection() {
  NamedSources pictures;
  std::uint64_t pixels = 0;
  for (const FileItem* file : view_->selected_files()) {
    if (!looks_like_picture(*file)) continue;
    pictures.push_back(named_source(*file));
    pixels += std::uint64_t{file->width} * file->height;
  }
  layers_->set_sources(pictures);
  show_details();
  compare_->set_sources(pictures, pixels);
  const bool selected = !view_->selected_paths().empty();
  const bool archive = controller_.mode() == ArchiveController::Mode::Archive;
  actions_.remove->setEnabled(!controller_.busy() && selected);
  actions_.extract_selected->setEnabled(!controller_.busy() && archive && selected);
  update_totals();
}

void MainWindow::show_details() {
  const NamedSources rows = view_->selected_sources();
  const std::vector<std::string> paths = view_->selected_paths();
  const FileTreeModel& model = controller_.model();
  if (rows.size() == 1 && paths.size() == 1) return details_->set_sources(rows);
  if (model.rowCount() == 0) return details_->set_sources({});
  FilesSummary summary;
  for (const FileItem* file : paths.empty() ? model.files_under({}) : view_->selected_files()) add_file(*file, summary);
  QString name = tr("%Ln selected item(s)", nullptr, static_cast<int>(paths.size()));
  if (paths.size() == 1) name = path_text(paths.front());
  if (paths.empty()) {
    const QString archive = QFileInfo(controller_.archive()).fileName();
    name = archive.isEmpty() ? tr("All files of the list") : path_text(archive.toStdString());
  }
  details_->set_summary(name, summary);
}

void MainWindow::update_totals() {
  const FileTreeModel& model = controller_.model();
  const std::vector<const FileItem*> selected = view_->selected_files();
  selection_totals_->setText(selected.empty() ? tr("Nothing selected")
                                              : tr("Selected: %1").arg(totals_text(model.totals(selected))));
  QString text;
  if (model.rowCount() > 0) {
    text = totals_text(model.totals(model.files_under({})));
    if (controller_.archive_size() > 0) text += tr(" · archive %1").arg(format_bytes(controller_.archive_size()));
  }
  all_totals_->setText(text);
}

void MainWindow::add_paths(const QStringList& paths) {
  if (paths.isEmpty()) return;
  if (controller_.job_running()) {
    later_ += paths;
    statusBar()->showMessage(tr("These files come when the job is done."));
    return;
  }
  const bool opens = paths.size() == 1 && ArchiveController::is_archive_name(paths.first());
  if (controller_.mode() == ArchiveController::Mode::Archive && !opens) {
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
  for (const QString& place : {program + "/../share/bitswap-archiver/samples"_L1,
                               program + "/../../../resources/samples"_L1, QStringLiteral(BITSWAP_SAMPLES)}) {
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
  view_->restore_state(settings_.state(QStringLiteral("columns")));
  const bool panel = settings_.state(QStringLiteral("side_panel")) != QByteArrayLiteral("hidden");
  actions_.side_panel->setChecked(panel);
  tabs_->setVisible(panel);
  tabs_->setCurrentIndex(settings_.state(QStringLiteral("tab")).toInt());
  last_folder_ = QString::fromUtf8(settings_.state(QStringLiteral("folder")));
}

void MainWindow::save_state() {
  settings_.set_state(QStringLiteral("geometry"), saveGeometry());
  settings_.set_state(QStringLiteral("window"), saveState());
  settings_.set_state(QStringLiteral("splitter"), splitter_->saveState());
  settings_.set_state(QStringLiteral("columns"), view_->save_state());
  settings_.set_state(QStringLiteral("side_panel"),
                      actions_.side_panel->isChecked() ? QByteArrayLiteral("shown") : QByteArrayLiteral("hidden"));
  settings_.set_state(QStringLiteral("tab"), QByteArray::number(tabs_->currentIndex()));
  settings_.set_state(QStringLiteral("folder"), last_folder_.toUtf8());
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (controller_.job_running()) {
    if (!prompts_->stop_job()) return event->ignore();
    controller_.cancel();
  }
  save_state();
  event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->source() == view_ || local_files(event->mimeData()).isEmpty()) return;
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
