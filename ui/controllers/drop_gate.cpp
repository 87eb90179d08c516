// SPDX-License-Identifier: GPL-3.0-or-later
// Of the event filters of the application the latest sees an event first; Qt's drag installs its own when it begins.
#include "ui/controllers/drop_gate.h"

#include <QCoreApplication>
#include <QCursor>
#include <QDrag>
#include <QGuiApplication>

namespace bitswap::ui {

DropGate::DropGate(QObject* parent) : QObject(parent) {}

DropGate::~DropGate() { end(); }

bool DropGate::possible() {
  const QString platform = QGuiApplication::platformName();
  return platform == QLatin1String("xcb") || platform == QLatin1String("offscreen");
}

void DropGate::begin() {
  if (watching_) return;
  watching_ = true;
  QCoreApplication::instance()->installEventFilter(this);
}

void DropGate::end() {
  if (held_) QGuiApplication::restoreOverrideCursor();
  held_.reset();
  if (watching_) QCoreApplication::instance()->removeEventFilter(this);
  watching_ = false;
}

void DropGate::open() {
  state_ = State::Open;
  if (!held_) return;
  released_ = true;
  QMouseEvent* const release = held_->clone();
  const QPointer<QObject> target = target_;
  end();
  if (target) {
    QCoreApplication::postEvent(target, release);
  } else {
    delete release;
    QDrag::cancel();
  }
}

void DropGate::refuse() {
  state_ = State::Refused;
  if (!held_) return;
  end();
  QDrag::cancel();
}

bool DropGate::eventFilter(QObject* object, QEvent* event) {
  if (event->type() == QEvent::MouseButtonRelease && !held_) {
    switch (state_) {
      case State::Open:
        released_ = true;
        end();
        return false;
      case State::Refused:
        end();
        QDrag::cancel();
        return true;
      case State::Closed: break;
    }
    target_ = object;
    held_.reset(static_cast<QMouseEvent*>(event)->clone());
    QGuiApplication::setOverrideCursor(Qt::BusyCursor);
    Q_EMIT held();
    return true;
  }
  if (!held_) return false;
  // Where the button was released is where the files go, whatever the mouse does now.
  switch (event->type()) {
    case QEvent::MouseMove:
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonDblClick:
    case QEvent::MouseButtonRelease: return true;
    default: return false;
  }
}

}  // namespace bitswap::ui
