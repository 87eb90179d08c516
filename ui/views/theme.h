// SPDX-License-Identifier: GPL-3.0-or-later
// Light and dark looks of the program, the colours that charts take from them, and icons that follow the palette.
#pragma once

#include <QColor>
#include <QIcon>
#include <QList>
#include <QPalette>

#include "ui/controllers/settings.h"

class QApplication;
class QWidget;

namespace bitswap::ui {

/// Sets style and palette of the whole program; widgets get QEvent::PaletteChange and take their colours anew.
void apply_theme(QApplication& application, Settings::Theme theme);

/// Whether text is lighter than what it stands on.
bool is_dark(const QPalette& palette);

/// What charts and painted views need besides the palette. Contrast with `background` is at least 4.5 : 1 for text and
/// 3 : 1 for areas, in both themes.
struct ChartColours {
  QColor background;     ///< behind the plot, that of lists
  QColor text;           ///< titles, values
  QColor muted;          ///< axis labels, notes
  QColor grid;           ///< grid lines and axes
  QColor accent;         ///< Bit-Swap, or what is the point of a chart
  QColor accent_muted;   ///< BB-ANS: its older relative
  QColor other;          ///< every other codec
  QColor good;           ///< saved, done
  QColor warning;        ///< needs a look
  QColor bad;            ///< failed
  QList<QColor> series;  ///< sixteen, the first eight of which people who see colours differently can tell apart
};
ChartColours chart_colours(const QPalette& palette);

/// One of our line icons (":/icons/NAME.svg"), drawn in the colour of the palette's text whenever it is painted, so
/// that it follows a change of theme.
QIcon line_icon(const QString& name);

/// The program's own icon, in its own colours.
QIcon program_icon();

}  // namespace bitswap::ui
