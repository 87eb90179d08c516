// SPDX-License-Identifier: GPL-3.0-or-later
// A picture of a lossy format as a PNG with its pixels and metadata, for people who want to give up the file itself.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace bitswap {

/// By its first bytes: whether it may be a file that pixels_as_png() takes.
bool may_be_lossy(ByteView start);

/// The decoded pixels of a JPEG, or of a still lossy WebP without transparency, neither rotated nor colour-managed,
/// with the metadata of the file. The same file always gives the same PNG. Errors: Unsupported (another format or kind:
/// inks, animation, transparency), Corrupt, Truncated, LimitExceeded, OutOfMemory, Internal.
Result<Bytes> pixels_as_png(ByteView file);

}  // namespace bitswap
