// SPDX-License-Identifier: GPL-3.0-or-later
// Destructors would join the threads that measure, so none of them runs.
#include "ui/views/leave.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <cstdio>
#include <cstdlib>

#include "ui/views/main_window.h"

namespace bitswap::ui {

void leave(MainWindow& window, int exit_code) {
  while (window.controller().job_running()) {
    QCoreApplication::processEvents(QEventLoop::ExcludeUserInputEvents | QEventLoop::WaitForMoreEvents);
  }
  window.remove_temporary_files();
  std::fflush(nullptr);
  std::_Exit(exit_code);
}

}  // namespace bitswap::ui
