// SPDX-License-Identifier: GPL-3.0-or-later
// Each operation of a plan by its definition, position by position, on odd sizes; and that a pixel plan gives every
// number exactly one place.
#include <QtTest>

#include "engine/codec/host/interleave.h"
#include "engine/codec/host/network_input.h"
#include "engine/codec/host/plane_operations.h"
#include "engine/codec/segment.h"
#include "engine/model/magnitude.h"
#include "engine/model/pixel_plan.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

namespace {

constexpr Grid kSizes[] = {{1, 1}, {2, 1}, {1, 9}, {7, 5}, {16, 9}, {33, 18}, {75, 60}};

int at(const Planes& planes, int c, int x, int y) {
  const int column = std::clamp(x, 0, planes.grid().width - 1);
  return planes.with_row(c, std::clamp(y, 0, planes.grid().height - 1),
                         [=](const auto* row) { return int{row[column]}; });
}

Planes random_planes(Values values, int channels, Grid grid, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Planes planes(values, channels, grid);
  for (int c = 0; c < channels; ++c) {
    for (int y = 0; y < grid.height; ++y) {
      for (int x = 0; x < grid.width; ++x) {
        if (planes.coefficients()) {
          planes.wide(c, y)[x] = static_cast<std::int16_t>(static_cast<int>(random() % 4001) - 2000);
        } else {
          planes.bytes(c, y)[x] = static_cast<std::uint8_t>(values == Values::Activation ? random() % 128 : random());
        }
      }
    }
  }
  return planes;
}

/// All planes of a pixel plan that do not need a network; latents are random.
struct Tile {
  Tile(const Plan& plan, const Picture& picture)
      : inputs{{static_cast<int>(picture.width), static_cast<int>(picture.height)}}, grids(grids_of(plan, inputs)) {
    for (std::size_t p = 0; p < plan.planes.size(); ++p) {
      const PlaneSpec& spec = plan.planes[p];
      planes.push_back(random_planes(spec.values, spec.channels, grids[spec.grid], p));
      std::vector<const Planes*> from;
      for (const int plane : spec.from) from.push_back(&planes[plane]);
      if (spec.origin == Origin::Input) {
        const Grid valid = valid_part(plan, static_cast<int>(p), inputs);
        load_plane(spec, view_of(picture), valid, planes.back(), nullptr);
        pad_edges(planes.back(), valid);
      }
      if (spec.origin == Origin::Merge) merge_planes(*from[0], *from[1], *from[2], *from[3], planes.back(), nullptr);
      if (spec.origin == Origin::Fold) fold_planes(from, spec.by, planes.back());
    }
  }
  [[nodiscard]] TilePlanes view(const Plan& plan) const { return {&plan, grids, planes, steps}; }
  std::vector<Grid> inputs, grids;
  std::vector<Planes> planes;
  std::vector<std::uint16_t> all_steps = std::vector<std::uint16_t>(64, 5);
  std::vector<std::span<const std::uint16_t>> steps{all_steps};
};

}  // namespace

class PlanesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void load_and_store_are_inverse();
  void every_number_has_one_place();
  void padding_repeats();
  void merged();
  void folded();
  void averaged();
  void picked();
  void intensities();
  void inputs_of_pixels();
  void inputs_of_coefficients();
  void rows_are_interleaved();
};

void PlanesTest::load_and_store_are_inverse() {
  for (int levels = 0; levels <= 3; ++levels) {
    const Plan plan = make_pixel_plan(small_config(levels, 1));
    for (const Grid size : kSizes) {
      for (const int channels : {1, 3}) {
        const Picture picture = test_picture(size.width, size.height, channels, 3);
        const Tile tile(plan, picture);
        Picture back{picture.width, picture.height, picture.channels, Bytes(picture.samples.size(), 7)};
        OutputView output;
        const InputView input = view_of(back);
        output.grid = size;
        output.channels = channels;
        output.samples = back.samples.data();
        output.row = input.row;
        output.column = input.column;
        output.channel = input.channel;
        for (std::size_t p = 0; p < plan.planes.size(); ++p) {
          if (plan.planes[p].origin != Origin::Input) continue;
          store_plane(plan.planes[p], tile.planes[p], valid_part(plan, static_cast<int>(p), tile.inputs), 1, output,
                      nullptr);
        }
        QCOMPARE(back, picture);
      }
    }
  }
}

void PlanesTest::every_number_has_one_place() {
  const Plan plan = make_pixel_plan(small_config(3, 1));
  for (const Grid size : kSizes) {
    std::vector<int> seen(size.size());
    for (std::size_t p = 0; p < plan.planes.size(); ++p) {
      const PlaneSpec& spec = plan.planes[p];
      if (spec.origin != Origin::Input) continue;
      const Grid valid = valid_part(plan, static_cast<int>(p), {size});
      const int unit = 1 << spec.phase.halvings;
      for (int y = 0; y < valid.height; ++y) {
        for (int x = 0; x < valid.width; ++x) {
          ++seen[static_cast<std::size_t>(spec.phase.row + y * unit) * size.width + spec.phase.column + x * unit];
        }
      }
    }
    for (const int count : seen) QCOMPARE(count, 1);
  }
}

void PlanesTest::padding_repeats() {
  for (const Values values : {Values::Sample, Values::Coefficient}) {
    const Planes before = random_planes(values, 2, {7, 5}, 1);
    for (const Grid valid : {Grid{7, 5}, Grid{6, 5}, Grid{7, 4}, Grid{1, 1}, Grid{0, 5}, Grid{7, 0}}) {
      Planes after = before;
      pad_edges(after, valid);
      for (int c = 0; c < 2; ++c) {
        for (int y = 0; y < 5; ++y) {
          for (int x = 0; x < 7; ++x) {
            const int expected = valid.size() == 0
                                     ? (values == Values::Sample ? 128 : 0)
                                     : at(before, c, std::min(x, valid.width - 1), std::min(y, valid.height - 1));
            QCOMPARE(at(after, c, x, y), expected);
          }
        }
      }
    }
  }
}

void PlanesTest::merged() {
  for (const Values values : {Values::Sample, Values::Coefficient}) {
    for (const Grid size : kSizes) {
      std::vector<Planes> parts;
      for (int i = 0; i < 4; ++i) parts.push_back(random_planes(values, 2, halved(size), i));
      Planes out(values, 2, size);
      merge_planes(parts[0], parts[1], parts[2], parts[3], out, nullptr);
      for (int c = 0; c < 2; ++c) {
        for (int y = 0; y < size.height; ++y) {
          for (int x = 0; x < size.width; ++x) {
            const int part = y % 2 == 0 ? (x % 2 == 0 ? 0 : 2) : (x % 2 == 0 ? 3 : 1);  // A, D, B, C
            QCOMPARE(at(out, c, x, y), at(parts[part], c, x / 2, y / 2));
          }
        }
      }
    }
  }
}

void PlanesTest::folded() {
  for (const Grid size : kSizes) {
    for (const int by : {1, 2, 4}) {
      const Planes a = random_planes(Values::Sample, 2, size, 1), b = random_planes(Values::Sample, 1, size, 2);
      const Planes* const from[] = {&a, &b};
      Planes out(Values::Sample, 3 * by * by, halved(size, by));
      fold_planes(from, by, out);
      for (int position = 0; position < by * by; ++position) {
        for (int c = 0; c < 3; ++c) {
          for (int y = 0; y < out.grid().height; ++y) {
            for (int x = 0; x < out.grid().width; ++x) {
              QCOMPARE(at(out, position * 3 + c, x, y),
                       at(c < 2 ? a : b, c % 2, x * by + position % by, y * by + position / by));
            }
          }
        }
      }
    }
  }
}

void PlanesTest::averaged() {
  for (const Grid fine : kSizes) {
    for (const Grid coarse : {fine, halved(fine), Grid{(fine.width + 1) / 2, fine.height}, Grid{4, 3}}) {
      const Planes from = random_planes(Values::Activation, 2, fine, 1);
      Planes out(Values::Activation, 2, coarse);
      average_planes(from, out);
      const int across = (fine.width + coarse.width - 1) / coarse.width;
      const int down = (fine.height + coarse.height - 1) / coarse.height;
      for (int c = 0; c < 2; ++c) {
        for (int y = 0; y < coarse.height; ++y) {
          for (int x = 0; x < coarse.width; ++x) {
            int sum = 0, count = 0;
            for (int dy = 0; dy < down; ++dy) {
              for (int dx = 0; dx < across; ++dx) {
                if (y * down + dy >= fine.height || x * across + dx >= fine.width) continue;
                sum += at(from, c, x * across + dx, y * down + dy);
                ++count;
              }
            }
            if (count == 0) continue;  // beyond the finer grid: the nearest, looked at below
            QCOMPARE(at(out, c, x, y), static_cast<int>(std::floor(static_cast<double>(sum) / count + 0.5)));
          }
        }
      }
      QCOMPARE(at(out, 0, 0, 0) <= 127, true);
    }
  }
  // More positions than the finer grid has.
  const Planes from = random_planes(Values::Activation, 1, {6, 1}, 1);
  Planes out(Values::Activation, 1, {4, 1});
  average_planes(from, out);
  QCOMPARE(at(out, 0, 3, 0), at(from, 0, 5, 0));
}

void PlanesTest::picked() {
  for (const Values values : {Values::Activation, Values::Coefficient}) {
    const Planes from = random_planes(values, 2, {13, 9}, 1);
    const Phase phase{2, 1, 3};
    Planes out(values, 2, {4, 3});
    pick_planes(from, phase, out);
    for (int c = 0; c < 2; ++c) {
      for (int y = 0; y < 3; ++y) {
        for (int x = 0; x < 4; ++x) QCOMPARE(at(out, c, x, y), at(from, c, 3 + 4 * x, 1 + 4 * y));
      }
    }
  }
}

void PlanesTest::intensities() {
  const Planes from = random_planes(Values::Coefficient, 1, {13, 9}, 1);
  Planes out(Values::Sample, 1, {13, 9});
  for (const int step : {1, 3, 16, 255}) {
    intensity_planes(from, step, out);
    for (int y = 0; y < 9; ++y) {
      for (int x = 0; x < 13; ++x) QCOMPARE(at(out, 0, x, y), std::clamp(128 + at(from, 0, x, y) * step / 8, 0, 255));
    }
  }
}

// The values of every stage's input and guess, one by one.
void PlanesTest::inputs_of_pixels() {
  const Plan plan = make_pixel_plan(small_config(3, 4));
  for (const Grid size : kSizes) {
    const Tile tile(plan, test_picture(size.width, size.height, 3, 6));
    for (std::size_t s = 1; s < plan.stages.size(); ++s) {
      const Conditional& c = plan.conditionals[plan.stages[s].conditional];
      ConditionalInput actual;
      make_input(tile.view(plan), c, nullptr, nullptr, actual);
      const Grid grid = tile.grids[c.grid];
      QCOMPARE(actual.grid, grid);
      const auto guess = [&](int k, int channel, int x, int y) {
        int sum = 0;
        for (const Neighbour& n : c.targets[k].guess.neighbours) {
          sum += at(tile.planes[n.plane], channel, x + n.column, y + n.row);
        }
        return 4 * sum;
      };
      for (int y = 0; y < grid.height; ++y) {
        for (int x = 0; x < grid.width; ++x) {
          std::vector<int> expected;
          for (const InputPart& part : c.inputs) {
            const Planes& plane = tile.planes[part.plane];
            for (int channel = 0; channel < plane.channels(); ++channel) {
              const int value = at(plane, channel, x / part.by, y / part.by);
              expected.push_back(part.kind == InputPart::Kind::Details
                                     ? std::clamp((16 * value - guess(part.target, channel, x, y) + 2) >> 2, -127, 127)
                                     : value - 128);
            }
          }
          QCOMPARE(static_cast<int>(expected.size()), plan.networks[c.network].in());
          for (std::size_t i = 0; i < expected.size(); ++i) {
            const std::size_t position = static_cast<std::size_t>(y) * grid.width + x;
            QCOMPARE(int{actual.values[position * expected.size() + i]}, expected[i]);
          }
          for (int k = 0; k < static_cast<int>(c.targets.size()); ++k) {
            for (int channel = 0; channel < 3; ++channel) {
              QCOMPARE(int{actual.guesses[k].mean[actual.guesses[k].at(channel, y) + x]}, guess(k, channel, x, y));
            }
          }
        }
      }
    }
  }
}

void PlanesTest::inputs_of_coefficients() {
  using Kind = InputPart::Kind;
  for (const Grid size : kSizes) {
    Plan plan;
    plan.grids = {{0, 0}};
    plan.planes = {{.values = Values::Coefficient, .channels = 1}, {.values = Values::Coefficient, .channels = 1}};
    plan.networks = {{"", {{.in = 8, .out = 8}}}};
    Conditional c{.network = 0,
                  .inputs = {{.kind = Kind::Magnitudes, .plane = 0, .parity = 1},
                             {.kind = Kind::Levels, .plane = 0, .parity = 0},
                             {.kind = Kind::Distances, .plane = 0},
                             {.kind = Kind::Spreads, .plane = -1},
                             {.kind = Kind::Local, .plane = 0},
                             {.kind = Kind::Magnitudes, .plane = 0}},
                  .units = Units::Spread,
                  .targets = {{1,
                               {.kind = Guess::Kind::Neighbours,
                                .neighbours = {Neighbour{0, 0, 0}, {0, 0, 1}, {0, -1, 0}, {0, 1, -1}}}}}};
    std::vector<Planes> planes;
    planes.push_back(random_planes(Values::Coefficient, 1, size, 1));
    planes.push_back(random_planes(Values::Coefficient, 1, size, 2));
    const std::vector<Grid> grids{size};
    const std::vector<std::uint16_t> steps(64, 11);
    const std::vector<std::span<const std::uint16_t>> all_steps{steps};
    ConditionalInput actual;
    make_input({&plan, grids, planes, all_steps}, c, nullptr, nullptr, actual);
    const auto value = [&](int x, int y) { return at(planes[0], 0, x, y); };
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const int four[] = {value(x, y), value(x + 1, y), value(x, y - 1), value(x - 1, y + 1)};
        const int guess = 4 * (four[0] + four[1] + four[2] + four[3]);
        const int spread = (*std::max_element(four, four + 4) - *std::min_element(four, four + 4)) / 2 + 1;
        int around = 0;
        for (int i = 0; i < 9; ++i) around += value(x + i % 3 - 1, y + i / 3 - 1);
        const bool odd = (x + y) % 2 == 1;
        const int expected[] = {odd ? compressed(value(x, y) * 11) : 0,
                                odd ? 0 : compressed(16 * value(x, y)),
                                compressed((16LL * value(x, y) - guess) * 11 / 16),
                                log_code(spread),
                                log_code(spread * 11),
                                compressed((9LL * value(x, y) - around) * 11 / 9),
                                compressed(around * 11LL / 72),
                                compressed(value(x, y) * 11)};
        const std::size_t position = static_cast<std::size_t>(y) * size.width + x;
        for (int i = 0; i < 8; ++i) QCOMPARE(int{actual.values[position * 8 + i]}, expected[i]);
        QCOMPARE(int{actual.guesses[0].mean[position]}, guess);
        QCOMPARE(int{actual.guesses[0].spread[position]}, spread);
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
