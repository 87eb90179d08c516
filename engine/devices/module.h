// SPDX-License-Identifier: GPL-3.0-or-later
// A shared object of this program that is opened when something first needs it, so that commands without networks
// start at once and machines without its libraries run everything else.
#pragma once

#include <mutex>
#include <string>

#include "engine/base/result.h"

/// A string that changes whenever the program's version or a header that program and modules share does
/// (CMakeLists.txt). The program has one and every module exports one; a module with another is refused, because the
/// two would disagree about the layout of what they pass.
extern "C" const char* bitswap_module_version();

namespace bitswap {

class Module {
 public:
  /// `file`: looked for beside the program and in ../lib/bitswap of it. `what`: the subject of the sentence that says
  /// why it cannot be used.
  Module(std::string file, std::string what) : file_(std::move(file)), what_(std::move(what)) {}

  /// An entry point. May be called by several threads; the first call opens the module. Errors: NotFound (not
  /// installed, a library of it missing, of another build).
  Result<void*> symbol(const char* name);

 private:
  void open();

  std::mutex mutex_;
  std::string file_, what_;
  void* handle_ = nullptr;
  std::string reason_;
};

}  // namespace bitswap
