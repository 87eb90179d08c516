// SPDX-License-Identifier: GPL-3.0-or-later
// Decodes UTF-8 by hand: what does not decode is a byte to be shown.
#include "engine/base/printable.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace bitswap {
namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t length = 0;  ///< in bytes; 0 if the bytes are no UTF-8
};

Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[i])}; };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  std::uint32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr std::array<std::uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, length};
}

/// Unicode's categories Cc, Zl, Zp, the format characters of Cf that change how other text looks, and tags.
bool acts(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Character c = first_character(text);
    if (c.length == 0) return false;
    text.remove_prefix(c.length);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string shown;
  std::array<char, 16> escaped{};
  while (!text.empty()) {
    const Character c = first_character(text);
    if (c.length != 0 && !acts(c.code)) {
      shown.append(text.substr(0, c.length));
    } else if (c.length != 0) {
      std::snprintf(escaped.data(), escaped.size(), "\\u{%X}", static_cast<unsigned>(c.code));
      shown.append(escaped.data());
    } else {
      std::snprintf(escaped.data(), escaped.size(), "\\x%02X",
                    static_cast<unsigned>(static_cast<unsigned char>(text[0])));
      shown.append(escaped.data());
    }
    text.remove_prefix(c.length == 0 ? 1 : c.length);
  }
  return shown;
}

}  // namespace bitswap
