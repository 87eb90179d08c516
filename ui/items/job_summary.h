// SPDX-License-Identifier: GPL-3.0-or-later
// What the window says when a job is over: one line with everything that matters in it, above all what went wrong.
#pragma once

#include <QString>
#include <vector>

#include "engine/jobs/job.h"

namespace bitswap::ui {

/// One line of the list of problems.
struct Problem {
  QString path;  ///< empty: the job as a whole
  QString message;
  bool warning = false;
};

/// `seconds` that it took. Says what is not in the archive, and what comes back pixel-exact only.
QString compress_summary(const JobReport& report, double seconds);
/// `folder` as text.
QString extract_summary(const JobReport& report, const QString& folder);
QString test_summary(const JobReport& report);
QString repair_summary(const JobReport& report, const QString& archive);

/// The warnings about the job, then every file that came with an error.
std::vector<Problem> problems_of(const JobReport& report);
Problem problem_of(const FileReport& report);
/// Damage of an archive, which a repair may help with.
bool is_damage(const Error& error);

}  // namespace bitswap::ui
