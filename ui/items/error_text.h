// SPDX-License-Identifier: GPL-3.0-or-later
// Errors of the engine in the user's language: one plain sentence that says what to do.
#pragma once

#include <QString>

#include "engine/base/error.h"

namespace bitswap::ui {

/// The sentence for a code; `detail` of the error follows in brackets, as the engine words it.
QString error_text(const Error& error);

/// The sentence alone.
QString error_sentence(Error::Code code);

}  // namespace bitswap::ui
