// SPDX-License-Identifier: GPL-3.0-or-later
// Reports as JSON documents: what scripts read, so keys are only ever added.
#pragma once

#include <string>

#include "engine/jobs/inspect.h"
#include "engine/jobs/job.h"

namespace bitswap {

/// {"files":[{"path","status","exactness","codec","original_bytes","stored_bytes","error"}…],"totals":{"files","ok",
/// "warnings","failed","skipped","original_bytes","archive_bytes","seconds"}}; "error" is null or a sentence, and then
/// "error_code" names it. Bytes of paths that are no UTF-8 become U+FFFD.
std::string report_json(const JobReport& report);

/// {"path","width","height","tiles","elbo_bits","actual_bits","initial_bits_required","initial_bits_paid",
/// "bb_ans_initial_bits_required","overhead":{"coder","flush","headers"},"stages":[{"name","kind":"likelihood|latent",
/// "likelihood_bits","prior_bits","posterior_bits","net_bits"}]}, and besides the model, the payload and, for an entry
/// of an archive, "entry":{"header_bytes","framing_bytes","metadata_bytes","bytes"}.
std::string inspect_json(const InspectReport& report);

}  // namespace bitswap
