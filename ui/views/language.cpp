// SPDX-License-Identifier: GPL-3.0-or-later
// Translators for the language of the settings, or that of the system.
#include "ui/views/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>
#include <cstring>

#include "ui/controllers/settings.h"

namespace bitswap::ui {
namespace {

/// moc names a class with its namespace, lupdate of Qt 6.4 without it where the namespace is written "a::b".
class ClassTranslator final : public QTranslator {
 public:
  using QTranslator::QTranslator;
  QString translate(const char* context, const char* text, const char* comment, int n) const override {
    constexpr char kNamespace[] = "bitswap::ui::";
    constexpr std::size_t kLength = sizeof(kNamespace) - 1;
    const bool ours = context != nullptr && std::strncmp(context, kNamespace, kLength) == 0;
    return QTranslator::translate(ours ? context + kLength : context, text, comment, n);
  }
};

void install(QCoreApplication& application, QTranslator* translator, const QLocale& locale, const QString& name,
             const QString& folder) {
  translator->setParent(&application);
  if (translator->load(locale, name, QStringLiteral("_"), folder)) QCoreApplication::installTranslator(translator);
}

}  // namespace

void install_language(QCoreApplication& application, const Settings& settings) {
  const QLocale locale = settings.language().isEmpty() ? QLocale::system() : QLocale(settings.language());
  QLocale::setDefault(locale);
  install(application, new QTranslator, locale, QStringLiteral("qtbase"),
          QLibraryInfo::path(QLibraryInfo::TranslationsPath));
  install(application, new ClassTranslator, QLocale::English, QStringLiteral("bitswap"),
          QStringLiteral(":/translations"));  // plurals, also for languages that we have no translation for
  install(application, new ClassTranslator, locale, QStringLiteral("bitswap"), QStringLiteral(":/translations"));
}

}  // namespace bitswap::ui
