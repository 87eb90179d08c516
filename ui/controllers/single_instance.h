// One window for each user: a second start hands what it was given to the first one.
#pragma once

#include <QLocalServer>
#include <QObject>
#include <QStringList>

namespace bitswap::ui {

class SingleInstance : public QObject {
  Q_OBJECT
 public:
  /// `name` of the socket, the same for all starts of one user.
  explicit SingleInstance(QString name, QObject* parent = nullptr);

  /// True if a first one is there and took the paths. Otherwise call listen().
  [[nodiscard]] bool hand_over(const QStringList& paths);
  /// Takes over the socket of a program that crashed.
  bool listen();

  /// A name for this user and this display.
  static QString default_name();

 Q_SIGNALS:
  /// Absolute paths; empty: somebody only started the program again.
  void received(const QStringList& paths);

 private:
  void accept_one();

  QString name_;
  QLocalServer server_;
};

}  // namespace bitswap::ui
