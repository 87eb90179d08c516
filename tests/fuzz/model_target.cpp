// SPDX-License-Identifier: GPL-3.0-or-later
// Model files and differences of models: nothing in them is trusted. The checksum at the end is set right first, or no
// change would ever come past it.
#include <algorithm>

#include "engine/model/model.h"
#include "engine/model/model_delta.h"
#include "tests/fuzz/fuzz_target.h"

using namespace bitswap;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes file(data, data + size);
  static_cast<void>(model_delta_base(file).ok());
  if (size < sizeof(Hash128)) return 0;
  const Hash128 hash = hash128(ByteView(file).first(size - sizeof(Hash128)));
  std::ranges::copy(hash, file.end() - static_cast<std::ptrdiff_t>(hash.size()));
  auto model = read_model(file);
  if (!model.ok()) return 0;
  for (const IntegerNetwork& network : model->networks) {
    for (const IntegerLayer& layer : network.layers) must(validate(layer).ok(), "a model that is read is valid");
  }
  must(write_model(*model) == file, "a model is written as it was read");
  return 0;
}
