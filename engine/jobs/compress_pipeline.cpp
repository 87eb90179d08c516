// SPDX-License-Identifier: GPL-3.0-or-later
// All files on their way into the archive, written in the order of the items. What is written depends on the items
// alone.
#include <algorithm>
#include <map>
#include <mutex>

#include "engine/jobs/compress_job.h"
#include "engine/jobs/file_steps.h"
#include "engine/jobs/pipeline.h"

namespace bitswap {
namespace {

class CompressPipeline final : public Pipeline {
 public:
  CompressPipeline(CompressJob& job, std::span<const InputItem> items)
      : Pipeline(job.options, job.meter, job.models),
        job_(job),
        items_(items),
        files_(items.size()),
        read_(items.size()),
        finished_(items.size()) {
    unfinished_ = items.size();
  }

  Status run() {
    while (admitted_ < items_.size()) {
      seen_ = job_.contents;
      BITSWAP_TRY(run_items());
      if (admitted_ == items_.size()) return {};
      // What is too large for memory is read in pieces, and has the writer for itself.
      BITSWAP_TRY(stream_file(job_, items_[admitted_]));
      next_weight_.reset();
      --unfinished_;
      sorted_ = written_ = ++admitted_;
    }
    return {};
  }

 private:
  std::optional<std::uint64_t> next_memory() override {
    if (admitted_ == items_.size()) return {};
    if (!next_weight_) next_weight_ = weigh(items_[admitted_]);
    if (next_weight_->stream) return {};
    return next_weight_->memory;
  }

  void start_next() override {
    const InputItem& item = items_[admitted_];
    auto file = std::make_unique<PendingFile>();
    file->path = item.path;
    file->share = item.size / (job_.options.verify ? 2 : 1);
    file->item = &item;
    file->header = entry_header(item);
    file->report = file_report(item);
    file->done = item.problem || item.skipped || item.kind != EntryKind::File;
    file->memory = next_weight_->memory;
    next_weight_.reset();
    const bool readable = !file->done;
    files_[admitted_] = std::move(file);
    if (readable) {
      add(kRead, admitted_);
    } else {
      was_read(admitted_);
    }
    ++admitted_;
  }

  PipelineItem& item_at(std::size_t item) override { return *files_[item]; }

  Status do_step(Step step, std::size_t item) override {
    PendingFile& file = *files_[item];
    switch (step) {
      case kRead:
        BITSWAP_TRY(attempt(file, [&]() -> Status { return read_file(job_, file); }));
        was_read(item);
        return {};
      case kCompare: {
        compare_with_twin(job_, file);
        const std::scoped_lock lock(order_);
        go_on(item);
        return {};
      }
      case kTakeApart:
        BITSWAP_TRY(attempt(file, [&]() -> Status { return take_apart(job_, file); }));
        if (!file.done) BITSWAP_TRY(begin_packing(job_, file, spare_));
        start_packing(item);
        return {};
      case kChoose:
        if (!file.done) BITSWAP_TRY(attempt(file, [&]() -> Status { return choose(job_, file, spare_); }));
        add(!file.done && needs_opening(job_, file) ? kOpen : kFinish, item);
        return {};
      case kOpen:
        show_sections(file);
        start_opening(item);
        return {};
      case kFinish: return finish(item);
      default: return write(item);
    }
  }

  /// Running out of memory, or any other mishap, fails that file only.
  template <typename Body>
  static Status attempt(PendingFile& file, Body&& body) {
    Status status = guarded(body);
    if (status.ok() || status.error().code == Error::Code::Cancelled) return status;
    set_failed(file.report, std::move(status).error());
    file.done = true;
    file.drop_pixels();
    return {};
  }

  /// Of files with the same content the first is the one that is coded, whichever was read first.
  void was_read(std::size_t item) {
    const std::scoped_lock lock(order_);
    read_[item] = 1;
    for (; sorted_ < items_.size() && read_[sorted_] != 0; ++sorted_) {
      PendingFile& file = *files_[sorted_];
      if (!file.done && !file.content.empty()) {
        const KnownContent own{file.header.path, {}, file.header.exactness, file.item, file.converted, 0};
        const auto [first, is_new] = seen_.try_emplace({file.header.original_size, file.header.original_hash}, own);
        if (!is_new) file.twin = first->second;
      }
      if (file.twin) {
        add(kCompare, sorted_);
      } else {
        go_on(sorted_);
      }
    }
  }

  /// Under the lock.
  void go_on(std::size_t item) {
    const PendingFile& file = *files_[item];
    if (file.done || file.duplicate) {
      is_finished(item);
    } else {
      add(kTakeApart, item);
    }
  }

  Status finish(std::size_t item) {
    PendingFile& file = *files_[item];
    const std::uint64_t before = file.memory;
    bool again = false;
    if (!file.done) {
      BITSWAP_TRY(attempt(file, [&]() -> Status {
        BITSWAP_TRY_ASSIGN(again, finish_file(file, threads_per_file()));
        return {};
      }));
    }
    if (again) {
      add(kChoose, item);
      return {};
    }
    file.memory = std::min(before, file.memory);
    budget_.give_back(before - file.memory);
    const std::scoped_lock lock(order_);
    is_finished(item);
    return {};
  }

  /// Under the lock.
  void is_finished(std::size_t item) {
    --unfinished_;
    finished_[item] = 1;
    if (item == written_) add(kWrite, item);
  }

  /// There is never more than one of these under way.
  Status write(std::size_t item) {
    PendingFile& file = *files_[item];
    BITSWAP_TRY(write_file(job_, file, spare_));
    const std::uint64_t credited = file.credited;
    job_.finish_file(std::move(file.report), file.item->size - std::min(credited, file.item->size));
    budget_.give_back(file.memory);
    files_[item].reset();
    const std::scoped_lock lock(order_);
    ++written_;
    if (written_ < items_.size() && finished_[written_] != 0) add(kWrite, written_);
    return {};
  }

  CompressJob& job_;
  const std::span<const InputItem> items_;
  std::vector<std::unique_ptr<PendingFile>> files_;  ///< those that are under way

  // For one thread at a time.
  std::size_t admitted_ = 0;
  std::optional<Weight> next_weight_;

  std::mutex order_;  // guards the rest
  std::vector<std::uint8_t> read_, finished_;
  std::size_t sorted_ = 0;   ///< first item of which it is not known whether an earlier one has its content
  std::size_t written_ = 0;  ///< first item that is not written
  std::map<std::pair<std::uint64_t, ContentHash>, KnownContent> seen_;  ///< the first file of each
};

}  // namespace

Status compress_items(CompressJob& job, std::span<const InputItem> items) {
  return guarded([&]() -> Status { return CompressPipeline(job, items).run(); });
}

}  // namespace bitswap
