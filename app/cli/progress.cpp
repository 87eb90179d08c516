// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts the line to the width of the terminal, so that it never wraps and can be redrawn.
#include "app/cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/base/printable.h"

namespace bitswap::cli {
namespace {

constexpr int kBarCells = 20;

std::size_t terminal_columns() {
  winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

/// The end of a path says most. Cutting a UTF-8 sequence in its middle would leave a broken character.
std::string shorten(const std::string& path, std::size_t columns) {
  const std::string text = printable(path);
  if (text.size() <= columns) return text;
  if (columns < 4) return {};
  std::size_t from = text.size() - (columns - 3);
  while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;
  return "..." + text.substr(from);
}

}  // namespace

ProgressBar::ProgressBar(const CommonOptions& options, std::string title)
    : enabled_(!options.json && !options.quiet && isatty(STDERR_FILENO) != 0), title_(std::move(title)) {}

ProgressBar::~ProgressBar() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void ProgressBar::show(std::uint64_t done, std::uint64_t total, double seconds, const std::string& current,
                       bool bytes) {
  if (!enabled_) return;
  const double share = total == 0 ? 0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  std::string bar(static_cast<std::size_t>(share * kBarCells), '#');
  bar.resize(kBarCells, '.');
  std::array<char, 160> head;
  std::snprintf(head.data(), head.size(), "%s [%s] %3.0f %%", title_.c_str(), bar.c_str(), share * 100);
  std::string line = head.data();
  if (bytes && seconds > 0.2) {
    std::snprintf(head.data(), head.size(), "  %.1f MB/s", static_cast<double>(done) / 1e6 / seconds);
    line += head.data();
  }
  // An early guess of the time would only jump about.
  if (seconds > 1 && share > 0.01 && share < 1) line += "  " + clock_time(seconds * (1 - share) / share) + " left";
  const std::size_t columns = terminal_columns();
  line.resize(std::min(line.size(), columns - 1));
  if (!current.empty() && line.size() + 3 < columns) line += "  " + shorten(current, columns - 3 - line.size());
  std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
  std::fflush(stderr);
  drawn_ = true;
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<long long>(std::clamp(seconds, 0.0, 3.6e8) + 0.5);
  std::array<char, 32> text;
  if (whole >= 3600) {
    std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  } else {
    std::snprintf(text.data(), text.size(), "%lld:%02lld", whole / 60, whole % 60);
  }
  return text.data();
}

std::string readable_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  constexpr std::array<const char*, 6> kUnits = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  // 999.95 would be shown as 1000.0.
  while (value >= 999.95 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f %s", value, kUnits[unit]);
  return text.data();
}

}  // namespace bitswap::cli
