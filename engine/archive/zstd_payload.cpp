// SPDX-License-Identifier: GPL-3.0-or-later
// zstd in memory; decompression streams, so that a lying frame cannot ask for memory.
#include "engine/archive/zstd_payload.h"

#include <zstd.h>

#include <algorithm>
#include <memory>
#include <new>

namespace bitswap {

Result<Bytes> zstd_compress(ByteView content, int level) {
  if (level < 1 || level > ZSTD_maxCLevel())
    return Error{Error::Code::InvalidArgument, 0, "a zstd level outside 1 to 22"};
  try {
    Bytes frame(ZSTD_compressBound(content.size()));
    const std::size_t size = ZSTD_compress(frame.data(), frame.size(), content.data(), content.size(), level);
    if (ZSTD_isError(size)) return Error{Error::Code::OutOfMemory, 0, "zstd could not get its working memory"};
    frame.resize(size);
    frame.shrink_to_fit();
    return frame;
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "not enough memory to compress with zstd"};
  }
}

Result<Bytes> zstd_decompress(ByteView frame, std::uint64_t size_limit) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  if (!context) return Error{Error::Code::OutOfMemory, 0, "zstd could not get its working memory"};
  constexpr std::size_t kFirstStep = 64 << 10;
  try {
    Bytes content;
    ZSTD_inBuffer in{frame.data(), frame.size(), 0};
    for (;;) {
      // One byte of room beyond the limit tells "exactly the limit" from "more than it".
      const std::size_t step = std::max(kFirstStep, content.size() / 2);
      const std::size_t start = content.size();
      const std::uint64_t room = size_limit - std::min<std::uint64_t>(size_limit, start);
      content.resize(start + static_cast<std::size_t>(std::min<std::uint64_t>(step, room) + (room < step ? 1 : 0)));
      ZSTD_outBuffer out{content.data() + start, content.size() - start, 0};
      const std::size_t rest = ZSTD_decompressStream(context.get(), &out, &in);
      content.resize(start + out.pos);
      if (ZSTD_isError(rest))
        return Error{Error::Code::Corrupt, in.pos, std::string("zstd: ") + ZSTD_getErrorName(rest)};
      if (content.size() > size_limit)
        return Error{Error::Code::LimitExceeded, in.pos, "a zstd frame holds more than it may"};
      if (rest == 0) break;
      if (in.pos == in.size && out.pos < out.size)
        return Error{Error::Code::Truncated, in.pos, "a zstd frame ends early"};
    }
    if (in.pos != in.size) return Error{Error::Code::Corrupt, in.pos, "bytes after the end of a zstd frame"};
    return content;
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "not enough memory to decompress with zstd"};
  }
}

}  // namespace bitswap
