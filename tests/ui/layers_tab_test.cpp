// SPDX-License-Identifier: GPL-3.0-or-later
// The layers tab: charts, table and CSV show the ledger as it is, of the picture and of a tile.
#include <QAbstractBarSeries>
#include <QAbstractItemModelTester>
#include <QBarSet>
#include <QChart>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>
#include <array>
#include <set>

#include "tests/ui/tab_fixture.h"
#include "ui/items/layers_model.h"
#include "ui/items/stage_pattern.h"
#include "ui/views/bar_chart.h"
#include "ui/views/layers_tab.h"
#include "ui/views/parts_map.h"
#include "ui/views/stage_guide.h"
#include "ui/views/theme.h"

using namespace bitswap;
using namespace bitswap::ui;
using namespace bitswap::ui::test;

namespace {

Ledger ledger(double factor = 1) {
  Ledger l;
  l.stages = {
      {"z1", true, 0, 60 * factor, 45.5 * factor}, {"A1", false, 300 * factor, 0, 0}, {"BC0", false, 900.25, 0, 0}};
  l.initial_bits_required = 700 * factor;
  l.initial_bits_paid = 32;
  l.coder_bits = 1.5;
  l.flush_bits = 64;
  l.header_bits = 96;
  return l;
}

double at(const BarChart& chart, int row, int part) {
  const auto sets = static_cast<QAbstractBarSeries*>(chart.chart()->series().first())->barSets();
  return sets[part]->at(sets[part]->count() - 1 - row);
}

std::shared_ptr<const InspectReport> report_of_two_parts() {
  auto report = std::make_shared<InspectReport>();
  report->width = 20;
  report->height = 10;
  report->channels = 3;
  report->ledger = ledger();
  report->bb_ans = ledger(2);
  report->parts = {{{0, 0, 10, 10}, false, ledger(0.25)}, {{10, 0, 10, 10}, false, ledger(0.75)}};
  return report;
}

}  // namespace

class LayersTabTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

  void model_and_csv_show_the_ledger() {
    LayersModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.set_ledger(ledger(), ledger(2), 600);
    const auto number = [&](int row, int column) { return model.index(row, column).data(LayersModel::kNumberRole); };
    QCOMPARE(model.rowCount(), 3 + 7);
    QCOMPARE(number(0, LayersModel::Prior).toDouble(), 60.0);
    QCOMPARE(number(0, LayersModel::Posterior).toDouble(), 45.5);
    QCOMPARE(number(0, LayersModel::Net).toDouble(), 14.5);
    QVERIFY(!number(0, LayersModel::Likelihood).isValid());
    QCOMPARE(number(2, LayersModel::Likelihood).toDouble(), 900.25);
    QCOMPARE(number(2, LayersModel::PerSubpixel).toDouble(), 900.25 / 600);
    QCOMPARE(number(3, LayersModel::Net).toDouble(), ledger().elbo_bits());
    QCOMPARE(number(3, LayersModel::BbAns).toDouble(), ledger(2).elbo_bits());
    QCOMPARE(number(8, LayersModel::Net).toDouble(), ledger().actual_bits());
    QCOMPARE(number(9, LayersModel::BbAns).toDouble(), 1400.0);

    const QList<QByteArray> lines = model.csv().split('\n');
    QCOMPARE(lines.size(), 12);
    for (int row = 0; row < model.rowCount(); ++row) {
      const QList<QByteArray> fields = lines[row + 1].split(',');
      QCOMPARE(fields.size(), static_cast<qsizetype>(LayersModel::kColumns));
      for (int column = LayersModel::Likelihood; column < LayersModel::kColumns; ++column) {
        QCOMPARE(fields[column].isEmpty(), !number(row, column).isValid());
        QCOMPARE(fields[column].toDouble(), number(row, column).toDouble());
      }
    }
    model.set_ledger(ledger(), std::nullopt, 600);
    QVERIFY(!number(0, LayersModel::BbAns).isValid());
    model.clear();
    QCOMPARE(model.rowCount(), 0);
  }

  void stages_are_told_apart_and_explained() {
    for (const Settings::Theme theme : {Settings::Theme::Light, Settings::Theme::Dark}) {
      apply_theme(*qApp, theme);
      const ChartColours colours = chart_colours(qApp->palette());
      std::set<QRgb> seen;
      for (std::size_t i = 0; i < 12; ++i) seen.insert(stage_colour(colours, i).rgb());
      QCOMPARE(seen.size(), 12U);
    }
    apply_theme(*qApp, Settings::Theme::System);
    // Four levels: every pixel of a square of 16 × 16 is coded by exactly one stage, and never before it is its turn.
    const std::vector<std::string> order{"A4", "D3", "BC3", "D2", "BC2", "D1", "BC1", "D0", "BC0"};
    std::array<std::array<int, StagePattern::kSide>, StagePattern::kSide> coded{};
    for (const std::string& name : order) {
      const auto pattern = stage_pattern(name);
      QVERIFY(pattern.has_value());
      for (std::size_t y = 0; y < StagePattern::kSide; ++y) {
        for (std::size_t x = 0; x < StagePattern::kSide; ++x) {
          if (pattern->cells[y][x] == StagePattern::Cell::Earlier) QCOMPARE(coded[y][x], 1);
          if (pattern->cells[y][x] == StagePattern::Cell::Coded) QCOMPARE(coded[y][x]++, 0);
        }
      }
      LedgerStage stage;
      stage.name = name;
      QVERIFY(!stage_explanation(stage).isEmpty());
    }
    for (const auto& row : coded) QVERIFY(std::ranges::all_of(row, [](int times) { return times == 1; }));
    QVERIFY(!stage_pattern("z1") && !stage_pattern("E0") && !stage_pattern("A") && !stage_pattern("D9"));
  }

  void latents_can_be_looked_at_alone() {
    TabFixture f;
    LayersTab tab(f.controller);
    tab.show();
    QSignalSpy inspected(&f.controller, &MeasureController::inspected);
    tab.set_sources({f.file(QStringLiteral("a.png"))});
    QTRY_COMPARE(inspected.size(), 1);
    BarChart* const stages = tab.findChildren<BarChart*>()[1];
    QCOMPARE(stages->rows().size(), 5U);
    tab.findChild<QCheckBox*>()->setChecked(true);
    QCOMPARE(stages->rows().size(), 2U);
    QCOMPARE(tab.findChild<StageGuide*>()->findChildren<QLabel*>().size(), 10);
  }

  void a_measurement_can_be_stopped_and_goes_on() {
    TabFixture f;
    f.engine.file_delay = std::chrono::seconds(20);
    LayersTab tab(f.controller);
    tab.show();
    QSignalSpy inspected(&f.controller, &MeasureController::inspected);
    tab.set_sources({f.file(QStringLiteral("a.png"))});
    auto* const stop = tab.findChild<QPushButton*>();
    QTRY_VERIFY(stop->isVisible());
    stop->click();
    QVERIFY(!f.controller.busy());
    QVERIFY(stop->isVisible());  // Continue
    f.engine.file_delay = {};
    stop->click();
    QTRY_COMPARE(inspected.size(), 1);
    QVERIFY(!stop->isVisible());
  }

  void charts_show_the_ledger() {
    TabFixture f;
    LayersTab tab(f.controller);
    tab.resize(600, 800);
    tab.show();
    QSignalSpy inspected(&f.controller, &MeasureController::inspected);
    tab.set_sources({f.file(QStringLiteral("a.png"))});
    QTRY_COMPARE(inspected.size(), 1);
    const auto report = inspected[0][1].value<std::shared_ptr<const InspectReport>>();
    const QList<BarChart*> charts = tab.findChildren<BarChart*>();
    QCOMPARE(charts.size(), 3);
    const Ledger& l = report->ledger;
    const int stages = static_cast<int>(l.stages.size());
    for (int i = 0; i < stages; ++i) {
      QCOMPARE(at(*charts[0], 0, i), l.stages[i].net_bits());  // negative ELBO
      QCOMPARE(at(*charts[0], 5, i), l.stages[i].net_bits());  // actual size
      QCOMPARE(at(*charts[1], i, 0), l.stages[i].likelihood_bits);
      QCOMPARE(at(*charts[1], i, 1), l.stages[i].prior_bits);
      QCOMPARE(at(*charts[1], i, 2), -l.stages[i].posterior_bits);
    }
    QCOMPARE(at(*charts[0], 1, stages), l.initial_bits_paid);
    QCOMPARE(at(*charts[0], 2, stages), l.coder_bits);
    QCOMPARE(at(*charts[0], 3, stages), l.flush_bits);
    QCOMPARE(at(*charts[0], 4, stages), l.header_bits);
    QCOMPARE(at(*charts[0], 5, stages), l.actual_bits() - l.elbo_bits());
    QCOMPARE(at(*charts[2], 0, 0), l.initial_bits_required);
    QCOMPARE(at(*charts[2], 1, 1), report->bb_ans.initial_bits_required);
    QCOMPARE(at(*charts[2], 2, 0), l.initial_bits_paid);
    QCOMPARE(at(*charts[2], 3, 1), report->bb_ans.initial_bits_paid);
  }

  void pointing_at_a_tile_shows_its_ledger() {
    TabFixture f;
    LayersTab tab(f.controller);
    tab.resize(600, 800);
    tab.show();
    const NamedSource source = f.file(QStringLiteral("a.png"));
    f.controller.set_suspended(true);  // nothing comes from the engine
    tab.set_sources({source});
    Q_EMIT f.controller.inspected(source.source, report_of_two_parts(), nullptr);
    auto* const map = tab.findChild<PartsMap*>();
    QVERIFY(map->isVisible());
    const auto prior = [&] {
      return tab.model().index(0, LayersModel::Prior).data(LayersModel::kNumberRole).toDouble();
    };
    QCOMPARE(prior(), 60.0);
    QTest::mouseMove(map, map->area(1).center().toPoint());
    QTRY_COMPARE(map->part(), 1);
    QCOMPARE(prior(), 45.0);
    QCOMPARE(at(*tab.findChildren<BarChart*>()[1], 0, 1), 45.0);
    QTest::keyClick(map, Qt::Key_Left);
    QCOMPARE(prior(), 15.0);
    QTest::keyClick(map, Qt::Key_Left);
    QCOMPARE(map->part(), -1);
    QCOMPARE(prior(), 60.0);
  }

  void empty_waiting_and_failed() {
    TabFixture f;
    LayersTab tab(f.controller);
    tab.show();
    const auto text = [&] {
      for (const QLabel* label : tab.findChildren<QLabel*>()) {
        if (label->isVisible()) return label->text();
      }
      return QString();
    };
    QVERIFY(text().contains(QStringLiteral("Select a picture")));
    f.controller.set_suspended(true);
    tab.set_sources({f.file(QStringLiteral("notes.txt"))});
    QVERIFY(text().contains(QStringLiteral("Waits")));
    f.controller.set_suspended(false);
    QTRY_VERIFY(text().contains(QStringLiteral("no picture")));
    tab.set_sources({f.file(QStringLiteral("a.png"))});
    QTRY_COMPARE(tab.model().rowCount(), 5 + 7);
    tab.set_sources({});
    QVERIFY(text().contains(QStringLiteral("Select a picture")));
  }
};

QTEST_MAIN(LayersTabTest)
#include "layers_tab_test.moc"
