// SPDX-License-Identifier: GPL-3.0-or-later
// What the window asks of the engine, as one interface, so that tests can put a fake in its place. All calls block and
// belong on a worker thread; they may run at the same time.
#pragma once

#include <memory>

#include "engine/image/metadata.h"
#include "engine/jobs/compare.h"
#include "engine/jobs/compress.h"
#include "engine/jobs/extract.h"
#include "engine/jobs/inspect.h"
#include "engine/jobs/picture_source.h"
#include "engine/jobs/remove.h"
#include "engine/jobs/walk.h"
#include "ui/items/details.h"

namespace bitswap::ui {

class Engine {
 public:
  virtual ~Engine() = default;
  /// What compress() would take in, in its order.
  virtual Result<std::vector<InputItem>> walk(const WalkOptions& options) = 0;
  virtual Result<JobReport> compress(const CompressOptions& options) = 0;
  virtual Result<JobReport> extract(const ExtractOptions& options) = 0;
  virtual Result<JobReport> test(const TestOptions& options) = 0;
  virtual Result<JobReport> list(const std::filesystem::path& archive) = 0;
  virtual Result<JobReport> repair(const RepairOptions& options) = 0;
  virtual Result<JobReport> remove(const RemoveOptions& options) = 0;
  virtual Result<InspectReport> inspect(const InspectOptions& options) = 0;
  virtual Result<CompareOutcome> compare(const CompareOptions& options) = 0;
  virtual Result<LoadedPicture> load_picture(const PictureSource& source, const JobOptions& options) = 0;
  virtual Result<Bytes> load_content(const PictureSource& source, std::uint64_t limit, const JobOptions& options) = 0;
  /// What the header of an entry of the form Picture says, without decoding it. Errors: NotFound (or another form).
  virtual Result<PixelCoding> read_coding(const PictureSource& entry) = 0;
  virtual Result<std::vector<MetadataItem>> read_metadata(ByteView file) = 0;
};

/// The real one: the engine's jobs.
std::unique_ptr<Engine> make_engine();

}  // namespace bitswap::ui
