// SPDX-License-Identifier: GPL-3.0-or-later
// The progress bar on a terminal: percent, speed, time left and the current file, redrawn in place on standard error.
#pragma once

#include <cstdint>
#include <string>

#include "app/cli/command.h"

namespace bitswap::cli {

class ProgressBar {
 public:
  /// Draws nothing with --json or --quiet, or when standard error is no terminal.
  ProgressBar(const CommonOptions& options, std::string title);
  /// Clears the line.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// One call at a time. Units are bytes of the inputs, or anything else that passes evenly; speed is shown for bytes.
  void show(std::uint64_t done, std::uint64_t total, double seconds, const std::string& current, bool bytes = true);

 private:
  bool enabled_;
  bool drawn_ = false;
  std::string title_;
};

/// "1:05", "2:03:09".
std::string clock_time(double seconds);
/// "812 B", "4.1 kB", "23.5 MB": 1000 a step.
std::string readable_bytes(std::uint64_t bytes);

}  // namespace bitswap::cli
