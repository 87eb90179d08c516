// SPDX-License-Identifier: GPL-3.0-or-later
// The right side of the window: what there is to say about the selection, on three tabs.
#pragma once

#include <QTabWidget>

#include "ui/controllers/measure_controller.h"

namespace bitswap::ui {

class CompareTab;
class DetailsTab;
class FileTreeModel;
class FileView;
class LayersTab;
class Settings;

class FiguresPanel : public QTabWidget {
  Q_OBJECT
 public:
  enum Tab { Compare, Layers, Details };

  FiguresPanel(MeasureController& measure, Settings& settings, QWidget* parent = nullptr);

  /// What is selected in `view`, a view of `model`; Details tells of the whole list where nothing is. `archive`: its
  /// file, empty in the queue.
  void show_selection(const FileView& view, const FileTreeModel& model, const QString& archive);

 private:
  void show_details(const FileView& view, const FileTreeModel& model, const QString& archive);

  CompareTab* compare_;
  LayersTab* layers_;
  DetailsTab* details_;
};

}  // namespace bitswap::ui
