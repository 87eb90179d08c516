// SPDX-License-Identifier: GPL-3.0-or-later
// Exiv2 behind our errors: it reports by exceptions and on standard error, keeps global tables, and its values may be
// of any length and encoding.
#include "engine/image/metadata.h"

#include <zlib.h>
#include <exiv2/exiv2.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <new>

#include "engine/image/icc.h"
#include "engine/image/limits.h"
#include "engine/image/png/png_file.h"

namespace bitswap {
namespace {

constexpr std::size_t kLongestValue = 1000;
/// Values of more numbers than this are tables for programs, not for people.
constexpr long kMostNumbers = 64;
/// Signature and IHDR of a PNG; no file of any format with metadata is shorter.
constexpr std::ptrdiff_t kPngStart = 8 + 25;

/// Runs `body`, alone: the XMP part of Exiv2 has global state that threads must not share.
template <typename Body>
auto guarded(const Body& body) -> decltype(body()) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  try {
    static const bool prepared = [] {
      Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
      Exiv2::XmpParser::initialize();
#ifdef EXV_ENABLE_BMFF
      Exiv2::enableBMFF(true);  // HEIC, AVIF and JPEG XL
#endif
      return true;
    }();
    static_cast<void>(prepared);
    return body();
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "no memory for the metadata"};
  } catch (const std::exception& error) {
    return corrupt(0, std::string("Exiv2: ") + error.what());
  } catch (...) {  // the XMP toolkit throws types of its own
    return corrupt(0, "Exiv2: damaged metadata");
  }
}

using ImagePtr = std::unique_ptr<Exiv2::Image>;

/// With its metadata read. Throws, but for files that Exiv2 does not know.
Result<ImagePtr> open_image(ByteView file) {
  const auto* bytes = static_cast<const Exiv2::byte*>(file.data());
  if (std::ssize(file) < kPngStart || Exiv2::ImageFactory::getType(bytes, static_cast<long>(file.size())) == 0) {
    return unsupported(0, "metadata of this kind of file cannot be read");
  }
  ImagePtr image(Exiv2::ImageFactory::open(bytes, static_cast<long>(file.size())).release());
  image->readMetadata();
  return image;
}

ByteView profile_of(Exiv2::Image& image) {
  const Exiv2::DataBuf* profile = image.iccProfile();
  if (!image.iccProfileDefined() || profile == nullptr) return {};
  return {profile->pData_, static_cast<std::size_t>(profile->size_)};
}

/// Bytes of the UTF-8 character at `at`; 0 if there is none.
std::size_t character_bytes(const std::string& text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t count = first < 0x80   ? 1
                            : first < 0xC2 ? 0
                            : first < 0xE0 ? 2
                            : first < 0xF0 ? 3
                            : first < 0xF5 ? 4
                                           : 0;
  if (count > text.size() - at) return 0;
  for (std::size_t k = 1; k < count; ++k) {
    if ((static_cast<unsigned char>(text[at + k]) & 0xC0) != 0x80) return 0;
  }
  return count;
}

/// Valid UTF-8 of at most kLongestValue bytes; strange bytes are taken as Latin-1, which old cameras wrote.
std::string for_people(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t count = character_bytes(text, at);
    const auto byte = static_cast<unsigned char>(text[at]);
    std::string next = count > 0 ? text.substr(at, count) : std::string{};
    if (count == 0) next = {static_cast<char>(0xC0 | byte >> 6), static_cast<char>(0x80 | (byte & 0x3F))};
    if (byte < 0x20 || byte == 0x7F) next = byte == '\n' || byte == '\t' ? next : " ";
    if (out.size() + next.size() > kLongestValue) break;
    out += next;
    at += std::max<std::size_t>(count, 1);
  }
  out.erase(out.find_last_not_of(' ') + 1);  // fields of fixed size are filled up with zeros or spaces
  return out;
}

/// Exiv2 puts the encoding in front of comments, and the language in front of texts.
std::string without_marks(const std::string& text) {
  for (const std::string mark : {"charset=", "lang="}) {
    if (text.starts_with(mark)) return text.substr(std::min(text.find(' '), text.size() - 1) + 1);
  }
  return text;
}

bool is_text(Exiv2::TypeId type) {
  switch (type) {
    case Exiv2::asciiString:
    case Exiv2::string:
    case Exiv2::comment:
    case Exiv2::date:
    case Exiv2::time:
    case Exiv2::xmpText:
    case Exiv2::xmpAlt:
    case Exiv2::xmpBag:
    case Exiv2::xmpSeq:
    case Exiv2::langAlt: return true;
    default: return false;
  }
}

template <typename Datum>
std::string printed(const Datum& datum, const Exiv2::ExifData* exif) {
  if (!is_text(datum.typeId()) && datum.count() > kMostNumbers) {
    return "(" + std::to_string(datum.size()) + " bytes)";
  }
  return for_people(without_marks(datum.print(exif)));
}

template <typename Data>
void add_items(std::vector<MetadataItem>& items, const char* group, const Data& data, const Exiv2::ExifData* exif) {
  for (const auto& datum : data) {
    const std::string label = datum.tagLabel();
    items.push_back({group, datum.key(), for_people(label.empty() ? datum.tagName() : label), printed(datum, exif)});
  }
}

Status put_profile(Bytes& png, ByteView profile) {
  if (profile.empty()) return {};
  Bytes chunk = {'I', 'C', 'C', 0, 0};  // a name, its end, deflate
  const std::size_t head = chunk.size();
  uLongf size = compressBound(profile.size());
  chunk.resize(head + size);
  if (compress(chunk.data() + head, &size, profile.data(), profile.size()) != Z_OK) {
    return Error{Error::Code::OutOfMemory, 0, "no memory for the colour profile"};
  }
  chunk.resize(head + size);
  put_chunk(png, chunk_type("iCCP"), chunk);
  return {};
}

void put_exif(Bytes& png, Exiv2::Image& from) {
  if (from.exifData().empty()) return;
  const bool big = from.byteOrder() == Exiv2::bigEndian;
  Exiv2::Blob blob;
  Exiv2::ExifParser::encode(blob, big ? Exiv2::bigEndian : Exiv2::littleEndian, from.exifData());
  if (!blob.empty()) put_chunk(png, chunk_type("eXIf"), blob);
}

}  // namespace

Result<std::vector<MetadataItem>> read_metadata(ByteView file) {
  return guarded([&]() -> Result<std::vector<MetadataItem>> {
    BITSWAP_TRY_ASSIGN(const ImagePtr image, open_image(file));
    std::vector<MetadataItem> items;
    add_items(items, "Exif", image->exifData(), &image->exifData());
    add_items(items, "IPTC", image->iptcData(), nullptr);
    add_items(items, "XMP", image->xmpData(), nullptr);
    if (const std::string comment = for_people(image->comment()); !comment.empty()) {
      items.push_back({"File", "Comment", "Comment", comment});
    }
    if (const std::string profile = icc_description(profile_of(*image)); !profile.empty()) {
      items.push_back({"File", "ColourProfile", "Colour profile", profile});
    }
    return items;
  });
}

std::string colour_profile_name(ByteView file) {
  const auto name = guarded([&]() -> Result<std::string> {
    BITSWAP_TRY_ASSIGN(const ImagePtr image, open_image(file));
    return icc_description(profile_of(*image));
  });
  return name ? *name : std::string{};
}

Result<Bytes> copy_metadata_to_png(ByteView original, ByteView png) {
  return guarded([&]() -> Result<Bytes> {
    BITSWAP_TRY_ASSIGN(const ImagePtr from, open_image(original));
    BITSWAP_TRY_ASSIGN(const ImagePtr to, open_image(png));
    if (to->mimeType() != "image/png") return unsupported(0, "metadata can only be copied into a PNG");
    // These two become chunks below: Exiv2 gives the profile no name, which libpng then refuses, and hides EXIF in a
    // text that most programs do not look for.
    to->clearExifData();
    to->clearIccProfile();
    if (!from->iptcData().empty()) to->setIptcData(from->iptcData());
    if (!from->xmpData().empty()) to->setXmpData(from->xmpData());
    if (!from->comment().empty()) to->setComment(from->comment());
    to->writeMetadata();
    Exiv2::BasicIo& io = to->io();
    if (io.open() != 0) return Error{Error::Code::Internal, 0, "Exiv2 gave no file"};
    const Exiv2::DataBuf written = io.read(static_cast<long>(io.size()));
    const ByteView all(written.pData_, static_cast<std::size_t>(written.size_));
    if (std::ssize(all) < kPngStart) return Error{Error::Code::Internal, 0, "Exiv2 gave no PNG"};
    Bytes out(all.begin(), all.begin() + kPngStart);
    BITSWAP_TRY(put_profile(out, profile_of(*from)));
    put_exif(out, *from);
    out.insert(out.end(), all.begin() + kPngStart, all.end());
    return out;
  });
}

}  // namespace bitswap
