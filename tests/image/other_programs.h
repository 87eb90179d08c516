// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the programs of other people's formats on files in a folder of its own.
#pragma once

#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include "tests/image/image_files.h"

namespace bitswap::test {

class Workshop {
 public:
  static bool has(const QString& program);

  [[nodiscard]] QString path(const QString& name) const { return folder_.filePath(name); }
  void write(const QString& name, ByteView content) const;
  /// Empty if there is no such file.
  [[nodiscard]] Bytes read(const QString& name) const;

  /// In the folder. Standard output, or nothing (and a warning) when the program fails.
  [[nodiscard]] QByteArray output(const QString& program, const QStringList& arguments) const;
  /// The same; true when the program succeeds.
  [[nodiscard]] bool run(const QString& program, const QStringList& arguments) const;

  /// PPM or PAM (P6 or P7) with 8 bits, as dwebp writes them; no samples for anything else.
  [[nodiscard]] Picture read_netpbm(const QString& name) const;

 private:
  bool start(const QString& program, const QStringList& arguments, QByteArray& printed) const;
  QTemporaryDir folder_;
};

}  // namespace bitswap::test
