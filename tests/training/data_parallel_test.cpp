// SPDX-License-Identifier: GPL-3.0-or-later
// Threads that share out a batch give the gradient of the whole batch, and the same model every time.
#include <QtTest>

#include <fstream>

#include "engine/training/checkpoint.h"
#include "engine/training/data_parallel.h"
#include "engine/training/trainer.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

namespace {

PhotoSet photos() {
  PhotoSet set;
  for (int i = 0; i < 4; ++i) set.add(test_picture(120, 90, 3, i), 1);
  return set;
}

TrainOptions two_threads() {
  TrainOptions options;
  options.threads = 2;
  options.batch = 3;
  options.crop = 32;
  options.steps = 12;
  return options;
}

double distance(const torch::Tensor& one, const torch::Tensor& other) {
  return ((one - other).norm() / other.norm()).item<double>();
}

}  // namespace

class DataParallelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void gradient_is_that_of_the_whole_batch_data() {
    QTest::addColumn<int>("images");
    QTest::addColumn<bool>("quantised");
    QTest::newRow("uneven parts") << 5 << false;
    QTest::newRow("fewer images than threads") << 2 << false;
    QTest::newRow("one image") << 1 << false;
    QTest::newRow("quantised") << 4 << true;
  }

  void gradient_is_that_of_the_whole_batch() {
    QFETCH(int, images);
    QFETCH(bool, quantised);
    torch::manual_seed(7);
    TrainableModel model(named_config("tiny").value(), torch::kCPU);
    model.values().add_(torch::randn_like(model.values()) * 0.02);
    const torch::Tensor batch = torch::randint(256, {images, 3, 32, 32}).to(torch::kUInt8);
    const auto pass = [&](int threads, int seed) {
      DataParallel parallel(model, threads);
      torch::manual_seed(seed);
      parallel.bits(model.pictures(batch), quantised);  // leaves a gradient that must not be added to
      torch::manual_seed(seed);
      const double bits = parallel.bits(model.pictures(batch), quantised).item<double>();
      return std::pair(bits, model.gradient().clone());
    };
    const auto [bits, gradient] = pass(1, 1);
    const auto [bits3, gradient3] = pass(3, 1);
    const auto [bits_other, gradient_other] = pass(3, 2);
    QVERIFY2(std::abs(bits3 - bits) < 1e-5 * bits, qPrintable(QString("%1 %2").arg(bits3).arg(bits)));
    // Parts of a sum in bfloat16 are rounded one by one; other noise makes far more of a difference.
    const double off = distance(gradient3, gradient), other = distance(gradient_other, gradient);
    const double allowed = has_fast_bfloat16(torch::kCPU) ? 4e-3 : 1e-4;
    QVERIFY2(off < allowed && other > 1.5 * allowed, qPrintable(QString("%1 %2").arg(off).arg(other)));
    QVERIFY(bits_other != bits);
    const auto [again, gradient_again] = pass(3, 1);
    QVERIFY(again == bits3 && gradient_again.equal(gradient3));
  }

  void nothing_is_learnt_without_gradients() {
    TrainableModel model(named_config("tiny").value(), torch::kCPU);
    DataParallel parallel(model, 2);
    model.gradient().fill_(3);
    const torch::NoGradGuard no_grad;
    parallel.bits(model.pictures(torch::full({2, 3, 32, 32}, 128, torch::kUInt8)), false);
    QVERIFY(model.gradient().eq(3).all().item<bool>());
  }

  void photo_rate_is_that_of_the_tiles() {
    torch::manual_seed(3);
    TrainableModel model(named_config("tiny,tile_size=64").value(), torch::kCPU);
    const int unit = model.alignment();
    std::vector<Picture> photos;
    for (int i = 0; i < 3; ++i) photos.push_back(test_picture(128 + i, 64, 3, i));
    photos.push_back(test_picture(unit - 1, 64, 3, 9));  // too small: passed over
    DataParallel one(model, 1), two(model, 2);
    const double rate = one.photo_rate(photos, nullptr).value();
    QCOMPARE(two.photo_rate(photos, nullptr).value(), rate);
    // By hand: the tiles of a photo as a batch, drawn with other numbers.
    const torch::NoGradGuard no_grad;
    double sum = 0;
    for (int i = 0; i < 3; ++i) {
      torch::Tensor tiles = torch::empty({2, 3, 64, 64}, torch::kUInt8);
      for (int x = 0; x < 128; ++x) {
        for (int y = 0; y < 64; ++y) {
          for (int c = 0; c < 3; ++c) {
            tiles[x / 64][c][y][x % 64] =
                photos[i].samples[(static_cast<std::size_t>(y) * photos[i].width + x) * 3 + c];
          }
        }
      }
      sum += one.bits(model.pictures(tiles), false).item<double>() / 3;
    }
    QVERIFY2(std::abs(sum - rate) < 0.01 * rate, qPrintable(QString("%1 %2").arg(sum).arg(rate)));

    CancelToken cancel;
    cancel.cancel();
    QCOMPARE(two.photo_rate(photos, &cancel).error().code, Error::Code::Cancelled);
    QCOMPARE(two.photo_rate(std::span(photos).last(1), nullptr).error().code, Error::Code::InvalidArgument);
  }

  void same_seed_gives_the_same_model() {
    QTemporaryDir folder;
    const auto trained = [&](const char* name, std::uint64_t seed) {
      TrainOptions options = two_threads();
      options.seed = seed;
      options.checkpoint = folder.filePath(name).toStdString();
      const Status status = train(named_config("tiny").value(), photos(), options, {}, nullptr);
      return status.ok() ? read_checkpoint(options.checkpoint)->values : torch::Tensor();
    };
    const torch::Tensor first = trained("first", 1), second = trained("second", 1), third = trained("third", 2);
    QVERIFY(first.defined() && second.defined() && third.defined());
    QVERIFY(first.equal(second));
    QVERIFY(!first.equal(third));
  }

  void resumes_and_logs_both_rates() {
    QTemporaryDir folder;
    const std::vector<Picture> unseen{test_picture(64, 64, 3, 77)};
    TrainOptions options = two_threads();
    options.checkpoint = folder.filePath("checkpoint").toStdString();
    options.log = folder.filePath("log.csv").toStdString();
    TrainHooks hooks;
    hooks.validate = [](const Model&) -> Result<double> { return 5.5; };
    hooks.validation_photos = unseen;
    options.data = "two photos";
    std::optional<double> as_floats;
    hooks.progress = [&](const TrainProgress& p) {
      if (p.validation) as_floats = p.validation_float;
    };
    QVERIFY(train(named_config("tiny").value(), photos(), options, hooks, nullptr).ok());
    options.resume = true;
    QVERIFY(train(named_config("tiny").value(), photos(), options, hooks, nullptr).ok());
    const Checkpoint c = read_checkpoint(options.checkpoint).value();
    QCOMPARE(c.step, std::uint64_t{24});
    // What was measured is the average, and the values that are trained are back in their place.
    QVERIFY(!c.values.equal(c.average));
    TrainableModel model(c.config, torch::kCPU);
    model.values().copy_(c.average);
    const double expected = DataParallel(model, 1).photo_rate(unseen, nullptr).value();
    QVERIFY(as_floats && std::abs(*as_floats - expected) < 1e-6);

    std::ifstream log(options.log);
    std::string line, last;
    QStringList header;  // of each schedule
    while (std::getline(log, line)) {
      if (line.starts_with("# ") || line.starts_with("step")) header << QString::fromStdString(line);
      last = line;
    }
    QCOMPARE(header.size(), 7);
    QVERIFY2(header[0].startsWith("# tiny,level_width=8:8,"), qPrintable(header[0]));
    QCOMPARE(header[1], QString("# two photos"));
    QVERIFY(header[3].endsWith("validation,validation_float"));
    QVERIFY2(header[4].endsWith(", resumed at step 12"), qPrintable(header[4]));
    const QStringList row = QString::fromStdString(last).split(',');
    QCOMPARE(row.size(), 8);
    QCOMPARE(row[6], QString("5.5"));
    QVERIFY(std::abs(row[7].toDouble() - expected) < 1e-3);
  }

  void stops_at_once() {
    QTemporaryDir folder;
    TrainOptions options = two_threads();
    options.steps = 1'000'000'000;
    options.checkpoint = folder.filePath("checkpoint").toStdString();
    CancelToken cancel;
    TrainHooks hooks;
    hooks.progress = [&](const TrainProgress&) { cancel.cancel(); };  // after the first step
    QCOMPARE(train(named_config("tiny").value(), photos(), options, hooks, &cancel).error().code,
             Error::Code::Cancelled);
    QCOMPARE(read_checkpoint(options.checkpoint)->step, std::uint64_t{1});
  }

  void cancelled_validation_saves_a_checkpoint() {
    QTemporaryDir folder;
    TrainOptions options = two_threads();
    options.steps = 1'000'000'000;
    options.validate_minutes = 1e-9;
    options.checkpoint = folder.filePath("checkpoint").toStdString();
    CancelToken cancel;
    TrainHooks hooks;
    hooks.validate = [&](const Model&) -> Result<double> {
      cancel.cancel();
      return Error{Error::Code::Cancelled, 0, "stopped by the user"};
    };
    QCOMPARE(train(named_config("tiny").value(), photos(), options, hooks, &cancel).error().code,
             Error::Code::Cancelled);
    QVERIFY(read_checkpoint(options.checkpoint).ok());
  }
};

QTEST_APPLESS_MAIN(DataParallelTest)
#include "data_parallel_test.moc"
