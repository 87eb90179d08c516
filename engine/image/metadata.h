// SPDX-License-Identifier: GPL-3.0-or-later
// Metadata of picture files: what the window shows, and what goes along when decoded pixels get a file of another
// format. Through Exiv2, which never writes to a file of the user's: everything happens in memory.
#pragma once

#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace bitswap {

struct MetadataItem {
  std::string group;  ///< "Exif", "IPTC", "XMP", "File" (comment, colour profile)
  std::string key;    ///< as Exiv2 names it: "Exif.Photo.FNumber"
  std::string label;  ///< for people: "F-Number"
  std::string value;  ///< for people: "F2.8"; at most 1000 bytes
};

/// Every item that Exiv2 finds, in its order; empty for a file without metadata. Errors: Unsupported (no format that
/// Exiv2 knows), Corrupt, OutOfMemory.
Result<std::vector<MetadataItem>> read_metadata(ByteView file);

/// The description of the embedded ICC profile ("Adobe RGB (1998)"), or empty if there is none.
std::string colour_profile_name(ByteView file);

/// `png` with the EXIF, IPTC, XMP and ICC data of `original`. Errors: Unsupported, Corrupt, OutOfMemory.
Result<Bytes> copy_metadata_to_png(ByteView original, ByteView png);

}  // namespace bitswap
