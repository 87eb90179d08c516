// SPDX-License-Identifier: GPL-3.0-or-later
// The host's share of the CUDA backend: batches that fit the memory, and what happens when the device fails.
#include <QtTest>

#include "engine/codec/cuda/batch.h"
#include "engine/codec/cuda/module.h"
#include "engine/codec/image_codec.h"
#include "engine/codec/segment_batch.h"
#include "engine/model/pixel_plan.h"
#include "tests/codec/cuda/fake_device.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;
using cuda::Direction;
using cuda::fake_device;

namespace {

constexpr std::uint64_t kMemory = std::uint64_t{64} << 20;

std::unique_ptr<Backend> open_fake(std::uint64_t memory = kMemory, bool host_is_welcome = false) {
  CudaOptions options;
  options.memory = memory;
  options.host_is_welcome = host_is_welcome;
  std::string reason;
  return std::unique_ptr<Backend>(make_cuda_backend(options, reason));
}

/// Pictures of several sizes, their encoders for two models of the same weights, and the host's payloads.
struct Rig {
  explicit Rig(std::uint64_t memory = kMemory) : model(random_model(small_config(1, 1), 1)) {
    networks = open_fake(memory)->load(model).value();
    host_networks = make_plain_backend()->load(model).value();
    for (int i = 0; i < 4; ++i) pictures.push_back(test_picture(20 + 29 * i, 60 - 11 * i, 1 + i % 4, i));
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      const Schedule schedule = i % 2 == 0 ? Schedule::BitSwap : Schedule::BbAns;
      encoders.push_back(std::make_unique<ImageEncoder>(coding(), pictures[i], schedule));
      const ImageEncoder host({&model, host_networks.get()}, pictures[i], schedule);
      for (std::size_t s = 0; s < encoders[i]->segments().size(); ++s) {
        tasks.push_back({encoders[i].get(), s});
        expected.push_back(host.encode(s, false, nullptr).value().payload);
      }
    }
  }
  [[nodiscard]] CodingModel coding() const { return {&model, networks.get()}; }

  Model model;
  std::unique_ptr<BackendModel> networks, host_networks;
  std::vector<Picture> pictures;
  std::vector<std::unique_ptr<ImageEncoder>> encoders;
  std::vector<EncodeTask> tasks;
  std::vector<Bytes> expected;
};

void check_results(const Rig& rig) {
  for (std::size_t i = 0; i < rig.tasks.size(); ++i) {
    QVERIFY2(rig.tasks[i].result.ok(), rig.tasks[i].result.ok() ? "" : rig.tasks[i].result.error().detail.c_str());
    QVERIFY(rig.tasks[i].result->payload == rig.expected[i]);
  }
}

void check_decoding(Rig& rig, SegmentBatch& batch) {
  std::vector<std::unique_ptr<ImageDecoder>> decoders;
  std::vector<DecodeTask> tasks;
  for (const auto& encoder : rig.encoders) {
    decoders.push_back(std::make_unique<ImageDecoder>(rig.coding(), encoder->header()));
    for (std::size_t s = 0; s < encoder->segments().size(); ++s) {
      tasks.push_back({decoders.back().get(), s, rig.expected[tasks.size()]});
    }
  }
  batch.decode(tasks, nullptr);
  for (const DecodeTask& task : tasks) QVERIFY2(task.status.ok(), task.status.ok() ? "" : "decoding failed");
  for (std::size_t i = 0; i < decoders.size(); ++i) QCOMPARE(decoders[i]->take(), rig.pictures[i]);
}

}  // namespace

class CudaHostTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() { fake_device() = {}; }
  void batches_are_cut_by_pixels_and_memory();
  void layouts_do_not_overlap();
  void no_device();
  void no_room_for_the_model();
  void pictures_through_the_batch();
  void little_memory_makes_small_batches();
  void too_little_memory_goes_to_the_host();
  void damage_stays_with_its_segment();
  void a_device_can_fail_at_any_moment();
  void networks_outlive_the_device();
  void cancelled();
  void ceilings();
  void ceilings_of_a_device_that_fails();
};

void CudaHostTest::batches_are_cut_by_pixels_and_memory() {
  const ComponentPlan plan = component_plan(make_pixel_plan(small_config(2, 1))).value();
  const TileShape tile{100, 50, 3};
  const std::vector<cuda::SegmentShape> segments(10, cuda::encode_shape(plan, {&tile, 1}));
  cuda::Footprint one(plan, Direction::Encode), three = one;
  one.add(segments[0]);
  for (int i = 0; i < 3; ++i) three.add(segments[0]);
  const auto split = [&](std::uint64_t memory, std::uint64_t pixels) {
    return cuda::split_batches(plan, Direction::Encode, segments, memory, pixels);
  };
  using Ends = std::vector<std::size_t>;
  QCOMPARE(split(kMemory, 1 << 20).value(), Ends({10}));
  QCOMPARE(split(kMemory, 20000).value(), Ends({4, 8, 10}));
  QCOMPARE(split(kMemory, 1).value(), Ends({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  QCOMPARE(split(three.layout().size, 1 << 20).value(), Ends({3, 6, 9, 10}));
  QCOMPARE(split(one.layout().size - 1, 1 << 20).error().code, Error::Code::OutOfMemory);
  QCOMPARE(cuda::split_batches(plan, Direction::Encode, {}, 1, 1).value(), Ends());
}

void CudaHostTest::layouts_do_not_overlap() {
  const ComponentPlan plan = component_plan(make_pixel_plan(named_config("compact").value())).value();
  const TileShape tiles[] = {{333, 217, 3}, {40, 500, 3}};
  const std::uint64_t words[] = {1000};
  for (const Direction direction : {Direction::Encode, Direction::Decode}) {
    const cuda::SegmentShape segment =
        direction == Direction::Encode ? cuda::encode_shape(plan, tiles) : cuda::decode_shape(plan, tiles, words);
    const cuda::Batch batch(plan, direction, {&segment, 1});
    QCOMPARE(batch.sums.size(), std::size_t{2});
    QCOMPARE(batch.tiles.size(), std::size_t{2});
    const bool last_first = direction == Direction::Decode;
    QCOMPARE(batch.tiles[0].grid[0].width, last_first ? 40 : 333);
    QCOMPARE(batch.tile_of[0][0], last_first ? std::size_t{1} : std::size_t{0});
    const cuda::BatchLayout& l = batch.layout;
    QVERIFY(l.words + batch.words * 4 <= (last_first ? l.pixels : l.packed));
    QVERIFY(l.pixels + batch.samples <= (last_first ? l.latents : l.words));
    QVERIFY(l.latents < l.input && l.input < l.features[0] && l.features[0] < l.features[1]);
    QVERIFY(l.features[1] < l.head && l.head < l.symbols && l.symbols < l.size);
    QCOMPARE(l.size % 256, std::uint64_t{0});
  }
}

void CudaHostTest::no_device() {
  fake_device().absent = true;
  std::string reason;
  QVERIFY(make_cuda_backend({}, reason) == nullptr);
  QCOMPARE(QString::fromStdString(reason), QString("no fake device"));
  fake_device() = {};
  fake_device().memory = 1'000'000;
  QVERIFY(make_cuda_backend({}, reason) == nullptr);
  QVERIFY(reason.find("memory") != std::string::npos);
}

void CudaHostTest::no_room_for_the_model() {
  const Model model = random_model(small_config(1, 1), 1);
  const auto strict = open_fake(), forgiving = open_fake(kMemory, true);
  fake_device().memory = 1000;
  QCOMPARE(strict->load(model).error().code, Error::Code::OutOfMemory);
  const auto host = forgiving->load(model);
  QVERIFY(host.ok() && (*host)->segment_coder() == nullptr);
}

void CudaHostTest::pictures_through_the_batch() {
  Rig rig;
  SegmentBatch batch(rig.coding());
  QVERIFY(batch.batch_pixels() > 0);
  const int before = fake_device().synchronisations;
  batch.encode(rig.tasks, nullptr);
  check_results(rig);
  check_decoding(rig, batch);
  QVERIFY(fake_device().synchronisations > before);
  QVERIFY(batch.take_warning().empty());
  // The host alone, through the same functions.
  SegmentBatch host({&rig.model, rig.host_networks.get()});
  QCOMPARE(host.batch_pixels(), std::uint64_t{0});
  check_decoding(rig, host);
}

void CudaHostTest::little_memory_makes_small_batches() {
  Rig rig(std::uint64_t{3} << 20);
  SegmentBatch batch(rig.coding());
  const std::size_t before = fake_device().most_used;
  batch.encode(rig.tasks, nullptr);
  check_results(rig);
  check_decoding(rig, batch);
  QVERIFY(batch.take_warning().empty());
  QVERIFY(fake_device().most_used - before <= std::size_t{3} << 20);
}

void CudaHostTest::too_little_memory_goes_to_the_host() {
  Rig rig(100'000);
  SegmentBatch batch(rig.coding());
  batch.encode(rig.tasks, nullptr);
  check_results(rig);
  QVERIFY(!batch.take_warning().empty());
  QVERIFY(batch.take_warning().empty());
  QCOMPARE(batch.batch_pixels(), std::uint64_t{0});
  check_decoding(rig, batch);
}

void CudaHostTest::damage_stays_with_its_segment() {
  Rig rig;
  ImageDecoder good(rig.coding(), rig.encoders[0]->header()), bad(rig.coding(), rig.encoders[0]->header());
  Bytes damaged = rig.expected[0];
  damaged[damaged.size() / 2] ^= 0x10;
  std::vector<DecodeTask> tasks;
  tasks.push_back({&bad, 0, damaged});
  tasks.push_back({&good, 0, rig.expected[0]});
  tasks.push_back({&bad, 0, ByteView(damaged).first(3)});
  SegmentBatch batch(rig.coding());
  batch.decode(tasks, nullptr);
  QVERIFY(!tasks[0].status.ok());
  QVERIFY(tasks[1].status.ok());
  QVERIFY(!tasks[2].status.ok());
  QVERIFY(batch.take_warning().empty());
  QCOMPARE(good.take(), rig.pictures[0]);
}

void CudaHostTest::a_device_can_fail_at_any_moment() {
  for (int call = 1; call < 40; call += call < 10 ? 1 : 4) {
    Rig rig;
    SegmentBatch batch(rig.coding());
    fake_device().calls_until_failure = call;
    batch.encode(rig.tasks, nullptr);
    check_results(rig);
    check_decoding(rig, batch);
    if (fake_device().broken) QVERIFY(!batch.take_warning().empty());
    fake_device() = {};
  }
}

void CudaHostTest::networks_outlive_the_device() {
  Rig rig;
  const std::vector<std::int8_t> input(static_cast<std::size_t>(rig.model.plan.networks[0].in()) * 15, 1);
  std::vector<std::int16_t> before, after;
  QVERIFY(rig.networks->run_head(0, input, 1, 3, 5, before).ok());
  fake_device().broken = true;
  QVERIFY(rig.networks->run_head(0, input, 1, 3, 5, after).ok());
  QCOMPARE(after, before);
  fake_device().broken = false;  // a device that was lost once is not tried again
  const int synchronisations = fake_device().synchronisations;
  QVERIFY(rig.networks->run_head(0, input, 1, 3, 5, after).ok());
  QCOMPARE(fake_device().synchronisations, synchronisations);
}

void CudaHostTest::cancelled() {
  Rig rig;
  SegmentBatch batch(rig.coding());
  CancelToken token;
  token.cancel();
  batch.encode(rig.tasks, &token);
  for (const EncodeTask& task : rig.tasks) QCOMPARE(task.result.error().code, Error::Code::Cancelled);
  QVERIFY(batch.take_warning().empty());
  batch.encode(rig.tasks, nullptr);
  check_results(rig);
}

void CudaHostTest::ceilings() {
  const Model model = random_model(small_config(1, 1), 1);
  CudaOptions options;
  options.memory = std::uint64_t{1} << 19;
  Result<DeviceCeilings> found = DeviceCeilings();
  find_cuda_ceilings(options, model, found);
  QVERIFY2(found.ok(), found.ok() ? "" : found.error().detail.c_str());
  QVERIFY(found->int8_macs_per_second > 0);
  QVERIFY(found->bandwidth_bytes_per_second > 0);
  QVERIFY(found->network_macs_per_second > 0);
  QVERIFY(fake_device().most_used > 0);
  // At any one time: two pieces to copy between, or a model and its arrays.
  QVERIFY(fake_device().most_used < 2 * options.memory);
}

void CudaHostTest::ceilings_of_a_device_that_fails() {
  const Model model = random_model(small_config(1, 1), 1);
  Result<DeviceCeilings> found = DeviceCeilings();
  fake_device().absent = true;
  find_cuda_ceilings({}, model, found);
  QCOMPARE(found.error().code, Error::Code::NotFound);
  QCOMPARE(QString::fromStdString(found.error().detail), QString("no fake device"));
  for (const int call : {1, 2, 3, 4, 9}) {
    fake_device() = {};
    fake_device().calls_until_failure = call;
    find_cuda_ceilings({}, model, found);
    QVERIFY(!found.ok());
    QCOMPARE(found.error().code, Error::Code::Internal);
  }
  fake_device() = {};
  fake_device().memory = 1000;
  find_cuda_ceilings({}, model, found);
  QCOMPARE(found.error().code, Error::Code::OutOfMemory);
}

QTEST_APPLESS_MAIN(CudaHostTest)
#include "cuda_host_test.moc"
