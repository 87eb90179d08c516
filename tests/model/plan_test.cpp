// SPDX-License-Identifier: GPL-3.0-or-later
// Plans of pixels and of JPEG coefficients can be decoded, and cost what they may cost.
#include <QtTest>

#include "engine/model/jpeg_plan.h"
#include "engine/model/model.h"
#include "engine/model/pixel_plan.h"
#include "tests/model/plan_checks.h"

using namespace bitswap;

class PlanTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void pixel_plans_can_be_decoded_data() {
    QTest::addColumn<QString>("config");
    for (const char* name : {"tiny", "compact", "large", "classic", "tiny,latent_stages=4"}) {
      QTest::newRow(name) << name;
    }
  }

  void pixel_plans_can_be_decoded() {
    QFETCH(const QString, config);
    const Plan plan = make_pixel_plan(named_config(config.toStdString()).value());
    QCOMPARE(QString::fromStdString(PlanWalk(plan, {3}).problem()), QString());
  }

  void jpeg_plans_can_be_decoded_data() {
    QTest::addColumn<QString>("config");
    QTest::addColumn<int>("components");
    for (const char* name : {"tiny-jpeg", "jpeg", "jpeg-large"}) {
      for (const int components : {1, 3}) QTest::addRow("%s %d", name, components) << name << components;
    }
  }

  void jpeg_plans_can_be_decoded() {
    QFETCH(const QString, config);
    QFETCH(const int, components);
    const JpegConfig parameters = named_jpeg_config(config.toStdString()).value();
    const Plan plan = make_jpeg_plan(parameters, {.components = components});
    const std::vector<int> channels(static_cast<std::size_t>(components), 64);
    QCOMPARE(QString::fromStdString(PlanWalk(plan, channels).problem()), QString());
    QCOMPARE(plan.networks.size(), make_networks(parameters).size());
    // Luma before Cb before Cr, each component's block means before its frequencies.
    int last = 0;
    for (const Stage& stage : plan.stages) {
      const Conditional& c = plan.conditionals[stage.conditional];
      const int place = 2 * c.component + (plan.planes[c.targets.front().plane].first_channel > 0 ? 1 : 0);
      QVERIFY2(place >= last, stage.name.c_str());
      last = place;
    }
    QCOMPARE(last, 2 * components - 1);
    QCOMPARE(plan.stages.size(), components * (7 + 2 * parameters.groups.size()));
  }

  void wrong_plans_are_found() {
    const JpegConfig config = named_jpeg_config("tiny-jpeg").value();
    const Plan good = make_jpeg_plan(config, {});
    Plan swapped = good;
    std::swap(swapped.stages[7], swapped.stages[8]);  // the second parity before the first
    QVERIFY(!PlanWalk(swapped, {64, 64, 64}).problem().empty());
    Plan twice = good;
    twice.stages.push_back(twice.stages.back());
    QVERIFY(!PlanWalk(twice, {64, 64, 64}).problem().empty());
    Plan less = good;
    less.stages.pop_back();
    QVERIFY(!PlanWalk(less, {64, 64, 64}).problem().empty());
    QVERIFY(!PlanWalk(good, {64, 64}).problem().empty());
  }

  void jpeg_costs_what_it_may() {
    for (const auto& [name, limit] : {std::pair("jpeg", 30'000.0), std::pair("jpeg-large", 120'000.0)}) {
      const JpegConfig config = named_jpeg_config(name).value();
      const double at_420 = macs_per_pixel(config, {}), at_444 = macs_per_pixel(config, {.across = 1, .down = 1});
      const double grey = macs_per_pixel(config, {.components = 1});
      qInfo("%s: %.0f multiply-accumulates per pixel for 4:2:0, %.0f for 4:4:4, %.0f grey", name, at_420, at_444, grey);
      QVERIFY(at_420 <= limit);
      QVERIFY(grey < at_420 && at_420 < at_444);
    }
  }

  void configurations_are_checked_and_come_back() {
    for (const char* name : {"tiny-jpeg", "jpeg", "jpeg-large"}) {
      const JpegConfig config = named_jpeg_config(name).value();
      QVERIFY(validate(config).ok());
      ByteWriter out;
      write_config(config, out);
      ByteReader in(out.bytes());
      const Result<JpegConfig> back = read_jpeg_config(in);
      QVERIFY(back.ok() && *back == config && in.at_end());
    }
    QCOMPARE(named_jpeg_config("compact").error().code, Error::Code::NotFound);
    JpegConfig config = named_jpeg_config("jpeg").value();
    config.groups.back() = 14;
    QVERIFY(!validate(config).ok());
    config = named_jpeg_config("jpeg").value();
    config.luma_width = 97;
    QVERIFY(!validate(config).ok());
    config = named_jpeg_config("jpeg").value();
    config.latent_pool.clear();
    QVERIFY(!validate(config).ok());
  }
};

QTEST_APPLESS_MAIN(PlanTest)
#include "plan_test.moc"
