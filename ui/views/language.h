// SPDX-License-Identifier: GPL-3.0-or-later
// The language of all texts: ours and Qt's own.
#pragma once

class QCoreApplication;

namespace bitswap::ui {

class Settings;

/// Before the first widget. Numbers follow the language, too. Where a translation is missing, texts stay English.
void install_language(QCoreApplication& application, const Settings& settings);

}  // namespace bitswap::ui
