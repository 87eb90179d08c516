// SPDX-License-Identifier: GPL-3.0-or-later
// QProcess without a shell: what is tested are exact arguments.
#include "program.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

namespace bitswap::test {

QJsonValue Outcome::json() const {
  QJsonParseError error;
  const QJsonDocument document = QJsonDocument::fromJson(out, &error);
  return error.error == QJsonParseError::NoError ? QJsonValue(document.object()) : QJsonValue();
}

Outcome run(const QStringList& arguments, const QStringList& environment) {
  QProcess process;
  process.setEnvironment(QProcess::systemEnvironment() + environment);
  process.start(BITSWAP_PROGRAM, arguments);
  Outcome outcome;
  if (!process.waitForStarted()) return outcome;
  process.closeWriteChannel();
  if (!process.waitForFinished(300'000)) {
    process.kill();
    process.waitForFinished();
    return outcome;
  }
  outcome.out = process.readAllStandardOutput();
  outcome.err = process.readAllStandardError();
  if (process.exitStatus() == QProcess::NormalExit) outcome.code = process.exitCode();
  return outcome;
}

QByteArray pnm(int width, int height, int channels, unsigned seed) {
  QByteArray file =
      (channels == 3 ? "P6\n" : "P5\n") + QByteArray::number(width) + ' ' + QByteArray::number(height) + "\n255\n";
  unsigned noise = seed * 2654435761U + 1;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        noise = noise * 1664525U + 1013904223U;
        file.append(static_cast<char>(40 + 120 * x / width + 60 * y / height + 8 * c + static_cast<int>(noise >> 29)));
      }
    }
  }
  return file;
}

bool write(const QString& path, const QByteArray& content) {
  QFile file(path);
  return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

QByteArray read(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList names_in(const QString& folder) {
  return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Name);
}

}  // namespace bitswap::test
