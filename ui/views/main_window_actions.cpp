// Actions with their shortcuts, and the menus and bars that show them.
#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "ui/controllers/settings.h"
#include "ui/views/about_dialog.h"
#include "ui/views/file_view.h"
#include "ui/views/main_window.h"
#include "ui/views/settings_dialog.h"
#include "ui/views/start_page.h"
#include "ui/views/theme.h"

namespace bitswap::ui {

void MainWindow::make_actions() {
  const auto make = [this](const QString& icon, const QString& text, const QString& tip, const QKeySequence& keys,
                           const std::function<void()>& call) {
    auto* action = new QAction(icon.isEmpty() ? QIcon() : line_icon(icon), text, this);
    action->setShortcut(keys);
    action->setToolTip(keys.isEmpty() ? tip : tr("%1 (%2)").arg(tip, keys.toString(QKeySequence::NativeText)));
    action->setStatusTip(tip);
    connect(action, &QAction::triggered, this, call);
    addAction(action);
    return action;
  };
  const auto named = [](const char* name) { return QString::fromLatin1(name); };
  Actions& a = actions_;
  a.fresh = make(named("new"), tr("&New List"), tr("Begin a new list; an open archive is closed"), QKeySequence::New,
                 [this] { controller_.clear(); });
  a.open = make(named("open"), tr("&Open Archive…"), tr("Open a .bswap archive"), QKeySequence::Open, [this] {
    const QString archive = prompts_->archive_to_open(last_folder_);
    if (archive.isEmpty()) return;
    last_folder_ = QFileInfo(archive).absolutePath();
    controller_.open(archive);
  });
  a.add_files = make(named("add-files"), tr("&Add Files…"), tr("Add photos and other files"),
                     QKeySequence(Qt::CTRL | Qt::Key_I), [this] {
                       const QStringList files = prompts_->files_to_add(last_folder_);
                       if (files.isEmpty()) return;
                       last_folder_ = QFileInfo(files.first()).absolutePath();
                       add_paths(files);
                     });
  a.add_folder = make(named("add-folder"), tr("Add &Folder…"), tr("Add a folder with all that is in it"),
                      QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_I), [this] {
                        const QString folder = prompts_->folder_to_add(last_folder_);
                        if (folder.isEmpty()) return;
                        last_folder_ = QFileInfo(folder).absolutePath();
                        add_paths({folder});
                      });
  a.compress = make(named("compress"), tr("&Compress…"), tr("Write the list into a new archive"), QKeySequence::Save,
                    [this] { choose_and_compress(); });
  a.extract = make(named("extract"), tr("&Extract All…"), tr("Bring all files back into a folder"),
                   QKeySequence(Qt::CTRL | Qt::Key_E), [this] { choose_and_extract({}); });
  a.extract_selected =
      make({}, tr("Extract &Selected…"), tr("Bring the selected files back into a folder"),
           QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E), [this] { choose_and_extract(view_->selected_paths()); });
  a.test = make(named("test"), tr("&Test"), tr("Check that everything in the archive comes back exactly"),
                QKeySequence(Qt::CTRL | Qt::Key_T), [this] { controller_.test(); });
  a.quit = make(named("quit"), tr("&Quit"), tr("Close the program"), QKeySequence::Quit, [this] { close(); });
  a.select_all = make({}, tr("Select &All"), tr("Select everything in the list"), {}, [this] { view_->selectAll(); });
  a.remove = make(named("remove"), tr("&Remove"), tr("Take the selected files out of the list or the archive"),
                  QKeySequence::Delete, [this] { remove_selected(); });
  a.find = make(named("filter"), tr("&Filter"), tr("Show only files of some name"), QKeySequence::Find, [this] {
    filter_->setFocus();
    filter_->selectAll();
  });
  a.settings = make(named("settings"), tr("&Settings…"), tr("Device, threads, comparison, appearance"),
                    QKeySequence(Qt::CTRL | Qt::Key_Comma), [this] { SettingsDialog(settings_, this).exec(); });
  a.preview = make(named("preview"), tr("&Preview"), tr("Show the selected picture large"), QKeySequence(Qt::Key_F3),
                   [this] { preview_selected(); });
  a.side_panel = make(named("compare"), tr("&Compare Panel"), tr("Show figures of the selection beside the list"),
                      QKeySequence(Qt::Key_F9), [this] { tabs_->setVisible(actions_.side_panel->isChecked()); });
  a.side_panel->setCheckable(true);
  const auto tab = [&](const QString& text, int position, Qt::Key key) {
    return make({}, text, tr("Show this tab"), QKeySequence(Qt::CTRL | key), [this, position] {
      actions_.side_panel->setChecked(true);
      tabs_->show();
      tabs_->setCurrentIndex(position);
    });
  };
  a.compare_tab = tab(tr("C&ompare"), 0, Qt::Key_1);
  a.layers_tab = tab(tr("&Layers"), 1, Qt::Key_2);
  a.details_tab = tab(tr("&Details"), 2, Qt::Key_3);
  a.pause = make(named("pause"), tr("&Pause"), tr("Pause the job"), QKeySequence(Qt::CTRL | Qt::Key_P), [] {});
  a.pause->setCheckable(true);
  connect(a.pause, &QAction::toggled, this, [this](bool paused) {
    actions_.pause->setIcon(line_icon(paused ? QStringLiteral("resume") : QStringLiteral("pause")));
    actions_.pause->setText(paused ? tr("&Resume") : tr("&Pause"));
    controller_.pause(paused);
  });
  a.cancel = make(named("cancel"), tr("&Cancel"), tr("Stop the job; nothing half-written stays"),
                  QKeySequence(Qt::Key_Escape), [this] { controller_.cancel(); });
  a.shortcuts = make({}, tr("&Keyboard Shortcuts"), tr("All shortcuts"), QKeySequence::HelpContents,
                     [this] { show_shortcuts(); });
  a.about = make(named("info"), tr("&About Bit-Swap Archiver"), tr("Version, licence, libraries"), {},
                 [this] { AboutDialog(this).exec(); });
}

void MainWindow::make_menus() {
  QMenu* file = menuBar()->addMenu(tr("&File"));
  file->addActions({actions_.fresh, actions_.add_files, actions_.add_folder});
  file->addSeparator();
  file->addAction(actions_.open);
  recent_menu_ = file->addMenu(line_icon(QStringLiteral("recent")), tr("Open &Recent"));
  file->addSeparator();
  file->addActions({actions_.compress, actions_.extract, actions_.extract_selected, actions_.test});
  file->addSeparator();
  file->addAction(actions_.quit);
  QMenu* edit = menuBar()->addMenu(tr("&Edit"));
  edit->addActions({actions_.select_all, actions_.remove});
  edit->addSeparator();
  edit->addAction(actions_.find);
  edit->addSeparator();
  edit->addAction(actions_.settings);
  QMenu* view = menuBar()->addMenu(tr("&View"));
  view->addAction(actions_.preview);
  view->addSeparator();
  view->addActions({actions_.side_panel, actions_.compare_tab, actions_.layers_tab, actions_.details_tab});
  view->addSeparator();
  QMenu* columns = view->addMenu(tr("Co&lumns"));
  connect(columns, &QMenu::aboutToShow, this, [this, columns] {
    columns->clear();
    view_->fill_columns_menu(*columns);
  });
  QMenu* job = menuBar()->addMenu(tr("&Job"));
  job->addActions({actions_.pause, actions_.cancel});
  QMenu* help = menuBar()->addMenu(tr("&Help"));
  help->addActions({actions_.shortcuts, actions_.about});

  tool_bar_ = addToolBar(tr("Tool Bar"));
  tool_bar_->setObjectName(QStringLiteral("tool_bar"));
  tool_bar_->setMovable(false);
  tool_bar_->setStyleSheet(QStringLiteral("QToolBar { border: none; padding: 3px; spacing: 2px; }"));
  tool_bar_->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
  tool_bar_->setIconSize({22, 22});
  QMenu* add_menu = new QMenu(tool_bar_);
  add_menu->addActions({actions_.add_files, actions_.add_folder});
  QMenu* extract_menu = new QMenu(tool_bar_);
  extract_menu->addActions({actions_.extract, actions_.extract_selected});
  struct Place {
    QAction* action;
    QString text;
    QMenu* menu = nullptr;
  };
  const std::vector<Place> places{{actions_.add_files, tr("Add"), add_menu},
                                  {actions_.open, tr("Open")},
                                  {nullptr, {}},
                                  {actions_.compress, tr("Compress")},
                                  {actions_.extract, tr("Extract"), extract_menu},
                                  {actions_.test, tr("Test")},
                                  {actions_.remove, tr("Remove")},
                                  {nullptr, {}},
                                  {actions_.preview, tr("Preview")},
                                  {actions_.side_panel, tr("Compare")}};
  for (const Place& place : places) {
    if (place.action == nullptr) {
      tool_bar_->addSeparator();
      continue;
    }
    place.action->setIconText(place.text);
    tool_bar_->addAction(place.action);
    auto* button = qobject_cast<QToolButton*>(tool_bar_->widgetForAction(place.action));
    button->setFocusPolicy(Qt::TabFocus);
    button->setAccessibleName(place.text);
    button->setMinimumWidth(68);
    if (place.menu != nullptr) {
      button->setMenu(place.menu);
      button->setPopupMode(QToolButton::MenuButtonPopup);
    }
  }
}

void MainWindow::fill_recent() {
  const QStringList archives = settings_.recent();
  start_page_->set_recent(archives);
  recent_menu_->clear();
  int number = 0;
  for (const QString& archive : archives) {
    QString name = QFileInfo(archive).fileName();
    name.replace(QLatin1Char('&'), QStringLiteral("&&"));
    ++number;
    QAction* action = recent_menu_->addAction(QStringLiteral("&%1  %2").arg(number % 10).arg(name));
    action->setStatusTip(archive);
    action->setToolTip(archive);
    connect(action, &QAction::triggered, this, [this, archive] { controller_.open(archive); });
  }
  recent_menu_->addSeparator();
  connect(recent_menu_->addAction(tr("&Clear List")), &QAction::triggered, this, [this] {
    settings_.clear_recent();
    update_state();
  });
}

void MainWindow::show_shortcuts() {
  QDialog dialog(this);
  dialog.setWindowTitle(tr("Keyboard Shortcuts"));
  auto* list = new QTreeWidget(&dialog);
  list->setHeaderLabels({tr("Action"), tr("Keys")});
  list->setRootIsDecorated(false);
  list->setAccessibleName(tr("Keyboard Shortcuts"));
  const auto add = [&](const QString& text, const QString& keys) {
    list->addTopLevelItem(new QTreeWidgetItem({text, keys}));
  };
  for (const QAction* action : actions()) {
    if (action->shortcut().isEmpty()) continue;
    add(action->statusTip(), action->shortcut().toString(QKeySequence::NativeText));
  }
  add(tr("Select everything in the list"), QKeySequence(QKeySequence::SelectAll).toString(QKeySequence::NativeText));
  add(tr("Copy the paths of the selection"), QKeySequence(QKeySequence::Copy).toString(QKeySequence::NativeText));
  add(tr("Open the picture or folder at hand"), QKeySequence(Qt::Key_Return).toString(QKeySequence::NativeText));
  list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, &dialog);
  connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
  auto* layout = new QVBoxLayout(&dialog);
  layout->addWidget(list);
  layout->addWidget(buttons);
  dialog.resize(560, 520);
  dialog.exec();
}

void MainWindow::show_context_menu(const QPoint& global) {
  QMenu menu(this);
  menu.addAction(actions_.preview);
  if (controller_.mode() == ArchiveController::Mode::Archive) menu.addAction(actions_.extract_selected);
  menu.addAction(tr("Copy &Path"), view_, &FileView::copy_paths);
  menu.addSeparator();
  menu.addAction(actions_.remove);
  menu.exec(global);
}

}  // namespace bitswap::ui
