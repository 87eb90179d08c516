// SPDX-License-Identifier: GPL-3.0-or-later
// Every image format: what a file is taken apart into comes back as promised, and views of broken files end in errors.
#include <algorithm>

#include "engine/image/format.h"
#include "tests/fuzz/fuzz_target.h"

using namespace bitswap;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView file(data, size);
  const ImageFormat* format = find_format(file);
  if (format == nullptr) return 0;
  must(format->recognises(file), "a format that was found recognises the file");
  if (const auto view = format->view(file); view.ok()) {
    must(view->channels == 3 && view->samples.size() == view->pixel_count() * 3, "a view is an RGB picture");
  }
  const auto parts = format->take_apart(file);
  if (!parts.ok()) return 0;
  const auto again = format->rebuild(parts->picture, parts->recipe);
  must(again.ok(), "what was taken apart can be rebuilt");
  if (parts->exactness == Exactness::Bytes) must(std::ranges::equal(*again, file), "byte-exact means the same bytes");
  return 0;
}
