// SPDX-License-Identifier: GPL-3.0-or-later
// The interface on the engine's jobs, one line each where there is one.
#include <algorithm>

#include "engine/model/released/models.h"
#include "engine/storage/picture_form.h"
#include "ui/controllers/engine.h"

namespace bitswap::ui {
namespace {

std::string model_name(const Hash128& hash) {
  const auto models = released_models();
  const auto found = std::ranges::find_if(models, [&](const ReleasedModel& model) {
    return std::ranges::equal(hash, model.file.last(hash.size()));  // a model file ends with its hash
  });
  return found == models.end() ? std::string() : std::string(found->name);
}

Result<PixelCoding> coding_of(const PictureSource& source) {
  BITSWAP_TRY_ASSIGN(const ArchiveReader archive, ArchiveReader::open(source.file));
  auto position = archive.find(source.entry);
  if (position && archive.entries()[*position].header.kind == EntryKind::Duplicate) {
    position = archive.find(archive.entries()[*position].header.link_target);
  }
  if (!position || form_of(archive.entries()[*position].header) != Form::Picture) {
    return Error{Error::Code::NotFound, 0, "no pixels under Bit-Swap at " + source.entry};
  }
  const Entry& entry = archive.entries()[*position];
  BITSWAP_TRY_ASSIGN(const ImageSection section, read_image_section(ArchivedSections(archive, entry)));
  const ImageHeader& header = section.header;
  PixelCoding coding;
  coding.model = model_name(header.model);
  coding.model_hash = hex(header.model);
  coding.tile_size = header.tile_size;
  coding.tiles = static_cast<std::size_t>(tile_count(header));
  const auto segments =
      static_cast<std::size_t>(std::ranges::count(entry.sections, SectionType::Segment, &Section::type));
  const bool chained = segments != segment_count(header, false);
  coding.segments = segments;
  for (const SegmentPlan& plan : plan_segments(header, chained)) {
    const LaneLayout layout = lane_layout(shapes_of(plan));
    coding.fewest_lanes = coding.fewest_lanes == 0 ? layout.lanes : std::min(coding.fewest_lanes, layout.lanes);
    coding.most_lanes = std::max(coding.most_lanes, layout.lanes);
    coding.states = std::max(coding.states, layout.states);
  }
  return coding;
}

class RealEngine final : public Engine {
 public:
  Result<std::vector<InputItem>> walk(const WalkOptions& options) override { return walk_inputs(options); }
  Result<JobReport> compress(const CompressOptions& options) override { return bitswap::compress(options); }
  Result<JobReport> extract(const ExtractOptions& options) override { return bitswap::extract(options); }
  Result<JobReport> test(const TestOptions& options) override { return bitswap::test(options); }
  Result<JobReport> list(const std::filesystem::path& archive) override { return bitswap::list(archive); }
  Result<JobReport> repair(const RepairOptions& options) override { return bitswap::repair(options); }
  Result<JobReport> remove(const RemoveOptions& options) override { return remove_entries(options); }
  Result<InspectReport> inspect(const InspectOptions& options) override { return bitswap::inspect(options); }
  Result<CompareOutcome> compare(const CompareOptions& options) override { return bitswap::compare(options); }
  Result<LoadedPicture> load_picture(const PictureSource& source, const JobOptions& options) override {
    return bitswap::load_picture(source, options);
  }
  Result<Bytes> load_content(const PictureSource& source, std::uint64_t limit, const JobOptions& options) override {
    return bitswap::load_content(source, limit, options);
  }
  Result<PixelCoding> read_coding(const PictureSource& entry) override { return coding_of(entry); }
  Result<std::vector<MetadataItem>> read_metadata(ByteView file) override { return bitswap::read_metadata(file); }
};

}  // namespace

std::unique_ptr<Engine> make_engine() { return std::make_unique<RealEngine>(); }

}  // namespace bitswap::ui
