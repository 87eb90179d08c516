// SPDX-License-Identifier: GPL-3.0-or-later
// A module of this build: one entry point of module.map, and a function that must stay inside.
extern "C" int bitswap_train() { return 7; }
extern "C" int bitswap_test_inside() { return bitswap_train(); }
