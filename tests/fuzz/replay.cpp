// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a fuzz target over files, and over seeded changes of each: replay CHANGES PATH… The last input lies in
// fuzz-input.bin of the working folder, so that a crash can be looked at.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz_target.h"

namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::size_t kLargest = std::size_t{1} << 20;

Input read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// What damage and hostility look like: bytes changed, taken out, doubled, cut; numbers at their limits.
Input changed(Input input, std::mt19937_64& random) {
  for (std::uint64_t i = 0, count = 1 + random() % 4; i < count && !input.empty(); ++i) {
    const auto at = static_cast<std::ptrdiff_t>(random() % input.size());
    const auto length = std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(1 + random() % 16),
                                                 static_cast<std::ptrdiff_t>(input.size()) - at);
    switch (random() % 6) {
      case 0: input[at] ^= static_cast<std::uint8_t>(1U << random() % 8); break;
      case 1: input[at] = static_cast<std::uint8_t>(random()); break;
      case 2: std::fill_n(input.begin() + at, length, static_cast<std::uint8_t>(random() % 2 == 0 ? 0xFF : 0)); break;
      case 3: input.erase(input.begin() + at, input.begin() + at + length); break;
      case 4: {
        const Input piece(input.begin() + at, input.begin() + at + length);
        input.insert(input.begin() + at, piece.begin(), piece.end());
        break;
      }
      default: input.resize(static_cast<std::size_t>(at)); break;
    }
  }
  return input;
}

void run(const Input& input) {
  std::ofstream("fuzz-input.bin", std::ios::binary)
      .write(reinterpret_cast<const char*>(input.data()), static_cast<std::streamsize>(input.size()));
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  unsigned changes = 0;
  if (argc < 3 || std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), changes).ec != std::errc()) {
    std::fprintf(stderr, "usage: %s CHANGES PATH…\n", argv[0]);
    return 7;
  }
  std::vector<std::filesystem::path> files;
  for (int i = 2; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) {
      files.emplace_back(argv[i]);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      if (entry.is_regular_file() && entry.file_size() <= kLargest) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    std::fprintf(stderr, "the corpus is empty\n");
    return 1;
  }
  for (const auto& path : files) {
    const Input input = read(path);
    run(input);
    std::mt19937_64 random(std::hash<std::string>()(path.filename().string()));
    for (unsigned i = 0; i < changes; ++i) run(changed(input, random));
  }
  std::filesystem::remove("fuzz-input.bin");
  std::printf("%zu files, %u changes of each\n", files.size(), changes);
}
