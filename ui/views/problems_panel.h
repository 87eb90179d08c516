// SPDX-License-Identifier: GPL-3.0-or-later
// The list of what went wrong, instead of a dialog for each file. Hidden while there is nothing to say.
#pragma once

#include <QWidget>

#include "ui/items/job_summary.h"

class QAction;
class QLabel;
class QToolButton;
class QTreeWidget;

namespace bitswap::ui {

class ProblemsPanel : public QWidget {
  Q_OBJECT
 public:
  /// `repair` is offered beside the problems when it can help.
  explicit ProblemsPanel(QAction* repair = nullptr, QWidget* parent = nullptr);

  void set_problems(const std::vector<Problem>& problems);
  void set_repair_offered(bool offered);
  /// All of them (or the selected ones) as text, one a line.
  [[nodiscard]] QString text() const;

 Q_SIGNALS:
  void closed();

 private:
  QLabel* title_;
  QTreeWidget* list_;
  QToolButton* repair_ = nullptr;
};

}  // namespace bitswap::ui
