// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes, hashes, the parallel loop and the queue of work.
#include <QtTest>

#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/base/parallel.h"
#include "engine/base/work_queue.h"

using namespace bitswap;

class BaseTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void numbers_come_back();
  void every_truncation_is_an_error();
  void varint_has_one_spelling();
  void blob_checks_its_limit();
  void hashes_are_those_of_xxhash();
  void parallel_for_visits_everything_once();
  void parallel_for_returns_the_lowest_error();
  void parallel_for_stops_when_cancelled();
  void the_queue_does_what_is_nearest_to_its_end();
  void the_queue_gathers();
  void the_queue_does_everything_once();
  void the_queue_stops();
};

void BaseTest::numbers_come_back() {
  const std::uint64_t values[] = {0, 1, 127, 128, 300, 0xFFFF, 0x12345678, ~std::uint64_t{0}};
  ByteWriter out;
  for (const auto v : values) {
    out.varint(v);
    out.u64(v);
    out.u16(static_cast<std::uint16_t>(v));
  }
  out.text("héllo");
  ByteReader in(out.bytes());
  for (const auto v : values) {
    QCOMPARE(in.varint().value(), v);
    QCOMPARE(in.u64().value(), v);
    QCOMPARE(in.u16().value(), static_cast<std::uint16_t>(v));
  }
  QCOMPARE(in.text(100).value(), std::string("héllo"));
  QVERIFY(in.at_end());
}

void BaseTest::every_truncation_is_an_error() {
  ByteWriter out;
  out.varint(1U << 20);
  out.u32(7);
  out.text("abc");
  for (std::size_t size = 0; size < out.size(); ++size) {
    ByteReader in(ByteView(out.bytes()).first(size));
    const auto a = in.varint();
    const bool ok = a.ok() && in.u32().ok() && in.text(10).ok();
    QVERIFY(!ok);
  }
}

void BaseTest::varint_has_one_spelling() {
  for (const Bytes& bytes : {Bytes{0x80, 0x00}, Bytes{0xFF, 0x80, 0x00}, Bytes(10, 0xFF), Bytes(11, 0x80)}) {
    ByteReader in(bytes);
    const auto value = in.varint();
    QVERIFY(!value.ok());
    QCOMPARE(value.error().code, Error::Code::Corrupt);
  }
}

void BaseTest::blob_checks_its_limit() {
  ByteWriter out;
  out.blob(Bytes(100, 1));
  ByteReader in(out.bytes());
  QCOMPARE(in.blob(99).error().code, Error::Code::LimitExceeded);
}

void BaseTest::hashes_are_those_of_xxhash() {
  // Known values of XXH3 for empty input (xxHash's own documentation of its test vectors).
  QCOMPARE(hash64({}), std::uint64_t{0x2D06800538D394C2});
  QCOMPARE(hex(hash128({})), std::string("99aa06d3014798d86001c324468d497f"));
  Hasher128 hasher;
  const Bytes data(1000, 42);
  hasher.add(ByteView(data).first(300));
  hasher.add(ByteView(data).subspan(300));
  QCOMPARE(hasher.finish(), hash128(data));
}

void BaseTest::parallel_for_visits_everything_once() {
  for (const int threads : {1, 2, 7}) {
    std::vector<std::atomic<int>> seen(1000);
    QVERIFY(parallel_for(seen.size(), threads, nullptr, [&](std::size_t i) -> Status {
              ++seen[i];
              return {};
            }).ok());
    for (const auto& count : seen) QCOMPARE(count.load(), 1);
  }
}

void BaseTest::parallel_for_returns_the_lowest_error() {
  const Status status = parallel_for(100, 1, nullptr, [](std::size_t i) -> Status {
    if (i >= 10) return Error{Error::Code::Io, i, "no"};
    return {};
  });
  QVERIFY(!status.ok());
  QCOMPARE(status.error().offset, std::uint64_t{10});
}

void BaseTest::parallel_for_stops_when_cancelled() {
  CancelToken cancel;
  std::atomic<int> count{0};
  const Status status = parallel_for(1'000'000, 2, &cancel, [&](std::size_t) -> Status {
    if (++count == 100) cancel.cancel();
    return {};
  });
  QCOMPARE(status.error().code, Error::Code::Cancelled);
  QVERIFY(count < 1'000'000);
}

void BaseTest::the_queue_does_what_is_nearest_to_its_end() {
  WorkQueue queue(1, nullptr);
  std::vector<std::pair<int, std::size_t>> order;
  std::size_t fed = 0;
  const Status status = queue.run(
      [&](std::span<const Work> works) -> Status {
        const Work& work = works.front();
        order.emplace_back(work.step, work.item);
        if (work.step < 2) queue.add({work.step + 1, work.item});
        return {};
      },
      [&]() -> Result<bool> {
        if (fed == 4) return false;
        queue.add({0, fed + 1});
        queue.add({0, fed});
        fed += 2;
        return true;
      });
  QVERIFY(status.ok());
  std::vector<std::pair<int, std::size_t>> expected;
  for (std::size_t item = 0; item < 4; ++item) {
    for (int step = 0; step < 3; ++step) expected.emplace_back(step, item);
  }
  QVERIFY(order == expected);
}

void BaseTest::the_queue_gathers() {
  WorkQueue queue(1, nullptr);
  queue.gather(1, 10);
  std::vector<std::size_t> counts;
  std::size_t fed = 0;
  QVERIFY(queue
              .run(
                  [&](std::span<const Work> works) -> Status {
                    if (works.front().step == 0) {
                      queue.add({1, works.front().item, 0, works.front().item == 3 ? 50U : 4U});
                    } else {
                      counts.push_back(works.size());
                    }
                    return {};
                  },
                  [&]() -> Result<bool> {
                    if (fed == 7) return false;
                    queue.add({0, fed++});
                    return true;
                  })
              .ok());
  // 4 + 4 before a third, the third alone before the large one, that one alone, 4 + 4, and what is left.
  QVERIFY((counts == std::vector<std::size_t>{2, 1, 1, 2, 1}));
}

void BaseTest::the_queue_does_everything_once() {
  for (const int threads : {1, 2, 7}) {
    WorkQueue queue(threads, nullptr);
    if (threads == 7) queue.gather(1, 3);
    std::vector<std::atomic<int>> seen(1000);
    std::size_t fed = 0;
    QVERIFY(queue
                .run(
                    [&](std::span<const Work> works) -> Status {
                      for (const Work& work : works) {
                        if (work.step == 0) queue.add({1, work.item});
                        if (work.step == 1) ++seen[work.item];
                      }
                      return {};
                    },
                    [&]() -> Result<bool> {
                      if (fed == seen.size()) return false;
                      queue.add({0, fed++});
                      return true;
                    })
                .ok());
    for (const auto& count : seen) QCOMPARE(count.load(), 1);
  }
}

void BaseTest::the_queue_stops() {
  CancelToken cancel;
  WorkQueue queue(3, &cancel);
  std::atomic<int> count{0};
  int stop = 0;
  const auto body = [&](std::span<const Work>) -> Status {
    if (++count < 100) return {};
    if (stop == 0) return Error{Error::Code::Io, 7, "no"};
    cancel.cancel();
    return {};
  };
  const auto feed = [&]() -> Result<bool> {
    if (stop == 2) return Error{Error::Code::Io, 8, "nothing to read"};
    queue.add({0, 0});
    return true;
  };
  QCOMPARE(queue.run(body, feed).error().offset, std::uint64_t{7});
  stop = 2;
  QCOMPARE(queue.run(body, feed).error().offset, std::uint64_t{8});
  stop = 1;
  QCOMPARE(queue.run(body, feed).error().code, Error::Code::Cancelled);
}

QTEST_APPLESS_MAIN(BaseTest)
#include "base_test.moc"
