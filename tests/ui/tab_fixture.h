// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the tabs share: an engine without codecs, settings of their own, files to select.
#pragma once

#include <QFile>
#include <QTemporaryDir>
#include <stdexcept>

#include "tests/fakes/fake_engine.h"
#include "ui/controllers/measure_controller.h"
#include "ui/controllers/settings.h"

namespace bitswap::ui::test {

struct TabFixture {
  QTemporaryDir folder;
  Settings settings{folder.filePath(QStringLiteral("settings.ini"))};
  FakeEngine engine;
  MeasureController controller{engine, settings};

  NamedSource file(const QString& name, const QByteArray& content = "picture") {
    const QString path = folder.filePath(name);
    QFile out(path);
    if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size()) throw std::runtime_error("no file");
    return {name, {path.toStdString(), {}}};
  }
  /// An entry of an archive that is not there: the fake engine reads nothing.
  static NamedSource entry(const char* path) { return {QString::fromLatin1(path), {"/archive.bswap", path}}; }
};

}  // namespace bitswap::ui::test
