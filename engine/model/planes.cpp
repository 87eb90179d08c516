// Geometry, the polyphase split and its inverse.
#include "engine/model/planes.h"

#include <algorithm>
#include <utility>

#include "engine/base/spare_threads.h"

namespace bitswap {
namespace {

int row_phase(Component c) { return c == Component::D || c == Component::C ? 1 : 0; }
int column_phase(Component c) { return c == Component::D || c == Component::B ? 1 : 0; }

/// Calls body(planes, row, first pixel in the tile, columns, pixels between two of them) for every row of every
/// component.
template <typename Samples, typename Body>
void for_component_rows(const Plan& plan, const TileGeometry& geometry, Samples& samples, SpareThreads* spare,
                        Body&& body) {
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const StageSpec& stage = plan.stages[s];
    for (std::size_t k = 0; k < stage.components.size(); ++k) {
      const Grid valid = geometry.valid(stage, stage.components[k]);
      const ComponentPlace at = component_place(stage, stage.components[k]);
      share_rows(spare, valid.height, least_rows(valid.width), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
          const std::size_t pixel = static_cast<std::size_t>(at.y0 + y * at.step) * geometry.level[0].width + at.x0;
          body(samples[s][k], y, pixel, static_cast<std::size_t>(valid.width), static_cast<std::size_t>(at.step));
        }
      });
    }
  }
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

TileSamples empty_samples(const Plan& plan, const TileGeometry& geometry, TileSamples memory) {
  memory.resize(plan.stages.size());
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    memory[s].resize(plan.stages[s].components.size());
    for (Planes& planes : memory[s]) planes.reshape(3, geometry.stage_grid(plan.stages[s]));
  }
  return memory;
}

ComponentPlace component_place(const StageSpec& stage, Component component) {
  const int unit = 1 << stage.level;
  if (component == Component::A) return {0, 0, unit};
  return {column_phase(component) * unit, row_phase(component) * unit, 2 * unit};
}

TileSamples split(const Plan& plan, const TileGeometry& geometry, const Picture& tile, TileSamples memory,
                  SpareThreads* spare) {
  TileSamples samples = empty_samples(plan, geometry, std::move(memory));
  const std::size_t channels = tile.channels;
  const std::size_t green = channels == 3 ? 1 : 0, blue = channels == 3 ? 2 : 0;
  for_component_rows(plan, geometry, samples, spare,
                     [=, &tile](Planes& planes, int y, std::size_t pixel, std::size_t width, std::size_t step) {
                       const std::uint8_t* from = tile.samples.data() + pixel * channels;
                       std::uint8_t* const r = planes.row(0, y);
                       std::uint8_t* const g = planes.row(1, y);
                       std::uint8_t* const b = planes.row(2, y);
                       const std::size_t next = step * channels, second = green, third = blue;
                       for (std::size_t x = 0; x < width; ++x, from += next) {
                         r[x] = from[0];
                         g[x] = from[second];
                         b[x] = from[third];
                       }
                     });
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    for (std::size_t k = 0; k < samples[s].size(); ++k) {
      pad_edges(samples[s][k], geometry.valid(plan.stages[s], plan.stages[s].components[k]));
    }
  }
  return samples;
}

Picture join(const Plan& plan, const TileGeometry& geometry, const TileSamples& samples, int channels,
             SpareThreads* spare) {
  const Grid size = geometry.level[0];
  Picture tile{static_cast<std::uint32_t>(size.width), static_cast<std::uint32_t>(size.height),
               static_cast<std::uint8_t>(channels), Bytes(size.size() * channels)};
  for_component_rows(
      plan, geometry, samples, spare,
      [channels, &tile](const Planes& planes, int y, std::size_t pixel, std::size_t width, std::size_t step) {
        std::uint8_t* to = tile.samples.data() + pixel * channels;
        const std::uint8_t* const g = planes.row(1, y);
        if (channels == 1) {  // a grey tile is coded as green
          for (std::size_t x = 0; x < width; ++x) to[x * step] = g[x];
          return;
        }
        const std::uint8_t* const r = planes.row(0, y);
        const std::uint8_t* const b = planes.row(2, y);
        for (std::size_t x = 0; x < width; ++x, to += 3 * step) {
          to[0] = r[x];
          to[1] = g[x];
          to[2] = b[x];
        }
      });
  return tile;
}

}  // namespace bitswap
