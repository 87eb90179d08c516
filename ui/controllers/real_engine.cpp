// The interface on the engine's jobs, one line each.
#include "ui/controllers/engine.h"

namespace bitswap::ui {
namespace {

class RealEngine final : public Engine {
 public:
  Result<std::vector<InputItem>> walk(const WalkOptions& options) override { return walk_inputs(options); }
  Result<JobReport> compress(const CompressOptions& options) override { return bitswap::compress(options); }
  Result<JobReport> extract(const ExtractOptions& options) override { return bitswap::extract(options); }
  Result<JobReport> test(const TestOptions& options) override { return bitswap::test(options); }
  Result<JobReport> list(const std::filesystem::path& archive) override { return bitswap::list(archive); }
  Result<JobReport> remove(const RemoveOptions& options) override { return remove_entries(options); }
  Result<InspectReport> inspect(const InspectOptions& options) override { return bitswap::inspect(options); }
  Result<CompareOutcome> compare(const CompareOptions& options) override { return bitswap::compare(options); }
  Result<LoadedPicture> load_picture(const PictureSource& source, const JobOptions& options) override {
    return bitswap::load_picture(source, options);
  }
  Result<Bytes> load_content(const PictureSource& source, std::uint64_t limit, const JobOptions& options) override {
    return bitswap::load_content(source, limit, options);
  }
  Result<std::vector<MetadataItem>> read_metadata(ByteView file) override { return bitswap::read_metadata(file); }
};

}  // namespace

std::unique_ptr<Engine> make_engine() { return std::make_unique<RealEngine>(); }

}  // namespace bitswap::ui
