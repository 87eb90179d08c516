// SPDX-License-Identifier: GPL-3.0-or-later
// A network runs as a wavefront of rows: every layer computes a row as soon as the rows below it that it reads are
// there. Each keeps two or three rows, so activations stay in the cache whatever the size of the grid.
#include "engine/nn/cpu/cpu_backend.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "engine/base/scratch_pool.h"
#include "engine/nn/cpu/packed_network.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace bitswap {
namespace {

using RowKernel = void (*)(const RowJob& job);

struct Variant {
  CpuIsa isa;
  std::string_view name;
  int lanes;
  int depth;
  RowKernel kernel;
  bool (*available)();
};

#if defined(__x86_64__)
/// CPUID leaf 7, subleaf 1, EAX bit 4 (Intel SDM): clang knows no name for it before version 17.
bool has_avx_vnni() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0 && (eax >> 4 & 1) != 0;
}

constexpr std::array<Variant, 3> kVariants = {
    {{CpuIsa::Avx512Vnni, "avx512-vnni", kLanes512, 1, run_row_avx512_vnni,
      [] {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512vnni");
      }},
     {CpuIsa::AvxVnni, "avx-vnni", kLanes256, 1, run_row_avx_vnni,
      [] { return __builtin_cpu_supports("avx2") && has_avx_vnni(); }},
     {CpuIsa::Avx2, "avx2", kLanes256, kDepthAvx2, run_row_avx2, [] { return __builtin_cpu_supports("avx2") != 0; }}}};
#else
constexpr std::array<Variant, 0> kVariants = {};
#endif

const Variant* find_variant(CpuIsa isa) {
  const auto* found = std::ranges::find(kVariants, isa, &Variant::isa);
  return found != kVariants.end() && found->available() ? &*found : nullptr;
}

/// The latest rows of one activation tensor, uint8 [rows, width, channels], with padding left and right of each row and
/// a whole row of padding for those above and below the image.
class RowRing {
 public:
  RowRing(int rows, int width, int channels, int margin, std::uint8_t padding)
      : rows_(rows), margin_(round_up(margin * channels)), padding_(padding) {
    row_bytes_ = margin_ + round_up((width + margin) * channels + 64);  // 64: kernels may read beyond
    used_ = static_cast<std::size_t>(width) * channels;
  }

  [[nodiscard]] std::size_t bytes() const { return row_bytes_ * (rows_ + 1); }
  /// Writes the padding.
  void place(std::uint8_t* memory) {
    memory_ = memory;
    for (std::size_t row = 0; row < rows_; ++row) {
      std::memset(memory_ + row * row_bytes_, padding_, margin_);
      std::memset(memory_ + row * row_bytes_ + margin_ + used_, padding_, row_bytes_ - margin_ - used_);
    }
    std::memset(memory_ + rows_ * row_bytes_, padding_, row_bytes_);
  }
  [[nodiscard]] std::uint8_t* row(int y) const { return memory_ + y % rows_ * row_bytes_ + margin_; }
  [[nodiscard]] const std::uint8_t* row_or_padding(int y, int height) const {
    return y >= 0 && y < height ? row(y) : memory_ + rows_ * row_bytes_ + margin_;
  }

 private:
  static std::size_t round_up(int bytes) { return (static_cast<std::size_t>(bytes) + 63) / 64 * 64; }

  std::size_t rows_;
  std::size_t margin_;  ///< bytes before column 0
  std::uint8_t padding_;
  std::size_t row_bytes_ = 0;
  std::size_t used_ = 0;
  std::uint8_t* memory_ = nullptr;
};

/// Kept from one call to the next.
struct WavefrontMemory {
  std::vector<RowRing> rings;
  std::vector<CacheLine> rows;
  std::vector<CacheLine> bias;   ///< of the conditioned layer, with its conditions
  std::vector<CacheLine> state;  ///< one row, readable beyond its end
};

/// One call of run() or run_rows(): rings[i] is what layer i reads.
class Wavefront {
 public:
  Wavefront(const std::vector<PackedLayer>& layers, RowKernel kernel, const NetworkRun& run, WavefrontMemory& memory)
      : layers_(layers), kernel_(kernel), run_(run), memory_(memory), rings_(memory.rings) {
    std::size_t bytes = 0;
    rings_.clear();
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const LayerSpec& spec = layers[i].spec;
      const int radius = spec.kernel / 2;
      rings_.emplace_back(kept_rows(i), run.width, spec.in, radius, spec.reads_samples ? 128 : 0);
      bytes += rings_.back().bytes();
      if (spec.conditioned) set_conditions(layers[i]);
    }
    std::vector<CacheLine>& rows = memory.rows;
    if (rows.size() * sizeof(CacheLine) < bytes) rows.resize(bytes / sizeof(CacheLine));
    auto* at = reinterpret_cast<std::uint8_t*>(rows.data());
    for (RowRing& ring : rings_) {
      ring.place(at);
      at += ring.bytes();
    }
    if (layers.front().spec.state) {
      const std::size_t size = static_cast<std::size_t>(run.width) * layers.front().spec.out;
      memory.state.resize(size / sizeof(CacheLine) + 2);
    }
  }

  /// Rows [begin, end) of the output of image number n.
  void run(int n, int begin, int end, const NetworkOutput& output) const {
    const std::size_t positions = static_cast<std::size_t>(run_.height) * run_.width * n;
    const LayerSpec& first = layers_.front().spec;
    const LayerSpec& last = layers_.back().spec;
    Image image{run_.input.data() + positions * first.in, nullptr, nullptr, nullptr};
    if (first.state) image.state = run_.state.data() + positions * first.out;
    if (last.head) image.head = output.head.data() + positions * last.out;
    const int features = last.head ? last.in : last.out;
    if (!output.features.empty()) image.features = output.features.data() + positions * features;

    int lag = 0;  // rows that the last layer is behind; so many it needs of the input above and below its own
    for (const PackedLayer& layer : layers_) lag += layer.spec.kernel / 2;
    for (int time = std::max(0, begin - lag); time < end + lag; ++time) {
      if (time < run_.height) read_row(image.input, time);
      int y = time, halo = lag;
      for (std::size_t i = 0; i < layers_.size(); ++i) {
        const int radius = layers_[i].spec.kernel / 2;
        y -= radius;
        halo -= radius;  // rows above and below that the layers to come read
        if (y >= std::max(0, begin - halo) && y < std::min(run_.height, end + halo)) run_layer(i, y, image);
      }
    }
  }

 private:
  struct Image {
    const std::int8_t* input;
    const std::uint8_t* state;
    std::int16_t* head;
    std::uint8_t* features;
  };

  /// Rows of what layer i reads that it and the layers that skip to it need at once.
  [[nodiscard]] int kept_rows(std::size_t i) const {
    int ahead = 0;  // rows that the newest is ahead of the one that a layer computes
    int rows = 2 * (layers_[i].spec.kernel / 2) + 1;
    for (std::size_t user = i; user < layers_.size(); ++user) {
      ahead += layers_[user].spec.kernel / 2;
      const auto skip = static_cast<std::size_t>(layers_[user].spec.skip);
      if (skip > 0 && user + 1 - skip == i) rows = std::max(rows, ahead + 1);
    }
    return rows;
  }

  void set_conditions(const PackedLayer& layer) {
    std::size_t lines = 0;
    for (const PackedChannels& channels : layer.channels) lines += channels.bias.size();
    memory_.bias.resize(lines);
    CacheLine* to = memory_.bias.data();
    for (const PackedChannels& channels : layer.channels) {
      std::copy(channels.bias.begin(), channels.bias.end(), to);
      auto* const bias = reinterpret_cast<std::int32_t*>(to);
      const auto* const shift = reinterpret_cast<const std::int32_t*>(channels.shift.data());
      for (int c = 0; c < channels.count; ++c) {
        bias[c] += condition_term(run_.condition[static_cast<std::size_t>(channels.first + c)], shift[c]);
      }
      to += channels.bias.size();
    }
  }

  void read_row(const std::int8_t* input, int y) const {
    const std::size_t size = static_cast<std::size_t>(run_.width) * layers_.front().spec.in;
    const std::int8_t* from = input + size * static_cast<std::size_t>(y);
    std::uint8_t* to = rings_.front().row(y);
    const std::uint8_t flip = layers_.front().spec.reads_samples ? 0x80 : 0;  // adds 128
    for (std::size_t i = 0; i < size; ++i) to[i] = static_cast<std::uint8_t>(from[i]) ^ flip;
  }

  /// What is added to the sums of row y of layer i; null: nothing.
  const std::uint8_t* added_row(std::size_t i, int y, const Image& image) const {
    const LayerSpec& spec = layers_[i].spec;
    if (spec.skip > 0) return rings_[i + 1 - static_cast<std::size_t>(spec.skip)].row(y);
    if (!spec.state) return nullptr;
    const std::size_t size = static_cast<std::size_t>(run_.width) * spec.out;
    auto* const row = reinterpret_cast<std::uint8_t*>(memory_.state.data());
    std::memcpy(row, image.state + size * static_cast<std::size_t>(y), size);
    return row;
  }

  void run_layer(std::size_t i, int y, const Image& image) const {
    const PackedLayer& layer = layers_[i];
    const LayerSpec& spec = layer.spec;
    const int radius = spec.kernel / 2;
    const std::size_t row_begin = static_cast<std::size_t>(y) * run_.width;
    RowJob job{};
    job.row_count = spec.kernel;
    job.steps = layer.steps;
    job.in_stride = spec.in;
    job.out_stride = spec.out;
    job.head = spec.head;
    job.width = run_.width;
    for (int row = 0; row < spec.kernel; ++row) {
      job.rows[row] = rings_[i].row_or_padding(y + row - radius, run_.height) - radius * spec.in;
    }
    if (spec.head && image.features != nullptr) {
      std::memcpy(image.features + row_begin * spec.in, rings_[i].row(y),
                  static_cast<std::size_t>(run_.width) * spec.in);
    }
    const std::uint8_t* const added = added_row(i, y, image);
    const CacheLine* conditioned = memory_.bias.data();
    for (const PackedChannels& channels : layer.channels) {
      job.weights = reinterpret_cast<const std::int8_t*>(channels.weights.data());
      job.together = channels.together.data();
      job.bias = reinterpret_cast<const std::int32_t*>(spec.conditioned ? conditioned : channels.bias.data());
      conditioned += spec.conditioned ? channels.bias.size() : 0;
      job.shift = reinterpret_cast<const std::int32_t*>(channels.shift.data());
      job.skip = added != nullptr ? added + channels.first : nullptr;
      job.vectors = channels.vectors;
      job.channels = channels.count;
      if (i + 1 < layers_.size()) {
        job.out = rings_[i + 1].row(y) + channels.first;
      } else if (spec.head) {
        job.out = image.head + row_begin * spec.out + channels.first;
      } else {
        job.out = image.features + row_begin * spec.out + channels.first;
      }
      kernel_(job);
    }
  }

  const std::vector<PackedLayer>& layers_;
  RowKernel kernel_;
  const NetworkRun& run_;
  WavefrontMemory& memory_;
  std::vector<RowRing>& rings_;
};

class CpuModel final : public BackendModel {
 public:
  CpuModel(const Model& model, const Variant& variant, Instructions instructions)
      : BackendModel(model), kernel_(variant.kernel), instructions_(instructions) {
    for (const IntegerNetwork& network : model.networks) {
      networks_.push_back(pack_network(network, variant.lanes, variant.depth));
    }
  }

  Status run(const NetworkRun& run, const NetworkOutput& output) const override {
    return with_wavefront(run, [&](const Wavefront& wavefront) {
      for (int n = 0; n < run.count; ++n) wavefront.run(n, 0, run.height, output);
    });
  }
  [[nodiscard]] bool runs_rows() const override { return true; }
  Status run_rows(const NetworkRun& run, int begin, int end, const NetworkOutput& output) const override {
    return with_wavefront(run, [&](const Wavefront& wavefront) { wavefront.run(0, begin, end, output); });
  }
  [[nodiscard]] Instructions instructions() const override { return instructions_; }

 private:
  template <typename Body>
  Status with_wavefront(const NetworkRun& run, const Body& body) const {
    const std::vector<PackedLayer>& layers = networks_[static_cast<std::size_t>(run.network)];
    try {
      const auto memory = ScratchPool::take_from<WavefrontMemory>(run.scratch);
      body(Wavefront(layers, kernel_, run, *memory));
      return {};
    } catch (const std::bad_alloc&) {
      return Error{Error::Code::OutOfMemory, 0, "the networks need more memory than there is"};
    }
  }

  RowKernel kernel_;
  Instructions instructions_;
  std::vector<std::vector<PackedLayer>> networks_;
};

class CpuBackend final : public Backend {
 public:
  CpuBackend(const Variant& variant, Instructions instructions) : variant_(variant), instructions_(instructions) {}
  [[nodiscard]] std::string_view name() const override { return "cpu"; }
  [[nodiscard]] std::string_view device() const override { return "cpu"; }
  [[nodiscard]] Result<std::unique_ptr<BackendModel>> load(const Model& model) const override {
    try {
      return std::unique_ptr<BackendModel>(std::make_unique<CpuModel>(model, variant_, instructions_));
    } catch (const std::bad_alloc&) {
      return Error{Error::Code::OutOfMemory, 0, "the model needs more memory than there is"};
    }
  }

 private:
  const Variant& variant_;
  Instructions instructions_;
};

}  // namespace

std::string_view isa_name(CpuIsa isa) {
  switch (isa) {
    case CpuIsa::Avx512Vnni: return "avx512-vnni";
    case CpuIsa::AvxVnni: return "avx-vnni";
    case CpuIsa::Avx2: return "avx2";
  }
  return "";
}

Instructions instructions_of(CpuIsa isa) { return isa == CpuIsa::Avx512Vnni ? Instructions::Best : Instructions::Avx2; }

std::vector<CpuIsa> available_isas() {
  std::vector<CpuIsa> isas;
  for (const Variant& variant : kVariants) {
    if (variant.available()) isas.push_back(variant.isa);
  }
  return isas;
}

Result<std::unique_ptr<Backend>> make_cpu_backend(CpuIsa isa, Instructions instructions) {
  if (const Variant* variant = find_variant(isa)) {
    return std::unique_ptr<Backend>(std::make_unique<CpuBackend>(*variant, instructions));
  }
  return Error{Error::Code::NotFound, 0, "this processor lacks " + std::string(isa_name(isa))};
}

}  // namespace bitswap
