// SPDX-License-Identifier: GPL-3.0-or-later
// The trainer learns, resumes, and its quantised forward pass means the same as the integer coder.
#include <QtTest>

#include <algorithm>
#include <fstream>

#include "engine/codec/image_codec.h"
#include "engine/training/checkpoint.h"
#include "engine/training/likelihood.h"
#include "engine/training/quantise.h"
#include "engine/training/trainable_model.h"
#include "engine/training/trainer.h"
#include "engine/training/widen.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

class TrainingTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void quantised_pass_agrees_with_the_coder_data();
  void quantised_pass_agrees_with_the_coder();
  void fused_likelihood_is_that_of_tensors_data();
  void fused_likelihood_is_that_of_tensors();
  void network_pass_is_that_of_autograd_data();
  void network_pass_is_that_of_autograd();
  void channels_alone_are_those_of_tensors_data();
  void channels_alone_are_those_of_tensors();
  void integers_come_back_from_numbers();
  void starts_with_the_weights_of_a_model();
  void quantised_layers_keep_their_limits();
  void widened_model_computes_the_same();
  void learns_and_resumes();
  void checkpoints_are_checked();
  void packed_photos_come_back();
};

namespace {

PhotoSet photos() {
  PhotoSet set;
  for (int i = 0; i < 4; ++i) set.add(test_picture(120, 90, 3, i), 1 + i);
  return set;
}

}  // namespace

void TrainingTest::quantised_pass_agrees_with_the_coder_data() {
  QTest::addColumn<QString>("config");
  QTest::newRow("tiny") << "tiny";
  QTest::newRow("classic") << "classic";
}

void TrainingTest::quantised_pass_agrees_with_the_coder() {
  QFETCH(QString, config);
  torch::manual_seed(3);
  TrainableModel trainable(named_config(config.toStdString()).value(), torch::kCPU);
  const torch::NoGradGuard no_grad;
  trainable.values().add_(torch::randn_like(trainable.values()) * 0.01);
  Model model = trainable.export_integers(trainable.values());
  const Result<Model> checked = read_model(write_model(model));
  QVERIFY2(checked.ok(), checked.ok() ? "" : checked.error().detail.c_str());

  const int side = config == "classic" ? 32 : 128;
  // Smooth: a sample far from its mean costs 16 bits at most in the coder, but more in the float likelihood.
  Picture picture = test_picture(side, side, 3, 5);
  for (int i = 0; i < side * side * 3; ++i) {
    picture.samples[i] = static_cast<std::uint8_t>(60 + i / 3 % side / 2 + i / 3 / side / 3 + picture.samples[i] % 9);
  }
  torch::Tensor image = torch::empty({1, 3, side, side}, torch::kUInt8);
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < side * side; ++i)
      image.data_ptr<std::uint8_t>()[c * side * side + i] = picture.samples[i * 3 + c];
  }
  const BatchBits bits = trainable.forward(trainable.pictures(image), true);

  const auto networks = make_plain_backend()->load(model).value();
  const ImageEncoder encoder({&model, networks.get()}, picture);
  const Ledger ledger = encoder.encode(0, false, nullptr).value().ledger;
  const int latents = static_cast<int>(model.plan.latents.size());
  // Latents are drawn, so stages that see them agree on average only; the tail agrees but for table rounding.
  for (std::size_t s = 0; s < bits.stages.size(); ++s) {
    const double expected = bits.stages[s].item<double>();
    const double actual = ledger.stages[latents + s].likelihood_bits;
    const double tolerance = static_cast<int>(s) >= model.plan.tail_begin ? 0.01 : 0.1;
    QVERIFY2(std::abs(actual - expected) < tolerance * expected,
             qPrintable(QString("%1: %2 against %3").arg(s).arg(actual).arg(expected)));
  }
  for (int i = 0; i < latents; ++i) {
    const LedgerStage& row = ledger.stages[latents - 1 - i];
    const double prior = bits.prior[i].item<double>(), posterior = bits.posterior[i].item<double>();
    QVERIFY2(std::abs(row.prior_bits - prior) < 0.15 * prior + 40,
             qPrintable(QString("%1 %2").arg(row.prior_bits).arg(prior)));
    QVERIFY2(std::abs(row.posterior_bits - posterior) < 0.15 * posterior + 40,
             qPrintable(QString("%1 %2").arg(row.posterior_bits).arg(posterior)));
  }
}

void TrainingTest::fused_likelihood_is_that_of_tensors_data() {
  QTest::addColumn<int>("mixtures");
  QTest::addColumn<bool>("coupling");
  QTest::addColumn<bool>("quantised");
  for (const int mixtures : {1, 2}) {
    for (const bool coupling : {false, true}) {
      for (const bool quantised : {false, true}) {
        QTest::addRow("%d %d %d", mixtures, coupling, quantised) << mixtures << coupling << quantised;
      }
    }
  }
}

void TrainingTest::fused_likelihood_is_that_of_tensors() {
  QFETCH(int, mixtures);
  QFETCH(bool, coupling);
  QFETCH(bool, quantised);
  torch::manual_seed(11);
  const HeadLayout layout{.coupling = HeadLayout::Coupling::Colours, .mixtures = mixtures, .coefficients = coupling};
  // Two components of 7 × 9 pixels, more than one block of the kernel; ends of the range and hopeless guesses occur.
  torch::Tensor samples = torch::randint(0, 256, {2, 2, 3, 7, 9}).to(torch::kFloat32);
  samples.slice(4, 0, 2).fill_(0);
  samples.slice(4, 7, 9).fill_(255);
  const torch::Tensor guess = (samples * 16 + torch::randn(samples.sizes()) * 200).round();
  const torch::Tensor head = torch::randn({2, 2 * layout.size(), 7, 9}) * 1.5;

  const auto both = [&](auto bits_of, torch::ScalarType type) {
    const torch::Tensor h = head.clone().to(type).requires_grad_(true);
    const torch::Tensor g = guess.clone().to(type).requires_grad_(true);
    const torch::Tensor bits = bits_of(layout, h, samples.to(type), g, quantised);
    (bits * 0.25).backward();
    return std::vector<torch::Tensor>{bits.detach(), h.grad(), g.grad()};
  };
  const auto fused = both(pixel_bits, torch::kFloat32);
  const auto exact = both(pixel_bits_by_tensors, torch::kFloat64);
  for (std::size_t i = 0; i < fused.size(); ++i) {
    const torch::Tensor error = (fused[i] - exact[i]).abs() / (exact[i].abs() + 0.02);
    QVERIFY2(error.max().item<double>() < 2e-3, qPrintable(QString("%1: %2").arg(i).arg(error.max().item<double>())));
  }
}

void TrainingTest::channels_alone_are_those_of_tensors_data() {
  QTest::addColumn<int>("mixtures");
  QTest::addColumn<int>("parity");
  QTest::addColumn<bool>("spread");
  QTest::addColumn<bool>("quantised");
  for (const int mixtures : {1, 2}) {
    for (const int parity : {-1, 0, 1}) {
      for (const bool spread : {false, true}) {
        for (const bool quantised : {false, true}) {
          QTest::addRow("%d %d %d %d", mixtures, parity, spread, quantised)
              << mixtures << parity << spread << quantised;
        }
      }
    }
  }
}

void TrainingTest::channels_alone_are_those_of_tensors() {
  QFETCH(const int, mixtures);
  QFETCH(const int, parity);
  QFETCH(const bool, spread);
  QFETCH(const bool, quantised);
  torch::manual_seed(12);
  const int channels = spread ? 1 : 5;
  const HeadLayout layout{.channels = channels, .mixtures = mixtures};
  // Values as they lie in a plane of 64 frequencies; some far from every guess.
  torch::Tensor whole = (torch::randn({3, 9, 13, 64}) * 6).round().permute({0, 3, 1, 2});
  whole.narrow(1, 7, 1).slice(3, 0, 2).fill_(400);
  whole.narrow(1, 7, 1).slice(3, 2, 3).fill_(-400);
  const torch::Tensor head = torch::randn({3, layout.size(), 9, 13}) * 1.5;
  const torch::Tensor guess = spread ? (torch::randn({3, 1, 9, 13}) * 90).round() : torch::zeros({1, channels, 1, 1});
  const torch::Tensor factor =
      spread ? torch::randint(1, 9, {3, 1, 9, 13}).to(torch::kFloat32) : torch::rand({3, channels, 1, 1}) + 0.1;
  const torch::Tensor offset = spread ? torch::randint(0, 12, {3, 1, 9, 13}).to(torch::kFloat32)
                                      : torch::randint(-20, 5, {3, channels, 1, 1}).to(torch::kFloat32);
  const auto both = [&](auto bits_of, torch::ScalarType type) {
    const torch::Tensor h = head.clone().to(type).requires_grad_(true);
    const torch::Tensor g = guess.clone().to(type).requires_grad_(spread);
    const ChannelValues values{
        whole.narrow(1, 7, channels).to(type), g, {factor.to(type), offset.to(type)}, true, parity};
    const torch::Tensor bits = bits_of(layout, h, values, quantised);
    (bits * 0.25).backward();
    std::vector<torch::Tensor> all{bits.detach(), h.grad()};
    if (spread) all.push_back(g.grad());
    return all;
  };
  const auto fused = both(channel_bits, torch::kFloat32);
  const auto exact = both(channel_bits_by_tensors, torch::kFloat64);
  for (std::size_t i = 0; i < fused.size(); ++i) {
    // A mean that lies on a sixteenth may be rounded to either side.
    const torch::Tensor error = (fused[i] - exact[i]).abs() / (exact[i].abs() + 0.02);
    const double wrong = (error > 5e-3).to(torch::kFloat64).mean().item<double>();
    QVERIFY2(wrong <= (quantised && i > 0 ? 2e-3 : 0),
             qPrintable(QString("%1: %2").arg(i).arg(error.max().item<double>())));
  }
}

void TrainingTest::network_pass_is_that_of_autograd_data() {
  QTest::addColumn<bool>("chained");
  QTest::newRow("pixels") << false;
  QTest::newRow("state and conditions") << true;
}

void TrainingTest::network_pass_is_that_of_autograd() {
  torch::manual_seed(5);
  QFETCH(const bool, chained);
  // The last likelihood of a pixel model; or a network with all that one of a JPEG model can have.
  const Plan plan = chained ? make_plan(named_jpeg_config("jpeg").value()) : make_plan(named_config("compact").value());
  const auto is_chained = [](const NetworkSpec& s) { return s.conditions > 0 && s.layers.front().state; };
  const NetworkSpec& spec = chained ? *std::ranges::find_if(plan.networks, is_chained)
                                    : plan.networks[plan.conditionals[plan.stages.back().conditional].network];
  const std::int64_t count = number_count(spec);
  const int width = spec.layers.front().out;
  torch::Tensor leaf = (torch::randn({count}) * 0.1).requires_grad_(true);
  const torch::Tensor input = (torch::randn({2, spec.layers.front().in, 16, 16}) * 2).requires_grad_(true);
  const torch::Tensor state = chained ? (torch::rand({2, width, 16, 16}) * 4).requires_grad_(true) : torch::Tensor();
  const torch::Tensor conditions = chained ? torch::randn({2, spec.conditions}) : torch::Tensor();
  const torch::Tensor direction = torch::randn({2, spec.out(), 16, 16});
  const torch::Tensor to_features = torch::randn({2, spec.features(), 16, 16});
  const auto clear = [&] {
    leaf.mutable_grad() = input.mutable_grad() = torch::Tensor();
    if (chained) state.mutable_grad() = torch::Tensor();
  };
  const auto results = [&](const torch::Tensor& head) {
    std::vector<torch::Tensor> all{head.detach(), leaf.grad(), input.grad()};
    if (chained) all.push_back(state.grad());
    return all;
  };
  const auto run = [&](torch::ScalarType type, bool quantised) {
    clear();
    const torch::Tensor exact = leaf.detach().to(type == torch::kFloat64 ? type : torch::kFloat32);
    const torch::Tensor known = chained ? conditions.to(exact.scalar_type()) : conditions;
    const NetworkOutputs out =
        run_network(spec, {input, state, known}, leaf, {exact, exact.to(type)}, quantised, chained);
    torch::Tensor sum = (out.head * direction).sum();
    if (chained) sum = sum + (out.features.to(exact.scalar_type()) * to_features).sum();
    sum.backward();
    return results(out.head);
  };
  // By hand, layer by layer.
  const auto by_tensors = [&] {
    clear();
    std::vector<torch::Tensor> x{input};  // what each layer reads
    std::int64_t offset = 0;
    for (const LayerSpec& layer : spec.layers) {
      const std::int64_t weights = static_cast<std::int64_t>(layer.in) * layer.out * layer.kernel * layer.kernel;
      torch::Tensor y = torch::conv2d(
          x.back(), leaf.narrow(0, offset, weights).view({layer.out, layer.in, layer.kernel, layer.kernel}),
          leaf.narrow(0, offset + weights, layer.out), 1, layer.kernel / 2);
      offset += weights + layer.out;
      if (layer.skip > 0) y = y + x[x.size() - static_cast<std::size_t>(layer.skip)];
      if (layer.state) y = y + state;
      if (layer.conditioned) {
        const std::int64_t size = std::int64_t{layer.out} * spec.conditions;
        const torch::Tensor matrix = leaf.narrow(0, count - size, size).view({layer.out, spec.conditions});
        y = y + torch::mm(conditions, matrix.t()).view({2, layer.out, 1, 1});
      }
      x.push_back(layer.head ? y : y.clamp(0, kMaxActivation / 16.0));
    }
    torch::Tensor sum = (x.back() * direction).sum();
    if (chained) sum = sum + (x[x.size() - 2] * to_features).sum();
    sum.backward();
    return results(x.back());
  };
  const auto off = [](const std::vector<torch::Tensor>& one, const std::vector<torch::Tensor>& other) {
    double most = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
      most = std::max(most, ((one[i] - other[i]).norm() / other[i].norm()).item<double>());
    }
    return most;
  };
  const auto expected = by_tensors(), plain = run(torch::kFloat32, false);
  QVERIFY(off(plain, expected) < 1e-4);
  // In double precision tensor operations take the place of the loops, as on other devices.
  QVERIFY(off(run(torch::kFloat64, false), expected) < 1e-4);
  QVERIFY(off(run(torch::kFloat64, true), run(torch::kFloat32, true)) < 1e-2);  // sums at an edge round either way
  if (!has_fast_bfloat16(torch::kCPU)) QSKIP("this processor does not multiply bfloat16");
  const double fast = off(run(torch::kBFloat16, false), expected);
  QVERIFY2(fast < 0.1, qPrintable(QString::number(fast)));
}

void TrainingTest::integers_come_back_from_numbers() {
  for (const char* name : {"compact", "compact-ycc", "classic"}) {
    const std::filesystem::path path = std::filesystem::path(BITSWAP_SOURCE_DIR) / "models" / name;
    std::ifstream file(path.string() + ".model", std::ios::binary);
    const Bytes bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const Model model = read_model(bytes).value();
    TrainableModel trainable(model.config(), torch::kCPU);
    Model again = trainable.export_integers(values_of(model));
    QVERIFY(again.prior_mean == model.prior_mean && again.prior_scale == model.prior_scale);
    // Other units where the largest weight of a channel is small; the numbers are the same.
    QVERIFY(values_of(again).equal(values_of(model)));
  }
}

void TrainingTest::starts_with_the_weights_of_a_model() {
  const QTemporaryDir folder;
  TrainOptions options;
  options.steps = 1;
  options.batch = 1;
  options.crop = 32;
  options.threads = 1;
  options.learning_rate = 1e-12;  // the weights stay what they are
  options.float_share = 1;
  options.large_crop_every = 0;
  options.start = std::make_shared<Model>(random_model(named_config("tiny").value(), 21));
  options.checkpoint = folder.filePath("c").toStdString();
  const auto trained = [&](const char* config) {
    return train(named_config(config).value(), photos(), options, {}, nullptr);
  };
  QVERIFY(trained("tiny").ok());
  const torch::Tensor values = read_checkpoint(options.checkpoint)->values;
  QVERIFY(torch::allclose(values, values_of(*options.start), 0, 1e-6));
  QVERIFY(trained("tiny,level_width=16:8").ok());
  QCOMPARE(trained("tiny,level_blocks=2:1").error().code, Error::Code::InvalidArgument);
}

void TrainingTest::quantised_layers_keep_their_limits() {
  const LayerSpec spec{.in = 64, .out = 3, .kernel = 3, .skip = 2};
  const std::size_t weights = std::size_t{64} * 3 * 9;
  std::vector<float> numbers(weights + 3, 0.0078F);
  std::fill_n(numbers.begin(), weights / 3, 1e-12F);      // channel 0: hardly anything
  std::fill_n(numbers.begin() + weights / 3, 576, 3.9F);  // channel 1: large
  numbers[weights] = 0.5F;
  const IntegerLayer layer = quantise(spec, numbers.data(), {});
  QVERIFY(validate(layer).ok());
  QCOMPARE(int(layer.shift[0]), kMaxShift);
  QCOMPARE(int(layer.shift[1]), 5);
  std::vector<float> back(numbers.size());
  dequantise(layer, back.data());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::size_t channel = i < weights ? i / 576 : i - weights;
    QVERIFY(std::abs(back[i] - numbers[i]) <= std::ldexp(0.5, -layer.shift[channel]));
  }
  QVERIFY(quantise(spec, back.data(), {}).weights == layer.weights);
  const std::vector<std::uint8_t> shifts{7, 3, 4};
  QVERIFY(quantise(spec, numbers.data(), shifts).shift == shifts);
}

void TrainingTest::widened_model_computes_the_same() {
  torch::manual_seed(4);
  const ModelConfig narrow_config = named_config("tiny").value();
  const ModelConfig wide_config = named_config("tiny,latent_width=24,level_width=16:8").value();
  TrainableModel narrow(narrow_config, torch::kCPU), wide(wide_config, torch::kCPU);
  const torch::NoGradGuard no_grad;
  wide.values().copy_(widen(narrow.plan(), wide.plan(), narrow.values()).value());
  const torch::Tensor images = torch::randint(256, {2, 3, 32, 32}).to(torch::kUInt8);
  torch::manual_seed(5);
  const double before = narrow.forward(narrow.pictures(images), false).total().item<double>();
  torch::manual_seed(5);
  const double after = wide.forward(wide.pictures(images), false).total().item<double>();
  QVERIFY2(std::abs(after - before) < 1e-4 * before, qPrintable(QString::number(after / before)));
  QVERIFY(widen(narrow.plan(), narrow.plan(), narrow.values()).value().equal(narrow.values()));
  // More layers, other latents, and a width that is no multiple.
  for (const char* other : {"tiny,level_blocks=2:1", "tiny,latent_channels=5", "tiny,latent_stages=1"}) {
    QVERIFY(!widen(narrow.plan(), make_plan(named_config(other).value()), narrow.values()).ok());
  }
  QVERIFY(!widen(wide.plan(), narrow.plan(), wide.values()).ok());
}

void TrainingTest::learns_and_resumes() {
  QTemporaryDir folder;
  const ModelConfig config = named_config("tiny").value();
  const PhotoSet set = photos();
  TrainOptions options;
  options.steps = 150;
  options.batch = 4;
  options.crop = 32;
  options.threads = 1;
  options.checkpoint = folder.filePath("checkpoint").toStdString();
  options.log = folder.filePath("log.csv").toStdString();
  double last_rate = 99;
  int saved = 0;
  TrainHooks hooks;
  hooks.validate = [&](const Model& model) -> Result<double> {
    const auto networks = make_plain_backend()->load(model).value();
    const Picture picture = test_picture(64, 64, 3, 77);
    const ImageEncoder encoder({&model, networks.get()}, picture);
    return encoder.encode(0, false, nullptr).value().ledger.elbo_bits() / static_cast<double>(picture.samples.size());
  };
  hooks.progress = [&](const TrainProgress& p) {
    if (p.validation) last_rate = *p.validation;
  };
  hooks.save = [&](Model& model) -> Status {
    ++saved;
    return read_model(write_model(model)).ok() ? Status() : Status(Error{Error::Code::Internal, 0, "bad model"});
  };
  Status status = train(config, set, options, hooks, nullptr);
  QVERIFY2(status.ok(), status.ok() ? "" : status.error().detail.c_str());
  QVERIFY2(last_rate < 6.5, qPrintable(QString::number(last_rate)));  // untrained: above 8
  QVERIFY(saved >= 1);
  const std::uint64_t steps = read_checkpoint(options.checkpoint)->step;
  QCOMPARE(steps, std::uint64_t{150});

  options.resume = true;
  options.steps = 20;
  QVERIFY(train(config, set, options, hooks, nullptr).ok());
  QCOMPARE(read_checkpoint(options.checkpoint)->step, steps + 20);

  CancelToken cancel;
  cancel.cancel();
  QCOMPARE(train(config, set, options, hooks, &cancel).error().code, Error::Code::Cancelled);
  QCOMPARE(train(named_config("large").value(), set, options, hooks, nullptr).error().code,
           Error::Code::InvalidArgument);
}

void TrainingTest::checkpoints_are_checked() {
  QTemporaryDir folder;
  const auto prefix = std::filesystem::path(folder.filePath("c").toStdString());
  QCOMPARE(read_checkpoint(prefix).error().code, Error::Code::NotFound);
  Checkpoint c{named_config("tiny").value(),
               5,
               1.5,
               torch::randn({3'000'000}),
               torch::randn({3'000'000}),
               torch::randn({3'000'000}),
               torch::rand({3'000'000})};
  QVERIFY(write_checkpoint(prefix, c).ok());
  for (const char* part : {".0", ".1", ".2"}) QVERIFY(std::filesystem::file_size(prefix.string() + part) < 15'000'000);
  const auto back = read_checkpoint(prefix);
  QVERIFY(back.ok());
  QVERIFY(torch::equal(back->values, c.values));
  QVERIFY(torch::allclose(back->first, c.first, 0.01, 1e-3));
  std::filesystem::remove(prefix.string() + ".1");
  QCOMPARE(read_checkpoint(prefix).error().code, Error::Code::Corrupt);
}

void TrainingTest::packed_photos_come_back() {
  QTemporaryDir folder;
  const auto path = std::filesystem::path(folder.filePath("set.pack").toStdString());
  const PhotoSet set = photos();
  QVERIFY(set.write_packed(path, 1'000'000'000, 1).ok());
  const auto back = PhotoSet::read_packed(path);
  QVERIFY(back.ok());
  QCOMPARE(back->size(), set.size());
  for (std::size_t i = 0; i < set.size(); ++i) QCOMPARE(back->photo(i), set.photo(i));
  QVERIFY(set.write_packed(path, 20'000, 1).ok());
  QVERIFY(std::filesystem::file_size(path) < 22'000);
  std::filesystem::resize_file(path, 1000);
  QCOMPARE(PhotoSet::read_packed(path).error().code, Error::Code::Truncated);
}

QTEST_APPLESS_MAIN(TrainingTest)
#include "training_test.moc"
