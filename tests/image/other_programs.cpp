// SPDX-License-Identifier: GPL-3.0-or-later
// QProcess, and a reader for the two simplest picture formats.
#include "tests/image/other_programs.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <sstream>

namespace bitswap::test {

bool Workshop::has(const QString& program) { return !QStandardPaths::findExecutable(program).isEmpty(); }

void Workshop::write(const QString& name, ByteView content) const {
  QFile file(path(name));
  const auto size = static_cast<qint64>(content.size());
  if (!file.open(QIODevice::WriteOnly) || file.write(reinterpret_cast<const char*>(content.data()), size) != size) {
    qFatal("cannot write a temporary file");
  }
}

Bytes Workshop::read(const QString& name) const {
  QFile file(path(name));
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QByteArray content = file.readAll();
  return {content.begin(), content.end()};
}

bool Workshop::start(const QString& program, const QStringList& arguments, QByteArray& printed) const {
  QProcess process;
  process.setWorkingDirectory(folder_.path());
  process.start(program, arguments);
  const bool fine =
      process.waitForFinished(120000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
  if (!fine) qWarning("%s: %s", qPrintable(program), process.readAllStandardError().constData());
  printed = process.readAllStandardOutput();
  return fine;
}

QByteArray Workshop::output(const QString& program, const QStringList& arguments) const {
  QByteArray printed;
  return start(program, arguments, printed) ? printed : QByteArray();
}

bool Workshop::run(const QString& program, const QStringList& arguments) const {
  QByteArray printed;
  return start(program, arguments, printed);
}

Picture Workshop::read_netpbm(const QString& name) const {
  const Bytes file = read(name);
  std::istringstream in(std::string(file.begin(), file.end()));
  Picture picture;
  std::string word;
  in >> word;
  unsigned maximum = 0;
  if (word == "P6") {
    in >> picture.width >> picture.height >> maximum;
    picture.channels = 3;
  } else if (word == "P7") {
    unsigned depth = 0;
    while (in >> word && word != "ENDHDR") {
      if (word == "WIDTH") in >> picture.width;
      if (word == "HEIGHT") in >> picture.height;
      if (word == "DEPTH") in >> depth;
      if (word == "MAXVAL") in >> maximum;
    }
    picture.channels = static_cast<std::uint8_t>(depth);
  }
  if (maximum != 255 || !in) return {};
  in.get();
  picture.samples.resize(picture.pixel_count() * picture.channels);
  in.read(reinterpret_cast<char*>(picture.samples.data()), static_cast<std::streamsize>(picture.samples.size()));
  return in ? picture : Picture{};
}

}  // namespace bitswap::test
