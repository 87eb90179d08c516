// SPDX-License-Identifier: GPL-3.0-or-later
// The message is a QDataStream of one list of strings; the answer is one byte.
#include "ui/controllers/single_instance.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <QDataStream>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocalSocket>
#include <utility>

namespace bitswap::ui {
namespace {

using Qt::StringLiterals::operator""_L1;

constexpr int kTimeout = 2000;              // milliseconds
constexpr qint64 kMaxMessage = 16LL << 20;  // more than any command line holds

/// Whether this user is at the other end.
bool is_own(const QLocalSocket& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(static_cast<int>(socket.socketDescriptor()), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         peer.uid == ::geteuid();
}

/// XDG_RUNTIME_DIR, or a folder of our own among the temporary files.
QString own_folder() {
  const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
  if (QDir::isAbsolutePath(runtime) && SingleInstance::is_private(runtime)) return runtime;
  const QString folder = QDir::tempPath() + "/bitswap-archiver-%1"_L1.arg(QString::number(::geteuid()));
  ::mkdir(QFile::encodeName(folder).constData(), 0700);  // fails if it is there: then what it is decides
  return SingleInstance::is_private(folder) ? folder : QString();
}

}  // namespace

SingleInstance::SingleInstance(QString name, QObject* parent) : QObject(parent), name_(std::move(name)) {
  server_.setSocketOptions(QLocalServer::UserAccessOption);
  connect(&server_, &QLocalServer::newConnection, this, &SingleInstance::accept_one);
}

QString SingleInstance::default_name() {
  const QString display = qEnvironmentVariable("WAYLAND_DISPLAY", qEnvironmentVariable("DISPLAY"));
  QString name = "bitswap-archiver-%1"_L1.arg(display);
  name.replace(QLatin1Char('/'), QLatin1Char('_')).replace(QLatin1Char(':'), QLatin1Char('_'));
  const QString folder = own_folder();
  const QString path = folder + QLatin1Char('/') + name;
  // A longer name would be cut off by the system.
  const bool fits = static_cast<std::size_t>(QFile::encodeName(path).size()) < sizeof(sockaddr_un::sun_path);
  return folder.isEmpty() || !fits ? QString() : path;
}

bool SingleInstance::is_private(const QString& folder) {
  struct stat info {};
  return ::lstat(QFile::encodeName(folder).constData(), &info) == 0 && S_ISDIR(info.st_mode) &&
         info.st_uid == ::geteuid() && (info.st_mode & 077U) == 0;
}

bool SingleInstance::hand_over(const QStringList& paths) {
  if (name_.isEmpty()) return false;
  QLocalSocket socket;
  socket.connectToServer(name_);
  if (!socket.waitForConnected(kTimeout) || !is_own(socket)) return false;
  QStringList absolute;
  for (const QString& path : paths) absolute << QFileInfo(path).absoluteFilePath();
  QByteArray message;
  QDataStream stream(&message, QIODevice::WriteOnly);
  stream << absolute;
  socket.write(message);
  // A busy first one is slow to answer, a hung one never does: then this start opens a window of its own.
  return socket.waitForBytesWritten(kTimeout) && socket.waitForReadyRead(kTimeout);
}

bool SingleInstance::listen() {
  if (name_.isEmpty()) return false;
  if (server_.listen(name_)) return true;
  if (server_.serverError() != QAbstractSocket::AddressInUseError) return false;
  QLocalServer::removeServer(name_);
  return server_.listen(name_);
}

void SingleInstance::accept_one() {
  while (QLocalSocket* socket = server_.nextPendingConnection()) {
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    if (!is_own(*socket)) {
      socket->abort();
      socket->deleteLater();
      continue;
    }
    const auto read = [this, socket] {
      if (socket->bytesAvailable() > kMaxMessage) return socket->abort();
      QDataStream stream(socket);
      stream.startTransaction();
      QStringList paths;
      stream >> paths;
      if (!stream.commitTransaction()) return;
      socket->write("k");
      socket->flush();
      Q_EMIT received(paths);
    };
    connect(socket, &QLocalSocket::readyRead, this, read);
    if (socket->bytesAvailable() > 0) read();
  }
}

}  // namespace bitswap::ui
