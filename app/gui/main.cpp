// SPDX-License-Identifier: GPL-3.0-or-later
// The window's program: language, theme, one window a user, and what the command line names.
#include <QApplication>
#include <QCommandLineParser>
#include <memory>

#include "ui/controllers/settings.h"
#include "ui/controllers/single_instance.h"
#include "ui/views/language.h"
#include "ui/views/leave.h"
#include "ui/views/main_window.h"
#include "ui/views/theme.h"

int main(int argc, char** argv) {
  using namespace bitswap::ui;
  QApplication application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("bitswap-archiver"));
  QApplication::setApplicationVersion(QStringLiteral(BITSWAP_VERSION));
  QApplication::setDesktopFileName(QStringLiteral("bitswap-archiver"));
  QApplication::setWindowIcon(program_icon());
  Settings settings;
  install_language(application, settings);
  QApplication::setApplicationDisplayName(QCoreApplication::translate("main", "Bit-Swap Archiver"));

  QCommandLineParser parser;
  parser.setApplicationDescription(QCoreApplication::translate("main", "Lossless image archives."));
  parser.addHelpOption();
  parser.addVersionOption();
  const QCommandLineOption apart(
      QStringLiteral("new-window"),
      QCoreApplication::translate("main", "Open another window, even if one is open already."));
  parser.addOption(apart);
  parser.addPositionalArgument(QStringLiteral("files"),
                               QCoreApplication::translate("main", "Files to compress, or an archive to open."),
                               QStringLiteral("[files…]"));
  parser.process(application);
  const QStringList paths = parser.positionalArguments();

  auto instance = std::make_unique<SingleInstance>(SingleInstance::default_name());
  if (!parser.isSet(apart)) {
    if (instance->hand_over(paths)) return 0;
    instance->listen();
  }
  apply_theme(application, settings.theme());
  const std::unique_ptr<Engine> engine = make_engine();
  MainWindow window(*engine, settings);
  QObject::connect(instance.get(), &SingleInstance::received, &window, [&window](const QStringList& more) {
    window.setWindowState(window.windowState() & ~Qt::WindowMinimized);
    window.raise();
    window.activateWindow();
    window.add_paths(more);
  });
  window.show();
  window.add_paths(paths);
  const int exit_code = QApplication::exec();
  instance.reset();  // its socket goes
  settings.store();
  leave(window, exit_code);
}
