// SPDX-License-Identifier: GPL-3.0-or-later
// A window of its own that shows the pictures of the list one by one, decoded from the archive alone.
#pragma once

#include <QWidget>
#include <map>
#include <memory>

#include "ui/controllers/worker.h"
#include "ui/items/named_source.h"

class QLabel;
class QTimer;
class QToolButton;

namespace bitswap::ui {

class Engine;
class PictureView;
class Settings;

/// Left, Right, Page Up and Page Down change the picture (arrows only where the view has nothing to pan that way),
/// F11 full screen, Esc leaves full screen or closes; zoom and pan as in PictureView.
class PreviewWindow : public QWidget {
  Q_OBJECT
 public:
  /// A top-level window even with a parent. Decodes with the device of `settings` (null: the default one).
  explicit PreviewWindow(Engine& engine, QWidget* parent = nullptr, const Settings* settings = nullptr);

  /// Shows the window with the picture at index `current`; the others are reached with the keys.
  void show_pictures(const NamedSources& list, int current);

  [[nodiscard]] int current() const { return current_; }
  /// Whether the current picture is decoded.
  [[nodiscard]] bool loaded() const;

 Q_SIGNALS:
  /// Another picture is shown now (for the selection of the list).
  void current_changed(int index);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void closeEvent(QCloseEvent* event) override;

 private:
  struct Loaded {
    std::shared_ptr<const LoadedPicture> picture;  ///< null: it failed
    QString error;
  };
  void go_to(int index);
  void step(int by);
  void load_next();
  void show_current();
  void show_title();
  void toggle_full_screen();

  Engine& engine_;
  const Settings* settings_;
  NamedSources list_;
  int current_ = -1;
  int direction_ = 1;             ///< in which the user goes: that neighbour is decoded first
  int loading_ = -1;              ///< index that the worker is at
  unsigned generation_ = 0;       ///< of list_: results for an older one are dropped
  std::map<int, Loaded> loaded_;  ///< the current picture and its neighbours
  PictureView* view_;
  QWidget* bar_;
  QLabel* label_;
  QToolButton* previous_;
  QToolButton* next_;
  QTimer* hint_timer_;
  Worker worker_;
};

}  // namespace bitswap::ui
