// SPDX-License-Identifier: GPL-3.0-or-later
// The file around a packed training set.
#include "engine/training/packed_set.h"

#include <fstream>
#include <iterator>
#include <string>

namespace bitswap {

Status write_packed_set(const std::filesystem::path& path, std::string_view magic, ByteView content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << magic;
  file.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) return Error{Error::Code::Io, 0, "cannot write " + path.string()};
  return {};
}

Result<Bytes> read_packed_set(const std::filesystem::path& path, std::string_view magic, std::string_view what) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Error::Code::Io, 0, "cannot read " + path.string()};
  std::string start(magic.size(), '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  if (!file || start != magic) {
    return Error{Error::Code::Corrupt, 0, path.string() + " is not " + std::string(what)};
  }
  return Bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

}  // namespace bitswap
