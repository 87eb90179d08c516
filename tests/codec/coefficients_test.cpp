// SPDX-License-Identifier: GPL-3.0-or-later
// Coefficients through a plan with levels, parities, states and escapes, on a model with random weights: what was coded
// comes back, and every kernel and backend gives the same bytes.
#include <QtTest>

#include "engine/base/scratch_pool.h"
#include "engine/base/spare_threads.h"
#include "engine/codec/segment.h"
#include "engine/model/jpeg_plan.h"
#include "engine/nn/cpu/cpu_backend.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

namespace {

/// Coefficients of all components, [block row][block column][64], and their steps.
struct Coefficients {
  std::vector<Grid> grids;
  std::vector<std::vector<std::int16_t>> values;
  std::vector<std::vector<std::uint16_t>> steps;
  friend bool operator==(const Coefficients&, const Coefficients&) = default;

  template <typename View>
  std::vector<View> views() {
    std::vector<View> views;
    for (std::size_t c = 0; c < grids.size(); ++c) {
      View view;
      view.grid = grids[c];
      view.channels = 64;
      view.coefficients = values[c].data();
      view.row = static_cast<std::ptrdiff_t>(grids[c].width) * 64;
      view.column = 64;
      view.channel = 1;
      view.steps = steps[c];
      views.push_back(view);
    }
    return views;
  }
};

/// Mostly small numbers, some that no byte holds, and the largest.
Coefficients random_coefficients(const std::vector<Grid>& grids, std::uint64_t seed, bool extreme) {
  std::mt19937_64 random(seed);
  Coefficients all{grids, {}, {}};
  for (const Grid grid : grids) {
    std::vector<std::int16_t>& values = all.values.emplace_back(grid.size() * 64);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const int size = i % 64 == 0 ? 900 : random() % 40 == 0 ? 300 : 3;
      values[i] = static_cast<std::int16_t>(static_cast<int>(random() % (2 * size + 1)) - size);
      if (extreme && random() % 50 == 0) values[i] = random() % 2 == 0 ? 32767 : -32768;
    }
    std::vector<std::uint16_t>& steps = all.steps.emplace_back();
    for (int i = 0; i < 64; ++i) {
      steps.push_back(static_cast<std::uint16_t>(extreme ? 1 + random() % 65535 : 1 + random() % 60));
    }
  }
  return all;
}

void clear(Coefficients& all) {
  for (auto& values : all.values) std::fill(values.begin(), values.end(), std::int16_t{77});
}

}  // namespace

class CoefficientsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    model_ = random_model(named_jpeg_config("tiny-jpeg").value(), 5);
    plain_ = make_plain_backend()->load(model_).value();
  }
  void round_trip_data();
  void round_trip();
  void kernels_and_backends_agree();
  void several_lanes();
  void damage_is_noticed();
  void model_file();

 private:
  Model model_;
  std::unique_ptr<BackendModel> plain_;
};

void CoefficientsTest::round_trip_data() {
  QTest::addColumn<int>("width");
  QTest::addColumn<int>("height");
  QTest::addColumn<int>("across");
  QTest::addColumn<int>("down");
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 3}, {9, 5}, {17, 23}}) {
    for (const auto& [across, down] : {std::pair{2, 2}, {2, 1}, {1, 1}, {0, 0}}) {
      QTest::addRow("%d x %d, %d x %d", width, height, across, down) << width << height << across << down;
    }
  }
}

void CoefficientsTest::round_trip() {
  QFETCH(int, width);
  QFETCH(int, height);
  QFETCH(int, across);
  QFETCH(int, down);
  const bool grey = across == 0;
  const Plan plan = make_jpeg_plan(model_.jpeg_config(), {grey ? 1 : 3, std::max(across, 1), std::max(down, 1)});
  std::vector<Grid> grids{{width, height}};
  if (!grey) grids.resize(3, {(width + across - 1) / across, (height + down - 1) / down});
  ScratchPool scratch;
  CodingModel coding{&model_, plain_.get()};
  coding.scratch = &scratch;
  for (const bool extreme : {false, true}) {
    for (const Schedule schedule : {Schedule::BitSwap, Schedule::BbAns}) {
      Coefficients all = random_coefficients(grids, static_cast<std::uint64_t>(width), extreme);
      const Coefficients expected = all;
      const TileInputs tile = all.views<InputView>();
      const auto coded = encode_segment(coding, plan, {&tile, 1}, schedule, true, nullptr);
      QVERIFY2(coded.ok(), coded.ok() ? "" : coded.error().detail.c_str());
      QVERIFY(std::abs(coded->ledger.actual_bits() - 8.0 * static_cast<double>(coded->payload.size())) < 1e-3);
      clear(all);
      const TileOutputs outputs = all.views<OutputView>();
      const Status decoded = decode_segment(coding, plan, coded->payload, {&outputs, 1}, schedule, nullptr);
      QVERIFY2(decoded.ok(), decoded.ok() ? "" : decoded.error().detail.c_str());
      QVERIFY(all == expected);
    }
  }
}

void CoefficientsTest::kernels_and_backends_agree() {
  const Plan plan = make_jpeg_plan(model_.jpeg_config(), {});
  Coefficients all = random_coefficients({{21, 13}, {11, 7}, {11, 7}}, 8, false);
  const TileInputs tile = all.views<InputView>();
  const auto code = [&](const BackendModel& networks, const SampleKernels* kernels) {
    const CodingModel coding{&model_, &networks, kernels};
    return encode_segment(coding, plan, {&tile, 1}, Schedule::BitSwap, false, nullptr).value().payload;
  };
  const Bytes expected = code(*plain_, &portable_kernels());
  for (const SampleKernels* kernels : {avx2_kernels(), avx512_kernels()}) {
    if (kernels != nullptr) QVERIFY(code(*plain_, kernels) == expected);
  }
  for (const CpuIsa isa : available_isas()) {
    const auto networks = make_cpu_backend(isa).value()->load(model_).value();
    QVERIFY(code(*networks, nullptr) == expected);
    Coefficients back = all;
    clear(back);
    const TileOutputs outputs = back.views<OutputView>();
    QVERIFY(decode_segment({&model_, networks.get()}, plan, expected, {&outputs, 1}, Schedule::BitSwap, nullptr).ok());
    QVERIFY(back == all);
  }
}

void CoefficientsTest::several_lanes() {
  const auto isas = available_isas();
  const auto networks =
      (isas.empty() ? make_plain_backend() : make_cpu_backend(isas.front()).value())->load(model_).value();
  const Plan plan = make_jpeg_plan(model_.jpeg_config(), {});
  Coefficients all = random_coefficients({{90, 75}, {45, 38}, {45, 38}}, 9, false);
  const Coefficients expected = all;
  const TileInputs tile = all.views<InputView>();
  CodingModel coding{&model_, networks.get()};
  const Bytes alone = encode_segment(coding, plan, {&tile, 1}, Schedule::BitSwap, false, nullptr).value().payload;
  SpareThreads spare(3);
  coding.spare = &spare;
  QVERIFY(encode_segment(coding, plan, {&tile, 1}, Schedule::BitSwap, false, nullptr).value().payload == alone);
  clear(all);
  const TileOutputs outputs = all.views<OutputView>();
  QVERIFY(decode_segment(coding, plan, alone, {&outputs, 1}, Schedule::BitSwap, nullptr).ok());
  QVERIFY(all == expected);
}

void CoefficientsTest::damage_is_noticed() {
  const Plan plan = make_jpeg_plan(model_.jpeg_config(), {});
  Coefficients all = random_coefficients({{9, 7}, {5, 4}, {5, 4}}, 10, true);
  const TileInputs tile = all.views<InputView>();
  const CodingModel coding{&model_, plain_.get()};
  const Bytes good = encode_segment(coding, plan, {&tile, 1}, Schedule::BitSwap, false, nullptr).value().payload;
  const TileOutputs outputs = all.views<OutputView>();
  for (std::size_t i = 0; i < good.size(); i += 97) {
    Bytes bad = good;
    bad[i] ^= 0x41;
    Coefficients other = all;
    const TileOutputs to = other.views<OutputView>();
    const bool decoded = decode_segment(coding, plan, bad, {&to, 1}, Schedule::BitSwap, nullptr).ok();
    QVERIFY(!decoded || !(other == all));  // an escape's own number has no check here
    QVERIFY(!decode_segment(coding, plan, ByteView(good).first(i), {&outputs, 1}, Schedule::BitSwap, nullptr).ok());
  }
  Bytes longer = good;
  longer.push_back(0);
  QCOMPARE(decode_segment(coding, plan, longer, {&outputs, 1}, Schedule::BitSwap, nullptr).error().code,
           Error::Code::Corrupt);
}

void CoefficientsTest::model_file() {
  Model model = model_;
  const Bytes file = write_model(model);
  const auto read = read_model(file);
  QVERIFY2(read.ok(), read.ok() ? "" : read.error().detail.c_str());
  QVERIFY(read->is_jpeg() && read->jpeg_config() == model.jpeg_config());
  for (std::size_t n = 0; n < model.networks.size(); ++n) {
    QCOMPARE(read->networks[n].condition_weights, model.networks[n].condition_weights);
    QCOMPARE(read->networks[n].condition_shift, model.networks[n].condition_shift);
  }
  for (std::size_t size = 0; size < file.size(); size += 997) QVERIFY(!read_model(ByteView(file).first(size)).ok());
}

QTEST_APPLESS_MAIN(CoefficientsTest)
#include "coefficients_test.moc"
