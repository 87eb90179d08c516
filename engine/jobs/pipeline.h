// SPDX-License-Identifier: GPL-3.0-or-later
// The machine of compress(), extract() and test(): files take their steps as soon as a thread is free for them, as many
// are under way as memory allows, and the parts of several files are coded together where a device wants that. What a
// file's own steps do, and in which order files come and go, is for those who derive from it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/spare_threads.h"
#include "engine/base/work_queue.h"
#include "engine/jobs/support.h"
#include "engine/storage/coding_models.h"
#include "engine/storage/storage_form.h"

namespace bitswap {

/// What is held for a pixel that is being coded: the picture, the same decoded again, and what taking apart and
/// rebuilding need for a while.
inline constexpr std::uint64_t kMemoryPerPixel = 9;
/// Whatever a file is, it takes this.
inline constexpr std::uint64_t kLeastMemory = std::uint64_t{4} << 10;

/// How much memory the files under way may hold together. Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(int threads) : limit_(kMemory + kMemoryPerThread * static_cast<std::uint64_t>(threads)) {}
  /// One file that is larger than all of it goes alone.
  [[nodiscard]] bool fits(std::uint64_t bytes) const;
  void take(std::uint64_t bytes) { held_ += bytes; }
  void give_back(std::uint64_t bytes) { held_ -= bytes; }
  /// A device works on so much at once, which has to be in memory then.
  void allow_batches_of(std::uint64_t bytes) { batch_ = bytes; }

 private:
  static constexpr std::uint64_t kMemory = std::uint64_t{512} << 20;
  static constexpr std::uint64_t kMemoryPerThread = std::uint64_t{64} << 20;
  const std::uint64_t limit_;
  std::atomic<std::uint64_t> batch_{0}, held_{0};
};

/// What the machine knows of a file under way.
struct PipelineItem {
  std::string path;          ///< for progress
  std::uint64_t memory = 0;  ///< what it is taken to hold
  std::uint64_t share = 0;   ///< original bytes of progress for packing it, and again for decoding it

  struct Attempt {
    std::unique_ptr<Packer> packer;
    std::optional<Result<Packing>> packing;  ///< of a packer without parts
  };
  std::vector<Attempt> attempts;

  std::unique_ptr<EntrySections> sections;
  std::unique_ptr<OpenedContent> opened;  ///< of `sections`
  Status open_outcome;

  std::atomic<std::uint64_t> credited{0};  ///< of its progress

 private:
  friend class Pipeline;
  struct Part {
    std::size_t attempt = 0, part = 0;
  };
  std::vector<Part> coded_;  ///< all parts of all packers
  std::vector<std::uint64_t> decoded_;
  std::atomic<std::size_t> open_parts_{0};  ///< of the step it is at
};

class Pipeline {
 public:
  /// Options, meter and models must outlive it.
  Pipeline(const JobOptions& options, ProgressMeter& meter, CodingModels& models);
  virtual ~Pipeline() = default;
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

 protected:
  /// Further on means sooner: what is nearly done gives its memory back.
  enum Step : int { kRead, kCompare, kTakeApart, kCode, kPack, kChoose, kOpen, kDecode, kFinish, kWrite };

  /// Until no item is under way and none comes. Errors: those that end the job.
  Status run_items();

  // For one thread at a time.
  /// What the next item will hold, or nothing if none is to come now.
  virtual std::optional<std::uint64_t> next_memory() = 0;
  /// Begins the item that next_memory() spoke of, under the number that later calls get.
  virtual void start_next() = 0;

  // For any thread.
  virtual PipelineItem& item_at(std::size_t item) = 0;
  /// One of an item's own steps: all but kCode, kPack and kDecode. Errors: those that end the job.
  virtual Status do_step(Step step, std::size_t item) = 0;
  void add(Step step, std::size_t item) { queue_.add({step, item}); }
  /// All of the item's packers, then kChoose.
  void start_packing(std::size_t item);
  /// Opens the item's sections, decodes all parts, then kFinish. What goes wrong is kept with the item.
  void start_opening(std::size_t item);
  /// How many threads may work on one file alone: spreading it only pays when there is nothing else for them.
  [[nodiscard]] int threads_per_file() const;

  const JobOptions& options_;
  ProgressMeter& meter_;
  CodingModels& models_;
  const int threads_;
  MemoryBudget budget_;
  SpareThreads spare_;
  std::atomic<std::size_t> unfinished_{0};  ///< items that are under way or to come

 private:
  Result<bool> admit();
  Status do_work(std::span<const Work> works);
  template <typename CodingOf, typename Run>
  Status with_each_model(std::span<const Work> works, const CodingOf& coding_of, const Run& run);
  Status encode(std::span<const Work> works, SegmentBatch& batch);
  Status decode(std::span<const Work> works, SegmentBatch& batch);
  void gather_for(const SegmentBatch& batch);
  void credit(PipelineItem& item, std::uint64_t bytes);
  void part_done(std::size_t item, Step next);

  WorkQueue queue_;
};

}  // namespace bitswap
