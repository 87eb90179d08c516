// SPDX-License-Identifier: GPL-3.0-or-later
// What `bench` says of a graphics card: the work that it counts, and the table and document of made-up measurements.
#include "app/cli/bench_ceilings.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <nlohmann/json.hpp>

#include "engine/model/pixel_plan.h"
#include "tests/fakes/random_model.h"

namespace bitswap::cli {
namespace {

/// Counts the multiply-accumulates that the host's coder really asks for.
class CountingModel final : public BackendModel {
 public:
  explicit CountingModel(const Model& model) : BackendModel(model), plain_(make_plain_backend()->load(model).value()) {}
  Status run(const NetworkRun& run, const NetworkOutput& output) const override {
    macs_ += static_cast<double>(spec(run.network).macs_per_position()) * run.count * run.height * run.width;
    return plain_->run(run, output);
  }
  double take() const { return std::exchange(macs_, 0); }

 private:
  std::unique_ptr<BackendModel> plain_;
  mutable double macs_ = 0;
};

CeilingReport made_up() {
  CeilingReport report;
  report.ceilings = {100e12, 2000e9, 40e12};
  report.work = {10e12, 1000e9, 500e9};
  report.encode_seconds = 2;
  report.decode_seconds = 4;
  return report;
}

}  // namespace

class BenchCeilingsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void work_of_a_tile() {
    ModelConfig config = small_config(0, 1);
    config.latent_pool = {2};
    config.latent_channels = 1;
    config.mixtures = 1;
    config.colour_coupling = false;
    const Plan plan = make_pixel_plan(config);
    // 3 × 3 pixels make 2 × 2 positions. Posterior: 12 inputs, 8 features, 2 outputs; generative: 1, 8 and 4 · 6.
    const double posterior_macs = 9 * 12 * 8 + 9 * 8 * 8 + 8 * 8 + 8 * 2;
    const double generative_macs = 9 * 1 * 8 + 9 * 8 * 8 + 8 * 8 + 8 * 24;
    const double posterior_bytes = 2 * 12 + 2 * 8 + 2 * 8 + 3 * 8 + 4 * 2;
    const double generative_bytes = 2 * 4 + 2 * 8 + 2 * 8 + 3 * 8 + 4 * 24;
    const CodingWork work = work_of(plan, TileShape{3, 3, 3});
    QCOMPARE(work.macs, 4 * (posterior_macs + generative_macs));
    const double moved = 4 * (posterior_bytes + generative_bytes) + 27 + 8 * 4;
    QCOMPARE(work.encode_bytes, moved + 8 * 27);
    QCOMPARE(work.decode_bytes, moved);
    const CodingWork grey = work_of(plan, TileShape{3, 3, 1});
    QCOMPARE(grey.macs, work.macs);
    QCOMPARE(work.encode_bytes - grey.encode_bytes, 9.0 * 18);
  }

  void work_of_pictures_is_what_the_coder_does() {
    ModelConfig config = small_config(2, 2);
    config.tile_size = 64;
    const Model model = random_model(config, 1);
    const CountingModel networks(model);
    const CodingModel coding{&model, &networks};
    // Several tiles, odd sizes; with transparency, which is coded apart.
    for (const int channels : {1, 3, 4}) {
      const Picture picture = test_picture(91, 67, channels, 3);
      const double expected = work_of(coding, picture).macs;
      const ImageEncoder encoder(coding, picture);
      ImageDecoder decoder(coding, encoder.header());
      std::vector<Bytes> segments;
      for (std::size_t s = 0; s < encoder.segments().size(); ++s) {
        segments.push_back(encoder.encode(s, false, nullptr).value().payload);
      }
      QCOMPARE(networks.take(), expected);
      for (std::size_t s = 0; s < segments.size(); ++s) QVERIFY(decoder.decode(s, segments[s], nullptr).ok());
      QCOMPARE(networks.take(), expected);
    }
  }

  void a_large_picture_is_as_the_model_says() {
    const Plan plan = make_pixel_plan(named_config("compact").value());
    const double pixels = 1024.0 * 1024;
    QCOMPARE(work_of(plan, TileShape{1024, 1024, 3}).macs / pixels, plan.macs_per_position({1}));
  }

  void table() {
    const QString text = QString::fromStdString(ceilings_table(made_up())).simplified();
    QVERIFY2(text.contains("int8, 10^12 MAC/s 100.00 5.000 5.00 % 2.500 2.50 %"), qPrintable(text));
    QVERIFY2(text.contains("memory, 10^9 bytes/s 2000.00 500.000 25.00 % 125.000 6.25 %"), qPrintable(text));
    QVERIFY2(text.contains("40.000 x 10^12 MAC/s, 40.00 % of the ceiling"), qPrintable(text));
  }

  void document() {
    const std::string text = ceilings_json(made_up()).dump();
    const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
    QCOMPARE(json["int8_macs_per_second"].toDouble(), 100e12);
    QCOMPARE(json["bandwidth_bytes_per_second"].toDouble(), 2000e9);
    QCOMPARE(json["network_int8_fraction"].toDouble(), 0.4);
    QCOMPARE(json["encode_int8_fraction"].toDouble(), 0.05);
    QCOMPARE(json["decode_int8_fraction"].toDouble(), 0.025);
    QCOMPARE(json["encode_bandwidth_fraction"].toDouble(), 0.25);
    QCOMPARE(json["decode_bandwidth_fraction"].toDouble(), 0.0625);
    // Where nothing was measured nothing is claimed.
    const auto nothing = ceilings_json({});
    QCOMPARE(nothing["encode_int8_fraction"].get<double>(), 0.0);
  }
};

}  // namespace bitswap::cli

QTEST_APPLESS_MAIN(bitswap::cli::BenchCeilingsTest)
#include "bench_ceilings_test.moc"
