// SPDX-License-Identifier: GPL-3.0-or-later
// One group a subject in the INI file; values that make no sense count as not set.
#include "ui/controllers/settings.h"

#include <QFileInfo>
#include <QSettings>
#include <algorithm>

#include "engine/jobs/compare.h"

namespace bitswap::ui {
namespace {

using Qt::StringLiterals::operator""_L1;

constexpr int kMostRecent = 10;
constexpr int kMostThreads = 1024;

const QStringList& known_devices() {
  static const QStringList devices{"auto"_L1, "cpu"_L1, "cuda"_L1, "reference"_L1, "plain"_L1};
  return devices;
}

const QStringList& theme_names() {
  static const QStringList names{"system"_L1, "light"_L1, "dark"_L1};  // in the order of Theme
  return names;
}

}  // namespace

Settings::Settings(const QString& file, QObject* parent)
    : QObject(parent),
      settings_(file.isEmpty() ? new QSettings(QSettings::IniFormat, QSettings::UserScope, "bitswap-archiver"_L1,
                                               "bitswap-archiver"_L1, this)
                               : new QSettings(file, QSettings::IniFormat, this)) {}

QString Settings::device() const {
  const QString device = settings_->value("engine/device"_L1).toString();
  return known_devices().contains(device) ? device : known_devices().first();
}

int Settings::threads() const { return std::clamp(settings_->value("engine/threads"_L1, 0).toInt(), 0, kMostThreads); }

QString Settings::model() const { return settings_->value("engine/model"_L1).toString(); }

bool Settings::exact_bytes() const { return settings_->value("engine/exact_bytes"_L1, false).toBool(); }

bool Settings::verify() const { return settings_->value("engine/verify"_L1, true).toBool(); }

std::vector<std::string> Settings::codecs() const {
  if (!settings_->contains("compare/codecs"_L1)) return usual_codecs();
  const QStringList chosen = settings_->value("compare/codecs"_L1).toStringList();
  std::vector<std::string> codecs;
  for (const std::string& name : known_codecs()) {
    if (chosen.contains(QString::fromStdString(name))) codecs.push_back(name);
  }
  return codecs.empty() ? usual_codecs() : codecs;
}

Settings::Theme Settings::theme() const {
  const auto position = theme_names().indexOf(settings_->value("window/theme"_L1).toString());
  return position < 0 ? Theme::System : static_cast<Theme>(position);
}

QString Settings::language() const { return settings_->value("window/language"_L1).toString(); }

QStringList Settings::recent() const { return settings_->value("window/recent"_L1).toStringList(); }

QByteArray Settings::state(const QString& widget) const {
  return settings_->value("state/%1"_L1.arg(widget)).toByteArray();
}

void Settings::set_device(const QString& device) {
  settings_->setValue("engine/device"_L1, device);
  Q_EMIT changed();
}

void Settings::set_threads(int threads) {
  settings_->setValue("engine/threads"_L1, threads);
  Q_EMIT changed();
}

void Settings::set_model(const QString& model) {
  settings_->setValue("engine/model"_L1, model);
  Q_EMIT changed();
}

void Settings::set_exact_bytes(bool exact) {
  settings_->setValue("engine/exact_bytes"_L1, exact);
  Q_EMIT changed();
}

void Settings::set_verify(bool verify) {
  settings_->setValue("engine/verify"_L1, verify);
  Q_EMIT changed();
}

void Settings::set_codecs(const std::vector<std::string>& codecs) {
  QStringList names;
  for (const std::string& name : codecs) names.push_back(QString::fromStdString(name));
  settings_->setValue("compare/codecs"_L1, names);
  Q_EMIT changed();
}

void Settings::set_theme(Theme theme) {
  settings_->setValue("window/theme"_L1, theme_names().at(static_cast<int>(theme)));
  Q_EMIT changed();
}

void Settings::set_language(const QString& language) {
  settings_->setValue("window/language"_L1, language);
  Q_EMIT changed();
}

void Settings::add_recent(const QString& archive) {
  const QString path = QFileInfo(archive).absoluteFilePath();
  QStringList archives = recent();
  archives.removeAll(path);
  archives.prepend(path);
  settings_->setValue("window/recent"_L1, QStringList(archives.mid(0, kMostRecent)));
}

void Settings::clear_recent() { settings_->remove("window/recent"_L1); }

void Settings::set_state(const QString& widget, const QByteArray& state) {
  settings_->setValue("state/%1"_L1.arg(widget), state);
}

void Settings::store() { settings_->sync(); }

void Settings::apply(JobOptions& options) const {
  options.device = device().toStdString();
  options.threads = threads();
}

}  // namespace bitswap::ui
