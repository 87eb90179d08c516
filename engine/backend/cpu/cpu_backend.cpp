// A network runs as a wavefront of rows: every layer computes a row as soon as the rows below it that it reads are
// there. Each keeps two or three rows, so activations stay in the cache whatever the size of the grid.
#include "engine/backend/cpu/cpu_backend.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "engine/backend/cpu/packed_network.h"

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

/// Kept by each thread from one call to the next.
struct WavefrontMemory {
  std::vector<RowRing> rings;
  std::vector<CacheLine> rows;
};

WavefrontMemory& thread_memory() {
  thread_local WavefrontMemory memory;
  return memory;
}

/// One call of run() or run_rows(): rings[i] is what layer i reads. Not more than one at a time in a thread.
class Wavefront {
 public:
  Wavefront(const std::vector<PackedLayer>& layers, RowKernel kernel, int height, int width)
      : layers_(layers), kernel_(kernel), height_(height), width_(width), rings_(thread_memory().rings) {
    std::size_t bytes = 0;
    rings_.clear();
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const LayerSpec& spec = layers[i].spec;
      const int radius = spec.kernel / 2;
      int rows = 2 * radius + 1;
      if (i + 1 < layers.size() && layers[i + 1].spec.adds_skip) {
        rows = std::max(rows, radius + layers[i + 1].spec.kernel / 2 + 1);
      }
      rings_.emplace_back(rows, width, spec.in, radius, spec.reads_samples ? 128 : 0);
      bytes += rings_.back().bytes();
    }
    std::vector<CacheLine>& rows = thread_memory().rows;
    if (rows.size() * sizeof(CacheLine) < bytes) rows.resize(bytes / sizeof(CacheLine));
    auto* at = reinterpret_cast<std::uint8_t*>(rows.data());
    for (RowRing& ring : rings_) {
      ring.place(at);
      at += ring.bytes();
    }
  }

  /// Rows [begin, end) of the output. input: int8 [height, width, in]; output: int16 [height, width, out].
  void run(const std::int8_t* input, int begin, int end, std::int16_t* output) const {
    int lag = 0;  // rows that the last layer is behind; so many it needs of the input above and below its own
    for (const PackedLayer& layer : layers_) lag += layer.spec.kernel / 2;
    for (int time = std::max(0, begin - lag); time < end + lag; ++time) {
      if (time < height_) read_row(input, time);
      int y = time, halo = lag;
      for (std::size_t i = 0; i < layers_.size(); ++i) {
        const int radius = layers_[i].spec.kernel / 2;
        y -= radius;
        halo -= radius;  // rows above and below that the layers to come read
        if (y >= std::max(0, begin - halo) && y < std::min(height_, end + halo)) run_layer(i, y, output);
      }
    }
  }

 private:
  void read_row(const std::int8_t* input, int y) const {
    const std::size_t size = static_cast<std::size_t>(width_) * layers_.front().spec.in;
    const std::int8_t* from = input + size * static_cast<std::size_t>(y);
    std::uint8_t* to = rings_.front().row(y);
    const std::uint8_t flip = layers_.front().spec.reads_samples ? 0x80 : 0;  // adds 128
    for (std::size_t i = 0; i < size; ++i) to[i] = static_cast<std::uint8_t>(from[i]) ^ flip;
  }

  void run_layer(std::size_t i, int y, std::int16_t* output) const {
    const PackedLayer& layer = layers_[i];
    const LayerSpec& spec = layer.spec;
    const int radius = spec.kernel / 2;
    RowJob job{};
    job.row_count = spec.kernel;
    job.steps = layer.steps;
    job.in_stride = spec.in;
    job.out_stride = spec.out;
    job.head = spec.head;
    job.width = width_;
    for (int row = 0; row < spec.kernel; ++row) {
      job.rows[row] = rings_[i].row_or_padding(y + row - radius, height_) - radius * spec.in;
    }
    for (const PackedChannels& channels : layer.channels) {
      job.weights = reinterpret_cast<const std::int8_t*>(channels.weights.data());
      job.together = channels.together.data();
      job.bias = reinterpret_cast<const std::int32_t*>(channels.bias.data());
      job.shift = reinterpret_cast<const std::int32_t*>(channels.shift.data());
      job.skip = spec.adds_skip ? rings_[i - 1].row(y) + channels.first : nullptr;
      job.vectors = channels.vectors;
      job.channels = channels.count;
      if (i + 1 < layers_.size()) {
        job.out = rings_[i + 1].row(y) + channels.first;
      } else {
        job.out = output + static_cast<std::size_t>(y) * width_ * spec.out + channels.first;
      }
      kernel_(job);
    }
  }

  const std::vector<PackedLayer>& layers_;
  RowKernel kernel_;
  int height_;
  int width_;
  std::vector<RowRing>& rings_;
};

class CpuModel final : public BackendModel {
 public:
  CpuModel(const Model& model, const Variant& variant) : kernel_(variant.kernel) {
    for (const IntegerNetwork& network : model.networks) {
      networks_.push_back(pack_network(network, variant.lanes, variant.depth));
    }
  }

  Status run(int network, std::span<const std::int8_t> input, int count, int height, int width,
             std::vector<std::int16_t>& output) const override {
    try {
      const std::vector<PackedLayer>& layers = networks_[static_cast<std::size_t>(network)];
      const std::size_t image = static_cast<std::size_t>(height) * width;
      const std::size_t in = image * layers.front().spec.in, out = image * layers.back().spec.out;
      output.resize(out * count);
      const Wavefront wavefront(layers, kernel_, height, width);
      for (int n = 0; n < count; ++n) wavefront.run(input.data() + in * n, 0, height, output.data() + out * n);
      return {};
    } catch (const std::bad_alloc&) {
      return out_of_memory();
    }
  }

  [[nodiscard]] bool runs_rows() const override { return true; }
  Status run_rows(int network, std::span<const std::int8_t> input, int height, int width, int begin, int end,
                  std::span<std::int16_t> output) const override {
    try {
      const Wavefront wavefront(networks_[static_cast<std::size_t>(network)], kernel_, height, width);
      wavefront.run(input.data(), begin, end, output.data());
      return {};
    } catch (const std::bad_alloc&) {
      return out_of_memory();
    }
  }

 private:
  static Error out_of_memory() { return {Error::Code::OutOfMemory, 0, "the networks need more memory than there is"}; }

  RowKernel kernel_;
  std::vector<std::vector<PackedLayer>> networks_;
};

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(const Variant& variant) : variant_(variant) {}
  [[nodiscard]] std::string_view name() const override { return "cpu"; }
  [[nodiscard]] std::string_view device() const override { return "cpu"; }
  [[nodiscard]] Result<std::unique_ptr<BackendModel>> load(const Model& model) const override {
    try {
      return std::unique_ptr<BackendModel>(std::make_unique<CpuModel>(model, variant_));
    } catch (const std::bad_alloc&) {
      return Error{Error::Code::OutOfMemory, 0, "the model needs more memory than there is"};
    }
  }

 private:
  const Variant& variant_;
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

std::vector<CpuIsa> available_isas() {
  std::vector<CpuIsa> isas;
  for (const Variant& variant : kVariants) {
    if (variant.available()) isas.push_back(variant.isa);
  }
  return isas;
}

Result<std::unique_ptr<Backend>> make_cpu_backend(CpuIsa isa) {
  if (const Variant* variant = find_variant(isa)) {
    return std::unique_ptr<Backend>(std::make_unique<CpuBackend>(*variant));
  }
  return Error{Error::Code::NotFound, 0, "this processor lacks " + std::string(isa_name(isa))};
}

}  // namespace bitswap
