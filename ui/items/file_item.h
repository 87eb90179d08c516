// SPDX-License-Identifier: GPL-3.0-or-later
// One row of the list: a file or folder that waits to be compressed, or an entry of an archive.
#pragma once

#include <QString>
#include <map>
#include <optional>
#include <string>

#include "engine/jobs/job.h"
#include "engine/jobs/picture_source.h"

namespace bitswap::ui {

struct FileItem {
  enum class State : std::uint8_t {
    Queued,   ///< will be compressed
    Stored,   ///< is in the archive
    Working,  ///< the job is at it
    Done,     ///< compressed, extracted or tested just now
    Warning,
    Failed,
    Skipped,
  };
  std::string path;      ///< with '/', as it is (or will be) in the archive; bytes, not always UTF-8
  PictureSource source;  ///< where its pixels come from: the file while it is queued, else the entry
  bool folder = false;
  bool left_out = false;  ///< cannot be taken in, or could not: `message` says why, `state` stays
  State state = State::Queued;
  std::uint64_t original_bytes = 0;
  std::optional<std::uint64_t> archive_bytes;  ///< empty until it was compressed
  std::uint32_t width = 0, height = 0;         ///< 0 while unknown, or not a picture
  Form form = Form::None;                      ///< in which the archive keeps it; None until compressed
  std::string format;                          ///< "png", …; empty for no picture
  Exactness exactness = Exactness::Bytes;
  QString message;                                   ///< why it is Warning, Failed or Skipped
  std::map<std::string, std::uint64_t> codec_bytes;  ///< sizes that the comparison codecs reached, by name
};

}  // namespace bitswap::ui
