// SPDX-License-Identifier: GPL-3.0-or-later
// Files under way at the same time: the archive is the same whatever the threads and the device, a stop or a failure in
// any step harms nothing else, and a device gets the segments of several pictures at once.
#include <QTemporaryDir>
#include <QtTest>
#include <atomic>
#include <numeric>

#include "engine/archive/reader.h"
#include "engine/codec/segment.h"
#include "engine/jobs/compress_job.h"
#include "engine/jobs/restore.h"
#include "tests/jobs/sample_pictures.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;
using Outcome = FileReport::Status;

namespace {

/// What happens at a run of a network, from any thread.
using Hook = std::function<bitswap::Status(int run)>;

class HookedModel : public BackendModel {
 public:
  HookedModel(std::unique_ptr<BackendModel> plain, Hook hook)
      : BackendModel(plain->model()), plain_(std::move(plain)), hook_(std::move(hook)) {}
  bitswap::Status run(const NetworkRun& run, const NetworkOutput& output) const override {
    BITSWAP_TRY(hook_(runs_++));
    return plain_->run(run, output);
  }

 private:
  std::unique_ptr<BackendModel> plain_;
  Hook hook_;
  mutable std::atomic<int> runs_{0};
};

/// Codes on the host, and fails when it is told to.
class PretendedDevice : public BackendModel, public SegmentCoder {
 public:
  PretendedDevice(const Model& model, std::unique_ptr<BackendModel> plain, int good_calls, std::atomic<int>& largest)
      : BackendModel(model), plain_(std::move(plain)), good_calls_(good_calls), largest_(largest) {}
  bitswap::Status run(const NetworkRun& run, const NetworkOutput& output) const override {
    return plain_->run(run, output);
  }
  const SegmentCoder* segment_coder() const override { return this; }
  std::uint64_t batch_pixels() const override { return 3000; }
  Result<std::vector<EncodedSegment>> encode(std::span<const SegmentSource> segments, Schedule schedule,
                                             const CancelToken* cancel) const override {
    BITSWAP_TRY(note(segments.size()));
    std::vector<EncodedSegment> coded;
    for (const SegmentSource& segment : segments) {
      BITSWAP_TRY_ASSIGN(EncodedSegment one,
                         encode_segment({&model(), plain_.get()}, segment.tiles, schedule, false, cancel));
      coded.push_back(std::move(one));
    }
    return coded;
  }
  Result<std::vector<Result<std::vector<Picture>>>> decode(std::span<const SegmentPayload> segments, Schedule schedule,
                                                           const CancelToken* cancel) const override {
    BITSWAP_TRY(note(segments.size()));
    std::vector<Result<std::vector<Picture>>> decoded;
    for (const SegmentPayload& segment : segments) {
      decoded.push_back(decode_segment({&model(), plain_.get()}, segment.payload, segment.tiles, schedule, cancel));
    }
    return decoded;
  }

 private:
  bitswap::Status note(std::size_t segments) const {
    if (good_calls_-- <= 0) return Error{Error::Code::Internal, 0, "the pretended device is lost"};
    int largest = largest_;
    while (largest < static_cast<int>(segments) &&
           !largest_.compare_exchange_weak(largest, static_cast<int>(segments))) {
    }
    return {};
  }
  std::unique_ptr<BackendModel> plain_;
  mutable std::atomic<int> good_calls_;
  std::atomic<int>& largest_;
};

class MadeBackend : public Backend {
 public:
  using Make = std::function<std::unique_ptr<BackendModel>(const Model&, std::unique_ptr<BackendModel>)>;
  explicit MadeBackend(Make make) : make_(std::move(make)) {}
  std::string_view name() const override { return "made"; }
  std::string_view device() const override { return "cpu"; }
  Result<std::unique_ptr<BackendModel>> load(const Model& model) const override {
    BITSWAP_TRY_ASSIGN(auto plain, plain_->load(model));
    return make_(model, std::move(plain));
  }
  static BackendSource source(const Make& make) {
    return [make]() -> Result<std::unique_ptr<Backend>> {
      return std::unique_ptr<Backend>(std::make_unique<MadeBackend>(make));
    };
  }

 private:
  std::unique_ptr<Backend> plain_ = make_plain_backend();
  Make make_;
};

BackendSource hooked(const Hook& hook) {
  return MadeBackend::source([hook](const Model&, std::unique_ptr<BackendModel> plain) {
    return std::unique_ptr<BackendModel>(std::make_unique<HookedModel>(std::move(plain), hook));
  });
}

BackendSource device(int good_calls, std::atomic<int>& largest) {
  return MadeBackend::source([good_calls, &largest](const Model& model, std::unique_ptr<BackendModel> plain) {
    return std::unique_ptr<BackendModel>(
        std::make_unique<PretendedDevice>(model, std::move(plain), good_calls, largest));
  });
}

}  // namespace

class PipelineTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;

 private Q_SLOTS:
  void initTestCase() {
    root_ = temporary_.path().toStdString();
    make_folder(root_ / "in");
    for (int i = 0; i < 6; ++i) {
      write_file(root_ / "in" / ("photo " + std::to_string(i) + ".ppm"), ppm_file(photo(40, 30, 3, 20 + i)));
      write_file(root_ / "in/copies" / ("photo " + std::to_string(i) + ".ppm"), ppm_file(photo(40, 30, 3, 20 + i)));
      write_file(root_ / "in" / ("drawing " + std::to_string(i) + ".png"), png_file(drawing(60, 40, 3)));
    }
    fs::create_directories(root_ / "target");
    QVERIFY(compress(compress_options(root_ / "in", root_ / "plain.bswap")).ok());
  }

  void threads_change_no_byte() {
    const std::array<std::optional<Form>, 4> forms = {Form::Picture, std::nullopt, Form::JpegXl, Form::Zstd};
    for (const std::optional<Form>& form : forms) {
      Bytes first;
      for (const int threads : {1, 2, 5}) {
        CompressOptions options = compress_options(root_ / "in", root_ / "threads.bswap");
        options.existing = CompressOptions::Existing::Replace;
        options.form = form;
        options.threads = threads;
        options.verify = threads != 5;
        QVERIFY(compress(options).ok());
        const Bytes archive = read_file(options.archive);
        if (threads == 1) first = archive;
        QVERIFY2(archive == first, std::string(form_name(form.value_or(Form::None))).c_str());
      }
    }
  }

  void of_equal_files_the_first_is_stored() {
    const auto reader = ArchiveReader::open(root_ / "plain.bswap");
    QVERIFY(reader.ok());
    for (int i = 0; i < 6; ++i) {
      const std::string name = "photo " + std::to_string(i) + ".ppm";
      const Entry& copy = reader->entries()[*reader->find("in/copies/" + name)];
      const Entry& later = reader->entries()[*reader->find("in/" + name)];
      QCOMPARE(copy.header.kind, EntryKind::File);  // "copies" comes before "photo"
      QCOMPARE(later.header.kind, EntryKind::Duplicate);
      QCOMPARE(later.header.link_target, copy.header.path);
    }
  }

  void a_file_larger_than_the_memory_goes_alone() {
    const fs::path folder = root_ / "large";
    Bytes claims = png_file(photo(30, 30, 3));
    for (const std::size_t side : {16U, 20U}) {
      claims[side + 1] = 1;  // 65566 pixels
    }
    write_file(folder / "b.png", claims);
    claims.push_back(0);
    write_file(folder / "d.png", claims);
    for (const char* name : {"a.ppm", "c.ppm", "e.ppm"}) write_file(folder / name, ppm_file(photo(20, 20, 3, name[0])));
    InputItem item;
    item.source = folder / "b.png";
    item.size = claims.size();
    QVERIFY(weigh(item).memory > std::uint64_t{4} << 30);
    QVERIFY(!weigh(item).stream);
    const auto report = compress(compress_options(folder, root_ / "large.bswap"));
    QVERIFY(report.ok());
    QCOMPARE(report->count(Outcome::Warning), 2U);
    QCOMPARE(report->count(Outcome::Failed), 0U);
    const std::string lost = not_restored(root_ / "large.bswap", folder, root_ / "large-out");
    QVERIFY2(lost.empty(), lost.c_str());
  }

  void a_stop_at_any_moment() {
    CompressOptions options = compress_options(root_ / "in", root_ / "target/a.bswap");
    for (int stop = 0;; stop = stop * 2 + 1) {
      CancelToken token;
      options.cancel = &token;
      std::atomic<bool> reached{false};
      const auto report = compress_with(options, hooked([&](int run) -> bitswap::Status {
                                          if (run == stop) {
                                            reached = true;
                                            token.cancel();
                                          }
                                          return {};
                                        }));
      if (!reached) {
        QVERIFY(report.ok() && stop > 20);
        break;
      }
      QCOMPARE(report.error().code, Error::Code::Cancelled);
      QVERIFY(holds_only(root_ / "target", {}));
    }
    QVERIFY(read_file(options.archive) == read_file(root_ / "plain.bswap"));
  }

  void a_failure_at_any_moment() {
    CompressOptions options = compress_options(root_ / "in", root_ / "failed.bswap");
    options.existing = CompressOptions::Existing::Replace;
    for (int fail = 0;; fail = fail * 3 + 1) {
      std::atomic<bool> reached{false};
      const auto report = compress_with(options, hooked([&](int run) -> bitswap::Status {
                                          if (run != fail) return {};
                                          reached = true;
                                          return Error{Error::Code::OutOfMemory, 0, "no memory at this run"};
                                        }));
      QVERIFY(report.ok());
      QCOMPARE(report->count(Outcome::Failed), 0U);
      QCOMPARE(report->count(Outcome::Warning), reached ? 2U : 1U);  // one picture is broken anyway
      const std::string out = "failed" + std::to_string(fail);
      const std::string lost = not_restored(options.archive, root_ / "in", root_ / out);
      QVERIFY2(lost.empty(), lost.c_str());
      if (!reached) break;
    }
  }

  void a_failure_while_restoring() {
    const auto archive = ArchiveReader::open(root_ / "plain.bswap");
    QVERIFY(archive.ok());
    std::vector<std::size_t> all(archive->entries().size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    JobOptions options;
    options.threads = 3;
    const auto failing = hooked([](int run) -> bitswap::Status {
      if (run != 40) return {};
      return Error{Error::Code::OutOfMemory, 0, "no memory at this run"};
    });
    const auto report = restore(options, *archive, all, {}, failing);
    QVERIFY(report.ok());
    QVERIFY(report->count(Outcome::Failed) >= 1 && report->count(Outcome::Failed) <= 2);  // perhaps with its duplicate
    CancelToken token;
    options.cancel = &token;
    const auto stopped = restore(options, *archive, all, {}, hooked([&](int run) -> bitswap::Status {
                                   if (run == 40) token.cancel();
                                   return {};
                                 }));
    QVERIFY(!stopped.ok());
    QCOMPARE(stopped.error().code, Error::Code::Cancelled);
  }

  void a_device_gets_many_segments_and_may_fail() {
    for (const int good_calls : {1 << 20, 2, 0}) {
      std::atomic<int> largest{0};
      CompressOptions options = compress_options(root_ / "in", root_ / "device.bswap");
      options.existing = CompressOptions::Existing::Replace;
      const auto report = compress_with(options, device(good_calls, largest));
      QVERIFY(report.ok());
      QVERIFY(read_file(options.archive) == read_file(root_ / "plain.bswap"));
      QCOMPARE(report->warnings.size(), std::size_t{good_calls > 2 ? 0U : 1U});
      if (good_calls > 2) QVERIFY(largest > 1);

      const auto archive = ArchiveReader::open(options.archive);
      QVERIFY(archive.ok());
      std::vector<std::size_t> all(archive->entries().size());
      std::iota(all.begin(), all.end(), std::size_t{0});
      largest = 0;
      const auto restored = restore(options, *archive, all, {}, device(good_calls, largest));
      QVERIFY(restored.ok());
      QCOMPARE(restored->count(Outcome::Ok), restored->files.size());
      QCOMPARE(restored->warnings.size(), std::size_t{good_calls > 2 ? 0U : 1U});
      if (good_calls > 2) QVERIFY(largest > 1);
    }
  }
};

QTEST_GUILESS_MAIN(PipelineTest)
#include "pipeline_test.moc"
