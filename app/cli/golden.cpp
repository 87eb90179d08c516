// SPDX-License-Identifier: GPL-3.0-or-later
// Strict in reading: a file that was changed by hand in any way is not golden any more.
#include "app/cli/golden.h"

namespace bitswap::cli {
namespace {

constexpr std::string_view kTitle = "bitswap golden values 1\n";

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

bool take_hash(std::string_view& text, std::string_view key, Hash128& hash) {
  if (!take(text, key) || !take(text, " ") || text.size() < 2 * hash.size() + 1) return false;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    hash[i] = static_cast<std::uint8_t>(16 * high + low);
  }
  text.remove_prefix(2 * hash.size());
  return take(text, "\n");
}

}  // namespace

std::string write_golden(const GoldenValues& values) {
  return std::string(kTitle) + "model " + hex(values.model) + "\ntensors " + hex(values.tensors) + "\npayload " +
         hex(values.payload) + "\n";
}

Result<GoldenValues> read_golden(std::string_view text) {
  GoldenValues values;
  if (take(text, kTitle) && take_hash(text, "model", values.model) && take_hash(text, "tensors", values.tensors) &&
      take_hash(text, "payload", values.payload) && text.empty()) {
    return values;
  }
  return Error{Error::Code::Corrupt, 0, "the golden values are damaged"};
}

}  // namespace bitswap::cli
