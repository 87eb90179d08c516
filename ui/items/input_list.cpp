// SPDX-License-Identifier: GPL-3.0-or-later
// Names are bytes here, as the file system has them.
#include "ui/items/input_list.h"

#include <algorithm>

namespace bitswap::ui {
namespace {

std::filesystem::path without_slash(const std::filesystem::path& path) {
  return path.has_filename() || !path.has_relative_path() ? path : path.parent_path();
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

}  // namespace

std::string exact_pattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '*' || c == '?' || c == '[' || c == ']' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

InputList::Added InputList::add(const std::filesystem::path& input) {
  const std::filesystem::path path = without_slash(std::filesystem::absolute(input).lexically_normal());
  const std::string name = path.filename().string();
  const auto same_name = std::ranges::find_if(inputs_, [&](const auto& old) { return old.filename() == name; });
  if (same_name == inputs_.end()) {
    inputs_.push_back(path);
    return Added::New;
  }
  if (*same_name != path) return Added::NameTaken;
  std::erase_if(removed_, [&](const std::string& removed) { return is_below(removed, name); });
  return Added::Again;
}

void InputList::remove(const std::string& path) {
  const auto whole = std::ranges::find_if(inputs_, [&](const auto& input) { return input.filename() == path; });
  std::erase_if(removed_, [&](const std::string& removed) { return is_below(removed, path); });
  if (whole != inputs_.end()) {
    inputs_.erase(whole);
  } else {
    removed_.push_back(path);
  }
}

void InputList::clear() {
  inputs_.clear();
  removed_.clear();
}

std::vector<std::string> InputList::excluded() const {
  std::vector<std::string> patterns;
  patterns.reserve(removed_.size());
  for (const std::string& path : removed_) patterns.push_back(exact_pattern(path));
  return patterns;
}

std::filesystem::path InputList::suggested_archive() const {
  if (inputs_.empty()) return {};
  const std::filesystem::path& first = inputs_.front();
  const std::filesystem::path folder = first.parent_path();
  std::string name;
  std::error_code error;
  if (inputs_.size() > 1) {
    name = folder.filename().string();
  } else {
    name = (std::filesystem::is_directory(first, error) ? first.filename() : first.stem()).string();
  }
  return folder / ((name.empty() ? std::string("archive") : name) + ".bswap");
}

}  // namespace bitswap::ui
