// SPDX-License-Identifier: GPL-3.0-or-later
// What a model must compute, on every machine and for ever: kept beside the model, compared by `bitswap selftest`.
//
// Text file: the line "bitswap golden values 1", then "model", "tensors" and "payload", each with a space and 32
// hexadecimal digits on its line.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/hash.h"
#include "engine/base/result.h"

namespace bitswap::cli {

struct GoldenValues {
  Hash128 model{};    ///< name of the model that the others belong to
  Hash128 tensors{};  ///< outputs of all networks on fixed inputs
  Hash128 payload{};  ///< fixed pictures as an archive codes them
  friend bool operator==(const GoldenValues&, const GoldenValues&) = default;
};

std::string write_golden(const GoldenValues& values);
/// Errors: Corrupt.
Result<GoldenValues> read_golden(std::string_view text);

}  // namespace bitswap::cli
