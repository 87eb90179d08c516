// Model files linked into the program's read-only data.
#include "engine/models/models.h"

#include <algorithm>
#include <array>
#include <fstream>

// .incbin keeps the bytes out of the compiler, which would take minutes over an array of this size.
#define BITSWAP_EMBED(symbol, path)                                                          \
  __asm__(".section .rodata\n.balign 16\n" #symbol "_begin:\n.incbin \"" path "\"\n" #symbol \
          "_end:\n.byte 0\n.previous\n");                                                    \
  extern "C" const std::uint8_t symbol##_begin[] __attribute__((visibility("hidden")));      \
  extern "C" const std::uint8_t symbol##_end[] __attribute__((visibility("hidden")))

#define BITSWAP_EMBED_MODEL(symbol, name)                                        \
  BITSWAP_EMBED(bitswap_model_##symbol, BITSWAP_MODEL_FOLDER "/" name ".model"); \
  BITSWAP_EMBED(bitswap_golden_##symbol, BITSWAP_MODEL_FOLDER "/" name ".golden")

BITSWAP_EMBED_MODEL(compact, "compact");
BITSWAP_EMBED_MODEL(compact_ycc, "compact-ycc");
BITSWAP_EMBED_MODEL(large, "large");
BITSWAP_EMBED_MODEL(large_ycc, "large-ycc");
BITSWAP_EMBED_MODEL(photo, "photo");
BITSWAP_EMBED_MODEL(compact_1, "compact-1");
BITSWAP_EMBED_MODEL(compact_jpeg, "compact-jpeg");
BITSWAP_EMBED_MODEL(large_1, "large-1");
BITSWAP_EMBED_MODEL(large_jpeg, "large-jpeg");

#define BITSWAP_RELEASED(symbol, name, for_ycc, retired)                                       \
  ReleasedModel {                                                                              \
    name, ByteView(bitswap_model_##symbol##_begin, bitswap_model_##symbol##_end),              \
        text(bitswap_golden_##symbol##_begin, bitswap_golden_##symbol##_end), for_ycc, retired \
  }

namespace bitswap {

std::span<const ReleasedModel> released_models() {
  const auto text = [](const std::uint8_t* begin, const std::uint8_t* end) {
    return std::string_view(reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin));
  };
  static const std::array models = {BITSWAP_RELEASED(compact, "compact", "compact-ycc", false),
                                    BITSWAP_RELEASED(compact_ycc, "compact-ycc", "", false),
                                    BITSWAP_RELEASED(large, "large", "large-ycc", false),
                                    BITSWAP_RELEASED(large_ycc, "large-ycc", "", false),
                                    BITSWAP_RELEASED(photo, "photo", "", false),
                                    BITSWAP_RELEASED(compact_1, "compact-1", "compact-jpeg", true),
                                    BITSWAP_RELEASED(compact_jpeg, "compact-jpeg", "", true),
                                    BITSWAP_RELEASED(large_1, "large-1", "large-jpeg", true),
                                    BITSWAP_RELEASED(large_jpeg, "large-jpeg", "", true)};
  return models;
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

namespace {

/// The released model that takes over from `name`, or that it takes over from; null if there is none.
const ReleasedModel* counterpart(std::string_view name) {
  for (const ReleasedModel& model : released_models()) {
    if (model.for_ycc.empty()) continue;
    if (model.for_ycc == name) return &model;
    if (model.name != name) continue;
    const auto other = std::ranges::find(released_models(), model.for_ycc, &ReleasedModel::name);
    return &*other;
  }
  return nullptr;
}

}  // namespace

Result<ModelPair> load_models(std::string_view which) {
  BITSWAP_TRY_ASSIGN(std::shared_ptr<const Model> model, load_model(which));
  const ReleasedModel* released = find_released(model->hash);
  const ReleasedModel* other = counterpart(released != nullptr ? released->name : model->config().name);
  std::shared_ptr<const Model> second;
  if (other != nullptr) {
    BITSWAP_TRY_ASSIGN(second, load_model(other->name));
  }
  if (!model->config().ycc) return ModelPair{std::move(model), std::move(second)};
  if (!second) {
    BITSWAP_TRY_ASSIGN(second, load_model(""));
  }
  return ModelPair{std::move(second), std::move(model)};
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
