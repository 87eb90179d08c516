// The trainer learns, resumes, and its quantised forward pass means the same as the integer coder.
#include <QtTest>

#include "engine/codec/image_codec.h"
#include "engine/training/checkpoint.h"
#include "engine/training/trainable_model.h"
#include "engine/training/trainer.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

class TrainingTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void quantised_pass_agrees_with_the_coder_data();
  void quantised_pass_agrees_with_the_coder();
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
  QTest::newRow("photo") << "photo";
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
  const BatchBits bits = trainable.forward(image, true);

  const auto networks = make_plain_backend()->load(model).value();
  const ImageEncoder encoder({&model, networks.get()}, picture);
  const Ledger ledger = encoder.encode(0, false, nullptr).value().ledger;
  const int latents = model.config().latents();
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
  QCOMPARE(train(named_config("photo").value(), set, options, hooks, nullptr).error().code,
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
