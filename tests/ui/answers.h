// SPDX-License-Identifier: GPL-3.0-or-later
// Answers to the window's questions, given beforehand by a test.
#pragma once

#include "ui/views/prompts.h"

namespace bitswap::ui {

struct Answers {
  QStringList files;
  QString folder, archive, extraction_folder;
  QStringList targets;  ///< one after another
  Prompts::TargetExists target_exists = Prompts::TargetExists::Cancel;
  std::optional<OnConflict> conflict;
  Prompts::AddTo add_to = Prompts::AddTo::OpenArchive;
  bool remove = true;
  bool stop = true;
  bool lose_list = true;
  Prompts::Archives archives = Prompts::Archives::Open;
  QString repaired;
  QStringList asked;  ///< names of the questions, in their order
};

class FakePrompts final : public Prompts {
 public:
  explicit FakePrompts(Answers& answers) : answers_(answers) {}

  QStringList files_to_add(const QString&) override { return say("files", answers_.files); }
  QString folder_to_add(const QString&) override { return say("folder", answers_.folder); }
  QString archive_to_open(const QString&) override { return say("archive", answers_.archive); }
  QString target(const QString& suggestion) override {
    if (answers_.targets.isEmpty()) return say("target", suggestion);
    return say("target", answers_.targets.takeFirst());
  }
  TargetExists target_exists(const QString&) override { return say("target_exists", answers_.target_exists); }
  QString extraction_folder(const QString&) override { return say("extract", answers_.extraction_folder); }
  std::optional<OnConflict> conflicts(const QStringList&, int) override { return say("conflicts", answers_.conflict); }
  AddTo add_to_open_archive(const QString&) override { return say("add_to", answers_.add_to); }
  bool remove_from_archive(int, const QString&) override { return say("remove", answers_.remove); }
  bool stop_job(bool closing) override { return say(closing ? "stop_and_close" : "stop", answers_.stop); }
  bool lose_list(int) override { return say("lose_list", answers_.lose_list); }
  Archives archives_among_files(int, int) override { return say("archives", answers_.archives); }
  QString repaired_archive(const QString& suggestion) override {
    return say("repaired", answers_.repaired.isEmpty() ? suggestion : answers_.repaired);
  }

 private:
  template <typename T>
  T say(const char* question, T answer) {
    answers_.asked << QString::fromLatin1(question);
    return answer;
  }
  Answers& answers_;
};

}  // namespace bitswap::ui
