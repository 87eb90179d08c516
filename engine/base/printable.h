// SPDX-License-Identifier: GPL-3.0-or-later
// Names come from archives and disks and may hold anything: this is the one place that makes text of them which a
// terminal, a list or a message can show.
#pragma once

#include <string>
#include <string_view>

namespace bitswap {

/// Whether the bytes are UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);

/// UTF-8 in which nothing acts: control characters (also those above U+0080), marks that turn the direction of writing,
/// separators of lines and invisible characters become \u{202E}, bytes that are no UTF-8 become \xFF. All else stays as
/// it is, so that the result may be shown, but not taken for the name.
std::string printable(std::string_view text);

}  // namespace bitswap
