// SPDX-License-Identifier: GPL-3.0-or-later
// The integer distributions: valid for every parameter that a head can produce, and close to what they stand for.
#include <QtTest>
#include <cmath>
#include <random>

#include "engine/model/distribution.h"

using namespace bitswap;

class DistributionTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void probabilities_are_valid();
  void slots_find_their_value();
  void numbers_match_the_header();
  void close_to_the_logistic();
  void weights_follow_bayes();
  void extreme_heads_stay_in_range();
};

namespace {

const DistributionTables kTables = standard_tables();

SampleDistribution random_distribution(std::mt19937_64& random) {
  SampleDistribution d{};
  d.mean = kMeanMin + static_cast<std::int32_t>(random() % (kMeanMax - kMeanMin + 1));
  d.scale[0] = static_cast<std::uint8_t>(random() % kScaleCount);
  d.scale[1] = static_cast<std::uint8_t>(random() % kScaleCount);
  d.weight = static_cast<std::uint8_t>(1 + random() % kWeightOne);
  return d;
}

double logistic(double u) { return 1 / (1 + std::exp(-u)); }

}  // namespace

void DistributionTest::probabilities_are_valid() {
  std::mt19937_64 random(1);
  for (int n = 0; n < 5000; ++n) {
    const SampleDistribution d = random_distribution(random);
    QCOMPARE(cumulative(kTables, d, 0), 0U);
    QCOMPARE(cumulative(kTables, d, 256), 65536U);
    for (int x = 0; x < 256; ++x) QVERIFY(cumulative(kTables, d, x) < cumulative(kTables, d, x + 1));
  }
}

void DistributionTest::slots_find_their_value() {
  std::mt19937_64 random(2);
  for (int n = 0; n < 20000; ++n) {
    const SampleDistribution d = random_distribution(random);
    const auto slot = static_cast<std::uint32_t>(random() % 65536);
    const int value = find_value(kTables, d, slot);
    QVERIFY(value >= 0 && value <= 255);
    QVERIFY(cumulative(kTables, d, value) <= slot && slot < cumulative(kTables, d, value + 1));
  }
}

void DistributionTest::numbers_match_the_header() {
  SampleDistribution d{};
  d.mean = 1600;
  d.scale[0] = 32;
  d.weight = kWeightOne;
  QCOMPARE(cumulative(kTables, d, 100), 29756U);
}

void DistributionTest::close_to_the_logistic() {
  std::mt19937_64 random(3);
  for (int n = 0; n < 2000; ++n) {
    SampleDistribution d = random_distribution(random);
    d.mean = 16 * 20 + static_cast<std::int32_t>(random() % (16 * 200));
    const double weight = d.weight / 128.0;
    for (int x = 1; x < 256; x += 5) {
      double expected = 0;
      for (int m = 0; m < 2; ++m) {
        const double scale = 0.05 * std::exp(d.scale[m] / 8.0);
        expected += (m == 0 ? weight : 1 - weight) * logistic((16 * x - 8 - d.mean) / 16.0 / scale);
      }
      const double actual = (cumulative(kTables, d, x) - x) / 65280.0;
      QVERIFY2(std::abs(actual - expected) < 1e-3, qPrintable(QString::number(actual - expected)));
    }
  }
}

void DistributionTest::weights_follow_bayes() {
  SampleDistribution d{};
  d.mean = 1600;
  d.scale[0] = 20;  // 0.61
  d.scale[1] = 50;  // 25.9
  d.weight = 64;
  QVERIFY(updated_weight(kTables, d, 100) > 110);  // a hit speaks for the narrow component
  QVERIFY(updated_weight(kTables, d, 130) < 5);    // a miss for the wide one
  d.scale[1] = d.scale[0];
  for (int x = 0; x < 256; ++x) QCOMPARE(int{updated_weight(kTables, d, x)}, 64);
  d.weight = kWeightOne;
  QCOMPARE(int{updated_weight(kTables, d, 7)}, kWeightOne);
}

void DistributionTest::extreme_heads_stay_in_range() {
  for (const int head : {-32768, -129, -1, 0, 1, 129, 32767}) {
    QVERIFY(scale_index(head) >= 0 && scale_index(head) < kScaleCount);
    QVERIFY(weight_index(head) >= 0 && weight_index(head) < kWeightCount);
    for (const int error : {-5104, 0, 5104}) QVERIFY(std::abs(coupled(head, error)) <= 4 * 5104);
    QVERIFY(clamp_mean(4080 + mean_correction(head)) <= kMeanMax);
  }
}

QTEST_APPLESS_MAIN(DistributionTest)
#include "distribution_test.moc"
