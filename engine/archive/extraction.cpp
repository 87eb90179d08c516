// SPDX-License-Identifier: GPL-3.0-or-later
// Extraction by handles: openat without following links, a temporary file, attributes, then the name.
#include "engine/archive/extraction.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <set>
#include <system_error>

#include "engine/archive/file_identity.h"
#include "engine/archive/file_io.h"

namespace bitswap {
namespace {

constexpr int kMostRenames = 9999;
constexpr std::int64_t kCoarsestSeconds = 2;  // FAT's
constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// A folder that is held open, and the last part of a path in it.
struct Spot {
  FileHandle folder;
  std::string name;
};

std::pair<std::string_view, std::string_view> split(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::string joined(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty()) path.append("/");
  return path.append(name);
}

// "photo (2).jpg": the number goes before the last extension; a leading dot begins no extension.
std::string numbered(std::string_view name, int number) {
  const std::size_t dot = name.rfind('.');
  const bool extension = dot != std::string_view::npos && dot != 0;
  std::string result(extension ? name.substr(0, dot) : name);
  result.append(" (").append(std::to_string(number)).append(")");
  if (extension) result.append(name.substr(dot));
  return result;
}

// Access time as it is, modification time as given.
struct Times {
  explicit Times(FileTime modified)
      : values{{0, UTIME_OMIT}, {static_cast<time_t>(modified.seconds), static_cast<long>(modified.nanoseconds)}} {}
  timespec values[2];
};

enum class There : std::uint8_t { Nothing, Folder, Other };

Result<There> look(int folder, const std::string& name, std::string_view path) {
  struct stat info {};
  if (::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0)
    return S_ISDIR(info.st_mode) ? There::Folder : There::Other;
  if (errno == ENOENT) return There::Nothing;
  return system_error(errno, "looking at", path);
}

// Gives the temporary thing its name under the rule for conflicts.
Result<Written> commit(const Spot& spot, const std::string& temporary, std::string_view path, OnConflict conflict,
                       const std::optional<FileIdentity>& kept) {
  const std::string parent(split(path).first);
  if (conflict == OnConflict::Overwrite) {
    BITSWAP_TRY_ASSIGN(const There there, look(spot.folder.get(), spot.name, path));
    if (there == There::Folder) return system_error(EEXIST, "replacing a folder", path);
    struct stat info {};
    if (kept && ::fstatat(spot.folder.get(), spot.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
        stamp_of(info).identity == *kept)
      return Error{Error::Code::InvalidArgument, 0,
                   std::string(path) + " would replace the archive that it comes from"};
    // rename() replaces a link itself, and refuses a folder that took the name since.
    if (::renameat(spot.folder.get(), temporary.c_str(), spot.folder.get(), spot.name.c_str()) != 0)
      return system_error(errno == EISDIR ? EEXIST : errno, "replacing", path);
    return Written{std::string(path), false, {}};
  }
  std::string name = spot.name;
  for (int number = 1;; ++number) {
    const Status renamed = rename_without_replacing(spot.folder.get(), temporary, name);
    if (renamed.ok()) return Written{joined(parent, name), false, {}};
    if (renamed.error().code != Error::Code::Exists) return renamed.error();
    if (conflict == OnConflict::Skip) {
      ::unlinkat(spot.folder.get(), temporary.c_str(), 0);
      return Written{std::string(path), true, {}};
    }
    if (conflict == OnConflict::Fail || number > kMostRenames) return system_error(EEXIST, "creating", path);
    name = numbered(spot.name, number);
  }
}

}  // namespace

Status FileSink::write(ByteView bytes) { return write_all(file_, bytes, "an extracted file"); }

struct ExtractionFolder::Impl {
  struct Folder {
    std::string path;
    Attributes attributes;
  };
  struct Link {
    std::string path;
    std::string target;
    FileTime modified;
    OnConflict conflict;
  };

  FileHandle root;
  NamePolicy names = NamePolicy::Portable;
  unsigned mask = 0;                        // of the process: permissions that nobody gets
  std::optional<FileIdentity> kept;         // never replaced
  std::mutex mutex;                         // guards the lists
  std::set<std::string, std::less<>> made;  // folders that were not there before
  std::vector<Folder> folders;
  std::vector<Link> links;
  std::set<FileIdentity> swept;

  // The folder at `path` below the root, "" for the root itself; missing parts are made when `make` is set.
  Result<FileHandle> enter(std::string_view path, bool make) {
    FileHandle here(::openat(root.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!here.valid()) return system_error(errno, "opening", "the folder of extraction");
    std::size_t start = 0;
    while (start < path.size()) {
      const std::size_t end = std::min(path.find('/', start), path.size());
      const std::string part(path.substr(start, end - start));
      if (make) {
        if (::mkdirat(here.get(), part.c_str(), 0777) == 0) {
          const std::lock_guard lock(mutex);
          made.emplace(path.substr(0, end));
        } else if (errno != EEXIST) {
          return system_error(errno, "making the folder", path.substr(0, end));
        }
      }
      FileHandle next(::openat(here.get(), part.c_str(), kFolderFlags));
      if (!next.valid()) {
        // ELOOP or ENOTDIR: a link or a file has the name of the folder.
        const bool taken = errno == ELOOP || errno == ENOTDIR;
        return system_error(taken ? EEXIST : errno, "entering the folder", path.substr(0, end));
      }
      here = std::move(next);
      start = end + 1;
    }
    return here;
  }

  Result<Spot> spot_of(std::string_view path) {
    const auto [folder, name] = split(path);
    BITSWAP_TRY_ASSIGN(FileHandle handle, enter(folder, true));
    return Spot{std::move(handle), std::string(name)};
  }

  Result<Written> make_link(const Link& link) {
    BITSWAP_TRY_ASSIGN(const Spot spot, spot_of(link.path));
    std::string temporary;
    {
      // Reserves a name that nobody else has; a link cannot be made over it, so it is given up just before.
      BITSWAP_TRY_ASSIGN(const FileHandle reserved, create_temporary(spot.folder.get(), temporary));
      ::unlinkat(spot.folder.get(), temporary.c_str(), 0);
    }
    if (::symlinkat(link.target.c_str(), spot.folder.get(), temporary.c_str()) != 0)
      return system_error(errno, "making the link", link.path);
    const TemporaryName cleanup(spot.folder.get(), temporary);
    const Times times(link.modified);
    ::utimensat(spot.folder.get(), temporary.c_str(), times.values, AT_SYMLINK_NOFOLLOW);
    return commit(spot, temporary, link.path, link.conflict, kept);
  }

  Status restore(const Folder& folder) {
    BITSWAP_TRY_ASSIGN(const FileHandle handle, enter(folder.path, false));
    if (auto warning = set_attributes(handle.get(), folder.attributes, folder.path)) return std::move(*warning);
    return {};
  }

  // What a file system does not take is no reason to lose the content.
  [[nodiscard]] std::optional<Error> set_attributes(int file, const Attributes& attributes,
                                                    std::string_view path) const {
    std::optional<Error> warning;
    if (::fchmod(file, attributes.permissions & 0777U & ~mask) != 0)
      warning = system_error(errno, "setting the permissions of", path);
    const Times times(attributes.modified);
    struct stat info {};
    if (::futimens(file, times.values) != 0) {
      warning = system_error(errno, "setting the time of", path);
    } else if (::fstat(file, &info) == 0 && std::abs(info.st_mtim.tv_sec - times.values[1].tv_sec) > kCoarsestSeconds) {
      warning = Error{Error::Code::Io, 0, "the file system cannot keep the time of " + std::string(path)};
    }
    return warning;
  }

  // Temporary files that a killed program left, once for each folder.
  void sweep(int folder) {
    struct stat info {};
    if (::fstat(folder, &info) != 0) return;
    {
      const std::lock_guard lock(mutex);
      if (!swept.insert(stamp_of(info).identity).second) return;
    }
    sweep_temporaries(folder);
  }
};

ExtractionFolder::ExtractionFolder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ExtractionFolder::ExtractionFolder(ExtractionFolder&&) noexcept = default;
ExtractionFolder& ExtractionFolder::operator=(ExtractionFolder&&) noexcept = default;
ExtractionFolder::~ExtractionFolder() = default;

Result<ExtractionFolder> ExtractionFolder::open(const std::filesystem::path& folder, NamePolicy names) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  auto impl = std::make_unique<Impl>();
  impl->names = names;
  impl->mask = process_umask();
  impl->root = FileHandle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!impl->root.valid()) {
    const int reason = error ? error.value() : errno;
    return system_error(reason, "opening the folder", folder.string());
  }
  return ExtractionFolder(std::move(impl));
}

void ExtractionFolder::keep(const FileIdentity& file) { impl_->kept = file; }

Result<Written> ExtractionFolder::write_file(std::string_view path, ByteView content, const Attributes& attributes,
                                             OnConflict conflict) {
  return write_file(
      path, [content](FileSink& sink) { return sink.write(content); }, attributes, conflict);
}

Result<Written> ExtractionFolder::write_file(std::string_view path, const std::function<Status(FileSink&)>& produce,
                                             const Attributes& attributes, OnConflict conflict) {
  BITSWAP_TRY(check_extraction_path(path, impl_->names));
  BITSWAP_TRY_ASSIGN(const Spot spot, impl_->spot_of(path));
  if (conflict != OnConflict::Rename) {
    BITSWAP_TRY_ASSIGN(const There there, look(spot.folder.get(), spot.name, path));
    if (there != There::Nothing && conflict == OnConflict::Skip) return Written{std::string(path), true, {}};
    if (there == There::Folder || (there == There::Other && conflict == OnConflict::Fail))
      return system_error(EEXIST, "creating", path);
  }
  std::string temporary;
  impl_->sweep(spot.folder.get());
  BITSWAP_TRY_ASSIGN(FileHandle file, create_temporary(spot.folder.get(), temporary));
  const TemporaryName cleanup(spot.folder.get(), temporary);
  FileSink sink(file.get());
  BITSWAP_TRY(produce(sink));
  std::optional<Error> warning = impl_->set_attributes(file.get(), attributes, path);
  // Only where old content is given up must the new one be on the disk before; else a crash loses what can be redone.
  if (conflict == OnConflict::Overwrite && ::fsync(file.get()) != 0) return system_error(errno, "syncing", path);
  BITSWAP_TRY_ASSIGN(Written written, commit(spot, temporary, path, conflict, impl_->kept));
  written.warning = std::move(warning);
  BITSWAP_TRY(file.close());  // only now: while it is open, nobody sweeps it away
  return written;
}

Result<Written> ExtractionFolder::make_directory(std::string_view path, const Attributes& attributes,
                                                 OnConflict conflict) {
  BITSWAP_TRY(check_extraction_path(path, impl_->names));
  if (auto folder = impl_->enter(path, true); !folder.ok()) return folder.error();
  const std::lock_guard lock(impl_->mutex);
  // It may have been made for a file in it, which another thread, or the archive, brought first.
  if (conflict != OnConflict::Overwrite && !impl_->made.contains(path)) return Written{std::string(path), true, {}};
  impl_->folders.push_back({std::string(path), attributes});
  return Written{std::string(path), false, {}};
}

Status ExtractionFolder::add_link(std::string_view path, std::string_view target, FileTime modified,
                                  OnConflict conflict) {
  BITSWAP_TRY(check_link_target(path, target, impl_->names));
  const std::lock_guard lock(impl_->mutex);
  impl_->links.push_back({std::string(path), std::string(target), modified, conflict});
  return {};
}

FinishReport ExtractionFolder::finish() {
  FinishReport report;
  std::vector<Impl::Link> links;
  std::vector<Impl::Folder> folders;
  {
    const std::lock_guard lock(impl_->mutex);
    links.swap(impl_->links);
    folders.swap(impl_->folders);
  }
  for (const Impl::Link& link : links) {
    auto written = impl_->make_link(link);
    if (written.ok())
      report.links.push_back(std::move(written).value());
    else
      report.problems.push_back({link.path, written.error()});
  }
  // A folder without write permission must not be in the way of those below, nor lose its time to them.
  const auto depth = [](const Impl::Folder& folder) { return std::count(folder.path.begin(), folder.path.end(), '/'); };
  std::stable_sort(folders.begin(), folders.end(),
                   [&](const Impl::Folder& a, const Impl::Folder& b) { return depth(a) > depth(b); });
  for (const Impl::Folder& folder : folders) {
    if (Status restored = impl_->restore(folder); !restored.ok())
      report.problems.push_back({folder.path, restored.error()});
  }
  return report;
}

}  // namespace bitswap
