// SPDX-License-Identifier: GPL-3.0-or-later
// A timer looks at what came since the last time, for a few milliseconds each time.
#include "ui/controllers/row_feed.h"

#include <QElapsedTimer>
#include <iterator>
#include <utility>

#include "ui/controllers/job_channel.h"
#include "ui/items/error_text.h"
#include "ui/items/file_tree_model.h"

namespace bitswap::ui {
namespace {

using State = FileItem::State;

constexpr int kTick = 20;          // milliseconds between two looks
constexpr qint64 kTickBudget = 8;  // milliseconds that one look may take
constexpr std::size_t kRowsAtOnce = 100;

State state_of(FileReport::Status status) {
  switch (status) {
    case FileReport::Status::Ok: return State::Done;
    case FileReport::Status::Warning: return State::Warning;
    case FileReport::Status::Failed: return State::Failed;
    case FileReport::Status::Skipped: return State::Skipped;
  }
  return State::Done;
}

}  // namespace

RowFeed::RowFeed(FileTreeModel& model, QObject* parent) : QObject(parent), model_(model) {
  timer_.setInterval(kTick);
  connect(&timer_, &QTimer::timeout, this, &RowFeed::tick);
}

std::string RowFeed::path_of(const std::filesystem::path& file) const {
  const auto found = path_by_file_.find(file.string());
  return found == path_by_file_.end() ? std::string() : found->second;
}

void RowFeed::show(std::vector<FileItem> items) {
  std::ranges::move(items, std::back_inserter(additions_));
  if (!additions_.empty()) timer_.start();
}

void RowFeed::reset_touched() {
  for (std::string& path : touched_) {
    FileReport file;
    file.path = std::move(path);
    updates_.push_back({std::move(file), Update::Kind::Reset});
  }
  touched_.clear();
  if (!updates_.empty()) timer_.start();
}

void RowFeed::begin(std::shared_ptr<JobChannel> channel) {
  reset_touched();
  settled_.clear();
  current_.clear();
  channel_ = std::move(channel);
  timer_.start();
}

void RowFeed::drain() {
  if (!channel_) return;
  for (FileReport& file : channel_->take().settled) updates_.push_back({std::move(file), Update::Kind::Settled});
  channel_.reset();
  timer_.start();
}

void RowFeed::revert() {
  channel_.reset();
  updates_.clear();
  reset_touched();
}

void RowFeed::clear() {
  channel_.reset();
  additions_.clear();
  updates_.clear();
  touched_.clear();
  path_by_file_.clear();
}

void RowFeed::when_shown(std::function<void()> call) {
  shown_.push_back(std::move(call));
  timer_.start();
}

void RowFeed::take_news() {
  JobChannel::News news = channel_->take();
  for (FileReport& file : news.settled) updates_.push_back({std::move(file), Update::Kind::Settled});
  if (!news.progress) return;
  if (!news.progress->current.empty() && news.progress->current != current_) {
    current_ = news.progress->current;
    if (!settled_.contains(current_)) {
      FileReport file;
      file.path = current_;
      updates_.push_front({std::move(file), Update::Kind::Working});
    }
  }
  Q_EMIT progress(*news.progress);
}

void RowFeed::tick() {
  QElapsedTimer time;
  time.start();
  if (channel_) take_news();
  while (time.elapsed() < kTickBudget && !updates_.empty()) {
    const Update update = std::move(updates_.front());
    updates_.pop_front();
    apply(update);
  }
  while (time.elapsed() < kTickBudget && !additions_.empty()) {
    std::vector<FileItem> rows;
    while (rows.size() < kRowsAtOnce && !additions_.empty()) {
      FileItem& item = additions_.front();
      if (item.source.entry.empty()) path_by_file_[item.source.file.string()] = item.path;
      rows.push_back(std::move(item));
      additions_.pop_front();
    }
    model_.add(std::move(rows));
  }
  if (additions_.empty() && updates_.empty()) {
    if (!channel_) timer_.stop();
    // A call may ask for another one, which waits for the next look.
    for (std::size_t calls = shown_.size(); calls > 0 && !shown_.empty(); --calls) {
      const std::function<void()> call = std::move(shown_.front());
      shown_.pop_front();
      call();
    }
  }
  Q_EMIT advanced();
}

void RowFeed::apply(const Update& update) {
  const FileReport& report = update.report;
  if (update.kind == Update::Kind::Reset) {
    model_.update(report.path, [this](FileItem& item) {
      if (item.left_out) return;
      item.state = resting_;
      item.message.clear();
      if (resting_ == State::Queued) item.archive_bytes.reset();
    });
    return;
  }
  touched_.push_back(report.path);
  if (update.kind == Update::Kind::Working) {
    model_.update(report.path, [](FileItem& item) { item.state = State::Working; });
    return;
  }
  settled_.insert(report.path);
  if (report.error) Q_EMIT problem(report);
  model_.update(report.path, [&](FileItem& item) {
    item.state = state_of(report.status);
    item.message = report.error ? error_text(*report.error) : QString();
    if (resting_ == State::Stored || item.folder || report.status == FileReport::Status::Failed) return;
    item.archive_bytes = report.stored_bytes;
    item.form = report.form;
    item.format = report.format;
    item.exactness = report.exactness;
    if (item.width > 0) return;  // by its thumbnail
    item.width = report.width;
    item.height = report.height;
  });
}

}  // namespace bitswap::ui
