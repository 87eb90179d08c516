// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and bytes as text for reports, independent of the locale, which a window sets: a decimal comma would break
// CSV and style sheets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"

namespace bitswap {

std::string fixed(double value, int digits);

/// "1 234 567" with narrow no-break spaces.
std::string grouped(std::uint64_t value);

/// For text and for quoted attributes of HTML and XML. What is not UTF-8, or no character of XML, becomes U+FFFD.
std::string escape_html(std::string_view text);

std::string base64(ByteView bytes);

}  // namespace bitswap
