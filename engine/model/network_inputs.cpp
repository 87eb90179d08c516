// Guesses and network inputs of likelihood stages and latents, row by row.
#include <algorithm>
#include <array>

#include "engine/base/spare_threads.h"
#include "engine/model/interleave.h"
#include "engine/model/planes.h"

namespace bitswap {
namespace {

void reshape(NetworkInput& input, Grid grid, int channels) {
  input.grid = grid;
  input.channels = channels;
  input.values.resize(grid.size() * channels);
}

/// Fills a network's input from row `first` on: for each row of the grid all channels in turn, then end_row(). Not more
/// than one at a time in a thread.
class InputWriter {
 public:
  InputWriter(NetworkInput& input, int first)
      : width_(static_cast<std::size_t>(input.grid.width)),
        channels_(static_cast<std::size_t>(input.channels)),
        stride_(width_ + kInterleavePadding),
        rows_(thread_rows(stride_ * channels_)),
        to_(input.values.data() + width_ * channels_ * first) {}

  void samples(const std::uint8_t* row) {
    std::int8_t* const to = next();
    for (std::size_t x = 0, end = width_; x < end; ++x) to[x] = static_cast<std::int8_t>(row[x] - 128);
  }
  /// Four times the difference from a guess in 1/16, cut to 8 bits.
  void details(const std::uint8_t* row, const std::int16_t* guess) {
    std::int8_t* const to = next();
    for (std::size_t x = 0, end = width_; x < end; ++x) {
      const auto difference = static_cast<std::int16_t>(16 * row[x] - guess[x] + 2);
      to[x] = static_cast<std::int8_t>(std::clamp<std::int16_t>(static_cast<std::int16_t>(difference >> 2), -127, 127));
    }
  }
  /// A coarser grid's row, each sample repeated.
  void upsampled(const std::uint8_t* row, int factor) {
    std::int8_t* const to = next();
    for (std::size_t x = 0, end = width_; x < end; ++x) to[x] = static_cast<std::int8_t>(row[x / factor] - 128);
  }
  void end_row() {
    interleave(rows_, stride_, channels_, width_, to_);
    to_ += width_ * channels_;
    used_ = 0;
  }

 private:
  std::int8_t* next() { return rows_ + stride_ * used_++; }
  static std::int8_t* thread_rows(std::size_t size) {
    thread_local std::vector<std::int8_t> rows;
    if (rows.size() < size) rows.resize(size);
    return rows.data();
  }

  std::size_t width_;
  std::size_t channels_;
  std::size_t stride_;
  std::int8_t* rows_;  ///< of all channels
  std::int8_t* to_;
  std::size_t used_ = 0;
};

/// A sample's neighbour: its row, and its column from the sample's own, -1, 0 or 1.
struct Neighbour {
  const std::uint8_t* row;
  int column;
};

/// 4 × the sum of four neighbours, their mean in 1/16, for a row. Edges are repeated.
void guess_row(const std::array<Neighbour, 4>& from, int width, std::int16_t* guess) {
  const auto at = [&](int x) {
    int sum = 0;
    for (const Neighbour& n : from) sum += n.row[std::clamp(x + n.column, 0, width - 1)];
    return static_cast<std::int16_t>(4 * sum);
  };
  const std::uint8_t* const a = from[0].row + from[0].column;
  const std::uint8_t* const b = from[1].row + from[1].column;
  const std::uint8_t* const c = from[2].row + from[2].column;
  const std::uint8_t* const d = from[3].row + from[3].column;
  for (int x = 1; x < width - 1; ++x) guess[x] = static_cast<std::int16_t>(4 * (a[x] + b[x] + c[x] + d[x]));
  guess[0] = at(0);
  guess[width - 1] = at(width - 1);
}

/// Guesses of row y of component D, B or C from what is known around it.
void guess_component(Component component, const Planes& a, const Planes& d, int c, int y, std::int16_t* guess) {
  const std::uint8_t* const a0 = a.row(c, y);
  const std::uint8_t* const a1 = a.row(c, std::min(y + 1, a.grid.height - 1));
  const int width = a.grid.width;
  if (component == Component::D) return guess_row({{{a0, 0}, {a0, 1}, {a1, 0}, {a1, 1}}}, width, guess);
  const std::uint8_t* const d0 = d.row(c, y);
  const std::uint8_t* const above = d.row(c, std::max(y - 1, 0));
  if (component == Component::B) return guess_row({{{a0, 0}, {a0, 1}, {above, 0}, {d0, 0}}}, width, guess);
  guess_row({{{a0, 0}, {a1, 0}, {d0, -1}, {d0, 0}}}, width, guess);
}

void merge_row(const std::uint8_t* even, const std::uint8_t* odd, int width, std::uint8_t* row) {
  for (int x = 0; x < width / 2; ++x) {
    row[2 * x] = even[x];
    row[2 * x + 1] = odd[x];
  }
  if (width % 2 != 0) row[width - 1] = even[width / 2];
}

/// The four components of a level as the planes they were split from.
void merge(const Planes& a, const Planes& d, const Planes& b, const Planes& c, Planes& out, SpareThreads* spare) {
  const int width = out.grid.width;
  share_rows(spare, out.grid.height, least_rows(width), [&](int begin, int end) {
    for (int channel = 0; channel < 3; ++channel) {
      for (int y = begin; y < end; ++y) {
        const std::uint8_t* const even = (y % 2 == 0 ? a : c).row(channel, y / 2);
        const std::uint8_t* const odd = (y % 2 == 0 ? b : d).row(channel, y / 2);
        merge_row(even, odd, width, out.row(channel, y));
      }
    }
  });
}

/// A of a stage's level: the last A, or what the finer components of the level below and its A make up.
const Planes& known_a(const Plan& plan, const TileGeometry& geometry, const StageSpec& stage,
                      const TileSamples& samples, Planes (&coarser)[2], SpareThreads* spare) {
  const Planes* a = &samples[0][0];
  int turn = 0;
  for (std::size_t s = 1; plan.stages[s].level > stage.level; s += 2, turn ^= 1) {  // D, then B and C
    coarser[turn].reshape(3, geometry.level[plan.stages[s].level]);
    merge(*a, samples[s][0], samples[s + 1][0], samples[s + 1][1], coarser[turn], spare);
    a = &coarser[turn];
  }
  return *a;
}

/// 16 × a coarser grid's samples, each repeated factor × factor times.
void upsampled_guess(const Planes& planes, int from, Grid grid, int factor, std::int16_t* guess) {
  for (int y = 0; y < grid.height; ++y) {
    const std::uint8_t* const row = planes.row(from, y / factor);
    for (int x = 0; x < grid.width; ++x) *guess++ = static_cast<std::int16_t>(16 * row[x / factor]);
  }
}

/// The planes as a network's input.
void write_samples(const Planes& planes, int in, NetworkInput& input) {
  reshape(input, planes.grid, in);
  InputWriter writer(input, 0);
  for (int y = 0; y < planes.grid.height; ++y) {
    for (int c = 0; c < planes.channels; ++c) writer.samples(planes.row(c, y));
    writer.end_row();
  }
}

/// Appends planes that lie on a finer grid, folded onto that of `out`; the position inside the square is slowest among
/// the new channels. Edges are repeated.
void fold(const Planes& planes, int by, Planes& out) {
  const Grid to = out.grid, fine = planes.grid;
  std::size_t next = out.samples.size();
  out.channels += planes.channels * by * by;
  out.samples.resize(to.size() * out.channels);
  for (int row = 0; row < by; ++row) {
    for (int column = 0; column < by; ++column) {
      for (int c = 0; c < planes.channels; ++c) {
        for (int y = 0; y < to.height; ++y) {
          const std::uint8_t* const from = planes.row(c, std::min(y * by + row, fine.height - 1));
          for (int x = 0; x < to.width; ++x) out.samples[next++] = from[std::min(x * by + column, fine.width - 1)];
        }
      }
    }
  }
}

}  // namespace

void stage_input(const Plan& plan, const TileGeometry& geometry, int index, const TileSamples& samples,
                 const Planes& z1, StageInput& result, SpareThreads* spare) {
  const StageSpec& stage = plan.stages[index];
  const Grid grid = geometry.stage_grid(stage);
  const int in = plan.networks[stage.network].in();
  result.guesses.resize(stage.components.size());
  for (Guess& guess : result.guesses) guess.resize(grid.size() * 3);
  if (index == 0) {
    write_samples(z1, in, result.input);
    for (int c = 0; c < 3; ++c) {
      upsampled_guess(z1, z1.channels >= 3 ? c : 0, grid, plan.latents[0].pool,
                      result.guesses[0].data() + grid.size() * c);
    }
    return;
  }

  const Planes& a = known_a(plan, geometry, stage, samples, result.coarser, spare);
  const bool only_d = stage.components.front() == Component::D;
  const Planes& d = only_d ? a : samples[index - 1][0];
  reshape(result.input, grid, in);
  share_rows(spare, grid.height, least_rows(grid.width), [&](int begin, int end) {
    InputWriter writer(result.input, begin);
    for (int y = begin; y < end; ++y) {
      for (int c = 0; c < 3; ++c) writer.samples(a.row(c, y));
      for (int c = 0; c < 3 && !only_d; ++c) writer.samples(d.row(c, y));
      for (std::size_t k = 0; k < stage.components.size(); ++k) {
        for (int c = 0; c < 3; ++c) {
          std::int16_t* const guess =
              result.guesses[k].data() + grid.size() * c + static_cast<std::size_t>(y) * grid.width;
          guess_component(stage.components[k], a, d, c, y, guess);
          writer.details((k == 0 ? a : d).row(c, y), guess);
        }
      }
      if (stage.sees_latent) {
        const int factor = plan.latents[0].pool << (plan.config.levels - 1 - stage.level);
        for (int c = 0; c < z1.channels; ++c) writer.upsampled(z1.row(c, y / factor), factor);
      }
      writer.end_row();
    }
  });
}

void posterior_input(const Plan& plan, const TileGeometry& geometry, int i, const TileSamples& samples,
                     const Planes& below, LatentInput& result) {
  const LatentSpec& spec = plan.latents[i];
  const Grid grid = geometry.latent[i];
  const int channels = plan.config.latent_channels;
  const Planes& guessed = i == 0 ? samples[0][0] : below;
  Planes& seen = result.seen;
  if (i == 0) {
    seen.reshape(0, geometry.level.back());
    for (int s = 0; s < plan.config.latent_stages; ++s) {
      const int by = s == 0 ? 1 : 1 << (plan.config.levels - 1 - plan.stages[s].level);
      for (const Planes& component : samples[s]) fold(component, by, seen);
    }
  }
  Planes& pooled = result.pooled;
  pooled.reshape(0, grid);
  fold(i == 0 ? seen : below, spec.pool, pooled);
  write_samples(pooled, plan.networks[spec.posterior].in(), result.input);

  result.guess.assign(grid.size() * channels, 128 * 16);
  const Grid fine = guessed.grid;
  for (int c = 0; c < std::min(channels, guessed.channels); ++c) {
    std::int16_t* out = result.guess.data() + grid.size() * c;
    for (int y = 0; y < grid.height; ++y) {
      for (int x = 0; x < grid.width; ++x) {
        int sum = 0;
        for (int dy = 0; dy < spec.pool; ++dy) {
          const std::uint8_t* const row = guessed.row(c, std::min(y * spec.pool + dy, fine.height - 1));
          for (int dx = 0; dx < spec.pool; ++dx) sum += row[std::min(x * spec.pool + dx, fine.width - 1)];
        }
        *out++ = static_cast<std::int16_t>(16 * sum / (spec.pool * spec.pool));
      }
    }
  }
}

void generative_input(const Plan& plan, const TileGeometry& geometry, int i, const Planes& above, LatentInput& result) {
  const LatentSpec& spec = plan.latents[i + 1];
  const Grid grid = geometry.latent[i];
  write_samples(above, plan.networks[spec.generative].in(), result.input);
  result.guess.resize(grid.size() * plan.config.latent_channels);
  for (int c = 0; c < plan.config.latent_channels; ++c) {
    upsampled_guess(above, c, grid, spec.pool, result.guess.data() + grid.size() * c);
  }
}

}  // namespace bitswap
