// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody else's shared object.
extern "C" int bitswap_train() { return 1; }
