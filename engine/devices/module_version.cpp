// SPDX-License-Identifier: GPL-3.0-or-later
// What program and modules must agree on: compiled once, part of the program and of every module.
#include "module_version.h"  // made by the build
#include "engine/devices/module.h"

const char* bitswap_module_version() { return BITSWAP_MODULE_VERSION; }
