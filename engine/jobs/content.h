// Contents that are kept as bytes, with zstd or as they are: packing, unpacking, files on the disk.
#pragma once

#include <filesystem>
#include <string_view>

#include "engine/archive/file_identity.h"
#include "engine/archive/file_io.h"
#include "engine/archive/reader.h"
#include "engine/jobs/zstd_stream.h"

namespace bitswap {

inline constexpr std::string_view kStored = "stored";
inline constexpr std::string_view kZstd = "zstd";

/// Contents above this are never held in memory as a whole, unless they are a picture.
inline constexpr std::uint64_t kInMemoryBytes = std::uint64_t{256} << 20;
/// The same for a picture.
inline constexpr std::uint64_t kInMemoryPictureBytes = std::uint64_t{1} << 30;
/// Payload of a section of a content that is written piece by piece.
inline constexpr std::size_t kPieceBytes = std::size_t{16} << 20;
/// A sample that keeps more than this share of its size under the fastest level is not worth a slow one.
inline constexpr double kIncompressible = 0.97;

/// A content ready for its Data section. `stored` needs no copy: then `data` is empty and the content itself is meant.
struct PackedContent {
  std::string_view codec = kStored;
  Bytes data;
  [[nodiscard]] ByteView payload(ByteView content) const { return codec == kStored ? content : ByteView(data); }
};

/// zstd at a level that suits the size, or stored where that does not shrink. What clearly cannot get below `to_beat`
/// bytes is not compressed as hard as that. Errors: OutOfMemory.
Result<PackedContent> pack_content(ByteView content, std::uint64_t to_beat = UINT64_MAX);

/// Calls `target` with the content of an entry of codec "zstd", "stored" or "jpeg-jxl", piece by piece; more than
/// header.original_size bytes never come, fewer are an error. The hash is the caller's to check. Errors: Corrupt,
/// Truncated, Unsupported (another codec), those of read_section() and of `target`.
Status unpack_content(const ArchiveReader& archive, const Entry& entry, const PieceTarget& target);

/// The same into memory, hash checked. The caller bounds header.original_size; memory grows with what really comes.
Result<Bytes> read_content(const ArchiveReader& archive, const Entry& entry);

/// What a file was when it was opened.
struct OpenFile {
  FileHandle handle;
  FileStamp stamp;
  std::uint32_t permissions = 0;
};

/// Never follows a link and never waits for a pipe. Errors: NotFound, Io.
Result<OpenFile> open_file(const std::filesystem::path& path);

/// Whether the open file is no longer what it was, as far as the system's clock can tell.
bool has_changed(const OpenFile& file);

/// All of it; shorter than its size if it shrank meanwhile. Errors: Io, OutOfMemory.
Result<Bytes> read_whole(const OpenFile& file);

/// What the file held at one moment: a file that changes while it is read is read again, a few times. `held_still` says
/// whether that came to an end; if not, the content may be of several moments. Errors: Io, OutOfMemory.
Result<Bytes> read_at_one_moment(OpenFile& file, bool& held_still);

}  // namespace bitswap
