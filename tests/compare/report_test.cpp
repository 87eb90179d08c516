// SPDX-License-Identifier: GPL-3.0-or-later
// The report of a comparison: keys and sums of its JSON, rows of its table and CSV, any codec in any order.
#include <QTest>
#include <nlohmann/json.hpp>

#include "engine/compare/report.h"

using namespace bitswap;
using Json = nlohmann::ordered_json;

namespace {

// Two images of 1000 and 3000 raw bytes; the second lacks "png" and lists its codecs in another order.
CompareReport make_report() {
  CompareReport report;
  report.add({"a.png", 10, 33, 1000, {{"raw", 1000, 0.5, 0.25}, {"png", 500, 1, 0.5}, {"bit-swap", 400, 2, 1}}});
  report.add({"b, \"c\".png", 20, 50, 3000, {{"bit-swap", 600, 2, 3}, {"raw", 3000, 0.5, 0.75}}});
  return report;
}

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& item : object.items()) names.push_back(item.key());
  return names;
}

}  // namespace

class CompareReportTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void json_keys_and_sums() {
    const Json document = Json::parse(make_report().json());
    QVERIFY((keys(document) == std::vector<std::string>{"images", "mean_bits_per_subpixel", "total_bytes"}));
    QCOMPARE(document["images"].size(), std::size_t{2});
    const Json& image = document["images"][0];
    QVERIFY((keys(image) == std::vector<std::string>{"path", "width", "height", "raw_bytes", "codecs"}));
    QCOMPARE(image["path"].get<std::string>(), std::string("a.png"));
    QCOMPARE(image["width"].get<int>(), 10);
    QCOMPARE(image["height"].get<int>(), 33);
    QCOMPARE(image["raw_bytes"].get<int>(), 1000);
    QVERIFY((keys(image["codecs"]) == std::vector<std::string>{"raw", "png", "bit-swap"}));
    const Json& png = image["codecs"]["png"];
    QVERIFY((keys(png) == std::vector<std::string>{"bytes", "bits_per_subpixel", "encode_seconds", "decode_seconds"}));
    QCOMPARE(png["bytes"].get<int>(), 500);
    QCOMPARE(png["bits_per_subpixel"].get<double>(), 4.0);
    QCOMPARE(png["encode_seconds"].get<double>(), 1.0);
    QCOMPARE(png["decode_seconds"].get<double>(), 0.5);
    QVERIFY((keys(document["images"][1]["codecs"]) == std::vector<std::string>{"bit-swap", "raw"}));

    const Json& means = document["mean_bits_per_subpixel"];
    QVERIFY((keys(means) == std::vector<std::string>{"raw", "png", "bit-swap"}));
    QCOMPARE(means["raw"].get<double>(), 8.0);
    QCOMPARE(means["png"].get<double>(), 4.0);
    // The mean of 3.2 and 1.6, not 8 * 1000 / 4000: every image weighs the same.
    QCOMPARE(means["bit-swap"].get<double>(), 2.4);
    const Json& totals = document["total_bytes"];
    QVERIFY(keys(totals) == keys(means));
    QCOMPARE(totals["raw"].get<int>(), 4000);
    QCOMPARE(totals["png"].get<int>(), 500);
    QCOMPARE(totals["bit-swap"].get<int>(), 1000);
  }

  void empty_report() {
    const Json document = Json::parse(CompareReport().json());
    QVERIFY(document["images"].is_array() && document["images"].empty());
    QVERIFY(document["mean_bits_per_subpixel"].is_object() && document["mean_bits_per_subpixel"].empty());
    QVERIFY(document["total_bytes"].is_object() && document["total_bytes"].empty());
    QVERIFY(CompareReport().totals().empty());
    QVERIFY(CompareReport().table().starts_with("codec"));
  }

  void totals() {
    const std::vector<CompareTotal> totals = make_report().totals();
    QCOMPARE(totals.size(), std::size_t{3});
    QCOMPARE(totals[2].codec, std::string("bit-swap"));
    QCOMPARE(totals[2].images, std::uint64_t{2});
    QCOMPARE(totals[2].bytes, std::uint64_t{1000});
    QCOMPARE(totals[2].raw_bytes, std::uint64_t{4000});
    QCOMPARE(totals[2].encode_megabytes_per_second, 0.001);
    QCOMPARE(totals[2].decode_megabytes_per_second, 0.001);
    QCOMPARE(totals[1].images, std::uint64_t{1});
    QCOMPARE(totals[1].raw_bytes, std::uint64_t{1000});
  }

  void initial_bits_of_both_schedules() {
    Ledger paid, free;
    paid.stages = free.stages = {{"z1", true, 0, 30, 20}};
    paid.initial_bits_required = 70.4;
    paid.initial_bits_paid = 64;
    free.initial_bits_required = 12;
    CompareReport report;
    for (const char* path : {"a", "b"}) {
      report.add({path, 1, 1, 3, {{"png", 5, 1, 1}, {"bb-ans", 4, 1, 1, paid}, {"bit-swap", 3, 1, 1, free}}});
    }
    const Json codecs = Json::parse(report.json())["images"][1]["codecs"];
    QVERIFY((keys(codecs["png"]) ==
             std::vector<std::string>{"bytes", "bits_per_subpixel", "encode_seconds", "decode_seconds"}));
    QCOMPARE(codecs["bb-ans"]["initial_bits_required"].get<double>(), 70.4);
    QCOMPARE(codecs["bb-ans"]["initial_bits_paid"].get<double>(), 64.0);
    QCOMPARE(codecs["bit-swap"]["initial_bits_required"].get<double>(), 12.0);
    QCOMPARE(codecs["bit-swap"]["initial_bits_paid"].get<double>(), 0.0);
    QCOMPARE(report.totals()[1].ledger.initial_bits_required, 140.8);
    const QStringList lines = QString::fromStdString(report.table()).split('\n');
    QCOMPARE(lines.size(), 9);  // header, three codecs, a gap, three rows of initial bits, nothing after the newline
    QCOMPARE(lines[5].simplified(), QString("initial bits required paid"));
    QCOMPARE(lines[6].simplified(), QString("bb-ans 141 128"));
    QCOMPARE(lines[7].simplified(), QString("bit-swap 24 0"));
  }

  void settings() {
    for (const CompareCodec* codec : compare_codecs())
      QVERIFY2(!codec_settings(codec->name()).empty(), codec->name().data());
    QVERIFY(codec_settings("nothing").empty());
  }

  void codec_twice_counts_once() {
    CompareReport report;
    report.add({"a", 1, 1, 3, {{"x", 5, 1, 1}, {"y", 1, 1, 1}, {"x", 6, 1, 1}}});
    QCOMPARE(report.images()[0].codecs.size(), std::size_t{2});
    QCOMPARE(report.totals()[0].bytes, std::uint64_t{6});
  }

  void path_that_is_not_utf8() {
    CompareReport report;
    report.add({"caf\xE9.png", 1, 1, 3, {{"raw", 3, 0, 0}}});
    QCOMPARE(Json::parse(report.json())["images"][0]["path"].get<std::string>(), std::string("caf\xEF\xBF\xBD.png"));
    QCOMPARE(report.totals()[0].encode_megabytes_per_second, 0.0);
  }

  void table() {
    const QStringList lines = QString::fromStdString(make_report().table()).split('\n');
    QCOMPARE(lines.size(), 5);  // header, three codecs, nothing after the last newline
    QCOMPARE(lines[0].simplified(), QString("codec bytes % of raw bits per subpixel encode MB/s decode MB/s images"));
    QCOMPARE(lines[1].simplified(), QString("raw 4000 100.00 8.0000 0.00 0.00 2 of 2"));
    QCOMPARE(lines[2].simplified(), QString("png 500 50.00 4.0000 0.00 0.00 1 of 2"));
    QCOMPARE(lines[3].simplified(), QString("bit-swap 1000 25.00 2.4000 0.00 0.00 2 of 2"));
    for (int i = 1; i < 4; ++i) QCOMPARE(lines[i].size(), lines[0].size());

    CompareReport complete;
    complete.add({"a", 1000, 1000, 3'000'000, {{"raw", 3'000'000, 0.5, 0.25}}});
    const QStringList rows = QString::fromStdString(complete.table()).split('\n');
    QVERIFY(!rows[0].contains("images"));
    QCOMPARE(rows[1].simplified(), QString("raw 3000000 100.00 8.0000 6.00 12.00"));
  }

  void csv() {
    const QStringList lines = QString::fromStdString(make_report().csv()).split('\n');
    QCOMPARE(lines.size(), 7);
    QCOMPARE(lines[0],
             QString("path,width,height,raw_bytes,codec,bytes,bits_per_subpixel,encode_seconds,decode_seconds"));
    QCOMPARE(lines[2], QString("a.png,10,33,1000,png,500,4.000000,1.000000,0.500000"));
    QCOMPARE(lines[4], QString("\"b, \"\"c\"\".png\",20,50,3000,bit-swap,600,1.600000,2.000000,3.000000"));
    QCOMPARE(lines[6], QString());
  }
};

QTEST_APPLESS_MAIN(CompareReportTest)
#include "report_test.moc"
