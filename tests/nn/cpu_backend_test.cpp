// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels of every instruction set against the plain loops: shapes, edges, extremes, threads.
#include <QtTest>
#include <random>
#include <thread>

#include "engine/devices/devices.h"
#include "engine/model/released/models.h"
#include "engine/nn/cpu/cpu_backend.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

namespace {

struct Shape {
  int in;
  int width;
  int blocks;
  int out;
};

/// A model of one network, which no configuration would give.
Model one_network(const Shape& shape) {
  Model model{};
  NetworkSpec spec;
  spec.layers.push_back({.in = shape.in, .out = shape.width, .kernel = 3, .reads_samples = true});
  for (int i = 0; i < shape.blocks; ++i) {
    spec.layers.push_back({.in = shape.width, .out = shape.width, .kernel = 3});
    spec.layers.push_back({.in = shape.width, .out = shape.width, .kernel = 1, .skip = 2});
  }
  spec.layers.push_back({.in = shape.width, .out = shape.out, .kernel = 1, .head = true});
  model.networks.resize(1);
  for (const LayerSpec& layer : spec.layers) model.networks[0].layers.push_back({layer, {}, {}, {}});
  model.plan.networks.push_back(std::move(spec));
  return model;
}

/// Fills in weights that the loader would accept. `extreme`: as large as they may be, all shifts, biases at the limit.
void fill(Model& model, bool extreme, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto between = [&](int low, int high) { return low + static_cast<int>(random() % (high - low + 1)); };
  for (IntegerLayer& layer : model.networks[0].layers) {
    const LayerSpec& spec = layer.spec;
    const int limit = weight_limit(spec);
    const int fan_in = spec.in * spec.kernel * spec.kernel;
    for (int o = 0; o < spec.out; ++o) {
      const int shift = extreme ? between(spec.head ? kHeadShift : 0, kMaxShift) : between(6, 9);
      layer.shift.push_back(static_cast<std::uint8_t>(shift));
      std::int64_t room = kAccumulatorLimit - 1 - (std::int64_t{1} << shift);
      if (spec.skip > 0) room -= std::int64_t{kMaxActivation} << shift;
      const int sign = between(0, 2);  // all weights up, all down, or mixed: sums reach either end
      for (int i = 0; i < fan_in; ++i) {
        int weight = extreme ? (sign == 2 && between(0, 1) == 0) || sign == 1 ? -limit : limit : between(-limit, limit);
        if (extreme && between(0, 9) == 0) weight = between(-limit, limit);
        const std::int64_t cost = std::int64_t{std::abs(weight)} * input_limit(spec);
        if (cost > room) weight = 0;
        if (cost <= room) room -= cost;
        layer.weights.push_back(static_cast<std::int8_t>(weight));
      }
      const int bias = static_cast<int>(extreme ? room : std::min<std::int64_t>(room, 5000));
      layer.bias.push_back(extreme && between(0, 1) == 0 ? between(0, 1) == 0 ? -bias : bias : between(-bias, bias));
    }
    QVERIFY(validate(layer).ok());
  }
}

/// Random, or made of the extremes.
std::vector<std::int8_t> make_input(std::size_t size, bool extreme, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::int8_t> input(size);
  for (auto& v : input) v = static_cast<std::int8_t>(extreme ? (random() % 2 == 0 ? -128 : 127) : random());
  return input;
}

}  // namespace

class CpuBackendTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void same_as_plain_data();
  void same_as_plain();
  void small_sides_data() { isas(); }
  void small_sides();
  void rows_are_those_of_the_whole_data() { isas(); }
  void rows_are_those_of_the_whole();
  void threads_do_not_matter_data() { isas(); }
  void threads_do_not_matter();
  void shipped_model_data() { isas(); }
  void shipped_model();
  void best_one_is_cpu();

 private:
  static void isas() {
    QTest::addColumn<int>("isa");
    for (const CpuIsa isa : {CpuIsa::Avx512Vnni, CpuIsa::AvxVnni, CpuIsa::Avx2}) {
      QTest::newRow(isa_name(isa).data()) << static_cast<int>(isa);
    }
  }
};

#define OPEN_OR_SKIP(backend)                                      \
  QFETCH(int, isa);                                                \
  const auto backend = make_cpu_backend(static_cast<CpuIsa>(isa)); \
  if (!(backend).ok()) {                                           \
    QCOMPARE((backend).error().code, Error::Code::NotFound);       \
    QSKIP((backend).error().detail.c_str());                       \
  }

void CpuBackendTest::same_as_plain_data() {
  QTest::addColumn<int>("in");
  QTest::addColumn<int>("width");
  QTest::addColumn<int>("blocks");
  QTest::addColumn<int>("out");
  const auto add = [](int in, int width, int blocks, int out) {
    QTest::addRow("%d-%dx%d-%d", in, width, blocks, out) << in << width << blocks << out;
  };
  for (int in = 2; in <= 16; ++in) add(in, 8, 0, in + 1);              // every remainder of inputs and of heads
  for (int width = 8; width <= 136; width += 8) add(6, width, 1, 13);  // every number of vectors and its rest
  for (int out = 1; out <= 70; out += 3) add(3, 8, 0, out);
  add(60, 32, 3, 26);
  add(12, 48, 2, 26);
  add(4, 64, 2, 52);
  add(5, 256, 1, 7);
}

void CpuBackendTest::same_as_plain() {
  QFETCH(int, in);
  QFETCH(int, width);
  QFETCH(int, blocks);
  QFETCH(int, out);
  const bool wide = width > 128;
  for (const bool extreme : {false, true}) {
    Model model = one_network({in, width, blocks, out});
    fill(model, extreme, static_cast<std::uint64_t>(in * 1000 + width));
    const auto plain = make_plain_backend()->load(model).value();
    const int count = 2, rows = wide ? 3 : 5, columns = wide ? 7 : 37;
    const auto input = make_input(static_cast<std::size_t>(count) * rows * columns * in, extreme, 5);
    std::vector<std::int16_t> expected, actual;
    QVERIFY(plain->run_head(0, input, count, rows, columns, expected).ok());
    for (const CpuIsa isa : available_isas()) {
      const auto networks = make_cpu_backend(isa).value()->load(model).value();
      QVERIFY(networks->run_head(0, input, count, rows, columns, actual).ok());
      QVERIFY2(actual == expected, isa_name(isa).data());
    }
  }
}

void CpuBackendTest::small_sides() {
  OPEN_OR_SKIP(backend);
  for (const Shape& shape : {Shape{6, 32, 2, 13}, {3, 24, 1, 5}, {4, 56, 1, 20}}) {
    Model model = one_network(shape);
    fill(model, false, 3);
    const auto plain = make_plain_backend()->load(model).value();
    const auto networks = (*backend)->load(model).value();
    for (int height = 1; height <= 9; ++height) {
      for (int width = 1; width <= 9; ++width) {
        const auto input = make_input(static_cast<std::size_t>(height) * width * shape.in, false, 6);
        std::vector<std::int16_t> expected, actual;
        QVERIFY(plain->run_head(0, input, 1, height, width, expected).ok());
        QVERIFY(networks->run_head(0, input, 1, height, width, actual).ok());
        QCOMPARE(actual, expected);
      }
    }
  }
}

// In bands of all heights, in any order, and nothing else is written.
void CpuBackendTest::rows_are_those_of_the_whole() {
  OPEN_OR_SKIP(backend);
  for (const Shape& shape : {Shape{6, 32, 3, 13}, {3, 24, 1, 5}, {4, 56, 0, 20}}) {  // halos of 4, 2 and 1
    Model model = one_network(shape);
    fill(model, false, 4);
    const auto plain = make_plain_backend()->load(model).value();
    const auto networks = (*backend)->load(model).value();
    QVERIFY(networks->runs_rows());
    for (const int height : {1, 2, 5, 9, 23}) {
      for (const int width : {1, 7, 21}) {
        const auto input = make_input(static_cast<std::size_t>(height) * width * shape.in, false, 7);
        const std::size_t row = static_cast<std::size_t>(width) * shape.out;
        std::vector<std::int16_t> expected;
        QVERIFY(plain->run_head(0, input, 1, height, width, expected).ok());
        for (const int band : {1, 2, 3, 7, height}) {
          const std::int16_t untouched = 31000;
          std::vector<std::int16_t> output(expected.size(), untouched);
          for (int end = height; end > 0; end -= band) {
            const int begin = std::max(0, end - band);
            QVERIFY(networks
                        ->run_rows({.network = 0, .input = input, .height = height, .width = width}, begin, end,
                                   {.head = output})
                        .ok());
            for (std::size_t i = 0; i < output.size(); ++i) {
              QCOMPARE(output[i], i < row * begin ? untouched : expected[i]);
            }
          }
        }
      }
    }
  }
}

void CpuBackendTest::threads_do_not_matter() {
  OPEN_OR_SKIP(backend);
  const Model model = random_model(named_config("compact").value(), 7);
  const auto networks = (*backend)->load(model).value();
  const int networks_count = static_cast<int>(model.networks.size());
  const auto side = [](int n) { return 5 + 11 * (n % 4); };
  const auto run = [&](int n) {
    std::vector<std::int16_t> output;
    const int in = model.plan.networks[static_cast<std::size_t>(n)].in();
    const auto input = make_input(static_cast<std::size_t>(side(n)) * side(n + 1) * in, false, 8);
    if (!networks->run_head(n, input, 1, side(n), side(n + 1), output).ok()) output.clear();
    return output;
  };
  std::vector<std::vector<std::int16_t>> alone;
  for (int n = 0; n < networks_count; ++n) alone.push_back(run(n));
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 3 * networks_count; ++i) {
        const int n = (i + t) % networks_count;
        if (run(n) != alone[static_cast<std::size_t>(n)]) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  QCOMPARE(wrong.load(), 0);
}

void CpuBackendTest::shipped_model() {
  OPEN_OR_SKIP(backend);
  const auto reference = open_backend("reference");
  const bool large = reference.ok();  // the plain loops would take too long
  const auto judge = large ? nullptr : make_plain_backend();
  const auto model = load_model("").value();
  const auto expected_by = (large ? **reference : *judge).load(*model).value();
  const auto networks = (*backend)->load(*model).value();
  const int height = large ? 131 : 13, width = large ? 257 : 29;
  for (int n = 0; n < static_cast<int>(model->networks.size()); ++n) {
    const int in = model->plan.networks[static_cast<std::size_t>(n)].in();
    const auto input = make_input(static_cast<std::size_t>(height) * width * in, false, 9);
    std::vector<std::int16_t> expected, actual;
    QVERIFY(expected_by->run_head(n, input, 1, height, width, expected).ok());
    QVERIFY(networks->run_head(n, input, 1, height, width, actual).ok());
    QVERIFY(actual == expected);
  }
}

void CpuBackendTest::best_one_is_cpu() {
  if (available_isas().empty()) QSKIP("this processor has none of the instruction sets");
  QCOMPARE(open_backend("cpu").value()->name(), std::string_view("cpu"));
}

QTEST_APPLESS_MAIN(CpuBackendTest)
#include "cpu_backend_test.moc"
