// SPDX-License-Identifier: GPL-3.0-or-later
// Sample archives; the bad ones are assembled from the format's pieces, because the writer would refuse them.
#include "tests/archive/samples.h"

#include <fstream>
#include <iterator>

namespace bitswap::samples {
namespace {

std::vector<Section> layout_of(const EntrySample& sample) {
  std::vector<Section> sections;
  for (const SectionSample& section : sample.sections)
    sections.push_back({section.type, 0, static_cast<std::uint32_t>(section.payload.size())});
  return sections;
}

Bytes index_of(const std::vector<EntrySample>& entries) {
  ByteWriter index;
  index.raw(format::write_index_count(entries.size()));
  for (const EntrySample& entry : entries) index.raw(format::write_index_record(entry.header, layout_of(entry)));
  return index.take();
}

// Changes bytes of a file header or footer and makes its checksum right again.
Bytes resealed(Bytes archive, std::size_t start, std::size_t guarded, std::size_t place, std::uint8_t value) {
  archive[start + place] = value;
  ByteWriter checksum;
  checksum.u64(hash64(ByteView(archive).subspan(start, guarded)));
  std::copy(checksum.bytes().begin(), checksum.bytes().end(),
            archive.begin() + static_cast<std::ptrdiff_t>(start + guarded));
  return archive;
}

Bytes flipped(Bytes archive, std::size_t place) {
  archive[place] ^= 0x01;
  return archive;
}

Bytes cut(Bytes archive, std::size_t removed) {
  archive.resize(archive.size() - removed);
  return archive;
}

Bytes with_path(std::string path) { return assemble({stored_file(std::move(path), "hi\n")}); }

// An index of one entry, whose record is given from the number of sections on.
Bytes index_with(const EntrySample& entry, std::initializer_list<std::uint64_t> numbers) {
  ByteWriter index;
  index.varint(1);
  index.blob(format::write_entry_body(entry.header));
  for (const std::uint64_t number : numbers) index.varint(number);
  return index.take();
}

Bytes index_count(std::uint64_t count) {
  ByteWriter index;
  index.varint(count);
  return index.take();
}

}  // namespace

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Bytes noise(std::size_t size, std::uint64_t seed) {
  Bytes bytes(size);
  std::uint64_t state = seed * 0x9E3779B97F4A7C15U + 1;
  for (std::uint8_t& byte : bytes) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    byte = static_cast<std::uint8_t>(state >> 32);
  }
  return bytes;
}

std::string name_of(std::string_view name, std::size_t number) {
  return std::string(name).append(std::to_string(number));
}

EntryHeader file_header(std::string path, ByteView content) {
  EntryHeader header;
  header.path = std::move(path);
  header.codec = "stored";
  header.original_size = content.size();
  header.modified = {1'700'000'000, 0};
  header.original_hash = content_hash(content);
  return header;
}

EntrySample stored_file(std::string path, std::string_view content) {
  Bytes bytes = bytes_of(content);
  EntryHeader header = file_header(std::move(path), bytes);
  return {std::move(header), {{SectionType::Data, std::move(bytes)}}};
}

std::vector<EntrySample> tiny() { return {stored_file("a.txt", "hi\n")}; }

std::vector<EntrySample> all_kinds() {
  std::vector<EntrySample> entries;

  EntrySample model;
  model.header.kind = EntryKind::Model;
  model.header.path = "000102030405060708090a0b0c0d0e0f";
  model.header.codec = "stored";
  model.sections = {{SectionType::Data, noise(40, 1)}};
  entries.push_back(model);

  EntrySample folder;
  folder.header.kind = EntryKind::Directory;
  folder.header.path = "photos";
  folder.header.permissions = 0755;
  folder.header.modified = {-1, 999'999'999};
  entries.push_back(folder);

  EntrySample photo;
  photo.header = file_header("photos/one.png", noise(300, 2));
  photo.header.codec = "bitswap";
  photo.header.format = "png";
  photo.sections = {{SectionType::ImageHeader, noise(9, 3)},
                    {SectionType::Recipe, {}},
                    {SectionType::Segment, noise(70, 4)},
                    {SectionType::Segment, noise(65, 5)},
                    {static_cast<SectionType>(0x0123), noise(11, 6)}};
  entries.push_back(photo);

  // The zstd frame is spelled out, for no version of zstd promises to write the same bytes as another.
  EntrySample text = stored_file("photos/note.txt", "0123456789");
  text.header.codec = "zstd";
  text.header.exactness = Exactness::Bytes;
  text.sections[0].payload = {0x28, 0xB5, 0x2F, 0xFD, 0x20, 10,  0x51, 0x00, 0x00, '0',
                              '1',  '2',  '3',  '4',  '5',  '6', '7',  '8',  '9'};
  entries.push_back(text);

  EntrySample copy;
  copy.header = photo.header;
  copy.header.kind = EntryKind::Duplicate;
  copy.header.path = "photos/two.png";
  copy.header.codec.clear();
  copy.header.link_target = "photos/one.png";
  entries.push_back(copy);

  EntrySample link;
  link.header.kind = EntryKind::Symlink;
  link.header.path = "photos/latest";
  link.header.link_target = "one.png";
  entries.push_back(link);

  EntrySample pixels = stored_file("caf\xE9 \xF0\x9F\x98\x80.ppm", "P6 1 1 255\nabc");
  pixels.header.exactness = Exactness::Pixels;
  pixels.header.permissions = 07777;
  entries.push_back(pixels);

  EntrySample future = stored_file("future.bin", "later");
  future.sections.push_back({static_cast<SectionType>(0x8123), bytes_of("?")});
  entries.push_back(future);

  entries.push_back(stored_file("empty", ""));
  entries.back().sections.clear();
  return entries;
}

Bytes assemble(const std::vector<EntrySample>& entries, const std::vector<EntrySample>* index_entries) {
  return assemble_with_index(entries, index_of(index_entries != nullptr ? *index_entries : entries));
}

Bytes assemble_with_index(const std::vector<EntrySample>& entries, ByteView index) {
  ByteWriter out;
  out.raw(format::write_file_header({kArchiveId}));
  for (const EntrySample& entry : entries) {
    const Bytes header = format::write_entry_header(entry.header, kArchiveId);
    out.raw(header);
    for (const SectionSample& section : entry.sections) {
      out.raw(
          format::write_section_head({static_cast<std::uint16_t>(section.type),
                                      static_cast<std::uint32_t>(section.payload.size()), hash64(section.payload)}));
      out.raw(section.payload);
    }
    out.raw(format::write_section_head(
        {format::kEndType, static_cast<std::uint32_t>(entry.sections.size()), format::checksum_of(header)}));
  }
  format::Footer footer{out.size(), index.size(), hash64(index), kArchiveId};
  out.raw(index);
  out.raw(format::write_footer(footer));
  return out.take();
}

Status write_with_writer(const std::filesystem::path& path, const std::vector<EntrySample>& entries,
                         WriteOptions options) {
  BITSWAP_TRY_ASSIGN(ArchiveWriter writer, ArchiveWriter::create(path, options));
  for (const EntrySample& entry : entries) {
    BITSWAP_TRY(writer.begin_entry(entry.header));
    for (const SectionSample& section : entry.sections) BITSWAP_TRY(writer.add_section(section.type, section.payload));
    if (auto sizes = writer.end_entry(); !sizes.ok()) return sizes.error();
  }
  return writer.finish();
}

std::vector<Golden> good_files() {
  return {{"container-tiny.bswap", assemble(tiny())},
          {"container-empty.bswap", assemble({})},
          {"container-all-kinds.bswap", assemble(all_kinds())}};
}

std::vector<Golden> bad_files() {
  using Code = Error::Code;
  const Bytes good = assemble(tiny());
  const std::size_t footer = good.size() - format::kFooterBytes;
  const EntrySample one = tiny().front();
  std::vector<Golden> files;
  const auto add = [&](const char* name, Bytes content, Code expected) {
    files.push_back({std::string("container-").append(name).append(".bswap"), std::move(content), expected});
  };

  add("nothing", {}, Code::NotAnArchive);
  add("not-ours", bytes_of("\x89PNG\r\n\x1a\n, or so it says in its first bytes, and some more"), Code::NotAnArchive);
  add("magic-only", cut(good, good.size() - 8), Code::Truncated);
  add("header-checksum", flipped(good, 20), Code::Corrupt);
  add("newer-version", resealed(good, 0, 24, 8, 2), Code::Unsupported);
  add("unknown-feature", resealed(good, 0, 24, 12, 1), Code::Unsupported);
  add("cut", cut(good, 30), Code::Truncated);
  Bytes longer = good;
  longer.push_back(0);
  add("byte-behind", longer, Code::Truncated);
  add("footer-checksum", flipped(good, footer + 33), Code::Corrupt);
  add("footer-other-archive", resealed(good, footer, 32, 24, 0), Code::Corrupt);
  add("index-behind-end", resealed(good, footer, 32, 7, 0x7F), Code::Corrupt);
  add("index-too-long", resealed(good, footer, 32, 15, 0x7F), Code::Corrupt);
  add("index-checksum", flipped(good, footer - 1), Code::Corrupt);

  add("count-huge", assemble_with_index(tiny(), index_count(kMaxEntries)), Code::Corrupt);
  add("count-over-limit", assemble_with_index(tiny(), index_count(kMaxEntries + 1)), Code::LimitExceeded);
  add("sections-huge", assemble_with_index(tiny(), index_with(one, {kMaxSectionsPerEntry, 1, 3})), Code::LimitExceeded);
  add("section-huge", assemble_with_index(tiny(), index_with(one, {1, 1, kMaxSectionBytes})), Code::Corrupt);
  add("section-over-limit", assemble_with_index(tiny(), index_with(one, {1, 1, kMaxSectionBytes + 1})), Code::Corrupt);
  add("section-shorter", assemble_with_index(tiny(), index_with(one, {1, 1, 2})), Code::Corrupt);
  add("section-end-type", assemble_with_index(tiny(), index_with(one, {1, 0, 3})), Code::Corrupt);
  add("index-extra-byte", assemble_with_index(tiny(), index_with(one, {1, 1, 3, 0})), Code::Corrupt);
  add("index-entry-missing", assemble_with_index(tiny(), index_count(0)), Code::Corrupt);

  add("path-empty", with_path(""), Code::Corrupt);
  add("path-absolute", with_path("/etc/passwd"), Code::Corrupt);
  add("path-up", with_path("a/../../b"), Code::Corrupt);
  add("path-dot", with_path("./a"), Code::Corrupt);
  add("path-slash-at-end", with_path("a/"), Code::Corrupt);
  add("path-nul", with_path(std::string("a\0b", 3)), Code::Corrupt);
  add("path-too-long", with_path(std::string(kMaxPathPartBytes + 1, 'a')), Code::Corrupt);
  add("path-twice", assemble({stored_file("a", "1"), stored_file("a", "2")}), Code::Corrupt);
  add("path-through-file", assemble({stored_file("a", "1"), stored_file("a/b", "2")}), Code::Corrupt);
  add("path-file-over-folder", assemble({stored_file("a/b", "1"), stored_file("a", "2")}), Code::Corrupt);

  EntrySample bad = one;
  bad.header.kind = static_cast<EntryKind>(6);
  add("kind-later", assemble({bad}), Code::Unsupported);
  bad = one;
  bad.header.kind = static_cast<EntryKind>(0);
  add("kind-zero", assemble({bad}), Code::Corrupt);
  bad = one;
  bad.header.exactness = static_cast<Exactness>(3);
  add("exactness", assemble({bad}), Code::Corrupt);
  bad = one;
  bad.header.codec = "Stored!";
  add("codec-letters", assemble({bad}), Code::Corrupt);
  bad = one;
  bad.header.kind = EntryKind::Duplicate;
  bad.header.link_target = "b.txt";
  add("duplicate-of-later", assemble({bad, stored_file("b.txt", "hi\n")}), Code::Corrupt);
  add("duplicate-other-content", assemble({stored_file("b.txt", "ho\n"), bad}), Code::Corrupt);
  bad = one;
  bad.header.kind = EntryKind::Symlink;
  add("link-without-target", assemble({bad}), Code::Corrupt);

  std::vector<EntrySample> liar = tiny();
  liar[0].header.path = "b.txt";
  add("index-lies", assemble(tiny(), &liar), Code::Internal);
  liar = tiny();
  liar[0].sections[0].type = SectionType::Recipe;
  add("index-lies-about-section", assemble(tiny(), &liar), Code::Internal);
  add("payload-checksum",
      flipped(good, format::parse_footer(ByteView(good).last(format::kFooterBytes))->index_offset -
                        format::kSectionHeadBytes - 1),
      Code::Internal);
  return files;
}

void write_file(const std::filesystem::path& path, ByteView content) {
  // A new file instead of a truncated one: some file systems wait for the disk when a file is truncated and rewritten.
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace bitswap::samples
