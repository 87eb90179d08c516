// SPDX-License-Identifier: GPL-3.0-or-later
// Byte by byte: weights are single bytes, and shifts, tables and most biases do not change.
#include "engine/model/model_delta.h"

#include <algorithm>
#include <array>

namespace bitswap {
namespace {

constexpr std::array<std::uint8_t, 4> kMagic = {'B', 'S', 'W', 'D'};
constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kHashBytes = sizeof(Hash128);

Error corrupt(const char* what) { return {Error::Code::Corrupt, 0, std::string("model delta: ") + what}; }

}  // namespace

Result<Bytes> write_model_delta(ByteView base, ByteView file) {
  if (base.size() != file.size() || file.size() < kHashBytes) {
    return Error{Error::Code::InvalidArgument, 0, "models of different size have no difference"};
  }
  ByteWriter out;
  out.raw(kMagic);
  out.u16(kVersion);
  out.raw(base.last(kHashBytes));
  out.raw(file.last(kHashBytes));
  for (std::size_t i = 0; i < file.size() - kHashBytes; ++i) out.u8(static_cast<std::uint8_t>(file[i] - base[i]));
  return out.take();
}

Result<Hash128> model_delta_base(ByteView delta) {
  ByteReader in(delta);
  BITSWAP_TRY_ASSIGN(const ByteView magic, in.raw(kMagic.size()));
  if (!std::ranges::equal(magic, kMagic)) return corrupt("not one");
  BITSWAP_TRY_ASSIGN(const std::uint16_t version, in.u16());
  if (version != kVersion) {
    return Error{Error::Code::Unsupported, 4, "model delta: made by a newer version of this program"};
  }
  BITSWAP_TRY_ASSIGN(const ByteView bytes, in.raw(kHashBytes));
  Hash128 hash;
  std::ranges::copy(bytes, hash.begin());
  return hash;
}

Result<Bytes> apply_model_delta(ByteView base, ByteView delta) {
  BITSWAP_TRY_ASSIGN(const Hash128 hash, model_delta_base(delta));
  if (base.size() < kHashBytes || !std::ranges::equal(base.last(kHashBytes), hash)) return corrupt("another base");
  if (delta.size() != kModelDeltaHeaderBytes + base.size() - kHashBytes) return corrupt("its size differs");
  const ByteView steps = delta.subspan(kModelDeltaHeaderBytes);
  Bytes file(base.begin(), base.end());
  for (std::size_t i = 0; i < steps.size(); ++i) file[i] = static_cast<std::uint8_t>(file[i] + steps[i]);
  const Hash128 result = hash128({file.data(), steps.size()});
  if (!std::ranges::equal(result, delta.subspan(kModelDeltaHeaderBytes - kHashBytes, kHashBytes))) {
    return corrupt("the result has another hash");
  }
  std::ranges::copy(result, file.end() - kHashBytes);
  return file;
}

}  // namespace bitswap
