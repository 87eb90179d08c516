// SPDX-License-Identifier: GPL-3.0-or-later
// One sentence a code.
#include "ui/items/error_text.h"

#include <QCoreApplication>

#include "engine/base/printable.h"

namespace bitswap::ui {
namespace {

/// For lupdate and the translation of this file.
struct ErrorText {
  Q_DECLARE_TR_FUNCTIONS(ErrorText)
};

}  // namespace

QString error_sentence(Error::Code code) {
  switch (code) {
    case Error::Code::Io:
      return ErrorText::tr(
          "A file could not be read or written. Check its permissions, and whether the disk is connected.");
    case Error::Code::NotAnArchive:
      return ErrorText::tr("This is not a Bit-Swap archive. Choose a file that ends in .bswap.");
    case Error::Code::Truncated:
      return ErrorText::tr(
          "The file ends too early. Get a complete copy; of an archive, File ▸ Repair saves what is intact.");
    case Error::Code::Corrupt:
      return ErrorText::tr(
          "The data are damaged. Get an intact copy; of an archive, File ▸ Repair saves what is intact.");
    case Error::Code::Unsupported:
      return ErrorText::tr("This version of the program cannot handle the file. Try a newer version.");
    case Error::Code::LimitExceeded:
      return ErrorText::tr("The file is larger than the format allows. Split it, or leave it out.");
    case Error::Code::Cancelled: return ErrorText::tr("Stopped.");
    case Error::Code::NotFound: return ErrorText::tr("A file or folder is missing. It may have been moved or renamed.");
    case Error::Code::Exists: return ErrorText::tr("The name is already in use. Choose another one.");
    case Error::Code::OutOfMemory:
      return ErrorText::tr("There is not enough memory. Close other programs, or use fewer threads in the settings.");
    case Error::Code::NoSpace: return ErrorText::tr("The disk is full. Free some space, or choose another place.");
    case Error::Code::InvalidArgument: return ErrorText::tr("This cannot be done with these files.");
    case Error::Code::Internal: break;
  }
  return ErrorText::tr("The program found an error of its own and stopped before any harm was done. Please report it.");
}

QString error_text(const Error& error) {
  const QString sentence = error_sentence(error.code);
  if (error.detail.empty() || error.code == Error::Code::Cancelled) return sentence;
  return ErrorText::tr("%1 (%2)").arg(sentence, QString::fromStdString(printable(error.detail)));
}

}  // namespace bitswap::ui
