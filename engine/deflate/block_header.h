// SPDX-License-Identifier: GPL-3.0-or-later
// How the header of a dynamic block differs from the one that zlib would write for its symbols.
#pragma once

#include "engine/base/result.h"
#include "engine/deflate/corrections.h"
#include "engine/deflate/prefix_code.h"

namespace bitswap::deflate {

/// Codes `header`, which is the truth for a CorrectionWriter and becomes it for a CorrectionReader. The order: is it as
/// expected; if not, both numbers of lengths, all lengths, whether runs cross from literals to distances, the runs, the
/// number of lengths in `meta`, these. Errors of reading: Corrupt for a header that no decoder accepts or that lacks a
/// code for a symbol in use.
Status code_header(CorrectionWriter& coder, const Frequencies& frequencies, const DynamicHeader& expected,
                   DynamicHeader& header);
Status code_header(CorrectionReader& coder, const Frequencies& frequencies, const DynamicHeader& expected,
                   DynamicHeader& header);

}  // namespace bitswap::deflate
