// SPDX-License-Identifier: GPL-3.0-or-later
// What an empty window shows: where to drop files, and the other ways to begin.
#pragma once

#include <QWidget>

class QAction;
class QVBoxLayout;

namespace bitswap::ui {

class StartPage : public QWidget {
  Q_OBJECT
 public:
  StartPage(QAction* add_files, QAction* add_folder, QAction* open, QWidget* parent = nullptr);

  void set_recent(const QStringList& archives);
  /// Offers the sample photos.
  void set_samples(bool there);
  /// While something is dragged over the window.
  void set_drop_active(bool active);

 Q_SIGNALS:
  void recent_chosen(const QString& archive);
  void samples_chosen();

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QWidget* recent_box_;
  QVBoxLayout* recent_list_;
  QWidget* samples_;
  QWidget* drop_area_;
  bool drop_active_ = false;
};

}  // namespace bitswap::ui
