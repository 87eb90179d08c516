// SPDX-License-Identifier: GPL-3.0-or-later
// Depth first over the inputs, one lstat a name.
#include "engine/jobs/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <set>

#include "engine/archive/extraction.h"
#include "engine/archive/file_io.h"
#include "engine/jobs/support.h"

namespace bitswap {
namespace {

Error invalid(std::string detail) { return {Error::Code::InvalidArgument, 0, std::move(detail)}; }

bool is_same_name(const std::filesystem::path& one, const std::filesystem::path& other) {
  std::error_code error;
  return std::filesystem::canonical(one, error) == std::filesystem::canonical(other, error);
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

class Walker {
 public:
  explicit Walker(const WalkOptions& options) : options_(options) {
    has_archive_ = !options.archive.empty() && ::stat(options.archive.c_str(), &archive_) == 0;
  }

  Status add_input(const std::filesystem::path& given) {
    std::string text = given.string();
    const bool through = text.size() > 1 && text.back() == '/';
    while (text.size() > 1 && text.back() == '/') text.pop_back();
    struct stat info {};
    if (text.empty() || ::lstat(text.c_str(), &info) != 0) {
      return system_error(text.empty() ? ENOENT : errno, "opening", given.string());
    }
    if (through && S_ISLNK(info.st_mode)) {
      if (::stat(text.c_str(), &info) != 0) return system_error(errno, "opening", given.string());
    }
    std::string name = std::filesystem::path(text).filename().string();
    if (name.empty() || name == "." || name == "..") {
      std::error_code error;
      name = std::filesystem::canonical(text, error).filename().string();
      if (error) return system_error(error.value(), "opening", given.string());
    }
    if (name.empty()) return add_children(text, "");  // the root of the file system has no name
    if (!roots_.insert(name).second) {
      return invalid("two of the inputs are called \"" + name + "\": give one of them another name, or archive " +
                     "the folder that holds both");
    }
    return add(text, name, info);
  }

  std::vector<InputItem> take() { return std::move(items_); }

 private:
  [[nodiscard]] bool excluded(const std::string& path, const std::string& name) const {
    // The parts above were asked for when their folder was visited.
    return std::ranges::any_of(options_.exclude, [&](const std::string& pattern) {
      return ::fnmatch(pattern.c_str(), path.c_str(), 0) == 0 || ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
    });
  }

  Status add(const std::filesystem::path& source, const std::string& path, const struct stat& info) {
    if (is_cancelled(options_.cancel)) return cancelled_error();
    const std::string name = path.substr(path.rfind('/') + 1);
    if (excluded(path, name) || (!S_ISDIR(info.st_mode) && is_temporary_name(name))) return {};
    InputItem item{source,
                   path,
                   EntryKind::File,
                   0,
                   {info.st_mtim.tv_sec, static_cast<std::uint32_t>(info.st_mtim.tv_nsec)},
                   info.st_mode & 07777U,
                   {},
                   {},
                   false};
    if (Status valid = check_entry_path(path); !valid.ok()) {
      item.problem = valid.error();
    } else if (S_ISDIR(info.st_mode)) {
      item.kind = EntryKind::Directory;
      const std::size_t place = items_.size();
      items_.push_back(std::move(item));
      const Status children = add_children(source, path);
      if (!children.ok() && children.error().code == Error::Code::Cancelled) return children;
      if (!children.ok()) items_[place].problem = children.error();
      return {};
    } else if (S_ISLNK(info.st_mode)) {
      item.kind = EntryKind::Symlink;
      std::string target(kMaxLinkTargetBytes + 1, '\0');
      const ssize_t length = ::readlink(source.c_str(), target.data(), target.size());
      if (length < 0) item.problem = system_error(errno, "reading the link", source.string());
      target.resize(static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
      item.link_target = std::move(target);
    } else if (!S_ISREG(info.st_mode)) {
      item.skipped = true;
      item.problem = Error{Error::Code::Unsupported, 0, "a socket, pipe or device has no content to keep"};
    } else if (has_archive_ && info.st_dev == archive_.st_dev && info.st_ino == archive_.st_ino) {
      item.skipped = true;
      if (!is_same_name(source, options_.archive)) {
        item.problem = Error{Error::Code::Unsupported, 0, "this is the archive that is being written, by another name"};
      }
    } else {
      item.size = static_cast<std::uint64_t>(info.st_size);
      // Said now, and not only when its turn comes: whoever adds files wants to know which will be missing.
      if (::faccessat(AT_FDCWD, source.c_str(), R_OK, AT_EACCESS) != 0) {
        item.problem = system_error(errno, "opening", source.string());
      }
    }
    items_.push_back(std::move(item));
    return {};
  }

  Status add_children(const std::filesystem::path& folder, const std::string& path) {
    std::vector<std::string> names;
    {
      const std::unique_ptr<DIR, CloseFolder> handle(::opendir(folder.c_str()));
      if (!handle) return system_error(errno, "opening the folder", folder.string());
      for (errno = 0; const dirent* child = ::readdir(handle.get()); errno = 0) {
        std::string name = child->d_name;
        if (name != "." && name != "..") names.push_back(std::move(name));
      }
      if (errno != 0) return system_error(errno, "reading the folder", folder.string());
    }
    std::ranges::sort(names);
    for (const std::string& name : names) {
      const std::filesystem::path source = folder / name;
      const std::string child_path = path.empty() ? name : path + "/" + name;
      struct stat info {};
      if (::lstat(source.c_str(), &info) != 0) {
        InputItem gone{source, child_path, EntryKind::File, 0, {}, 0, {}, {}, false};
        gone.problem = system_error(errno, "opening", source.string());
        items_.push_back(std::move(gone));
        continue;
      }
      BITSWAP_TRY(add(source, child_path, info));
    }
    return {};
  }

  const WalkOptions& options_;
  struct stat archive_ {};
  bool has_archive_ = false;
  std::set<std::string> roots_;
  std::vector<InputItem> items_;
};

}  // namespace

Result<std::vector<InputItem>> walk_inputs(const WalkOptions& options) {
  Walker walker(options);
  for (const std::filesystem::path& input : options.inputs) BITSWAP_TRY(walker.add_input(input));
  return walker.take();
}

}  // namespace bitswap
