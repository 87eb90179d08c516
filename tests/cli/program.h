// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the program `bitswap` in a test and makes small files for it.
#pragma once

#include <QByteArray>
#include <QJsonValue>
#include <QString>
#include <QStringList>

namespace bitswap::test {

struct Outcome {
  int code = -1;  ///< -1 when the program crashed, did not start or did not end in time
  QByteArray out;
  QByteArray err;
  /// Standard output as one JSON object; null if it is anything else.
  [[nodiscard]] QJsonValue json() const;
};

/// `environment` holds NAME=VALUE that is added to that of the test.
Outcome run(const QStringList& arguments, const QStringList& environment = {});

/// A grey (1) or colour (3) PNM file, the same for the same seed: gradients with a little noise.
QByteArray pnm(int width, int height, int channels, unsigned seed);

bool write(const QString& path, const QByteArray& content);
QByteArray read(const QString& path);

/// Names of everything in a folder, hidden files too.
QStringList names_in(const QString& folder);

}  // namespace bitswap::test
