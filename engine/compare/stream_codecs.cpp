// SPDX-License-Identifier: GPL-3.0-or-later
// Raw samples and the general compressors gzip, bzip2 and xz over them: one loop, three libraries.
#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>

#include <algorithm>

#include "engine/compare/guarded_codec.h"

namespace bitswap {
namespace {

enum class Step { More, End, Corrupt, Unsupported, NoMemory, Failed };

// What is left to read, and the room that is left to write.
struct Cursor {
  const std::uint8_t* in;
  std::size_t in_left;
  std::uint8_t* out;
  std::size_t out_left;

  void advance(std::size_t consumed, std::size_t produced) {
    in += consumed;
    in_left -= consumed;
    out += produced;
    out_left -= produced;
  }
};

// zlib and bzip2 count in 32 bits; larger buffers go through them in pieces.
constexpr std::size_t kPiece = std::size_t{1} << 30;
unsigned piece(std::size_t size) { return static_cast<unsigned>(std::min(size, kPiece)); }

// Each stream below owns one library state: start() once, then step() until it says End. A stream that is told to
// compress takes the bytes of the cursor as all there are.

class DeflateStream {
 public:
  ~DeflateStream() { deflateEnd(&state_); }
  Step start() {
    const int code = deflateInit2(&state_, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    return code == Z_OK ? Step::More : code == Z_MEM_ERROR ? Step::NoMemory : Step::Failed;
  }
  Step step(Cursor& cursor) {
    const unsigned in = piece(cursor.in_left);
    const unsigned out = piece(cursor.out_left);
    state_.next_in = const_cast<Bytef*>(cursor.in);
    state_.avail_in = in;
    state_.next_out = cursor.out;
    state_.avail_out = out;
    const int code = deflate(&state_, in == cursor.in_left ? Z_FINISH : Z_NO_FLUSH);
    cursor.advance(in - state_.avail_in, out - state_.avail_out);
    if (code == Z_STREAM_END) return Step::End;
    return code == Z_OK || code == Z_BUF_ERROR ? Step::More : Step::Failed;
  }

 private:
  z_stream state_{};
};

class InflateStream {
 public:
  ~InflateStream() { inflateEnd(&state_); }
  Step start() {
    const int code = inflateInit2(&state_, 15 + 16);
    return code == Z_OK ? Step::More : code == Z_MEM_ERROR ? Step::NoMemory : Step::Failed;
  }
  Step step(Cursor& cursor) {
    const unsigned in = piece(cursor.in_left);
    const unsigned out = piece(cursor.out_left);
    state_.next_in = const_cast<Bytef*>(cursor.in);
    state_.avail_in = in;
    state_.next_out = cursor.out;
    state_.avail_out = out;
    const int code = inflate(&state_, Z_NO_FLUSH);
    cursor.advance(in - state_.avail_in, out - state_.avail_out);
    switch (code) {
      case Z_STREAM_END: return Step::End;
      case Z_OK:
      case Z_BUF_ERROR: return Step::More;
      case Z_MEM_ERROR: return Step::NoMemory;
      case Z_DATA_ERROR:
      case Z_NEED_DICT: return Step::Corrupt;
      default: return Step::Failed;
    }
  }

 private:
  z_stream state_{};
};

class Bzip2Compressor {
 public:
  ~Bzip2Compressor() { BZ2_bzCompressEnd(&state_); }
  Step start() {
    const int code = BZ2_bzCompressInit(&state_, 9, 0, 0);
    return code == BZ_OK ? Step::More : code == BZ_MEM_ERROR ? Step::NoMemory : Step::Failed;
  }
  Step step(Cursor& cursor) {
    const unsigned in = piece(cursor.in_left);
    const unsigned out = piece(cursor.out_left);
    state_.next_in = reinterpret_cast<char*>(const_cast<std::uint8_t*>(cursor.in));
    state_.avail_in = in;
    state_.next_out = reinterpret_cast<char*>(cursor.out);
    state_.avail_out = out;
    const int code = BZ2_bzCompress(&state_, in == cursor.in_left ? BZ_FINISH : BZ_RUN);
    cursor.advance(in - state_.avail_in, out - state_.avail_out);
    if (code == BZ_STREAM_END) return Step::End;
    return code == BZ_RUN_OK || code == BZ_FINISH_OK ? Step::More : Step::Failed;
  }

 private:
  bz_stream state_{};
};

class Bzip2Decompressor {
 public:
  ~Bzip2Decompressor() { BZ2_bzDecompressEnd(&state_); }
  Step start() {
    const int code = BZ2_bzDecompressInit(&state_, 0, 0);
    return code == BZ_OK ? Step::More : code == BZ_MEM_ERROR ? Step::NoMemory : Step::Failed;
  }
  Step step(Cursor& cursor) {
    const unsigned in = piece(cursor.in_left);
    const unsigned out = piece(cursor.out_left);
    state_.next_in = reinterpret_cast<char*>(const_cast<std::uint8_t*>(cursor.in));
    state_.avail_in = in;
    state_.next_out = reinterpret_cast<char*>(cursor.out);
    state_.avail_out = out;
    const int code = BZ2_bzDecompress(&state_);
    cursor.advance(in - state_.avail_in, out - state_.avail_out);
    switch (code) {
      case BZ_STREAM_END: return Step::End;
      case BZ_OK: return Step::More;
      case BZ_MEM_ERROR: return Step::NoMemory;
      case BZ_DATA_ERROR:
      case BZ_DATA_ERROR_MAGIC: return Step::Corrupt;
      default: return Step::Failed;
    }
  }

 private:
  bz_stream state_{};
};

// Both directions of xz. LZMA_FINISH also tells the decoder that no more will come.
class LzmaStream {
 public:
  ~LzmaStream() { lzma_end(&state_); }
  Step step(Cursor& cursor) {
    state_.next_in = cursor.in;
    state_.avail_in = cursor.in_left;
    state_.next_out = cursor.out;
    state_.avail_out = cursor.out_left;
    const lzma_ret code = lzma_code(&state_, LZMA_FINISH);
    cursor.advance(cursor.in_left - state_.avail_in, cursor.out_left - state_.avail_out);
    return to_step(code);
  }

 protected:
  static Step to_step(lzma_ret code) {
    switch (code) {
      case LZMA_STREAM_END: return Step::End;
      case LZMA_OK:
      case LZMA_BUF_ERROR: return Step::More;
      case LZMA_MEM_ERROR: return Step::NoMemory;
      case LZMA_FORMAT_ERROR:
      case LZMA_DATA_ERROR: return Step::Corrupt;
      case LZMA_MEMLIMIT_ERROR:
      case LZMA_OPTIONS_ERROR: return Step::Unsupported;
      default: return Step::Failed;
    }
  }
  lzma_stream state_ = LZMA_STREAM_INIT;
};

class LzmaCompressor : public LzmaStream {
 public:
  Step start() { return to_step(lzma_easy_encoder(&state_, 9, LZMA_CHECK_CRC64)); }
};

class LzmaDecompressor : public LzmaStream {
 public:
  // Preset 9 needs 65 MiB; a damaged header must not ask for 4 GiB.
  static constexpr std::uint64_t kMemoryLimit = std::uint64_t{128} << 20;
  Step start() { return to_step(lzma_stream_decoder(&state_, kMemoryLimit, 0)); }
};

template <typename Compressor, typename Decompressor>
class StreamCodec final : public GuardedCodec {
 public:
  using GuardedCodec::GuardedCodec;

 protected:
  Result<Bytes> encode_checked(const Picture& picture) const override {
    const Bytes& samples = picture.samples;
    Compressor stream;
    BITSWAP_TRY(check(stream.start(), 0));
    Bytes data(samples.size() / 2 + 1024);
    Cursor cursor{samples.data(), samples.size(), data.data(), data.size()};
    for (;;) {
      const Step step = stream.step(cursor);
      if (step == Step::End) break;
      BITSWAP_TRY(check(step, 0));
      if (cursor.out_left != 0) continue;
      const std::size_t used = data.size();
      data.resize(used + used / 2);
      cursor.out = data.data() + used;
      cursor.out_left = data.size() - used;
    }
    data.resize(data.size() - cursor.out_left);
    return data;
  }

  Status decode_checked(ByteView data, Picture& picture) const override {
    const std::size_t wanted = sample_count(picture);
    Decompressor stream;
    BITSWAP_TRY(check(stream.start(), 0));
    // One byte more than the picture has: room in which surplus data show themselves, and with which no library waits
    // for room before it looks at its trailer.
    picture.samples.resize(wanted + 1);
    Cursor cursor{data.data(), data.size(), picture.samples.data(), picture.samples.size()};
    for (;;) {
      const Cursor before = cursor;
      const Step step = stream.step(cursor);
      const std::uint64_t offset = data.size() - cursor.in_left;
      if (step == Step::End) break;
      BITSWAP_TRY(check(step, offset));
      if (cursor.out_left == 0) return error(Error::Code::Corrupt, "more samples than the picture has", offset);
      if (cursor.in_left == before.in_left && cursor.out_left == before.out_left) {
        return error(Error::Code::Truncated, "the data end early", offset);
      }
    }
    if (cursor.out_left != 1 || cursor.in_left != 0) {
      return error(Error::Code::Corrupt, "the data do not fit the picture", data.size() - cursor.in_left);
    }
    picture.samples.resize(wanted);
    return {};
  }

 private:
  [[nodiscard]] Status check(Step step, std::uint64_t offset) const {
    switch (step) {
      case Step::More:
      case Step::End: return {};
      case Step::Corrupt: return error(Error::Code::Corrupt, "damaged data", offset);
      case Step::Unsupported: return error(Error::Code::Unsupported, "settings that the encoder never writes", offset);
      case Step::NoMemory: return error(Error::Code::OutOfMemory, "out of memory", offset);
      case Step::Failed: break;
    }
    return error(Error::Code::Internal, "the library refused to work", offset);
  }
};

class RawCodec final : public GuardedCodec {
 public:
  using GuardedCodec::GuardedCodec;

 protected:
  Result<Bytes> encode_checked(const Picture& picture) const override { return picture.samples; }

  Status decode_checked(ByteView data, Picture& picture) const override {
    const std::size_t wanted = sample_count(picture);
    if (data.size() < wanted) return error(Error::Code::Truncated, "the data end early", data.size());
    if (data.size() > wanted) return error(Error::Code::Corrupt, "more samples than the picture has", wanted);
    picture.samples.assign(data.begin(), data.end());
    return {};
  }
};

}  // namespace

const CompareCodec& raw_codec() {
  static const RawCodec codec("raw");
  return codec;
}

const CompareCodec& gzip_codec() {
  static const StreamCodec<DeflateStream, InflateStream> codec("gzip");
  return codec;
}

const CompareCodec& bzip2_codec() {
  static const StreamCodec<Bzip2Compressor, Bzip2Decompressor> codec("bzip2");
  return codec;
}

const CompareCodec& lzma_codec() {
  static const StreamCodec<LzmaCompressor, LzmaDecompressor> codec("lzma");
  return codec;
}

}  // namespace bitswap
