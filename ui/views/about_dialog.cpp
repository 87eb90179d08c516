// SPDX-License-Identifier: GPL-3.0-or-later
// Versions come from the libraries that are loaded, not from the headers.
#include "ui/views/about_dialog.h"

#include <jxl/decode.h>
#include <png.h>
#include <webp/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QVBoxLayout>

#include "engine/model/released/models.h"
#include "ui/views/theme.h"

namespace bitswap::ui {
namespace {

QString dotted(std::uint32_t major, std::uint32_t minor, std::uint32_t patch) {
  return QStringLiteral("%1.%2.%3").arg(major).arg(minor).arg(patch);
}

QString library_lines() {
  const std::uint32_t jxl = JxlDecoderVersion();
  const auto webp = static_cast<std::uint32_t>(WebPGetEncoderVersion());
  QStringList lines;
  lines << QStringLiteral("Qt %1").arg(QString::fromLatin1(qVersion()));
  lines << QStringLiteral("libjxl %1").arg(dotted(jxl / 1000000, jxl / 1000 % 1000, jxl % 1000));
  lines << QStringLiteral("libwebp %1").arg(dotted(webp >> 16, webp >> 8 & 255, webp & 255));
  lines << QStringLiteral("libpng %1").arg(QString::fromLatin1(png_get_libpng_ver(nullptr)));
  lines << QStringLiteral("zlib %1").arg(QString::fromLatin1(zlibVersion()));
  lines << QStringLiteral("zstd %1").arg(QString::fromLatin1(ZSTD_versionString()));
  return lines.join(QLatin1Char('\n'));
}

QString model_lines() {
  QStringList lines;
  for (const ReleasedModel& released : released_models()) {
    const std::string name(released.name);
    const auto model = load_model(name);
    if (!model.ok()) continue;
    lines << QStringLiteral("%1  %2").arg(QString::fromStdString(name), QString::fromStdString(hex((*model)->hash)));
  }
  return lines.join(QLatin1Char('\n'));
}

}  // namespace

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent) {
  setWindowTitle(tr("About Bit-Swap Archiver"));
  auto* icon = new QLabel(this);
  icon->setPixmap(program_icon().pixmap(72, 72));
  icon->setAlignment(Qt::AlignTop);
  auto* title = new QLabel(tr("Bit-Swap Archiver %1").arg(QStringLiteral(BITSWAP_VERSION)), this);
  QFont large = title->font();
  large.setPointSizeF(large.pointSizeF() * 1.4);
  large.setBold(true);
  title->setFont(large);
  auto* text =
      new QLabel(tr("Lossless image archives with hierarchical latent variables.\n\nFree software under the GNU "
                    "General Public License, version 3 or later (GPL-3.0-or-later). It comes without any "
                    "warranty."),
                 this);
  text->setWordWrap(true);
  auto* details = new QPlainTextEdit(tr("Libraries") + QLatin1Char('\n') + library_lines() + QStringLiteral("\n\n") +
                                         tr("Models") + QLatin1Char('\n') + model_lines(),
                                     this);
  details->setReadOnly(true);
  details->setTabChangesFocus(true);
  details->setAccessibleName(tr("Versions of libraries and models"));
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  connect(buttons, &QDialogButtonBox::rejected, this, &AboutDialog::reject);
  auto* column = new QVBoxLayout;
  column->addWidget(title);
  column->addWidget(text);
  column->addWidget(details, 1);
  auto* row = new QHBoxLayout;
  row->setSpacing(16);
  row->addWidget(icon);
  row->addLayout(column, 1);
  auto* layout = new QVBoxLayout(this);
  layout->addLayout(row);
  layout->addWidget(buttons);
  resize(560, 420);
}

}  // namespace bitswap::ui
