// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and names as the window words them, in the user's language.
#pragma once

#include <QString>
#include <cstdint>
#include <string_view>

#include "engine/image/pixels/picture.h"
#include "ui/items/file_item.h"
#include "ui/items/named_source.h"

namespace bitswap::ui {

/// "1.2 MB" (a megabyte is 10^6 bytes), "512 bytes".
QString format_bytes(std::uint64_t bytes);
/// "1,234,567 bytes"
QString format_exact_bytes(std::uint64_t bytes);
/// A share of one as "62.3%".
QString format_percent(double share, int decimals = 1);
/// "0:07", "2:05", "1:02:05"; a dash where the time is unknown (negative or not finite).
QString format_duration(double seconds);
/// "3.4 MB/s"; a dash where it is unknown.
QString format_speed(double bytes_per_second);
/// With the digits and separators of the language.
QString format_number(double value, int decimals);
QString format_count(std::uint64_t count);
/// "120 × 80"; empty if a side is 0.
QString format_dimensions(std::uint32_t width, std::uint32_t height);

/// printable(): a path of any bytes as one line of text in which nothing disguises itself.
QString path_text(std::string_view path);
/// A text with names in it for a tool tip, which would take tags in them as its own.
QString tip_text(const QString& text);

NamedSource named_source(const FileItem& item);

/// "bit-swap" as "Bit-Swap", "jpegxl" as "JPEG XL", …; of comparison codecs. Unknown names come back as they are.
QString codec_title(std::string_view name);
/// What the user calls the form in which an entry is kept.
QString form_title(Form form);

/// "Byte-exact", "Pixel-exact"
QString exactness_title(Exactness exactness);
/// "Queued", "Stored", …
QString state_title(FileItem::State state);

}  // namespace bitswap::ui
