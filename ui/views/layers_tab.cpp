// SPDX-License-Identifier: GPL-3.0-or-later
// Three charts and a table over one ledger: of the whole picture, or of the tile that the mouse is on.
#include "ui/views/layers_tab.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableView>
#include <algorithm>
#include <cmath>

#include "ui/items/format_text.h"
#include "ui/items/layers_model.h"
#include "ui/views/bar_chart.h"
#include "ui/views/export_button.h"
#include "ui/views/note_label.h"
#include "ui/views/parts_map.h"
#include "ui/views/stage_guide.h"
#include "ui/views/table_look.h"
#include "ui/views/theme.h"

namespace bitswap::ui {
namespace {

QString bits_text(double bits) {
  const double size = std::abs(bits);
  if (size < 1e4) return LayersTab::tr("%1 bits").arg(format_number(bits, 0));
  if (size < 1e6) return LayersTab::tr("%1 kbit").arg(format_number(bits / 1e3, 1));
  return LayersTab::tr("%1 Mbit").arg(format_number(bits / 1e6, 2));
}

struct Overhead {
  QString name;
  double bits;
};

std::vector<Overhead> overheads(const Ledger& ledger) {
  return {{LayersTab::tr("Initial bits"), ledger.initial_bits_paid},
          {LayersTab::tr("Coder"), ledger.coder_bits},
          {LayersTab::tr("Flush"), ledger.flush_bits},
          {LayersTab::tr("Headers"), ledger.header_bits}};
}

double subpixels(const InspectReport& report) {
  return static_cast<double>(report.width) * report.height * report.channels;
}

/// Samples of a part: alpha is coded for itself.
double subpixels(const InspectReport& report, const InspectReport::Part& part) {
  const bool has_alpha = report.channels == 2 || report.channels == 4;
  const int channels = part.alpha ? 1 : report.channels - (has_alpha ? 1 : 0);
  return static_cast<double>(part.area.width) * part.area.height * channels;
}

}  // namespace

LayersTab::LayersTab(MeasureController& controller, QWidget* parent)
    : QWidget(parent), controller_(controller), model_(new LayersModel(this)) {
  auto* const layout = new QVBoxLayout(this);
  hint_ = make_hint(this, {});
  pages_ = new QStackedWidget(this);
  pages_->addWidget(hint_);
  pages_->addWidget(make_page());
  layout->addWidget(pages_, 1);
  state_ = new QLabel(this);
  state_->setTextFormat(Qt::PlainText);
  state_->setWordWrap(true);
  progress_ = new QProgressBar(this);
  progress_->setAccessibleName(tr("Measurement of the layers"));
  progress_->setTextVisible(false);
  progress_->setMaximumHeight(10);
  stop_ = new QPushButton(this);
  stop_->setAutoDefault(false);
  auto* const line = new QHBoxLayout;
  line->addWidget(state_, 1);
  line->addWidget(progress_, 1);
  line->addWidget(stop_);
  layout->addLayout(line);
  connect(stop_, &QPushButton::clicked, this, [this] {
    if (stopped_) return begin();
    stopped_ = true;
    controller_.stop_inspecting();
    if (!report_) show_message(tr("Stopped."));
    show_progress();
  });
  connect(&controller_, &MeasureController::inspecting, this, [this](const PictureSource& source, double share) {
    if (stopped_ || sources_.empty() || !(sources_.front().source == source)) return;
    share_ = share;
    show_progress();
  });
  connect(&controller_, &MeasureController::inspected, this, [this](const PictureSource& source, const auto& report) {
    if (sources_.empty() || !(sources_.front().source == source)) return;
    report_ = report;
    show_report();
    show_progress();
  });
  connect(&controller_, &MeasureController::failed, this,
          [this](const PictureSource& source, const QString& message, MeasureController::Task task) {
            if (task != MeasureController::Task::Inspect || sources_.empty()) return;
            if (!(sources_.front().source == source)) return;
            stopped_ = begun_ = false;
            show_message(message);
            show_progress();
          });
  connect(&controller_, &MeasureController::suspended_changed, this, [this] {
    if (begun_ && !report_ && !sources_.empty()) begin();
  });
  connect(&controller_, &MeasureController::model_changed, this, [this] { set_sources(sources_); });
  set_sources({});
}

QWidget* LayersTab::make_page() {
  auto* const page = new QWidget(this);
  auto* const layout = new QVBoxLayout(page);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* const bar = new QHBoxLayout;
  title_ = new ElidedLabel(page);
  export_ = new ExportButton(
      [this] {
        return QList<BarChart*>{sizes_, stages_, initial_};
      },
      [this] { return model_->csv(); }, page);
  bar->addWidget(title_, 1);
  bar->addWidget(export_);
  note_ = make_note(page);

  auto* const area = new QScrollArea(page);
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setAccessibleName(tr("Stages and latent layers"));
  auto* const inner = new QWidget(area);
  auto* const column = new QVBoxLayout(inner);
  column->setContentsMargins(0, 0, 0, 0);
  headline_ = make_note(inner);
  map_box_ = new QWidget(inner);
  auto* const map_line = new QHBoxLayout(map_box_);
  map_line->setContentsMargins(0, 0, 0, 0);
  map_ = new PartsMap(map_box_);
  map_->setFixedHeight(120);
  map_text_ = new QLabel(map_box_);
  map_text_->setWordWrap(true);
  map_line->addWidget(map_);
  map_line->addWidget(map_text_, 1);
  connect(map_, &PartsMap::part_changed, this, &LayersTab::show_part);
  sizes_ = new BarChart(tr("Negative ELBO and actual size"), inner);
  guide_ = new StageGuide(inner);
  latents_alone_ = new QCheckBox(tr("Latents alone"), inner);
  latents_alone_->setToolTip(tr("Leave out the stages of pixels, which are far larger"));
  connect(latents_alone_, &QCheckBox::toggled, this, [this] { show_part(map_->part()); });
  stages_ = new BarChart(tr("Stages and latent layers"), inner);
  initial_ = new BarChart(tr("Initial bits"), inner);
  table_ = new QTableView(inner);
  table_->setModel(model_);
  table_->setAccessibleName(tr("Bits of stages and overheads"));
  set_up_table(*table_);
  keep_columns_fitting(*table_, {LayersModel::Prior, LayersModel::Posterior, LayersModel::Likelihood,
                                 LayersModel::BbAns, LayersModel::PerSubpixel});
  for (QWidget* widget : std::initializer_list<QWidget*>{headline_, map_box_, sizes_, guide_, latents_alone_, stages_,
                                                         initial_, table_}) {
    column->addWidget(widget);
  }
  column->addStretch(1);
  area->setWidget(inner);
  layout->addLayout(bar);
  layout->addWidget(note_);
  layout->addWidget(area, 1);
  return page;
}

void LayersTab::set_sources(const NamedSources& sources) {
  sources_ = sources;
  begun_ = stopped_ = false;
  report_.reset();
  if (sources_.empty()) {
    show_message(tr("Select a picture in the list to see where its bits go."));
  } else if (isVisible()) {
    begin();
  }
  show_progress();
}

void LayersTab::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (!begun_ && !sources_.empty()) begin();
}

void LayersTab::begin() {
  begun_ = true;
  stopped_ = false;
  share_ = -1;
  if (!report_)
    show_message(controller_.suspended() ? tr("Waits until the running job is done.")
                                         : tr("Measuring %1…").arg(sources_.front().name.section(u'/', -1)));
  controller_.inspect(sources_.front());
  show_progress();
}

void LayersTab::show_progress() {
  const bool done = report_ && !report_->estimate;
  const bool running = begun_ && !stopped_ && !done && !sources_.empty() && !controller_.suspended();
  QString text;
  if (report_ && report_->estimate) {
    text = stopped_ ? tr("An estimate from a sample of the picture.")
                    : tr("An estimate from a sample of the picture. Measuring all of it…");
  }
  state_->setText(text);
  state_->setVisible(!text.isEmpty());
  progress_->setVisible(running);
  progress_->setRange(0, share_ < 0 ? 0 : 100);
  progress_->setValue(static_cast<int>(share_ * 100));
  stop_->setVisible(running || (stopped_ && !done));
  stop_->setText(stopped_ ? tr("Co&ntinue") : tr("&Stop"));
}

void LayersTab::show_message(const QString& message) {
  report_.reset();
  model_->clear();
  hint_->setText(message);
  pages_->setCurrentIndex(0);
}

void LayersTab::show_report() {
  const NamedSource& source = sources_.front();
  title_->setText(sources_.size() > 1 ? tr("%1 (the first of %2)").arg(source.name).arg(sources_.size()) : source.name);
  title_->setToolTip(source.name);
  export_->set_base_name(tr("%1 layers").arg(source.name.section(u'/', -1)));
  note_->setText(stored_note({source}, report_->stored_as_pixels));
  note_->setVisible(!note_->text().isEmpty());
  map_->set_report(report_);
  map_->setFixedWidth(
      std::clamp(static_cast<int>(map_->height() * report_->width / std::max(1U, report_->height)), 40, 240));
  map_box_->setVisible(report_->parts.size() > 1);
  guide_->set_stages(report_->ledger.stages);
  show_part(-1);
  pages_->setCurrentIndex(1);
}

void LayersTab::show_part(int part) {
  if (!report_) return;
  const bool whole = part < 0 || part >= static_cast<int>(report_->parts.size());
  const InspectReport::Part* const shown = whole ? nullptr : &report_->parts[static_cast<std::size_t>(part)];
  const Ledger& ledger = whole ? report_->ledger : shown->ledger;
  const double samples = whole ? subpixels(*report_) : subpixels(*report_, *shown);
  model_->set_ledger(ledger, whole ? std::optional(report_->bb_ans) : std::nullopt, samples);
  fit_height(*table_);
  const double actual = ledger.actual_bits();
  headline_->setText((report_->estimate ? QStringLiteral("≈ ") : QString()) +
                     tr("%1: %2 bits per subpixel. The negative ELBO is %3 of it, the overheads are %4.")
                         .arg(format_bytes(static_cast<std::uint64_t>(std::llround(actual / 8))),
                              format_number(samples > 0 ? actual / samples : 0, 3),
                              format_percent(actual > 0 ? ledger.elbo_bits() / actual : 0, 2),
                              format_percent(actual > 0 ? (actual - ledger.elbo_bits()) / actual : 0, 2)));
  headline_->show();
  if (whole) {
    map_text_->setText(
        tr("%1 tiles, each coded for itself. Point at one, or choose one with the arrow keys, to see only its bits.")
            .arg(report_->parts.size()));
  } else {
    const QString kind = shown->alpha ? tr("Transparency %1 of %2") : tr("Tile %1 of %2");
    map_text_->setText(tr("%1: %2 at %3, %4")
                           .arg(kind.arg(part + 1).arg(report_->parts.size()),
                                format_dimensions(shown->area.width, shown->area.height))
                           .arg(shown->area.x)
                           .arg(shown->area.y));
  }
  show_sizes(ledger);
  show_stages(ledger);
  show_initial_bits();
}

void LayersTab::show_sizes(const Ledger& ledger) {
  std::vector<BarChart::Part> parts;
  BarChart::Row elbo{tr("Negative ELBO"), {}, bits_text(ledger.elbo_bits())};
  BarChart::Row actual{tr("Actual size"), {}, bits_text(ledger.actual_bits())};
  for (std::size_t i = 0; i < ledger.stages.size(); ++i) {
    const auto colour = [i](const ChartColours& colours) { return stage_colour(colours, i); };
    parts.push_back({QString::fromStdString(ledger.stages[i].name), colour});
    elbo.values.push_back(ledger.stages[i].net_bits());
    actual.values.push_back(ledger.stages[i].net_bits());
  }
  // Thin as they are, the overheads get rows of their own with their numbers.
  std::vector<BarChart::Row> rows = {elbo};
  for (const Overhead& overhead : overheads(ledger)) {
    BarChart::Row row{tr("+ %1").arg(overhead.name), {}, bits_text(overhead.bits)};
    row.values.assign(ledger.stages.size(), 0);
    row.values.push_back(overhead.bits);
    rows.push_back(std::move(row));
  }
  parts.push_back({tr("Overheads"), [](const ChartColours& colours) { return colours.text; }});
  actual.values.push_back(ledger.actual_bits() - ledger.elbo_bits());
  rows.push_back(std::move(actual));
  sizes_->set_rows(std::move(parts), std::move(rows), bits_text, true);
}

void LayersTab::show_stages(const Ledger& ledger) {
  const auto series = [](qsizetype i) {
    return [i](const ChartColours& colours) { return colours.series[i % colours.series.size()]; };
  };
  std::vector<BarChart::Row> rows;
  for (const LedgerStage& stage : ledger.stages) {
    if (latents_alone_->isChecked() && !stage.latent) continue;
    rows.push_back({stage_title(stage),
                    {stage.likelihood_bits, stage.prior_bits, -stage.posterior_bits},
                    stage.latent ? tr("net %1").arg(bits_text(stage.net_bits())) : bits_text(stage.net_bits())});
  }
  stages_->set_rows(
      {{tr("Likelihood"), series(0)}, {tr("Prior, pushed"), series(1)}, {tr("Posterior, popped"), series(2)}},
      std::move(rows), bits_text, true);
}

void LayersTab::show_initial_bits() {
  std::vector<BarChart::Row> rows;
  const auto add = [&](const QString& name, double bits, bool ours) {
    rows.push_back({name, {ours ? bits : 0, ours ? 0 : bits}, bits_text(bits)});
  };
  add(tr("Bit-Swap requires"), report_->ledger.initial_bits_required, true);
  add(tr("BB-ANS requires"), report_->bb_ans.initial_bits_required, false);
  add(tr("Bit-Swap pays"), report_->ledger.initial_bits_paid, true);
  add(tr("BB-ANS pays"), report_->bb_ans.initial_bits_paid, false);
  initial_->set_rows({{codec_title("bit-swap"), [](const ChartColours& colours) { return colours.accent; }},
                      {codec_title("bb-ans"), [](const ChartColours& colours) { return colours.accent_muted; }}},
                     std::move(rows), bits_text, false);
}

}  // namespace bitswap::ui
