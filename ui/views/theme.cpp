// SPDX-License-Identifier: GPL-3.0-or-later
// The palettes, and an icon engine that colours a drawing when it is painted.
#include "ui/views/theme.h"

#include <QApplication>
#include <QFile>
#include <QStyle>
#include <QStyleFactory>

#include "ui/views/line_icon_engine.h"

// The icons are in a static library: somebody has to ask for them. Must stand outside of namespaces.
static void load_icons() { Q_INIT_RESOURCE(icons); }

namespace bitswap::ui {
namespace {

using Qt::StringLiterals::operator""_L1;

QPalette make_palette(const QColor& window, const QColor& base, const QColor& alternate, const QColor& button,
                      const QColor& text, const QColor& faint, const QColor& highlight, const QColor& link) {
  QPalette palette(text, button, button.lighter(115), button.darker(165), button.darker(130), text, text, base, window);
  palette.setColor(QPalette::AlternateBase, alternate);
  palette.setColor(QPalette::Midlight, button.lighter(106));
  palette.setColor(QPalette::Shadow, QColor(0, 0, 0, 160));
  palette.setColor(QPalette::ButtonText, text);
  palette.setColor(QPalette::Highlight, highlight);
  palette.setColor(QPalette::HighlightedText, Qt::white);
  palette.setColor(QPalette::Link, link);
  palette.setColor(QPalette::LinkVisited, link);
  palette.setColor(QPalette::ToolTipBase, base);
  palette.setColor(QPalette::ToolTipText, text);
  palette.setColor(QPalette::PlaceholderText, faint);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText}) {
    palette.setColor(QPalette::Disabled, role, faint);
  }
  palette.setColor(QPalette::Disabled, QPalette::Highlight, alternate.darker(115));
  return palette;
}

QPalette light_palette() {
  return make_palette(QColor(0xf3f4f6), Qt::white, QColor(0xf6f7f9), QColor(0xeceef1), QColor(0x1b1e23),
                      QColor(0x6d747e), QColor(0x2563c4), QColor(0x1d5bbf));
}

QPalette dark_palette() {
  return make_palette(QColor(0x22252b), QColor(0x1a1c21), QColor(0x1f2227), QColor(0x30343c), QColor(0xe7e9ec),
                      QColor(0x8f96a1), QColor(0x2c66c0), QColor(0x82b4ff));
}

}  // namespace

void apply_theme(QApplication& application, Settings::Theme theme) {
  static const QString native_style = application.style()->name();
  application.setStyle(theme == Settings::Theme::System ? native_style : QString("fusion"_L1));
  application.setPalette(QPalette());  // what the desktop gives
  switch (theme) {
    case Settings::Theme::Light: application.setPalette(light_palette()); break;
    case Settings::Theme::Dark: application.setPalette(dark_palette()); break;
    case Settings::Theme::System:
      // Where no desktop has a say, Qt's own grey is what is left: ours is friendlier.
      if (application.style()->name() == "fusion"_L1 &&
          application.palette().color(QPalette::Window) ==
              application.style()->standardPalette().color(QPalette::Window)) {
        application.setPalette(light_palette());
      }
      break;
  }
}

bool is_dark(const QPalette& palette) {
  return palette.color(QPalette::WindowText).lightness() > palette.color(QPalette::Window).lightness();
}

ChartColours chart_colours(const QPalette& palette) {
  ChartColours colours;
  colours.background = palette.color(QPalette::Base);
  colours.text = palette.color(QPalette::Text);
  // After Okabe and Ito's colours, darkened or lightened until each stands out from the background.
  if (is_dark(palette)) {
    colours.muted = QColor(0xa3a9b3);
    colours.grid = QColor(0x3a3e46);
    colours.accent = QColor(0x4f9cf5);
    colours.accent_muted = QColor(0x7f9cc4);
    colours.other = QColor(0x747b87);
    colours.good = QColor(0x4cc38a);
    colours.warning = QColor(0xf0b24a);
    colours.bad = QColor(0xff7b72);
    colours.series = {QColor(0x4f9cf5), QColor(0xf08c4a), QColor(0x3fc1a0), QColor(0xd98bc0),
                      QColor(0xe8c04f), QColor(0x6fd3f0), QColor(0xa08cf0), QColor(0xa3a9b3),
                      QColor(0xa9cffb), QColor(0xf8c49f), QColor(0x9be3d0), QColor(0xf0c6e2),
                      QColor(0xf5e0a0), QColor(0xc2eefb), QColor(0xd1c6fa), QColor(0xd3d7dd)};
  } else {
    colours.muted = QColor(0x5f6670);
    colours.grid = QColor(0xdfe2e7);
    colours.accent = QColor(0x1f6fd0);
    colours.accent_muted = QColor(0x6f8fb8);
    colours.other = QColor(0x868d98);
    colours.good = QColor(0x1a7f4e);
    colours.warning = QColor(0x9a6200);
    colours.bad = QColor(0xc4302b);
    colours.series = {QColor(0x1f6fd0), QColor(0xc9560c), QColor(0x0a8a68), QColor(0xb25593),
                      QColor(0xa07a00), QColor(0x2788b0), QColor(0x6a55c9), QColor(0x6d747e),
                      QColor(0x124a8c), QColor(0x7f3406), QColor(0x065a44), QColor(0x7a3a65),
                      QColor(0x6b5100), QColor(0x185c78), QColor(0x453596), QColor(0x474c54)};
  }
  return colours;
}

QIcon line_icon(const QString& name) {
  load_icons();
  QFile file(":/icons/%1.svg"_L1.arg(name));
  if (!file.open(QIODevice::ReadOnly)) return {};
  return QIcon(new LineIconEngine(name, file.readAll()));
}

QIcon program_icon() {
  load_icons();
  return QIcon(":/icons/bitswap-archiver.svg"_L1);
}

}  // namespace bitswap::ui
