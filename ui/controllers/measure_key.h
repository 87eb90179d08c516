// SPDX-License-Identifier: GPL-3.0-or-later
// What a measurement of a picture depends on: results are remembered under it.
#pragma once

#include <string>
#include <tuple>

#include "engine/jobs/picture_source.h"

namespace bitswap::ui {

struct MeasureKey {
  PictureSource source;
  std::int64_t time = 0;   ///< of the file's last change
  std::uint64_t size = 0;  ///< of the file
  std::string model;

  /// Reads time and size.
  static MeasureKey of(const PictureSource& source, const std::string& model) {
    MeasureKey key{source, 0, 0, model};
    std::error_code error;
    const auto time = std::filesystem::last_write_time(source.file, error);
    if (!error) key.time = time.time_since_epoch().count();
    const std::uintmax_t size = std::filesystem::file_size(source.file, error);
    if (!error) key.size = size;
    return key;
  }
  friend bool operator==(const MeasureKey&, const MeasureKey&) = default;
  friend bool operator<(const MeasureKey& a, const MeasureKey& b) {
    return std::tie(a.source.file, a.source.entry, a.time, a.size, a.model) <
           std::tie(b.source.file, b.source.entry, b.time, b.size, b.model);
  }
};

/// Pixels that a first estimate of a large picture is made of.
inline constexpr std::uint64_t kSamplePixels = 1 << 20;

}  // namespace bitswap::ui
