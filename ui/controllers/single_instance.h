// SPDX-License-Identifier: GPL-3.0-or-later
// One window for each user: a second start hands what it was given to the first one.
#pragma once

#include <QLocalServer>
#include <QObject>
#include <QStringList>

namespace bitswap::ui {

class SingleInstance : public QObject {
  Q_OBJECT
 public:
  /// `name` of the socket: a path, the same for all starts of one user. Empty: every start is the first one.
  explicit SingleInstance(QString name, QObject* parent = nullptr);

  /// True if a first one of this user is there and took the paths. Otherwise call listen().
  [[nodiscard]] bool hand_over(const QStringList& paths);
  /// Takes over the socket of a program that crashed.
  bool listen();

  /// A socket for this display in a folder that is this user's own; empty if there is none.
  static QString default_name();
  /// Whether the folder, no link, belongs to this user and nobody else may do anything in it.
  static bool is_private(const QString& folder);

 Q_SIGNALS:
  /// Absolute paths; empty: somebody only started the program again.
  void received(const QStringList& paths);

 private:
  void accept_one();

  QString name_;
  QLocalServer server_;
};

}  // namespace bitswap::ui
