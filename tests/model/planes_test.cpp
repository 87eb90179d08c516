// The polyphase split loses nothing at any size, and a decoder can make each input from what it knows by then.
#include <QtTest>

#include "engine/model/planes.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

class PlanesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void split_and_join_are_inverse();
  void every_pixel_has_one_place();
  void inputs_need_only_earlier_samples();
  void posterior_sees_nothing_of_the_tail();
};

void PlanesTest::split_and_join_are_inverse() {
  for (int levels = 0; levels <= 3; ++levels) {
    const Plan plan = make_plan(small_config(levels, 1));
    for (int height = 1; height <= 9; ++height) {
      for (int width = 1; width <= 9; ++width) {
        for (const int channels : {1, 3}) {
          const Picture picture = test_picture(width, height, channels, 3);
          const TileGeometry geometry(plan, {width, height});
          QCOMPARE(join(plan, geometry, split(plan, geometry, picture), channels), picture);
        }
      }
    }
  }
}

void PlanesTest::every_pixel_has_one_place() {
  const Plan plan = make_plan(small_config(3, 1));
  for (const Grid size : {Grid{1, 1}, Grid{2, 1}, Grid{7, 5}, Grid{16, 9}, Grid{33, 20}}) {
    const TileGeometry geometry(plan, size);
    std::vector<int> seen(size.size());
    for (const StageSpec& stage : plan.stages) {
      for (const Component component : stage.components) {
        const Grid valid = geometry.valid(stage, component);
        const ComponentPlace place = component_place(stage, component);
        for (int y = 0; y < valid.height; ++y) {
          for (int x = 0; x < valid.width; ++x)
            ++seen[(place.y0 + y * place.step) * size.width + place.x0 + x * place.step];
        }
      }
    }
    for (const int count : seen) QCOMPARE(count, 1);
  }
}

void PlanesTest::inputs_need_only_earlier_samples() {
  const Plan plan = make_plan(small_config(2, 3));
  const Picture picture = test_picture(13, 11, 3, 4);
  const TileGeometry geometry(plan, {13, 11});
  const TileSamples all = split(plan, geometry, picture);
  const Planes z1(plan.config.latent_channels, geometry.latent[0]);
  for (int s = 0; s < static_cast<int>(plan.stages.size()); ++s) {
    TileSamples known = empty_samples(plan, geometry);
    for (int t = 0; t < s; ++t) known[t] = all[t];
    const StageInput decoder = stage_input(plan, geometry, s, known, z1);
    const StageInput encoder = stage_input(plan, geometry, s, all, z1);
    QCOMPARE(decoder.input.values, encoder.input.values);
    QCOMPARE(decoder.guesses, encoder.guesses);
    QCOMPARE(decoder.input.channels, plan.networks[plan.stages[s].network].in());
  }
}

void PlanesTest::posterior_sees_nothing_of_the_tail() {
  for (int stages = 1; stages <= 4; ++stages) {
    const Plan plan = make_plan(small_config(2, stages));
    const Picture picture = test_picture(13, 11, 3, 5);
    const TileGeometry geometry(plan, {13, 11});
    const TileSamples all = split(plan, geometry, picture);
    TileSamples known = empty_samples(plan, geometry);
    for (int t = 0; t < plan.tail_begin; ++t) known[t] = all[t];
    const LatentInput decoder = posterior_input(plan, geometry, 0, known, {});
    const LatentInput encoder = posterior_input(plan, geometry, 0, all, {});
    QCOMPARE(decoder.input.values, encoder.input.values);
    QCOMPARE(decoder.guess, encoder.guess);
    QCOMPARE(decoder.input.channels, plan.networks[plan.latents[0].posterior].in());
  }
}

QTEST_APPLESS_MAIN(PlanesTest)
#include "planes_test.moc"
