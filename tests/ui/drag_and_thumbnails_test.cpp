// SPDX-License-Identifier: GPL-3.0-or-later
// Dragging entries out of an archive, and thumbnails in the background, with an engine that has no codecs.
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QUrl>
#include <QtTest>
#include <fstream>

#include "tests/fakes/fake_engine.h"
#include "tests/ui/file_items.h"
#include "ui/controllers/drag_out.h"
#include "ui/controllers/thumbnail_loader.h"
#include "ui/items/file_tree_model.h"

using namespace bitswap;
using namespace bitswap::ui;
using namespace bitswap::ui::test;
namespace fs = std::filesystem;

namespace {

QByteArray content(const QUrl& url) {
  QFile file(url.toLocalFile());
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
}

// Stands in the way of load_picture() until it is opened, so that requests pile up as a test wants them.
class GatedEngine final : public Engine {
 public:
  std::vector<std::string> order;  // read it when nothing is running
  std::uint32_t width = 300, height = 200;

  void open_gate() {
    {
      const std::scoped_lock lock(mutex_);
      open_ = true;
    }
    wake_.notify_all();
  }
  [[nodiscard]] int started() const { return started_; }

  Result<LoadedPicture> load_picture(const PictureSource& source, const JobOptions& options) override {
    ++started_;
    std::unique_lock lock(mutex_);
    while (!open_ && !options.cancel->cancelled()) wake_.wait_for(lock, std::chrono::milliseconds(5));
    if (options.cancel->cancelled()) return Error{Error::Code::Cancelled, 0, {}};
    order.push_back(source.file.filename().string());
    if (source.file.extension() == ".bad") return Error{Error::Code::Corrupt, 0, {}};
    LoadedPicture loaded;
    loaded.rgb = {width, height, 3, Bytes(std::size_t{width} * height * 3, 0)};
    for (std::size_t i = 0; i < loaded.rgb.samples.size(); i += 3) loaded.rgb.samples[i] = 200;
    return loaded;
  }
  Result<std::vector<InputItem>> walk(const WalkOptions&) override { return unused(); }
  Result<JobReport> compress(const CompressOptions&) override { return unused(); }
  Result<JobReport> extract(const ExtractOptions&) override { return unused(); }
  Result<JobReport> test(const TestOptions&) override { return unused(); }
  Result<JobReport> list(const fs::path&) override { return unused(); }
  Result<JobReport> repair(const RepairOptions&) override { return unused(); }
  Result<JobReport> remove(const RemoveOptions&) override { return unused(); }
  Result<InspectReport> inspect(const InspectOptions&) override { return unused(); }
  Result<CompareOutcome> compare(const CompareOptions&) override { return unused(); }
  Result<Bytes> load_content(const PictureSource&, std::uint64_t, const JobOptions&) override { return unused(); }
  Result<PixelCoding> read_coding(const PictureSource&) override { return unused(); }
  Result<std::vector<MetadataItem>> read_metadata(ByteView) override { return unused(); }

 private:
  static Error unused() { return {Error::Code::Internal, 0, "not for this test"}; }
  std::mutex mutex_;
  std::condition_variable wake_;
  bool open_ = false;
  std::atomic<int> started_{0};
};

// As Qt's drag does: an event filter that sees what the gate lets through.
class Mouse : public QObject {
 public:
  explicit Mouse() {
    window_.resize(10, 10);
    qApp->installEventFilter(this);
  }
  void release() {
    const QPointF at(3, 4);
    QMouseEvent event(QEvent::MouseButtonRelease, at, at, Qt::LeftButton, Qt::NoButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window_, &event);
  }
  void move() {
    const QPointF at(8, 8);
    QMouseEvent event(QEvent::MouseMove, at, at, Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window_, &event);
  }
  void press_escape() {
    QKeyEvent event(QEvent::KeyPress, Qt::Key_Escape, Qt::NoModifier);
    QCoreApplication::sendEvent(&window_, &event);
  }
  int releases = 0, moves = 0, escapes = 0;

 protected:
  bool eventFilter(QObject* object, QEvent* event) override {
    if (object != &window_) return false;
    releases += event->type() == QEvent::MouseButtonRelease ? 1 : 0;
    moves += event->type() == QEvent::MouseMove ? 1 : 0;
    escapes += event->type() == QEvent::KeyPress ? 1 : 0;
    return false;
  }

 private:
  QWindow window_;
};

}  // namespace

class DragAndThumbnailsTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;

  NamedSource file(const std::string& name) const {
    std::ofstream(root_ / name) << name;
    return {QString::fromStdString(name), {root_ / name, {}}};
  }

 private Q_SLOTS:
  void initTestCase() { root_ = temporary_.path().toStdString(); }

  void the_drop_waits_and_the_question_does_not() {
    FakeEngine engine;
    const fs::path archive = root_ / "a.bswap";
    engine.add_archive(archive, {engine.make_report("p/a.png", 100), engine.make_report("p/q/b.png", 100),
                                 engine.make_report("c.png", 100)});
    engine.file_delay = std::chrono::milliseconds(150);
    engine.unlimited_reports = true;
    QStringList left;
    {
      DragOut drag(engine);
      QSignalSpy preparing(&drag, &DragOut::preparing), over(&drag, &DragOut::over);
      const FileItem a = stored("p/a.png", 100, 50), b = stored("p/q/b.png", 100, 50);
      JobOptions options;
      options.device = "plain";
      Mouse mouse;  // the drag begins
      std::unique_ptr<QMimeData> data(drag.entries(archive, {"p/a.png", "p/q"}, {&a, &b}, options));
      QVERIFY(data->hasUrls());
      QCOMPARE(data->formats(), QStringList{QStringLiteral("text/uri-list")});
      const QList<QUrl> urls = data->urls();  // a file manager asks while the mouse moves
      QCOMPARE(urls.size(), 2);
      QVERIFY(!QFile::exists(urls[1].toLocalFile()));  // nothing was waited for
      QVERIFY(urls[0].toLocalFile().endsWith(QStringLiteral("/p/a.png")));
      QCoreApplication::processEvents();
      mouse.move();
      QCOMPARE(mouse.moves, 1);
      mouse.release();
      mouse.move();
      QCOMPARE(mouse.releases, 0);
      QCOMPARE(mouse.moves, 1);  // the files go to where the button was released
      QTRY_COMPARE(mouse.releases, 1);
      QVERIFY(preparing.size() >= 2);
      QCOMPARE(content(urls[0]), QByteArray("p/a.png"));
      QCOMPARE(content(QUrl::fromLocalFile(urls[1].toLocalFile() + QStringLiteral("/b.png"))), QByteArray("p/q/b.png"));
      QCOMPARE(engine.calls().back().device, std::string("plain"));
      QCOMPARE(data->urls(), urls);
      QCOMPARE(engine.count("extract"), 1U);
      data.reset();
      QTRY_COMPARE(over.size(), 1);
      QVERIFY(over[0][0].toString().isEmpty());
      QCOMPARE(content(urls[0]), QByteArray("p/a.png"));  // copied after the drop
      left << urls[0].toLocalFile();
    }
    QVERIFY(!QFile::exists(left[0]));  // gone with the program
  }

  void escape_ends_a_drop_that_waits() {
    FakeEngine engine;
    engine.add_archive(root_ / "b.bswap", {engine.make_report("a.png", 100)});
    engine.file_delay = std::chrono::seconds(30);
    DragOut drag(engine);
    QSignalSpy over(&drag, &DragOut::over);
    const FileItem a = stored("a.png", 100, 50);
    Mouse mouse;
    std::unique_ptr<QMimeData> data(drag.entries(root_ / "b.bswap", {"a.png"}, {&a}, {}));
    QCoreApplication::processEvents();
    mouse.release();
    mouse.press_escape();
    QCOMPARE(mouse.releases, 0);
    QCOMPARE(mouse.escapes, 1);  // Qt's drag sees it, ends, and deletes the data
    data.reset();
    QTRY_COMPARE(over.size(), 1);
    mouse.release();
    QCOMPARE(mouse.releases, 1);  // the mouse is free again
  }

  void a_drag_to_nowhere_leaves_nothing() {
    FakeEngine engine;
    engine.add_archive(root_ / "c.bswap", {engine.make_report("a.png", 100), engine.make_report("b.png", 100)});
    DragOut drag(engine);
    QSignalSpy over(&drag, &DragOut::over);
    const FileItem a = stored("a.png", 100, 50);
    for (const std::chrono::microseconds delay : {std::chrono::microseconds(5'000'000), std::chrono::microseconds(0)}) {
      engine.file_delay = delay;
      std::unique_ptr<QMimeData> data(drag.entries(root_ / "c.bswap", {"a.png", "b.png"}, {&a}, {}));
      const QList<QUrl> urls = data->urls();  // it went over a file manager
      QTRY_VERIFY(engine.count("extract") > 0U);
      const fs::path folder = engine.calls().back().folder;
      if (delay.count() == 0) QTRY_VERIFY(QFile::exists(urls[1].toLocalFile()));
      data.reset();
      QVERIFY(!fs::exists(folder));
    }
    QTRY_COMPARE(over.size(), 2);
    for (const QList<QVariant>& end : over) QVERIFY(end[0].toString().isEmpty());
  }

  void a_failure_gives_no_files_and_says_why_data() {
    QTest::addColumn<bool>("whole_job");
    QTest::newRow("the archive") << true;
    QTest::newRow("a file") << false;
  }
  void a_failure_gives_no_files_and_says_why() {
    QFETCH(bool, whole_job);
    FakeEngine engine;
    engine.add_archive(root_ / "d.bswap", {engine.make_report("a.png", 100), engine.make_report("b.png", 100)});
    engine.file_delay = std::chrono::milliseconds(100);
    const Error error{Error::Code::Corrupt, 7, "checksum of a segment"};
    if (whole_job) {
      engine.job_errors["extract"] = error;
    } else {
      engine.file_errors["b.png"] = error;
    }
    DragOut drag(engine);
    QSignalSpy over(&drag, &DragOut::over);
    const FileItem a = stored("a.png", 100, 50);
    Mouse mouse;
    std::unique_ptr<QMimeData> data(drag.entries(root_ / "d.bswap", {"a.png", "b.png"}, {&a}, {}));
    QCoreApplication::processEvents();
    mouse.release();
    QTRY_VERIFY(data->urls().isEmpty());
    QCOMPARE(over.size(), 0);  // not while the drag goes on
    QCOMPARE(mouse.releases, 0);
    data.reset();
    QTRY_COMPARE(over.size(), 1);
    QVERIFY(over[0][0].toString().contains(QStringLiteral("checksum of a segment")));
    QCOMPARE(over[0][0].toString().contains(QStringLiteral("b.png")), !whole_job);
  }

  void too_much_is_not_dragged() {
    FakeEngine engine;
    DragOut drag(engine);
    QSignalSpy too_large(&drag, &DragOut::too_large);
    const FileItem half = stored("half.png", DragOut::kMaxBytes / 2, 50), one = stored("one.png", 1, 1);
    QCOMPARE(drag.entries(root_ / "e.bswap", {"all"}, {&half, &half, &one}, {}), nullptr);
    QCOMPARE(too_large.size(), 0);
    QTRY_COMPARE(too_large.size(), 1);
    QCOMPARE(too_large[0][0].value<std::vector<std::string>>(), std::vector<std::string>{"all"});
    const FileItem monstrous = stored("m.png", ~std::uint64_t{0}, 1);
    QCOMPARE(drag.entries(root_ / "e.bswap", {"all"}, {&monstrous, &monstrous}, {}), nullptr);
    const std::vector<const FileItem*> many(DragOut::kMaxFiles + 1, &one);
    QCOMPARE(drag.entries(root_ / "e.bswap", {"all"}, many, {}), nullptr);
    QTRY_COMPARE(too_large.size(), 3);
    QCOMPARE(engine.count("extract"), 0U);
  }

  void files_of_the_queue_are_dragged_themselves() {
    const FileItem a = queued("p/a.png", 1), b = queued("p/ä b.png", 1);
    const std::unique_ptr<QMimeData> data(DragOut::queued({&a, &b}));
    const QList<QUrl> urls{QUrl::fromLocalFile(QStringLiteral("/tmp/no-such-folder/p/a.png")),
                           QUrl::fromLocalFile(QStringLiteral("/tmp/no-such-folder/p/ä b.png"))};
    QCOMPARE(data->urls(), urls);
    QCOMPARE(DragOut::queued({}), nullptr);
  }

  void a_thumbnail_reaches_the_model() {
    FakeEngine engine;
    engine.picture_width = 480;
    engine.picture_height = 320;
    FileTreeModel model;
    FileItem item = queued("a.png", 1);
    item.source = file("reach.png").source;
    model.add({item});
    ThumbnailLoader loader(engine);
    loader.connect_to(model);
    QSignalSpy loaded(&loader, &ThumbnailLoader::loaded);
    model.index_of("a.png").data(Qt::DecorationRole);
    QTRY_COMPARE(loaded.size(), 1);
    const auto thumbnail = loaded[0][1].value<QImage>();
    QCOMPARE(thumbnail.size(), QSize(96, 64));
    QVERIFY(qAbs(thumbnail.pixelColor(95, 10).red() - 253) < 6);  // the gradient from left to right
    QVERIFY(thumbnail.pixelColor(0, 63).red() < 6);
    QCOMPARE(model.index_of("a.png").siblingAtColumn(FileTreeModel::Dimensions).data().toString(),
             QStringLiteral("480 × 320"));
    loader.request(file("reach.png"));  // written anew, so read again
    QTRY_COMPARE(loaded.size(), 2);
    loader.request({{}, {root_ / "reach.png", {}}});
    QTRY_COMPARE(loaded.size(), 3);
    QCOMPARE(engine.count("load_picture"), 2U);  // the third came from memory
  }

  void odd_shapes_and_bad_files() {
    GatedEngine engine;
    engine.open_gate();
    ThumbnailLoader loader(engine);
    QSignalSpy loaded(&loader, &ThumbnailLoader::loaded);
    const std::vector<std::array<std::uint32_t, 4>> shapes = {{1, 1, 1, 1},     {97, 1, 96, 1},   {1, 5000, 1, 96},
                                                              {9999, 3, 96, 1}, {96, 96, 96, 96}, {385, 1000, 37, 96}};
    int n = 0;
    for (const auto& [width, height, small_width, small_height] : shapes) {
      engine.width = width;
      engine.height = height;
      loader.request(file("shape" + std::to_string(++n) + ".png"));
      QTRY_COMPARE(loaded.size(), n);
      const auto image = loaded.back()[1].value<QImage>();
      QCOMPARE(image.size(), QSize(static_cast<int>(small_width), static_cast<int>(small_height)));
      QCOMPARE(image.pixelColor(0, image.height() - 1), QColor(200, 0, 0));
      QCOMPARE(loaded.back()[2].toSize(), QSize(static_cast<int>(width), static_cast<int>(height)));
    }
    loader.request(file("broken.bad"));
    loader.request({{}, {root_ / "missing.png", {}}});
    QTRY_COMPARE(engine.started(), n + 1);  // what is no file never gets to the engine
    QTest::qWait(50);
    QCOMPARE(loaded.size(), n);
    QCOMPARE(engine.started(), n + 1);
  }

  void what_was_seen_last_comes_first() {
    GatedEngine engine;
    ThumbnailLoader loader(engine);
    QSignalSpy loaded(&loader, &ThumbnailLoader::loaded);
    loader.pause(true);
    for (const char* name : {"1.png", "2.png", "3.png", "4.png"}) loader.request(file(name));
    QCoreApplication::processEvents();
    for (const char* name : {"5.png", "2.png", "6.png"}) loader.request(file(name));  // scrolled on
    QTest::qWait(30);
    QCOMPARE(engine.started(), 0);
    engine.open_gate();
    loader.pause(false);
    QTRY_COMPARE(loaded.size(), 6);
    const std::vector<std::string> expected = {"5.png", "2.png", "6.png", "1.png", "3.png", "4.png"};
    for (std::size_t i = 0; i < expected.size(); ++i) {  // two workers may finish the other way round
      const auto at = std::ranges::find(engine.order, expected[i]) - engine.order.begin();
      QVERIFY(std::abs(at - static_cast<std::ptrdiff_t>(i)) <= 1);
    }
  }

  void clear_forgets_and_says_so() {
    GatedEngine engine;
    ThumbnailLoader loader(engine);
    QSignalSpy loaded(&loader, &ThumbnailLoader::loaded);
    QSignalSpy dropped(&loader, &ThumbnailLoader::dropped);
    for (const char* name : {"5.png", "6.png", "7.png", "8.png"}) loader.request(file(name));
    QTRY_VERIFY(engine.started() > 0);
    loader.clear();
    QTRY_COMPARE(dropped.size(), 4);  // those that were being loaded, too
    engine.open_gate();
    loader.request(file("9.png"));
    QTRY_COMPARE(loaded.size(), 1);
    QCOMPARE(engine.order, std::vector<std::string>{"9.png"});
  }

  void the_oldest_of_too_many_are_dropped() {
    GatedEngine engine;
    ThumbnailLoader loader(engine);
    loader.pause(true);
    QSignalSpy dropped(&loader, &ThumbnailLoader::dropped);
    const auto request = [&](std::size_t i) {
      loader.request({{}, {root_ / ("many" + std::to_string(i) + ".png"), {}}});
    };
    for (std::size_t i = 0; i < 10; ++i) request(i);
    QCoreApplication::processEvents();
    for (std::size_t i = 10; i < ThumbnailLoader::kMaxPending + 3; ++i) request(i);
    QCOMPARE(dropped.size(), 3);
    for (int i = 0; i < 3; ++i) {
      QCOMPARE(dropped[i][0].value<PictureSource>().file, root_ / ("many" + std::to_string(9 - i) + ".png"));
    }
  }

  void the_end_does_not_wait_for_a_picture() {
    GatedEngine engine;  // stays closed: only cancelling ends it
    auto loader = std::make_unique<ThumbnailLoader>(engine);
    loader->request(file("last.png"));
    QTRY_COMPARE(engine.started(), 1);
    loader.reset();
    QVERIFY(engine.order.empty());
  }
};

QTEST_MAIN(DragAndThumbnailsTest)
#include "drag_and_thumbnails_test.moc"
