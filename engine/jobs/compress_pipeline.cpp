// All files on their way into the archive: each takes its steps as soon as a thread is free for them, as many are under
// way as memory allows, and they are written in the order of the items. What is written depends on the items alone.
#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "engine/base/spare_threads.h"
#include "engine/base/work_queue.h"
#include "engine/jobs/compress_job.h"
#include "engine/jobs/file_steps.h"

namespace bitswap {
namespace {

/// Further on means sooner: what is nearly done gives its memory back.
enum Step : int { kRead, kCompare, kTakeApart, kCode, kJpegXl, kChoose, kVerify, kProve, kFinish, kWrite };

constexpr std::uint64_t kMemory = std::uint64_t{512} << 20;
constexpr std::uint64_t kMemoryPerThread = std::uint64_t{64} << 20;

class Pipeline {
 public:
  Pipeline(CompressJob& job, std::span<const InputItem> items)
      : job_(job),
        items_(items),
        spare_(job.threads),
        queue_(job.threads, job.options.cancel),
        budget_(kMemory + kMemoryPerThread * static_cast<std::uint64_t>(job.threads)),
        unfinished_(items.size()),
        files_(items.size()),
        read_(items.size()),
        finished_(items.size()) {}

  Status run() {
    while (admitted_ < items_.size()) {
      seen_ = job_.contents;
      BITSWAP_TRY(
          queue_.run([this](std::span<const Work> works) { return do_work(works); }, [this] { return admit(); }));
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
  /// The next file, if there is memory for it; one that is larger than all of it goes alone.
  Result<bool> admit() {
    return guarded([&]() -> Result<bool> {
      if (admitted_ == items_.size()) return false;
      const InputItem& item = items_[admitted_];
      if (!next_weight_) next_weight_ = weigh(item);
      const std::uint64_t held = held_;
      if (next_weight_->stream ||
          (held > 0 && held + next_weight_->memory > std::max<std::uint64_t>(budget_, batch_memory_)))
        return false;
      auto file = std::make_unique<PendingFile>();
      file->item = &item;
      file->header = entry_header(item);
      file->report = file_report(item);
      file->done = item.problem || item.skipped || item.kind != EntryKind::File;
      file->memory = next_weight_->memory;
      held_ += file->memory;
      next_weight_.reset();
      const bool readable = !file->done;
      files_[admitted_] = std::move(file);
      if (readable) {
        queue_.add({kRead, admitted_});
      } else {
        was_read(admitted_);
      }
      ++admitted_;
      return true;
    });
  }

  Status do_work(std::span<const Work> works) {
    return guarded([&]() -> Status {
      const Work& work = works.front();
      PendingFile& file = *files_[work.item];
      const bool codes_segments = work.step == kCode || work.step == kVerify;  // which count themselves
      const SpareThreads::Busy busy(codes_segments ? nullptr : &spare_);
      switch (work.step) {
        case kRead:
          BITSWAP_TRY(attempt(file, [&]() -> Status { return read_file(job_, file); }));
          was_read(work.item);
          return {};
        case kCompare: {
          compare_with_twin(job_, file);
          const std::scoped_lock lock(order_);
          go_on(work.item);
          return {};
        }
        case kTakeApart:
          BITSWAP_TRY(attempt(file, [&]() -> Status { return take_apart(job_, file, threads_per_file()); }));
          return start_coding(work.item);
        case kCode: return with_each_model(works, [this](auto part, SegmentBatch& batch) { return code(part, batch); });
        case kJpegXl:
          try_jxl(file, threads_per_file());
          part_done(work.item, kChoose);
          return {};
        case kChoose:
          BITSWAP_TRY(attempt(file, [&]() -> Status { return choose(job_, file); }));
          start_verifying(work.item);
          return {};
        case kVerify:
          return with_each_model(works, [this](auto part, SegmentBatch& batch) { return verify(part, batch); });
        case kProve:
          prove(file);
          part_done(work.item, kFinish);
          return {};
        case kFinish: return finish(work.item);
        default: return write(work.item);
      }
    });
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
        queue_.add({kCompare, sorted_});
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
      queue_.add({kTakeApart, item});
    }
  }

  Status start_coding(std::size_t item) {
    PendingFile& file = *files_[item];
    if (file.done || !file.as_pixels()) {
      queue_.add({kFinish, item});
      return {};
    }
    std::vector<Work> parts;
    const Status prepared = !job_.chosen ? Status() : guarded([&]() -> Status {
      BITSWAP_TRY_ASSIGN(CodingModel coding, job_.models.add_for(file.picture->picture, *job_.chosen));
      coding.spare = &spare_;
      gather_for(job_.models.batch(coding));
      file.encoder = std::make_unique<ImageEncoder>(coding, file.picture->picture);
      file.segments.resize(file.encoder->segments().size());
      file.outcomes.resize(file.segments.size());
      parts = segments_of(item, kCode);
      return {};
    });
    if (!prepared.ok()) {
      if (prepared.error().code != Error::Code::OutOfMemory) return prepared;
      file.give_up_pixels(prepared.error());
      queue_.add({kFinish, item});
      return {};
    }
    if (wants_jxl(job_, file)) parts.push_back({kJpegXl, item});
    start(file, parts);
    return {};
  }

  void start_verifying(std::size_t item) {
    PendingFile& file = *files_[item];
    if (!file.done && file.as_pixels() && job_.options.verify) prepare_verifying(file);
    if (file.done || !file.as_pixels() || !job_.options.verify) return queue_.add({kFinish, item});
    std::vector<Work> parts;
    if (file.has_segments()) parts = segments_of(item, kVerify);
    parts.push_back({kProve, item});
    start(file, parts);
  }

  [[nodiscard]] std::vector<Work> segments_of(std::size_t item, Step step) const {
    std::vector<Work> parts;
    for (const SegmentPlan& segment : files_[item]->encoder->segments()) {
      parts.push_back({step, item, parts.size(), pixels_of(segment)});
    }
    return parts;
  }

  /// Gives `run` the works of each model together, and the batch that they go to.
  template <typename Run>
  Status with_each_model(std::span<const Work> works, const Run& run) {
    std::vector<Work> left(works.begin(), works.end());
    while (!left.empty()) {
      const CodingModel& coding = files_[left.front().item]->encoder->coding();
      const auto rest = std::ranges::stable_partition(
          left, [&](const Work& work) { return files_[work.item]->encoder->coding().model == coding.model; });
      SegmentBatch& batch = job_.models.batch(coding);
      BITSWAP_TRY(run(std::span<const Work>(left.begin(), rest.begin()), batch));
      gather_for(batch);
      left.erase(left.begin(), rest.begin());
    }
    return {};
  }

  Status code(std::span<const Work> works, SegmentBatch& batch) {
    std::vector<EncodeTask> tasks;
    for (const Work& work : works) {
      const PendingFile& file = *files_[work.item];
      job_.meter.begin(file.header.path);
      tasks.emplace_back(file.encoder.get(), work.part);
    }
    const Status ran = guarded([&]() -> Status {
      batch.encode(tasks, job_.options.cancel);
      return {};
    });
    for (std::size_t i = 0; i < works.size(); ++i) {
      if (!ran.ok()) tasks[i].result = ran.error();
      BITSWAP_TRY(keep_segment(job_, *files_[works[i].item], works[i].part, std::move(tasks[i].result)));
      part_done(works[i].item, kChoose);
    }
    return {};
  }

  Status verify(std::span<const Work> works, SegmentBatch& batch) {
    std::vector<DecodeTask> tasks;
    for (const Work& work : works) {
      const PendingFile& file = *files_[work.item];
      job_.meter.begin(file.header.path);
      tasks.push_back({file.decoder.get(), work.part, file.segments[work.part]});
    }
    const Status ran = guarded([&]() -> Status {
      batch.decode(tasks, job_.options.cancel);
      return {};
    });
    for (std::size_t i = 0; i < works.size(); ++i) {
      if (!ran.ok()) tasks[i].status = ran.error();
      BITSWAP_TRY(keep_outcome(job_, *files_[works[i].item], works[i].part, std::move(tasks[i].status)));
      part_done(works[i].item, kFinish);
    }
    return {};
  }

  /// A device takes the segments of many pictures at once, which have to be in memory then.
  void gather_for(const SegmentBatch& batch) {
    const std::uint64_t pixels = batch.batch_pixels();
    queue_.gather(kCode, pixels);
    queue_.gather(kVerify, pixels);
    batch_memory_ = 2 * pixels * kMemoryPerPixel;
  }

  void start(PendingFile& file, const std::vector<Work>& parts) {
    file.open_parts = parts.size();
    for (const Work& part : parts) queue_.add(part);
  }

  void part_done(std::size_t item, Step next) {
    if (--files_[item]->open_parts == 0) queue_.add({next, item});
  }

  Status finish(std::size_t item) {
    PendingFile& file = *files_[item];
    const std::uint64_t before = file.memory;
    if (!file.done) {
      BITSWAP_TRY(attempt(file, [&]() -> Status { return finish_file(job_, file, threads_per_file()); }));
    }
    file.memory = std::min(before, file.memory);
    held_ -= before - file.memory;
    const std::scoped_lock lock(order_);
    is_finished(item);
    return {};
  }

  /// Under the lock.
  void is_finished(std::size_t item) {
    --unfinished_;
    finished_[item] = 1;
    if (item == written_) queue_.add({kWrite, item});
  }

  /// There is never more than one of these under way.
  Status write(std::size_t item) {
    PendingFile& file = *files_[item];
    BITSWAP_TRY(write_file(job_, file));
    const std::uint64_t credited = file.credited;
    job_.finish_file(std::move(file.report), file.item->size - std::min(credited, file.item->size));
    held_ -= file.memory;
    files_[item].reset();
    const std::scoped_lock lock(order_);
    ++written_;
    if (written_ < items_.size() && finished_[written_] != 0) queue_.add({kWrite, written_});
    return {};
  }

  /// libjxl can spread one picture over threads, which only pays when there is nothing else for them.
  [[nodiscard]] int threads_per_file() const {
    return std::max(1, job_.threads / static_cast<int>(std::clamp<std::size_t>(unfinished_, 1, 1024)));
  }

  CompressJob& job_;
  const std::span<const InputItem> items_;
  SpareThreads spare_;
  WorkQueue queue_;
  const std::uint64_t budget_;
  std::atomic<std::uint64_t> batch_memory_{0};
  std::atomic<std::uint64_t> held_{0};
  std::atomic<std::size_t> unfinished_;
  std::vector<std::unique_ptr<PendingFile>> files_;  ///< those that are under way

  // admit()'s own.
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
  return guarded([&]() -> Status { return Pipeline(job, items).run(); });
}

}  // namespace bitswap
