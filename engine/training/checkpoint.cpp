// SPDX-License-Identifier: GPL-3.0-or-later
// One byte string with a hash, cut into parts.
#include "engine/training/checkpoint.h"

#include <algorithm>
#include <bit>
#include <fstream>

#include "engine/base/hash.h"

namespace bitswap {
namespace {

constexpr std::size_t kPartBytes = 14'000'000;
constexpr std::uint32_t kMagic = 0x4B435342;      // "BSCK": of a pixel model
constexpr std::uint32_t kJpegMagic = 0x4A435342;  // "BSCJ": of a JPEG model

std::filesystem::path part_path(const std::filesystem::path& prefix, std::size_t part) {
  return prefix.string() + "." + std::to_string(part);
}

void put(const torch::Tensor& tensor, torch::ScalarType type, ByteWriter& out) {
  const torch::Tensor flat = tensor.detach().to(torch::kCPU, type).contiguous();
  out.raw({static_cast<const std::uint8_t*>(flat.data_ptr()), static_cast<std::size_t>(flat.nbytes())});
}

Result<torch::Tensor> get(std::uint64_t count, torch::ScalarType type, ByteReader& in) {
  BITSWAP_TRY_ASSIGN(const ByteView bytes, in.raw(count * torch::elementSize(type)));
  torch::Tensor flat = torch::empty({static_cast<std::int64_t>(count)}, type);
  std::copy(bytes.begin(), bytes.end(), static_cast<std::uint8_t*>(flat.data_ptr()));
  return flat.to(torch::kFloat32);
}

}  // namespace

Status write_checkpoint(const std::filesystem::path& prefix, const Checkpoint& c) {
  ByteWriter out;
  out.u32(std::holds_alternative<JpegConfig>(c.config) ? kJpegMagic : kMagic);
  std::visit([&out](const auto& config) { write_config(config, out); }, c.config);
  out.u64(c.step);
  out.u64(std::bit_cast<std::uint64_t>(c.minutes));
  out.u64(static_cast<std::uint64_t>(c.values.numel()));
  put(c.values, torch::kFloat32, out);
  put(c.average, torch::kFloat32, out);
  put(c.first, torch::kBFloat16, out);
  put(c.second, torch::kBFloat16, out);
  const Hash128 hash = hash128(out.bytes());
  out.raw(hash);

  const Bytes& all = out.bytes();
  std::size_t part = 0;
  for (std::size_t begin = 0; begin < all.size(); begin += kPartBytes, ++part) {
    const auto path = part_path(prefix, part);
    const auto temporary = path.string() + ".tmp";
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(all.data() + begin),
               static_cast<std::streamsize>(std::min(kPartBytes, all.size() - begin)));
    file.close();
    std::error_code error;
    if (file) std::filesystem::rename(temporary, path, error);
    if (!file || error) return Error{Error::Code::Io, 0, "cannot write the checkpoint " + path.string()};
  }
  std::error_code ignored;
  while (std::filesystem::remove(part_path(prefix, part), ignored)) ++part;  // of an earlier, larger model
  return {};
}

Result<Checkpoint> read_checkpoint(const std::filesystem::path& prefix) {
  Bytes all;
  for (std::size_t part = 0;; ++part) {
    std::ifstream file(part_path(prefix, part), std::ios::binary);
    if (!file) break;
    all.insert(all.end(), std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  if (all.empty()) return Error{Error::Code::NotFound, 0, "no checkpoint at " + prefix.string()};
  const Error damaged{Error::Code::Corrupt, 0, "the checkpoint " + prefix.string() + " is damaged"};
  if (all.size() < 20) return damaged;
  const ByteView body(all.data(), all.size() - 16);
  const Hash128 hash = hash128(body);
  if (!std::equal(hash.begin(), hash.end(), all.end() - 16)) return damaged;
  ByteReader in(body);
  Checkpoint c;
  BITSWAP_TRY_ASSIGN(const std::uint32_t magic, in.u32());
  if (magic == kMagic) {
    BITSWAP_TRY_ASSIGN(c.config, read_config(in));
  } else if (magic == kJpegMagic) {
    BITSWAP_TRY_ASSIGN(c.config, read_jpeg_config(in));
  } else {
    return damaged;
  }
  BITSWAP_TRY_ASSIGN(c.step, in.u64());
  BITSWAP_TRY_ASSIGN(const std::uint64_t minutes, in.u64());
  c.minutes = std::bit_cast<double>(minutes);
  BITSWAP_TRY_ASSIGN(const std::uint64_t count, in.u64());
  if (count > all.size()) return damaged;
  BITSWAP_TRY_ASSIGN(c.values, get(count, torch::kFloat32, in));
  BITSWAP_TRY_ASSIGN(c.average, get(count, torch::kFloat32, in));
  BITSWAP_TRY_ASSIGN(c.first, get(count, torch::kBFloat16, in));
  BITSWAP_TRY_ASSIGN(c.second, get(count, torch::kBFloat16, in));
  return c;
}

}  // namespace bitswap
