// SPDX-License-Identifier: GPL-3.0-or-later
// Names of the reports' values.
#include "engine/jobs/job.h"

namespace bitswap {

const char* to_string(FileReport::Status status) {
  switch (status) {
    case FileReport::Status::Ok: return "ok";
    case FileReport::Status::Warning: return "warning";
    case FileReport::Status::Failed: return "failed";
    case FileReport::Status::Skipped: return "skipped";
  }
  return "failed";
}

const char* to_string(Exactness exactness) { return exactness == Exactness::Bytes ? "byte-exact" : "pixel-exact"; }

}  // namespace bitswap
