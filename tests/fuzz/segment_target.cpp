// SPDX-License-Identifier: GPL-3.0-or-later
// Coded pixels: header of a picture, then the payload of a segment, under a small model with random weights. What is
// decoded must, coded again, give the same bytes: the two are exact inverses.
#include "engine/codec/image_codec.h"
#include "engine/nn/backend.h"
#include "tests/fakes/random_model.h"
#include "tests/fuzz/fuzz_target.h"

using namespace bitswap;  // NOLINT(google-build-using-namespace)

namespace {

struct Coder {
  Model model = random_model(small_config(2, 2), 7);
  std::unique_ptr<Backend> backend = make_plain_backend();
  std::unique_ptr<BackendModel> networks = backend->load(model).value();
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(ImageHeader::read(ByteView(data, size)).ok());
  if (size < 3) return 0;
  static const Coder coder;
  CodingModel coding;
  coding.model = &coder.model;
  coding.networks = coder.networks.get();
  const TileShape shape{1U + data[0] % 24, 1U + data[1] % 24, static_cast<std::uint8_t>(data[2] % 2 == 0 ? 1 : 3)};
  const ByteView payload(data + 3, size - 3);
  const auto tiles = decode_segment(coding, payload, std::span(&shape, 1), Schedule::BitSwap, nullptr);
  if (!tiles.ok()) return 0;
  const auto again = encode_segment(coding, *tiles, Schedule::BitSwap, false, nullptr);
  must(again.ok(), "what was decoded can be coded");
  return 0;
}
