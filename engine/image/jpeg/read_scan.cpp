// SPDX-License-Identifier: GPL-3.0-or-later
// Decodes the blocks of a scan until the data end or make no sense. ITU-T T.81, annexes F.2 and G.2.
#include "engine/image/jpeg/read_scan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <optional>

#include "engine/image/jpeg/bit_reader.h"
#include "engine/image/jpeg/markers.h"
#include "engine/image/jpeg/run_tracker.h"

namespace bitswap::jpeg {
namespace {

constexpr int kMostValue = 32767;
constexpr int kZeroRun = 0xF0;

class ScanReader {
 public:
  ScanReader(ByteView file, const HeaderWalker& walker, std::span<const PlaneView<std::int16_t>> planes,
             PaddingCollector& paddings, Bytes& headers, ScanOddities& odd)
      : file_(file),
        scan_(walker.scan()),
        planes_(planes),
        paddings_(paddings),
        headers_(headers),
        odd_(odd),
        row_(scan_),
        bits_(file, walker.position()),
        interval_(scan_.restart_interval),
        last_(scan_.mcus() * scan_.blocks_per_mcu()) {
    for (std::size_t i = 0; i < scan_.components.size(); ++i) {
      const auto& dc = walker.tables().dc[static_cast<std::size_t>(scan_.components[i].dc_table & 3)];
      const auto& ac = walker.tables().ac[static_cast<std::size_t>(scan_.components[i].ac_table & 3)];
      if (dc && scan_.first == 0) dc_[i].emplace(*dc);
      if (ac && scan_.last > 0) ac_[i].emplace(*ac);
    }
  }

  Status run(const CancelToken* cancel) {
    switch (scan_.kind) {
      case ScanKind::Sequential: return read_all<ScanKind::Sequential>(cancel);
      case ScanKind::DcFirst: return read_all<ScanKind::DcFirst>(cancel);
      case ScanKind::DcRefine: return read_all<ScanKind::DcRefine>(cancel);
      case ScanKind::AcFirst: return read_all<ScanKind::AcFirst>(cancel);
      case ScanKind::AcRefine: return read_all<ScanKind::AcRefine>(cancel);
    }
    return {};
  }
  /// After run(): where the coded data end.
  std::size_t finish() {
    runs_.finish(odd_);
    return bits_.position();
  }

 private:
  template <ScanKind kind>
  Status read_all(const CancelToken* cancel);
  template <ScanKind kind>
  bool read_mcu(std::uint32_t x);
  template <ScanKind kind>
  bool read_block(std::size_t part, std::int16_t* block);
  bool read_dc(std::size_t part, std::int16_t* block);
  bool read_sequential(std::size_t part, std::int16_t* block);
  bool read_ac_first(std::int16_t* block);
  bool read_ac_refine(std::int16_t* block);

  void restart(std::uint64_t mcu);
  std::uint64_t leave_out(std::uint64_t mcu);
  void begin_interval();
  void keep(std::size_t end);
  std::size_t next_marker(std::size_t at);
  void add_extra_run(std::uint32_t count) {
    if (count > 0) odd_.extra_runs.push_back({block_, count});
  }

  ByteView file_;
  const ScanHeader& scan_;
  std::span<const PlaneView<std::int16_t>> planes_;
  PaddingCollector& paddings_;
  Bytes& headers_;
  ScanOddities& odd_;
  BlockRow row_;
  BitReader bits_;
  std::array<std::optional<HuffmanDecoder>, 4> dc_;  ///< by component of the scan
  std::array<std::optional<ValueDecoder>, 4> ac_;
  std::array<int, 4> before_{};  ///< DC, shifted as it is coded
  RunTracker runs_;
  std::uint32_t run_left_ = 0;
  std::uint32_t interval_;
  std::uint64_t block_ = 0;  ///< the one that is being read
  std::uint64_t last_;       ///< blocks of the scan
  std::size_t marker_ = 0;   ///< the next one behind all that was asked for
};

bool ScanReader::read_dc(std::size_t part, std::int16_t* block) {
  const int size = dc_[part]->read(bits_);
  if (size < 0 || size > 15) return false;
  const int value = before_[part] + (size == 0 ? 0 : extend(bits_.take(size), size));
  const int scaled = value * (1 << scan_.low);
  if (std::abs(value) > kMostValue || std::abs(scaled) > kMostValue || bits_.exhausted()) return false;
  block[0] = static_cast<std::int16_t>(scaled);
  before_[part] = value;
  return true;
}

bool ScanReader::read_sequential(std::size_t part, std::int16_t* block) {
  const int before = before_[part];
  if (!read_dc(part, block)) return false;
  BitReader bits = bits_;
  const ValueDecoder& table = *ac_[part];
  std::uint32_t extra = 0;
  bool sound = true;
  for (int k = 1; k <= 63;) {
    bits.refill();
    int run = 0;
    int value = 0;
    if (const ValueDecoder::Entry entry = table.look(bits); entry.length > 0) [[likely]] {
      bits.skip(entry.length);
      run = entry.run;
      value = entry.value;
    } else {
      const int symbol = table.symbols().read(bits);
      if (symbol == 0) break;
      run = symbol >> 4;
      const int size = symbol & 15;
      if (symbol == kZeroRun) {
        k += 16;
        ++extra;
        continue;
      }
      sound = symbol > 0 && size > 0;
      if (!sound) break;
      value = extend(bits.take(size), size);
    }
    k += run;
    sound = k <= 63;
    if (!sound) [[unlikely]]
      break;
    block[k++] = static_cast<std::int16_t>(value);
    extra = 0;
  }
  bits_ = bits;
  if (!sound || bits.exhausted()) {
    before_[part] = before;
    std::fill_n(block, 64, std::int16_t{0});
    return false;
  }
  add_extra_run(extra);
  return true;
}

bool ScanReader::read_ac_first(std::int16_t* block) {
  if (run_left_ == 0) {
    BitReader bits = bits_;
    const HuffmanDecoder& table = ac_[0]->symbols();
    std::uint32_t extra = 0;
    bool sound = true;
    for (int k = scan_.first; k <= scan_.last;) {
      const int symbol = table.read(bits);
      sound = symbol >= 0;
      if (!sound) break;
      const int size = symbol & 15;
      const int run = symbol >> 4;
      if (size == 0 && run < 15) {
        runs_.begin();
        run_left_ = (1U << run) + (run > 0 ? bits.take(run) : 0);
        break;
      }
      runs_.must_end();
      if (size == 0) {
        k += 16;
        ++extra;
        continue;
      }
      k += run;
      const int value = extend(bits.take(size), size) * (1 << scan_.low);
      sound = k <= scan_.last && std::abs(value) <= kMostValue;
      if (!sound) break;
      block[k++] = static_cast<std::int16_t>(value);
      extra = 0;
    }
    bits_ = bits;
    if (!sound || bits.exhausted()) {
      std::fill(block + scan_.first, block + scan_.last + 1, std::int16_t{0});
      return false;
    }
    add_extra_run(extra);
    if (run_left_ == 0) return true;
  }
  --run_left_;
  runs_.add(block_, 0, run_left_ == 0);
  return true;
}

bool ScanReader::read_ac_refine(std::int16_t* block) {
  std::array<std::int16_t, 64> undo;
  std::copy_n(block, 64, undo.begin());
  BitReader bits = bits_;
  const auto one = static_cast<std::int16_t>(1 << scan_.low);
  const std::uint64_t known = magnitude_mask(block, 0) & band(scan_.first, scan_.last);
  const auto correct = [&](std::int16_t& value) {
    bits.refill();
    const int away = value > 0 ? one : -one;
    value = static_cast<std::int16_t>(value + away * static_cast<int>(bits.take(1)));
  };
  int k = scan_.first;
  std::uint32_t extra = 0;
  bool sound = true;
  if (run_left_ == 0) {
    const HuffmanDecoder& table = ac_[0]->symbols();
    while (k <= scan_.last) {
      const int symbol = table.read(bits);
      const int size = symbol & 15;
      int run = symbol >> 4;
      sound = symbol >= 0 && size <= 1;
      if (!sound) break;
      if (size == 0 && run < 15) {
        runs_.begin();
        run_left_ = (1U << run) + (run > 0 ? bits.take(run) : 0);
        break;
      }
      runs_.must_end();
      const bool positive = size == 1 && bits.take(1) != 0;
      // To the zero behind `run` others; what is known on the way is corrected.
      for (std::uint64_t ahead = known >> k << k;; ahead &= ahead - 1) {
        const int at = ahead == 0 ? scan_.last + 1 : std::countr_zero(ahead);
        if (run < at - k) {
          k += run;
          break;
        }
        run -= at - k;
        k = at;
        if (ahead == 0) break;
        correct(block[k++]);
      }
      if (size == 1) {
        sound = k <= scan_.last;
        if (!sound) break;
        block[k] = positive ? one : static_cast<std::int16_t>(-one);
        extra = 0;
      } else {
        ++extra;
      }
      ++k;
    }
  }
  std::uint32_t corrections = 0;
  if (sound && run_left_ > 0 && k <= scan_.last) {
    for (std::uint64_t ahead = known >> k << k; ahead != 0; ahead &= ahead - 1, ++corrections) {
      correct(block[std::countr_zero(ahead)]);
    }
  }
  bits_ = bits;
  if (!sound || bits.exhausted()) {
    std::copy_n(undo.begin(), 64, block);
    return false;
  }
  add_extra_run(extra);
  if (run_left_ > 0) {
    --run_left_;
    runs_.add(block_, corrections, run_left_ == 0);
  }
  return true;
}

template <ScanKind kind>
bool ScanReader::read_block(std::size_t part, std::int16_t* block) {
  if constexpr (kind == ScanKind::Sequential) return read_sequential(part, block);
  if constexpr (kind == ScanKind::AcFirst) return read_ac_first(block);
  if constexpr (kind == ScanKind::AcRefine) return read_ac_refine(block);
  if constexpr (kind == ScanKind::DcFirst) return read_dc(part, block);
  bits_.refill();
  const std::uint32_t bit = bits_.take(1);
  if (bits_.exhausted()) return false;
  block[0] = static_cast<std::int16_t>(block[0] | static_cast<std::int16_t>(bit << scan_.low));
  return true;
}

/// False if a block, then block_, makes no sense; the reader is where it begins.
template <ScanKind kind>
bool ScanReader::read_mcu(std::uint32_t x) {
  for (std::size_t part = 0; part < scan_.components.size(); ++part) {
    const auto horizontal = static_cast<std::uint32_t>(scan_.components[part].horizontal);
    const auto vertical = static_cast<std::uint32_t>(scan_.components[part].vertical);
    for (std::uint32_t v = 0; v < vertical; ++v) {
      for (std::uint32_t h = 0; h < horizontal; ++h, ++block_) {
        const BitReader before = bits_;
        const std::uint32_t run_left = run_left_;
        if (read_block<kind>(part, row_.block(part, x * horizontal + h, v))) [[likely]]
          continue;
        bits_ = before;
        run_left_ = run_left;
        return false;
      }
    }
  }
  return true;
}

template <ScanKind kind>
Status ScanReader::read_all(const CancelToken* cancel) {
  constexpr bool kRefines = kind == ScanKind::DcRefine || kind == ScanKind::AcRefine;
  const std::uint64_t mcus = scan_.mcus();
  std::uint64_t mcu = 0;
  std::uint64_t interval_end = interval_ > 0 ? interval_ : mcus;
  while (mcu < mcus) {
    if (cancel != nullptr && cancel->cancelled()) return Error{Error::Code::Cancelled, 0, "stopped by the user"};
    const auto row = static_cast<std::uint32_t>(mcu / scan_.mcu_columns);
    const std::uint64_t row_end = (std::uint64_t{row} + 1) * scan_.mcu_columns;
    if constexpr (kind == ScanKind::AcFirst) {
      // A long run may be all there is for many rows.
      const std::uint64_t empty = std::min<std::uint64_t>(run_left_ > 0 ? run_left_ - 1 : 0, interval_end - mcu);
      if (mcu + empty >= row_end && mcu + scan_.mcu_columns == row_end) {
        const std::uint64_t skipped = empty / scan_.mcu_columns * scan_.mcu_columns;
        runs_.add_inner(block_, skipped);
        run_left_ -= static_cast<std::uint32_t>(skipped);
        mcu += skipped;
        block_ += skipped;
        continue;
      }
    }
    if constexpr (kRefines) {
      row_.load(planes_, row);
    } else {
      row_.clear();
    }
    bool jumped = false;
    while (mcu < row_end && !jumped) {
      if (mcu == interval_end) {
        restart(mcu);
        interval_end = interval_ > 0 ? std::min(mcu + interval_, mcus) : mcus;
      }
      if (read_mcu<kind>(static_cast<std::uint32_t>(mcu + scan_.mcu_columns - row_end))) [[likely]] {
        ++mcu;
        continue;
      }
      const std::uint64_t to = leave_out(mcu);
      jumped = to >= row_end;
      mcu = to;
      interval_end = std::min(mcu + interval_, mcus);
      if (to == mcus) {
        row_.store(planes_, row);
        return {};
      }
    }
    row_.store(planes_, row);
  }
  paddings_.add(bits_.align());
  if (run_left_ > 0) odd_.gaps.push_back({last_, 0, 0, run_left_});
  return {};
}

/// The first marker at or behind `at`, which never falls from one call to the next.
std::size_t ScanReader::next_marker(std::size_t at) {
  if (marker_ < at || marker_ == 0) marker_ = find_marker(file_, at);
  return marker_;
}

void ScanReader::keep(std::size_t end) {
  const std::size_t at = bits_.position();
  headers_.insert(headers_.end(), file_.begin() + static_cast<std::ptrdiff_t>(at),
                  file_.begin() + static_cast<std::ptrdiff_t>(end));
  bits_.move_to(end);
}

void ScanReader::begin_interval() {
  before_.fill(0);
  run_left_ = 0;
  runs_.must_end();
}

/// In front of `mcu`, at which an interval begins.
void ScanReader::restart(std::uint64_t mcu) {
  const auto expected = static_cast<std::uint8_t>((mcu / interval_ - 1) & 7);
  BitReader ahead = bits_;
  const Padding padding = ahead.align();
  const std::size_t at = ahead.position();
  const std::size_t marker = next_marker(at);
  const bool is_one = marker < file_.size() && is_restart(file_[marker + 1]);
  if (mcu == interval_ && !is_one && run_left_ == 0) {
    odd_.no_restarts = true;
    interval_ = 0;
    return;
  }
  bits_ = ahead;
  paddings_.add(padding);
  const bool right = is_one && file_[marker + 1] - kRst0 == expected;
  if (right && marker == at && run_left_ == 0) {
    bits_.move_to(at + 2);
  } else {
    // Something in front of the marker, a wrong number, or no marker at all.
    const std::size_t end = right || (is_one && marker == at) ? marker + 2 : at;
    odd_.gaps.push_back({block_, 0, end - at, run_left_});
    keep(end);
  }
  begin_interval();
}

/// Block block_ of `mcu` cannot be read. Returns the MCU where coded data go on, or mcus().
std::uint64_t ScanReader::leave_out(std::uint64_t mcu) {
  paddings_.add(bits_.align());
  const std::size_t at = bits_.position();
  Gap gap{block_, last_ - block_, 0, run_left_};
  std::uint64_t to = scan_.mcus();
  const std::size_t marker = next_marker(at);
  if (interval_ > 0 && marker < file_.size() && is_restart(file_[marker + 1])) {
    const std::uint64_t interval = mcu / interval_;
    const std::uint64_t lost = (static_cast<std::uint64_t>(file_[marker + 1] - kRst0) - interval) & 7;
    const std::uint64_t target = (interval + 1 + lost) * interval_;
    if (lost < 4 && target < to) {
      to = target;
      gap.skipped = to * scan_.blocks_per_mcu() - block_;
      gap.bytes = marker + 2 - at;
      keep(marker + 2);
      begin_interval();
    }
  }
  odd_.gaps.push_back(gap);
  block_ += gap.skipped;
  return to;
}

}  // namespace

Status read_scan(ByteView file, HeaderWalker& walker, std::span<const PlaneView<std::int16_t>> planes,
                 PaddingCollector& paddings, Bytes& headers, ScanOddities& odd, const CancelToken* cancel) {
  ScanReader reader(file, walker, planes, paddings, headers, odd);
  BITSWAP_TRY(reader.run(cancel));
  walker.move_to(reader.finish());
  return {};
}

}  // namespace bitswap::jpeg
