// SPDX-License-Identifier: GPL-3.0-or-later
// The comparison as a job: the same results in the same order whatever the threads do, from files and from archives.
#include <QTemporaryDir>
#include <QtTest>

#include "engine/compare/bitswap_codec.h"
#include "engine/devices/devices.h"
#include "engine/image/format.h"
#include "engine/jobs/compare.h"
#include "engine/storage/coding_models.h"
#include "tests/jobs/sample_pictures.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;

class CompareJobTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;

  CompareOptions options(const std::vector<PictureSource>& pictures, const std::vector<std::string>& codecs,
                         int threads = 2) const {
    CompareOptions options;
    options.pictures = pictures;
    options.codecs = codecs;
    options.device = "plain";
    options.threads = threads;
    return options;
  }
  PictureSource file(const char* name) const { return {root_ / "photos" / name, {}}; }
  PictureSource entry(const char* name) const { return {root_ / "a.bswap", std::string("photos/") + name}; }

  static std::vector<std::string> names(const CompareImage& image) {
    std::vector<std::string> names;
    for (const CompareMeasurement& codec : image.codecs) names.push_back(codec.codec);
    return names;
  }

  /// Everything but the times.
  static std::string text(const CompareOutcome& outcome) {
    std::string text;
    for (const CompareImage& image : outcome.report.images()) {
      text += image.path + ' ' + std::to_string(image.width) + 'x' + std::to_string(image.height) + ' ' +
              std::to_string(image.raw_bytes);
      for (const CompareMeasurement& codec : image.codecs) {
        text += ' ' + codec.codec + '=' + std::to_string(codec.bytes) + '/' +
                std::to_string(codec.ledger.actual_bits()) + '/' + std::to_string(codec.ledger.initial_bits_required);
      }
      text += '\n';
    }
    for (const std::string& warning : outcome.warnings) text += warning + '\n';
    return text;
  }

 private Q_SLOTS:
  void initTestCase() {
    root_ = temporary_.path().toStdString();
    make_folder(root_ / "photos");
    write_file(root_ / "photos/long.png", png_file(photo(16384, 1, 3, 20)));  // a side that WebP does not have
    QVERIFY(compress(compress_options(root_ / "photos", root_ / "a.bswap")).ok());
  }

  void equals_direct_measurements() {
    const auto outcome = compare(options({file("rgb.png")}, {}));
    QVERIFY2(outcome.ok(), outcome.ok() ? "" : outcome.error().detail.c_str());
    QVERIFY(outcome->warnings.empty());
    QCOMPARE(outcome->report.images().size(), std::size_t{1});
    const CompareImage& image = outcome->report.images()[0];
    QVERIFY(names(image) == usual_codecs());
    QCOMPARE(image.path, (root_ / "photos/rgb.png").string());
    QCOMPARE(image.raw_bytes, std::uint64_t{45 * 37 * 3});

    const Bytes content = read_file(root_ / "photos/rgb.png");
    const Picture picture = find_format(content)->view(content).value();
    CodingModels models([] { return open_backend("plain"); });
    const CodingModel coding = models.add(load_model("").value()).value();
    for (const CompareMeasurement& measured : image.codecs) {
      const bool own = measured.codec == "bit-swap" || measured.codec == "bb-ans";
      const Schedule schedule = measured.codec == "bit-swap" ? Schedule::BitSwap : Schedule::BbAns;
      const auto direct = own ? measure_model(coding, schedule, picture, nullptr)
                              : measure(*find_compare_codec(measured.codec), picture);
      QVERIFY(direct.ok());
      QCOMPARE(measured.bytes, direct->bytes);
      QCOMPARE(measured.ledger.stages.empty(), !own);
      QCOMPARE(measured.ledger.actual_bits(), direct->ledger.actual_bits());
      if (own) QVERIFY(std::abs(measured.ledger.actual_bits() - 8.0 * static_cast<double>(measured.bytes)) < 1e-3);
      if (own) QVERIFY(measured.ledger.initial_bits_required > 0);
    }
    QCOMPARE(outcome->settings.size(), usual_codecs().size());
    for (std::size_t i = 0; i < outcome->settings.size(); ++i) {
      QCOMPARE(outcome->settings[i].codec, usual_codecs()[i]);
      QVERIFY(!outcome->settings[i].text.empty());
    }
    QVERIFY(outcome->thumbnails.empty());
  }

  void order_does_not_depend_on_threads() {
    const std::vector<PictureSource> pictures = {file("long.png"),      file("text.txt"),  file("one.png"),
                                                 entry("alpha.png"),    file("none.png"),  file("grey.png"),
                                                 file("sub/photo.jpg"), file("broken.png")};
    const std::vector<std::string> codecs = {"webp", "raw", "bit-swap", "lzma", "raw", "png"};
    const auto alone = compare(options(pictures, codecs, 1));
    QVERIFY(alone.ok());
    QCOMPARE(alone->report.images().size(), std::size_t{5});
    QVERIFY((names(alone->report.images()[0]) == std::vector<std::string>{"raw", "bit-swap", "lzma", "png"}));
    QVERIFY((names(alone->report.images()[1]) == std::vector<std::string>{"webp", "raw", "bit-swap", "lzma", "png"}));
    QCOMPARE(alone->report.images()[2].path, std::string("photos/alpha.png"));
    QCOMPARE(alone->warnings.size(), std::size_t{4});
    QVERIFY(alone->warnings[0].find("long.png") != std::string::npos);
    QVERIFY(alone->warnings[0].find("webp") != std::string::npos);
    QVERIFY(alone->warnings[1].find("text.txt") != std::string::npos);
    QVERIFY(alone->warnings[2].find("none.png") != std::string::npos);
    QVERIFY(alone->warnings[3].find("broken.png") != std::string::npos);
    for (const int threads : {2, 7}) {
      const auto many = compare(options(pictures, codecs, threads));
      QVERIFY(many.ok());
      QCOMPARE(text(*many), text(*alone));
    }
  }

  void entries_are_sources_like_files() {
    const std::vector<std::string> codecs = {"png", "bit-swap"};
    std::vector<PictureSource> files, entries;
    for (const char* name :
         {"rgb.png", "alpha.png", "deep.png", "sub/pixels.bmp", "sub/photo.jpg", "sub/copy of rgb.png"}) {
      files.push_back(file(name));
      entries.push_back(entry(name));
    }
    const auto from_files = compare(options(files, codecs));
    const auto from_entries = compare(options(entries, codecs));
    QVERIFY(from_files.ok() && from_entries.ok());
    QVERIFY(from_files->warnings.empty() && from_entries->warnings.empty());
    QCOMPARE(from_entries->report.images().size(), files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
      const CompareImage& a = from_files->report.images()[i];
      const CompareImage& b = from_entries->report.images()[i];
      QCOMPARE(b.path, entries[i].entry);
      QCOMPARE(a.raw_bytes, b.raw_bytes);
      for (std::size_t c = 0; c < codecs.size(); ++c) QCOMPARE(a.codecs[c].bytes, b.codecs[c].bytes);
    }
    const auto none = compare(options({entry("text.txt"), entry("none.png")}, codecs));
    QVERIFY(none.ok());
    QVERIFY(none->report.images().empty());
    QCOMPARE(none->warnings.size(), std::size_t{2});
  }

  void crop_and_thumbnails() {
    CompareOptions cropped = options({file("rgb.png"), file("text.txt"), file("one.png")}, {"raw"});
    cropped.crop = 32;
    cropped.thumbnail_side = 16;
    const auto outcome = compare(cropped);
    QVERIFY(outcome.ok());
    QCOMPARE(outcome->report.images()[0].width, 32U);
    QCOMPARE(outcome->report.images()[0].height, 32U);
    QCOMPARE(outcome->report.images()[0].codecs[0].bytes, std::uint64_t{32 * 32 * 3});
    QCOMPARE(outcome->report.images()[1].width, 1U);
    QCOMPARE(outcome->thumbnails.size(), std::size_t{2});
    QCOMPARE(decode_rgb(outcome->thumbnails[0]).width, 16U);
    QCOMPARE(decode_rgb(outcome->thumbnails[1]).width, 1U);
  }

  void callbacks() {
    std::map<std::size_t, std::size_t> calls;
    std::uint64_t done = 0, total = 0, bytes = 0;
    CompareOptions watched = options({file("long.png"), file("text.txt"), file("one.png")}, {"raw", "webp", "png"});
    std::vector<bool> ordered;
    watched.measured = [&](std::size_t picture, const CompareImage& image) {
      ++calls[picture];
      ordered.push_back(image.codecs.size() == calls[picture] && image.raw_bytes > 0);
    };
    watched.progress = [&](const JobProgress& progress) {
      done = progress.files_done;
      total = progress.files_total;
      bytes = progress.bytes_done;
    };
    QVERIFY(compare(watched).ok());
    QVERIFY((calls == std::map<std::size_t, std::size_t>{{0, 2}, {2, 3}}));
    QVERIFY(std::ranges::find(ordered, false) == ordered.end());
    QCOMPARE(total, std::uint64_t{9});
    QCOMPARE(done, total);
    QCOMPARE(bytes, std::uint64_t{2 * 3 * 16384 + 3 * 3});
  }

  void cancel_ends_it() {
    CancelToken cancel;
    CompareOptions stopped = options({file("rgb.png"), file("grey.png"), file("alpha.png")}, {"raw", "png"}, 1);
    stopped.cancel = &cancel;
    int calls = 0;
    stopped.measured = [&](std::size_t, const CompareImage&) {
      ++calls;
      cancel.cancel();
    };
    const auto outcome = compare(stopped);
    QVERIFY(!outcome.ok());
    QVERIFY(outcome.error().code == Error::Code::Cancelled);
    QCOMPARE(calls, 1);

    // Within a picture and its networks, too: nothing but the token ends this one before its time.
    CancelToken before;
    before.cancel();
    const Picture picture = photo(64, 64, 3);
    CodingModels models([] { return open_backend("plain"); });
    const CodingModel coding = models.add(load_model("").value()).value();
    QVERIFY(measure_model(coding, Schedule::BitSwap, picture, &before).error().code == Error::Code::Cancelled);
  }

  void the_backend_is_opened_only_when_needed() {
    CompareOptions none = options({file("one.png")}, {"png", "raw"});
    none.device = "no such device";
    none.model = "no such model";
    QVERIFY(compare(none).ok());
    none.codecs.push_back("bb-ans");
    QVERIFY(!compare(none).ok());
  }

  void released_models_have_rows_of_their_own() {
    const auto outcome = compare(options({file("rgb.png")}, {"bit-swap", "classic", "compact"}));
    QVERIFY2(outcome.ok(), outcome.ok() ? "" : outcome.error().detail.c_str());
    const CompareImage& image = outcome->report.images().front();
    QVERIFY((names(image) == std::vector<std::string>{"bit-swap", "classic", "compact"}));
    const auto latents = [](const CompareMeasurement& measured) {
      return static_cast<int>(std::ranges::count(measured.ledger.stages, true, &LedgerStage::latent));
    };
    QCOMPARE(latents(image.codecs[1]), 4);
    QVERIFY(image.codecs[1].bytes != image.codecs[0].bytes);
    QCOMPARE(image.codecs[2].bytes, image.codecs[0].bytes);  // the default model by its name
    QVERIFY(outcome->settings[1].text.find("classic (") != std::string::npos);
  }

  void unknown_codecs_are_named() {
    const auto outcome = compare(options({file("rgb.png")}, {"png", "gif"}));
    QVERIFY(outcome.error().code == Error::Code::InvalidArgument);
    QVERIFY(outcome.error().detail.find("\"gif\"") != std::string::npos);
    QVERIFY(outcome.error().detail.find("bit-swap") != std::string::npos);
    const std::vector<std::string> known = known_codecs();
    QVERIFY(std::ranges::find(known, "jpegxl-9") != known.end());
    QVERIFY((usual_codecs() ==
             std::vector<std::string>{"raw", "gzip", "bzip2", "lzma", "png", "webp", "jpegxl", "bb-ans", "bit-swap"}));
  }
};

QTEST_GUILESS_MAIN(CompareJobTest)
#include "compare_job_test.moc"
