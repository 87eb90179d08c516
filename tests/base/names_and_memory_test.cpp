// SPDX-License-Identifier: GPL-3.0-or-later
// Names that are shown, memory that is asked for, and work in a child process.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTest>
#include <cstdlib>
#include <string>

#include "engine/base/child_process.h"
#include "engine/base/memory.h"
#include "engine/base/printable.h"

using namespace bitswap;

class NamesAndMemoryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void names_are_shown_data();
  void names_are_shown();
  void memory_that_cannot_be_had_is_refused();
  void a_limit_of_address_space_counts();
  void a_child_returns_bytes_and_errors();
  void a_child_that_dies_is_an_error();
  void a_child_ends_with_its_parent_only();
};

void NamesAndMemoryTest::names_are_shown_data() {
  QTest::addColumn<QByteArray>("name");
  QTest::addColumn<QByteArray>("shown");
  const auto row = [](const char* title, const char* name, const char* shown) {
    QTest::newRow(title) << QByteArray(name) << QByteArray(shown);
  };
  row("plain", "photo.jpg", "photo.jpg");
  row("letters of everywhere", "caf\xC3\xA9 \xE5\x86\x99\xE7\x9C\x9F \xF0\x9F\x98\x80",
      "caf\xC3\xA9 \xE5\x86\x99\xE7\x9C\x9F \xF0\x9F\x98\x80");
  row("escape", "a\x1B[31mred", "a\\u{1B}[31mred");
  row("line end", "a\nb", "a\\u{A}b");
  row("delete", "a\x7F", "a\\u{7F}");
  row("C1",
      "a\xC2\x9B"
      "31m",
      "a\\u{9B}31m");
  row("right to left", "a\xE2\x80\xAEgpj.exe", "a\\u{202E}gpj.exe");
  row("isolate",
      "a\xE2\x81\xA6"
      "b",
      "a\\u{2066}b");
  row("Arabic letter mark",
      "a\xD8\x9C"
      "b",
      "a\\u{61C}b");
  row("zero width",
      "a\xE2\x80\x8B"
      "b",
      "a\\u{200B}b");
  row("line separator",
      "a\xE2\x80\xA8"
      "b",
      "a\\u{2028}b");
  row("tag",
      "a\xF3\xA0\x81\x81"
      "b",
      "a\\u{E0041}b");
  row("Latin-1", "caf\xE9", "caf\\xE9");
  row("cut short", "a\xE2\x80", "a\\xE2\\x80");
  row("overlong", "a\xC0\xAF", "a\\xC0\\xAF");
  row("surrogate", "a\xED\xA0\x80", "a\\xED\\xA0\\x80");
  row("beyond Unicode", "a\xF4\x90\x80\x80", "a\\xF4\\x90\\x80\\x80");
}

void NamesAndMemoryTest::names_are_shown() {
  QFETCH(const QByteArray, name);
  QFETCH(const QByteArray, shown);
  QCOMPARE(QByteArray::fromStdString(printable(name.toStdString())), shown);
  QCOMPARE(is_utf8(name.toStdString()), name == QString::fromUtf8(name).toUtf8());
  QVERIFY(is_utf8(printable(name.toStdString())));
}

void NamesAndMemoryTest::memory_that_cannot_be_had_is_refused() {
  QVERIFY(available_memory() > 0);
  QVERIFY(check_memory(1, "A byte").ok());
  const Status refused = check_memory(std::uint64_t{1} << 60, "An exabyte");
  QCOMPARE(refused.error().code, Error::Code::OutOfMemory);
  QVERIFY(refused.error().detail.starts_with("An exabyte needs about "));
}

void NamesAndMemoryTest::a_limit_of_address_space_counts() {
  const auto found = run_in_child([]() -> Result<Bytes> {
    const std::uint64_t before = available_memory();
    const rlimit limit{std::uint64_t{1} << 33, std::uint64_t{1} << 33};
    ::setrlimit(RLIMIT_AS, &limit);
    const std::uint64_t after = available_memory();
    return Bytes{static_cast<std::uint8_t>(after <= limit.rlim_cur && after <= before)};
  });
  QVERIFY(found.ok());
  QVERIFY(*found == Bytes{1});
}

void NamesAndMemoryTest::a_child_returns_bytes_and_errors() {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{5} << 20}) {
    const Bytes expected(size, 7);
    const auto result = run_in_child([&]() -> Result<Bytes> { return expected; });
    QVERIFY(result.ok());
    QVERIFY(*result == expected);
  }
  const auto failed = run_in_child([]() -> Result<Bytes> { return Error{Error::Code::Corrupt, 42, "what it says"}; });
  QCOMPARE(failed.error().code, Error::Code::Corrupt);
  QCOMPARE(failed.error().offset, std::uint64_t{42});
  QCOMPARE(failed.error().detail, std::string("what it says"));
}

void NamesAndMemoryTest::a_child_that_dies_is_an_error() {
  for (const int signal : {SIGILL, SIGABRT, SIGKILL, SIGSEGV}) {
    const auto died = run_in_child([signal]() -> Result<Bytes> {
      ::raise(signal);
      return Bytes{};
    });
    QCOMPARE(died.error().code, Error::Code::OutOfMemory);
  }
  QCOMPARE(run_in_child([]() -> Result<Bytes> { ::_exit(EXIT_SUCCESS); }).error().code, Error::Code::OutOfMemory);
  QCOMPARE(run_in_child([]() -> Result<Bytes> { throw std::bad_alloc(); }).error().code, Error::Code::OutOfMemory);
}

void NamesAndMemoryTest::a_child_ends_with_its_parent_only() {
  const auto survived = run_in_child([]() -> Result<Bytes> {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::raise(signal);
    return Bytes{1};
  });
  QVERIFY(survived.ok());
}

QTEST_GUILESS_MAIN(NamesAndMemoryTest)
#include "names_and_memory_test.moc"
