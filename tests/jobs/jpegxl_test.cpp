// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures as JPEG XL: drawings, samples of 16 bits, forced forms; and entries of its two forms that are damaged,
// made up, updated and repaired.
#include <QTemporaryDir>
#include <QtTest>

#include "engine/archive/reader.h"
#include "engine/archive/writer.h"
#include "tests/jobs/sample_pictures.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;
using Outcome = FileReport::Status;

class JpegXlTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;

  CompressOptions options(std::optional<Form> form = {}) const {
    CompressOptions made = compress_options(root_ / "in", root_ / "a.bswap");
    made.form = form;
    return made;
  }

 private Q_SLOTS:
  void init() {
    root_ = fs::path(temporary_.path().toStdString()) / QTest::currentTestFunction();
    fs::create_directories(root_ / "in");
  }

  void drawings_become_jpeg_xl() {
    write_file(root_ / "in/shapes.png", png_file(drawing(400, 300, 3)));
    write_file(root_ / "in/alpha.png", png_file(drawing(600, 400, 4)));
    fs::copy_file(fs::path(BITSWAP_SOURCE_DIR) / "resources/samples/kodim13-crop.ppm", root_ / "in/photo.ppm");
    const auto report = compress(options());
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    const auto listed = list(root_ / "a.bswap");
    for (const char* name : {"shapes.png", "alpha.png"}) {
      const FileReport file = report_of(*report, std::string("in/") + name);
      QVERIFY2(file.form == Form::JpegXl, name);
      QCOMPARE(file.format, std::string("png"));
      QVERIFY(file.stored_bytes < file.original_bytes && file.pixel_bytes > 0);
      const FileReport again = report_of(*listed, file.path);
      QCOMPARE(again.raw_bytes, file.raw_bytes);
      QCOMPARE(again.pixel_bytes, file.pixel_bytes);
      QCOMPARE(size_of(again), size_of(file));
    }
    QCOMPARE(size_of(report_of(*report, "in/shapes.png")), (std::vector{400U, 300U}));
    QCOMPARE(report_of(*report, "in/photo.ppm").form, Form::Picture);
    const std::string lost = not_restored(root_ / "a.bswap", root_ / "in", root_ / "out");
    QVERIFY2(lost.empty(), lost.c_str());
  }

  void deep_pictures() {
    write_file(root_ / "in/deep.png", png_file(photo(120, 90, 3), 16));
    const auto report = compress(options(Form::JpegXl));
    QVERIFY(report.ok());
    const FileReport file = report_of(*report, "in/deep.png");
    QCOMPARE(file.form, Form::JpegXl);
    QCOMPARE(size_of(file), (std::vector{120U, 90U}));
    QCOMPARE(file.raw_bytes, std::uint64_t{120 * 90 * 3 * 2});
    const std::string lost = not_restored(root_ / "a.bswap", root_ / "in", root_ / "out");
    QVERIFY2(lost.empty(), lost.c_str());
  }

  void forms_are_forced() {
    make_folder(root_ / "in");
    fs::remove(root_ / "in/broken.png");
    write_file(root_ / "in/large.jpg", jpeg_file(photo(160, 120, 3)));
    for (const Form form : {Form::JpegXl, Form::Picture, Form::Zstd}) {
      CompressOptions made = options(form);
      made.existing = CompressOptions::Existing::Replace;
      const auto report = compress(made);
      QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
      QCOMPARE(report->count(Outcome::Ok), report->files.size());
      for (const char* name :
           {"rgb.png", "alpha.png", "grey-alpha.png", "one.png", "sub/pixels.ppm", "sub/pixels.bmp"}) {
        QVERIFY2(is_form(report_of(*report, std::string("in/") + name), form), name);
      }
      const Form of_jpeg = form == Form::Zstd ? Form::Zstd : Form::JpegTranscoded;
      QVERIFY(is_form(report_of(*report, "in/large.jpg"), of_jpeg));
      const std::string lost = not_restored(root_ / "a.bswap", root_ / "in", root_ / "out");
      QVERIFY2(lost.empty(), lost.c_str());
      fs::remove_all(root_ / "out");
    }
  }

  void damage_is_named() {
    const Bytes jpeg = jpeg_file(photo(160, 120, 3));
    write_file(root_ / "in/photo.jpg", jpeg);
    write_file(root_ / "in/drawing.png", png_file(drawing(300, 200, 3)));
    QVERIFY(compress(options(Form::JpegXl)).ok());
    const Bytes archive = read_file(root_ / "a.bswap");
    const auto whole = ArchiveReader::open(root_ / "a.bswap");
    QVERIFY(whole.ok());
    for (const char* name : {"in/photo.jpg", "in/drawing.png"}) {
      const Entry& entry = whole->entries()[*whole->find(name)];
      // Checksums catch what storage does.
      Bytes flipped = archive;
      flipped[entry.sections.back().offset + 18 + entry.sections.back().length / 2] ^= 1;
      write_file(root_ / "flipped.bswap", flipped);
      const auto report =
          extract(extract_options(root_ / "flipped.bswap", root_ / ("flipped " + std::string(name + 3))));
      QVERIFY(report.ok());
      QCOMPARE(report->count(Outcome::Failed), 1U);
      QCOMPARE(report_of(*report, name).status, Outcome::Failed);
      // Sections that somebody made up have right ones.
      for (std::size_t k = 0; k < entry.sections.size(); ++k) {
        for (std::size_t at = 0; at < entry.sections[k].length; at += 1 + entry.sections[k].length / 23) {
          write_changed(*whole, entry, k, at);
          const auto out = extract(extract_options(root_ / "changed.bswap", root_ / "changed"));
          QVERIFY(out.ok());
          const FileReport& file = out->files.front();
          if (file.status == Outcome::Ok) QVERIFY(read_file(root_ / "changed" / name) == read_file(root_ / name));
          QVERIFY(list(root_ / "changed.bswap").ok());
          fs::remove_all(root_ / "changed");
        }
      }
    }
  }

  void sections_missing_or_too_many() {
    write_file(root_ / "in/photo.jpg", jpeg_file(photo(160, 120, 3)));
    QVERIFY(compress(options()).ok());
    const auto whole = ArchiveReader::open(root_ / "a.bswap");
    const Entry& entry = whole->entries()[*whole->find("in/photo.jpg")];
    const std::vector<Bytes> sections = {*whole->read_section(entry, 0), *whole->read_section(entry, 1)};
    const std::vector<std::vector<std::size_t>> wrong = {{}, {0}, {1}, {0, 0, 1}, {0, 1, 1}};
    for (const auto& chosen : wrong) {
      auto writer = ArchiveWriter::create(root_ / "wrong.bswap", {true, 1});
      QVERIFY(writer.ok() && writer->begin_entry(entry.header).ok());
      for (const std::size_t k : chosen) QVERIFY(writer->add_section(entry.sections[k].type, sections[k]).ok());
      QVERIFY(writer->end_entry().ok() && writer->finish().ok());
      const auto out = extract(extract_options(root_ / "wrong.bswap", root_ / "wrong"));
      QVERIFY(out.ok());
      QCOMPARE(out->files.front().status, Outcome::Failed);
      QCOMPARE(out->files.front().error->code, Error::Code::Corrupt);
    }
  }

  void archives_travel() {
    const Bytes jpeg = jpeg_file(photo(160, 120, 3));
    write_file(root_ / "in/a.jpg", jpeg);
    write_file(root_ / "in/b.jpg", jpeg);
    write_file(root_ / "in/drawing.png", png_file(drawing(300, 200, 3)));
    CompressOptions made = options();
    QVERIFY(compress(made).ok());
    write_file(root_ / "in/a.jpg", jpeg_file(photo(150, 100, 3, 2)));
    made.existing = CompressOptions::Existing::Update;
    made.inputs = {root_ / "in/a.jpg"};
    QVERIFY(compress(made).ok());
    RepairOptions repairing;
    repairing.archive = made.archive;
    repairing.repaired = root_ / "repaired.bswap";
    QVERIFY(repair(repairing).ok());
    const auto out = extract(extract_options(repairing.repaired, root_ / "out"));
    QVERIFY(out.ok());
    QCOMPARE(out->count(Outcome::Ok), out->files.size());
    QVERIFY(read_file(root_ / "out/in/b.jpg") == jpeg);
    QVERIFY(read_file(root_ / "out/in/drawing.png") == read_file(root_ / "in/drawing.png"));
    QVERIFY(read_file(root_ / "out/a.jpg") == read_file(root_ / "in/a.jpg"));
  }

 private:
  /// One entry with one changed byte and right checksums.
  void write_changed(const ArchiveReader& archive, const Entry& entry, std::size_t section, std::size_t at) {
    auto writer = ArchiveWriter::create(root_ / "changed.bswap", {true, 1});
    QVERIFY(writer.ok() && writer->begin_entry(entry.header).ok());
    for (std::size_t k = 0; k < entry.sections.size(); ++k) {
      Bytes payload = *archive.read_section(entry, k);
      if (k == section) payload[at] ^= 0x21;
      QVERIFY(writer->add_section(entry.sections[k].type, payload).ok());
    }
    QVERIFY(writer->end_entry().ok() && writer->finish().ok());
  }
};

QTEST_GUILESS_MAIN(JpegXlTest)
#include "jpegxl_test.moc"
