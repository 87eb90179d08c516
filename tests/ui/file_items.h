// SPDX-License-Identifier: GPL-3.0-or-later
// Items as the window makes them, for the tests of the list.
#pragma once

#include "ui/items/file_item.h"

namespace bitswap::ui::test {

inline FileItem queued(const std::string& path, std::uint64_t bytes) {
  FileItem item;
  item.path = path;
  item.source.file = "/tmp/no-such-folder/" + path;
  item.original_bytes = bytes;
  return item;
}

inline FileItem stored(const std::string& path, std::uint64_t bytes, std::uint64_t archive_bytes,
                       const std::string& format = "png") {
  FileItem item = queued(path, bytes);
  item.source = {"/tmp/no-such-archive.bswap", path};
  item.state = FileItem::State::Stored;
  item.archive_bytes = archive_bytes;
  item.format = format;
  item.form = format.empty() ? Form::Zstd : Form::Picture;
  return item;
}

inline FileItem folder(const std::string& path) {
  FileItem item;
  item.path = path;
  item.folder = true;
  return item;
}

}  // namespace bitswap::ui::test
