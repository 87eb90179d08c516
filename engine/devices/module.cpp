// SPDX-License-Identifier: GPL-3.0-or-later
// Opens modules and refuses those of another build.
#include "engine/devices/module.h"

#include <dlfcn.h>

#include <cstring>
#include <filesystem>

namespace bitswap {

Result<void*> Module::symbol(const char* name) {
  const std::scoped_lock lock(mutex_);
  if (handle_ == nullptr && reason_.empty()) open();
  if (handle_ == nullptr) return Error{Error::Code::NotFound, 0, what_ + " cannot be used: " + reason_};
  void* found = dlsym(handle_, name);
  if (found == nullptr) return Error{Error::Code::NotFound, 0, file_ + " lacks " + name};
  return found;
}

void Module::open() {
  std::error_code error;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  for (const auto& path : {folder / file_, folder.parent_path() / "lib/bitswap" / file_}) {
    if (!std::filesystem::exists(path, error)) continue;
    void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
      reason_ = dlerror();
      continue;
    }
    auto* const version = reinterpret_cast<decltype(&bitswap_module_version)>(dlsym(handle, "bitswap_module_version"));
    if (version != nullptr && std::strcmp(version(), bitswap_module_version()) == 0) {
      handle_ = handle;
      return;
    }
    dlclose(handle);
    reason_ = path.string() + " belongs to another version of this program; install both from the same build";
  }
  if (reason_.empty()) reason_ = file_ + " is not installed beside the program";
}

}  // namespace bitswap
