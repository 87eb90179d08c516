// SPDX-License-Identifier: GPL-3.0-or-later
// A model as its difference from another one: comes back whole, and nothing damaged passes.
#include <QtTest>

#include "engine/model/model_delta.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

namespace {

/// The base with every fifth weight of its last network, and a bias, changed.
Model changed(const Model& base) {
  Model model = base;
  IntegerLayer& layer = model.networks.back().layers.front();
  for (std::size_t i = 0; i < layer.weights.size(); i += 5) {
    layer.weights[i] = static_cast<std::int8_t>(layer.weights[i] > 0 ? layer.weights[i] - 1 : layer.weights[i] + 1);
  }
  layer.bias[0] -= 300;
  return model;
}

}  // namespace

class ModelDeltaTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void comes_back() {
    for (const int levels : {0, 2}) {
      Model base = random_model(small_config(levels, 1), 1);
      Model model = changed(base);
      const Bytes from = write_model(base), file = write_model(model);
      QVERIFY(base.hash != model.hash);
      const Bytes delta = write_model_delta(from, file).value();
      QCOMPARE(delta.size(), kModelDeltaHeaderBytes + file.size() - 16);
      QVERIFY(model_delta_base(delta).value() == base.hash);
      const Bytes again = apply_model_delta(from, delta).value();
      QVERIFY(again == file);
      QVERIFY(read_model(again).ok());
      // And from any model to any other of the same size.
      Model other = random_model(small_config(levels, 1), 2);
      const Bytes others = write_model(other);
      QVERIFY(apply_model_delta(others, write_model_delta(others, file).value()).value() == file);
    }
  }

  void damage_is_seen() {
    Model base = random_model(small_config(2, 1), 1);
    Model model = changed(base);
    Model other = random_model(small_config(2, 1), 2);
    const Bytes from = write_model(base), file = write_model(model);
    const Bytes delta = write_model_delta(from, file).value();
    for (std::size_t size = 0; size < delta.size(); size += size < 100 ? 1 : 997) {
      QVERIFY(!apply_model_delta(from, ByteView(delta).first(size)).ok());
    }
    Bytes longer = delta;
    longer.push_back(0);
    QCOMPARE(apply_model_delta(from, longer).error().code, Error::Code::Corrupt);
    for (std::size_t at = 0; at < delta.size(); at += at < 100 ? 1 : 997) {
      Bytes broken = delta;
      broken[at] ^= 1;
      QVERIFY(!apply_model_delta(from, broken).ok());
    }
    Bytes newer = delta;
    newer[4] = 2;
    QCOMPARE(apply_model_delta(from, newer).error().code, Error::Code::Unsupported);
    QCOMPARE(apply_model_delta(write_model(other), delta).error().code, Error::Code::Corrupt);
    QCOMPARE(apply_model_delta({}, delta).error().code, Error::Code::Corrupt);
    QCOMPARE(write_model_delta(from, ByteView(file).first(file.size() - 1)).error().code, Error::Code::InvalidArgument);
  }
};

QTEST_GUILESS_MAIN(ModelDeltaTest)
#include "model_delta_test.moc"
