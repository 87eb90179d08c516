// SPDX-License-Identifier: GPL-3.0-or-later
// zstd for contents that do not fit into memory: pieces in, pieces out. https://github.com/facebook/zstd (BSD-3)
#pragma once

#include <functional>
#include <memory>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace bitswap {

using PieceTarget = std::function<Status(ByteView)>;

/// One frame.
class ZstdStream {
 public:
  explicit ZstdStream(int level);
  ~ZstdStream();
  ZstdStream(const ZstdStream&) = delete;
  ZstdStream& operator=(const ZstdStream&) = delete;
  /// `last` closes the frame. Errors: OutOfMemory, and those of `target`.
  Status add(ByteView piece, bool last, const PieceTarget& target);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Exactly one frame; memory is bounded whatever the frame says.
class ZstdUnpacker {
 public:
  ZstdUnpacker();
  ~ZstdUnpacker();
  ZstdUnpacker(const ZstdUnpacker&) = delete;
  ZstdUnpacker& operator=(const ZstdUnpacker&) = delete;
  /// Errors: Corrupt, OutOfMemory, and those of `target`.
  Status add(ByteView piece, const PieceTarget& target);
  /// Whether the frame has come to its end.
  [[nodiscard]] bool complete() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bitswap
