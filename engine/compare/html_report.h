// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison as one page for a browser: no script, nothing to load, readable in print, on a phone and in the dark.
#pragma once

#include <string>
#include <vector>

#include "engine/compare/report.h"

namespace bitswap {

/// How a codec was set, in one line.
struct CodecSettings {
  std::string codec;
  std::string text;
};

struct HtmlReport {
  std::string title;
  std::string date;        ///< shown as it is
  std::uint32_t crop = 0;  ///< multiples to which the sides were cropped; 0: whole pictures
  CompareReport report;
  std::vector<Bytes> thumbnails;        ///< PNG files, one for each image of the report; empty: none
  std::vector<CodecSettings> settings;  ///< of any codecs
  std::vector<std::string> warnings;    ///< what was left out, a sentence each
};

/// The page, in UTF-8. It is HTML and well-formed XML at once. All texts are escaped; bytes that are not UTF-8 and
/// control characters become U+FFFD.
std::string html_report(const HtmlReport& page);

}  // namespace bitswap
