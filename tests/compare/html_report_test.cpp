// SPDX-License-Identifier: GPL-3.0-or-later
// The page is one well-formed document that holds everything it was given and loads nothing.
#include <QTest>
#include <QXmlStreamReader>

#include "engine/compare/html_report.h"
#include "engine/compare/text.h"

using namespace bitswap;

namespace {

Ledger ledger(double required, double paid) {
  Ledger ledger;
  ledger.stages = {{"z1", true, 0, 500, 420}, {"A1", false, 900, 0, 0}, {"BC0", false, 2100, 0, 0}};
  ledger.initial_bits_required = required;
  ledger.initial_bits_paid = paid;
  ledger.coder_bits = -3;  // luck; must not become a bar
  ledger.flush_bits = 23;
  return ledger;
}

HtmlReport make_page() {
  HtmlReport page;
  page.title = "Photos <of> \"us\" & them";
  page.date = "2026-01-31 14:05";
  page.crop = 32;
  page.report.add({"holiday/<b>&\".png",
                   100,
                   50,
                   15000,
                   {{"raw", 15000, 1, 1}, {"png", 1234567, 1, 1}, {"bit-swap", 390, 1, 1, ledger(111, 0)}}});
  page.report.add({"caf\xE9\x01.ppm", 10, 10, 300, {{"raw", 300, 1, 1}, {"bb-ans", 398, 1, 1, ledger(222, 64)}}});
  page.thumbnails = {{1, 2, 3}, {4, 5}};
  page.settings = {{"png", "level <9>"}, {"bit-swap", "model x"}};
  page.warnings = {"c.png: not <a> picture"};
  return page;
}

/// Text of all elements of a name; one entry an element. Empty when the document is not well-formed.
struct Document {
  QStringList cells, headings, images, attributes;
  QString all;
  QString error;
};

Document parse(const std::string& html) {
  Document document;
  QXmlStreamReader reader(QByteArray::fromStdString(html));
  QList<QString> open;
  while (!reader.atEnd()) {
    switch (reader.readNext()) {
      case QXmlStreamReader::StartElement:
        open.append(reader.name().toString());
        if (reader.name() == u"td" || reader.name() == u"th") document.cells.append(QString());
        if (reader.name() == u"h1" || reader.name() == u"h2" || reader.name() == u"h3")
          document.headings.append(QString());
        for (const QXmlStreamAttribute& attribute : reader.attributes()) {
          document.attributes.append(attribute.value().toString());
          if (attribute.name() == u"src") document.images.append(attribute.value().toString());
        }
        break;
      case QXmlStreamReader::EndElement: open.removeLast(); break;
      case QXmlStreamReader::Characters:
        document.all += reader.text();
        if (open.contains("td") || open.contains("th")) document.cells.last() += reader.text();
        if (open.contains("h1") || open.contains("h2") || open.contains("h3")) {
          document.headings.last() += reader.text();
        }
        break;
      default: break;
    }
  }
  if (reader.hasError()) document.error = reader.errorString();
  return document;
}

}  // namespace

class HtmlReportTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void holds_everything() {
    const std::string html = html_report(make_page());
    QVERIFY(html.starts_with("<!DOCTYPE html>"));
    const Document document = parse(html);
    QVERIFY2(document.error.isEmpty(), qPrintable(document.error));
    QCOMPARE(document.headings.first(), QString("Photos <of> \"us\" & them"));
    QVERIFY(document.cells.contains("holiday/<b>&\".png100 × 50 pixels"));
    QVERIFY(document.cells.contains(QString::fromUtf8("caf\uFFFD\uFFFD.ppm10 × 10 pixels")));
    for (const char* name : {"raw", "png", "Bit-Swap", "BB-ANS", "z1", "A1", "BC0", "Negative ELBO", "Coded size",
                             "Flush", "Segment headers", "Initial bits paid", "Initial bits required"}) {
      QVERIFY2(document.cells.contains(name), name);
    }
    QVERIFY(document.cells.contains(QString::fromUtf8("1\u202F234\u202F567")));  // bytes under png
    for (const char* text :
         {"2026-01-31 14:05", "multiples of 32", "level <9>", "not <a> picture", "111 bits", "222 bits"}) {
      QVERIFY2(document.all.contains(text), text);
    }
    // 80 of z1, 900 and 2100 of the pixels.
    QVERIFY(document.cells.contains(QString::fromUtf8("3\u202F080")));
    QVERIFY(document.cells.contains("2.60 %"));
    QVERIFY((document.images == QStringList{"data:image/png;base64,AQID", "data:image/png;base64,BAU="}));
    QVERIFY(document.cells.contains("1 of 2"));
  }

  void loads_nothing() {
    const std::string html = html_report(make_page());
    for (const char* word : {"http", "<script", "@import", "url(", "<link", "NaN", "nan%", "inf%", "width=\"-"}) {
      QVERIFY2(html.find(word) == std::string::npos, word);
    }
  }

  void without_model_or_anything() {
    HtmlReport page;
    QVERIFY(parse(html_report(page)).error.isEmpty());
    page.report.add({"a.png", 1, 1, 3, {{"raw", 3, 0, 0}}});
    const Document document = parse(html_report(page));
    QVERIFY2(document.error.isEmpty(), qPrintable(document.error));
    QVERIFY(document.images.isEmpty());
    QVERIFY(!document.all.contains("Negative ELBO"));
  }

  void escaping() {
    QCOMPARE(escape_html("a<b>&\"c"), std::string("a&lt;b&gt;&amp;&quot;c"));
    QCOMPARE(escape_html("\u00E4\u20AC\U0001F600\t"), std::string("\u00E4\u20AC\U0001F600\t"));
    for (const char* bad : {"\x01", "\x7F", "\x80", "\xFF"}) QCOMPARE(escape_html(bad), std::string("\uFFFD"));
    QCOMPARE(escape_html("\xC0\xBC"), std::string("\uFFFD\uFFFD"));            // an overlong "<"
    QCOMPARE(escape_html("\xED\xA0\x80"), std::string("\uFFFD\uFFFD\uFFFD"));  // half a surrogate pair
    QCOMPARE(escape_html("\xEF\xBF\xBF"), std::string("\uFFFD\uFFFD\uFFFD"));  // no character
    QCOMPARE(escape_html("\xE2\x82"), std::string("\uFFFD\uFFFD"));            // cut off
    QCOMPARE(escape_html("\xE2<b"), std::string("\uFFFD&lt;b"));
  }

  void numbers() {
    QCOMPARE(grouped(0), std::string("0"));
    QCOMPARE(grouped(999), std::string("999"));
    QCOMPARE(grouped(1000), std::string("1\u202F000"));
    QCOMPARE(grouped(1234567), std::string("1\u202F234\u202F567"));
    QCOMPARE(base64({}), std::string());
    for (int size = 0; size < 10; ++size) {
      Bytes bytes;
      for (int i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(i * 37 + 200));
      const QByteArray same(reinterpret_cast<const char*>(bytes.data()), size);
      QCOMPARE(QByteArray::fromStdString(base64(bytes)), same.toBase64());
    }
  }
};

QTEST_APPLESS_MAIN(HtmlReportTest)
#include "html_report_test.moc"
