// The list of what went wrong, instead of a dialog for each file. Hidden while there is nothing to say.
#pragma once

#include <QWidget>

#include "ui/controllers/archive_controller.h"

class QLabel;
class QTreeWidget;

namespace bitswap::ui {

class ProblemsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit ProblemsPanel(QWidget* parent = nullptr);

  void set_problems(const std::vector<ArchiveController::Problem>& problems);
  /// All of them (or the selected ones) as text, one a line.
  [[nodiscard]] QString text() const;

 Q_SIGNALS:
  void closed();

 private:
  QLabel* title_;
  QTreeWidget* list_;
};

}  // namespace bitswap::ui
