// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the golden archives below the folder that it is given. Run by hand; the tests hold the files against it.
#include <cstdio>

#include "tests/archive/samples.h"

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: archive_golden_files FOLDER\n");
    return 7;
  }
  const std::filesystem::path folder = arguments[1];
  std::filesystem::create_directories(folder / "good");
  std::filesystem::create_directories(folder / "bad");
  for (const auto& file : bitswap::samples::good_files())
    bitswap::samples::write_file(folder / "good" / file.name, file.content);
  for (const auto& file : bitswap::samples::bad_files())
    bitswap::samples::write_file(folder / "bad" / file.name, file.content);
  return 0;
}
