// SPDX-License-Identifier: GPL-3.0-or-later
// All that the user can do, as actions with their shortcuts; the menus, the tool bar and the start page show them.
#pragma once

#include <QObject>
#include <QStringList>

class QAction;
class QMenu;
class QMenuBar;
class QToolBar;
class QWidget;

namespace bitswap::ui {

/// Makes the actions and shows them; what they do is connected by the window.
class WindowActions : public QObject {
  Q_OBJECT
 public:
  /// What decides on which actions make sense.
  struct State {
    bool busy = false;  ///< reading names, or a job
    bool job = false;
    bool archive = false;   ///< one is open
    bool filled = false;    ///< the list has rows
    bool selected = false;  ///< some of them
    bool damaged = false;   ///< an archive is known to be damaged
  };

  /// The shortcuts are those of `window`, which becomes the parent.
  explicit WindowActions(QWidget& window);

  /// `columns`: the menu of the list's columns, filled when it opens.
  void fill_menu_bar(QMenuBar& bar, QMenu& columns);
  void fill_tool_bar(QToolBar& bar);
  void set_state(const State& state);
  void set_recent(const QStringList& archives);
  void set_paused(bool paused);
  /// What each key does, in a window of its own.
  void show_shortcuts();

  QAction *fresh, *open, *add_files, *add_folder, *compress, *extract, *extract_selected, *test, *repair, *quit;
  QAction *select_all, *remove, *find, *settings;
  QAction *preview, *side_panel, *compare_tab, *layers_tab, *details_tab;
  QAction *pause, *cancel;
  QAction *shortcuts, *about;

 Q_SIGNALS:
  void recent_chosen(const QString& archive);
  void recent_cleared();

 private:
  QWidget& window_;
  QMenu* recent_menu_;
};

}  // namespace bitswap::ui
