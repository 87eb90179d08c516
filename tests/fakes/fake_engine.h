// SPDX-License-Identifier: GPL-3.0-or-later
// An engine without codecs for tests of the window: small results from memory, with delays and errors as a test wants
// them. Files are walked for real, archives live in memory and leave a small marker file where they would be written.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>

#include "ui/controllers/engine.h"

namespace bitswap::ui {

/// Set the public members before a call runs. Calls may run at the same time.
class FakeEngine final : public Engine {
 public:
  struct Call {
    std::string name;                ///< "walk", "compress", "extract", …
    std::filesystem::path archive;   ///< or the file, where there is no archive
    std::vector<std::string> paths;  ///< inputs or entries
    std::filesystem::path folder;    ///< of extract()
    OnConflict on_conflict = OnConflict::Fail;
    CompressOptions::Existing existing = CompressOptions::Existing::Refuse;
    std::string device;
    int threads = 0;
    bool verify = true;
    std::vector<std::string> codecs;
  };

  // What a test sets.
  std::chrono::microseconds file_delay{0};     ///< for each file or measurement
  std::map<std::string, Error> job_errors;     ///< by name of the call: the whole job fails, after its files
  std::map<std::string, Error> file_errors;    ///< by path: the file becomes Failed in any job
  std::map<std::string, Error> file_warnings;  ///< by path: the file gets a Warning
  std::vector<InputItem> walk_items;           ///< if not empty: what walk() and compress() find
  std::uint32_t picture_width = 48, picture_height = 32;
  std::vector<MetadataItem> metadata{{"Exif", "Exif.Image.Model", "Model", "Test camera"},
                                     {"Exif", "Exif.Photo.FNumber", "F-Number", "F2.8"}};
  bool deaf = false;               ///< measurements do not notice that they are cancelled
  bool unlimited_reports = false;  ///< progress() after every file, instead of at most 20 times a second

  /// An archive that is there from the start. Makes the marker file.
  void add_archive(const std::filesystem::path& path, std::vector<FileReport> entries);
  [[nodiscard]] std::vector<FileReport> archive(const std::filesystem::path& path) const;
  /// All calls so far, in their order.
  [[nodiscard]] std::vector<Call> calls() const;
  [[nodiscard]] std::size_t count(const std::string& name) const;
  /// Most calls that ran at the same time.
  [[nodiscard]] int most_at_once() const { return most_at_once_; }

  /// A report as compress() makes it: pictures by suffix (png, ppm, jpg, bmp) get a format, a size and "bitswap".
  FileReport make_report(const std::string& path, std::uint64_t bytes) const;

  Result<std::vector<InputItem>> walk(const WalkOptions& options) override;
  Result<JobReport> compress(const CompressOptions& options) override;
  Result<JobReport> extract(const ExtractOptions& options) override;
  Result<JobReport> test(const TestOptions& options) override;
  Result<JobReport> list(const std::filesystem::path& archive) override;
  /// Entries with an error in file_errors are lost.
  Result<JobReport> repair(const RepairOptions& options) override;
  Result<JobReport> remove(const RemoveOptions& options) override;
  Result<InspectReport> inspect(const InspectOptions& options) override;
  Result<CompareOutcome> compare(const CompareOptions& options) override;
  /// A gradient of picture_width × picture_height. Unsupported for what has no picture's suffix.
  Result<LoadedPicture> load_picture(const PictureSource& source, const JobOptions& options) override;
  /// The file's bytes, or the entry's path as text.
  Result<Bytes> load_content(const PictureSource& source, std::uint64_t limit, const JobOptions& options) override;
  Result<PixelCoding> read_coding(const PictureSource& entry) override;
  Result<std::vector<MetadataItem>> read_metadata(ByteView file) override;

 private:
  /// Counts what runs at the same time.
  class Running {
   public:
    explicit Running(FakeEngine& engine) : engine_(engine) {
      const int now = ++engine_.running_;
      int most = engine_.most_at_once_;
      while (now > most && !engine_.most_at_once_.compare_exchange_weak(most, now)) {
      }
    }
    ~Running() { --engine_.running_; }

   private:
    FakeEngine& engine_;
  };
  static std::string suffix(const std::string& path);
  static bool is_picture(const std::string& path);
  void record(Call call);
  Result<std::vector<InputItem>> find_items(const WalkOptions& options);
  /// Goes through the files with delays, progress, pause and cancellation.
  Status work(const std::string& name, const JobOptions& options, std::vector<FileReport>& files,
              const std::function<void(FileReport&)>& each = {});

  mutable std::mutex mutex_;
  std::vector<Call> calls_;
  std::map<std::filesystem::path, std::vector<FileReport>> archives_;
  std::atomic<int> running_{0}, most_at_once_{0};
};

}  // namespace bitswap::ui
