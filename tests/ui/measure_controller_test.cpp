// SPDX-License-Identifier: GPL-3.0-or-later
// The controller behind the tabs: what it measures, what it remembers, and what it leaves when nobody wants it.
#include <QSignalSpy>
#include <QtTest>

#include "engine/base/hash.h"
#include "tests/ui/tab_fixture.h"
#include "ui/items/details_model.h"

using namespace bitswap;
using namespace bitswap::ui;
using namespace bitswap::ui::test;
using Controller = MeasureController;
using Task = MeasureController::Task;

class MeasureControllerTest : public QObject {
  Q_OBJECT

 private:
  static int complete(const QSignalSpy& spy) {
    return static_cast<int>(std::count_if(spy.begin(), spy.end(), [](const auto& call) { return call[2].toBool(); }));
  }
  static PictureSource source_of(const QList<QVariant>& call) { return call[0].value<PictureSource>(); }

 private Q_SLOTS:
  void measures_one_after_another_and_remembers() {
    TabFixture f;
    const NamedSources sources = {f.file(QStringLiteral("a.png")), f.file(QStringLiteral("b.png"))};
    QSignalSpy compared(&f.controller, &Controller::compared);
    QSignalSpy progress(&f.controller, &Controller::progress);
    f.controller.compare(sources);
    QTRY_COMPARE(complete(compared), 2);
    QCOMPARE(f.engine.count("compare"), 2U);
    QCOMPARE(f.engine.most_at_once(), 1);
    // Every codec was told as soon as it was there, in the order that was asked for.
    QVERIFY(compared.size() >= static_cast<qsizetype>(2 * f.settings.codecs().size()));
    QCOMPARE(source_of(compared.first()), sources[0].source);
    QCOMPARE(compared.first()[1].value<CompareImage>().codecs.size(), 1U);
    QCOMPARE(source_of(compared.last()), sources[1].source);
    QCOMPARE(compared.last()[1].value<CompareImage>().codecs.size(), f.settings.codecs().size());
    QTRY_COMPARE(progress.last()[0].toInt(), static_cast<int>(2 * f.settings.codecs().size()));
    QCOMPARE(progress.last()[1].toInt(), static_cast<int>(2 * f.settings.codecs().size()));
    QTRY_VERIFY(!f.controller.busy());
    QVERIFY(f.controller.known(sources[1].source) != nullptr);

    compared.clear();
    f.controller.compare(sources);
    QCOMPARE(complete(compared), 2);  // at once
    QCOMPARE(f.engine.count("compare"), 2U);
  }

  void another_file_or_model_is_measured_anew() {
    TabFixture f;
    NamedSource a = f.file(QStringLiteral("a.png"));
    QSignalSpy compared(&f.controller, &Controller::compared);
    f.controller.compare({a});
    QTRY_COMPARE(complete(compared), 1);
    a = f.file(QStringLiteral("a.png"), "another picture");
    QVERIFY(f.controller.known(a.source) == nullptr);
    f.controller.compare({a});
    QTRY_COMPARE(complete(compared), 2);
    QCOMPARE(f.engine.count("compare"), 2U);
    QSignalSpy model_changed(&f.controller, &Controller::model_changed);
    f.settings.set_threads(3);
    QCOMPARE(model_changed.size(), 0);
    f.settings.set_model(QStringLiteral("other"));
    QCOMPARE(model_changed.size(), 1);
    f.controller.compare({a});
    QTRY_COMPARE(complete(compared), 3);
    QCOMPARE(f.engine.count("compare"), 3U);
  }

  void only_codecs_that_are_missing_are_measured() {
    TabFixture f;
    const NamedSource a = f.file(QStringLiteral("a.png"));
    QSignalSpy compared(&f.controller, &Controller::compared);
    f.settings.set_codecs({"png", "webp"});
    f.controller.compare({a});
    QTRY_COMPARE(complete(compared), 1);
    f.settings.set_codecs({"png", "lzma"});
    f.controller.compare({a});
    QTRY_COMPARE(complete(compared), 2);
    QCOMPARE(f.engine.calls().back().codecs, std::vector<std::string>{"lzma"});
    std::set<std::string> told;
    for (const auto& m : compared.last()[1].value<CompareImage>().codecs) told.insert(m.codec);
    QCOMPARE(told, (std::set<std::string>{"png", "lzma"}));
  }

  void what_is_not_wanted_any_more_is_cancelled() {
    TabFixture f;
    const NamedSources sources = {f.file(QStringLiteral("a.png")), f.file(QStringLiteral("b.png"))};
    QSignalSpy compared(&f.controller, &Controller::compared);
    f.engine.file_delay = std::chrono::seconds(20);  // only cancellation ends this
    f.controller.compare({sources[0]});
    QTRY_COMPARE(f.engine.count("compare"), 1U);
    QVERIFY(f.controller.comparing());
    f.controller.compare({});
    QTRY_VERIFY(!f.controller.busy());
    QCOMPARE(complete(compared), 0);
    f.engine.file_delay = {};
    f.controller.compare({sources[1]});
    QTRY_COMPARE(complete(compared), 1);
    QCOMPARE(source_of(compared.last()), sources[1].source);
  }

  void a_new_wish_does_not_wait_for_the_old_one() {
    TabFixture f;
    const NamedSources sources = {f.file(QStringLiteral("a.png")), f.file(QStringLiteral("b.png"))};
    QSignalSpy compared(&f.controller, &Controller::compared);
    QSignalSpy inspected(&f.controller, &Controller::inspected);
    f.engine.deaf = true;  // as a codec that cannot be interrupted
    f.engine.file_delay = std::chrono::seconds(3);
    f.controller.compare({sources[0]});
    f.controller.inspect(sources[0]);
    QTRY_COMPARE(f.engine.count("compare"), 1U);
    QTRY_VERIFY(f.engine.count("load_picture") > 0U);
    f.engine.file_delay = {};
    f.controller.compare({sources[1]});
    f.controller.inspect(sources[1]);
    QTRY_COMPARE(complete(compared), 1);
    QTRY_COMPARE(inspected.size(), 1);
    QCOMPARE(f.engine.most_at_once() >= 2, true);
    QTest::qWait(3200);  // the old ones are done by now, and nothing of them was heard
    for (const auto& call : compared) QCOMPARE(source_of(call), sources[1].source);
    QCOMPARE(inspected.size(), 1);
  }

  void a_large_picture_is_estimated_first() {
    TabFixture f;
    f.engine.picture_width = 4000;
    f.engine.picture_height = 3000;
    const NamedSource a = f.file(QStringLiteral("a.png"));
    f.settings.set_codecs({"png", "webp"});
    QSignalSpy compared(&f.controller, &Controller::compared);
    QSignalSpy inspected(&f.controller, &Controller::inspected);
    f.controller.compare({a});
    QTRY_COMPARE(complete(compared), 1);
    QCOMPARE(f.engine.count("compare"), 2U);
    const auto first = compared.first()[1].value<CompareImage>();
    QVERIFY(first.codecs.front().estimate);
    const auto last = compared.last()[1].value<CompareImage>();
    for (const CompareMeasurement& measurement : last.codecs) QVERIFY(!measurement.estimate);
    QCOMPARE(last.codecs.size(), 2U);
    f.controller.inspect(a);
    QTRY_COMPARE(inspected.size(), 2);
    const auto report = [&](int i) { return inspected[i][1].value<std::shared_ptr<const InspectReport>>(); };
    QVERIFY(report(0)->estimate);
    QVERIFY(!report(1)->estimate);
    QVERIFY(report(1)->heat.width > 0);
    // A small one is measured once, and so are several together.
    f.engine.picture_width = 40;
    f.engine.picture_height = 30;
    f.controller.compare({f.file(QStringLiteral("b.png"))});
    QTRY_COMPARE(complete(compared), 2);
    QCOMPARE(f.engine.count("compare"), 3U);
  }

  void failures_are_told_and_the_rest_goes_on() {
    TabFixture f;
    const NamedSources sources = {f.file(QStringLiteral("notes.txt")), f.file(QStringLiteral("b.png"))};
    QSignalSpy compared(&f.controller, &Controller::compared);
    QSignalSpy failed(&f.controller, &Controller::failed);
    f.controller.compare(sources);
    QTRY_COMPARE(complete(compared), 1);
    QCOMPARE(failed.size(), 1);
    QCOMPARE(source_of(failed[0]), sources[0].source);
    QVERIFY(!failed[0][1].toString().isEmpty());
    QCOMPARE(failed[0][2].value<Task>(), Task::Compare);
  }

  void inspection_comes_with_heat_map_and_pixels_once() {
    TabFixture f;
    const NamedSource a = f.file(QStringLiteral("a.png"));
    QSignalSpy inspected(&f.controller, &Controller::inspected);
    f.controller.inspect(a);
    f.controller.inspect(a);  // while it runs
    QTRY_COMPARE(inspected.size(), 1);
    const auto report = inspected[0][1].value<std::shared_ptr<const InspectReport>>();
    const auto picture = inspected[0][2].value<std::shared_ptr<const LoadedPicture>>();
    QCOMPARE(report->heat.width, f.engine.picture_width);
    QCOMPARE(picture->rgb.width, f.engine.picture_width);
    f.controller.inspect(a);
    QCOMPARE(inspected.size(), 2);
    QCOMPARE(f.engine.count("inspect"), 1U);
  }

  void few_inspections_are_kept() {
    TabFixture f;
    QSignalSpy inspected(&f.controller, &Controller::inspected);
    NamedSources sources;
    for (int i = 0; i < 8; ++i) sources.push_back(f.file(QStringLiteral("%1.png").arg(i)));
    for (const NamedSource& source : sources) {
      const qsizetype before = inspected.size();
      f.controller.inspect(source);
      QTRY_COMPARE(inspected.size(), before + 1);
    }
    f.controller.inspect(sources.back());
    QCOMPARE(f.engine.count("inspect"), 8U);
    f.controller.inspect(sources.front());
    QTRY_COMPARE(f.engine.count("inspect"), 9U);
  }

  void the_last_inspection_wins() {
    TabFixture f;
    const NamedSource a = f.file(QStringLiteral("a.png"));
    const NamedSource b = f.file(QStringLiteral("b.png"));
    QSignalSpy inspected(&f.controller, &Controller::inspected);
    f.engine.file_delay = std::chrono::seconds(20);
    f.controller.inspect(a);
    QTRY_COMPARE(f.engine.count("load_picture"), 1U);
    f.engine.file_delay = {};
    f.controller.inspect(b);
    f.controller.inspect(a);  // the one that was cancelled a moment ago
    QTRY_COMPARE(inspected.size(), 1);
    QCOMPARE(source_of(inspected[0]), a.source);
  }

  void a_long_comparison_does_not_hold_up_a_description() {
    TabFixture f;
    const NamedSource a = f.file(QStringLiteral("a.png"));
    QSignalSpy described(&f.controller, &Controller::described);
    f.engine.file_delay = std::chrono::seconds(20);
    f.controller.compare({a});
    QTRY_COMPARE(f.engine.count("compare"), 1U);
    f.engine.file_delay = {};
    f.controller.describe(a);
    QTRY_COMPARE(described.size(), 1);
    QVERIFY(f.controller.comparing());
  }

  void description_of_a_file_and_of_an_entry() {
    TabFixture f;
    const NamedSource a = f.file(QStringLiteral("a.png"), "some bytes");
    QSignalSpy described(&f.controller, &Controller::described);
    f.controller.describe(a);
    QTRY_COMPARE(described.size(), 1);
    const auto details = described[0][1].value<Details>();
    const QByteArray bytes = "some bytes";
    QCOMPARE(details.checksum, hex(content_hash({reinterpret_cast<const std::uint8_t*>(bytes.data()), 10})));
    QCOMPARE(details.file_bytes, 10U);
    QCOMPARE(details.width, f.engine.picture_width);
    QCOMPARE(details.metadata.size(), f.engine.metadata.size());
    QVERIFY(!details.exactness);

    const std::filesystem::path archive = f.folder.filePath(QStringLiteral("x.bswap")).toStdString();
    f.engine.add_archive(archive, {f.engine.make_report("in/b.png", 900)});
    f.controller.describe({QStringLiteral("in/b.png"), {archive, "in/b.png"}});
    QTRY_COMPARE(described.size(), 2);
    const auto entry = described[1][1].value<Details>();
    QCOMPARE(entry.form, Form::Picture);
    QCOMPARE(entry.stored_bytes, 490U);
    QCOMPARE(entry.exactness.value(), Exactness::Bytes);
    QCOMPARE(entry.checksum, hex(content_hash({reinterpret_cast<const std::uint8_t*>("in/b.png"), 8})));
  }

  void a_rebuilt_file_is_not_taken_for_the_original() {
    TabFixture f;
    QSignalSpy described(&f.controller, &Controller::described);
    const std::filesystem::path archive = f.folder.filePath(QStringLiteral("x.bswap")).toStdString();
    FileReport report = f.engine.make_report("in/b.png", 900);
    report.exactness = Exactness::Pixels;
    f.engine.add_archive(archive, {report});
    f.controller.describe({QStringLiteral("in/b.png"), {archive, "in/b.png"}});
    QTRY_COMPARE(described.size(), 1);
    const auto details = described[0][1].value<Details>();
    QVERIFY(details.rebuilt);
    QCOMPARE(details.file_bytes, 900U);  // as in the list
    QCOMPARE(details.rebuilt_bytes, 8U);
    DetailsModel model;
    model.set_details(QStringLiteral("b.png"), details);
    const QString text = model.all_text();
    const qsizetype heading = text.indexOf(QStringLiteral("The file that comes back"));
    QVERIFY(heading > text.indexOf(QStringLiteral("900 bytes")));
    QVERIFY(text.indexOf(QStringLiteral("BLAKE2b-256")) > heading);  // of the rebuilt file, and said to be
  }

  void errors_of_inspection_and_description_are_told() {
    TabFixture f;
    QSignalSpy failed(&f.controller, &Controller::failed);
    f.controller.inspect(f.file(QStringLiteral("notes.txt")));
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed[0][2].value<Task>(), Task::Inspect);
    f.controller.describe(
        {QStringLiteral("gone.png"), {f.folder.filePath(QStringLiteral("gone.png")).toStdString(), {}}});
    QTRY_COMPARE(failed.size(), 2);
    QCOMPARE(failed[1][2].value<Task>(), Task::Describe);
  }

  void nothing_begins_while_suspended() {
    TabFixture f;
    const NamedSource a = f.file(QStringLiteral("a.png"));
    QSignalSpy compared(&f.controller, &Controller::compared);
    QSignalSpy inspected(&f.controller, &Controller::inspected);
    f.controller.set_suspended(true);
    f.controller.compare({a});
    f.controller.inspect(a);
    QTest::qWait(50);
    QCOMPARE(f.engine.calls().size(), 0U);
    f.controller.set_suspended(false);
    QTRY_COMPARE(complete(compared), 1);
    QTRY_COMPARE(inspected.size(), 1);
  }

  void what_runs_is_paused_by_suspending() {
    TabFixture f;
    QSignalSpy compared(&f.controller, &Controller::compared);
    f.engine.file_delay = std::chrono::milliseconds(30);
    f.controller.compare({f.file(QStringLiteral("a.png"))});
    QTRY_VERIFY(!compared.isEmpty());
    f.controller.set_suspended(true);
    QTest::qWait(100);  // what it was at is still finished
    const qsizetype before = compared.size();
    QTest::qWait(200);
    QCOMPARE(compared.size(), before);
    QCOMPARE(complete(compared), 0);
    f.controller.set_suspended(false);
    QTRY_COMPARE(complete(compared), 1);
  }

  void destruction_in_the_middle_of_everything() {
    TabFixture f;
    f.engine.file_delay = std::chrono::seconds(20);
    const NamedSource a = f.file(QStringLiteral("a.png"));
    f.controller.compare({a});
    f.controller.inspect(a);
    f.controller.describe(a);
    QTRY_VERIFY(f.engine.calls().size() >= 3);
  }
};

QTEST_MAIN(MeasureControllerTest)
#include "measure_controller_test.moc"
