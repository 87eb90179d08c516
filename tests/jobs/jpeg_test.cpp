// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG files through the archive byte for byte, whatever wrote them; pixels instead of JPEG files.
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <opencv2/imgcodecs.hpp>

#include "engine/image/metadata.h"
#include "tests/jobs/sample_pictures.h"
#include "tests/jobs/samples.h"
#include "tests/skip.h"

using namespace bitswap;
using namespace bitswap::samples;
using Outcome = FileReport::Status;

namespace {

const fs::path kSamples = fs::path(BITSWAP_SOURCE_DIR) / "resources/samples";

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Bytes with_segment(const Bytes& jpeg, std::uint8_t marker, ByteView data) {
  Bytes file(jpeg.begin(), jpeg.begin() + 2);
  const std::size_t length = data.size() + 2;
  file.insert(file.end(),
              {0xFF, marker, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length & 0xFF)});
  return joined(joined(std::move(file), data), ByteView(jpeg).subspan(2));
}

/// One directory with a description and an orientation of 6: turned by a right angle.
Bytes exif_segment() {
  ByteWriter out;
  out.raw(bytes_of("Exif"));
  out.u16(0);
  out.raw(bytes_of("II"));
  out.u16(42);
  out.u32(8);
  out.u16(2);
  for (const std::uint32_t value : {0x0002010Eu, 12u, 38u, 0x00030112u, 1u, 6u, 0u}) out.u32(value);
  out.raw(bytes_of("a small dog"));
  out.u8(0);
  return out.take();
}

Bytes xmp_segment() {
  Bytes data = bytes_of("http://ns.adobe.com/xap/1.0/");
  data.push_back(0);
  return joined(
      std::move(data),
      bytes_of("<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
               "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></x:xmpmeta><?xpacket end='w'?>"));
}

Bytes by_opencv(const Picture& picture, const std::vector<int>& settings) {
  const cv::Mat mat(static_cast<int>(picture.height), static_cast<int>(picture.width),
                    picture.channels == 1 ? CV_8UC1 : CV_8UC3, const_cast<std::uint8_t*>(picture.samples.data()));
  Bytes file;
  return cv::imencode(".jpg", mat, file, settings) ? file : Bytes();
}

/// What a program makes of the files; empty if it is not there.
Bytes by_program(const QString& program, const QStringList& arguments, const fs::path& result) {
  if (QStandardPaths::findExecutable(program).isEmpty()) return {};
  if (QProcess::execute(program, arguments) != 0) return {};
  return read_file(result);
}

}  // namespace

class JpegTest : public QObject {
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

  void jpegs_of_all_kinds() {
    const Picture colour = photo(160, 120, 3);
    const Picture grey = photo(150, 110, 1);
    std::map<std::string, Bytes> files;
    files["baseline.jpg"] = by_opencv(colour, {cv::IMWRITE_JPEG_QUALITY, 90});
    files["progressive.jpg"] = by_opencv(colour, {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
    files["restarts.jpg"] = by_opencv(colour, {cv::IMWRITE_JPEG_RST_INTERVAL, 2});
    files["optimised.jpg"] = by_opencv(colour, {cv::IMWRITE_JPEG_OPTIMIZE, 1});
    files["grey.jpg"] = by_opencv(grey, {cv::IMWRITE_JPEG_QUALITY, 80});
    files["engine.jpg"] = jpeg_file(colour);
    const Bytes& plain = files["baseline.jpg"];
    files["exif.jpg"] = with_segment(plain, 0xE1, exif_segment());
    files["xmp.jpg"] = with_segment(plain, 0xE1, xmp_segment());
    files["comment.jpg"] = with_segment(plain, 0xFE, bytes_of("a comment"));
    files["motion.jpg"] = joined(plain, joined(bytes_of("....ftypmp42"), Bytes(3000, 7)));
    files["padded.jpg"] = joined(plain, Bytes(4096, 0));
    files["two.jpg"] = joined(plain, files["progressive.jpg"]);
    fs::copy_file(kSamples / "kodim07-q90.jpg", root_ / "in/photo.jpg");
    for (const auto& [name, file] : files) {
      QVERIFY2(!file.empty(), name.c_str());
      write_file(root_ / "in" / name, file);
    }
    CompressOptions made = options();
    made.verify = false;  // the proof does not depend on it
    const auto report = compress(made);
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QCOMPARE(report->count(Outcome::Ok), report->files.size());
    const auto listed = list(made.archive);
    for (const auto& [name, file] : files) {
      const FileReport packed = report_of(*report, "in/" + name);
      QVERIFY2(packed.form == Form::JpegTranscoded, name.c_str());
      QCOMPARE(packed.format, std::string("jpeg"));
      QCOMPARE(packed.exactness, Exactness::Bytes);
      QCOMPARE(size_of(packed), (name == "grey.jpg" ? std::vector{150U, 110U} : std::vector{160U, 120U}));
      QCOMPARE(size_of(report_of(*listed, "in/" + name)), size_of(packed));
      QCOMPARE(packed.raw_bytes, std::uint64_t{0});
    }
    const FileReport photo = report_of(*report, "in/photo.jpg");
    QVERIFY(photo.stored_bytes * 10 < photo.original_bytes * 9);
    const std::string lost = not_restored(root_ / "a.bswap", root_ / "in", root_ / "out");
    QVERIFY2(lost.empty(), lost.c_str());
    made.threads = 1;
    made.archive = root_ / "again.bswap";
    QVERIFY(compress(made).ok());
    QVERIFY(read_file(made.archive) == read_file(root_ / "a.bswap"));
  }

  void jpegs_that_libjxl_does_not_take() {
    const Picture colour = photo(160, 120, 3);
    write_file(root_ / "in/inks.jpg", jpeg_file(photo(60, 50, 4)));
    write_file(root_ / "in/profile.jpg",
               with_segment(jpeg_file(colour), 0xE2, joined(bytes_of("ICC_PROFILE"), Bytes(99))));
    Bytes cut = jpeg_file(colour);
    cut.resize(cut.size() / 2);
    write_file(root_ / "in/cut.jpg", cut);
    write_file(root_ / "in/no end.jpg", ByteView(jpeg_file(colour)).first(jpeg_file(colour).size() - 2));
    write_file(root_ / "in/only a beginning.jpg", ByteView(cut).first(30));
    write_file(root_ / "in/no jpeg.jpg", joined({0xFF, 0xD8, 0xFF}, Bytes(500, 'x')));
    const auto report = compress(options());
    QVERIFY(report.ok());
    QCOMPARE(report->count(Outcome::Failed), 0U);
    for (const char* name : {"inks", "cut", "no end", "only a beginning", "no jpeg"}) {
      const FileReport file = report_of(*report, std::string("in/") + name + ".jpg");
      QVERIFY2(is_form(file, Form::Zstd), name);
      const bool broken = std::string_view(name) == "only a beginning" || std::string_view(name) == "no jpeg";
      QVERIFY2(file.status == (broken ? Outcome::Warning : Outcome::Ok), name);
    }
    const std::string lost = not_restored(root_ / "a.bswap", root_ / "in", root_ / "out");
    QVERIFY2(lost.empty(), lost.c_str());
  }

  void jpegs_of_other_programs() {
    const fs::path source = kSamples / "kodim07-q90.jpg";
    const auto path = [&](const char* name) { return QString::fromStdString((root_ / "in" / name).string()); };
    const QString from = QString::fromStdString(source.string());
    std::map<std::string, Form> expected;
    for (const char* sampling : {"4:4:4", "4:2:2", "4:4:0", "4:2:0", "4:1:1"}) {
      const std::string name = "magick " + std::string(1, sampling[2]) + sampling[4] + ".jpg";
      if (!by_program("convert", {from, "-resize", "300x", "-sampling-factor", sampling, path(name.c_str())},
                      root_ / "in" / name)
               .empty()) {
        expected[name] =
            std::string_view(sampling) == "4:1:1" ? Form::Zstd : Form::JpegTranscoded;  // libjxl knows no factor of 4
      }
    }
    if (!by_program("convert", {from, "-resize", "300x", "-colorspace", "CMYK", path("inks.jpg")},
                    root_ / "in/inks.jpg")
             .empty()) {
      expected["inks.jpg"] = Form::Zstd;
    }
    if (!by_program("jpegtran", {"-arithmetic", "-outfile", path("arithmetic.jpg"), from}, root_ / "in/arithmetic.jpg")
             .empty()) {
      expected["arithmetic.jpg"] = Form::Zstd;
    }
    if (!by_program("jpegtran", {"-rotate", "90", "-progressive", "-outfile", path("turned.jpg"), from},
                    root_ / "in/turned.jpg")
             .empty()) {
      expected["turned.jpg"] = Form::JpegTranscoded;
    }
    if (expected.empty()) SKIP_UNLESS_CI("neither convert nor jpegtran is there");
    const auto report = compress(options());
    QVERIFY(report.ok());
    QCOMPARE(report->count(Outcome::Ok), report->files.size());
    for (const auto& [name, form] : expected) {
      const FileReport file = report_of(*report, "in/" + name);
      QVERIFY2(is_form(file, form), name.c_str());
    }
    const std::string lost = not_restored(root_ / "a.bswap", root_ / "in", root_ / "out");
    QVERIFY2(lost.empty(), lost.c_str());
  }

  void pixels_instead_of_jpegs() {
    const Bytes plain = by_opencv(photo(96, 64, 3), {cv::IMWRITE_JPEG_QUALITY, 90});
    const std::map<std::string, Bytes> files = {
        {"turned.jpg", with_segment(plain, 0xE1, exif_segment())},
        {"grey.jpg", by_opencv(photo(50, 40, 1), {cv::IMWRITE_JPEG_QUALITY, 90})},
        {"clash.jpg", by_opencv(photo(70, 40, 3, 2), {})},
        {"inks.jpg", jpeg_file(photo(60, 50, 4))},
        {"broken.jpg", Bytes{0xFF, 0xD8, 0xFF, 0xE0, 0, 4}},
    };
    for (const auto& [name, file] : files) write_file(root_ / "in" / name, file);
    write_file(root_ / "in/clash.jpg.png", "somebody was here");
    CompressOptions made = options(Form::Picture);
    made.as_pixels = true;
    const auto report = compress(made);
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    for (const char* kept : {"in/clash.jpg", "in/inks.jpg", "in/broken.jpg"}) {
      QVERIFY2(report_of(*report, kept).status == Outcome::Warning, kept);
    }
    const FileReport turned = report_of(*report, "in/turned.jpg.png");
    QCOMPARE(turned.status, Outcome::Ok);
    QCOMPARE(turned.form, Form::Picture);
    QCOMPARE(turned.format, std::string("png"));
    QCOMPARE(turned.exactness, Exactness::Pixels);

    const auto out = extract(extract_options(made.archive, root_ / "out"));
    QVERIFY(out.ok());
    QCOMPARE(out->count(Outcome::Ok), out->files.size());
    QCOMPARE(report_of(*out, "in/turned.jpg.png").original_bytes, fs::file_size(root_ / "out/in/turned.jpg.png"));
    QVERIFY(!fs::exists(root_ / "out/in/turned.jpg"));
    for (const char* name : {"clash.jpg", "clash.jpg.png", "inks.jpg", "broken.jpg"}) {
      QVERIFY(read_file(root_ / "out/in" / name) == read_file(root_ / "in" / name));
    }
    for (const char* name : {"turned.jpg", "grey.jpg"}) {
      const Bytes png = read_file(root_ / "out/in" / (std::string(name) + ".png"));
      const cv::Mat raw(cv::imdecode(png, cv::IMREAD_UNCHANGED));
      const cv::Mat expected(cv::imdecode(files.at(name), cv::IMREAD_IGNORE_ORIENTATION | cv::IMREAD_ANYCOLOR));
      QVERIFY(raw.size() == expected.size() && raw.type() == expected.type());
      QCOMPARE(cv::countNonZero(raw.reshape(1) != expected.reshape(1)), 0);
    }
    const auto metadata = read_metadata(read_file(root_ / "out/in/turned.jpg.png"));
    QVERIFY(metadata.ok());
    const auto has = [&](const char* key, const char* value) {
      return std::ranges::any_of(*metadata, [&](const MetadataItem& item) {
        return item.key == key && item.value.find(value) != std::string::npos;
      });
    };
    QVERIFY(has("Exif.Image.ImageDescription", "a small dog"));

    // The same again changes nothing, and the PNG of before is replaced, not kept beside.
    made.existing = CompressOptions::Existing::Update;
    QVERIFY(compress(made).ok());
    QCOMPARE(list(made.archive)->files.size(), report->files.size());
    made.require_exact_bytes = true;
    QCOMPARE(compress(made).error().code, Error::Code::InvalidArgument);
  }

  void pixels_never_replace_a_file_of_the_old_archive() {
    const fs::path jpeg = root_ / "in/photo.jpg";
    const fs::path neighbour = root_ / "in/photo.jpg.png";
    const Bytes drawn = png_file(drawing(40, 30, 3));
    write_file(neighbour, drawn);
    write_file(jpeg, jpeg_file(photo(70, 40, 3)));
    CompressOptions made = options();
    QVERIFY(compress(made).ok());
    fs::remove(neighbour);  // the archive has the only one now
    made.existing = CompressOptions::Existing::Update;
    made.as_pixels = true;
    const auto report = compress(made);
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QCOMPARE(report_of(*report, "in/photo.jpg").status, Outcome::Warning);
    QCOMPARE(extract(extract_options(made.archive, root_ / "out"))->count(Outcome::Failed), 0U);
    QVERIFY(read_file(root_ / "out/in/photo.jpg.png") == drawn);
    QVERIFY(read_file(root_ / "out/in/photo.jpg") == read_file(jpeg));
  }
};

QTEST_GUILESS_MAIN(JpegTest)
#include "jpeg_test.moc"
