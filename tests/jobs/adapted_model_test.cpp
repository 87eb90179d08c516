// SPDX-License-Identifier: GPL-3.0-or-later
// Models adapted to the pictures: used where they pay, carried as a difference, and read by every job.
#include <QTemporaryDir>
#include <QtTest>

#include "engine/archive/writer.h"
#include "engine/archive/zstd_payload.h"
#include "engine/codec/image_codec.h"
#include "engine/model/released/models.h"
#include "engine/storage/carried_model.h"
#include "engine/storage/coding_models.h"
#include "engine/storage/picture_form.h"
#include "tests/fakes/random_model.h"
#include "tests/jobs/sample_pictures.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;

namespace {

constexpr int kBrighter = 60;

/// A texture that no photo has: every second pixel of every second row is brighter by 60.
Bytes mosaic(std::uint32_t side, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Bytes file;
  for (const char c : "P6\n" + std::to_string(side) + " " + std::to_string(side) + "\n255\n") file.push_back(c);
  for (std::uint32_t y = 0; y < side; ++y) {
    for (std::uint32_t x = 0; x < side; ++x) {
      const std::uint32_t level = 60 + (x + y) / 8 + (x % 2 == 1 && y % 2 == 1 ? kBrighter : 0);
      for (int c = 0; c < 3; ++c) file.push_back(static_cast<std::uint8_t>(level + random() % 9));
    }
  }
  return file;
}

/// The default model, but it expects such pixels: what an adaptation could come to.
Model mosaic_model() {
  Model model = *load_model("").value();
  const Stage& stage = model.plan.stages[model.plan.stages.size() - 2];
  const Conditional& d0 = model.plan.conditionals[stage.conditional];
  IntegerLayer& head = model.networks[d0.network].layers.back();
  for (int c = 0; c < 3; ++c) head.bias[c] += (kBrighter * 16) << (head.shift[c] - kHeadShift);
  write_model(model);
  return model;
}

CompressOptions adapting(const fs::path& input, const fs::path& archive) {
  CompressOptions options = compress_options(input, archive);
  options.device = "cpu";
  options.form = Form::Picture;
  options.adapt = [](const AdaptRequest& request) -> Result<Model> {
    if (request.photos.empty() || !request.base) return Error{Error::Code::Internal, 0, "an empty request"};
    return mosaic_model();
  };
  return options;
}

std::vector<Form> model_forms(const fs::path& archive) {
  const ArchiveReader reader = ArchiveReader::open(archive).value();
  std::vector<Form> forms;
  for (const Entry& entry : reader.entries()) {
    if (entry.header.kind == EntryKind::Model) forms.push_back(form_of(entry.header));
  }
  return forms;
}

}  // namespace

class AdaptedModelTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;

  /// Two pictures for which the adapted model pays, in an archive.
  Result<JobReport> pack() {
    for (int i = 0; i < 2; ++i) write_file(root_ / "in" / (std::to_string(i) + ".ppm"), mosaic(160, i));
    return compress(adapting(root_ / "in", root_ / "a.bswap"));
  }

 private Q_SLOTS:
  void init() {
    root_ = fs::path(temporary_.path().toStdString()) / QTest::currentTestFunction();
    fs::remove_all(root_);
    fs::create_directories(root_ / "in");
  }

  void pays_and_comes_back() {
    const auto report = pack();
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QVERIFY(report->adaptation && report->adaptation->used);
    QVERIFY(model_forms(root_ / "a.bswap") == std::vector{Form::ModelDifference});
    QVERIFY(report->adaptation->model_bytes < 2000);

    CompressOptions plain = adapting(root_ / "in", root_ / "plain.bswap");
    plain.adapt = {};
    const auto without = compress(plain);
    QVERIFY(!without->adaptation);
    QVERIFY(model_forms(root_ / "plain.bswap").empty());
    const auto saved = static_cast<double>(without->archive_bytes) - static_cast<double>(report->archive_bytes);
    const auto expected =
        static_cast<double>(report->adaptation->saved_bytes) - static_cast<double>(report->adaptation->model_bytes);
    QVERIFY2(saved > 0 && std::abs(saved - expected) < 0.1 * saved + 200, qPrintable(QString::number(saved)));

    const Hash128 hash = mosaic_model().hash;
    const ArchiveReader archive = ArchiveReader::open(root_ / "a.bswap").value();
    QVERIFY(read_carried_model(archive, hash).ok());
    QCOMPARE(not_restored(root_ / "a.bswap", root_ / "in", root_ / "out"), std::string());
  }

  void does_not_pay() {
    write_file(root_ / "in/a.ppm", read_file(fs::path(BITSWAP_SOURCE_DIR) / "resources/samples/kodim13-crop.ppm"));
    const auto report = compress(adapting(root_ / "in", root_ / "a.bswap"));
    QVERIFY(report.ok() && report->adaptation);
    QVERIFY(!report->adaptation->used);
    QVERIFY(report->adaptation->saved_bytes < 0);
    QVERIFY(model_forms(root_ / "a.bswap").empty());
    QCOMPARE(not_restored(root_ / "a.bswap", root_ / "in", root_ / "out"), std::string());
  }

  void a_model_file_is_weighed_too() {
    Model model = mosaic_model();
    write_file(root_ / "own.model", write_model(model));
    write_file(root_ / "in/a.ppm", mosaic(160, 1));
    CompressOptions options = adapting(root_ / "in", root_ / "a.bswap");
    options.adapt = {};
    options.model = (root_ / "own.model").string();
    QVERIFY(compress(options)->adaptation->used);
    QVERIFY(model_forms(root_ / "a.bswap") == std::vector{Form::ModelDifference});
    // Too small to pay for any model.
    write_file(root_ / "in/a.ppm", mosaic(16, 1));
    options.existing = CompressOptions::Existing::Replace;
    QVERIFY(!compress(options)->adaptation->used);
    QVERIFY(model_forms(root_ / "a.bswap").empty());
    // A model of its own is used as it is.
    Model own = random_model(small_config(2, 1), 1);
    write_file(root_ / "own.model", write_model(own));
    QVERIFY(!compress(options)->adaptation);
    QVERIFY(model_forms(root_ / "a.bswap") == std::vector{Form::Zstd});
    QCOMPARE(not_restored(root_ / "a.bswap", root_ / "in", root_ / "out"), std::string());
  }

  void ycc_has_a_model_of_their_own() {
    const ModelFamily pair = load_family("").value();
    QVERIFY(pair.ycc);
    const Picture decoded = decode_rgb(jpeg_file(photo(150, 90, 3)));
    QVERIFY(suits_ycc(decoded));
    write_file(root_ / "in/was-a.jpg.ppm", ppm_file(decoded));
    write_file(root_ / "in/clean.ppm", ppm_file(photo(140, 80, 3)));
    CompressOptions options = adapting(root_ / "in", root_ / "a.bswap");
    bool of_jpeg = false;
    options.adapt = [&](const AdaptRequest& request) -> Result<Model> {
      of_jpeg = request.base->config().ycc;
      if (of_jpeg == request.has_counterpart) return Error{Error::Code::Internal, 0, "a strange request"};
      return *request.base;
    };
    const auto report = compress(options);
    QVERIFY2(report.ok() && report->warnings.empty(), report.ok() ? "" : report.error().detail.c_str());
    QVERIFY(of_jpeg);  // the larger of the two is
    const ArchiveReader archive = ArchiveReader::open(options.archive).value();
    const auto model_of = [&](const char* path) {
      const Entry& entry = archive.entries()[archive.find(path).value()];
      return ImageSection::read(archive.read_section(entry, 0).value()).value().header.model;
    };
    QCOMPARE(model_of("in/was-a.jpg.ppm"), pair.ycc->hash);
    QCOMPARE(model_of("in/clean.ppm"), pair.any->hash);
    QCOMPARE(not_restored(root_ / "a.bswap", root_ / "in", root_ / "out"), std::string());
    // A model file of either kind takes its released counterpart along.
    for (const auto& model : {pair.any, pair.ycc}) {
      Model own = *model;
      own.prior_mean[0] = static_cast<std::int16_t>(own.prior_mean[0] ^ 1);
      write_file(root_ / "own.model", write_model(own));
      const ModelFamily both = load_family((root_ / "own.model").string()).value();
      QCOMPARE(both.any->hash, model == pair.any ? own.hash : pair.any->hash);
      QCOMPARE(both.ycc->hash, model == pair.any ? pair.ycc->hash : own.hash);
    }
    write_file(root_ / "in/clean.ppm", ppm_file(photo(300, 200, 3)));
    options.existing = CompressOptions::Existing::Replace;
    QVERIFY(compress(options).ok() && !of_jpeg);
  }

  void failing_is_a_warning_and_stopping_stops() {
    write_file(root_ / "in/a.ppm", mosaic(64, 1));
    CompressOptions options = adapting(root_ / "in", root_ / "a.bswap");
    options.adapt = [](const AdaptRequest&) -> Result<Model> { return Error{Error::Code::Internal, 0, "no luck"}; };
    const auto report = compress(options);
    QVERIFY(report.ok() && !report->adaptation);
    QCOMPARE(report->warnings.size(), std::size_t{1});
    QVERIFY(report->warnings.front().find("no luck") != std::string::npos);
    options.adapt = [](const AdaptRequest&) -> Result<Model> { return Error{Error::Code::Cancelled, 0, ""}; };
    options.archive = root_ / "b.bswap";
    QCOMPARE(compress(options).error().code, Error::Code::Cancelled);
    QVERIFY(!fs::exists(options.archive));
    // Nothing to adapt to, and nothing that pays.
    options.adapt = [](const AdaptRequest& request) -> Result<Model> { return *request.base; };
    QVERIFY(!compress(options)->adaptation->used);
    fs::remove(root_ / "in/a.ppm");
    write_file(root_ / "in/a.txt", "text");
    options.archive = root_ / "c.bswap";
    QVERIFY(!compress(options)->adaptation);
  }

  void other_jobs_cope() {
    QVERIFY(pack().ok());
    const fs::path archive = root_ / "a.bswap";
    QCOMPARE(list(archive)->files.size(), std::size_t{3});
    // The model is there already, so that even a small picture may use it.
    write_file(root_ / "more/small.ppm", mosaic(64, 7));
    CompressOptions options = adapting(root_ / "more", archive);
    options.existing = CompressOptions::Existing::Update;
    const auto updated = compress(options);
    QVERIFY(updated->adaptation->used);
    QCOMPARE(updated->adaptation->model_bytes, std::uint64_t{0});
    QVERIFY(model_forms(archive) == std::vector{Form::ModelDifference});
    RepairOptions mend;
    mend.archive = archive;
    mend.repaired = root_ / "repaired.bswap";
    QVERIFY(repair(mend).ok());
    fs::remove_all(root_ / "out");
    const auto report = extract(extract_options(root_ / "repaired.bswap", root_ / "out"));
    QVERIFY(report.ok());
    QCOMPARE(report->count(FileReport::Status::Ok), report->files.size());
    QVERIFY(read_file(root_ / "out/in/1.ppm") == read_file(root_ / "in/1.ppm"));
    QVERIFY(read_file(root_ / "out/more/small.ppm") == read_file(root_ / "more/small.ppm"));
  }

  void damaged_models_are_errors_data() {
    QTest::addColumn<int>("kind");
    int kind = 0;
    for (const char* name : {"truncated", "wrong base", "wrong hash", "no delta", "too long", "no zstd"}) {
      QTest::newRow(name) << kind++;
    }
  }

  void damaged_models_are_errors() {
    QFETCH(int, kind);
    QVERIFY(pack().ok());
    const ArchiveReader old = ArchiveReader::open(root_ / "a.bswap").value();
    {
      ArchiveWriter writer = ArchiveWriter::create(root_ / "b.bswap").value();
      for (std::size_t i = 0; i < old.entries().size(); ++i) {
        const Entry& entry = old.entries()[i];
        if (entry.header.kind != EntryKind::Model) {
          QVERIFY(writer.copy_entry(old, i).ok());
          continue;
        }
        Bytes delta = zstd_decompress(old.read_section(entry, 0).value(), 1 << 24).value();
        if (kind == 0) delta.resize(delta.size() - 1);
        if (kind == 1) delta[6] ^= 1;
        if (kind == 2) delta[22] ^= 1;
        if (kind == 3) delta = {1, 2, 3};
        if (kind == 4) delta.push_back(0);
        Bytes payload = zstd_compress(delta, 1).value();
        if (kind == 5) payload = {1, 2, 3};
        QVERIFY(writer.begin_entry(entry.header).ok());
        QVERIFY(writer.add_section(SectionType::Data, payload).ok());
        QVERIFY(writer.end_entry().ok());
      }
      QVERIFY(writer.finish().ok());
    }
    const auto report = extract(extract_options(root_ / "b.bswap", root_ / "out"));
    QVERIFY(report.ok());
    QCOMPARE(report->count(FileReport::Status::Failed), std::size_t{2});
    QVERIFY(!fs::exists(root_ / "out/in/0.ppm"));
  }
};

QTEST_GUILESS_MAIN(AdaptedModelTest)
#include "adapted_model_test.moc"
