// SPDX-License-Identifier: GPL-3.0-or-later
// The tab that holds the codecs beside each other: chart, table, and where the bits of the photo are.
#pragma once

#include <QWidget>
#include <optional>
#include <set>

#include "ui/controllers/measure_controller.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace bitswap::ui {

class BarChart;
class CompareModel;
class ExportButton;
class SplitView;

class CompareTab : public QWidget {
  Q_OBJECT
 public:
  CompareTab(MeasureController& controller, Settings& settings, QWidget* parent = nullptr);

  /// The selection; the split view shows its first picture. `pixels` of all pictures together, as far as that is known:
  /// a large selection is measured only when the user asks for it. Nothing is measured while the tab is hidden.
  void set_sources(const NamedSources& sources, std::uint64_t pixels = 0);

  [[nodiscard]] const CompareModel& model() const { return *model_; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* make_codecs_page();
  void begin();
  void begin_anew();
  void begin_compare();
  void begin_heat_map();
  void start_or_stop();
  void show_page(int page);
  void show_results();
  void show_state();
  void show_note();
  void take_compared(const PictureSource& source, const CompareImage& image, bool complete);
  void take_failure(const PictureSource& source, const QString& message, MeasureController::Task task);
  [[nodiscard]] bool selected(const PictureSource& source) const;
  [[nodiscard]] QString name_of(const PictureSource& source) const;

  MeasureController& controller_;
  Settings& settings_;
  std::vector<std::string> codecs_;  ///< of the settings
  bool heat_pending_ = false;        ///< the page of the heat map waits for it
  NamedSources sources_;
  std::set<std::pair<std::filesystem::path, std::string>> selected_;
  bool large_ = false;             ///< starts on a button
  bool wanted_ = false;            ///< the user has not stopped it, and started it where that is needed
  bool stopped_ = false;           ///< with the button
  bool begun_ = false;             ///< this selection was handed to the controller
  std::optional<bool> as_pixels_;  ///< what an inspection said of the first picture
  int done_ = 0, total_ = 0;
  std::vector<std::pair<PictureSource, QString>> failures_;

  CompareModel* model_;
  QStackedWidget* pages_;
  QLabel* empty_;
  QLabel* note_;
  QLabel* headline_;
  QWidget* area_;      ///< the results
  QWidget* question_;  ///< instead of them: whether a large selection is to be measured
  QLabel* question_text_;
  QPushButton* measure_;
  BarChart* chart_;
  QTableView* table_;
  QLabel* state_;
  QLabel* problems_;
  QProgressBar* progress_;
  QPushButton* start_;
  SplitView* split_;
  QWidget* bar_;
  ExportButton* export_;
};

}  // namespace bitswap::ui
