// Which backend a name means, and the shared object with LibTorch that is opened on first use.
#include <dlfcn.h>

#include <filesystem>
#include <mutex>

#include "engine/backend/backend.h"
#include "engine/backend/reference/module.h"

namespace bitswap {
namespace {

/// Beside the program, or in ../lib/bitswap as installed.
std::vector<std::filesystem::path> module_candidates() {
  std::error_code error;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  return {folder / "libbitswap_torch.so", folder.parent_path() / "lib/bitswap/libbitswap_torch.so"};
}

}  // namespace

Result<void*> torch_symbol(const char* name) {
  static std::mutex mutex;
  static void* module = nullptr;
  static std::string reason;
  const std::scoped_lock lock(mutex);
  if (module == nullptr && reason.empty()) {
    for (const auto& path : module_candidates()) {
      std::error_code error;
      if (!std::filesystem::exists(path, error)) continue;
      module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
      if (module != nullptr) break;
      reason = dlerror();
    }
    if (module == nullptr && reason.empty()) reason = "libbitswap_torch.so is not beside the program";
  }
  if (module == nullptr) return Error{Error::Code::NotFound, 0, "LibTorch cannot be used: " + reason};
  void* symbol = dlsym(module, name);
  if (symbol == nullptr) return Error{Error::Code::NotFound, 0, std::string("libbitswap_torch.so lacks ") + name};
  return symbol;
}

Result<std::unique_ptr<Backend>> open_reference_backend(const std::string& device) {
  BITSWAP_TRY_ASSIGN(void* const symbol, torch_symbol("make_reference_backend"));
  auto* const make = reinterpret_cast<Backend* (*)(const char*)>(symbol);
  if (Backend* backend = make(device.c_str())) return std::unique_ptr<Backend>(backend);
  return Error{Error::Code::NotFound, 0, "this machine has no device \"" + device + "\" that LibTorch can use"};
}

Result<std::unique_ptr<Backend>> open_backend(std::string_view device) {
  if (device == "plain") return make_plain_backend();
  if (device == "reference") return open_reference_backend("cpu");
  if (device == "cuda") return open_reference_backend("cuda");
  if (device == "auto") {
    if (auto cuda = open_reference_backend("cuda"); cuda.ok()) return cuda;
  } else if (device != "cpu") {
    return Error{Error::Code::InvalidArgument, 0, "no device is called " + std::string(device)};
  }
  if (auto reference = open_reference_backend("cpu"); reference.ok()) return reference;
  return make_plain_backend();
}

}  // namespace bitswap
