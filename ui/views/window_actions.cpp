// SPDX-License-Identifier: GPL-3.0-or-later
// A letter that opens a menu belongs to no button of the window, so that Alt and the letter always work.
#include "ui/views/window_actions.h"

#include <QAction>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QHeaderView>
#include <QMenu>
#include <QMenuBar>
#include <QScreen>
#include <QToolBar>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <vector>

#include "ui/views/theme.h"

namespace bitswap::ui {

WindowActions::WindowActions(QWidget& window) : QObject(&window), window_(window) {
  const auto make = [&](const char* icon, const QString& text, const QString& tip, const QKeySequence& keys) {
    auto* action = new QAction(*icon == '\0' ? QIcon() : line_icon(QString::fromLatin1(icon)), text, this);
    action->setShortcut(keys);
    action->setToolTip(keys.isEmpty() ? tip : tr("%1 (%2)").arg(tip, keys.toString(QKeySequence::NativeText)));
    action->setStatusTip(tip);
    window.addAction(action);
    return action;
  };
  const auto control = [](Qt::Key key) { return QKeySequence(Qt::CTRL | key); };
  const auto shifted = [](Qt::Key key) { return QKeySequence(Qt::CTRL | Qt::SHIFT | key); };
  fresh = make("new", tr("&New List"), tr("Begin a new list; an open archive is closed"), QKeySequence::New);
  open = make("open", tr("&Open Archive…"), tr("Open a .bswap archive"), QKeySequence::Open);
  add_files = make("add-files", tr("&Add Files…"), tr("Add photos and other files"), control(Qt::Key_I));
  add_folder = make("add-folder", tr("Add Fol&der…"), tr("Add a folder with everything in it"), shifted(Qt::Key_I));
  compress = make("compress", tr("&Compress…"), tr("Write the list into a new archive"), QKeySequence::Save);
  extract = make("extract", tr("&Extract All…"), tr("Restore all files into a folder"), control(Qt::Key_E));
  extract_selected =
      make("", tr("Extract &Selected…"), tr("Restore the selected files into a folder"), shifted(Qt::Key_E));
  test = make("test", tr("&Test"), tr("Check that everything in the archive can be restored"), control(Qt::Key_T));
  repair = make("", tr("Re&pair…"), tr("Save what is intact of a damaged archive in a new one"), {});
  quit = make("quit", tr("&Quit"), tr("Close the program"), QKeySequence::Quit);
  select_all = make("", tr("Select &All"), tr("Select everything in the list"), {});
  remove =
      make("remove", tr("&Remove"), tr("Remove the selected files from the list or the archive"), QKeySequence::Delete);
  find = make("filter", tr("&Filter"), tr("Show only files whose path contains a text"), QKeySequence::Find);
  settings = make("settings", tr("&Settings…"), tr("Device, threads, comparison, appearance"), control(Qt::Key_Comma));
  preview = make("preview", tr("&Preview"), tr("Show the selected picture in a window"), QKeySequence(Qt::Key_F3));
  side_panel = make("compare", tr("&Compare Panel"), tr("Show figures of the selection beside the list"),
                    QKeySequence(Qt::Key_F9));
  side_panel->setCheckable(true);
  compare_tab = make("", tr("C&ompare"), tr("Show the Compare tab"), control(Qt::Key_1));
  layers_tab = make("", tr("&Layers"), tr("Show the Layers tab"), control(Qt::Key_2));
  details_tab = make("", tr("&Details"), tr("Show the Details tab"), control(Qt::Key_3));
  pause = make("pause", tr("Pa&use"), tr("Pause the job, or let it go on"), control(Qt::Key_P));
  pause->setCheckable(true);
  cancel = make("cancel", tr("Cance&l"), tr("Stop the job; nothing half-written is left behind"),
                QKeySequence(Qt::Key_Escape));
  shortcuts = make("", tr("&Keyboard Shortcuts"), tr("Show all keyboard shortcuts"), QKeySequence::HelpContents);
  about = make("info", tr("&About Bit-Swap Archiver"), tr("Version, licence, libraries"), {});
  recent_menu_ = new QMenu(tr("Open &Recent"), &window);
  recent_menu_->setIcon(line_icon(QStringLiteral("recent")));
  connect(shortcuts, &QAction::triggered, this, &WindowActions::show_shortcuts);
  connect(pause, &QAction::toggled, this, &WindowActions::set_paused);
}

void WindowActions::fill_menu_bar(QMenuBar& bar, QMenu& columns) {
  QMenu* file = bar.addMenu(tr("&File"));
  file->addActions({fresh, add_files, add_folder});
  file->addSeparator();
  file->addAction(open);
  file->addMenu(recent_menu_);
  file->addSeparator();
  file->addActions({compress, extract, extract_selected, test, repair});
  file->addSeparator();
  file->addAction(quit);
  QMenu* edit = bar.addMenu(tr("&Edit"));
  edit->addActions({select_all, remove});
  edit->addSeparator();
  edit->addAction(find);
  edit->addSeparator();
  edit->addAction(settings);
  QMenu* view = bar.addMenu(tr("&View"));
  view->addAction(preview);
  view->addSeparator();
  view->addActions({side_panel, compare_tab, layers_tab, details_tab});
  view->addSeparator();
  columns.setTitle(tr("Colu&mns"));
  view->addMenu(&columns);
  QMenu* job = bar.addMenu(tr("&Job"));
  job->addActions({pause, cancel});
  QMenu* help = bar.addMenu(tr("&Help"));
  help->addActions({shortcuts, about});
}

void WindowActions::fill_tool_bar(QToolBar& bar) {
  bar.setMovable(false);
  bar.setStyleSheet(QStringLiteral("QToolBar { border: none; padding: 3px; spacing: 2px; }"));
  bar.setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
  bar.setIconSize({22, 22});
  auto* add_menu = new QMenu(&bar);
  add_menu->addActions({add_files, add_folder});
  auto* extract_menu = new QMenu(&bar);
  extract_menu->addActions({extract, extract_selected});
  struct Place {
    QAction* action;
    QString text;
    QMenu* menu = nullptr;
  };
  const std::vector<Place> places{{add_files, tr("Add"), add_menu},
                                  {open, tr("Open")},
                                  {nullptr, {}},
                                  {compress, tr("Compress")},
                                  {extract, tr("Extract"), extract_menu},
                                  {test, tr("Test")},
                                  {remove, tr("Remove")},
                                  {nullptr, {}},
                                  {preview, tr("Preview")},
                                  {side_panel, tr("Compare")}};
  for (const Place& place : places) {
    if (place.action == nullptr) {
      bar.addSeparator();
      continue;
    }
    place.action->setIconText(place.text);
    bar.addAction(place.action);
    auto* button = qobject_cast<QToolButton*>(bar.widgetForAction(place.action));
    button->setFocusPolicy(Qt::TabFocus);
    button->setAccessibleName(place.text);
    button->setMinimumWidth(68);
    if (place.menu != nullptr) {
      button->setMenu(place.menu);
      button->setPopupMode(QToolButton::MenuButtonPopup);
    }
  }
}

void WindowActions::set_state(const State& state) {
  for (QAction* action : {open, add_files, add_folder, settings}) action->setEnabled(!state.job);
  recent_menu_->setEnabled(!state.job && !recent_menu_->isEmpty());
  fresh->setEnabled(!state.job && (state.archive || state.filled));
  compress->setEnabled(!state.busy && !state.archive && state.filled);
  extract->setEnabled(!state.busy && state.archive && state.filled);
  extract_selected->setEnabled(!state.busy && state.archive && state.selected);
  test->setEnabled(!state.busy && state.archive && state.filled);
  repair->setEnabled(!state.busy && (state.archive || state.damaged));
  remove->setEnabled(!state.busy && state.selected);
  preview->setEnabled(state.filled);
  pause->setEnabled(state.job);
  cancel->setEnabled(state.busy);
  if (!state.job) pause->setChecked(false);
}

void WindowActions::set_recent(const QStringList& archives) {
  recent_menu_->clear();
  int number = 0;
  for (const QString& archive : archives) {
    QString name = QFileInfo(archive).fileName();
    name.replace(QLatin1Char('&'), QStringLiteral("&&"));
    ++number;
    QAction* action = recent_menu_->addAction(QStringLiteral("&%1  %2").arg(number % 10).arg(name));
    action->setStatusTip(archive);
    action->setToolTip(archive);
    connect(action, &QAction::triggered, this, [this, archive] { Q_EMIT recent_chosen(archive); });
  }
  if (archives.isEmpty()) return;
  recent_menu_->addSeparator();
  connect(recent_menu_->addAction(tr("&Clear List")), &QAction::triggered, this, &WindowActions::recent_cleared);
}

void WindowActions::set_paused(bool paused) {
  pause->setIcon(line_icon(paused ? QStringLiteral("resume") : QStringLiteral("pause")));
  pause->setText(paused ? tr("Res&ume") : tr("Pa&use"));
}

void WindowActions::show_shortcuts() {
  QDialog dialog(&window_);
  dialog.setWindowTitle(tr("Keyboard Shortcuts"));
  auto* list = new QTreeWidget(&dialog);
  list->setHeaderLabels({tr("Action"), tr("Keys")});
  list->setRootIsDecorated(false);
  list->setAccessibleName(tr("Keyboard Shortcuts"));
  const auto add = [&](const QString& text, const QKeySequence& keys) {
    list->addTopLevelItem(new QTreeWidgetItem({text, keys.toString(QKeySequence::NativeText)}));
  };
  for (const QAction* action : window_.actions()) {
    if (!action->shortcut().isEmpty()) add(action->statusTip(), action->shortcut());
  }
  add(tr("Select everything in the list"), QKeySequence(QKeySequence::SelectAll));
  add(tr("Copy the paths of the selection"), QKeySequence(QKeySequence::Copy));
  add(tr("Open the selected picture or folder"), QKeySequence(Qt::Key_Return));
  list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, &dialog);
  connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
  auto* layout = new QVBoxLayout(&dialog);
  layout->addWidget(list);
  layout->addWidget(buttons);
  dialog.resize(QSize(560, 520).boundedTo(window_.screen()->availableSize() * 9 / 10));
  dialog.exec();
}

}  // namespace bitswap::ui
