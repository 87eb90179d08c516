// SPDX-License-Identifier: GPL-3.0-or-later
// The CUDA backend without a graphics card: its kernels run on the CPU from the same source (emulation.h) and have to
// give what the plain backend and the host's coder give, bit for bit.
#include <QtTest>
#include <random>

#include "engine/codec/cuda/device_coder.h"
#include "engine/codec/segment.h"
#include "engine/model/released/models.h"
#include "tests/codec/cuda/fake_device.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

namespace {

constexpr std::uint64_t kMemory = std::uint64_t{512} << 20;

/// A model on the host and on the emulated device.
struct Rig {
  explicit Rig(Model m, std::uint64_t memory = kMemory) : model(std::move(m)) {
    networks = make_plain_backend()->load(model).value();
    device = cuda::DeviceCoder::create(model, memory).value();
  }
  [[nodiscard]] CodingModel coding() const { return {&model, networks.get()}; }
  Model model;
  std::unique_ptr<BackendModel> networks;
  std::unique_ptr<cuda::DeviceCoder> device;
};

using Tiles = std::vector<Picture>;

std::vector<TileShape> shapes_of(const Tiles& tiles) {
  std::vector<TileShape> shapes;
  for (const Picture& tile : tiles) shapes.push_back({tile.width, tile.height, tile.channels});
  return shapes;
}

void compare_ledgers(const Ledger& a, const Ledger& b) {
  const auto near = [](double x, double y) { return std::abs(x - y) < 0.02 + 1e-6 * std::abs(x); };
  QCOMPARE(a.stages.size(), b.stages.size());
  for (std::size_t s = 0; s < a.stages.size(); ++s) {
    QCOMPARE(a.stages[s].name, b.stages[s].name);
    QCOMPARE(a.stages[s].latent, b.stages[s].latent);
    QVERIFY(near(a.stages[s].likelihood_bits, b.stages[s].likelihood_bits));
    QVERIFY(near(a.stages[s].prior_bits, b.stages[s].prior_bits));
    QVERIFY(near(a.stages[s].posterior_bits, b.stages[s].posterior_bits));
  }
  QVERIFY(near(a.initial_bits_required, b.initial_bits_required));
  QCOMPARE(a.initial_bits_paid, b.initial_bits_paid);
  QVERIFY(near(a.coder_bits, b.coder_bits));
  QVERIFY(near(a.flush_bits, b.flush_bits));
  QCOMPARE(a.header_bits, b.header_bits);
}

/// Codes all segments in one call and each on the host: same bytes, same ledger, and the pixels come back.
void round_trip(const Rig& rig, const std::vector<Tiles>& segments, Schedule schedule,
                std::vector<EncodedSegment>* encoded_segments = nullptr) {
  std::vector<SegmentSource> sources;
  for (const Tiles& tiles : segments) sources.push_back({tiles});
  auto encoded = rig.device->encode(sources, schedule, nullptr);
  QVERIFY2(encoded.ok(), encoded.ok() ? "" : encoded.error().detail.c_str());
  QCOMPARE(encoded->size(), segments.size());
  std::vector<std::vector<TileShape>> shapes;
  std::vector<SegmentPayload> payloads;
  for (std::size_t s = 0; s < segments.size(); ++s) {
    const EncodedSegment host = encode_segment(rig.coding(), segments[s], schedule, false, nullptr).value();
    QCOMPARE((*encoded)[s].payload.size(), host.payload.size());
    QVERIFY((*encoded)[s].payload == host.payload);
    compare_ledgers(host.ledger, (*encoded)[s].ledger);
    shapes.push_back(shapes_of(segments[s]));
  }
  for (std::size_t s = 0; s < segments.size(); ++s) payloads.push_back({(*encoded)[s].payload, shapes[s]});
  const auto decoded = rig.device->decode(payloads, schedule, nullptr);
  QVERIFY2(decoded.ok(), decoded.ok() ? "" : decoded.error().detail.c_str());
  for (std::size_t s = 0; s < segments.size(); ++s) {
    QVERIFY2((*decoded)[s].ok(), (*decoded)[s].ok() ? "" : (*decoded)[s].error().detail.c_str());
    QVERIFY(*(*decoded)[s] == segments[s]);
  }
  if (encoded_segments != nullptr) *encoded_segments = std::move(encoded).value();
}

Picture flat_picture(std::uint32_t width, std::uint32_t height, int channels, std::uint8_t value) {
  Picture picture{width, height, static_cast<std::uint8_t>(channels), {}};
  picture.samples.assign(picture.pixel_count() * channels, value);
  return picture;
}

}  // namespace

class CudaEmulationTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() { cuda::fake_device() = {}; }
  void same_integers_data();
  void same_integers();
  void all_small_sizes();
  void every_kind_of_model_data();
  void every_kind_of_model();
  void all_numbers_of_states();
  void several_lanes();
  void flat_tiles_draw_initial_words();
  void released_model();
  void wrong_tensor_cores_are_noticed();
  void damage_is_noticed();
  void multiply_loop_data();
  void multiply_loop();
};

void CudaEmulationTest::same_integers_data() {
  QTest::addColumn<QString>("name");
  QTest::addColumn<bool>("tensor_cores");
  const QString wide = "tiny,level_width=16:80,latent_width=136,latent_channels=7";
  QTest::newRow("tiny") << "tiny" << false;
  QTest::newRow("wide") << wide << false;
  QTest::newRow("released") << "" << false;
  QTest::newRow("wide, tensor cores") << wide << true;
  QTest::newRow("released, tensor cores") << "" << true;
}

void CudaEmulationTest::same_integers() {
  QFETCH(QString, name);
  QFETCH(bool, tensor_cores);
  cuda::fake_device().tensor_cores = tensor_cores;
  const Rig rig(name.isEmpty() ? *load_model("").value() : random_model(named_config(name.toStdString()).value(), 11));
  std::mt19937_64 random(1);
  for (std::size_t n = 0; n < rig.model.networks.size(); ++n) {
    for (const auto& [count, height, width] : {std::array{1, 1, 1}, {3, 1, 9}, {2, 9, 17}}) {
      std::vector<std::int8_t> input(static_cast<std::size_t>(count * height * width) *
                                     rig.model.plan.networks[n].in());
      for (auto& v : input) v = static_cast<std::int8_t>(random());
      std::vector<std::int16_t> expected, actual;
      const int network = static_cast<int>(n);
      QVERIFY(rig.networks->run_head(network, input, count, height, width, expected).ok());
      QVERIFY(rig.device->run(network, input, count, height, width, actual).ok());
      QVERIFY(actual == expected);
    }
  }
}

void CudaEmulationTest::all_small_sizes() {
  const Rig rig(random_model(small_config(2, 2), 1));
  std::vector<Tiles> segments;
  for (int height = 1; height <= 9; ++height) {
    for (int width = 1; width <= 9; ++width) {
      segments.push_back({test_picture(width, height, width % 3 == 0 ? 1 : 3, width * 10 + height)});
    }
  }
  for (const Schedule schedule : {Schedule::BitSwap, Schedule::BbAns}) round_trip(rig, segments, schedule);
}

void CudaEmulationTest::every_kind_of_model_data() {
  QTest::addColumn<int>("levels");
  QTest::addColumn<int>("latent_stages");
  QTest::addColumn<int>("mixtures");
  QTest::addColumn<bool>("coupling");
  QTest::addColumn<int>("latent_channels");
  QTest::newRow("plain hierarchy") << 0 << 1 << 1 << false << 8;
  QTest::newRow("one level") << 1 << 1 << 2 << true << 4;
  QTest::newRow("latent explains more") << 2 << 4 << 2 << true << 3;
  QTest::newRow("three levels") << 3 << 5 << 1 << true << 1;
  QTest::newRow("chained levels") << 1 << 2 << 2 << false << 5;
}

void CudaEmulationTest::every_kind_of_model() {
  QFETCH(int, levels);
  QFETCH(int, latent_stages);
  QFETCH(int, mixtures);
  QFETCH(bool, coupling);
  QFETCH(int, latent_channels);
  ModelConfig config = small_config(levels, latent_stages);
  config.mixtures = static_cast<std::uint8_t>(mixtures);
  config.colour_coupling = coupling;
  config.latent_pool = {2, 1, 2};
  config.latent_channels = static_cast<std::uint8_t>(latent_channels);
  const Rig rig(random_model(config, 2));
  // Alone, in chains of different lengths, grey and in colour, all in one call.
  const std::vector<Tiles> segments = {
      {test_picture(32, 32, 3, 1), test_picture(19, 32, 3, 2), test_picture(32, 7, 3, 3), test_picture(1, 1, 3, 4)},
      {test_picture(40, 23, 1, 5)},
      {test_picture(16, 16, 1, 6), test_picture(5, 16, 1, 7)},
      {test_picture(50, 37, 3, 8)},
  };
  for (const Schedule schedule : {Schedule::BitSwap, Schedule::BbAns}) round_trip(rig, segments, schedule);
}

void CudaEmulationTest::all_numbers_of_states() {
  const Rig rig(random_model(small_config(2, 1), 3));
  std::vector<Tiles> segments;
  for (int states = 1; states <= 32; states *= 2) {
    const auto height = static_cast<std::uint32_t>(states * 8192 / 3 / 100 + 1);
    segments.push_back({test_picture(101, height, 3, states)});
    QCOMPARE(lane_layout(segments.back()[0].samples.size()).states, states);
  }
  round_trip(rig, segments, Schedule::BitSwap);
}

void CudaEmulationTest::several_lanes() {
  ModelConfig config = small_config(2, 2);
  config.latent_pool = {2, 2, 2};
  const Rig rig(random_model(config, 4));
  // Two lanes, and fewer rows in the coarsest latent than that.
  const Picture picture = test_picture(4533, 29, 3, 6);
  QCOMPARE(lane_layout(picture.samples.size()).lanes, 2);
  round_trip(rig, {{picture}}, Schedule::BitSwap);
}

void CudaEmulationTest::flat_tiles_draw_initial_words() {
  const Rig rig(random_model(small_config(0, 1), 5));
  std::vector<EncodedSegment> encoded;
  for (const Schedule schedule : {Schedule::BitSwap, Schedule::BbAns}) {
    round_trip(rig, {{flat_picture(70, 60, 3, 0)}, {flat_picture(9, 300, 1, 255)}}, schedule, &encoded);
    for (const EncodedSegment& segment : encoded) QVERIFY(segment.ledger.initial_bits_paid > 0);
  }
}

void CudaEmulationTest::released_model() {
  cuda::fake_device().tensor_cores = true;
  const Rig rig(*load_model("").value());
  round_trip(rig, {{test_picture(47, 33, 3, 12)}, {test_picture(20, 31, 1, 13)}}, Schedule::BitSwap);
}

void CudaEmulationTest::wrong_tensor_cores_are_noticed() {
  cuda::fake_device().tensor_cores = true;
  cuda::fake_device().wrong_tensor_cores = true;
  const Rig rig(random_model(small_config(1, 1), 7));  // looks once, and does without them
  round_trip(rig, {{test_picture(20, 17, 3, 14)}}, Schedule::BitSwap);
}

void CudaEmulationTest::damage_is_noticed() {
  const Rig rig(random_model(small_config(2, 1), 6));
  const Tiles tiles = {test_picture(24, 20, 3, 3)};
  const std::vector<TileShape> shapes = shapes_of(tiles);
  const Bytes good = encode_segment(rig.coding(), tiles, Schedule::BitSwap, false, nullptr).value().payload;
  std::vector<Bytes> damaged;
  for (std::size_t size = 0; size < good.size(); size += 61) damaged.emplace_back(good.begin(), good.begin() + size);
  for (std::size_t at = 0; at < good.size(); at += at < 24 ? 1 : 23) {
    damaged.push_back(good);
    damaged.back()[at] ^= static_cast<std::uint8_t>(1 << at % 8);
  }
  damaged.push_back(good);
  damaged.back().resize(good.size() + 4);
  damaged.push_back(good);
  std::vector<SegmentPayload> payloads;
  for (const Bytes& payload : damaged) payloads.push_back({payload, shapes});
  const auto decoded = rig.device->decode(payloads, Schedule::BitSwap, nullptr);
  QVERIFY(decoded.ok());
  // A changed byte may even give another valid message: then it must be the same one as on the host.
  for (std::size_t k = 0; k < damaged.size(); ++k) {
    const auto host = decode_segment(rig.coding(), damaged[k], shapes, Schedule::BitSwap, nullptr);
    QCOMPARE((*decoded)[k].ok(), host.ok());
    if (host.ok()) {
      QVERIFY(*(*decoded)[k] == *host);
    } else {
      QCOMPARE((*decoded)[k].error().code, host.error().code);
    }
  }
  QVERIFY(decoded->back().ok());
}

void CudaEmulationTest::multiply_loop_data() {
  QTest::addColumn<bool>("tensor_cores");
  QTest::newRow("plain") << false;
  QTest::newRow("tensor cores") << true;
}

/// The loop that measures how fast a device multiplies really multiplies: sums over each warp.
void CudaEmulationTest::multiply_loop() {
  QFETCH(bool, tensor_cores);
  constexpr int kRounds = 3;
  constexpr std::size_t kThreads = 2 * cuda::kMultiplyThreads;
  const auto byte = [](int thread, int k, int i) {
    return int{static_cast<std::int8_t>(static_cast<std::uint32_t>(cuda::multiply_operand(thread, k)) >> (8 * i))};
  };
  std::uint32_t products = 0;
  for (int i = 0; i < 4; ++i) {
    if (tensor_cores) {
      // Sum of a product of matrices: columns of one times rows of the other. A word has its place in thread % 4.
      for (int word = 0; word < 8; ++word) {
        int column = 0, row = 0;
        for (int thread = word % 4; thread < cuda::kWarp; thread += 4) {
          column += byte(thread, word < 4 ? 0 : 2, i) + byte(thread, word < 4 ? 1 : 3, i);
          row += byte(thread, word < 4 ? 4 : 5, i);
        }
        products += static_cast<std::uint32_t>(column * row);
      }
    } else {
      for (int thread = 0; thread < cuda::kWarp; ++thread) {
        for (int k = 0; k < 4; ++k) {
          products += static_cast<std::uint32_t>(byte(thread, k, i) * byte(thread, 4 + k % 2, i));
        }
      }
    }
  }
  QVERIFY(products != 0);
  constexpr int kSums = 4 * cuda::kMultiplyChains;
  const std::uint32_t start = kSums * (kSums - 1) / 2 * cuda::kWarp;

  const cuda::Stream stream = cuda::create_stream().value();
  std::vector<std::uint32_t> result(kThreads);
  cuda::start_multiply_loop(stream, 2, tensor_cores, kRounds, result.data());
  QVERIFY(cuda::synchronise(stream).ok());
  cuda::destroy_stream(stream);
  for (std::size_t first = 0; first < kThreads; first += cuda::kWarp) {
    std::uint32_t sum = 0;
    for (std::size_t thread = first; thread < first + cuda::kWarp; ++thread) sum += result[thread];
    QCOMPARE(sum, start + kRounds * cuda::kMultiplyChains * products);
  }
}

QTEST_APPLESS_MAIN(CudaEmulationTest)
#include "cuda_emulation_test.moc"
