// SPDX-License-Identifier: GPL-3.0-or-later
// Model files come back the same; damaged or hostile ones are refused before they can run.
#include <QtTest>
#include <random>

#include "engine/model/describe_config.h"
#include "engine/model/released/models.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

class ModelFileTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void comes_back();
  void released_models_load();
  void families_cover_domains();
  void descriptions_name_configurations();
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
  for (const char* name : {"tiny", "compact", "classic"}) {
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
  QCOMPARE(load_model("no such model").error().code, Error::Code::NotFound);
  QCOMPARE(load_model(Hash128{}).error().code, Error::Code::NotFound);
}

void ModelFileTest::families_cover_domains() {
  QCOMPARE(released_families().front(), released_models().front().name);
  for (const ReleasedModel& released : released_models()) {
    const auto model = load_model(released.name).value();
    const ModelFamily family = load_family(released.name).value();
    QVERIFY(family.any && !family.any->config().ycc);
    QVERIFY(!family.ycc || family.ycc->config().ycc);
    QCOMPARE((model->config().ycc ? family.ycc : family.any)->hash, model->hash);
    // Whichever member is named, the family is the same, and its name names one of them.
    const ModelFamily same = load_family(released.family).value();
    QCOMPARE(same.any->hash, family.any->hash);
    QCOMPARE(same.ycc ? same.ycc->hash : Hash128{}, family.ycc ? family.ycc->hash : Hash128{});
  }
  QVERIFY(load_family("compact").value().ycc);
  QVERIFY(!load_family("classic").value().ycc);
  // A model of one's own takes its place in the family whose configuration it has.
  const QTemporaryDir folder;
  const auto written = [&](const char* config) {
    Model own = random_model(named_config(config).value(), 4);
    const Bytes bytes = write_model(own);
    QFile file(folder.filePath("own.model"));
    file.open(QFile::WriteOnly);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
    return std::pair(own.hash, file.fileName().toStdString());
  };
  const auto [rgb, rgb_path] = written("compact");
  const ModelFamily with_rgb = load_family(rgb_path).value();
  QCOMPARE(with_rgb.any->hash, rgb);
  QCOMPARE(with_rgb.ycc->hash, load_model("compact-ycc").value()->hash);
  const auto [ycc, ycc_path] = written("tiny,ycc=1");  // of no family
  const ModelFamily with_ycc = load_family(ycc_path).value();
  QCOMPARE(with_ycc.ycc->hash, ycc);
  QCOMPARE(with_ycc.any->hash, load_model("").value()->hash);
}

void ModelFileTest::descriptions_name_configurations() {
  for (const char* name :
       {"tiny", "compact", "compact-ycc", "large", "classic",
        "large-ycc,level_width=8:16,level_blocks=1:3,latent_pool=2:1,latent_channels=3,latent_width=24,"
        "latent_blocks=2,latent_stages=2,mixtures=1,colour_coupling=0,tile_size=64"}) {
    const ModelConfig config = named_config(name).value();
    const std::string text = describe(config);
    const Result<ModelConfig> back = named_config(text);
    QVERIFY2(back.ok(), text.c_str());
    QVERIFY2(*back == config, text.c_str());
  }
}

void ModelFileTest::version_says_ycc() {
  Model model = random_model(named_config("tiny,ycc=1").value(), 3);
  Bytes file = write_model(model);
  QCOMPARE(file[4], std::uint8_t{2});
  QVERIFY(read_model(file).value().config().ycc);
  file[4] = 1;
  QCOMPARE(read_model(rehash(file)).error().code, Error::Code::Corrupt);
  file[4] = 3;  // of JPEG coefficients, whose configuration this is not
  QVERIFY(!read_model(rehash(file)).ok());
  file[4] = 4;
  QCOMPARE(read_model(rehash(file)).error().code, Error::Code::Unsupported);
  QCOMPARE(named_config("tiny,ycc=1,tile_size=154").error().code, Error::Code::InvalidArgument);
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
  for (const char* name : {"tiny", "compact", "compact-ycc", "large", "large-ycc", "classic"}) {
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
  for (const char* wrong :
       {"compact,", "compact,mixtures", "compact,mixtures=", "compact,mixtures=x", "compact,mixtures=3",
        "compact,level_width=64", "compact,latent_pool=300", "compact,name=x"}) {
    QCOMPARE(named_config(wrong).error().code, Error::Code::InvalidArgument);
  }
  QVERIFY(!named_config("nonsense").ok());
  ModelConfig config = named_config("compact").value();
  config.latent_stages = static_cast<std::uint8_t>(1 + 2 * config.levels);  // no tail left
  QVERIFY(!validate(config).ok());
}

void ModelFileTest::about_a_byte_a_parameter() {
  Model model = random_model(named_config("compact").value(), 9);
  const double size = static_cast<double>(write_model(model).size());
  QVERIFY(size < 1.1 * static_cast<double>(model.parameter_count()));
}

QTEST_APPLESS_MAIN(ModelFileTest)
#include "model_file_test.moc"
