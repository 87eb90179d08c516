// SPDX-License-Identifier: GPL-3.0-or-later
// The forms in which an archive keeps a content, as everything above the container calls them. Their names stand in
// archives and in JSON; inside the program a form is this type.
#pragma once

#include <cstdint>
#include <string_view>

namespace bitswap {

struct EntryHeader;

enum class Form : std::uint8_t {
  None,             ///< no content: folders and links
  Stored,           ///< the bytes as they are
  Zstd,             ///< the bytes under zstd
  Picture,          ///< pixels under Bit-Swap, and the recipe of the file around them
  Jpeg,             ///< the coefficients of a JPEG file under Bit-Swap, and the recipe of the file around them
  JpegXl,           ///< pixels as JPEG XL, and the recipe
  JpegTranscoded,   ///< a JPEG file that libjxl packed without decoding its coefficients
  ModelDifference,  ///< a model as its difference from a released one
  Duplicate,        ///< the content of an earlier entry
  Unknown,          ///< a form of a later version
};

/// "stored", "zstd", "bitswap", …: stable, as archives and JSON have it; empty for None.
std::string_view form_name(Form form);

/// The inverse; Unknown for a name that this version does not know.
Form form_named(std::string_view name);

Form form_of(const EntryHeader& header);

/// Whether the decoded pixels of a picture are what is kept.
bool keeps_pixels(Form form);
/// Whether the bytes are kept as they would be of any file.
bool keeps_bytes(Form form);

}  // namespace bitswap
