// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the description in the tag table of an ICC profile. ICC.1:2022 (version 4), ICC.1:2001-04 (version 2).
#include "engine/image/icc.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace bitswap {
namespace {

constexpr std::size_t kHeader = 128;
constexpr std::size_t kTagEntry = 12;
constexpr std::size_t kLongestName = 1000;

/// Big-endian, as all of a profile is. Nothing when it would lie outside.
std::optional<std::uint32_t> number(ByteView data, std::size_t at, std::size_t bytes = 4) {
  if (at > data.size() || bytes > data.size() - at) return std::nullopt;
  std::uint32_t value = 0;
  for (const std::uint8_t byte : data.subspan(at, bytes)) value = value << 8 | byte;
  return value;
}

/// Empty when it would lie outside.
ByteView part(ByteView data, std::uint64_t at, std::uint64_t size) {
  return at <= data.size() && size <= data.size() - at ? data.subspan(at, size) : ByteView{};
}

bool has_tag(ByteView data, std::string_view tag) {
  return data.size() >= tag.size() && std::equal(tag.begin(), tag.end(), data.begin());
}

void put_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  const auto tail = [&](int shift) { put(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    tail(6);
    tail(0);
  } else {
    put(0xF0 | code >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string from_utf16(ByteView text) {
  constexpr std::uint32_t kReplacement = 0xFFFD;
  std::string out;
  for (std::size_t at = 0; at + 1 < text.size() && out.size() < kLongestName; at += 2) {
    std::uint32_t code = *number(text, at, 2);
    if (code == 0) break;
    if (code >= 0xD800 && code < 0xE000) {
      const std::uint32_t low = number(text, at + 2, 2).value_or(0);
      const bool pair = code < 0xDC00 && low >= 0xDC00 && low < 0xE000;
      code = pair ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : kReplacement;
      if (pair) at += 2;
    }
    put_utf8(out, code);
  }
  return out;
}

/// Version 2: ASCII, often ended by a zero byte.
std::string plain_text(ByteView tag) {
  std::string out;
  for (const std::uint8_t byte : part(tag, 12, number(tag, 8).value_or(0))) {
    if (byte == 0 || out.size() >= kLongestName) break;
    out.push_back(byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : '?');
  }
  return out;
}

/// Version 4: one text a language.
std::string localised_text(ByteView tag) {
  const std::uint32_t count = number(tag, 8).value_or(0);
  const std::uint32_t size = number(tag, 12).value_or(0);
  if (size < 12) return {};
  ByteView chosen;
  for (std::uint64_t k = 0; k < count; ++k) {
    const ByteView record = part(tag, 16 + k * size, 12);
    if (record.empty()) break;
    const ByteView text = part(tag, *number(record, 8), *number(record, 4));
    const bool english = has_tag(record, "en");
    if (chosen.empty() || english) chosen = text;
    if (english) break;
  }
  return from_utf16(chosen);
}

}  // namespace

std::string icc_description(ByteView profile) {
  const std::uint32_t count = number(profile, kHeader).value_or(0);
  for (std::uint64_t k = 0; k < count; ++k) {
    const ByteView entry = part(profile, kHeader + 4 + k * kTagEntry, kTagEntry);
    if (entry.empty()) break;
    if (!has_tag(entry, "desc")) continue;
    const ByteView tag = part(profile, *number(entry, 4), *number(entry, 8));
    std::string name;
    if (has_tag(tag, "desc")) name = plain_text(tag);
    if (has_tag(tag, "mluc")) name = localised_text(tag);
    name.erase(name.find_last_not_of(' ') + 1);
    return name;
  }
  return {};
}

}  // namespace bitswap
