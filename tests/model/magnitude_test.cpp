// SPDX-License-Identifier: GPL-3.0-or-later
// The tables behind the networks' inputs are the functions that they stand for, and units mean what they say.
#include <QtTest>
#include <cmath>

#include "engine/model/units.h"

using namespace bitswap;

class MagnitudeTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void compressed_is_an_inverse_hyperbolic_sine() {
    for (int x = 0; x < 40'000; ++x) {
      const int expected = std::min(127, static_cast<int>(std::floor(16 * std::asinh(x / 16.0) + 0.5)));
      QCOMPARE(compressed(x), expected);
      QCOMPARE(compressed(-x), -expected);
    }
    QCOMPARE(compressed(std::int64_t{32767} * 65535 * 16), 127);
    QCOMPARE(compressed(std::int64_t{-32768} * 65535 * 16), -127);
  }

  void log_codes_are_logarithms() {
    for (std::int64_t x = 1; x < 9'000'000; x += 1 + x / 1000) {
      QCOMPARE(log_code(x), std::min(127, static_cast<int>(std::floor(8 * std::log(static_cast<double>(x)) + 0.5))));
    }
    QCOMPARE(log_code(0), 0);
    QCOMPARE(log_code(std::int64_t{1} << 40), 127);
  }

  void inputs_keep_their_range() {
    for (const int value : {-32768, -1000, -1, 0, 1, 77, 32767}) {
      for (const int step : {1, 16, 255, 65535}) {
        for (const int input :
             {magnitude_input(value, step), level_input(value), distance_input(value, -8 * value, step),
              local_input(value, -9 * value, step), local_mean_input(9 * value, step)}) {
          QVERIFY(input >= -127 && input <= 127);
        }
        QVERIFY(step_condition(step) >= -24 && step_condition(step) <= 127 - 24);
        QVERIFY(intensity(value, step) >= 0 && intensity(value, step) <= 255);
      }
    }
    QCOMPARE(magnitude_input(-3, 4), -11);
    QCOMPARE(neighbour_spread(-3, 4), 4);
    QCOMPARE(intensity(-64, 8), 64);
    QCOMPARE(intensity_guess(64, 8), -64 * 16);
    QCOMPARE(local_input(5, 45, 7), 0);
  }

  void step_units_are_those_before_quantisation() {
    for (const int step : {1, 2, 7, 16, 99, 255, 4000}) {
      const StepUnits units = step_units(step);
      for (int head = -30'000; head <= 30'000; head += 777) {
        const double mean = head / 128.0 * std::exp(2.0) / step * 16;
        QVERIFY(std::abs(step_mean(head, units) - std::clamp(mean, -32768.0, 32767.0)) < 1 + std::abs(mean) * 0.03);
      }
      QCOMPARE(scale_index(step_scale(0, units)), std::max(0, kScaleBias + 4 - log_code(step)));
    }
  }

  void spread_units_grow_with_the_spread() {
    QCOMPARE(int{spread_mean(128, 3)}, 48);  // one unit of the network is one spread, in 1/16
    QCOMPARE(int{spread_mean(-32768, 65535)}, -32768);
    QCOMPARE(scale_index(spread_scale(0, 1)), kScaleBias);
    QCOMPARE(scale_index(spread_scale(16, 20)), kScaleBias + 1 + log_code(20));
  }
};

QTEST_APPLESS_MAIN(MagnitudeTest)
#include "magnitude_test.moc"
