// SPDX-License-Identifier: GPL-3.0-or-later
// The questions that the window asks, as an interface, so that tests can answer them.
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>
#include <optional>

#include "engine/archive/extraction.h"

class QWidget;

namespace bitswap::ui {

class Prompts {
 public:
  enum class TargetExists : std::uint8_t { Replace, Update, OtherName, Cancel };
  enum class Archives : std::uint8_t { Open, Compress, Cancel };
  enum class AddTo : std::uint8_t { OpenArchive, NewList, Cancel };

  virtual ~Prompts() = default;
  /// Empty answers mean that the user thought better of it.
  virtual QStringList files_to_add(const QString& folder) = 0;
  virtual QString folder_to_add(const QString& folder) = 0;
  virtual QString archive_to_open(const QString& folder) = 0;
  virtual QString target(const QString& suggestion) = 0;
  virtual TargetExists target_exists(const QString& target) = 0;
  virtual QString extraction_folder(const QString& suggestion) = 0;
  virtual std::optional<OnConflict> conflicts(const QStringList& examples, int count) = 0;
  virtual AddTo add_to_open_archive(const QString& archive) = 0;
  virtual bool remove_from_archive(int count, const QString& archive) = 0;
  /// Of a job that runs; `closing`: the window with it.
  virtual bool stop_job(bool closing) = 0;
  /// Whether a list of files that were not compressed may go.
  virtual bool lose_list(int files) = 0;
  /// Several archives, or archives and other files, came together: the first one can be opened.
  virtual Archives archives_among_files(int archives, int others) = 0;
  virtual QString repaired_archive(const QString& suggestion) = 0;
};

/// Dialogs over `parent`, which must outlive it.
class DialogPrompts final : public Prompts {
 public:
  explicit DialogPrompts(QWidget* parent) : parent_(parent) {}

  QStringList files_to_add(const QString& folder) override;
  QString folder_to_add(const QString& folder) override;
  QString archive_to_open(const QString& folder) override;
  QString target(const QString& suggestion) override;
  TargetExists target_exists(const QString& target) override;
  QString extraction_folder(const QString& suggestion) override;
  std::optional<OnConflict> conflicts(const QStringList& examples, int count) override;
  AddTo add_to_open_archive(const QString& archive) override;
  bool remove_from_archive(int count, const QString& archive) override;
  bool stop_job(bool closing) override;
  bool lose_list(int files) override;
  Archives archives_among_files(int archives, int others) override;
  QString repaired_archive(const QString& suggestion) override;

 private:
  QWidget* parent_;
};

}  // namespace bitswap::ui
