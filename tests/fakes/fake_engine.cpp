// SPDX-License-Identifier: GPL-3.0-or-later
// Results made up from names and sizes.
#include "tests/fakes/fake_engine.h"

#include <algorithm>
#include <fstream>
#include <thread>

namespace bitswap::ui {
namespace {

constexpr char kMarker[] = "an archive of the fake engine\n";

Error cancelled() { return {Error::Code::Cancelled, 0, "stopped by the user"}; }

/// Names with escaped characters, as they are passed to the engine's patterns.
std::string unescaped(const std::string& name) {
  std::string plain;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 1 < name.size()) ++i;
    plain += name[i];
  }
  return plain;
}

bool selected(const std::string& path, const std::vector<std::string>& names) {
  return names.empty() || std::ranges::any_of(names, [&](const std::string& name) {
           const std::string plain = unescaped(name);
           return path == plain || path.starts_with(plain + "/");
         });
}

bool write_marker(const std::filesystem::path& path) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << kMarker;
  return file.good();
}

std::uint64_t sum_stored(const std::vector<FileReport>& files) {
  std::uint64_t sum = sizeof(kMarker);
  for (const FileReport& file : files) sum += file.stored_bytes;
  return sum;
}

}  // namespace

std::string FakeEngine::suffix(const std::string& path) {
  std::string text = std::filesystem::path(path).extension().string();
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  if (text == ".jpg") text = ".jpeg";
  return text.empty() ? text : text.substr(1);
}

bool FakeEngine::is_picture(const std::string& path) {
  const std::string format = suffix(path);
  return format == "png" || format == "ppm" || format == "jpeg" || format == "bmp" || format == "pgm";
}

void FakeEngine::record(Call call) {
  const std::lock_guard lock(mutex_);
  calls_.push_back(std::move(call));
}

std::vector<FakeEngine::Call> FakeEngine::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::size_t FakeEngine::count(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count(calls_, name, &Call::name));
}

void FakeEngine::add_archive(const std::filesystem::path& path, std::vector<FileReport> entries) {
  write_marker(path);
  const std::lock_guard lock(mutex_);
  archives_[path] = std::move(entries);
}

std::vector<FileReport> FakeEngine::archive(const std::filesystem::path& path) const {
  const std::lock_guard lock(mutex_);
  const auto found = archives_.find(path);
  return found == archives_.end() ? std::vector<FileReport>() : found->second;
}

FileReport FakeEngine::make_report(const std::string& path, std::uint64_t bytes) const {
  FileReport report;
  report.path = path;
  report.original_bytes = bytes;
  report.stored_bytes = bytes / 2 + 40;
  report.form = Form::Zstd;
  if (!is_picture(path)) return report;
  report.form = Form::Picture;
  report.format = suffix(path);
  report.width = picture_width;
  report.height = picture_height;
  report.pixel_bytes = bytes / 2;
  report.raw_bytes = std::uint64_t{3} * picture_width * picture_height;
  return report;
}

Status FakeEngine::work(const std::string& name, const JobOptions& options, std::vector<FileReport>& files,
                        const std::function<void(FileReport&)>& each) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  Clock::time_point next = start;
  JobProgress progress;
  progress.files_total = files.size();
  for (const FileReport& file : files) progress.bytes_total += file.original_bytes;
  const auto report = [&](bool always) {
    const Clock::time_point now = Clock::now();
    if (!options.progress || (!always && now < next)) return;
    next = now + std::chrono::milliseconds(50);
    progress.seconds = std::chrono::duration<double>(now - start).count();
    options.progress(progress);
  };
  for (FileReport& file : files) {
    progress.current = file.path;
    report(unlimited_reports);
    const Clock::time_point until = Clock::now() + file_delay;
    do {
      if (options.cancel != nullptr) {
        options.cancel->wait_while_paused();
        if (options.cancel->cancelled() && !(deaf && (name == "compare" || name == "inspect"))) return cancelled();
      }
      if (file_delay.count() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } while (Clock::now() < until);
    if (const auto failed = file_errors.find(file.path); failed != file_errors.end()) {
      file.status = FileReport::Status::Failed;
      file.error = failed->second;
    } else {
      if (const auto warned = file_warnings.find(file.path); warned != file_warnings.end()) {
        file.status = FileReport::Status::Warning;
        file.error = warned->second;
      }
      if (each) each(file);
    }
    ++progress.files_done;
    progress.bytes_done += file.original_bytes;
    if (options.file_done) options.file_done(file);
  }
  report(true);
  if (const auto failed = job_errors.find(name); failed != job_errors.end()) return failed->second;
  return {};
}

Result<std::vector<InputItem>> FakeEngine::find_items(const WalkOptions& options) {
  if (!walk_items.empty()) return walk_items;
  return walk_inputs(options);
}

Result<std::vector<InputItem>> FakeEngine::walk(const WalkOptions& options) {
  const Running running(*this);
  Call call;
  call.name = "walk";
  call.archive = options.archive;
  for (const auto& input : options.inputs) call.paths.push_back(input.string());
  record(std::move(call));
  if (const auto failed = job_errors.find("walk"); failed != job_errors.end()) return failed->second;
  return find_items(options);
}

Result<JobReport> FakeEngine::compress(const CompressOptions& options) {
  const Running running(*this);
  Call call;
  call.name = "compress";
  call.archive = options.archive;
  for (const auto& input : options.inputs) call.paths.push_back(input.string());
  call.existing = options.existing;
  call.device = options.device;
  call.threads = options.threads;
  call.verify = options.verify;
  record(std::move(call));

  if (options.existing == CompressOptions::Existing::Refuse && std::filesystem::exists(options.archive)) {
    return Error{Error::Code::Exists, 0, options.archive.string() + " is already there"};
  }
  WalkOptions walk;
  walk.inputs = options.inputs;
  walk.exclude = options.exclude;
  walk.archive = options.archive;
  BITSWAP_TRY_ASSIGN(const std::vector<InputItem> items, find_items(walk));
  JobReport report;
  for (const InputItem& item : items) {
    FileReport file = make_report(item.path, item.size);
    if (item.kind == EntryKind::Directory) {
      file = {};
      file.path = item.path;
      file.kind = "directory";
    }
    report.files.push_back(std::move(file));
  }
  BITSWAP_TRY(work("compress", options, report.files));
  std::vector<FileReport> stored;
  if (options.existing == CompressOptions::Existing::Update) {
    for (FileReport& old : archive(options.archive)) {
      if (std::ranges::none_of(report.files, [&](const FileReport& file) { return file.path == old.path; })) {
        stored.push_back(std::move(old));
      }
    }
  }
  for (const FileReport& file : report.files) {
    report.original_bytes += file.original_bytes;
    if (file.status != FileReport::Status::Failed) stored.push_back(file);
  }
  report.archive_bytes = sum_stored(stored);
  if (!write_marker(options.archive)) return Error{Error::Code::Io, 0, "cannot write " + options.archive.string()};
  const std::lock_guard lock(mutex_);
  archives_[options.archive] = std::move(stored);
  return report;
}

Result<JobReport> FakeEngine::list(const std::filesystem::path& path) {
  const Running running(*this);
  Call call;
  call.name = "list";
  call.archive = path;
  record(std::move(call));
  if (const auto failed = job_errors.find("list"); failed != job_errors.end()) return failed->second;
  if (!std::filesystem::exists(path)) return Error{Error::Code::NotFound, 0, path.string() + " is not there"};
  JobReport report;
  {
    const std::lock_guard lock(mutex_);
    const auto found = archives_.find(path);
    if (found == archives_.end()) return Error{Error::Code::NotAnArchive, 0, path.string() + " is no archive"};
    report.files = found->second;
  }
  for (FileReport& file : report.files) {
    file.status = FileReport::Status::Ok;
    file.error.reset();
    report.original_bytes += file.original_bytes;
  }
  report.archive_bytes = sum_stored(report.files);
  return report;
}

Result<JobReport> FakeEngine::extract(const ExtractOptions& options) {
  const Running running(*this);
  Call call;
  call.name = "extract";
  call.archive = options.archive;
  call.paths = options.entries;
  call.folder = options.folder;
  call.on_conflict = options.on_conflict;
  call.device = options.device;
  call.threads = options.threads;
  record(std::move(call));
  JobReport report;
  for (const FileReport& file : archive(options.archive)) {
    if (selected(file.path, options.entries)) report.files.push_back(file);
  }
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  BITSWAP_TRY(work("extract", options, report.files, [&](FileReport& file) {
    std::filesystem::path target = options.folder / file.path;
    if (file.kind == "directory") {
      std::filesystem::create_directories(target, error);
      return;
    }
    std::filesystem::create_directories(target.parent_path(), error);
    if (std::filesystem::exists(target)) {
      if (options.on_conflict == OnConflict::Fail) {
        file.status = FileReport::Status::Failed;
        file.error = Error{Error::Code::Exists, 0, file.path + " is already there"};
        return;
      }
      if (options.on_conflict == OnConflict::Skip) {
        file.status = FileReport::Status::Skipped;
        return;
      }
      if (options.on_conflict == OnConflict::Rename) {
        target.replace_filename(target.stem().string() + " (1)" + target.extension().string());
      }
    }
    std::ofstream(target, std::ios::binary | std::ios::trunc) << file.path;
  }));
  for (const FileReport& file : report.files) report.original_bytes += file.original_bytes;
  return report;
}

Result<JobReport> FakeEngine::test(const TestOptions& options) {
  const Running running(*this);
  Call call;
  call.name = "test";
  call.archive = options.archive;
  record(std::move(call));
  JobReport report;
  report.files = archive(options.archive);
  BITSWAP_TRY(work("test", options, report.files));
  for (const FileReport& file : report.files) report.original_bytes += file.original_bytes;
  return report;
}

Result<JobReport> FakeEngine::repair(const RepairOptions& options) {
  const Running running(*this);
  Call call;
  call.name = "repair";
  call.archive = options.archive;
  record(std::move(call));
  JobReport report;
  report.files = archive(options.archive);
  BITSWAP_TRY(work("repair", options, report.files));
  std::vector<FileReport> saved;
  for (const FileReport& file : report.files) {
    if (file.status != FileReport::Status::Failed) saved.push_back(file);
  }
  report.archive_bytes = sum_stored(saved);
  add_archive(options.repaired, std::move(saved));
  return report;
}

Result<JobReport> FakeEngine::remove(const RemoveOptions& options) {
  const Running running(*this);
  Call call;
  call.name = "remove";
  call.archive = options.archive;
  call.paths = options.entries;
  record(std::move(call));
  std::vector<FileReport> left;
  for (const FileReport& file : archive(options.archive)) {
    if (!selected(file.path, options.entries)) left.push_back(file);
  }
  BITSWAP_TRY(work("remove", options, left));
  JobReport report;
  report.files = left;
  report.archive_bytes = sum_stored(left);
  const std::lock_guard lock(mutex_);
  archives_[options.archive] = std::move(left);
  return report;
}

}  // namespace bitswap::ui
