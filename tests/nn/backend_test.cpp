// SPDX-License-Identifier: GPL-3.0-or-later
// All backends give the same integers, and an archive's bytes do not depend on which one wrote them.
#include <QtTest>
#include <random>

#include "engine/codec/image_codec.h"
#include "engine/devices/devices.h"
#include "engine/model/released/models.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

class BackendTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void same_integers_data();
  void same_integers();
  void batches_do_not_matter();
  void same_bytes();
  void unknown_device_is_an_error();
};

void BackendTest::same_integers_data() {
  QTest::addColumn<QString>("device");
  QTest::newRow("reference") << "reference";
  QTest::newRow("cuda") << "cuda";
}

void BackendTest::same_integers() {
  QFETCH(QString, device);
  const auto backend = open_backend(device.toStdString());
  if (!backend.ok()) QSKIP(backend.error().detail.c_str());
  std::mt19937_64 random(1);
  for (const char* name : {"tiny", "classic", "compact"}) {
    const Model model = random_model(named_config(name).value(), 11);
    const auto plain = make_plain_backend()->load(model).value();
    const auto other = (*backend)->load(model).value();
    for (std::size_t n = 0; n < model.networks.size(); ++n) {
      for (const auto& [height, width] : {std::pair{1, 1}, {1, 9}, {5, 2}, {17, 23}}) {
        std::vector<std::int8_t> input(static_cast<std::size_t>(height) * width * model.plan.networks[n].in());
        for (auto& v : input) v = static_cast<std::int8_t>(random());
        std::vector<std::int16_t> expected, actual;
        QVERIFY(plain->run_head(static_cast<int>(n), input, 1, height, width, expected).ok());
        QVERIFY(other->run_head(static_cast<int>(n), input, 1, height, width, actual).ok());
        QCOMPARE(actual, expected);
      }
    }
  }
}

void BackendTest::batches_do_not_matter() {
  const auto backend = open_backend("reference");
  if (!backend.ok()) QSKIP(backend.error().detail.c_str());
  const Model model = random_model(named_config("compact").value(), 12);
  const auto networks = (*backend)->load(model).value();
  std::mt19937_64 random(2);
  const std::size_t image = std::size_t{19} * 14 * model.plan.networks[0].in();
  std::vector<std::int8_t> input(5 * image);
  for (auto& v : input) v = static_cast<std::int8_t>(random());
  std::vector<std::int16_t> together, alone;
  QVERIFY(networks->run_head(0, input, 5, 19, 14, together).ok());
  for (int n = 0; n < 5; ++n) {
    QVERIFY(networks->run_head(0, std::span(input).subspan(n * image, image), 1, 19, 14, alone).ok());
    QVERIFY(std::equal(alone.begin(), alone.end(), together.begin() + static_cast<std::ptrdiff_t>(n * alone.size())));
  }
}

void BackendTest::same_bytes() {
  const auto backend = open_backend("reference");
  if (!backend.ok()) QSKIP(backend.error().detail.c_str());
  const auto model = load_model("").value();
  const auto plain = make_plain_backend()->load(*model).value();
  const auto reference = (*backend)->load(*model).value();
  const Picture picture = test_picture(211, 97, 3, 4);
  const ImageEncoder a({model.get(), plain.get()}, picture), b({model.get(), reference.get()}, picture);
  const Bytes from_plain = a.encode(0, false, nullptr).value().payload;
  QCOMPARE(b.encode(0, false, nullptr).value().payload, from_plain);
  ImageDecoder decoder({model.get(), reference.get()}, a.header());
  QVERIFY(decoder.decode(0, from_plain, nullptr).ok());
  QCOMPARE(decoder.take(), picture);
}

void BackendTest::unknown_device_is_an_error() {
  QCOMPARE(open_backend("abacus").error().code, Error::Code::InvalidArgument);
}

QTEST_APPLESS_MAIN(BackendTest)
#include "backend_test.moc"
