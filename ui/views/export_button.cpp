// SPDX-License-Identifier: GPL-3.0-or-later
// Files are written whole or not at all.
#include "ui/views/export_button.h"

#include <QBuffer>
#include <QFileDialog>
#include <QImage>
#include <QMenu>
#include <QMessageBox>
#include <QPainter>
#include <QSaveFile>
#include <QStandardPaths>
#include <QSvgGenerator>
#include <cmath>

#include "ui/views/bar_chart.h"

namespace bitswap::ui {
namespace {

constexpr int kLeastWidth = 640;

QSize size_of(const QList<BarChart*>& charts) {
  QSize size(kLeastWidth, 0);
  for (const BarChart* chart : charts) {
    size.setWidth(std::max(size.width(), chart->width()));
    size.rheight() += chart->sizeHint().height();
  }
  return size.expandedTo({1, 1});
}

void paint(QPainter& painter, const QList<BarChart*>& charts, int width) {
  for (BarChart* chart : charts) {
    const int height = chart->sizeHint().height();
    painter.save();
    chart->paint(painter, {width, height});
    painter.restore();
    painter.translate(0, height);
  }
}

}  // namespace

QByteArray draw_png(const QList<BarChart*>& charts, double scale) {
  const QSize size = size_of(charts);
  QImage image((QSizeF(size) * scale).toSize(), QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
  painter.scale(scale, scale);
  paint(painter, charts, size.width());
  painter.end();
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

QByteArray draw_svg(const QList<BarChart*>& charts, const QString& title) {
  const QSize size = size_of(charts);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QSvgGenerator svg;
  svg.setOutputDevice(&buffer);
  svg.setSize(size);
  svg.setResolution(96);  // that of CSS: a pixel of the window is a pixel of a browser
  svg.setViewBox(QRect({}, size));
  svg.setTitle(title);
  QPainter painter(&svg);
  paint(painter, charts, size.width());
  painter.end();
  return bytes;
}

ExportButton::ExportButton(Charts charts, Csv csv, QWidget* parent) : QToolButton(parent) {
  setText(tr("E&xport"));
  setToolTip(tr("Save charts and numbers"));
  setPopupMode(QToolButton::InstantPopup);
  auto* const menu = new QMenu(this);
  menu->addAction(tr("Charts as &PNG…"), this, [this, charts] {
    save(QStringLiteral("png"), tr("PNG pictures (*.png)"), [charts] { return draw_png(charts()); });
  });
  menu->addAction(tr("Charts as &SVG…"), this, [this, charts] {
    save(QStringLiteral("svg"), tr("SVG drawings (*.svg)"), [this, charts] { return draw_svg(charts(), base_name_); });
  });
  menu->addAction(tr("&Numbers as CSV…"), this,
                  [this, csv] { save(QStringLiteral("csv"), tr("Tables (*.csv)"), csv); });
  setMenu(menu);
}

void ExportButton::save(const QString& suffix, const QString& filter, const std::function<QByteArray()>& make) {
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
  QFileDialog dialog(window(), tr("Export"), folder, filter);
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setDefaultSuffix(suffix);
  dialog.selectFile(base_name_ + u'.' + suffix);
  if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty()) return;
  QSaveFile file(dialog.selectedFiles().first());
  const QByteArray bytes = make();
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
    QMessageBox::warning(window(), tr("Export"),
                         tr("The file could not be written: %1. Choose another place.").arg(file.errorString()));
  }
}

}  // namespace bitswap::ui
