// SPDX-License-Identifier: GPL-3.0-or-later
// Every variant of the kernels gives what the definitions give, to the bit: on random and extreme parameters, at all
// lengths, on stacks that run dry, and on whole segments.
#include <QtTest>
#include <random>

#include "engine/codec/host/head_planes.h"
#include "engine/codec/host/sample_kernels.h"
#include "engine/codec/segment.h"
#include "engine/coder/ans_lane.h"
#include "tests/coder/random_message.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;
using test::Random;

namespace {

constexpr std::size_t kLengths[] = {0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 100, 1000};

const SampleKernels* kernels_named(const QString& name) { return name == "avx2" ? avx2_kernels() : avx512_kernels(); }

/// Distributions and values of n samples, with everything that may lie in the padding.
struct Samples {
  explicit Samples(std::size_t n) : n(n), mean(n + kKernelPadding) {
    for (auto* bytes : {&scale[0], &scale[1], &weight, &values}) bytes->resize(n + kKernelPadding);
  }
  void fill(Random& random) {
    for (std::size_t i = 0; i < mean.size(); ++i) {
      const bool padding = i >= n;
      const auto any = [&](std::uint32_t count) { return padding ? random.below(65536) : random.below(count); };
      mean[i] = static_cast<std::int16_t>(kMeanMin + static_cast<int>(any(kMeanMax - kMeanMin + 1)));
      if (random.below(8) == 0 && !padding) mean[i] = random.below(2) == 0 ? kMeanMin : kMeanMax;
      for (auto& s : scale) s[i] = static_cast<std::uint8_t>(any(kScaleCount));
      weight[i] = static_cast<std::uint8_t>(1 + any(kWeightOne));
      values[i] = static_cast<std::uint8_t>(random.below(4) == 0 ? 255 * random.below(2) : random.below(256));
    }
  }
  void fill_with(const SampleDistribution& d) {
    std::fill(mean.begin(), mean.end(), static_cast<std::int16_t>(d.mean));
    for (int m = 0; m < 2; ++m) std::fill(scale[m].begin(), scale[m].end(), d.scale[m]);
    std::fill(weight.begin(), weight.end(), d.weight);
  }
  [[nodiscard]] DistributionRow row(bool mixture) const {
    return {mean.data(), {scale[0].data(), scale[1].data()}, mixture ? weight.data() : nullptr};
  }
  std::size_t n;
  std::vector<std::int16_t> mean;
  std::vector<std::uint8_t> scale[2], weight, values;
};

/// Tables that a model file may hold, too: coarse steps, and the smallest and largest scales.
DistributionTables extreme_tables() {
  DistributionTables tables = standard_tables();
  for (int i = 0; i <= kLogisticSize; ++i) tables.logistic[i] = i < 1000 ? 0 : i < 1025 ? 65280U * 100 : 65280U * 256;
  for (int i = 0; i < kScaleCount; ++i) tables.inverse_scale[i] = 1U << (i * 24 / (kScaleCount - 1));
  return tables;
}

struct Outcome {
  std::vector<std::uint8_t> values, weights;
  Bytes lane;
  bool underflow;
  std::uint64_t drawn;
  bool operator==(const Outcome&) const = default;
};

Outcome popped(const SampleKernels& kernels, const DistributionTables& tables, const Samples& samples, bool mixture,
               AnsLane lane) {
  Outcome out{std::vector<std::uint8_t>(samples.n + kKernelPadding), samples.weight, {}, false, 0};
  DistributionRow row = samples.row(mixture);
  if (mixture) row.weight = out.weights.data();  // updated in place
  pop_samples(kernels, lane, tables, row, samples.n, out.values.data(), mixture ? out.weights.data() : nullptr);
  out.values.resize(samples.n);
  out.weights.resize(samples.n);
  out.lane = lane.serialise();
  out.underflow = lane.underflow();
  out.drawn = lane.initial_words();
  return out;
}

}  // namespace

class KernelsTest : public QObject {
  Q_OBJECT
 private:
  static void add_variants() {
    QTest::addColumn<QString>("variant");
    for (const char* name : {"avx2", "avx512"}) QTest::newRow(name) << name;
  }

 private Q_SLOTS:
  void distributions_data() { add_variants(); }
  void distributions();
  void intervals_data() { add_variants(); }
  void intervals();
  void every_scale_and_weight_data() { add_variants(); }
  void every_scale_and_weight();
  void every_slot_data() { add_variants(); }
  void every_slot();
  void pops_data() { add_variants(); }
  void pops();
  void pushes_data() { add_variants(); }
  void pushes();
  void segments_data() { add_variants(); }
  void segments();
  void damaged_segments_data() { add_variants(); }
  void damaged_segments();
  void heads_are_split();
};

#define KERNELS_OR_SKIP                                  \
  QFETCH(QString, variant);                              \
  const SampleKernels* kernels = kernels_named(variant); \
  if (kernels == nullptr) QSKIP("this processor cannot run them")

void KernelsTest::distributions() {
  KERNELS_OR_SKIP;
  Random random(1);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = kLengths[round % std::size(kLengths)];
    std::vector<std::int16_t> arrays[8];  // guess, mean, scales, coefficients, errors
    for (auto& array : arrays) {
      for (std::size_t i = 0; i < n + kKernelPadding; ++i) {
        const std::uint32_t kind = random.below(4);
        array.push_back(static_cast<std::int16_t>(kind == 0   ? random.below(2) * 65535 + 32768
                                                  : kind == 1 ? random.below(65536)
                                                              : random.below(2048) - 1024));
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      arrays[0][i] = static_cast<std::int16_t>(random.below(4081));
      for (int k : {6, 7})
        arrays[k][i] = static_cast<std::int16_t>(static_cast<int>(random.below(2 * 5104 + 1)) - 5104);
    }
    HeadRow head{arrays[0].data(), arrays[1].data(), {arrays[2].data(), nullptr}, {}, {}};
    if (round % 2 == 0) head.scale[1] = arrays[3].data();
    for (int k = 0; k < round % 3; ++k) {
      head.coefficient[k] = arrays[4 + k].data();
      head.error[k] = arrays[6 + k].data();
    }
    Samples expected(n), actual(n);
    portable_kernels().distributions(head, n, expected.mean.data(), expected.scale[0].data(), expected.scale[1].data());
    kernels->distributions(head, n, actual.mean.data(), actual.scale[0].data(), actual.scale[1].data());
    for (std::size_t i = 0; i < n; ++i) {
      QCOMPARE(actual.mean[i], expected.mean[i]);
      QCOMPARE(actual.scale[0][i], expected.scale[0][i]);
      if (head.scale[1] != nullptr) QCOMPARE(actual.scale[1][i], expected.scale[1][i]);
    }
  }
}

void KernelsTest::intervals() {
  KERNELS_OR_SKIP;
  Random random(2);
  for (const DistributionTables& tables : {standard_tables(), extreme_tables()}) {
    for (int round = 0; round < 240; ++round) {
      Samples samples(kLengths[round % std::size(kLengths)]);
      samples.fill(random);
      const bool mixture = round % 2 == 0;
      std::vector<PackedInterval> out(samples.n + kKernelPadding);
      std::vector<std::uint8_t> weight = samples.weight;
      DistributionRow row = samples.row(mixture);
      if (mixture) row.weight = weight.data();
      kernels->intervals(tables, row, samples.values.data(), samples.n, out.data(), mixture ? weight.data() : nullptr);
      for (std::size_t i = 0; i < samples.n; ++i) {
        SampleDistribution d{samples.mean[i], {samples.scale[0][i], samples.scale[1][i]}, kWeightOne};
        if (mixture) d.weight = samples.weight[i];
        QCOMPARE(std::uint32_t{out[i].start}, cumulative(tables, d, samples.values[i]));
        QCOMPARE(std::uint32_t{out[i].start} + out[i].freq, cumulative(tables, d, samples.values[i] + 1));
        if (mixture) QCOMPARE(weight[i], updated_weight(tables, d, samples.values[i]));
      }
    }
  }
}

void KernelsTest::every_scale_and_weight() {
  KERNELS_OR_SKIP;
  const DistributionTables tables = standard_tables();
  Samples samples(256);
  for (int x = 0; x < 256; ++x) samples.values[x] = static_cast<std::uint8_t>(x);
  std::vector<PackedInterval> expected(256 + kKernelPadding), actual(256 + kKernelPadding);
  std::vector<std::uint8_t> expected_weight(256 + kKernelPadding), actual_weight(256 + kKernelPadding);
  Random random(3);
  for (int scale = 0; scale < kScaleCount; ++scale) {
    for (int weight = 1; weight <= kWeightOne; ++weight) {
      const auto other = static_cast<std::uint8_t>(random.below(kScaleCount));
      const int mean = weight % 16 == 0 ? kMeanMin : weight % 16 == 1 ? kMeanMax : static_cast<int>(random.below(4080));
      samples.fill_with({mean, {static_cast<std::uint8_t>(scale), other}, static_cast<std::uint8_t>(weight)});
      portable_kernels().intervals(tables, samples.row(true), samples.values.data(), 256, expected.data(),
                                   expected_weight.data());
      kernels->intervals(tables, samples.row(true), samples.values.data(), 256, actual.data(), actual_weight.data());
      QVERIFY(std::memcmp(expected.data(), actual.data(), 256 * sizeof(PackedInterval)) == 0);
      QVERIFY(std::equal(expected_weight.begin(), expected_weight.begin() + 256, actual_weight.begin()));
    }
  }
}

// A lane of the widest group at a time whose states show any slots one wants.
void KernelsTest::every_slot() {
  KERNELS_OR_SKIP;
  Random random(4);
  const DistributionTables tables[] = {standard_tables(), extreme_tables()};
  Samples samples(16);
  for (int round = 0; round < 8; ++round) {
    const DistributionTables& t = tables[round / 6];
    for (std::uint32_t slot = 0; slot < kSlots; slot += 16) {
      if (slot % 4096 == 0) samples.fill(random);
      ByteWriter bytes;
      for (std::uint32_t s = 0; s < 16; ++s) bytes.u64((random.next() >> 1 | kLowerBound) >> 16 << 16 | (slot + s));
      for (int word = 0; word < 20; ++word) bytes.u32(static_cast<std::uint32_t>(random.next()));
      const AnsLane lane = AnsLane::parse(bytes.take(), 16).value();
      const bool mixture = round % 3 != 0;
      const Outcome actual = popped(*kernels, t, samples, mixture, lane);
      QVERIFY(actual == popped(portable_kernels(), t, samples, mixture, lane));
    }
  }
}

void KernelsTest::pops() {
  KERNELS_OR_SKIP;
  Random random(5);
  const DistributionTables tables = standard_tables();
  for (const int states : {1, 2, 4, 8, 16, 32}) {
    for (const std::size_t n : kLengths) {
      for (const std::size_t words : {std::size_t{0}, std::size_t{5}, n / 20, n}) {
        for (const bool drawing : {false, true}) {
          Samples samples(n);
          samples.fill(random);
          AnsLane lane = AnsLane::parse(test::random_stack(states, words, n + words), states).value();
          if (drawing) lane.draw_initial_words(9);
          const bool mixture = random.below(2) == 0;
          QVERIFY(popped(*kernels, tables, samples, mixture, lane) ==
                  popped(portable_kernels(), tables, samples, mixture, lane));
        }
      }
    }
  }
}

void KernelsTest::pushes() {
  KERNELS_OR_SKIP;
  Random random(6);
  for (const int states : {1, 2, 4, 8, 16, 32}) {
    for (const std::size_t n : kLengths) {
      for (int round = 0; round < 20; ++round) {
        std::vector<PackedInterval> intervals(n + kKernelPadding);
        for (std::size_t i = 0; i < n; ++i) {
          std::uint32_t freq = 1 + random.below(65535);
          if (round % 4 == 1) freq = 1 + random.below(3);
          if (round % 4 == 2) freq = 65535 - random.below(3);
          if (round % 4 == 3) freq = 1 + (freq >> random.below(16));
          intervals[i] = {static_cast<std::uint16_t>(random.below(65536 - freq + 1)), static_cast<std::uint16_t>(freq)};
        }
        AnsLane expected = AnsLane::parse(test::random_stack(states, 3, n + round), states).value();
        AnsLane actual = expected;
        push_samples(portable_kernels(), expected, intervals.data(), n);
        push_samples(*kernels, actual, intervals.data(), n);
        QVERIFY(actual.serialise() == expected.serialise());
      }
    }
  }
}

void KernelsTest::segments() {
  KERNELS_OR_SKIP;
  ModelConfig chained = small_config(0, 1);
  chained.chained = true;
  chained.mixtures = 1;
  chained.colour_coupling = false;
  for (const ModelConfig& config : {small_config(2, 2), small_config(1, 1), chained}) {
    const Model model = random_model(config, 3);
    const auto networks = make_plain_backend()->load(model).value();
    const CodingModel portable{&model, networks.get(), &portable_kernels()};
    const CodingModel vectors{&model, networks.get(), kernels};
    const auto same = [&](int width, int height, int channels, Schedule schedule) {
      std::vector<Picture> tiles(config.chained ? 2 : 1);
      std::vector<TileShape> shapes;
      for (Picture& tile : tiles) {
        tile = test_picture(width, height, channels, width + height);
        shapes.push_back({tile.width, tile.height, tile.channels});
      }
      const EncodedSegment expected = encode_segment(portable, tiles, schedule, true, nullptr).value();
      const EncodedSegment actual = encode_segment(vectors, tiles, schedule, true, nullptr).value();
      QCOMPARE(actual.payload, expected.payload);
      QCOMPARE(actual.ledger.elbo_bits(), expected.ledger.elbo_bits());
      QCOMPARE(actual.heat[0].bits, expected.heat[0].bits);
      for (const CodingModel& coding : {portable, vectors}) {
        QCOMPARE(decode_segment(coding, actual.payload, shapes, schedule, nullptr).value(), tiles);
      }
    };
    for (const Schedule schedule : {Schedule::BitSwap, Schedule::BbAns}) {
      for (int height = 1; height <= 9; height += 2) {
        for (int width = 1; width <= 9; ++width) same(width, height, 3, schedule);
      }
    }
    if (config.chained) {
      same(363, 361, 1, Schedule::BitSwap);  // 32 states
    } else {
      same(219, 203, 3, config.levels == 2 ? Schedule::BitSwap : Schedule::BbAns);  // 16 states
    }
  }
}

// Whatever the damage does, it does the same with every variant, and crashes none.
void KernelsTest::damaged_segments() {
  KERNELS_OR_SKIP;
  const Model model = random_model(small_config(1, 1), 4);
  const auto networks = make_plain_backend()->load(model).value();
  const CodingModel portable{&model, networks.get(), &portable_kernels()};
  const CodingModel vectors{&model, networks.get(), kernels};
  const Picture tile = test_picture(215, 205, 3, 7);
  const TileShape shape{tile.width, tile.height, tile.channels};
  const Bytes good = encode_segment(vectors, {&tile, 1}, Schedule::BitSwap, false, nullptr)->payload;
  Random random(7);
  for (int round = 0; round < 8; ++round) {
    Bytes bad = good;
    if (round % 3 == 0) {
      bad.erase(bad.begin() + 300, bad.begin() + 304 + 4 * random.below(1000));
    } else {
      bad[random.below(static_cast<std::uint32_t>(bad.size()))] ^= static_cast<std::uint8_t>(1 + random.below(255));
    }
    const auto expected = decode_segment(portable, bad, {&shape, 1}, Schedule::BitSwap, nullptr);
    const auto actual = decode_segment(vectors, bad, {&shape, 1}, Schedule::BitSwap, nullptr);
    QCOMPARE(actual.ok(), expected.ok());
    if (actual.ok()) QCOMPARE(*actual, *expected);
  }
}

void KernelsTest::heads_are_split() {
  std::mt19937 random(8);
  for (const std::size_t heads : {1, 6, 7, 8, 9, 13, 26, 64}) {
    for (const std::size_t count : {0, 1, 7, 8, 9, 100}) {
      for (const std::size_t step : {1, 2}) {
        const std::size_t stride = heads + 3, to_stride = count * step + 5;
        std::vector<std::int16_t> from(stride * count), to(heads * to_stride, 77);
        for (auto& v : from) v = static_cast<std::int16_t>(random());
        split_heads(from.data(), stride, count, heads, to.data(), to_stride, step);
        for (std::size_t h = 0; h < heads; ++h) {
          for (std::size_t x = 0; x < to_stride; ++x) {
            const bool written = x % step == 0 && x / step < count;
            QCOMPARE(to[h * to_stride + x], written ? from[x / step * stride + h] : std::int16_t{77});
          }
        }
      }
    }
  }
}

QTEST_APPLESS_MAIN(KernelsTest)
#include "kernels_test.moc"
