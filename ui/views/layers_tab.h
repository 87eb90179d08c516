// SPDX-License-Identifier: GPL-3.0-or-later
// The tab that shows where the bits go: stages and latent layers, the negative ELBO against the actual size, initial
// bits.
#pragma once

#include <QWidget>

#include "ui/controllers/measure_controller.h"

class QCheckBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace bitswap::ui {

class BarChart;
class ExportButton;
class LayersModel;
class PartsMap;
class StageGuide;

class LayersTab : public QWidget {
  Q_OBJECT
 public:
  explicit LayersTab(MeasureController& controller, QWidget* parent = nullptr);

  /// Shows the first of them; empty: says what to do. Nothing is measured while the tab is hidden.
  void set_sources(const NamedSources& sources);

  [[nodiscard]] const LayersModel& model() const { return *model_; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* make_page();
  void begin();
  void show_message(const QString& message);
  /// The line below: how far the measurement is, and the button that stops it or lets it go on.
  void show_progress();
  void show_report();
  /// A part of the picture, or all of it (-1).
  void show_part(int part);
  void show_sizes(const Ledger& ledger);
  void show_stages(const Ledger& ledger);
  void show_initial_bits();

  MeasureController& controller_;
  NamedSources sources_;
  bool begun_ = false;
  bool stopped_ = false;
  double share_ = -1;  ///< done of the measurement; negative while it is unknown
  std::shared_ptr<const InspectReport> report_;
  LayersModel* model_;
  QStackedWidget* pages_;
  QLabel* hint_;
  QLabel* title_;
  QLabel* note_;
  QLabel* headline_;
  BarChart* sizes_;
  BarChart* stages_;
  StageGuide* guide_;
  QCheckBox* latents_alone_;
  QLabel* state_;
  QProgressBar* progress_;
  QPushButton* stop_;
  BarChart* initial_;
  QWidget* map_box_;
  PartsMap* map_;
  QLabel* map_text_;
  QTableView* table_;
  ExportButton* export_;
};

}  // namespace bitswap::ui
