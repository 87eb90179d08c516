// SPDX-License-Identifier: GPL-3.0-or-later
// Which paths and link targets may be made below a folder: pure text, no file system.
#include <algorithm>
#include <array>

#include "engine/archive/entry.h"
#include "engine/archive/extraction.h"

namespace bitswap {
namespace {

Error unsafe(std::string_view path, std::string_view why) {
  std::string detail(path);
  detail.append(" is not extracted: ").append(why);
  return Error{Error::Code::InvalidArgument, 0, std::move(detail)};
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Windows takes these for devices in every folder, in any case, with any extension and trailing spaces or dots.
// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
bool is_device_name(std::string_view part) {
  std::string name(part.substr(0, part.find_first_of(".:")));
  while (!name.empty() && name.back() == ' ') name.pop_back();
  std::transform(name.begin(), name.end(), name.begin(), lower);
  constexpr std::array<std::string_view, 6> kDevices = {"con", "prn", "aux", "nul", "conin$", "conout$"};
  if (std::find(kDevices.begin(), kDevices.end(), name) != kDevices.end()) return true;
  if (name.compare(0, 3, "com") != 0 && name.compare(0, 3, "lpt") != 0) return false;
  const std::string_view number = std::string_view(name).substr(3);
  const bool digit = number.size() == 1 && number[0] >= '0' && number[0] <= '9';
  return digit || number == "\xC2\xB9" || number == "\xC2\xB2" || number == "\xC2\xB3";  // superscript 1, 2, 3 too
}

// Calls visit(part) for the parts between separators until it returns something; both kinds of slash separate.
template <typename Visit>
const char* first_complaint(std::string_view path, Visit&& visit) {
  std::size_t start = 0;
  while (start <= path.size()) {
    const std::size_t end = std::min(path.find_first_of("/\\", start), path.size());
    if (const char* why = visit(path.substr(start, end - start))) return why;
    start = end + 1;
  }
  return nullptr;
}

const char* windows_complaint(std::string_view path) {
  if (path.front() == '\\') return "it is absolute on Windows";
  return first_complaint(path, [](std::string_view part) -> const char* {
    if (part == "..") return "it leaves the folder on Windows";
    if (part.size() >= 2 && is_letter(part[0]) && part[1] == ':') return "it names a drive on Windows";
    if (is_device_name(part)) return "it names a device on Windows";
    return nullptr;
  });
}

}  // namespace

Status check_extraction_path(std::string_view path, NamePolicy names) {
  if (Status valid = check_entry_path(path); !valid.ok()) return unsafe(path, valid.error().detail);
  if (names == NamePolicy::Portable) {
    if (const char* why = windows_complaint(path)) return unsafe(path, why);
  }
  return {};
}

Status check_link_target(std::string_view path, std::string_view target, NamePolicy names) {
  BITSWAP_TRY(check_extraction_path(path, names));
  if (target.empty()) return unsafe(path, "a link without a target");
  if (target.size() > kMaxLinkTargetBytes) return unsafe(path, "the target of the link is too long");
  if (target.find('\0') != std::string_view::npos) return unsafe(path, "a NUL byte in the target of the link");
  if (target.front() == '/') return unsafe(path, "the target of the link is absolute");

  // A link sits in a real folder, so leading ".." climb real folders; a ".." after a name could climb from wherever
  // another link leads, and no look at the text alone tells where that is.
  std::ptrdiff_t depth = std::count(path.begin(), path.end(), '/');
  bool named = false;
  std::size_t start = 0;
  while (start <= target.size()) {
    const std::size_t end = std::min(target.find('/', start), target.size());
    const std::string_view part = target.substr(start, end - start);
    start = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      named = true;
    } else if (named) {
      return unsafe(path, "the target of the link has \"..\" behind a name");
    } else if (--depth < 0) {
      return unsafe(path, "the target of the link is outside the folder");
    }
  }
  if (names == NamePolicy::Portable) {
    if (target.find('\\') != std::string_view::npos) return unsafe(path, "a backslash in the target of the link");
    const std::size_t first_name = target.find_first_not_of("./");
    if (first_name != std::string_view::npos) {
      if (const char* why = windows_complaint(target.substr(first_name))) return unsafe(path, why);
    }
  }
  return {};
}

}  // namespace bitswap
