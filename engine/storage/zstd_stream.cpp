// SPDX-License-Identifier: GPL-3.0-or-later
// Thin loops around zstd's streaming calls.
#include "engine/storage/zstd_stream.h"

#include <zstd.h>

namespace bitswap {
namespace {

Error no_memory() { return {Error::Code::OutOfMemory, 0, "zstd could not get its working memory"}; }

}  // namespace

struct ZstdStream::State {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context{ZSTD_createCCtx(), &ZSTD_freeCCtx};
  Bytes out = Bytes(ZSTD_CStreamOutSize());
};

ZstdStream::ZstdStream(int level) : state_(std::make_unique<State>()) {
  if (state_->context) ZSTD_CCtx_setParameter(state_->context.get(), ZSTD_c_compressionLevel, level);
}
ZstdStream::~ZstdStream() = default;

Status ZstdStream::add(ByteView piece, bool last, const PieceTarget& target) {
  if (!state_->context) return no_memory();
  ZSTD_inBuffer in{piece.data(), piece.size(), 0};
  for (;;) {
    ZSTD_outBuffer out{state_->out.data(), state_->out.size(), 0};
    const std::size_t rest =
        ZSTD_compressStream2(state_->context.get(), &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(rest)) return no_memory();
    if (out.pos > 0) BITSWAP_TRY(target(ByteView(state_->out.data(), out.pos)));
    if (last ? rest == 0 : in.pos == in.size) return {};
  }
}

struct ZstdUnpacker::State {
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context{ZSTD_createDCtx(), &ZSTD_freeDCtx};
  Bytes out = Bytes(ZSTD_DStreamOutSize());
  bool complete = false;
};

ZstdUnpacker::ZstdUnpacker() : state_(std::make_unique<State>()) {}
ZstdUnpacker::~ZstdUnpacker() = default;

Status ZstdUnpacker::add(ByteView piece, const PieceTarget& target) {
  if (!state_->context) return no_memory();
  ZSTD_inBuffer in{piece.data(), piece.size(), 0};
  for (;;) {
    if (state_->complete) {
      if (in.pos == in.size) return {};
      return Error{Error::Code::Corrupt, in.pos, "bytes after the end of a zstd frame"};
    }
    ZSTD_outBuffer out{state_->out.data(), state_->out.size(), 0};
    const std::size_t rest = ZSTD_decompressStream(state_->context.get(), &out, &in);
    if (ZSTD_isError(rest)) {
      return Error{Error::Code::Corrupt, in.pos, std::string("zstd: ") + ZSTD_getErrorName(rest)};
    }
    state_->complete = rest == 0;
    if (out.pos > 0) BITSWAP_TRY(target(ByteView(state_->out.data(), out.pos)));
    // A full output buffer may hide more that the decoder keeps.
    if (!state_->complete && in.pos == in.size && out.pos < out.size) return {};
  }
}

bool ZstdUnpacker::complete() const { return state_->complete; }

}  // namespace bitswap
