// SPDX-License-Identifier: GPL-3.0-or-later
// A trained model as the beginning of a wider one that computes the same: Net2Net, Chen, Goodfellow, Shlens, ICLR 2016.
#pragma once

#include <torch/torch.h>

#include "engine/base/result.h"
#include "engine/model/model.h"

namespace bitswap {

/// What the integers of a model for pixels stand for: float [parameters], laid out as those of its TrainableModel.
torch::Tensor values_of(const Model& model);

/// `values`: float [parameters], laid out as those of a TrainableModel of `from`. The result is laid out for `to`,
/// whose networks have the same layers with widths that are multiples; the copies of a channel share its outgoing
/// weights in uneven parts, so that training parts them. Equal shapes give the values as they are. Errors:
/// InvalidArgument.
Result<torch::Tensor> widen(const Plan& from, const Plan& to, const torch::Tensor& values);

}  // namespace bitswap
