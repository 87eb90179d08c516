// SPDX-License-Identifier: GPL-3.0-or-later
// dlsym's pointers become functions here and nowhere else.
#include "app/cli/trainer.h"

#include "engine/devices/devices.h"
#include "engine/nn/torch/module.h"

namespace bitswap::cli {

Result<Trainer> open_trainer() {
  BITSWAP_TRY_ASSIGN(void* const symbol, torch_symbol("bitswap_train"));
  return reinterpret_cast<Trainer>(symbol);
}

Result<std::string> training_device(const std::string& device) {
  if (device == "plain") {
    return Error{Error::Code::InvalidArgument, 0, "training needs LibTorch: use --device auto, cpu or cuda"};
  }
  if (device == "auto") return std::string(open_reference_backend("cuda").ok() ? "cuda" : "cpu");
  return std::string(device == "cuda" ? "cuda" : "cpu");
}

Status call(Trainer trainer, const TrainArguments& arguments, const CancelToken* cancel) {
  Error error;
  return trainer(&arguments, cancel, &error) == 0 ? Status() : Status(std::move(error));
}

}  // namespace bitswap::cli
