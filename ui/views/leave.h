// SPDX-License-Identifier: GPL-3.0-or-later
// The end of the process, which comes with the end of its window.
#pragma once

namespace bitswap::ui {

class MainWindow;

/// Waits for a job that writes, which was told to stop, and then ends the process without waiting for anything else: a
/// measurement may be in a codec that cannot be interrupted for minutes. Temporary files are deleted; settings must
/// have been stored.
[[noreturn]] void leave(MainWindow& window, int exit_code);

}  // namespace bitswap::ui
