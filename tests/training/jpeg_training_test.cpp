// SPDX-License-Identifier: GPL-3.0-or-later
// The trainer means the same by a JPEG plan as the coder, learns from coefficients, and makes them of pixels.
#include <QtTest>

#include "engine/codec/host/network_input.h"
#include "engine/codec/host/plane_operations.h"
#include "engine/codec/segment.h"
#include "engine/model/jpeg_plan.h"
#include "engine/nn/backend.h"
#include "engine/training/checkpoint.h"
#include "engine/training/jpeg_encode.h"
#include "engine/training/plan_tensors.h"
#include "engine/training/trainable_model.h"
#include "engine/training/trainer.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

namespace {

/// Something like a photo as JPEG coefficients; the sides are in pixels.
JpegBlocks test_jpeg(int side, int rows, int quality, int across, int down, std::uint64_t seed) {
  const auto length = static_cast<std::uint32_t>(side);
  const Picture picture = test_picture(length, length, 3, seed);
  std::vector<std::uint8_t> planes(picture.samples.size());
  for (std::size_t i = 0; i < picture.pixel_count(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) planes[c * picture.pixel_count() + i] = picture.samples[3 * i + c] / 2 + 60;
  }
  return encode_jpeg(planes, side, rows, quality, across, down);
}

Batch batch_of(const Plan& plan, const JpegBlocks& picture) {
  Batch batch{&plan, {}, torch::empty({1, plan.inputs, 64})};
  for (int c = 0; c < plan.inputs; ++c) {
    const JpegComponentBlocks& component = picture.components[static_cast<std::size_t>(c)];
    const torch::Tensor values = torch::empty({1, component.rows, component.columns, 64}, torch::kInt16);
    std::ranges::copy(component.values, values.data_ptr<std::int16_t>());
    batch.inputs.push_back(values.permute({0, 3, 1, 2}));
    for (int k = 0; k < 64; ++k) batch.steps[0][c][k] = component.steps[static_cast<std::size_t>(k)];
  }
  return batch;
}

InputView view_of(const JpegComponentBlocks& component) {
  InputView view{.grid = {component.columns, component.rows}, .channels = 64};
  view.coefficients = component.values.data();
  view.row = std::ptrdiff_t{64} * component.columns;
  view.column = 64;
  view.channel = 1;
  view.steps = component.steps;
  return view;
}

JpegSet small_set() {
  JpegSet set;
  for (int i = 0; i < 3; ++i) {
    set.add(test_jpeg(256, 256, 75 + 5 * i, 2, 2, 10 + static_cast<std::uint64_t>(i)));
    set.add(test_jpeg(256, 128, 80, 2, 1, 20 + static_cast<std::uint64_t>(i)));
    set.add(test_jpeg(128, 128, 90, 1, 1, 30 + static_cast<std::uint64_t>(i)));
  }
  set.clean().add(test_picture(300, 280, 3, 5), 1);
  return set;
}

}  // namespace

class JpegTrainingTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void planes_and_inputs_are_those_of_the_coder();
  void quantised_pass_agrees_with_the_coder_data();
  void quantised_pass_agrees_with_the_coder();
  void encodes_as_the_standard_says();
  void packed_sets_come_back();
  void learns_and_resumes();
};

void JpegTrainingTest::planes_and_inputs_are_those_of_the_coder() {
  const JpegBlocks picture = test_jpeg(256, 256, 70, 2, 2, 3);
  torch::manual_seed(1);
  TrainableModel trainable(named_jpeg_config("tiny-jpeg").value(), torch::kCPU);
  const Plan& plan = trainable.plan();
  const torch::NoGradGuard no_grad;
  trainable.prepare(true);
  const Batch batch = batch_of(plan, picture);
  const std::vector<torch::Tensor> noise = trainable.draw_noise(batch);
  const PassModel model = trainable.pass_model(trainable.leaves());
  PlanPass pass(batch, noise, model);

  std::vector<Grid> inputs;
  std::vector<std::span<const std::uint16_t>> steps;
  for (const JpegComponentBlocks& component : picture.components) {
    inputs.push_back({component.columns, component.rows});
    steps.emplace_back(component.steps);
  }
  const std::vector<Grid> grids = grids_of(plan, inputs);
  std::vector<Planes> planes;
  std::vector<bool> known(plan.planes.size());
  for (std::size_t p = 0; p < plan.planes.size(); ++p) {
    const PlaneSpec& spec = plan.planes[p];
    Planes& plane = planes.emplace_back(spec.values, spec.channels, grids[static_cast<std::size_t>(spec.grid)]);
    const auto from = [&](int i) -> const Planes& { return planes[static_cast<std::size_t>(spec.from[i])]; };
    known[p] = true;
    if (spec.origin == Origin::Input) {
      const JpegComponentBlocks& component = picture.components[static_cast<std::size_t>(spec.input)];
      load_plane(spec, view_of(component), valid_part(plan, static_cast<int>(p), inputs), plane, nullptr);
    } else if (spec.origin == Origin::Merge) {
      merge_planes(from(0), from(1), from(2), from(3), plane, nullptr);
    } else if (spec.origin == Origin::Intensity) {
      intensity_planes(from(0), steps[0][0], plane);
    } else {
      known[p] = false;  // depends on networks
      continue;
    }
    const torch::Tensor mine = pass.plane(static_cast<int>(p)).contiguous();
    for (int c = 0; c < spec.channels; ++c) {
      for (int y = 0; y < plane.grid().height; ++y) {
        for (int x = 0; x < plane.grid().width; ++x) {
          const int expected = plane.coefficients() ? plane.wide(c, y)[x] : plane.bytes(c, y)[x];
          QCOMPARE(static_cast<int>(mine[0][c][y][x].item<float>()), expected);
        }
      }
    }
  }
  int compared = 0;
  for (std::size_t i = 0; i < plan.conditionals.size(); ++i) {
    const Conditional& c = plan.conditionals[i];
    const auto unknown = [&](int plane) { return plane >= 0 && !known[static_cast<std::size_t>(plane)]; };
    if (c.network < 0 || std::ranges::any_of(c.inputs, [&](const InputPart& part) { return unknown(part.plane); }))
      continue;
    if (std::ranges::any_of(c.targets, [&](const Target& t) { return unknown(t.guess.plane); })) continue;
    ConditionalInput expected;
    expected.grid = grids[static_cast<std::size_t>(c.grid)];
    make_input({&plan, grids, planes, steps}, c, nullptr, nullptr, expected);
    const torch::Tensor mine =
        (pass.input(static_cast<int>(i)) * kActivationUnit).permute({0, 2, 3, 1}).contiguous().to(torch::kInt8);
    QCOMPARE(static_cast<std::size_t>(mine.numel()), expected.values.size());
    QVERIFY2(std::equal(expected.values.begin(), expected.values.end(), mine.data_ptr<std::int8_t>()),
             plan.networks[static_cast<std::size_t>(c.network)].name.c_str());
    ++compared;
  }
  QVERIFY(compared > 15);
}

void JpegTrainingTest::quantised_pass_agrees_with_the_coder_data() {
  QTest::addColumn<int>("across");
  QTest::addColumn<int>("down");
  QTest::addColumn<int>("components");
  QTest::newRow("4:2:0") << 2 << 2 << 3;
  QTest::newRow("4:2:2") << 2 << 1 << 3;
  QTest::newRow("4:4:4") << 1 << 1 << 3;
  QTest::newRow("grey") << 1 << 1 << 1;
}

void JpegTrainingTest::quantised_pass_agrees_with_the_coder() {
  QFETCH(const int, across);
  QFETCH(const int, down);
  QFETCH(const int, components);
  torch::manual_seed(3);
  TrainableModel trainable(named_jpeg_config("tiny-jpeg").value(), torch::kCPU);
  const torch::NoGradGuard no_grad;
  trainable.values().add_(torch::randn_like(trainable.values()) * 0.02);
  Model model = trainable.export_integers(trainable.values());
  const Result<Model> checked = read_model(write_model(model));
  QVERIFY2(checked.ok(), checked.ok() ? "" : checked.error().detail.c_str());

  const Plan plan = make_jpeg_plan(model.jpeg_config(), {components, across, down});
  const JpegBlocks picture = test_jpeg(128 * across, 128 * down, 80, across, down, 5);
  const Batch batch = batch_of(plan, picture);
  const BatchBits bits = trainable.forward(batch, true);

  const auto networks = make_plain_backend()->load(model).value();
  TileInputs inputs;
  for (int c = 0; c < components; ++c) inputs.push_back(view_of(picture.components[static_cast<std::size_t>(c)]));
  const CodingModel coding{&model, networks.get()};
  const Result<EncodedSegment> segment = encode_segment(coding, plan, std::span(&inputs, 1), {}, false, nullptr);
  QVERIFY2(segment.ok(), segment.ok() ? "" : segment.error().detail.c_str());
  const std::size_t latents = plan.latents.size();
  QCOMPARE(segment->ledger.stages.size(), latents + plan.stages.size());
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const double expected = bits.stages[s].item<double>();
    const double actual = segment->ledger.stages[latents + s].likelihood_bits;
    // Latents are drawn; the tail agrees but for the rounding of tables.
    const double tolerance = static_cast<int>(s) >= plan.tail_begin ? 0.01 : 0.2;
    QVERIFY2(std::abs(actual - expected) < tolerance * expected + 4,
             qPrintable(QString("%1: %2 against %3").arg(plan.stages[s].name.c_str()).arg(actual).arg(expected)));
  }
}

void JpegTrainingTest::encodes_as_the_standard_says() {
  QCOMPARE(int{standard_steps(50, false)[0]}, 16);
  QCOMPARE(int{standard_steps(75, false)[0]}, 8);
  QCOMPARE(int{standard_steps(75, true)[63]}, 50);
  QCOMPARE(int{standard_steps(98, false)[1]}, 1);
  // A grey ramp: DC is eight times the mean over the step, rows have no vertical frequencies, chroma is 0.
  std::vector<std::uint8_t> planes(std::size_t{3} * 16 * 16);
  for (std::size_t i = 0; i < planes.size(); ++i) planes[i] = static_cast<std::uint8_t>(100 + i % 16);
  const JpegBlocks picture = encode_jpeg(planes, 16, 16, 98, 2, 2);
  const auto steps = standard_steps(98, false);
  QCOMPARE(picture.components[0].columns, 2);
  QCOMPARE(picture.components[1].rows, 1);
  QCOMPARE(int{picture.components[0].values[0]}, static_cast<int>(std::lround((103.5 - 128) * 8 / steps[0])));
  QVERIFY(picture.components[0].values[1] < 0);       // darker on the left
  QCOMPARE(int{picture.components[0].values[2]}, 0);  // vertical
  for (const auto value : picture.components[1].values) QCOMPARE(int{value}, 0);
}

void JpegTrainingTest::packed_sets_come_back() {
  QTemporaryDir folder;
  const auto path = std::filesystem::path(folder.filePath("set.pack").toStdString());
  const JpegSet set = small_set();
  QCOMPARE(set.files(), std::size_t{9});
  QVERIFY(set.write_packed(path, 1'000'000'000, 1).ok());
  const Result<JpegSet> back = JpegSet::read_packed(path);
  QVERIFY2(back.ok(), back.ok() ? "" : back.error().detail.c_str());
  QCOMPARE(back->files(), set.files());
  QCOMPARE(back->pixels(), set.pixels());
  QCOMPARE(back->clean().size(), std::size_t{1});
  std::mt19937_64 one(3), other(3);
  for (int i = 0; i < 20; ++i) {
    const JpegCrops a = set.sample(1, one), b = back->sample(1, other);
    QVERIFY(a.values == b.values && a.steps == b.steps && a.across == b.across && a.down == b.down);
    QCOMPARE(a.values[0].size(), std::size_t{4} * 16 * 16 * 64);
  }
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  QCOMPARE(JpegSet::read_packed(path).error().code, Error::Code::Truncated);
  JpegSet odd;
  QVERIFY(!odd.add(test_jpeg(64, 64, 80, 1, 1, 1)));  // smaller than a crop
  QVERIFY(odd.empty());
}

void JpegTrainingTest::learns_and_resumes() {
  QTemporaryDir folder;
  const JpegSet set = small_set();
  TrainOptions options;
  options.threads = 1;
  options.batch = 1;
  options.steps = 60;
  options.learning_rate = 4e-3;
  options.checkpoint = folder.filePath("checkpoint").toStdString();
  double first = 0, last = 0;
  TrainHooks hooks;
  hooks.validation_jpegs = &set;
  hooks.progress = [&](const TrainProgress& p) {
    if (first == 0) first = p.bits_per_subpixel;
    if (p.validation) last = *p.validation;
  };
  hooks.save = [](Model& model) -> Status {
    return read_model(write_model(model)).ok() ? Status() : Status(Error{Error::Code::Internal, 0, "bad model"});
  };
  const JpegConfig config = named_jpeg_config("tiny-jpeg").value();
  const Status status = train(config, set, options, hooks, nullptr);
  QVERIFY2(status.ok(), status.ok() ? "" : status.error().detail.c_str());
  QVERIFY2(last > 0 && last < 0.9 * first, qPrintable(QString("%1 after %2").arg(last).arg(first)));
  options.resume = true;
  options.steps = 5;
  QVERIFY(train(config, set, options, hooks, nullptr).ok());
  QCOMPARE(read_checkpoint(options.checkpoint)->step, std::uint64_t{65});
  QCOMPARE(train(named_jpeg_config("jpeg").value(), set, options, hooks, nullptr).error().code,
           Error::Code::InvalidArgument);
  QCOMPARE(train(config, JpegSet(), options, hooks, nullptr).error().code, Error::Code::InvalidArgument);
}

QTEST_APPLESS_MAIN(JpegTrainingTest)
#include "jpeg_training_test.moc"
