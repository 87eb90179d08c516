// Model files come back the same; damaged or hostile ones are refused before they can run.
#include <QtTest>
#include <random>

#include "engine/models/models.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

class ModelFileTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void comes_back();
  void released_models_load();
  void version_says_ycc();
  void every_truncation_is_refused();
  void every_flipped_byte_is_refused();
  void hostile_contents_are_refused();
  void named_configurations_are_valid();
  void about_a_byte_a_parameter();
};

namespace {

/// A file whose hash is right but whose contents were tampered with.
Bytes rehash(Bytes file) {
  file.resize(file.size() - 16);
  const Hash128 hash = hash128(file);
  file.insert(file.end(), hash.begin(), hash.end());
  return file;
}

}  // namespace

void ModelFileTest::comes_back() {
  for (const char* name : {"tiny", "photo", "classic"}) {
    Model model = random_model(named_config(name).value(), 5);
    const Bytes file = write_model(model);
    const Result<Model> read = read_model(file);
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().detail.c_str());
    QVERIFY(read->config() == model.config());
    QCOMPARE(read->hash, model.hash);
    Model copy = *read;
    QCOMPARE(write_model(copy), file);
  }
}

void ModelFileTest::released_models_load() {
  for (const ReleasedModel& released : released_models()) {
    const auto model = load_model(released.name);
    QVERIFY2(model.ok(), model.ok() ? "" : model.error().detail.c_str());
    QVERIFY(load_model((*model)->hash).ok());
    QVERIFY(load_model(hex((*model)->hash).substr(0, 8)).ok());
  }
  const ReleasedModel& first = released_models().front();
  const ModelPair pair = load_models("").value();
  QCOMPARE(pair.ycc != nullptr, !first.for_ycc.empty());
  if (pair.ycc) {
    QVERIFY(pair.ycc->config().ycc && !pair.any->config().ycc);
    QCOMPARE(load_models(first.for_ycc).value().any->hash, pair.any->hash);
  }
  QVERIFY(!load_models("photo").value().ycc);
  QCOMPARE(load_model("no such model").error().code, Error::Code::NotFound);
  QCOMPARE(load_model(Hash128{}).error().code, Error::Code::NotFound);
}

void ModelFileTest::version_says_ycc() {
  Model model = random_model(named_config("tiny,ycc=1").value(), 3);
  Bytes file = write_model(model);
  QCOMPARE(file[4], std::uint8_t{2});
  QVERIFY(read_model(file).value().config().ycc);
  file[4] = 1;
  QCOMPARE(read_model(rehash(file)).error().code, Error::Code::Corrupt);
  file[4] = 3;
  QCOMPARE(read_model(rehash(file)).error().code, Error::Code::Unsupported);
}

void ModelFileTest::every_truncation_is_refused() {
  Model model = random_model(named_config("tiny").value(), 6);
  const Bytes file = write_model(model);
  for (std::size_t size = 0; size < file.size(); size += 37) {
    QVERIFY(!read_model(ByteView(file).first(size)).ok());
    if (size > 32) QVERIFY(!read_model(rehash(Bytes(file.begin(), file.begin() + size))).ok());
  }
}

void ModelFileTest::every_flipped_byte_is_refused() {
  Model model = random_model(named_config("tiny").value(), 7);
  Bytes file = write_model(model);
  std::mt19937_64 random(1);
  for (int n = 0; n < 2000; ++n) {
    const std::size_t at = random() % file.size();
    const auto change = static_cast<std::uint8_t>(1 + random() % 255);
    file[at] ^= change;
    QVERIFY(!read_model(file).ok());
    file[at] ^= change;
  }
}

void ModelFileTest::hostile_contents_are_refused() {
  Model model = random_model(named_config("tiny").value(), 8);
  const Bytes good = write_model(model);
  std::mt19937_64 random(2);
  int accepted = 0;
  for (int n = 0; n < 2000; ++n) {  // with a right hash some changes are fine (another weight); none may crash
    Bytes file = good;
    file[random() % (file.size() - 16)] ^= static_cast<std::uint8_t>(1 + random() % 255);
    const Result<Model> read = read_model(rehash(std::move(file)));
    if (!read.ok()) continue;
    ++accepted;
    for (const auto& network : read->networks) {
      for (const auto& layer : network.layers) QVERIFY(validate(layer).ok());
    }
  }
  QVERIFY(accepted < 2000);
  IntegerLayer layer = model.networks[0].layers[0];
  layer.bias[0] = 1 << 24;
  QVERIFY(!validate(layer).ok());
  layer = model.networks[0].layers[0];
  layer.weights[0] = 64;
  QVERIFY(!validate(layer).ok());
}

void ModelFileTest::named_configurations_are_valid() {
  for (const char* name : {"tiny", "photo", "compact", "compact-ycc", "large", "large-ycc", "classic"}) {
    QVERIFY(validate(named_config(name).value()).ok());
  }
  const ModelConfig changed =
      named_config("compact,level_width=32:48:64,level_blocks=2:2:1,mixtures=1,colour_coupling=0,latent_pool=2:1")
          .value();
  QCOMPARE(changed.levels, 3);
  QCOMPARE(changed.level_width, (std::vector<std::uint16_t>{32, 48, 64}));
  QCOMPARE(changed.latents(), 2);
  QCOMPARE(changed.mixtures, 1);
  QVERIFY(!changed.colour_coupling);
  QCOMPARE(named_config("unknown").error().code, Error::Code::NotFound);
  for (const char* wrong : {"photo,", "photo,mixtures", "photo,mixtures=", "photo,mixtures=x", "photo,mixtures=3",
                            "photo,level_width=64", "photo,latent_pool=300", "photo,name=x"}) {
    QCOMPARE(named_config(wrong).error().code, Error::Code::InvalidArgument);
  }
  QVERIFY(!named_config("nonsense").ok());
  ModelConfig config = named_config("photo").value();
  config.latent_stages = 5;  // no tail left
  QVERIFY(!validate(config).ok());
}

void ModelFileTest::about_a_byte_a_parameter() {
  Model model = random_model(named_config("photo").value(), 9);
  const double size = static_cast<double>(write_model(model).size());
  QVERIFY(size < 1.1 * static_cast<double>(model.parameter_count()));
}

QTEST_APPLESS_MAIN(ModelFileTest)
#include "model_file_test.moc"
