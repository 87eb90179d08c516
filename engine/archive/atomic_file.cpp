// SPDX-License-Identifier: GPL-3.0-or-later
// The same steps as an archive's last ones.
#include "engine/archive/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "engine/archive/file_io.h"

namespace bitswap {

Status write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  const ByteView bytes(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
  std::filesystem::path place = path;
  struct stat info {};
  unsigned mode = new_file_mode();
  if (::stat(path.c_str(), &info) == 0) {
    if (!S_ISREG(info.st_mode)) {
      FileHandle file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
      if (!file.valid()) return system_error(errno, "opening", path.string());
      BITSWAP_TRY(write_all(file.get(), bytes, path.string()));
      return file.close();
    }
    std::error_code error;
    place = std::filesystem::canonical(path, error);
    if (error) return system_error(error.value(), "following the link", path.string());
    mode = info.st_mode & 0777U;
  }
  const std::filesystem::path parent = place.has_parent_path() ? place.parent_path() : ".";
  const FileHandle folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return system_error(errno, "opening the folder", parent.string());
  std::string name;
  BITSWAP_TRY_ASSIGN(FileHandle file, create_temporary(folder.get(), name));
  const TemporaryName temporary(folder.get(), name);
  BITSWAP_TRY(write_all(file.get(), bytes, path.string()));
  if (::fchmod(file.get(), mode) != 0 && errno != EPERM && errno != ENOTSUP) {
    return system_error(errno, "setting the permissions of", path.string());
  }
  if (::fsync(file.get()) != 0) return system_error(errno, "syncing", path.string());
  if (::renameat(folder.get(), name.c_str(), folder.get(), place.filename().c_str()) != 0) {
    return system_error(errno, "replacing", path.string());
  }
  BITSWAP_TRY(file.close());
  return sync_folder(folder.get(), path.string());
}

}  // namespace bitswap
