// SPDX-License-Identifier: GPL-3.0-or-later
// The user's choices, kept by QSettings between starts. Lives on the window's thread.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QStringList>
#include <string>
#include <vector>

class QSettings;

namespace bitswap {
struct JobOptions;
}

namespace bitswap::ui {

class Settings : public QObject {
  Q_OBJECT
 public:
  enum class Theme { System, Light, Dark };

  /// With a file name (tests): keeps everything in that INI file instead of the user's settings.
  explicit Settings(const QString& file = {}, QObject* parent = nullptr);

  [[nodiscard]] QString device() const;  ///< "auto", "cpu", "cuda", "reference", "plain"
  [[nodiscard]] int threads() const;     ///< 0: all of the machine
  [[nodiscard]] QString model() const;   ///< name or file; empty: the default model
  [[nodiscard]] bool exact_bytes() const;
  [[nodiscard]] bool verify() const;
  [[nodiscard]] std::vector<std::string> codecs() const;  ///< to compare with, names of known_codecs()
  [[nodiscard]] Theme theme() const;
  [[nodiscard]] QString language() const;                       ///< "", "en", "de"; empty: that of the system
  [[nodiscard]] QStringList recent() const;                     ///< archives, the latest first, at most ten
  [[nodiscard]] QByteArray state(const QString& widget) const;  ///< geometry, splitters, columns

  void set_device(const QString& device);
  void set_threads(int threads);
  void set_model(const QString& model);
  void set_exact_bytes(bool exact);
  void set_verify(bool verify);
  void set_codecs(const std::vector<std::string>& codecs);
  void set_theme(Theme theme);
  void set_language(const QString& language);
  void add_recent(const QString& archive);
  void clear_recent();
  void set_state(const QString& widget, const QByteArray& state);

  /// Writes to the disk what was set.
  void store();

  /// Device and threads into the options of a job.
  void apply(JobOptions& options) const;

 Q_SIGNALS:
  void changed();  ///< anything but recent files and states

 private:
  QSettings* settings_;
};

}  // namespace bitswap::ui
