// SPDX-License-Identifier: GPL-3.0-or-later
// Codes the blocks of a scan as libjpeg does, but for the oddities of the recipe. ITU-T T.81, annexes F.1 and G.1.
#include "engine/image/jpeg/write_scan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <limits>
#include <optional>

#include "engine/image/jpeg/markers.h"
#include "engine/image/jpeg/run_tracker.h"

namespace bitswap::jpeg {
namespace {

constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
constexpr int kZeroRun = 0xF0;

/// The element of a list that rises by block which is next.
template <typename List, typename Block>
std::uint64_t block_at(const List& list, std::size_t index, const Block& block) {
  return index < list.size() ? block(list[index]) : kNone;
}

class ScanWriter {
 public:
  ScanWriter(ByteView headers, HeaderWalker& walker, std::span<const PlaneView<const std::int16_t>> planes,
             const ScanOddities& odd, PaddingWriter& padding, BitWriter& bits)
      : headers_(headers),
        walker_(walker),
        scan_(walker.scan()),
        planes_(planes),
        odd_(odd),
        padding_(padding),
        bits_(bits),
        row_(scan_),
        interval_(odd.no_restarts ? 0 : scan_.restart_interval),
        last_(scan_.mcus() * scan_.blocks_per_mcu()) {
    for (std::size_t i = 0; i < scan_.components.size(); ++i) {
      const auto& dc = walker.tables().dc[static_cast<std::size_t>(scan_.components[i].dc_table & 3)];
      const auto& ac = walker.tables().ac[static_cast<std::size_t>(scan_.components[i].ac_table & 3)];
      if (dc && scan_.first == 0) dc_[i].emplace(*dc);
      if (ac && scan_.last > 0) ac_[i].emplace(*ac);
    }
    find_oddities();
  }

  Status run(const CancelToken* cancel);

 private:
  bool write_mcu(std::uint32_t x);
  void write_block(std::size_t part, const std::int16_t* block);
  void write_dc(std::size_t part, int dc);
  void write_sequential(std::size_t part, const std::int16_t* block);
  void write_ac_first(const std::int16_t* block);
  void write_ac_refine(const std::int16_t* block);
  int write_extra_runs(const HuffmanEncoder& table, int k);

  void symbol(const HuffmanEncoder& table, int symbol, std::uint32_t bits, int count);
  void symbol(BitWriter::Pending& pending, const HuffmanEncoder& table, int symbol, std::uint32_t bits, int count);
  void value(BitWriter::Pending& pending, const HuffmanEncoder& table, int run, int value);
  void add_to_run(std::uint64_t corrections, int count);
  void end_run(std::uint32_t longer = 0);
  void put_corrections(std::uint64_t bits, int count);

  void restart(std::uint64_t mcu);
  void leave_out();
  void take(std::uint64_t count);
  void begin_interval();
  void find_oddities();
  void fail() { sound_ = false; }

  struct Corrections {
    std::uint64_t bits = 0;
    int count = 0;
  };

  ByteView headers_;
  HeaderWalker& walker_;
  const ScanHeader& scan_;
  std::span<const PlaneView<const std::int16_t>> planes_;
  const ScanOddities& odd_;
  PaddingWriter& padding_;
  BitWriter& bits_;
  BlockRow row_;
  std::array<std::optional<HuffmanEncoder>, 4> dc_;  ///< by component of the scan
  std::array<std::optional<HuffmanEncoder>, 4> ac_;
  std::array<int, 4> before_{};
  std::uint32_t run_ = 0;
  std::uint64_t correction_bits_ = 0;
  std::vector<Corrections> corrections_;
  std::uint32_t interval_;
  std::uint64_t block_ = 0;
  std::uint64_t last_;
  std::size_t gap_ = 0;
  std::size_t toggle_ = 0;
  std::size_t extra_ = 0;
  std::uint64_t gap_block_ = kNone;  ///< of the next one that leaves blocks out
  std::uint64_t toggle_block_ = kNone;
  std::uint64_t extra_block_ = kNone;
  bool sound_ = true;
};

void ScanWriter::find_oddities() {
  gap_block_ = block_at(odd_.gaps, gap_, [](const Gap& gap) { return gap.skipped > 0 ? gap.block : kNone; });
  toggle_block_ = block_at(odd_.toggles, toggle_, [](std::uint64_t block) { return block; });
  extra_block_ = block_at(odd_.extra_runs, extra_, [](const ExtraRun& run) { return run.block; });
}

inline void ScanWriter::symbol(const HuffmanEncoder& table, int symbol, std::uint32_t bits, int count) {
  BitWriter::Pending pending = bits_.pending();
  this->symbol(pending, table, symbol, bits, count);
  bits_.set_pending(pending);
}

inline void ScanWriter::symbol(BitWriter::Pending& pending, const HuffmanEncoder& table, int symbol, std::uint32_t bits,
                               int count) {
  const HuffmanEncoder::Code code = table.code(symbol);
  sound_ = sound_ && code.length > 0;
  bits_.put(pending, static_cast<std::uint32_t>(code.bits) << count | bits, code.length + count);
}

/// A run of zeros and the value behind it; for DC there is no run. Annex F.1.2.1.
inline void ScanWriter::value(BitWriter::Pending& pending, const HuffmanEncoder& table, int run, int value) {
  const int size = std::bit_width(static_cast<unsigned>(std::abs(value)));
  if (size > 15) return fail();
  const auto bits = static_cast<std::uint32_t>(value < 0 ? value - 1 : value) & ((1U << size) - 1);
  symbol(pending, table, run << 4 | size, bits, size);
}

void ScanWriter::write_dc(std::size_t part, int dc) {
  BitWriter::Pending pending = bits_.pending();
  value(pending, *dc_[part], 0, dc - before_[part]);
  bits_.set_pending(pending);
  before_[part] = dc;
}

/// Behind the last coefficient, at `k`. Returns where the coefficients go on.
int ScanWriter::write_extra_runs(const HuffmanEncoder& table, int k) {
  std::uint32_t count = odd_.extra_runs[extra_++].count;
  find_oddities();
  for (; count > 0 && k <= scan_.last; --count, k += 16) symbol(table, kZeroRun, 0, 0);
  if (count > 0) fail();
  return k;
}

void ScanWriter::write_sequential(std::size_t part, const std::int16_t* block) {
  BitWriter::Pending pending = bits_.pending();
  value(pending, *dc_[part], 0, block[0] - before_[part]);
  before_[part] = block[0];
  const HuffmanEncoder& table = *ac_[part];
  int k = 1;
  for (std::uint64_t mask = magnitude_mask(block, 0) & ~std::uint64_t{1}; mask != 0; mask &= mask - 1) {
    const int at = std::countr_zero(mask);
    for (; at - k > 15; k += 16) symbol(pending, table, kZeroRun, 0, 0);
    value(pending, table, at - k, block[at]);
    k = at + 1;
  }
  bits_.set_pending(pending);
  if (block_ == extra_block_) [[unlikely]]
    k = write_extra_runs(table, k);
  if (k <= 63) symbol(table, 0, 0, 0);
}

void ScanWriter::put_corrections(std::uint64_t bits, int count) {
  if (count > 32) bits_.put(static_cast<std::uint32_t>(bits >> 32), count - 32);
  if (count > 0) bits_.put(static_cast<std::uint32_t>(bits), std::min(count, 32));
}

void ScanWriter::end_run(std::uint32_t longer) {
  const std::uint64_t run = std::uint64_t{run_} + longer;
  if (run > kLongestRun) return fail();
  if (run > 0) {
    const int size = std::bit_width(run) - 1;
    symbol(*ac_[0], size << 4, static_cast<std::uint32_t>(run) & ((1U << size) - 1), size);
  }
  for (const Corrections& some : corrections_) put_corrections(some.bits, some.count);
  corrections_.clear();
  correction_bits_ = 0;
  run_ = 0;
}

void ScanWriter::add_to_run(std::uint64_t corrections, int count) {
  ++run_;
  if (count > 0) corrections_.push_back({corrections, count});
  correction_bits_ += static_cast<std::uint64_t>(count);
  bool ends = ends_run(odd_.style, run_, correction_bits_);
  if (block_ == toggle_block_) {
    ends = !ends;
    ++toggle_;
    find_oddities();
  }
  if (ends) end_run();
}

void ScanWriter::write_ac_first(const std::int16_t* block) {
  const HuffmanEncoder& table = *ac_[0];
  int k = scan_.first;
  const std::uint64_t coded = magnitude_mask(block, scan_.low) & band(scan_.first, scan_.last);
  if (coded != 0) end_run();
  for (std::uint64_t mask = coded; mask != 0; mask &= mask - 1) {
    const int at = std::countr_zero(mask);
    const int size = std::abs(block[at]) >> scan_.low;
    for (; at - k > 15; k += 16) symbol(table, kZeroRun, 0, 0);
    BitWriter::Pending pending = bits_.pending();
    value(pending, table, at - k, block[at] < 0 ? -size : size);
    bits_.set_pending(pending);
    k = at + 1;
  }
  if (block_ == extra_block_) {
    end_run();
    k = write_extra_runs(table, k);
  }
  if (k <= scan_.last) add_to_run(0, 0);
}

void ScanWriter::write_ac_refine(const std::int16_t* block) {
  const HuffmanEncoder& table = *ac_[0];
  const std::uint64_t all = magnitude_mask(block, scan_.low) & band(scan_.first, scan_.last);
  const std::uint64_t known = all == 0 ? 0 : magnitude_mask(block, scan_.low + 1) & all;
  const std::uint64_t fresh = all & ~known;
  std::uint64_t waiting = 0;
  int count = 0;
  const auto correct = [&](int at) {
    waiting = waiting << 1 | static_cast<std::uint64_t>(std::abs(block[at]) >> scan_.low & 1);
    ++count;
  };
  const auto put = [&] {
    put_corrections(waiting, count);
    waiting = 0;
    count = 0;
  };
  int k = scan_.first;
  int run = 0;
  const std::uint64_t coded = fresh == 0 ? 0 : all & ~std::uint64_t{0} >> std::countl_zero(fresh);
  for (std::uint64_t mask = coded; mask != 0; mask &= mask - 1) {
    const int at = std::countr_zero(mask);
    run += at - k;
    k = at + 1;
    for (; run > 15; run -= 16) {
      end_run();
      symbol(table, kZeroRun, 0, 0);
      put();
    }
    if ((known >> at & 1) != 0) {
      correct(at);
      continue;
    }
    end_run();
    symbol(table, run << 4 | 1, block[at] > 0 ? 1 : 0, 1);
    put();
    run = 0;
  }
  if (block_ == extra_block_) {
    const std::uint32_t extra = odd_.extra_runs[extra_++].count;
    find_oddities();
    for (std::uint32_t i = 0; i < extra; ++i) {
      if (k > scan_.last) return fail();
      end_run();
      symbol(table, kZeroRun, 0, 0);
      for (int zeros = 0; k <= scan_.last && zeros < 16; ++k) {
        if ((known >> k & 1) != 0) {
          correct(k);
        } else {
          ++zeros;
        }
      }
      put();
    }
  }
  if (k > scan_.last) return;
  for (std::uint64_t mask = known >> k << k; mask != 0; mask &= mask - 1) correct(std::countr_zero(mask));
  add_to_run(waiting, count);
}

void ScanWriter::write_block(std::size_t part, const std::int16_t* block) {
  switch (scan_.kind) {
    case ScanKind::Sequential: return write_sequential(part, block);
    case ScanKind::DcFirst: return write_dc(part, block[0] >> scan_.low);
    case ScanKind::DcRefine: return bits_.put(static_cast<std::uint32_t>(block[0] >> scan_.low & 1), 1);
    case ScanKind::AcFirst: return write_ac_first(block);
    case ScanKind::AcRefine: return write_ac_refine(block);
  }
}

/// False where a gap begins, at block_.
bool ScanWriter::write_mcu(std::uint32_t x) {
  for (std::size_t part = 0; part < scan_.components.size(); ++part) {
    const auto horizontal = static_cast<std::uint32_t>(scan_.components[part].horizontal);
    const auto vertical = static_cast<std::uint32_t>(scan_.components[part].vertical);
    for (std::uint32_t v = 0; v < vertical; ++v) {
      for (std::uint32_t h = 0; h < horizontal; ++h, ++block_) {
        if (block_ == gap_block_) [[unlikely]]
          return false;
        write_block(part, row_.block(part, x * horizontal + h, v));
      }
    }
  }
  return true;
}

Status ScanWriter::run(const CancelToken* cancel) {
  const Error broken{Error::Code::Corrupt, 0, "a JPEG recipe that does not fit its coefficients"};
  const std::uint64_t mcus = scan_.mcus();
  std::uint64_t mcu = 0;
  std::uint64_t interval_end = interval_ > 0 ? interval_ : mcus;
  while (mcu < mcus) {
    if (cancel != nullptr && cancel->cancelled()) return Error{Error::Code::Cancelled, 0, "stopped by the user"};
    BITSWAP_TRY(bits_.status());
    if (!sound_) return broken;
    const auto row = static_cast<std::uint32_t>(mcu / scan_.mcu_columns);
    const std::uint64_t row_end = (std::uint64_t{row} + 1) * scan_.mcu_columns;
    row_.load(planes_, row);
    while (mcu < row_end) {
      if (mcu == interval_end) {
        restart(mcu);
        interval_end = mcu + interval_;
      }
      if (write_mcu(static_cast<std::uint32_t>(mcu + scan_.mcu_columns - row_end))) [[likely]] {
        ++mcu;
        continue;
      }
      leave_out();
      if (!sound_) return broken;
      mcu = block_ / scan_.blocks_per_mcu();
      interval_end = mcu + interval_;
      if (mcu == mcus) return bits_.status();
    }
  }
  if (gap_ < odd_.gaps.size() && odd_.gaps[gap_].block == last_) {
    end_run(odd_.gaps[gap_++].longer);
  } else {
    end_run();
  }
  if (!padding_.fill(bits_) || !sound_) return broken;
  if (gap_ < odd_.gaps.size() || toggle_ < odd_.toggles.size() || extra_ < odd_.extra_runs.size()) return broken;
  return bits_.status();
}

void ScanWriter::take(std::uint64_t count) {
  const std::size_t at = walker_.position();
  if (count > headers_.size() - at) return fail();
  bits_.raw(headers_.subspan(at, static_cast<std::size_t>(count)));
  walker_.move_to(at + static_cast<std::size_t>(count));
}

void ScanWriter::begin_interval() { before_.fill(0); }

void ScanWriter::restart(std::uint64_t mcu) {
  const bool odd = gap_ < odd_.gaps.size() && odd_.gaps[gap_].skipped == 0 && odd_.gaps[gap_].block == block_;
  end_run(odd ? odd_.gaps[gap_].longer : 0);
  if (!padding_.fill(bits_)) fail();
  if (odd) {
    take(odd_.gaps[gap_++].bytes);
    find_oddities();
  } else {
    const std::array<std::uint8_t, 2> marker = {0xFF, static_cast<std::uint8_t>(kRst0 + ((mcu / interval_ - 1) & 7))};
    bits_.raw(marker);
  }
  begin_interval();
}

void ScanWriter::leave_out() {
  const Gap& gap = odd_.gaps[gap_++];
  end_run(gap.longer);
  if (!padding_.fill(bits_)) fail();
  take(gap.bytes);
  find_oddities();
  begin_interval();
  if (gap.skipped > last_ - block_) return fail();
  block_ += gap.skipped;
  // Coding goes on only where a restart interval begins.
  const std::uint64_t interval = std::uint64_t{interval_} * scan_.blocks_per_mcu();
  if (block_ < last_ && (interval == 0 || block_ % interval != 0)) fail();
}

}  // namespace

bool PaddingWriter::fill(BitWriter& bits) {
  const int missing = bits.missing();
  std::uint32_t value = paddings_.ones ? (1U << missing) - 1 : 0;
  if (exception_ < paddings_.exceptions.size() && paddings_.exceptions[exception_].index == index_) {
    value = paddings_.exceptions[exception_++].bits;
    if (value >> missing != 0) return false;
  }
  ++index_;
  bits.put(value, missing);
  bits.finish_bits();
  return true;
}

Status write_scan(ByteView headers, HeaderWalker& walker, std::span<const PlaneView<const std::int16_t>> planes,
                  const ScanOddities& odd, PaddingWriter& padding, BitWriter& bits, const CancelToken* cancel) {
  ScanWriter writer(headers, walker, planes, odd, padding, bits);
  return writer.run(cancel);
}

}  // namespace bitswap::jpeg
