// SPDX-License-Identifier: GPL-3.0-or-later
// An adaptation makes a model better for the photos it saw, within its units, and leaves it alone where nothing pays.
#include <QtTest>

#include "engine/codec/image_codec.h"
#include "engine/training/adaptation.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

namespace {

PhotoSet photos() {
  PhotoSet set;
  for (int i = 0; i < 4; ++i) set.add(test_picture(96, 80, 3, i), 1);
  return set;
}

double bits(const Model& model, const Picture& picture) {
  const auto networks = make_plain_backend()->load(model).value();
  const ImageEncoder encoder({&model, networks.get()}, picture);
  return encoder.encode(0, false, nullptr).value().ledger.elbo_bits();
}

TrainOptions few_steps() {
  TrainOptions options;
  options.threads = 1;
  options.batch = 4;
  options.crop = 32;
  options.steps = 60;
  options.learning_rate = 3e-3;
  return options;
}

}  // namespace

class AdaptationTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void learns_within_its_units() {
    const Model base = random_model(named_config("tiny").value(), 1);
    int calls = 0;
    const auto progress = [&](const TrainProgress& p) { calls += p.quantised ? 1 : 0; };
    Result<Model> adapted = adapt(base, photos(), 1'000'000'000, few_steps(), progress, nullptr);
    QVERIFY2(adapted.ok(), adapted.ok() ? "" : adapted.error().detail.c_str());
    QVERIFY(calls > 0);
    QVERIFY(adapted->hash != base.hash);
    QVERIFY(read_model(write_model(*adapted)).ok());
    for (std::size_t n = 0; n < base.networks.size(); ++n) {
      for (std::size_t i = 0; i < base.networks[n].layers.size(); ++i) {
        QVERIFY(adapted->networks[n].layers[i].shift == base.networks[n].layers[i].shift);
      }
    }
    QVERIFY(adapted->prior_mean == base.prior_mean && adapted->prior_scale == base.prior_scale);
    const Picture unseen = test_picture(96, 80, 3, 9);
    const double before = bits(base, unseen), after = bits(*adapted, unseen);
    QVERIFY2(after < 0.99 * before, qPrintable(QString("%1 %2").arg(before).arg(after)));
  }

  void nothing_pays_for_a_few_pixels() {
    const Model base = random_model(named_config("tiny").value(), 1);
    TrainOptions options = few_steps();
    options.steps = 5;
    const Result<Model> adapted = adapt(base, photos(), 1, options, {}, nullptr);
    QVERIFY(adapted.ok());
    QVERIFY(adapted->hash == base.hash);
  }

  void stops_and_refuses() {
    const Model base = random_model(named_config("tiny").value(), 1);
    CancelToken cancel;
    cancel.cancel();
    QCOMPARE(adapt(base, photos(), 0, few_steps(), {}, &cancel).error().code, Error::Code::Cancelled);
    QCOMPARE(adapt(base, PhotoSet(), 0, few_steps(), {}, nullptr).error().code, Error::Code::InvalidArgument);
  }
};

QTEST_GUILESS_MAIN(AdaptationTest)
#include "adaptation_test.moc"
