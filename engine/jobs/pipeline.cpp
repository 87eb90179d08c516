// SPDX-License-Identifier: GPL-3.0-or-later
// Steps on the queue, parts into batches, memory in the budget.
#include "engine/jobs/pipeline.h"

#include <algorithm>

namespace bitswap {

bool MemoryBudget::fits(std::uint64_t bytes) const {
  const std::uint64_t held = held_;
  return held == 0 || held + bytes <= std::max<std::uint64_t>(limit_, batch_);
}

Pipeline::Pipeline(const JobOptions& options, ProgressMeter& meter, CodingModels& models)
    : options_(options),
      meter_(meter),
      models_(models),
      threads_(resolve_threads(options.threads)),
      budget_(threads_),
      spare_(threads_),
      queue_(threads_, options.cancel) {}

Status Pipeline::run_items() {
  return queue_.run([this](std::span<const Work> works) { return do_work(works); }, [this] { return admit(); });
}

Result<bool> Pipeline::admit() {
  return guarded([&]() -> Result<bool> {
    const std::optional<std::uint64_t> memory = next_memory();
    if (!memory || !budget_.fits(*memory)) return false;
    budget_.take(*memory);
    start_next();
    return true;
  });
}

Status Pipeline::do_work(std::span<const Work> works) {
  return guarded([&]() -> Status {
    const Work& work = works.front();
    const auto step = static_cast<Step>(work.step);
    // Segments count their threads themselves.
    const SpareThreads::Busy busy(step == kCode || step == kDecode ? nullptr : &spare_);
    switch (step) {
      case kCode:
        return with_each_model(
            works,
            [this](const Work& w) -> const CodingModel& {
              const PipelineItem& item = item_at(w.item);
              return *item.attempts[item.coded_[w.part].attempt].packer->coding();
            },
            [this](auto part, SegmentBatch& batch) { return encode(part, batch); });
      case kPack: {
        PipelineItem& item = item_at(work.item);
        meter_.begin(item.path);
        PipelineItem::Attempt& attempt = item.attempts[work.part];
        attempt.packing =
            guarded([&]() -> Result<Packing> { return attempt.packer->finish(threads_per_file(), UINT64_MAX); });
        if (!attempt.packing->ok() && attempt.packing->error().code == Error::Code::Cancelled) {
          return attempt.packing->error();
        }
        if (item.coded_.empty()) credit(item, item.share / item.attempts.size());
        part_done(work.item, kChoose);
        return {};
      }
      case kDecode:
        return with_each_model(
            works, [this](const Work& w) -> const CodingModel& { return *item_at(w.item).opened->coding(); },
            [this](auto part, SegmentBatch& batch) { return decode(part, batch); });
      default: return do_step(step, work.item);
    }
  });
}

void Pipeline::start_packing(std::size_t number) {
  PipelineItem& item = item_at(number);
  std::vector<Work> works;
  item.coded_.clear();
  for (std::size_t a = 0; a < item.attempts.size(); ++a) {
    const Packer& packer = *item.attempts[a].packer;
    const std::vector<std::uint64_t> parts = packer.parts();
    if (parts.empty()) {
      works.push_back({kPack, number, a});
      continue;
    }
    gather_for(models_.batch(*packer.coding()));
    for (std::size_t part = 0; part < parts.size(); ++part) {
      works.push_back({kCode, number, item.coded_.size(), parts[part]});
      item.coded_.push_back({a, part});
    }
  }
  if (works.empty()) return add(kChoose, number);
  item.open_parts_ = works.size();
  for (const Work& work : works) queue_.add(work);
}

void Pipeline::start_opening(std::size_t number) {
  PipelineItem& item = item_at(number);
  item.open_outcome = guarded([&]() -> Status {
    OpenContext context{models_, spare_};
    BITSWAP_TRY_ASSIGN(item.opened, open_entry(*item.sections, context));
    item.decoded_ = item.opened->parts();
    return {};
  });
  if (!item.open_outcome.ok()) item.opened.reset();
  if (!item.opened || item.decoded_.empty()) return add(kFinish, number);
  gather_for(models_.batch(*item.opened->coding()));
  const std::vector<std::uint64_t> parts = item.decoded_;  // the item may be gone before the loop ends
  item.open_parts_ = parts.size();
  for (std::size_t part = 0; part < parts.size(); ++part) queue_.add({kDecode, number, part, parts[part]});
}

int Pipeline::threads_per_file() const {
  return std::max(1, threads_ / static_cast<int>(std::clamp<std::size_t>(unfinished_, 1, 1024)));
}

/// Gives `run` the works of each model together, and the batch that they go to.
template <typename CodingOf, typename Run>
Status Pipeline::with_each_model(std::span<const Work> works, const CodingOf& coding_of, const Run& run) {
  std::vector<Work> left(works.begin(), works.end());
  while (!left.empty()) {
    const CodingModel coding = coding_of(left.front());
    const auto rest =
        std::ranges::stable_partition(left, [&](const Work& work) { return coding_of(work).model == coding.model; });
    SegmentBatch& batch = models_.batch(coding);
    BITSWAP_TRY(run(std::span<const Work>(left.begin(), rest.begin()), batch));
    left.erase(left.begin(), rest.begin());
  }
  return {};
}

Status Pipeline::encode(std::span<const Work> works, SegmentBatch& batch) {
  std::vector<EncodeTask> tasks;
  for (const Work& work : works) {
    const PipelineItem& item = item_at(work.item);
    meter_.begin(item.path);
    const PipelineItem::Part& part = item.coded_[work.part];
    tasks.push_back(item.attempts[part.attempt].packer->task(part.part));
  }
  const Status ran = guarded([&]() -> Status {
    batch.encode(tasks, options_.cancel);
    return {};
  });
  gather_for(batch);  // whose model may be gone with the last of its items
  for (std::size_t i = 0; i < works.size(); ++i) {
    if (!ran.ok()) tasks[i].result = ran.error();
    if (!tasks[i].result.ok() && tasks[i].result.error().code == Error::Code::Cancelled) return tasks[i].result.error();
    PipelineItem& item = item_at(works[i].item);
    const PipelineItem::Part& part = item.coded_[works[i].part];
    item.attempts[part.attempt].packer->keep(part.part, std::move(tasks[i].result));
    credit(item, item.share / item.coded_.size());
    part_done(works[i].item, kChoose);
  }
  return {};
}

Status Pipeline::decode(std::span<const Work> works, SegmentBatch& batch) {
  std::vector<Result<Bytes>> payloads;
  std::vector<DecodeTask> tasks;
  for (const Work& work : works) {
    const PipelineItem& item = item_at(work.item);
    meter_.begin(item.path);
    payloads.push_back(guarded([&]() -> Result<Bytes> { return item.opened->read_part(work.part); }));
  }
  for (std::size_t i = 0; i < works.size(); ++i) {
    if (payloads[i].ok()) tasks.push_back(item_at(works[i].item).opened->task(works[i].part, *payloads[i]));
  }
  const Status ran = guarded([&]() -> Status {
    batch.decode(tasks, options_.cancel);
    return {};
  });
  gather_for(batch);
  for (std::size_t i = 0, t = 0; i < works.size(); ++i) {
    Status status = payloads[i].ok() ? std::move(tasks[t++].status) : Status(payloads[i].error());
    if (!ran.ok() && payloads[i].ok()) status = ran;
    if (!status.ok() && status.error().code == Error::Code::Cancelled) return status;
    PipelineItem& item = item_at(works[i].item);
    item.opened->keep(works[i].part, std::move(status));
    credit(item, item.share / item.decoded_.size());
    part_done(works[i].item, kFinish);
  }
  return {};
}

void Pipeline::gather_for(const SegmentBatch& batch) {
  const std::uint64_t pixels = batch.batch_pixels();
  queue_.gather(kCode, pixels);
  queue_.gather(kDecode, pixels);
  budget_.allow_batches_of(2 * pixels * kMemoryPerPixel);
}

void Pipeline::credit(PipelineItem& item, std::uint64_t bytes) {
  item.credited += bytes;
  meter_.add_bytes(bytes);
}

void Pipeline::part_done(std::size_t item, Step next) {
  if (--item_at(item).open_parts_ == 0) add(next, item);
}

}  // namespace bitswap
