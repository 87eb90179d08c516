// Bits-back coding of tiles: the schedule's steps over the model's networks, on all lanes of the segment.
#include "engine/codec/segment.h"

#include <array>
#include <chrono>
#include <mutex>
#include <new>
#include <numeric>

#include "engine/backend/segment_payload.h"
#include "engine/base/spare_threads.h"
#include "engine/codec/stage_coder.h"

namespace bitswap {
namespace {

using Kind = CodingStep::Kind;

Error cancelled() { return {Error::Code::Cancelled, 0, "stopped by the user"}; }

/// Memory that a thread keeps from segment to segment.
struct Scratch {
  TileSamples samples;
  std::vector<Planes> latents;
  StageInput stage;
  LatentInput latent;
  std::vector<std::int16_t> head;
};

Scratch& thread_scratch() {
  thread_local Scratch scratch;
  return scratch;
}

/// The same for a thread that codes lanes, perhaps of another one's segment.
SampleBuffers& thread_buffers() {
  thread_local SampleBuffers buffers;
  return buffers;
}

/// Parts of a network compute a few rows above and below their own again; with fewer rows than this that costs too
/// much.
constexpr int kLeastNetworkRows = 8;

/// Tells where the time between two calls went.
class Stopwatch {
 public:
  explicit Stopwatch(CodecTimes* times) : times_(times) { restart(); }
  void restart() {
    if (times_ != nullptr) last_ = std::chrono::steady_clock::now();
  }
  void add_to(std::atomic<double> CodecTimes::*part) {
    if (times_ == nullptr) return;
    const auto now = std::chrono::steady_clock::now();
    (times_->*part).fetch_add(std::chrono::duration<double>(now - last_).count(), std::memory_order_relaxed);
    last_ = now;
  }

 private:
  CodecTimes* times_;
  std::chrono::steady_clock::time_point last_;
};

/// One tile's way through the model, on lanes that belong to the segment.
class TileCoder {
 public:
  TileCoder(const CodingModel& coding, TileShape shape, std::vector<AnsLane>& lanes, const CancelToken* cancel)
      : model_(*coding.model),
        plan_(model_.plan),
        networks_(*coding.networks),
        kernels_(coding.kernels != nullptr ? *coding.kernels : best_kernels()),
        watch_(coding.times),
        spare_(coding.spare),
        scratch_(thread_scratch()),
        geometry_(plan_, {static_cast<int>(shape.width), static_cast<int>(shape.height)}),
        colours_(shape.channels),
        lanes_(lanes),
        cancel_(cancel),
        samples_(scratch_.samples),
        latents_(scratch_.latents) {
    latents_.resize(geometry_.latent.size());
    for (std::size_t i = 0; i < latents_.size(); ++i) {
      latents_[i].reshape(plan_.config.latent_channels, geometry_.latent[i]);
    }
  }

  /// `balance` runs on from tile to tile of a segment.
  Status encode(const Picture& tile, Schedule schedule, Ledger& ledger, double& balance, HeatMap* heat) {
    watch_.restart();
    samples_ = split(plan_, geometry_, tile, std::move(samples_), spare_);
    watch_.add_to(&CodecTimes::planes);
    for (const CodingStep& step : encoding_steps(schedule, plan_.config.latents())) {
      switch (step.kind) {
        case Kind::Tail:
          for (int s = static_cast<int>(plan_.stages.size()) - 1; s >= plan_.tail_begin; --s) {
            BITSWAP_TRY_ASSIGN(const double bits, push_stage(s, heat));
            stage_row(ledger, s).likelihood_bits += bits;
          }
          break;
        case Kind::Likelihood:
          for (int s = plan_.tail_begin - 1; s >= 0; --s) {
            BITSWAP_TRY_ASSIGN(const double bits, push_stage(s, heat));
            stage_row(ledger, s).likelihood_bits += bits;
            balance += bits;
          }
          break;
        case Kind::Posterior: {
          BITSWAP_TRY(run_posterior(step.latent));
          const double bits = for_lanes(geometry_.latent[step.latent], [&](AnsLane& lane, RowRange rows) {
            return posterior(step.latent).pop(lane, rows, latents_[step.latent]);
          });
          latent_row(ledger, step.latent).posterior_bits += bits;
          balance -= bits;
          ledger.initial_bits_required = std::max(ledger.initial_bits_required, -balance);
          break;
        }
        case Kind::Prior: {
          BITSWAP_TRY(run_prior(step.latent));
          const double bits = for_lanes(geometry_.latent[step.latent], [&](AnsLane& lane, RowRange rows) {
            return prior(step.latent).push(lane, rows, latents_[step.latent]);
          });
          latent_row(ledger, step.latent).prior_bits += bits;
          balance += bits;
          break;
        }
      }
    }
    return {};
  }

  Result<Picture> decode(Schedule schedule) {
    watch_.restart();
    samples_ = empty_samples(plan_, geometry_, std::move(samples_));
    const std::vector<CodingStep> steps = encoding_steps(schedule, plan_.config.latents());
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      switch (step->kind) {
        case Kind::Tail:
          for (int s = plan_.tail_begin; s < static_cast<int>(plan_.stages.size()); ++s) BITSWAP_TRY(pop_stage(s));
          break;
        case Kind::Likelihood:
          for (int s = 0; s < plan_.tail_begin; ++s) BITSWAP_TRY(pop_stage(s));
          break;
        case Kind::Posterior: {
          BITSWAP_TRY(run_posterior(step->latent));
          for_lanes(geometry_.latent[step->latent], [&](AnsLane& lane, RowRange rows) {
            return posterior(step->latent).push(lane, rows, latents_[step->latent]);
          });
          break;
        }
        case Kind::Prior: {
          BITSWAP_TRY(run_prior(step->latent));
          for_lanes(geometry_.latent[step->latent], [&](AnsLane& lane, RowRange rows) {
            return prior(step->latent).pop(lane, rows, latents_[step->latent]);
          });
          BITSWAP_TRY(check_lanes());
          break;
        }
      }
    }
    Picture tile = join(plan_, geometry_, samples_, colours_, spare_);
    watch_.add_to(&CodecTimes::planes);
    return tile;
  }

 private:
  LedgerStage& stage_row(Ledger& ledger, int stage) const { return ledger.stages[plan_.config.latents() + stage]; }
  LedgerStage& latent_row(Ledger& ledger, int latent) const {
    return ledger.stages[plan_.config.latents() - 1 - latent];
  }

  /// The sum of body(lane, rows), a lane's bits. Threads share the lanes; they are added up in their order, as doubles
  /// must be for the sum to be the same.
  template <typename Body>
  double for_lanes(Grid grid, const Body& body) {
    std::array<double, kMaxLanes> bits{};
    const auto code_lane = [&](std::size_t l) {
      bits[l] = body(lanes_[l], lane_rows(static_cast<std::uint32_t>(grid.height), static_cast<int>(l), lane_count()));
    };
    if (spare_ != nullptr && lane_count() > 1 && grid.height >= least_rows(grid.width) && spare_->hands() > 1) {
      spare_->for_each(lanes_.size(), code_lane);
    } else {
      for (std::size_t l = 0; l < lanes_.size(); ++l) code_lane(l);
    }
    watch_.add_to(&CodecTimes::entropy);
    return std::accumulate(bits.begin(), bits.begin() + lane_count(), 0.0);
  }

  /// To scratch_.head.
  Status run(int network, const NetworkInput& input) {
    watch_.add_to(&CodecTimes::planes);
    if (cancel_ != nullptr && cancel_->cancelled()) return cancelled();
    const Grid grid = input.grid;
    if (networks_.runs_rows()) {
      // Never made smaller: to grow again would fill it with zeros each time.
      const std::size_t size = grid.size() * plan_.networks[network].out();
      if (scratch_.head.size() < size) scratch_.head.resize(size);
      std::mutex mutex;
      Status outcome;
      share_rows(spare_, grid.height, std::max(kLeastNetworkRows, least_rows(grid.width) / 4), [&](int begin, int end) {
        Status status = networks_.run_rows(network, input.values, grid.height, grid.width, begin, end, scratch_.head);
        if (status.ok()) return;
        const std::scoped_lock lock(mutex);
        outcome = std::move(status);
      });
      BITSWAP_TRY(std::move(outcome));
    } else {
      BITSWAP_TRY(networks_.run(network, input.values, 1, grid.height, grid.width, scratch_.head));
    }
    watch_.add_to(&CodecTimes::networks);
    return {};
  }

  // First run_…(), then a coder for each thread.

  Status run_stage(int s) {
    stage_input(plan_, geometry_, s, samples_, latents_[0], scratch_.stage, spare_);
    return run(plan_.stages[s].network, scratch_.stage.input);
  }
  [[nodiscard]] PixelStageCoder stage(int s) const {
    return {model_, kernels_, geometry_, s, colours_, scratch_.head, scratch_.stage.guesses, thread_buffers()};
  }

  Result<double> push_stage(int s, HeatMap* heat) {
    BITSWAP_TRY(run_stage(s));
    return for_lanes(geometry_.stage_grid(plan_.stages[s]), [&](AnsLane& lane, RowRange rows) {
      return stage(s).push(lane, rows, samples_[s], heat != nullptr ? &heat->bits[s] : nullptr);
    });
  }

  Status pop_stage(int s) {
    BITSWAP_TRY(run_stage(s));
    for_lanes(geometry_.stage_grid(plan_.stages[s]), [&](AnsLane& lane, RowRange rows) {
      stage(s).pop(lane, rows, samples_[s]);
      return 0.0;
    });
    for (std::size_t k = 0; k < samples_[s].size(); ++k) {
      pad_edges(samples_[s][k], geometry_.valid(plan_.stages[s], plan_.stages[s].components[k]));
    }
    return check_lanes();
  }

  Status run_posterior(int i) {
    posterior_input(plan_, geometry_, i, samples_, latents_[i == 0 ? 0 : i - 1], scratch_.latent);
    return run(plan_.latents[i].posterior, scratch_.latent.input);
  }
  [[nodiscard]] LatentCoder posterior(int i) const {
    const Grid grid = geometry_.latent[i];
    return {model_, kernels_, grid, grid, 1, scratch_.head, scratch_.latent.guess, thread_buffers()};
  }

  Status run_prior(int i) {
    if (i + 1 == plan_.config.latents()) return {};
    generative_input(plan_, geometry_, i, latents_[i + 1], scratch_.latent);
    return run(plan_.latents[i + 1].generative, scratch_.latent.input);
  }
  [[nodiscard]] LatentCoder prior(int i) const {
    const Grid grid = geometry_.latent[i];
    const bool topmost = i + 1 == plan_.config.latents();
    const Grid coarse = topmost ? grid : geometry_.latent[i + 1];
    const int pool = topmost ? 1 : plan_.latents[i + 1].pool;
    const auto head = topmost ? std::span<const std::int16_t>() : std::span<const std::int16_t>(scratch_.head);
    return {model_, kernels_, grid, coarse, pool, head, scratch_.latent.guess, thread_buffers()};
  }

  [[nodiscard]] int lane_count() const { return static_cast<int>(lanes_.size()); }

  [[nodiscard]] Status check_lanes() const {
    for (const AnsLane& lane : lanes_) {
      if (lane.underflow()) return Error{Error::Code::Corrupt, 0, "the pixels of this picture are damaged"};
    }
    return {};
  }

  const Model& model_;
  const Plan& plan_;
  const BackendModel& networks_;
  const SampleKernels& kernels_;
  Stopwatch watch_;
  SpareThreads* spare_;
  Scratch& scratch_;
  TileGeometry geometry_;
  int colours_;
  std::vector<AnsLane>& lanes_;
  const CancelToken* cancel_;
  TileSamples& samples_;
  std::vector<Planes>& latents_;
};

HeatMap empty_heat(const Plan& plan, const Picture& tile) {
  HeatMap heat{tile.width, tile.height, {}, {}};
  for (const StageSpec& stage : plan.stages) {
    heat.stages.push_back(stage.name);
    heat.bits.emplace_back(tile.pixel_count(), 0.0F);
  }
  return heat;
}

}  // namespace

Result<EncodedSegment> encode_segment(const CodingModel& coding, std::span<const Picture> tiles, Schedule schedule,
                                      bool heat_map, const CancelToken* cancel) try {
  const SpareThreads::Busy busy(coding.spare);
  std::vector<TileShape> shapes;
  for (const Picture& tile : tiles) shapes.push_back({tile.width, tile.height, tile.channels});
  const LaneLayout layout = lane_layout(shapes);
  std::vector<AnsLane> lanes;
  for (int l = 0; l < layout.lanes; ++l) {
    lanes.emplace_back(layout.states);
    lanes.back().draw_initial_words(l);
  }

  const Plan& plan = coding.model->plan;
  EncodedSegment result;
  result.ledger = empty_ledger(plan);
  double balance = 0;  // of the stack, tails apart: what the latents draw and what they explain
  for (const Picture& tile : tiles) {
    if (heat_map) result.heat.push_back(empty_heat(plan, tile));
    TileCoder coder(coding, {tile.width, tile.height, tile.channels}, lanes, cancel);
    BITSWAP_TRY(coder.encode(tile, schedule, result.ledger, balance, heat_map ? &result.heat.back() : nullptr));
  }

  ByteWriter out;
  for (const AnsLane& lane : lanes) {
    out.varint(lane.initial_words());
    out.varint(lane.serialised_size());
  }
  result.ledger.header_bits = 8.0 * static_cast<double>(out.size());
  double content = 0;
  for (const AnsLane& lane : lanes) {
    lane.serialise(out);
    content += lane.content_bits();
    result.ledger.flush_bits += lane.flush_bits();
    result.ledger.initial_bits_paid += 32.0 * static_cast<double>(lane.initial_words());
  }
  result.ledger.coder_bits = content - result.ledger.initial_bits_paid - result.ledger.elbo_bits();
  result.payload = out.take();
  return result;
} catch (const std::bad_alloc&) {
  return Error{Error::Code::OutOfMemory, 0, "not enough memory to code this picture"};
}

Result<std::vector<Picture>> decode_segment(const CodingModel& coding, ByteView payload,
                                            std::span<const TileShape> tiles, Schedule schedule,
                                            const CancelToken* cancel) try {
  const SpareThreads::Busy busy(coding.spare);
  BITSWAP_TRY_ASSIGN(ParsedPayload parsed, parse_payload(payload, tiles));
  std::vector<AnsLane>& lanes = parsed.lanes;

  std::vector<Picture> pictures(tiles.size());
  for (std::size_t i = tiles.size(); i-- > 0;) {
    TileCoder coder(coding, tiles[i], lanes, cancel);
    BITSWAP_TRY_ASSIGN(pictures[i], coder.decode(schedule));
  }
  for (std::size_t l = 0; l < lanes.size(); ++l) {
    if (!lanes[l].at_start(parsed.initial_words[l], l)) {
      return Error{Error::Code::Corrupt, 0,
                   "a segment does not end where it began: its data or model is not the right one"};
    }
  }
  return pictures;
} catch (const std::bad_alloc&) {
  return Error{Error::Code::OutOfMemory, 0, "not enough memory to decode this picture"};
}

}  // namespace bitswap
