// SPDX-License-Identifier: GPL-3.0-or-later
// Holds the arrows between folders: CMake cannot, because every target sees the whole tree. The README's table of
// folders is the one place that says which folder may include which; this test reads it and every include.
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <map>
#include <set>

namespace {

const QString kSource = QStringLiteral(BITSWAP_SOURCE_DIR);

QStringList lines_of(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  return QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'));
}

/// Folder of the table -> folders that it may include besides itself.
using Arrows = std::map<QString, std::set<QString>>;

/// Rows such as: | `engine/coder` | what it is | `engine/base` |. A row stands for all folders below it that have none.
Arrows read_arrows(const QString& document) {
  static const QRegularExpression row(QStringLiteral("^\\| `((?:engine|ui|app)[a-z/_]*)` \\|[^|]*\\|([^|]*)\\|$"));
  static const QRegularExpression name(QStringLiteral("`([a-z/_]+)`"));
  Arrows arrows;
  for (const QString& line : lines_of(document)) {
    const auto match = row.match(line);
    if (!match.hasMatch()) continue;
    std::set<QString>& allowed = arrows[match.captured(1)];
    auto names = name.globalMatch(match.captured(2));
    while (names.hasNext()) allowed.insert(names.next().captured(1));
  }
  return arrows;
}

/// The row that speaks of a file or folder: the longest folder that holds it.
QString row_of(const Arrows& arrows, const QString& path) {
  QString best;
  for (const auto& [folder, allowed] : arrows) {
    if (path.startsWith(folder + QLatin1Char('/')) && folder.size() > best.size()) best = folder;
  }
  return best;
}

/// Every folder that can be reached: who may include a folder may include what that one includes.
std::set<QString> reachable(const Arrows& arrows, const QString& from) {
  std::set<QString> known;
  QStringList open{from};
  while (!open.isEmpty()) {
    const QString folder = open.takeLast();
    if (!known.insert(folder).second) continue;
    const auto found = arrows.find(folder);
    if (found == arrows.end()) continue;
    for (const QString& next : found->second) open.append(next);
  }
  return known;
}

QStringList sources() {
  QStringList found;
  for (const char* top : {"engine", "ui", "app", "tests"}) {
    QDirIterator files(
        kSource + QLatin1Char('/') + QLatin1String(top),
        {QStringLiteral("*.h"), QStringLiteral("*.cpp"), QStringLiteral("*.cu"), QStringLiteral("*.cuh")}, QDir::Files,
        QDirIterator::Subdirectories);
    while (files.hasNext()) found.append(files.next().mid(kSource.size() + 1));
  }
  found.sort();
  return found;
}

}  // namespace

class LayoutTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void arrows_point_down();
  void includes_follow_the_table();
  void heavy_libraries_stay_inside();
  void files_begin_with_licence_and_purpose();
};

void LayoutTest::arrows_point_down() {
  const Arrows arrows = read_arrows(kSource + QStringLiteral("/README.md"));
  QVERIFY2(arrows.size() > 10, "the README has no table of folders");
  for (const auto& [folder, allowed] : arrows) {
    QVERIFY2(QDir(kSource + QLatin1Char('/') + folder).exists(), qPrintable(folder + QStringLiteral(" is no folder")));
    for (const QString& other : allowed) {
      QVERIFY2(arrows.contains(other), qPrintable(folder + QStringLiteral(" may include an unknown ") + other));
      QVERIFY2(!reachable(arrows, other).contains(folder),
               qPrintable(folder + QStringLiteral(" and ") + other + QStringLiteral(" include each other")));
    }
  }
}

void LayoutTest::includes_follow_the_table() {
  static const QRegularExpression include(QStringLiteral("^#include \"((?:engine|ui|app)/[^\"]+)\""));
  const Arrows arrows = read_arrows(kSource + QStringLiteral("/README.md"));
  QStringList wrong;
  int seen = 0;
  for (const QString& file : sources()) {
    if (file.startsWith(QStringLiteral("tests/"))) continue;
    const QString folder = row_of(arrows, file);
    if (folder.isEmpty()) {
      wrong.append(file + QStringLiteral(" lies in a folder that the table does not name"));
      continue;
    }
    const std::set<QString> allowed = reachable(arrows, folder);
    for (const QString& line : lines_of(kSource + QLatin1Char('/') + file)) {
      const auto match = include.match(line);
      if (!match.hasMatch()) continue;
      ++seen;
      const QString target = match.captured(1);
      if (!QFile::exists(kSource + QLatin1Char('/') + target)) {
        wrong.append(file + QStringLiteral(" includes a file that is not there: ") + target);
      } else if (!allowed.contains(row_of(arrows, target))) {
        wrong.append(file + QStringLiteral(" may not include ") + target);
      }
    }
  }
  QVERIFY(seen > 500);
  QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
}

void LayoutTest::heavy_libraries_stay_inside() {
  // Headers that ui includes must build without LibTorch, CUDA and OpenCV.
  static const QRegularExpression heavy(QStringLiteral("^#include <(torch|ATen|c10|cuda|opencv2?)[/_.]"));
  QStringList wrong;
  for (const QString& file : sources()) {
    const bool may = file.startsWith(QStringLiteral("tests/")) || file.startsWith(QStringLiteral("engine/training/")) ||
                     file.contains(QStringLiteral("/torch/")) || file.contains(QStringLiteral("/cuda/")) ||
                     file.startsWith(QStringLiteral("app/train/"));
    if (may) continue;
    for (const QString& line : lines_of(kSource + QLatin1Char('/') + file)) {
      if (heavy.match(line).hasMatch()) wrong.append(file + QStringLiteral(": ") + line);
    }
  }
  QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
}

void LayoutTest::files_begin_with_licence_and_purpose() {
  QStringList wrong;
  for (const QString& file : sources()) {
    const QStringList lines = lines_of(kSource + QLatin1Char('/') + file);
    if (lines.size() < 2 || lines[0] != QStringLiteral("// SPDX-License-Identifier: GPL-3.0-or-later") ||
        !lines[1].startsWith(QStringLiteral("// "))) {
      wrong.append(file);
    }
  }
  QVERIFY2(wrong.isEmpty(),
           qPrintable(QStringLiteral("no licence line or purpose at the top of:\n") + wrong.join(QLatin1Char('\n'))));
}

QTEST_APPLESS_MAIN(LayoutTest)
#include "layout_test.moc"
