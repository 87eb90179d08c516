// Geometry, polyphase split, guesses and inputs.
#include "engine/model/planes.h"

#include <algorithm>

namespace bitswap {
namespace {

int row_phase(Component c) { return c == Component::D || c == Component::C ? 1 : 0; }
int column_phase(Component c) { return c == Component::D || c == Component::B ? 1 : 0; }

std::int8_t centred(std::uint8_t sample) { return static_cast<std::int8_t>(sample - 128); }

/// Four times the difference from a guess in 1/16, cut to 8 bits.
std::int8_t detail(std::uint8_t sample, std::int16_t guess) {
  return static_cast<std::int8_t>(std::clamp((16 * sample - guess + 2) >> 2, -127, 127));
}

/// Reads a plane with its edge repeated.
struct Clamped {
  const std::uint8_t* plane;
  Grid grid;
  int operator()(int y, int x) const {
    y = std::clamp(y, 0, grid.height - 1);
    x = std::clamp(x, 0, grid.width - 1);
    return plane[static_cast<std::size_t>(y) * grid.width + x];
  }
};

struct Offset {
  int dy, dx;
};

/// 4 × the sum of two neighbours in `a` and two in `b`: their mean in 1/16.
Guess four_neighbours(const Planes& a, std::array<Offset, 2> in_a, const Planes& b, std::array<Offset, 2> in_b) {
  const Grid g = a.grid;
  Guess guess(g.size() * 3);
  for (int c = 0; c < 3; ++c) {
    const Clamped pa{a.plane(c), g}, pb{b.plane(c), g};
    std::int16_t* out = guess.data() + g.size() * c;
    for (int y = 0; y < g.height; ++y) {
      for (int x = 0; x < g.width; ++x) {
        const int sum = pa(y + in_a[0].dy, x + in_a[0].dx) + pa(y + in_a[1].dy, x + in_a[1].dx) +
                        pb(y + in_b[0].dy, x + in_b[0].dx) + pb(y + in_b[1].dy, x + in_b[1].dx);
        *out++ = static_cast<std::int16_t>(4 * sum);
      }
    }
  }
  return guess;
}

/// Writes the channels of an input one group after another.
class InputBuilder {
 public:
  InputBuilder(Grid grid, int channels) {
    input_.grid = grid;
    input_.channels = channels;
    input_.values.resize(grid.size() * channels);
  }
  void samples(const Planes& planes) {
    for (int c = 0; c < planes.channels; ++c, ++next_) {
      const std::uint8_t* plane = planes.plane(c);
      for (std::size_t i = 0; i < input_.grid.size(); ++i) at(i) = centred(plane[i]);
    }
  }
  void details(const Planes& planes, const Guess& guess) {
    for (int c = 0; c < planes.channels; ++c, ++next_) {
      const std::uint8_t* plane = planes.plane(c);
      const std::int16_t* from = guess.data() + input_.grid.size() * c;
      for (std::size_t i = 0; i < input_.grid.size(); ++i) at(i) = detail(plane[i], from[i]);
    }
  }
  /// A coarser grid's planes, each sample repeated factor × factor times.
  void upsampled(const Planes& planes, int factor) {
    const Grid g = input_.grid;
    for (int c = 0; c < planes.channels; ++c, ++next_) {
      for (int y = 0; y < g.height; ++y) {
        const std::uint8_t* row = planes.plane(c) + static_cast<std::size_t>(y / factor) * planes.grid.width;
        for (int x = 0; x < g.width; ++x) at(static_cast<std::size_t>(y) * g.width + x) = centred(row[x / factor]);
      }
    }
  }
  NetworkInput take() { return std::move(input_); }

 private:
  std::int8_t& at(std::size_t position) { return input_.values[position * input_.channels + next_]; }
  NetworkInput input_;
  int next_ = 0;
};

/// Folds planes that lie on a finer grid onto `to`; the position inside the square is slowest among the new channels.
Planes fold(const Planes& planes, int by, Grid to) {
  if (by == 1) return planes;
  Planes out(planes.channels * by * by, to);
  int next = 0;
  for (int row = 0; row < by; ++row) {
    for (int column = 0; column < by; ++column) {
      for (int c = 0; c < planes.channels; ++c) {
        const Clamped fine{planes.plane(c), planes.grid};
        std::uint8_t* plane = out.plane(next++);
        for (int y = 0; y < to.height; ++y) {
          for (int x = 0; x < to.width; ++x) {
            *plane++ = static_cast<std::uint8_t>(fine(y * by + row, x * by + column));
          }
        }
      }
    }
  }
  return out;
}

}  // namespace

TileGeometry::TileGeometry(const Plan& plan, Grid tile) {
  level.push_back(tile);
  for (int r = 0; r < plan.config.levels; ++r) level.push_back(halved(level.back()));
  Grid grid = level.back();
  for (const LatentSpec& spec : plan.latents) latent.push_back(grid = halved(grid, spec.pool));
}

Grid TileGeometry::stage_grid(const StageSpec& stage) const {
  return stage.components.front() == Component::A ? level.back() : level[stage.level + 1];
}

Grid TileGeometry::valid(const StageSpec& stage, Component component) const {
  if (component == Component::A) return level.back();
  const Grid whole = level[stage.level];
  return {(whole.width + 1 - column_phase(component)) / 2, (whole.height + 1 - row_phase(component)) / 2};
}

void pad_edges(Planes& planes, Grid valid) {
  if (valid == planes.grid) return;
  for (int c = 0; c < planes.channels; ++c) {
    std::uint8_t* plane = planes.plane(c);
    if (valid.size() == 0) {
      std::fill_n(plane, planes.grid.size(), std::uint8_t{128});
      continue;
    }
    for (int y = 0; y < planes.grid.height; ++y) {
      std::uint8_t* row = plane + static_cast<std::size_t>(y) * planes.grid.width;
      const std::uint8_t* from = plane + static_cast<std::size_t>(std::min(y, valid.height - 1)) * planes.grid.width;
      if (row != from) std::copy_n(from, valid.width, row);
      std::fill(row + valid.width, row + planes.grid.width, from[valid.width - 1]);
    }
  }
}

TileSamples empty_samples(const Plan& plan, const TileGeometry& geometry) {
  TileSamples samples;
  for (const StageSpec& stage : plan.stages) {
    samples.emplace_back(stage.components.size(), Planes(3, geometry.stage_grid(stage)));
  }
  return samples;
}

ComponentPlace component_place(const StageSpec& stage, Component component) {
  const int unit = 1 << stage.level;
  if (component == Component::A) return {0, 0, unit};
  return {column_phase(component) * unit, row_phase(component) * unit, 2 * unit};
}

TileSamples split(const Plan& plan, const TileGeometry& geometry, const Picture& tile) {
  TileSamples samples = empty_samples(plan, geometry);
  const std::size_t channels = tile.channels;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const StageSpec& stage = plan.stages[s];
    for (std::size_t k = 0; k < stage.components.size(); ++k) {
      Planes& planes = samples[s][k];
      const Grid valid = geometry.valid(stage, stage.components[k]);
      const ComponentPlace at = component_place(stage, stage.components[k]);
      for (int c = 0; c < 3; ++c) {
        const std::size_t from = channels == 3 ? c : 0;
        for (int y = 0; y < valid.height; ++y) {
          std::uint8_t* row = planes.plane(c) + static_cast<std::size_t>(y) * planes.grid.width;
          const std::uint8_t* pixels = tile.samples.data() +
                                       (static_cast<std::size_t>(at.y0 + y * at.step) * tile.width + at.x0) * channels +
                                       from;
          for (int x = 0; x < valid.width; ++x) row[x] = pixels[static_cast<std::size_t>(x) * at.step * channels];
        }
      }
      pad_edges(planes, valid);
    }
  }
  return samples;
}

Picture join(const Plan& plan, const TileGeometry& geometry, const TileSamples& samples, int channels) {
  const Grid size = geometry.level[0];
  Picture tile{static_cast<std::uint32_t>(size.width), static_cast<std::uint32_t>(size.height),
               static_cast<std::uint8_t>(channels), Bytes(size.size() * channels)};
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const StageSpec& stage = plan.stages[s];
    for (std::size_t k = 0; k < stage.components.size(); ++k) {
      const Planes& planes = samples[s][k];
      const Grid valid = geometry.valid(stage, stage.components[k]);
      const ComponentPlace at = component_place(stage, stage.components[k]);
      for (int c = 0; c < channels; ++c) {
        const int from = channels == 3 ? c : 1;  // a grey tile is coded as green
        for (int y = 0; y < valid.height; ++y) {
          const std::uint8_t* row = planes.plane(from) + static_cast<std::size_t>(y) * planes.grid.width;
          std::uint8_t* pixels =
              tile.samples.data() + (static_cast<std::size_t>(at.y0 + y * at.step) * size.width + at.x0) * channels + c;
          for (int x = 0; x < valid.width; ++x) pixels[static_cast<std::size_t>(x) * at.step * channels] = row[x];
        }
      }
    }
  }
  return tile;
}

StageInput stage_input(const Plan& plan, const TileGeometry& geometry, int index, const TileSamples& samples,
                       const Planes& z1) {
  const StageSpec& stage = plan.stages[index];
  StageInput result;
  if (index == 0) {
    InputBuilder builder(geometry.latent[0], plan.networks[stage.network].in());
    builder.samples(z1);
    result.input = builder.take();
    const Grid g = geometry.level.back();
    const int pool = plan.latents[0].pool;
    Guess guess(g.size() * 3);
    for (int c = 0; c < 3; ++c) {
      const std::uint8_t* from = z1.plane(z1.channels >= 3 ? c : 0);
      for (int y = 0; y < g.height; ++y) {
        for (int x = 0; x < g.width; ++x) {
          guess[(static_cast<std::size_t>(c) * g.height + y) * g.width + x] =
              static_cast<std::int16_t>(16 * from[static_cast<std::size_t>(y / pool) * z1.grid.width + x / pool]);
        }
      }
    }
    result.guesses.push_back(std::move(guess));
    return result;
  }

  // Level r's A is the last A, or what the finer components of level r + 1 and its A make up.
  const Grid grid = geometry.stage_grid(stage);
  Planes a(3, grid);
  for (int s = 0; s < index; ++s) {
    const StageSpec& known = plan.stages[s];
    if (known.level <= stage.level) break;
    for (std::size_t k = 0; k < known.components.size(); ++k) {
      const ComponentPlace at = component_place(known, known.components[k]);
      const int shift = stage.level + 1;
      const Grid valid = geometry.valid(known, known.components[k]);
      for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < valid.height; ++y) {
          const std::uint8_t* row = samples[s][k].plane(c) + static_cast<std::size_t>(y) * samples[s][k].grid.width;
          std::uint8_t* out = a.plane(c) + static_cast<std::size_t>((at.y0 + y * at.step) >> shift) * grid.width;
          for (int x = 0; x < valid.width; ++x) out[(at.x0 + x * at.step) >> shift] = row[x];
        }
      }
    }
  }

  InputBuilder builder(grid, plan.networks[stage.network].in());
  builder.samples(a);
  if (stage.components.size() == 1) {
    result.guesses = {four_neighbours(a, {{{0, 0}, {0, 1}}}, a, {{{1, 0}, {1, 1}}})};
    builder.details(a, result.guesses[0]);
  } else {
    const Planes& d = samples[index - 1][0];
    result.guesses = {four_neighbours(a, {{{0, 0}, {0, 1}}}, d, {{{-1, 0}, {0, 0}}}),
                      four_neighbours(a, {{{0, 0}, {1, 0}}}, d, {{{0, -1}, {0, 0}}})};
    builder.samples(d);
    builder.details(a, result.guesses[0]);
    builder.details(d, result.guesses[1]);
  }
  if (stage.sees_latent) builder.upsampled(z1, plan.latents[0].pool << (plan.config.levels - 1 - stage.level));
  result.input = builder.take();
  return result;
}

LatentInput posterior_input(const Plan& plan, const TileGeometry& geometry, int i, const TileSamples& samples,
                            const Planes& below) {
  const LatentSpec& spec = plan.latents[i];
  const Grid grid = geometry.latent[i];
  const int channels = plan.config.latent_channels;
  LatentInput result;
  const Planes& guessed = i == 0 ? samples[0][0] : below;
  Planes seen;
  if (i == 0) {
    seen.grid = geometry.level.back();
    for (int s = 0; s < plan.config.latent_stages; ++s) {
      const int by = s == 0 ? 1 : 1 << (plan.config.levels - 1 - plan.stages[s].level);
      for (const Planes& component : samples[s]) {
        const Planes folded = fold(component, by, seen.grid);
        seen.samples.insert(seen.samples.end(), folded.samples.begin(), folded.samples.end());
        seen.channels += folded.channels;
      }
    }
  }
  InputBuilder builder(grid, plan.networks[spec.posterior].in());
  builder.samples(fold(i == 0 ? seen : below, spec.pool, grid));
  result.input = builder.take();

  result.guess.assign(grid.size() * channels, 128 * 16);
  for (int c = 0; c < std::min(channels, guessed.channels); ++c) {
    const Clamped fine{guessed.plane(c), guessed.grid};
    std::int16_t* out = result.guess.data() + grid.size() * c;
    for (int y = 0; y < grid.height; ++y) {
      for (int x = 0; x < grid.width; ++x) {
        int sum = 0;
        for (int dy = 0; dy < spec.pool; ++dy) {
          for (int dx = 0; dx < spec.pool; ++dx) sum += fine(y * spec.pool + dy, x * spec.pool + dx);
        }
        *out++ = static_cast<std::int16_t>(16 * sum / (spec.pool * spec.pool));
      }
    }
  }
  return result;
}

LatentInput generative_input(const Plan& plan, const TileGeometry& geometry, int i, const Planes& above) {
  const LatentSpec& spec = plan.latents[i + 1];
  const Grid grid = geometry.latent[i];
  LatentInput result;
  InputBuilder builder(geometry.latent[i + 1], plan.networks[spec.generative].in());
  builder.samples(above);
  result.input = builder.take();
  result.guess.resize(grid.size() * plan.config.latent_channels);
  auto* out = result.guess.data();
  for (int c = 0; c < plan.config.latent_channels; ++c) {
    for (int y = 0; y < grid.height; ++y) {
      const std::uint8_t* row = above.plane(c) + static_cast<std::size_t>(y / spec.pool) * above.grid.width;
      for (int x = 0; x < grid.width; ++x) *out++ = static_cast<std::int16_t>(16 * row[x / spec.pool]);
    }
  }
  return result;
}

}  // namespace bitswap
