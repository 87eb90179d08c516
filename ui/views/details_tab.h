// SPDX-License-Identifier: GPL-3.0-or-later
// The tab of facts about one picture: file, storage, model, metadata; every value can be copied.
#pragma once

#include <QWidget>

#include "ui/controllers/measure_controller.h"

class QAction;
class QLabel;
class QStackedWidget;
class QTreeView;

namespace bitswap::ui {

class DetailsModel;

class DetailsTab : public QWidget {
  Q_OBJECT
 public:
  explicit DetailsTab(MeasureController& controller, QWidget* parent = nullptr);

  /// Shows the first of them; empty: says what to do. Nothing is read while the tab is hidden.
  void set_sources(const NamedSources& sources);

  /// Several files instead: their sums.
  void set_summary(const QString& name, const FilesSummary& summary);

  [[nodiscard]] const DetailsModel& model() const { return *model_; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void begin();
  void show_message(const QString& message);
  void show_tree();
  void copy_rows();
  void copy_value();

  MeasureController& controller_;
  NamedSources sources_;
  bool begun_ = false;
  DetailsModel* model_;
  QStackedWidget* pages_;
  QLabel* hint_;
  QTreeView* tree_;
};

}  // namespace bitswap::ui
