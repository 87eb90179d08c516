// SPDX-License-Identifier: GPL-3.0-or-later
// What archive commands print when their job is done.
#pragma once

#include "app/cli/command.h"
#include "app/cli/progress.h"
#include "engine/base/printable.h"
#include "engine/jobs/job.h"

namespace bitswap::cli {

/// Threads, device, cancellation and progress for a job. The bar must outlive the job.
void prepare_job(JobOptions& job, const CommonOptions& options, ProgressBar& bar);

/// One sentence on standard error for every file with an error (names only those that need attention).
void print_problems(const CommonOptions& options, const JobReport& report);

/// kFine, or kWarning if some file was skipped against the user's wish or has a warning, or `failed` if one failed;
/// instead of kFatal kOutOfMemory if nothing but memory was missing.
int report_exit_code(const JobReport& report, int failed);

/// Sizes, codec, exactness and path of every file, and a line of totals.
std::string file_table(const JobReport& report);

/// "63.2 %", or "-" of nothing.
std::string percentage(std::uint64_t part, std::uint64_t whole);
std::string plural(std::uint64_t count, const char* noun);

}  // namespace bitswap::cli
