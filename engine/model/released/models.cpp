// SPDX-License-Identifier: GPL-3.0-or-later
// Model files linked into the program's read-only data.
#include "engine/model/released/models.h"

#include <algorithm>
#include <array>
#include <fstream>

// .incbin keeps the bytes out of the compiler, which would take minutes over an array of this size.
#define BITSWAP_EMBED(symbol, path)                                                          \
  __asm__(".section .rodata\n.balign 16\n" #symbol "_begin:\n.incbin \"" path "\"\n" #symbol \
          "_end:\n.byte 0\n.previous\n");                                                    \
  extern "C" const std::uint8_t symbol##_begin[] __attribute__((visibility("hidden")));      \
  extern "C" const std::uint8_t symbol##_end[] __attribute__((visibility("hidden")))

// The one list of them, the default first: symbol, name of the files in models/, family.
#define BITSWAP_RELEASED_MODELS(MODEL)         \
  MODEL(compact, "compact", "compact")         \
  MODEL(compact_ycc, "compact-ycc", "compact") \
  MODEL(large, "large", "large")               \
  MODEL(large_ycc, "large-ycc", "large")       \
  MODEL(classic, "classic", "classic")

#define BITSWAP_EMBED_MODEL(symbol, name, family)                                \
  BITSWAP_EMBED(bitswap_model_##symbol, BITSWAP_MODEL_FOLDER "/" name ".model"); \
  BITSWAP_EMBED(bitswap_golden_##symbol, BITSWAP_MODEL_FOLDER "/" name ".golden");

BITSWAP_RELEASED_MODELS(BITSWAP_EMBED_MODEL)

#define BITSWAP_RELEASED(symbol, name, family)                                                        \
  ReleasedModel{name, family, ByteView(bitswap_model_##symbol##_begin, bitswap_model_##symbol##_end), \
                text(bitswap_golden_##symbol##_begin, bitswap_golden_##symbol##_end)},

namespace bitswap {

std::span<const ReleasedModel> released_models() {
  const auto text = [](const std::uint8_t* begin, const std::uint8_t* end) {
    return std::string_view(reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin));
  };
  static const std::array models = {BITSWAP_RELEASED_MODELS(BITSWAP_RELEASED)};
  return models;
}

std::vector<std::string_view> released_families() {
  std::vector<std::string_view> families;
  for (const ReleasedModel& model : released_models()) {
    if (std::ranges::find(families, model.family) == families.end()) families.push_back(model.family);
  }
  return families;
}

Result<std::shared_ptr<const Model>> load_model(std::string_view which) {
  const auto read = [](ByteView file) -> Result<std::shared_ptr<const Model>> {
    BITSWAP_TRY_ASSIGN(Model model, read_model(file));
    return std::shared_ptr<const Model>(std::make_shared<Model>(std::move(model)));
  };
  if (which.empty()) return read(released_models().front().file);
  for (const ReleasedModel& model : released_models()) {
    const std::string hash = hex(model.file.last(16));
    if (model.name == which || (which.size() >= 8 && hash.starts_with(which))) return read(model.file);
  }
  std::ifstream file{std::string(which), std::ios::binary};
  if (!file) return Error{Error::Code::NotFound, 0, "no model is called " + std::string(which)};
  const Bytes bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return read(bytes);
}

Result<ModelFamily> load_family(std::string_view which) {
  ModelFamily family;
  const auto slot = [&](const Model& model) -> auto& {
    return model.is_jpeg() ? family.jpeg : model.config().ycc ? family.ycc : family.any;
  };
  BITSWAP_TRY_ASSIGN(std::shared_ptr<const Model> chosen, load_model(which));
  slot(*chosen) = chosen;
  const ReleasedModel* kin = find_released(chosen->hash);
  if (kin == nullptr) {
    const auto found = std::ranges::find(released_models(), chosen->name(), &ReleasedModel::name);
    if (found != released_models().end()) kin = &*found;
  }
  const auto join = [&](std::string_view name) -> Status {
    for (const ReleasedModel& released : released_models()) {
      if (released.family != name) continue;
      BITSWAP_TRY_ASSIGN(std::shared_ptr<const Model> member, load_model(released.name));
      if (!slot(*member)) slot(*member) = std::move(member);
    }
    return {};
  };
  if (kin != nullptr) BITSWAP_TRY(join(kin->family));
  // What a family lacks comes from the default one; but luma and chroma are its RGB model's, then.
  const bool has_pixels = family.any != nullptr;
  if (!has_pixels || !family.jpeg) {
    std::shared_ptr<const Model> ycc = family.ycc;
    BITSWAP_TRY(join(released_models().front().family));
    if (has_pixels) family.ycc = std::move(ycc);
  }
  return family;
}

const ReleasedModel* find_released(const Hash128& hash) {
  for (const ReleasedModel& model : released_models()) {
    if (std::ranges::equal(model.file.last(hash.size()), hash)) return &model;
  }
  return nullptr;
}

Result<std::shared_ptr<const Model>> load_model(const Hash128& hash) {
  if (const ReleasedModel* released = find_released(hash)) return load_model(released->name);
  return Error{Error::Code::NotFound, 0,
               "this archive needs the model " + hex(hash) + ", which this version of the program does not have"};
}

}  // namespace bitswap
