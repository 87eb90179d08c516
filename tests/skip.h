// SPDX-License-Identifier: GPL-3.0-or-later
// Tests skip what this machine's processor, card or user cannot do. What packages could bring is skipped on other
// people's machines, too, but never where CI says that it runs: a check that silently does nothing is none.
#pragma once

#include <QTest>

/// Inside a test function: something that can be installed is missing.
#define SKIP_UNLESS_CI(message)                                                   \
  do {                                                                            \
    if (qEnvironmentVariableIsSet("CI")) QFAIL(message ": a package is missing"); \
    QSKIP(message);                                                               \
  } while (false)
