// SPDX-License-Identifier: GPL-3.0-or-later
// A segment that several threads share: the same bytes, ledger, heat map and errors as from one, and no memory taken
// anew for a tile like the one before.
#include <QtTest>
#include <cstdlib>
#include <new>

#include "engine/base/scratch_pool.h"
#include "engine/base/spare_threads.h"
#include "engine/codec/segment.h"
#include "engine/coder/lanes.h"
#include "engine/nn/cpu/cpu_backend.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

namespace {

std::atomic<std::size_t> allocations = 0;

void* take(std::size_t size, std::size_t alignment) {
  ++allocations;
  if (void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return take(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace {

/// The networks of another one, counting how often a part of an image was asked for.
class Counting final : public BackendModel {
 public:
  explicit Counting(const BackendModel& networks) : BackendModel(networks.model()), networks_(networks) {}
  Status run(const NetworkRun& run, const NetworkOutput& output) const override { return networks_.run(run, output); }
  [[nodiscard]] bool runs_rows() const override { return networks_.runs_rows(); }
  Status run_rows(const NetworkRun& run, int begin, int end, const NetworkOutput& output) const override {
    if (end - begin < run.height) ++parts;
    return networks_.run_rows(run, begin, end, output);
  }
  mutable std::atomic<int> parts = 0;

 private:
  const BackendModel& networks_;
};

/// The fast backend where the processor has one, else the plain one, of which threads share only the lanes.
std::unique_ptr<BackendModel> load(const Model& model) {
  const auto isas = available_isas();
  return (isas.empty() ? make_plain_backend() : make_cpu_backend(isas.front()).value())->load(model).value();
}

int lanes_of(const Picture& tile) { return lane_layout(tile.samples.size()).lanes; }
TileShape shape_of(const Picture& tile) { return {tile.width, tile.height, tile.channels}; }

void compare(const EncodedSegment& actual, const EncodedSegment& expected) {
  QCOMPARE(actual.payload, expected.payload);
  QCOMPARE(actual.ledger.stages.size(), expected.ledger.stages.size());
  for (std::size_t s = 0; s < expected.ledger.stages.size(); ++s) {
    const LedgerStage &a = actual.ledger.stages[s], &e = expected.ledger.stages[s];
    QVERIFY(a.likelihood_bits == e.likelihood_bits);  // QCOMPARE is content with doubles that are close
    QVERIFY(a.prior_bits == e.prior_bits);
    QVERIFY(a.posterior_bits == e.posterior_bits);
  }
  QVERIFY(actual.ledger.initial_bits_required == expected.ledger.initial_bits_required);
  QVERIFY(actual.ledger.coder_bits == expected.ledger.coder_bits);
  QCOMPARE(actual.heat.size(), expected.heat.size());
  for (std::size_t t = 0; t < expected.heat.size(); ++t) QCOMPARE(actual.heat[t].bits, expected.heat[t].bits);
}

}  // namespace

class SharedSegmentTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    model_ = random_model(small_config(2, 2), 21);
    fast_ = load(model_);
  }
  void threads_change_nothing_data();
  void threads_change_nothing();
  void chained_tiles();
  void damage_is_the_same();
  void networks_take_no_memory_twice();
  void tiles_take_little_memory_twice();

 private:
  mutable ScratchPool scratch_;

  [[nodiscard]] CodingModel coding(const BackendModel& networks, SpareThreads* spare) const {
    CodingModel coding{&model_, &networks};
    coding.scratch = &scratch_;
    coding.spare = spare;
    return coding;
  }
  Model model_;
  std::unique_ptr<BackendModel> fast_;
};

void SharedSegmentTest::threads_change_nothing_data() {
  QTest::addColumn<int>("width");
  QTest::addColumn<int>("height");
  QTest::addColumn<int>("channels");
  QTest::addColumn<int>("lanes");
  QTest::addColumn<int>("schedule");
  for (const int schedule : {0, 1}) {
    const char* const name = schedule == 0 ? "bit-swap" : "bb-ans";
    QTest::addRow("one lane, %s", name) << 301 << 211 << 3 << 1 << schedule;
    QTest::addRow("several lanes, %s", name) << 703 << 499 << 3 << 4 << schedule;
  }
  QTest::newRow("more lanes than threads") << 1001 << 799 << 3 << 9 << 0;
  QTest::newRow("grey") << 1000 << 777 << 1 << 3 << 0;
  QTest::newRow("flat") << 20000 << 9 << 3 << 2 << 0;
  QTest::newRow("narrow") << 5 << 40001 << 3 << 2 << 0;
}

void SharedSegmentTest::threads_change_nothing() {
  QFETCH(int, width);
  QFETCH(int, height);
  QFETCH(int, channels);
  QFETCH(int, lanes);
  QFETCH(int, schedule);
  const auto order = static_cast<Schedule>(schedule);
  const Picture tile = test_picture(width, height, channels, 5);
  QCOMPARE(lanes_of(tile), lanes);
  const TileShape shape = shape_of(tile);
  const Counting networks(*fast_);
  const EncodedSegment expected = encode_segment(coding(networks, nullptr), {&tile, 1}, order, true, nullptr).value();
  QCOMPARE(networks.parts.load(), 0);
  for (const int threads : {1, 2, 3, 8}) {
    SpareThreads spare(threads);
    networks.parts = 0;
    compare(encode_segment(coding(networks, &spare), {&tile, 1}, order, true, nullptr).value(), expected);
    const bool high_enough = height > 9;  // for a network to be worth sharing
    QCOMPARE(networks.parts > 0, threads > 1 && high_enough && networks.runs_rows());
    const auto decoded = decode_segment(coding(networks, &spare), expected.payload, {&shape, 1}, order, nullptr);
    QCOMPARE(decoded.value().front(), tile);
  }
}

void SharedSegmentTest::chained_tiles() {
  const Model model = random_model(named_config("classic").value(), 22);
  const auto networks = load(model);
  std::vector<Picture> tiles;
  std::vector<TileShape> shapes;
  for (std::uint32_t i = 0; i < 6; ++i) {
    tiles.push_back(test_picture(32, 20 + i, 3, i));
    shapes.push_back(shape_of(tiles.back()));
  }
  CodingModel coding{&model, networks.get()};
  const EncodedSegment alone = encode_segment(coding, tiles, Schedule::BitSwap, true, nullptr).value();
  SpareThreads spare(3);
  coding.spare = &spare;
  compare(encode_segment(coding, tiles, Schedule::BitSwap, true, nullptr).value(), alone);
  QCOMPARE(decode_segment(coding, alone.payload, shapes, Schedule::BitSwap, nullptr).value(), tiles);
}

void SharedSegmentTest::damage_is_the_same() {
  const Picture tile = test_picture(503, 401, 3, 6);
  const TileShape shape = shape_of(tile);
  const Bytes good =
      encode_segment(coding(*fast_, nullptr), {&tile, 1}, Schedule::BitSwap, false, nullptr).value().payload;
  SpareThreads spare(3);
  int noticed = 0;
  for (const std::size_t place : {std::size_t{0}, std::size_t{30}, good.size() / 3, good.size() / 2, good.size() - 5}) {
    Bytes bad = good;
    bad[place] ^= 0x20;
    const auto expected = decode_segment(coding(*fast_, nullptr), bad, {&shape, 1}, Schedule::BitSwap, nullptr);
    const auto actual = decode_segment(coding(*fast_, &spare), bad, {&shape, 1}, Schedule::BitSwap, nullptr);
    QCOMPARE(actual.ok(), expected.ok());
    if (expected.ok()) {
      QCOMPARE(*actual, *expected);
      continue;
    }
    ++noticed;
    QCOMPARE(actual.error().code, expected.error().code);
    QCOMPARE(actual.error().offset, expected.error().offset);
    QCOMPARE(actual.error().detail, expected.error().detail);
  }
  QVERIFY(noticed > 0);
}

void SharedSegmentTest::networks_take_no_memory_twice() {
  if (available_isas().empty()) QSKIP("this processor has none of the instruction sets");
  const Model model = random_model(named_config("compact").value(), 23);
  const int height = 70, width = 90;
  for (const CpuIsa isa : available_isas()) {
    const auto networks = make_cpu_backend(isa).value()->load(model).value();
    for (int n = 0; n < static_cast<int>(model.networks.size()); ++n) {
      const std::vector<std::int8_t> input(std::size_t{height} * width * model.plan.networks[n].in());
      std::vector<std::int16_t> output;
      QVERIFY(networks->run_head(n, input, 1, height, width, output).ok());
      const NetworkRun run{.network = n, .input = input, .height = height, .width = width, .scratch = &scratch_};
      QVERIFY(networks->run(run, {.head = output}).ok());
      const std::size_t before = allocations;
      const bool whole = networks->run(run, {.head = output}).ok();
      const bool part = networks->run_rows(run, 20, 40, {.head = output}).ok();
      QCOMPARE(allocations - before, std::size_t{0});
      QVERIFY(whole && part);
    }
  }
}

// What is left is the payload and what it is made of: stacks, ledger, steps.
void SharedSegmentTest::tiles_take_little_memory_twice() {
  const Picture tile = test_picture(1001, 799, 3, 7);
  const TileShape shape = shape_of(tile);
  std::size_t encoding = 0, decoding = 0;
  for (int round = 0; round < 2; ++round) {
    std::size_t before = allocations;
    const auto coded = encode_segment(coding(*fast_, nullptr), {&tile, 1}, Schedule::BitSwap, false, nullptr);
    encoding = allocations - before;
    before = allocations;
    const auto decoded =
        decode_segment(coding(*fast_, nullptr), coded->payload, {&shape, 1}, Schedule::BitSwap, nullptr);
    decoding = allocations - before;
    QCOMPARE(decoded->front(), tile);
  }
  qInfo("%zu allocations to encode a tile of %d lanes, %zu to decode it", encoding, lanes_of(tile), decoding);
  if (!fast_->runs_rows()) QSKIP("the plain loops take memory for each network");
  QVERIFY(encoding < 150);
  QVERIFY(decoding < 150);
}

QTEST_APPLESS_MAIN(SharedSegmentTest)
#include "shared_segment_test.moc"
