// SPDX-License-Identifier: GPL-3.0-or-later
// Loops that idle threads share: everything once, only by threads that are idle, and no exception lost.
#include "engine/base/spare_threads.h"

#include <QtTest>
#include <chrono>
#include <new>

using namespace bitswap;

namespace {

/// False if it does not come true within a time that is long for any machine.
template <typename Condition>
bool comes_true(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace

class SpareThreadsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everything_once();
  void hands_are_what_is_not_busy();
  void an_idle_thread_helps();
  void busy_threads_are_left_alone();
  void exceptions_come_back();
  void loops_at_the_same_time();
  void rows_are_shared_out();
};

void SpareThreadsTest::everything_once() {
  for (const int threads : {1, 2, 3, 8}) {
    SpareThreads spare(threads);
    const SpareThreads::Busy busy(&spare);
    for (const std::size_t count : {0, 1, 2, 7, 100}) {
      std::vector<std::atomic<int>> seen(count);
      spare.for_each(count, [&](std::size_t i) { ++seen[i]; });
      for (const auto& times : seen) QCOMPARE(times.load(), 1);
    }
  }
}

void SpareThreadsTest::hands_are_what_is_not_busy() {
  SpareThreads spare(3);
  const SpareThreads::Busy first(&spare), nobody(nullptr);
  QCOMPARE(spare.hands(), 3);
  {
    const SpareThreads::Busy second(&spare);
    QCOMPARE(spare.hands(), 2);
    const SpareThreads::Busy third(&spare), one_too_many(&spare);
    QCOMPARE(spare.hands(), 1);
  }
  QCOMPARE(spare.hands(), 3);
}

void SpareThreadsTest::an_idle_thread_helps() {
  SpareThreads spare(2);
  const SpareThreads::Busy busy(&spare);
  std::atomic<int> begun = 0, met = 0;
  spare.for_each(2, [&](std::size_t) {
    ++begun;
    if (comes_true([&] { return begun == 2; })) ++met;  // each waits for the other
  });
  QCOMPARE(met.load(), 2);
}

void SpareThreadsTest::busy_threads_are_left_alone() {
  SpareThreads spare(2);
  const SpareThreads::Busy busy(&spare);
  spare.for_each(2, [](std::size_t) {});  // there is a second thread now
  const SpareThreads::Busy other(&spare);
  int elsewhere = 0;
  spare.for_each(1000, [&, here = std::this_thread::get_id()](std::size_t) {
    if (std::this_thread::get_id() != here) ++elsewhere;
  });
  QCOMPARE(elsewhere, 0);
}

void SpareThreadsTest::exceptions_come_back() {
  for (const int threads : {1, 3}) {
    SpareThreads spare(threads);
    const SpareThreads::Busy busy(&spare);
    for (const std::size_t bad : {0, 5, 9}) {
      std::atomic<int> done = 0;
      bool caught = false;
      try {
        spare.for_each(10, [&](std::size_t i) {
          if (i == bad) throw std::bad_alloc();
          ++done;
        });
      } catch (const std::bad_alloc&) {
        caught = true;
      }
      QVERIFY(caught);
      QCOMPARE(done.load(), 9);
    }
  }
}

void SpareThreadsTest::loops_at_the_same_time() {
  SpareThreads spare(5);
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        const SpareThreads::Busy busy(&spare);
        for (int loop = 0; loop < 200; ++loop) {
          std::atomic<std::size_t> sum = 0;
          spare.for_each(10, [&](std::size_t i) { sum += i + 1; });
          if (sum != 55) ++wrong;
        }
      });
    }
  }
  QCOMPARE(wrong.load(), 0);
}

void SpareThreadsTest::rows_are_shared_out() {
  for (const int threads : {0, 1, 2, 8}) {
    SpareThreads spare(std::max(threads, 1));
    const SpareThreads::Busy busy(&spare);
    for (const int rows : {0, 1, 15, 16, 17, 1000}) {
      std::mutex mutex;
      std::vector<int> seen(static_cast<std::size_t>(rows));
      int parts = 0, shortest = rows;
      share_rows(threads == 0 ? nullptr : &spare, rows, 8, [&](int begin, int end) {
        const std::scoped_lock lock(mutex);
        ++parts;
        shortest = std::min(shortest, end - begin);
        for (int y = begin; y < end; ++y) ++seen[static_cast<std::size_t>(y)];
      });
      QCOMPARE(parts, std::max(1, std::min(threads, rows / 8)));
      QVERIFY(shortest >= std::min(rows, 8));
      for (const int times : seen) QCOMPARE(times, 1);
    }
  }
}

QTEST_APPLESS_MAIN(SpareThreadsTest)
#include "spare_threads_test.moc"
