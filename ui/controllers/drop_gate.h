// SPDX-License-Identifier: GPL-3.0-or-later
// Holds back the end of a drag until the files that are dragged exist. File managers ask what is dragged while the
// mouse still moves, and begin to copy the moment it is released: the question must be answered at once, and the
// release must wait.
#pragma once

#include <QMouseEvent>
#include <QObject>
#include <QPointer>
#include <functional>
#include <memory>

namespace bitswap::ui {

/// From begin() on it sees the mouse before the drag does. While it is closed, the release of the button is kept, and
/// with it where the mouse was; when it opens, the release goes on its way. Escape still ends the drag. Needs a
/// platform whose drags are driven by Qt's events: possible().
class DropGate : public QObject {
  Q_OBJECT
 public:
  explicit DropGate(QObject* parent = nullptr);
  ~DropGate() override;

  /// On X11 and on Qt's offscreen platform; elsewhere the system drives the drag.
  [[nodiscard]] static bool possible();
  /// When the drag has begun: before, the drag would be the first to see the mouse.
  void begin();
  /// The files are there.
  void open();
  /// There will be none: the drag is cancelled, at once if the button was released already.
  void refuse();
  /// The button was released, but the files are not there yet.
  [[nodiscard]] bool holding() const { return held_ != nullptr; }
  /// The release reached the drag.
  [[nodiscard]] bool released() const { return released_; }

 Q_SIGNALS:
  void held();

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void end();

  enum class State : std::uint8_t { Closed, Open, Refused };
  State state_ = State::Closed;
  bool watching_ = false;
  bool released_ = false;
  QPointer<QObject> target_;
  std::unique_ptr<QMouseEvent> held_;
};

}  // namespace bitswap::ui
