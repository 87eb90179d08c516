// The message is a QDataStream of one list of strings; the answer is one byte.
#include "ui/controllers/single_instance.h"

#include <unistd.h>

#include <QDataStream>
#include <QFileInfo>
#include <QLocalSocket>
#include <utility>

namespace bitswap::ui {
namespace {

using Qt::StringLiterals::operator""_L1;

constexpr int kTimeout = 2000;              // milliseconds
constexpr qint64 kMaxMessage = 16LL << 20;  // more than any command line holds

}  // namespace

SingleInstance::SingleInstance(QString name, QObject* parent) : QObject(parent), name_(std::move(name)) {
  server_.setSocketOptions(QLocalServer::UserAccessOption);
  connect(&server_, &QLocalServer::newConnection, this, &SingleInstance::accept_one);
}

QString SingleInstance::default_name() {
  const QString display = qEnvironmentVariable("WAYLAND_DISPLAY", qEnvironmentVariable("DISPLAY"));
  QString name = "bitswap-archiver-%1-%2"_L1.arg(QString::number(::getuid()), display);
  return name.replace(QLatin1Char('/'), QLatin1Char('_')).replace(QLatin1Char(':'), QLatin1Char('_'));
}

bool SingleInstance::hand_over(const QStringList& paths) {
  QLocalSocket socket;
  socket.connectToServer(name_);
  if (!socket.waitForConnected(kTimeout)) return false;
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
  if (server_.listen(name_)) return true;
  if (server_.serverError() != QAbstractSocket::AddressInUseError) return false;
  QLocalServer::removeServer(name_);
  return server_.listen(name_);
}

void SingleInstance::accept_one() {
  while (QLocalSocket* socket = server_.nextPendingConnection()) {
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
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
