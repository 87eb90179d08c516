// SPDX-License-Identifier: GPL-3.0-or-later
// One walk over the markers of a JPEG; coded data are only skipped.
#include "engine/image/jpeg/jpeg_file.h"

#include "engine/image/jpeg/markers.h"
#include "engine/image/limits.h"

namespace bitswap {
namespace {

using jpeg::number;

Status read_frame(ByteView segment, std::size_t at, JpegFile& jpeg) {
  if (segment.size() < 6) return corrupt(at, "the header of a JPEG's frame ends early");
  if (jpeg.components != 0) return unsupported(at, "a JPEG of several frames");
  jpeg.bits = segment[0];
  jpeg.height = number(segment, 1);
  jpeg.width = number(segment, 3);
  jpeg.components = segment[5];
  if (jpeg.height == 0) return unsupported(at, "a JPEG whose height is not in its header");
  if (jpeg.width == 0 || jpeg.components == 0) return corrupt(at, "a JPEG without pixels");
  return {};
}

}  // namespace

Result<JpegFile> parse_jpeg(ByteView file) {
  if (file.size() < 2 || file[0] != 0xFF || file[1] != jpeg::kSoi) return corrupt(0, "not a JPEG");
  JpegFile jpeg;
  bool scans = false;
  std::size_t at = 2;
  for (;;) {
    const std::size_t begin = at;
    while (at < file.size() && file[at] == 0xFF) ++at;
    if (at >= file.size()) return truncated(file.size(), "the JPEG ends early");
    if (at == begin) return corrupt(at, "a JPEG with something else in place of a marker");
    const std::uint8_t marker = file[at++];
    if (marker == jpeg::kEoi) {
      if (!scans) return corrupt(at, "a JPEG without a picture");
      jpeg.length = at;
      return jpeg;
    }
    if (marker == 0 || marker == 0x01 || marker == jpeg::kSoi || jpeg::is_restart(marker)) {
      return corrupt(at, "a JPEG with a marker at the wrong place");
    }
    if (at + 2 > file.size()) return truncated(file.size(), "the JPEG ends early");
    const std::size_t length = number(file, at);
    if (length < 2) return corrupt(at, "a JPEG with a segment of impossible length");
    if (at + length > file.size()) return truncated(file.size(), "the JPEG ends early");
    if (jpeg::is_frame(marker)) {
      BITSWAP_TRY(read_frame(file.subspan(at + 2, length - 2), at, jpeg));
      jpeg.coding = marker & 0x0F;
    }
    at += length;
    if (marker != jpeg::kSos) continue;
    if (jpeg.components == 0) return corrupt(at, "a JPEG with a scan before its frame");
    scans = true;
    at = jpeg::skip_scan(file, at);
  }
}

}  // namespace bitswap
