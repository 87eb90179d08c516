// SPDX-License-Identifier: GPL-3.0-or-later
// What the program finds in libbitswap_torch.so, besides make_reference_backend.
#include "app/train/train_command.h"

namespace bitswap {

extern "C" int bitswap_train(const TrainArguments* arguments, const CancelToken* cancel, Error* error) {
  Status status = run_training(*arguments, cancel);
  if (status.ok()) return 0;
  *error = std::move(status).error();
  return 1;
}

}  // namespace bitswap
