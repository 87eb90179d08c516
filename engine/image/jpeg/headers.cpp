// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing here is an error: what cannot be understood is not coded, and stays in the file's own bytes.
#include "engine/image/jpeg/headers.h"

#include <algorithm>

#include "engine/image/jpeg/markers.h"

namespace bitswap::jpeg {
namespace {

constexpr std::int8_t kNever = 127;
/// Lower bits than this never are below the point of a coefficient of 16 bits.
constexpr int kMostLow = 13;

std::uint32_t divide_up(std::uint32_t value, std::uint32_t by) { return (value + by - 1) / by; }

std::uint32_t largest(const std::vector<JpegComponent>& components, std::uint8_t JpegComponent::*factor) {
  std::uint32_t most = 1;
  for (const JpegComponent& component : components) most = std::max<std::uint32_t>(most, component.*factor);
  return most;
}

/// Blocks of a component that have samples of the picture.
std::uint32_t own_columns(const JpegLayout& layout, const JpegComponent& component) {
  const std::uint32_t most = largest(layout.components, &JpegComponent::horizontal);
  return divide_up(divide_up(layout.width * component.horizontal, most), 8);
}
std::uint32_t own_rows(const JpegLayout& layout, const JpegComponent& component) {
  const std::uint32_t most = largest(layout.components, &JpegComponent::vertical);
  return divide_up(divide_up(layout.height * component.vertical, most), 8);
}
std::uint32_t mcu_columns(const JpegLayout& layout) {
  return divide_up(layout.width, 8 * largest(layout.components, &JpegComponent::horizontal));
}
std::uint32_t mcu_rows(const JpegLayout& layout) {
  return divide_up(layout.height, 8 * largest(layout.components, &JpegComponent::vertical));
}

}  // namespace

std::uint32_t ScanHeader::blocks_per_mcu() const {
  std::uint32_t blocks = 0;
  for (const ScanComponent& part : components) blocks += static_cast<std::uint32_t>(part.horizontal * part.vertical);
  return blocks;
}

HeaderWalker::HeaderWalker(ByteView bytes, std::uint32_t height) : bytes_(bytes), height_(height) {
  for (std::size_t which = 0; which < 2; ++which) {
    tables_.dc[which] = standard_dc_table(static_cast<int>(which));
    tables_.ac[which] = standard_ac_table(static_cast<int>(which));
  }
  if (bytes.size() < 3 || bytes[0] != 0xFF || bytes[1] != kSoi || bytes[2] != 0xFF) {
    reason_ = JpegReason::NotJpeg;
    at_ = bytes.size();
  }
}

bool HeaderWalker::next() {
  for (;;) {
    at_ = find_marker(bytes_, at_);
    if (at_ >= bytes_.size()) return false;
    const std::uint8_t marker = bytes_[at_ + 1];
    if (marker == kEoi) {
      at_ = bytes_.size();
      return false;
    }
    at_ += 2;
    if (marker == 0x01 || marker == kSoi || is_restart(marker)) continue;
    const std::uint32_t length = at_ + 2 <= bytes_.size() ? number(bytes_, at_) : 0;
    const Step step = length < 2 || length > bytes_.size() - at_
                          ? Step::End
                          : read_segment(marker, bytes_.subspan(at_ + 2, length - 2));
    if (step == Step::End) {
      at_ = bytes_.size();
      return false;
    }
    at_ += length;
    if (step == Step::Scan) return true;
  }
}

std::optional<JpegLayout> HeaderWalker::layout() {
  while (next()) {
  }
  if (reason_ != JpegReason::None) return std::nullopt;
  if (!has_frame_) reason_ = JpegReason::NoFrame;
  if (has_frame_ && scans_ == 0) reason_ = JpegReason::NoScan;
  if (has_frame_ && layout_.height == 0) reason_ = JpegReason::NoHeight;
  if (reason_ != JpegReason::None) return std::nullopt;
  for (std::size_t i = 0; i < layout_.components.size(); ++i) {
    JpegComponent& component = layout_.components[i];
    component.columns = interleaved_[i] ? mcu_columns(layout_) * component.horizontal : own_columns(layout_, component);
    component.rows = interleaved_[i] ? mcu_rows(layout_) * component.vertical : own_rows(layout_, component);
  }
  return layout_;
}

HeaderWalker::Step HeaderWalker::refuse(JpegReason reason) {
  reason_ = reason;
  return Step::End;
}

HeaderWalker::Step HeaderWalker::read_segment(std::uint8_t marker, ByteView body) {
  if (is_frame(marker)) return has_frame_ ? Step::End : read_frame(marker, body);
  switch (marker) {
    case kDhp: return has_frame_ ? Step::End : refuse(JpegReason::Hierarchical);
    case kDht: read_huffman(body); break;
    case kDqt: read_quantisation(body); break;
    case kDri: restart_interval_ = body.size() >= 2 ? number(body, 0) : 0; break;
    case kDnl:
      if (has_frame_ && layout_.height == 0 && body.size() >= 2) layout_.height = number(body, 0);
      break;
    case kSos:
      if (read_scan(body)) return Step::Scan;
      break;
    default: break;
  }
  return Step::Continue;
}

HeaderWalker::Step HeaderWalker::read_frame(std::uint8_t marker, ByteView body) {
  const int process = marker & 0x0F;
  if (process == 3) return refuse(JpegReason::Lossless);
  if (process >= 9 && process <= 11) return refuse(JpegReason::Arithmetic);
  if (process > 3) return refuse(JpegReason::Hierarchical);
  if (body.size() < 6) return refuse(JpegReason::NoFrame);
  if (body[0] != 8) return refuse(JpegReason::Precision);
  layout_.height = number(body, 1);
  layout_.width = number(body, 3);
  if (layout_.height == 0) layout_.height = height_;
  layout_.progressive = process == 2;
  const std::size_t components = body[5];
  if (layout_.width == 0 || components < 1 || components > 4 || body.size() < 6 + 3 * components) {
    return refuse(JpegReason::NoFrame);
  }
  for (std::size_t i = 0; i < components; ++i) {
    const std::size_t at = 6 + 3 * i;
    JpegComponent component;
    component.id = body[at];
    component.horizontal = body[at + 1] >> 4;
    component.vertical = body[at + 1] & 15;
    const auto sound = [](int factor) { return factor >= 1 && factor <= 4; };
    if (!sound(component.horizontal) || !sound(component.vertical)) return refuse(JpegReason::NoFrame);
    component.quantisation.fill(1);
    layout_.components.push_back(component);
    quantisation_of_.push_back(body[at + 2]);
  }
  coded_down_to_.resize(components);
  for (auto& bits : coded_down_to_) bits.fill(kNever);
  interleaved_.assign(components, false);
  has_frame_ = true;
  return Step::Continue;
}

void HeaderWalker::read_huffman(ByteView body) {
  while (!body.empty()) {
    const std::size_t which = body[0] & 15;
    const std::optional<HuffmanSpec> spec = parse_huffman(body.subspan(1));
    if (!spec || body[0] >= 0x20 || which >= 4) return;
    (body[0] < 0x10 ? tables_.dc : tables_.ac)[which] = spec;
    body = body.subspan(1 + spec->counts.size() + spec->size());
  }
}

void HeaderWalker::read_quantisation(ByteView body) {
  while (!body.empty()) {
    const std::size_t which = body[0] & 15;
    const std::size_t width = (body[0] >> 4) + std::size_t{1};
    if (width > 2 || which >= 4 || body.size() < 1 + 64 * width) return;
    std::array<std::uint16_t, 64> table{};
    for (std::size_t i = 0; i < 64; ++i) {
      const std::uint32_t step = width == 1 ? body[1 + i] : number(body, 1 + 2 * i);
      table[i] = static_cast<std::uint16_t>(std::max<std::uint32_t>(step, 1));
    }
    quantisation_[which] = table;
    body = body.subspan(1 + 64 * width);
  }
}

bool HeaderWalker::read_scan(ByteView body) {
  if (!has_frame_ || body.empty() || scans_ >= kMaxScans) return false;
  const std::size_t count = body[0];
  if (count < 1 || count > layout_.components.size() || body.size() < 4 + 2 * count) return false;
  ScanHeader scan;
  std::array<bool, 4> used{};
  for (std::size_t i = 0; i < count; ++i) {
    // Components with one number are taken in their order.
    std::size_t index = 0;
    while (index < layout_.components.size() && (used[index] || layout_.components[index].id != body[1 + 2 * i]))
      ++index;
    if (index == layout_.components.size()) return false;
    used[index] = true;
    ScanComponent part;
    part.component = index;
    part.dc_table = body[2 + 2 * i] >> 4;
    part.ac_table = body[2 + 2 * i] & 15;
    if (count > 1) {
      part.horizontal = layout_.components[index].horizontal;
      part.vertical = layout_.components[index].vertical;
    }
    scan.components.push_back(part);
  }
  int high = 0;
  if (layout_.progressive) {
    scan.first = body[1 + 2 * count];
    scan.last = body[2 + 2 * count];
    high = body[3 + 2 * count] >> 4;
    scan.low = body[3 + 2 * count] & 15;
    if (scan.first > scan.last || scan.last > 63 || scan.low > kMostLow) return false;
    if (scan.first == 0 ? scan.last != 0 : count != 1) return false;
    if (high != 0 && high != scan.low + 1) return false;
    if (scan.first == 0) {
      scan.kind = high == 0 ? ScanKind::DcFirst : ScanKind::DcRefine;
    } else {
      scan.kind = high == 0 ? ScanKind::AcFirst : ScanKind::AcRefine;
    }
  }
  scan.restart_interval = restart_interval_;
  if (count > 1) {
    scan.mcu_columns = mcu_columns(layout_);
    scan.mcu_rows = mcu_rows(layout_);
  } else {
    const JpegComponent& component = layout_.components[scan.components[0].component];
    scan.mcu_columns = own_columns(layout_, component);
    scan.mcu_rows = own_rows(layout_, component);
  }
  if (!has_tables(scan) || !accept(scan, high)) return false;
  scan_ = std::move(scan);
  ++scans_;
  return true;
}

bool HeaderWalker::has_tables(const ScanHeader& scan) const {
  const bool dc = scan.kind == ScanKind::Sequential || scan.kind == ScanKind::DcFirst;
  const bool ac = scan.kind == ScanKind::Sequential || scan.first > 0;
  return std::all_of(scan.components.begin(), scan.components.end(), [&](const ScanComponent& part) {
    const auto has = [](const auto& tables, int which) { return which < 4 && tables[static_cast<std::size_t>(which)]; };
    return (!dc || has(tables_.dc, part.dc_table)) && (!ac || has(tables_.ac, part.ac_table));
  });
}

/// Each bit of each coefficient once, from high to low: then the coefficients tell what each scan has coded.
bool HeaderWalker::accept(const ScanHeader& scan, int high) {
  const auto expected = static_cast<std::int8_t>(high == 0 ? kNever : high);
  for (const ScanComponent& part : scan.components) {
    const auto& bits = coded_down_to_[part.component];
    const auto sound = [&](std::int8_t bit) { return bit == expected; };
    if (!std::all_of(bits.begin() + scan.first, bits.begin() + scan.last + 1, sound)) return false;
  }
  for (const ScanComponent& part : scan.components) {
    auto& bits = coded_down_to_[part.component];
    const bool is_first = std::all_of(bits.begin(), bits.end(), [](std::int8_t bit) { return bit == kNever; });
    const auto& table = quantisation_[quantisation_of_[part.component] & 3];
    if (is_first && table && quantisation_of_[part.component] < 4) {
      layout_.components[part.component].quantisation = *table;
    }
    std::fill(bits.begin() + scan.first, bits.begin() + scan.last + 1, static_cast<std::int8_t>(scan.low));
    if (scan.components.size() > 1) interleaved_[part.component] = true;
  }
  return true;
}

const char* sentence(JpegReason reason) {
  switch (reason) {
    case JpegReason::None: break;
    case JpegReason::NotJpeg: return "not a JPEG";
    case JpegReason::NoFrame: return "a JPEG without a frame that makes sense";
    case JpegReason::NoHeight: return "a JPEG that does not say how high its picture is";
    case JpegReason::NoScan: return "a JPEG without a scan that can be read";
    case JpegReason::Arithmetic: return "a JPEG with arithmetic coding";
    case JpegReason::Lossless: return "a lossless JPEG";
    case JpegReason::Hierarchical: return "a hierarchical JPEG";
    case JpegReason::Precision: return "a JPEG whose samples do not have 8 bits";
    case JpegReason::TooLarge: return "a JPEG of more coefficients than there may be";
    case JpegReason::NotReproduced: return "a JPEG that would come back different";
  }
  return "";
}

}  // namespace bitswap::jpeg
