// SPDX-License-Identifier: GPL-3.0-or-later
// One file of every kind that the program knows, and what compress() should make of it.
#pragma once

#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/image/pixels/picture.h"
#include "engine/storage/form.h"

namespace bitswap::samples {

struct SampleKind {
  std::string name;
  Bytes content;  ///< empty if it could not be made, but for "empty.txt"
  std::string format;
  Form form = Form::None;                    ///< None: pixels in the one that was asked for
  Exactness exactness = Exactness::Bytes;    ///< where it is stored as pixels
  std::vector<std::uint32_t> size = {0, 0};  ///< width and height, where the archive knows them
};

/// An AVIF file only where heif-enc is installed.
std::vector<SampleKind> one_of_each_kind();

}  // namespace bitswap::samples
