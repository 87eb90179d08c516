// SPDX-License-Identifier: GPL-3.0-or-later
// The marker segments of a JPEG one after another: frame, tables, and the scans with all that is needed to code them.
// Reader and writer of files walk over the same headers with this, so that both see the same scans.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/image/jpeg/huffman.h"
#include "engine/image/jpeg/jpeg_image.h"

namespace bitswap::jpeg {

/// Scans behind so many are not coded. With the rule that a bit of a coefficient is coded once this bounds the work.
inline constexpr std::uint32_t kMaxScans = 1000;

enum class ScanKind : std::uint8_t { Sequential, DcFirst, DcRefine, AcFirst, AcRefine };

struct ScanComponent {
  std::size_t component = 0;  ///< index in the frame
  int horizontal = 1;         ///< blocks in an MCU; 1 × 1 in a scan of one component
  int vertical = 1;
  int dc_table = 0;
  int ac_table = 0;
};

struct ScanHeader {
  ScanKind kind = ScanKind::Sequential;
  std::vector<ScanComponent> components;
  int first = 0;  ///< of the coefficients, in zigzag order
  int last = 63;
  int low = 0;                         ///< the successive approximation's bit: what is coded is the coefficient >> low
  std::uint32_t restart_interval = 0;  ///< MCUs, 0 for none
  std::uint32_t mcu_columns = 0;
  std::uint32_t mcu_rows = 0;

  [[nodiscard]] std::uint64_t mcus() const { return std::uint64_t{mcu_columns} * mcu_rows; }
  [[nodiscard]] std::uint32_t blocks_per_mcu() const;
};

/// Tables in force; those that a file never defines are the standard's for 0 and 1 (frames of webcams have none).
struct HuffmanTables {
  std::array<std::optional<HuffmanSpec>, 4> dc;
  std::array<std::optional<HuffmanSpec>, 4> ac;
};

class HeaderWalker {
 public:
  /// `bytes` must outlive it. They are a file, or its bytes without the coded data. `height` holds where the frame has
  /// none: it comes in a DNL segment behind the first scan, so a first walk finds it for a second one.
  explicit HeaderWalker(ByteView bytes, std::uint32_t height = 0);

  /// Goes to the next scan that can be coded. False at EOI, or where nothing more can be understood.
  bool next();
  [[nodiscard]] const ScanHeader& scan() const { return scan_; }
  [[nodiscard]] const HuffmanTables& tables() const { return tables_; }

  /// Behind the SOS segment after next(). Whoever reads coded data moves it to what follows them.
  [[nodiscard]] std::size_t position() const { return at_; }
  void move_to(std::size_t at) { at_ = at; }

  /// Walks to the end and tells what the scans code. Nothing if that is no picture; reason() says why.
  std::optional<JpegLayout> layout();
  [[nodiscard]] JpegReason reason() const { return reason_; }

 private:
  enum class Step : std::uint8_t { Continue, Scan, End };
  Step read_segment(std::uint8_t marker, ByteView body);
  Step read_frame(std::uint8_t marker, ByteView body);
  void read_huffman(ByteView body);
  void read_quantisation(ByteView body);
  bool read_scan(ByteView body);
  [[nodiscard]] bool has_tables(const ScanHeader& scan) const;
  bool accept(const ScanHeader& scan, int high);
  Step refuse(JpegReason reason);

  ByteView bytes_;
  std::uint32_t height_;
  std::size_t at_ = 0;
  JpegLayout layout_;
  bool has_frame_ = false;
  JpegReason reason_ = JpegReason::None;
  HuffmanTables tables_;
  std::array<std::optional<std::array<std::uint16_t, 64>>, 4> quantisation_;
  std::vector<std::uint8_t> quantisation_of_;               ///< table of each component
  std::vector<std::array<std::int8_t, 64>> coded_down_to_;  ///< bit of each coefficient, kNever before its first scan
  std::vector<bool> interleaved_;
  std::uint32_t restart_interval_ = 0;
  std::uint32_t scans_ = 0;
  ScanHeader scan_;
};

/// Sentence for a reason. None has none.
const char* sentence(JpegReason reason);

}  // namespace bitswap::jpeg
