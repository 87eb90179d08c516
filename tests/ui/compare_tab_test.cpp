// SPDX-License-Identifier: GPL-3.0-or-later
// The comparison tab: chart and table show what the engine measured, large selections wait, failures are told.
#include <QAbstractBarSeries>
#include <QAbstractItemModelTester>
#include <QBarSet>
#include <QChart>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QSvgRenderer>
#include <QTableView>
#include <QToolButton>
#include <QtTest>

#include "tests/ui/tab_fixture.h"
#include "ui/items/compare_model.h"
#include "ui/views/bar_chart.h"
#include "ui/views/compare_tab.h"
#include "ui/views/export_button.h"
#include "ui/views/split_view.h"

using namespace bitswap;
using namespace bitswap::ui;
using namespace bitswap::ui::test;

namespace {

const PictureSource kA{"a.png", {}};
const PictureSource kB{"b.png", {}};

CompareImage image(std::uint64_t raw, std::vector<CompareMeasurement> codecs) {
  return {"x.png", 10, 10, raw, std::move(codecs)};
}

/// What the chart draws, top row first: the sum over the parts of a row.
std::vector<double> drawn(const BarChart& chart) {
  std::vector<double> rows;
  if (chart.chart()->series().isEmpty()) return rows;
  const auto sets = static_cast<QAbstractBarSeries*>(chart.chart()->series().first())->barSets();
  for (int i = sets.first()->count() - 1; i >= 0; --i) {
    double sum = 0;
    for (const QBarSet* set : sets) sum += set->at(i);
    rows.push_back(sum);
  }
  return rows;
}

QString shown_text(const QWidget& widget) {
  QStringList texts;
  for (const QLabel* label : widget.findChildren<QLabel*>()) {
    if (label->isVisible()) texts << label->text();
  }
  return texts.join(u'\n');
}

template <typename Button>
Button* button(const QWidget& widget, const QString& text) {
  for (Button* candidate : widget.findChildren<Button*>()) {
    if (candidate->text().remove(u'&') == text && candidate->isVisible()) return candidate;
  }
  return nullptr;
}

}  // namespace

class CompareTabTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

  void model_adds_up_complete_pictures_only() {
    CompareModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.set_image(kA, image(300, {{"png", 150, 0.5, 0.25}}), false);
    QCOMPARE(model.sums().size(), 1U);  // shown as far as it is
    model.set_image(kB, image(900, {{"png", 100, 0.5, 0.25}}), false);
    QCOMPARE(model.sums()[0].bytes, 150U);
    model.set_image(kA, image(300, {{"png", 150, 0.5, 0.25}, {"bit-swap", 90, 1, 1}}), true);
    model.set_image(kB, image(900, {{"bit-swap", 300, 2, 1}, {"png", 450, 1, 1}}), true);
    QCOMPARE(model.pictures(), 2U);
    QCOMPARE(model.sums()[0].codec, std::string("png"));
    QCOMPARE(model.sums()[0].bytes, 600U);
    QCOMPARE(model.sums()[0].raw_bytes, 1200U);
    QCOMPARE(model.sums()[0].encode_seconds, 1.5);
    QCOMPARE(model.sums()[1].bytes, 390U);
    const auto number = [&](int row, int column) {
      return model.index(row, column).data(CompareModel::kSortRole).toDouble();
    };
    QCOMPARE(number(1, CompareModel::Share), 390.0 / 1200);
    QCOMPARE(number(1, CompareModel::BitsPerSubpixel), 8 * 390.0 / 1200);
    QCOMPARE(number(1, CompareModel::Ratio), 1200.0 / 390);
    QCOMPARE(number(1, CompareModel::EncodeSpeed), 1200 / 1e6 / 3);
    model.set_image(kB, image(900, {{"bit-swap", 200, 2, 1}}), true);  // measured anew, without PNG
    QCOMPARE(model.sums()[0].bytes, 150U);
    QCOMPARE(model.sums()[1].bytes, 290U);
    QVERIFY(model.index(0, 0).data().toString().contains(QStringLiteral("1 of 2")));
    model.clear();
    QCOMPARE(model.rowCount(), 0);
  }

  void csv_holds_every_measurement() {
    CompareModel model;
    model.set_image(kA, image(300, {{"png", 150, 0.5, 0.25}, {"bit-swap", 90, 1, 1}}), true);
    const QList<QByteArray> lines = model.csv().split('\n');
    QCOMPARE(lines.size(), 4);
    QCOMPARE(lines[1], QByteArray("x.png,10,10,300,png,150,4.000000,0.500000,0.250000"));
    QCOMPARE(lines[2], QByteArray("x.png,10,10,300,bit-swap,90,2.400000,1.000000,1.000000"));
  }

  void chart_and_table_show_the_sums() {
    TabFixture f;
    CompareTab tab(f.controller, f.settings);
    tab.resize(600, 700);
    tab.show();
    const std::uint64_t raw = std::uint64_t{3} * f.engine.picture_width * f.engine.picture_height;
    tab.set_sources({f.file(QStringLiteral("a.png")), f.file(QStringLiteral("b.png"))});
    QTRY_COMPARE(tab.model().pictures(), 2U);
    QTRY_VERIFY(!f.controller.busy());
    std::vector<double> expected;
    for (const CodecSum& sum : tab.model().sums()) expected.push_back(static_cast<double>(sum.bytes));
    QCOMPARE(expected.size(), f.settings.codecs().size());
    QCOMPARE(expected.front(), static_cast<double>(2 * raw));
    QCOMPARE(expected.back(), static_cast<double>(2 * (raw * 2 / 5)));  // Bit-Swap, last in the usual order
    QCOMPARE(drawn(*tab.findChild<BarChart*>()), expected);
    // Bit-Swap has a colour of its own.
    const auto* const series = static_cast<QAbstractBarSeries*>(tab.findChild<BarChart*>()->chart()->series().first());
    QCOMPARE(series->barSets().last()->at(0), expected.back());
    QVERIFY(series->barSets().last()->color() != series->barSets().first()->color());

    auto* const table = tab.findChild<QTableView*>();
    table->sortByColumn(CompareModel::Size, Qt::AscendingOrder);
    QCOMPARE(table->model()->index(0, 0).data().toString(), QStringLiteral("Bit-Swap"));
    table->sortByColumn(CompareModel::Size, Qt::DescendingOrder);
    QCOMPARE(table->model()->index(0, 0).data().toString(), QStringLiteral("Raw pixels"));
    QVERIFY(shown_text(tab).contains(QStringLiteral("Bit-Swap is")));
  }

  void exports_can_be_read_back() {
    TabFixture f;
    CompareTab tab(f.controller, f.settings);
    tab.resize(700, 700);
    tab.show();
    tab.set_sources({f.file(QStringLiteral("a.png"))});
    QTRY_COMPARE(tab.model().pictures(), 1U);
    BarChart* const chart = tab.findChild<BarChart*>();
    const QSize before = chart->size();
    const QImage png = QImage::fromData(draw_png({chart, chart}, 2), "PNG");
    QCOMPARE(png.size(), QSize(std::max(640, before.width()), 2 * chart->sizeHint().height()) * 2);
    QVERIFY(png.copy(0, 0, png.width(), png.height() / 2) ==
            png.copy(0, png.height() / 2, png.width(), png.height() / 2));
    QVERIFY(png.pixelColor(png.width() - 1, 0) != png.pixelColor(png.width() / 3, png.height() / 4));
    QSvgRenderer svg(draw_svg({chart}, QStringLiteral("title")));
    QVERIFY(svg.isValid());
    QCOMPARE(svg.viewBox().size(), QSize(std::max(640, before.width()), chart->sizeHint().height()));
    QCOMPARE(chart->size(), before);
  }

  void nothing_is_measured_while_hidden() {
    TabFixture f;
    CompareTab tab(f.controller, f.settings);
    tab.set_sources({f.file(QStringLiteral("a.png"))});
    QTest::qWait(30);
    QCOMPARE(f.engine.calls().size(), 0U);
    tab.show();
    QTRY_COMPARE(tab.model().pictures(), 1U);
  }

  void empty_selection_says_what_to_do() {
    TabFixture f;
    CompareTab tab(f.controller, f.settings);
    tab.show();
    QVERIFY(shown_text(tab).contains(QStringLiteral("Select pictures")));
    tab.set_sources({f.file(QStringLiteral("a.png"))});
    QVERIFY(!shown_text(tab).contains(QStringLiteral("Select pictures")));
    tab.set_sources({});
    QVERIFY(shown_text(tab).contains(QStringLiteral("Select pictures")));
    QCOMPARE(tab.model().rowCount(), 0);
  }

  void large_selections_wait_for_the_button() {
    TabFixture f;
    CompareTab tab(f.controller, f.settings);
    tab.show();
    NamedSources many;
    for (int i = 0; i < 21; ++i) many.push_back(f.file(QStringLiteral("%1.png").arg(i)));
    tab.set_sources(many);
    QTest::qWait(30);
    QCOMPARE(f.engine.calls().size(), 0U);
    auto* const start = button<QPushButton>(tab, QStringLiteral("Measure"));
    QVERIFY(start != nullptr);
    f.engine.file_delay = std::chrono::milliseconds(5);
    start->click();
    QTRY_VERIFY(f.engine.count("compare") > 0);
    QTRY_VERIFY(button<QPushButton>(tab, QStringLiteral("Stop")) != nullptr);
    button<QPushButton>(tab, QStringLiteral("Stop"))->click();
    QTRY_VERIFY(!f.controller.busy());
    QVERIFY(f.engine.count("compare") < 21);
    f.engine.file_delay = {};
    button<QPushButton>(tab, QStringLiteral("Continue"))->click();
    QTRY_COMPARE(tab.model().pictures(), 21U);
    QTRY_VERIFY(!start->isVisible());
    tab.set_sources({f.file(QStringLiteral("large.png"))}, 100'000'001);
    QTest::qWait(30);
    QVERIFY(button<QPushButton>(tab, QStringLiteral("Measure")) != nullptr);
  }

  void failures_are_named() {
    TabFixture f;
    CompareTab tab(f.controller, f.settings);
    tab.show();
    tab.set_sources({f.file(QStringLiteral("notes.txt")), f.file(QStringLiteral("a.png"))});
    QTRY_COMPARE(tab.model().pictures(), 1U);
    QVERIFY(shown_text(tab).contains(QStringLiteral("notes.txt:")));
  }

  void pixels_that_are_not_stored_are_said_to_be_so() {
    TabFixture f;
    CompareTab tab(f.controller, f.settings);
    tab.show();
    const QString note = QStringLiteral("not what is stored");
    tab.set_sources({f.file(QStringLiteral("a.png"))});
    QVERIFY(!shown_text(tab).contains(note));
    tab.set_sources({f.file(QStringLiteral("b.JPG"))});
    QVERIFY(shown_text(tab).contains(note));
    tab.set_sources({TabFixture::entry("c.png")});
    QVERIFY(!shown_text(tab).contains(note));
    // Entries: by their form, without an inspection.
    const auto entry = [](const char* path, Form form) {
      NamedSource named = TabFixture::entry(path);
      named.form = form;
      return named;
    };
    for (const Form form : {Form::JpegTranscoded, Form::JpegXl, Form::Zstd, Form::Stored}) {
      tab.set_sources({entry("d.png", form)});
      QVERIFY2(shown_text(tab).contains(note), std::string(form_name(form)).c_str());
    }
    tab.set_sources({entry("d.jpg", Form::Picture)});  // a PNG under another name
    QVERIFY(!shown_text(tab).contains(note));
    tab.set_sources({entry("d.jpg.png", Form::Picture)});  // stored as pixels on demand
    QVERIFY(!shown_text(tab).contains(note));
    tab.set_sources({entry("a.png", Form::Picture), entry("b.png", Form::JpegXl)});
    QVERIFY(shown_text(tab).contains(note));
  }

  void heat_map_page_shows_the_first_picture() {
    TabFixture f;
    CompareTab tab(f.controller, f.settings);
    tab.resize(600, 600);
    tab.show();
    tab.set_sources({f.file(QStringLiteral("a.png")), f.file(QStringLiteral("b.png"))});
    QSignalSpy drawn(tab.findChild<SplitView*>(), &SplitView::drawn);
    button<QToolButton>(tab, QStringLiteral("Heat map"))->click();
    QTRY_COMPARE(drawn.size(), 1);
    const auto* const canvas = tab.findChild<SplitCanvas*>();
    QCOMPARE(canvas->image_size(),
             QSize(static_cast<int>(f.engine.picture_width), static_cast<int>(f.engine.picture_height)));
    f.engine.job_errors["inspect"] = Error{Error::Code::Corrupt, 0, "torn"};
    tab.set_sources({f.file(QStringLiteral("c.png"))});
    QTRY_VERIFY(canvas->accessibleDescription().contains(QStringLiteral("damaged")));
    QVERIFY(!canvas->has_image());
  }
};

QTEST_MAIN(CompareTabTest)
#include "compare_tab_test.moc"
