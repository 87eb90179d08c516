// The polyphase split loses nothing at any size, and a decoder can make each input from what it knows by then.
#include <QtTest>

#include "engine/model/interleave.h"
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
  void inputs_are_as_defined_data();
  void inputs_are_as_defined();
  void rows_are_interleaved();
};

namespace {

/// Sample (x, y) of a plane with its edges repeated.
int sample(const Planes& planes, int c, int x, int y) {
  return planes.row(c, std::clamp(y, 0, planes.grid.height - 1))[std::clamp(x, 0, planes.grid.width - 1)];
}

int detail(int value, int guess) { return std::clamp((16 * value - guess + 2) >> 2, -127, 127); }

}  // namespace

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
    StageInput decoder, encoder;
    stage_input(plan, geometry, s, known, z1, decoder);
    stage_input(plan, geometry, s, all, z1, encoder);
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
    LatentInput decoder, encoder;
    posterior_input(plan, geometry, 0, known, {}, decoder);
    posterior_input(plan, geometry, 0, all, {}, encoder);
    QCOMPARE(decoder.input.values, encoder.input.values);
    QCOMPARE(decoder.guess, encoder.guess);
    QCOMPARE(decoder.input.channels, plan.networks[plan.latents[0].posterior].in());
  }
}

void PlanesTest::inputs_are_as_defined_data() {
  QTest::addColumn<int>("width");
  QTest::addColumn<int>("height");
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 1}, {1, 9}, {7, 5}, {33, 18}, {75, 60}, {130, 9}}) {
    QTest::addRow("%d x %d", width, height) << width << height;
  }
}

// The values of every likelihood stage's input and guess, one by one, from the picture's pixels.
void PlanesTest::inputs_are_as_defined() {
  QFETCH(int, width);
  QFETCH(int, height);
  const Plan plan = make_plan(small_config(3, 4));
  const Picture picture = test_picture(width, height, 3, 6);
  const TileGeometry geometry(plan, {width, height});
  const TileSamples samples = split(plan, geometry, picture);
  Planes z1(plan.config.latent_channels, geometry.latent[0]);
  for (std::size_t i = 0; i < z1.samples.size(); ++i) z1.samples[i] = static_cast<std::uint8_t>(i * 37);
  StageInput actual;
  for (int s = 1; s < static_cast<int>(plan.stages.size()); ++s) {
    const StageSpec& stage = plan.stages[s];
    const Grid grid = geometry.stage_grid(stage);
    const bool only_d = stage.components.size() == 1;
    Planes a(3, grid);
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < grid.height; ++y) {
        for (int x = 0; x < grid.width; ++x) {
          a.row(c, y)[x] = picture.samples[((y << (stage.level + 1)) * width + (x << (stage.level + 1))) * 3 + c];
        }
      }
    }
    const Planes& d = only_d ? a : samples[s - 1][0];
    stage_input(plan, geometry, s, samples, z1, actual);
    const auto guess = [&](int k, int c, int x, int y) {
      const auto in_a = [&](int dx, int dy) { return sample(a, c, x + dx, y + dy); };
      const auto in_d = [&](int dx, int dy) { return sample(d, c, x + dx, y + dy); };
      if (only_d) return 4 * (in_a(0, 0) + in_a(1, 0) + in_a(0, 1) + in_a(1, 1));
      return 4 * (in_a(0, 0) + (k == 0 ? in_a(1, 0) + in_d(0, -1) : in_a(0, 1) + in_d(-1, 0)) + in_d(0, 0));
    };
    for (int y = 0; y < grid.height; ++y) {
      for (int x = 0; x < grid.width; ++x) {
        std::vector<int> expected;
        for (int c = 0; c < 3; ++c) expected.push_back(sample(a, c, x, y) - 128);
        for (int c = 0; c < 3 && !only_d; ++c) expected.push_back(sample(d, c, x, y) - 128);
        for (int k = 0; k < static_cast<int>(stage.components.size()); ++k) {
          for (int c = 0; c < 3; ++c) {
            expected.push_back(detail(sample(k == 0 ? a : d, c, x, y), guess(k, c, x, y)));
            QCOMPARE(int{actual.guesses[k][(c * grid.height + y) * grid.width + x]}, guess(k, c, x, y));
          }
        }
        const int factor = plan.latents[0].pool << (plan.config.levels - 1 - stage.level);
        for (int c = 0; c < z1.channels && stage.sees_latent; ++c) {
          expected.push_back(z1.row(c, y / factor)[x / factor] - 128);
        }
        QCOMPARE(static_cast<int>(expected.size()), actual.input.channels);
        for (int c = 0; c < actual.input.channels; ++c) {
          QCOMPARE(int{actual.input.values[(y * grid.width + x) * actual.input.channels + c]}, expected[c]);
        }
      }
    }
  }
}

void PlanesTest::rows_are_interleaved() {
  for (const std::size_t channels : {1, 2, 6, 12, 15, 16, 17, 31, 48, 60}) {
    for (const std::size_t width : {1, 2, 15, 16, 17, 18, 31, 32, 33, 100}) {
      const std::size_t stride = width + kInterleavePadding + 1;
      std::vector<std::int8_t> rows(stride * channels), out(width * channels + 64, 99);
      for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::int8_t>(i * 31 + i / 256);
      interleave(rows.data(), stride, channels, width, out.data());
      for (std::size_t x = 0; x < width; ++x) {
        for (std::size_t c = 0; c < channels; ++c) QCOMPARE(out[x * channels + c], rows[c * stride + x]);
      }
      for (std::size_t i = width * channels; i < out.size(); ++i) QCOMPARE(int{out[i]}, 99);
    }
  }
}

QTEST_APPLESS_MAIN(PlanesTest)
#include "planes_test.moc"
