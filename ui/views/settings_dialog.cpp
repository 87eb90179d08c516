// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing takes effect before OK.
#include "ui/views/settings_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <algorithm>

#include "engine/jobs/compare.h"
#include "engine/model/released/models.h"
#include "ui/controllers/settings.h"
#include "ui/items/format_text.h"

namespace bitswap::ui {
namespace {

void choose(QComboBox* box, const QVariant& value) {
  int position = box->findData(value);
  if (position < 0 && !value.toString().isEmpty()) {
    box->addItem(value.toString(), value);  // somebody set it by hand: it stays
    position = box->count() - 1;
  }
  box->setCurrentIndex(std::max(position, 0));
}

QLabel* note(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setWordWrap(true);
  QFont small = label->font();
  small.setPointSizeF(small.pointSizeF() * 0.92);
  label->setFont(small);
  return label;
}

}  // namespace

SettingsDialog::SettingsDialog(Settings& settings, QWidget* parent) : QDialog(parent), settings_(settings) {
  setWindowTitle(tr("Settings"));
  auto* pages = new QTabWidget(this);
  pages->addTab(make_engine_page(), tr("&Compression"));
  pages->addTab(make_comparison_page(), tr("Co&mparison"));
  pages->addTab(make_looks_page(), tr("&Appearance"));
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
  connect(buttons, &QDialogButtonBox::accepted, this, &SettingsDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &SettingsDialog::reject);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(pages);
  layout->addWidget(buttons);
  resize(480, sizeHint().height());
}

QWidget* SettingsDialog::make_engine_page() {
  auto* page = new QWidget(this);
  auto* form = new QFormLayout(page);
  device_ = new QComboBox(page);
  device_->addItem(tr("Automatic"), QStringLiteral("auto"));
  device_->addItem(tr("Processor"), QStringLiteral("cpu"));
  device_->addItem(tr("Graphics card (CUDA)"), QStringLiteral("cuda"));
  device_->addItem(tr("Reference (LibTorch)"), QStringLiteral("reference"));
  device_->addItem(tr("Portable"), QStringLiteral("plain"));
  choose(device_, settings_.device());
  form->addRow(tr("&Device:"), device_);
  threads_ = new QSpinBox(page);
  threads_->setRange(0, 1024);
  threads_->setSpecialValueText(tr("All"));
  threads_->setValue(settings_.threads());
  form->addRow(tr("&Threads:"), threads_);
  model_ = new QComboBox(page);
  model_->addItem(tr("Default"), QString());
  for (const std::string_view family : released_families()) {
    const QString name = QString::fromUtf8(family.data(), static_cast<qsizetype>(family.size()));
    model_->addItem(name, name);
  }
  choose(model_, settings_.model());
  form->addRow(tr("M&odel:"), model_);
  verify_ = new QCheckBox(tr("&Verify: read everything back before the archive is kept"), page);
  verify_->setChecked(settings_.verify());
  form->addRow(verify_);
  exact_bytes_ = new QCheckBox(tr("Keep the &bytes of every file, not only its pixels"), page);
  exact_bytes_->setChecked(settings_.exact_bytes());
  form->addRow(exact_bytes_);
  form->addRow(note(tr("A few pictures can only be rebuilt with the same pixels and metadata, not with the same bytes. "
                       "With this choice their bytes are kept, which takes more space."),
                    page));
  return page;
}

QWidget* SettingsDialog::make_comparison_page() {
  auto* page = new QWidget(this);
  auto* layout = new QVBoxLayout(page);
  layout->addWidget(new QLabel(tr("Codecs to compare:"), page));
  const std::vector<std::string> chosen = settings_.codecs();
  for (const std::string& name : known_codecs()) {
    auto* box = new QCheckBox(codec_title(name), page);
    box->setChecked(std::ranges::find(chosen, name) != chosen.end());
    layout->addWidget(box);
    codecs_[name] = box;
  }
  layout->addWidget(note(tr("If none is chosen, the usual ones are used."), page));
  layout->addStretch();
  return page;
}

QWidget* SettingsDialog::make_looks_page() {
  auto* page = new QWidget(this);
  auto* form = new QFormLayout(page);
  theme_ = new QComboBox(page);
  theme_->addItem(tr("As the system"), static_cast<int>(Settings::Theme::System));
  theme_->addItem(tr("Light"), static_cast<int>(Settings::Theme::Light));
  theme_->addItem(tr("Dark"), static_cast<int>(Settings::Theme::Dark));
  choose(theme_, static_cast<int>(settings_.theme()));
  form->addRow(tr("&Theme:"), theme_);
  language_ = new QComboBox(page);
  language_->addItem(tr("As the system"), QString());
  language_->addItem(QStringLiteral("Deutsch"), QStringLiteral("de"));
  language_->addItem(QStringLiteral("English"), QStringLiteral("en"));
  choose(language_, settings_.language());
  form->addRow(tr("&Language:"), language_);
  form->addRow(note(tr("A new language is used from the next start of the program."), page));
  return page;
}

void SettingsDialog::accept() {
  settings_.set_device(device_->currentData().toString());
  settings_.set_threads(threads_->value());
  settings_.set_model(model_->currentData().toString());
  settings_.set_verify(verify_->isChecked());
  settings_.set_exact_bytes(exact_bytes_->isChecked());
  std::vector<std::string> codecs;
  for (const std::string& name : known_codecs()) {
    if (codecs_.at(name)->isChecked()) codecs.push_back(name);
  }
  if (codecs != settings_.codecs()) settings_.set_codecs(codecs);
  settings_.set_theme(static_cast<Settings::Theme>(theme_->currentData().toInt()));
  settings_.set_language(language_->currentData().toString());
  QDialog::accept();
}

}  // namespace bitswap::ui
