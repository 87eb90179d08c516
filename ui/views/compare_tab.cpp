// SPDX-License-Identifier: GPL-3.0-or-later
// Two pages under one bar: the codecs, and the heat map of the first selected picture.
#include "ui/views/compare_tab.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <algorithm>

#include "ui/controllers/settings.h"
#include "ui/items/compare_model.h"
#include "ui/items/format_text.h"
#include "ui/views/bar_chart.h"
#include "ui/views/export_button.h"
#include "ui/views/note_label.h"
#include "ui/views/split_view.h"
#include "ui/views/table_look.h"
#include "ui/views/theme.h"

namespace bitswap::ui {
namespace {

constexpr std::size_t kLargePictures = 20;
constexpr std::uint64_t kLargePixels = 100'000'000;
constexpr int kEmptyPage = 0;
constexpr int kCodecsPage = 1;
constexpr int kHeatPage = 2;

const CodecSum* find_sum(const CompareModel& model, std::string_view codec) {
  const auto found =
      std::find_if(model.sums().begin(), model.sums().end(), [&](const CodecSum& sum) { return sum.codec == codec; });
  return found == model.sums().end() ? nullptr : &*found;
}

/// The smallest of the usual codecs that took as many pictures as Bit-Swap.
const CodecSum* best_other(const CompareModel& model, const CodecSum& ours) {
  const CodecSum* best = nullptr;
  for (const CodecSum& sum : model.sums()) {
    if (sum.codec == "bit-swap" || sum.codec == "bb-ans" || sum.images != ours.images) continue;
    if (best == nullptr || sum.bytes < best->bytes) best = &sum;
  }
  return best;
}

}  // namespace

CompareTab::CompareTab(MeasureController& controller, Settings& settings, QWidget* parent)
    : QWidget(parent),
      controller_(controller),
      settings_(settings),
      codecs_(settings.codecs()),
      model_(new CompareModel(this)) {
  auto* const layout = new QVBoxLayout(this);
  bar_ = new QWidget(this);
  auto* const bar = new QHBoxLayout(bar_);
  bar->setContentsMargins(0, 0, 0, 0);
  auto* const group = new QButtonGroup(this);
  for (const auto& [text, page] : {std::pair{tr("&Codecs"), kCodecsPage}, std::pair{tr("Heat &map"), kHeatPage}}) {
    auto* const button = new QToolButton(bar_);
    button->setText(text);
    button->setCheckable(true);
    button->setAutoRaise(true);  // only the chosen one has a frame
    button->setFocusPolicy(Qt::StrongFocus);
    group->addButton(button, page);
    bar->addWidget(button);
  }
  group->button(kCodecsPage)->setChecked(true);
  connect(group, &QButtonGroup::idClicked, this, &CompareTab::show_page);
  bar->addStretch(1);
  export_ = new ExportButton([this] { return QList<BarChart*>{chart_}; }, [this] { return model_->csv(); }, bar_);
  bar->addWidget(export_);
  note_ = make_note(this);
  empty_ = make_hint(this, tr("Select pictures in the list to see how small each codec makes them."));
  split_ = new SplitView(this);
  pages_ = new QStackedWidget(this);
  pages_->addWidget(empty_);
  pages_->addWidget(make_codecs_page());
  pages_->addWidget(split_);
  layout->addWidget(bar_);
  layout->addWidget(note_);
  layout->addWidget(pages_, 1);

  connect(&controller_, &MeasureController::compared, this, &CompareTab::take_compared);
  connect(&controller_, &MeasureController::failed, this, &CompareTab::take_failure);
  connect(&controller_, &MeasureController::progress, this, [this](int done, int total) {
    done_ = done;
    total_ = total;
    show_state();
  });
  connect(&controller_, &MeasureController::suspended_changed, this, &CompareTab::show_state);
  connect(&controller_, &MeasureController::inspected, this,
          [this](const PictureSource& source, const auto& report, const auto& picture) {
            if (sources_.empty() || !(sources_.front().source == source)) return;
            as_pixels_ = report->stored_as_pixels;
            show_note();
            // The other page costs nothing until somebody looks at it.
            // An estimate has no heat map.
            if (pages_->currentIndex() != kHeatPage || report->estimate) return;
            heat_pending_ = false;
            split_->set_report(report, picture);
          });
  connect(&controller_, &MeasureController::inspecting, this, [this](const PictureSource& source, double share) {
    if (!heat_pending_ || sources_.empty() || !(sources_.front().source == source)) return;
    split_->clear(tr("Computing the heat map: %1", "percentage").arg(format_percent(share, 0)));
  });
  connect(&controller_, &MeasureController::model_changed, this, &CompareTab::begin_anew);
  connect(&settings_, &Settings::changed, this, [this] {
    if (settings_.codecs() == codecs_) return;
    codecs_ = settings_.codecs();
    begin_anew();
  });
  connect(model_, &QAbstractItemModel::dataChanged, this, &CompareTab::show_results);
  connect(model_, &QAbstractItemModel::modelReset, this, &CompareTab::show_results);
  set_sources({});
  show_results();
}

QWidget* CompareTab::make_codecs_page() {
  auto* const page = new QWidget(this);
  auto* const layout = new QVBoxLayout(page);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* const area = new QScrollArea(page);
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setAccessibleName(tr("Size by codec"));
  auto* const inner = new QWidget(area);
  auto* const column = new QVBoxLayout(inner);
  column->setContentsMargins(0, 0, 0, 0);
  headline_ = new QLabel(inner);
  headline_->setWordWrap(true);
  headline_->setTextFormat(Qt::PlainText);
  headline_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  chart_ = new BarChart(tr("Size by codec"), inner);
  table_ = new QTableView(inner);
  auto* const sorted = new QSortFilterProxyModel(this);
  sorted->setSourceModel(model_);
  sorted->setSortRole(CompareModel::kSortRole);
  table_->setModel(sorted);
  table_->setSortingEnabled(true);
  table_->sortByColumn(-1, Qt::AscendingOrder);
  table_->setAccessibleName(tr("Codecs"));
  set_up_table(*table_);
  keep_columns_fitting(*table_, {CompareModel::DecodeTime, CompareModel::EncodeTime, CompareModel::Ratio,
                                 CompareModel::DecodeSpeed, CompareModel::EncodeSpeed, CompareModel::BitsPerSubpixel});
  column->addWidget(headline_);
  column->addWidget(chart_);
  column->addWidget(table_);
  column->addStretch(1);
  area->setWidget(inner);

  problems_ = make_note(page);
  state_ = new QLabel(page);
  state_->setTextFormat(Qt::PlainText);
  state_->setWordWrap(true);
  progress_ = new QProgressBar(page);
  progress_->setAccessibleName(tr("Measurements"));
  progress_->setTextVisible(false);
  progress_->setMaximumHeight(10);
  start_ = new QPushButton(page);
  start_->setAutoDefault(false);
  connect(start_, &QPushButton::clicked, this, &CompareTab::start_or_stop);
  auto* const line = new QHBoxLayout;
  line->addWidget(state_, 1);
  line->addWidget(progress_, 1);
  line->addWidget(start_);
  question_ = new QWidget(page);
  auto* const question = new QVBoxLayout(question_);
  question_text_ = make_hint(question_, {});
  measure_ = new QPushButton(line_icon(QStringLiteral("compare")), tr("Measu&re"), question_);
  connect(measure_, &QPushButton::clicked, this, &CompareTab::start_or_stop);
  question->addStretch(1);
  question->addWidget(question_text_);
  question->addWidget(measure_, 0, Qt::AlignHCenter);
  question->addStretch(1);
  area_ = area;
  layout->addWidget(area, 1);
  layout->addWidget(question_, 1);
  layout->addWidget(problems_);
  layout->addLayout(line);
  return page;
}

void CompareTab::set_sources(const NamedSources& sources, std::uint64_t pixels) {
  if (sources != sources_ || sources.empty()) {
    sources_ = sources;
    selected_.clear();
    for (const NamedSource& source : sources_) selected_.insert({source.source.file, source.source.entry});
    model_->clear();
    large_ = sources_.size() > kLargePictures || pixels > kLargePixels;
    wanted_ = !large_;
    stopped_ = false;
    as_pixels_.reset();
    done_ = total_ = 0;
    split_->clear({});
  }
  failures_.clear();
  begun_ = false;
  bar_->setVisible(!sources_.empty());
  if (sources_.empty()) {
    pages_->setCurrentIndex(kEmptyPage);
  } else if (pages_->currentIndex() == kEmptyPage) {
    const auto* const group = findChild<QButtonGroup*>();
    pages_->setCurrentIndex(group->checkedId());
  }
  if (!sources_.empty()) {
    export_->set_base_name(sources_.size() == 1 ? sources_.front().name.section(u'/', -1) : tr("comparison"));
  }
  show_note();
  show_state();
  if (isVisible()) begin();
}

void CompareTab::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (!begun_) begin();
}

void CompareTab::begin() {
  begun_ = true;
  if (pages_->currentIndex() == kHeatPage) {
    begin_heat_map();
  } else {
    begin_compare();
  }
}

/// What is measured already comes from the controller's memory.
void CompareTab::begin_anew() {
  model_->clear();
  split_->clear({});
  begun_ = false;
  if (isVisible()) begin();
}

void CompareTab::begin_compare() {
  controller_.compare(wanted_ ? sources_ : NamedSources{});
  show_state();
}

void CompareTab::begin_heat_map() {
  if (sources_.empty()) return;
  split_->clear(controller_.suspended() ? tr("Waits until the running job is done.") : tr("Computing the heat map…"));
  heat_pending_ = true;
  controller_.inspect(sources_.front());
}

void CompareTab::show_page(int page) {
  pages_->setCurrentIndex(page);
  export_->setVisible(page == kCodecsPage);
  begin();
}

void CompareTab::start_or_stop() {
  wanted_ = !wanted_;
  stopped_ = !wanted_;
  failures_.clear();
  begin_compare();
}

bool CompareTab::selected(const PictureSource& source) const { return selected_.contains({source.file, source.entry}); }

QString CompareTab::name_of(const PictureSource& source) const {
  const auto found =
      std::find_if(sources_.begin(), sources_.end(), [&](const NamedSource& named) { return named.source == source; });
  return found == sources_.end() ? QString() : found->name;
}

void CompareTab::take_compared(const PictureSource& source, const CompareImage& image, bool complete) {
  if (selected(source)) model_->set_image(source, image, complete);
}

void CompareTab::take_failure(const PictureSource& source, const QString& message, MeasureController::Task task) {
  if (!selected(source)) return;
  if (task == MeasureController::Task::Inspect && source == sources_.front().source) {
    heat_pending_ = false;
    split_->clear(message);
  }
  if (task != MeasureController::Task::Compare) return;
  failures_.emplace_back(source, message);
  show_state();
}

void CompareTab::show_results() {
  const std::vector<BarChart::Part> parts = {
      {tr("Other codecs"), [](const ChartColours& colours) { return colours.other; }},
      {codec_title("bb-ans"), [](const ChartColours& colours) { return colours.accent_muted; }},
      {codec_title("bit-swap"), [](const ChartColours& colours) { return colours.accent; }}};
  std::vector<BarChart::Row> rows;
  for (const CodecSum& sum : model_->sums()) {
    const std::size_t part = sum.codec == "bit-swap" ? 2 : sum.codec == "bb-ans" ? 1 : 0;
    BarChart::Row row{codec_title(sum.codec), {0, 0, 0}, {}};
    row.values[part] = static_cast<double>(sum.bytes);
    row.text =
        (sum.estimate ? tr("≈ %1 · %2", "estimate") : tr("%1 · %2"))
            .arg(format_bytes(sum.bytes),
                 format_percent(
                     sum.raw_bytes == 0 ? 0 : static_cast<double>(sum.bytes) / static_cast<double>(sum.raw_bytes)));
    rows.push_back(std::move(row));
  }
  const bool any = !rows.empty();
  chart_->set_rows(
      parts, std::move(rows), [](double bytes) { return format_exact_bytes(static_cast<std::uint64_t>(bytes)); },
      false);
  chart_->setVisible(any);
  table_->setVisible(any);
  export_->setEnabled(any);
  fit_height(*table_);

  QString text;
  const CodecSum* const ours = find_sum(*model_, "bit-swap");
  const CodecSum* const best = ours != nullptr ? best_other(*model_, *ours) : nullptr;
  if (best != nullptr && best->bytes > 0 && !model_->provisional()) {
    const double share = static_cast<double>(ours->bytes) / static_cast<double>(best->bytes);
    text = share <= 1 ? tr("Bit-Swap is %1 smaller than %2.") : tr("Bit-Swap is %1 larger than %2.");
    text = text.arg(format_percent(std::abs(1 - share)), codec_title(best->codec));
    if (model_->pictures() > 1) text += u' ' + tr("Sums of %1 pictures.").arg(model_->pictures());
  }
  headline_->setText(text);
  headline_->setVisible(!text.isEmpty());
}

void CompareTab::show_state() {
  const bool running = wanted_ && begun_ && done_ < total_;
  const bool asks = !wanted_ && !stopped_ && !sources_.empty();
  const bool failed = !running && !asks && !failures_.empty() && model_->pictures() == 0;
  question_->setVisible(asks || failed);
  measure_->setVisible(asks);
  area_->setVisible(!asks && !failed);
  if (asks) {
    question_text_->setText(tr("%n picture(s) selected. Measuring them under all codecs takes a while.", nullptr,
                               static_cast<int>(sources_.size())));
  }
  QString text;
  if (stopped_ && !sources_.empty()) {
    text = model_->estimated() ? tr("Stopped. What is marked ≈ is an estimate from a sample.") : tr("Stopped.");
  } else if (running && controller_.suspended()) {
    text = tr("Waits until the running job is done.");
  } else if (running) {
    text = tr("Measuring: %1 of %2").arg(done_).arg(total_);
    if (model_->estimated()) {
      text = tr("Estimate from a sample of the picture. Measuring all of it: %1 of %2").arg(done_).arg(total_);
    }
  }
  state_->setText(text);
  state_->setVisible(!text.isEmpty());
  progress_->setVisible(running);
  progress_->setRange(0, std::max(1, total_));
  progress_->setValue(done_);
  start_->setVisible(running || (stopped_ && !sources_.empty()));
  start_->setText(running ? tr("&Stop") : tr("Co&ntinue"));

  QStringList problems;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, failures_.size()); ++i) {
    problems << tr("%1: %2").arg(name_of(failures_[i].first), failures_[i].second);
  }
  if (failures_.size() > 3) problems << tr("… and %1 more").arg(failures_.size() - 3);
  problems_->setText(problems.join(u'\n'));
  problems_->setVisible(!problems.isEmpty() && !failed);
  if (failed) question_text_->setText(problems.join(u'\n'));
}

void CompareTab::show_note() {
  note_->setText(stored_note(sources_, as_pixels_));
  note_->setVisible(!note_->text().isEmpty());
}

}  // namespace bitswap::ui
