// SPDX-License-Identifier: GPL-3.0-or-later
// A model file as its difference from another one, so that a model that was adapted a little is stored in few bytes.
//
// Delta (little-endian): "BSWD", u16 version = 1, 16 bytes hash of the base, 16 bytes hash of the result, then for each
// byte of the base's file but its last 16 (the hash) the difference modulo 256. Mostly zeros: meant to be compressed.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/hash.h"

namespace bitswap {

inline constexpr std::size_t kModelDeltaHeaderBytes = 38;

/// Both are whole model files. Errors: InvalidArgument (their sizes differ).
Result<Bytes> write_model_delta(ByteView base, ByteView file);

/// The hash of the base that a delta needs. Errors: Truncated, Corrupt, Unsupported (a newer version).
Result<Hash128> model_delta_base(ByteView delta);

/// The model file again, its hash checked; the model in it is still to be read with care. Errors: those of
/// model_delta_base(), and Corrupt (another base, another size, a result with another hash).
Result<Bytes> apply_model_delta(ByteView base, ByteView delta);

}  // namespace bitswap
