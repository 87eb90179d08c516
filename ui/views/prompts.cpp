// SPDX-License-Identifier: GPL-3.0-or-later
// File dialogs and message boxes; the safe answer is always the default.
#include "ui/views/prompts.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>

namespace bitswap::ui {
namespace {

struct PromptText {
  Q_DECLARE_TR_FUNCTIONS(PromptText)
};

QString archive_filter() { return PromptText::tr("Bit-Swap archives (*.bswap)"); }

}  // namespace

QStringList DialogPrompts::files_to_add(const QString& folder) {
  return QFileDialog::getOpenFileNames(
      parent_, PromptText::tr("Add Files"), folder,
      PromptText::tr("Pictures (*.png *.jpg *.jpeg *.ppm *.pgm *.pnm *.bmp *.tif *.tiff *.webp)") +
          QStringLiteral(";;") + PromptText::tr("All files (*)"));
}

QString DialogPrompts::folder_to_add(const QString& folder) {
  return QFileDialog::getExistingDirectory(parent_, PromptText::tr("Add Folder"), folder);
}

QString DialogPrompts::archive_to_open(const QString& folder) {
  return QFileDialog::getOpenFileName(parent_, PromptText::tr("Open Archive"), folder,
                                      archive_filter() + QStringLiteral(";;") + PromptText::tr("All files (*)"));
}

QString DialogPrompts::target(const QString& suggestion) {
  // The window asks itself whether to replace an archive or to add to it.
  return QFileDialog::getSaveFileName(parent_, PromptText::tr("Compress To"), suggestion, archive_filter(), nullptr,
                                      QFileDialog::DontConfirmOverwrite);
}

Prompts::TargetExists DialogPrompts::target_exists(const QString& target) {
  QMessageBox box(QMessageBox::Question, PromptText::tr("Archive Exists"),
                  PromptText::tr("“%1” already exists.").arg(QFileInfo(target).fileName()), QMessageBox::Cancel,
                  parent_);
  box.setInformativeText(PromptText::tr("Adding replaces files of the same path and keeps all others."));
  const QPushButton* add = box.addButton(PromptText::tr("&Add to It"), QMessageBox::AcceptRole);
  const QPushButton* replace = box.addButton(PromptText::tr("&Replace It"), QMessageBox::DestructiveRole);
  QPushButton* other = box.addButton(PromptText::tr("&Other Name…"), QMessageBox::ActionRole);
  box.setDefaultButton(other);
  box.exec();
  if (box.clickedButton() == add) return TargetExists::Update;
  if (box.clickedButton() == replace) return TargetExists::Replace;
  return box.clickedButton() == other ? TargetExists::OtherName : TargetExists::Cancel;
}

QString DialogPrompts::extraction_folder(const QString& suggestion) {
  QDialog dialog(parent_);
  dialog.setWindowTitle(PromptText::tr("Extract To"));
  auto* folder = new QLineEdit(QDir::toNativeSeparators(suggestion), &dialog);
  folder->setMinimumWidth(440);
  auto* label = new QLabel(PromptText::tr("Extract into this &folder:"), &dialog);
  label->setBuddy(folder);
  auto* browse = new QPushButton(PromptText::tr("&Browse…"), &dialog);
  browse->setAutoDefault(false);
  auto* note = new QLabel(PromptText::tr("The folder is created if it does not exist."), &dialog);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, &dialog);
  QPushButton* extract = buttons->addButton(PromptText::tr("&Extract"), QDialogButtonBox::AcceptRole);
  extract->setDefault(true);
  QObject::connect(folder, &QLineEdit::textChanged, extract,
                   [extract](const QString& text) { extract->setEnabled(!text.trimmed().isEmpty()); });
  QObject::connect(browse, &QPushButton::clicked, &dialog, [&] {
    const QString above = QFileInfo(folder->text()).absolutePath();
    const QString chosen = QFileDialog::getExistingDirectory(&dialog, dialog.windowTitle(), above);
    if (!chosen.isEmpty()) folder->setText(QDir::toNativeSeparators(chosen));
  });
  QObject::connect(buttons, &QDialogButtonBox::accepted, &dialog, &QDialog::accept);
  QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
  auto* line = new QHBoxLayout;
  line->addWidget(folder, 1);
  line->addWidget(browse);
  auto* layout = new QVBoxLayout(&dialog);
  layout->addWidget(label);
  layout->addLayout(line);
  layout->addWidget(note);
  layout->addSpacing(8);
  layout->addWidget(buttons);
  folder->setFocus();
  folder->selectAll();
  if (dialog.exec() != QDialog::Accepted) return {};
  // A relative path means one beside the archive, not wherever the program was started.
  return QDir::cleanPath(
      QFileInfo(suggestion).absoluteDir().filePath(QDir::fromNativeSeparators(folder->text().trimmed())));
}

std::optional<OnConflict> DialogPrompts::conflicts(const QStringList& examples, int count) {
  QMessageBox box(QMessageBox::Question, PromptText::tr("Files Exist"),
                  PromptText::tr("%n of the files already exist in this folder.", nullptr, count), QMessageBox::Cancel,
                  parent_);
  QString names = examples.join(QLatin1Char('\n'));
  if (count > examples.size()) names += QLatin1Char('\n') + PromptText::tr("and more");
  box.setInformativeText(names);
  QPushButton* skip = box.addButton(PromptText::tr("&Skip All"), QMessageBox::AcceptRole);
  const QPushButton* rename = box.addButton(PromptText::tr("Re&name All"), QMessageBox::AcceptRole);
  const QPushButton* replace = box.addButton(PromptText::tr("&Replace All"), QMessageBox::DestructiveRole);
  box.setDefaultButton(skip);
  box.exec();
  if (box.clickedButton() == skip) return OnConflict::Skip;
  if (box.clickedButton() == rename) return OnConflict::Rename;
  if (box.clickedButton() == replace) return OnConflict::Overwrite;
  return {};
}

Prompts::AddTo DialogPrompts::add_to_open_archive(const QString& archive) {
  QMessageBox box(QMessageBox::Question, PromptText::tr("Add Files"),
                  PromptText::tr("Add the files to “%1”?").arg(QFileInfo(archive).fileName()), QMessageBox::Cancel,
                  parent_);
  box.setInformativeText(PromptText::tr("A new list leaves the archive as it is."));
  QPushButton* add = box.addButton(PromptText::tr("&Add to Archive"), QMessageBox::AcceptRole);
  const QPushButton* fresh = box.addButton(PromptText::tr("&New List"), QMessageBox::ActionRole);
  box.setDefaultButton(add);
  box.exec();
  if (box.clickedButton() == add) return AddTo::OpenArchive;
  return box.clickedButton() == fresh ? AddTo::NewList : AddTo::Cancel;
}

bool DialogPrompts::remove_from_archive(int count, const QString& archive) {
  QMessageBox box(QMessageBox::Warning, PromptText::tr("Remove From Archive"),
                  PromptText::tr("Remove %n item(s) from “%1”?", nullptr, count).arg(QFileInfo(archive).fileName()),
                  QMessageBox::Cancel, parent_);
  box.setInformativeText(PromptText::tr("This cannot be undone."));
  const QPushButton* remove = box.addButton(PromptText::tr("&Remove"), QMessageBox::DestructiveRole);
  box.setDefaultButton(QMessageBox::Cancel);
  box.exec();
  return box.clickedButton() == remove;
}

bool DialogPrompts::stop_job(bool closing) {
  QMessageBox box(QMessageBox::Question, PromptText::tr("Job Running"),
                  closing ? PromptText::tr("A job is still running. Stop it and close the window?")
                          : PromptText::tr("Stop the running job?"),
                  QMessageBox::NoButton, parent_);
  box.setInformativeText(PromptText::tr("What it has done so far is lost; nothing half-written is left behind."));
  const QPushButton* stop = box.addButton(closing ? PromptText::tr("&Stop and Close") : PromptText::tr("&Stop"),
                                          QMessageBox::DestructiveRole);
  QPushButton* go_on = box.addButton(PromptText::tr("&Keep Working"), QMessageBox::RejectRole);
  box.setDefaultButton(go_on);
  box.setEscapeButton(go_on);
  box.exec();
  return box.clickedButton() == stop;
}

bool DialogPrompts::lose_list(int files) {
  QMessageBox box(QMessageBox::Question, PromptText::tr("List Not Compressed"),
                  PromptText::tr("The list with %n file(s) has not been compressed.", nullptr, files),
                  QMessageBox::NoButton, parent_);
  box.setInformativeText(PromptText::tr("The files stay where they are, but the list is lost."));
  const QPushButton* discard = box.addButton(PromptText::tr("&Discard the List"), QMessageBox::DestructiveRole);
  QPushButton* keep = box.addButton(PromptText::tr("&Keep the List"), QMessageBox::RejectRole);
  box.setDefaultButton(keep);
  box.setEscapeButton(keep);
  box.exec();
  return box.clickedButton() == discard;
}

Prompts::Archives DialogPrompts::archives_among_files(int archives, int others) {
  QMessageBox box(QMessageBox::Question, PromptText::tr("Archives Among the Files"),
                  others == 0 ? PromptText::tr("These are %n archives. One can be open at a time.", nullptr, archives)
                              : PromptText::tr("%n of these files are Bit-Swap archives.", nullptr, archives),
                  QMessageBox::Cancel, parent_);
  box.setInformativeText(
      PromptText::tr("Open the first archive, or add all of them to the list, to be compressed like other files?"));
  QPushButton* open = box.addButton(PromptText::tr("&Open the First"), QMessageBox::AcceptRole);
  const QPushButton* add = box.addButton(PromptText::tr("&Add All to the List"), QMessageBox::ActionRole);
  box.setDefaultButton(open);
  box.exec();
  if (box.clickedButton() == open) return Archives::Open;
  return box.clickedButton() == add ? Archives::Compress : Archives::Cancel;
}

QString DialogPrompts::repaired_archive(const QString& suggestion) {
  return QFileDialog::getSaveFileName(parent_, PromptText::tr("Save Repaired Archive As"), suggestion,
                                      archive_filter());
}

}  // namespace bitswap::ui
