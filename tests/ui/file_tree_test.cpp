// SPDX-License-Identifier: GPL-3.0-or-later
// The tree of files and the model that sorts and filters it, watched by Qt's own checker of models.
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

#include "tests/ui/file_items.h"
#include "ui/items/file_filter_model.h"
#include "ui/items/file_tree_model.h"
#include "ui/items/format_text.h"

using namespace bitswap;
using namespace bitswap::ui;
using namespace bitswap::ui::test;
using Model = FileTreeModel;

namespace {

QString cell(const QAbstractItemModel& model, const QModelIndex& row, int column) {
  return model.data(row.siblingAtColumn(column), Qt::DisplayRole).toString();
}

QString tree_text(const QAbstractItemModel& model, const QModelIndex& parent = {}) {
  QStringList parts;
  for (int row = 0; row < model.rowCount(parent); ++row) {
    const QModelIndex index = model.index(row, 0, parent);
    const QString below = tree_text(model, index);
    parts << index.data().toString() + (below.isEmpty() ? QString() : QStringLiteral("(%1)").arg(below));
  }
  return parts.join(u' ');
}

}  // namespace

class FileTreeTest : public QObject {
  Q_OBJECT

 private:
  // A model with both checkers on it; they abort the test at once.
  struct Watched {
    FileTreeModel model;
    FileFilterModel filter;
    std::unique_ptr<QAbstractItemModelTester> model_tester, filter_tester;
    Watched() {
      filter.setSourceModel(&model);
      filter.sort(Model::Name);
      using Mode = QAbstractItemModelTester::FailureReportingMode;
      model_tester = std::make_unique<QAbstractItemModelTester>(&model, Mode::Fatal);
      filter_tester = std::make_unique<QAbstractItemModelTester>(&filter, Mode::Fatal);
    }
  };

 private Q_SLOTS:
  void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

  void folders_are_made_from_paths() {
    Watched w;
    w.model.add({queued("b/deep/er/x.png", 10), queued("b/y.png", 20), queued("z.txt", 5), folder("a")});
    QCOMPARE(tree_text(w.filter), QStringLiteral("a b(deep(er(x.png)) y.png) z.txt"));
    QVERIFY(w.model.find("b/deep")->folder);
    QCOMPARE(w.model.item(w.model.index_of("b/y.png"))->original_bytes, 20U);
    QVERIFY(!w.model.index_of("b/nothing").isValid());
    QCOMPARE(w.model.find("nothing"), nullptr);
  }

  void a_batch_is_one_insertion_a_folder() {
    Watched w;
    w.model.add({queued("a/1.png", 1)});
    QSignalSpy inserted(&w.model, &QAbstractItemModel::rowsInserted);
    w.model.add({queued("a/2.png", 1), queued("a/3.png", 1), queued("b/4.png", 1), queued("b/c/5.png", 1)});
    QCOMPARE(inserted.size(), 2);
    QCOMPARE(tree_text(w.filter), QStringLiteral("a(1.png 2.png 3.png) b(c(5.png) 4.png)"));
  }

  void an_existing_path_is_replaced() {
    Watched w;
    w.model.add({queued("a/x.png", 1000), queued("a/y.png", 500)});
    QSignalSpy inserted(&w.model, &QAbstractItemModel::rowsInserted);
    w.model.add({stored("a/x.png", 3000, 700), folder("a"), queued("a/x.png", 4000)});
    QCOMPARE(inserted.size(), 0);
    QCOMPARE(w.model.find("a/x.png")->original_bytes, 4000U);
    QCOMPARE(cell(w.model, w.model.index_of("a"), Model::OriginalSize), QStringLiteral("4.5 kB"));
    w.model.remove({"a/x.png", "a/y.png"});
    QCOMPARE(tree_text(w.filter), QStringLiteral("a"));  // it is an item of its own by now
  }

  void removing_takes_empty_folders_along() {
    Watched w;
    w.model.add({queued("a/b/1", 1), queued("a/b/2", 1), queued("a/3", 1), folder("kept"), queued("kept/4", 1),
                 queued("whole/5", 1), queued("whole/6", 1), queued("7", 1), queued("8", 1), queued("9", 1)});
    w.model.remove({"a/b/2", "a/b/1", "kept/4", "7", "9", "not there"});
    QCOMPARE(tree_text(w.filter), QStringLiteral("a(3) kept whole(5 6) 8"));
    w.model.remove({"whole", "whole/5", "a/3"});
    QCOMPARE(tree_text(w.filter), QStringLiteral("kept 8"));
    QCOMPARE(w.model.find("whole/6"), nullptr);
    w.model.add({queued("a/b/1", 1)});
    w.model.clear();
    QCOMPARE(w.model.rowCount(), 0);
    QCOMPARE(w.model.find("8"), nullptr);
  }

  void sums_follow_every_change() {
    Watched w;
    w.model.set_codecs({"png", "jpegxl"});
    w.model.add({stored("a/b/1.png", 1000, 400), stored("a/2.png", 3000, 600), queued("a/3.png", 500)});
    const auto text = [&](int column) { return cell(w.model, w.model.index_of("a"), column); };
    QCOMPARE(text(Model::Dimensions), QStringLiteral("3 files"));
    QCOMPARE(text(Model::OriginalSize), QStringLiteral("4.5 kB"));
    QCOMPARE(text(Model::ArchiveSize), QStringLiteral("1.0 kB"));
    QCOMPARE(text(Model::Ratio), QStringLiteral("25.0%"));  // of the two that are stored
    QCOMPARE(text(Model::FixedColumns), QString());
    QCOMPARE(text(Model::Status), QStringLiteral("2 of 3 files done"));

    QSignalSpy changed(&w.model, &QAbstractItemModel::dataChanged);
    w.model.update("a/b/1.png", [](FileItem& item) {
      item.path = "elsewhere";  // must not move it
      item.archive_bytes = 1400;
      item.codec_bytes["png"] = 900;
      item.exactness = Exactness::Pixels;
      item.state = FileItem::State::Failed;
    });
    QCOMPARE(changed.size(), 3);  // the file and two folders
    QCOMPARE(text(Model::ArchiveSize), QStringLiteral("2.0 kB"));
    QCOMPARE(text(Model::FixedColumns), QStringLiteral("900 bytes"));
    QCOMPARE(text(Model::Exactness), QStringLiteral("1 pixel-exact"));
    QCOMPARE(text(Model::Status), QStringLiteral("1 failed"));
    w.model.update("nothing", [](FileItem&) { QFAIL("there is no such item"); });

    w.model.remove({"a/b"});
    QCOMPARE(text(Model::OriginalSize), QStringLiteral("3.5 kB"));
    QCOMPARE(text(Model::ArchiveSize), QStringLiteral("600 bytes"));
    QCOMPARE(text(Model::FixedColumns), QString());
    QCOMPARE(text(Model::Dimensions), QStringLiteral("2 files"));
  }

  void files_and_totals() {
    Watched w;
    w.model.add({stored("a/1.png", 1000, 400), queued("a/b/2.png", 500), folder("a/c"), queued("3.png", 7)});
    QCOMPARE(w.model.files_under({}).size(), 3U);
    const QModelIndexList twice{w.model.index_of("a"), w.model.index_of("a/1.png"),
                                w.model.index_of("a").siblingAtColumn(Model::Status)};
    const auto files = w.model.files_under(twice);
    QCOMPARE(files.size(), 2U);
    const Model::Totals totals = w.model.totals(files);
    QCOMPARE(totals.files, 2U);
    QCOMPARE(totals.original_bytes, 1500U);
    QCOMPARE(totals.archive_bytes, 400U);
    QCOMPARE(totals.files_with_archive_bytes, 1U);
    QCOMPARE(totals.original_bytes_archived, 1000U);
  }

  void roles() {
    Watched w;
    FileItem picture = stored("a/photo.png", 1'234'567, 456'789);
    picture.width = 640;
    picture.height = 480;
    picture.message = QStringLiteral("Something to know");
    FileItem kept = stored("a/photo.tif", 10, 10, "tiff");
    kept.form = Form::Zstd;
    w.model.add({picture, kept, stored("a/readme", 10, 10, "")});
    const QModelIndex row = w.model.index_of("a/photo.png");
    const auto at = [&](int column, int role) { return w.model.data(row.siblingAtColumn(column), role); };
    QCOMPARE(at(Model::Name, Qt::DisplayRole).toString(), QStringLiteral("photo.png"));
    QCOMPARE(at(Model::Dimensions, Qt::DisplayRole).toString(), QStringLiteral("640 × 480"));
    QCOMPARE(at(Model::OriginalSize, Qt::DisplayRole).toString(), QStringLiteral("1.2 MB"));
    QCOMPARE(at(Model::Ratio, Qt::DisplayRole).toString(), QStringLiteral("37.0%"));
    QCOMPARE(at(Model::Exactness, Qt::DisplayRole).toString(), QStringLiteral("Byte-exact"));
    QCOMPARE(at(Model::Status, Qt::DisplayRole).toString(), QStringLiteral("Stored (Bit-Swap)"));
    QCOMPARE(at(Model::OriginalSize, Model::SortRole).toULongLong(), 1'234'567ULL);
    QCOMPARE(at(Model::Dimensions, Model::SortRole).toULongLong(), 640ULL * 480);
    QCOMPARE(at(Model::Ratio, Model::SortRole).toDouble(), 456'789.0 / 1'234'567.0);
    QCOMPARE(at(Model::Name, Model::PathRole).toString(), QStringLiteral("a/photo.png"));
    QCOMPARE(at(Model::Name, Qt::AccessibleTextRole).toString(), QStringLiteral("Picture photo.png"));
    QCOMPARE(at(Model::Ratio, Qt::AccessibleTextRole).toString(), QStringLiteral("Of original: 37.0%"));
    QVERIFY(at(Model::Ratio, Qt::TextAlignmentRole).value<Qt::Alignment>().testFlag(Qt::AlignRight));
    const QString tip = at(Model::Exactness, Qt::ToolTipRole).toString();
    QVERIFY(tip.startsWith(QStringLiteral("a/photo.png\n")));
    QVERIFY(tip.contains(QStringLiteral("1,234,567 bytes")));
    QVERIFY(tip.contains(QStringLiteral("Byte-exact:")));
    QVERIFY(tip.endsWith(QStringLiteral("Something to know")));
    const auto tip_of = [&](const char* path) {
      return w.model.data(w.model.index_of(path), Qt::ToolTipRole).toString();
    };
    QVERIFY(tip_of("a/photo.tif").contains(QStringLiteral("Kept as bytes:")));
    QVERIFY(tip_of("a/readme").contains(QStringLiteral("Byte-exact:")));
    QCOMPARE(w.model.data(w.model.index_of("a/readme"), Qt::AccessibleTextRole).toString(),
             QStringLiteral("File readme"));
  }

  void names_of_any_bytes() {
    Watched w;
    const std::string odd =
        "a/\xff\n\xe2\x80\xae"
        "gnp.png";
    w.model.add({queued(odd, 1)});
    const QString shown = w.model.index_of(odd).data().toString();
    QCOMPARE(shown, QStringLiteral("\\xFF\\u{A}\\u{202E}gnp.png"));
    w.model.add({queued("a/<b>bold</b>.png", 1)});
    const QString tip = w.model.index_of("a/<b>bold</b>.png").data(Qt::ToolTipRole).toString();
    QVERIFY(tip.contains(QStringLiteral("&lt;b&gt;bold&lt;/b&gt;.png")));
    w.model.remove({"a/<b>bold</b>.png"});
    w.model.remove({odd});
    QCOMPARE(w.model.rowCount(), 0);
  }

  void pictures_are_told_from_other_files() {
    QVERIFY(looks_like_picture(queued("a/b.JPG", 1)));
    QVERIFY(!looks_like_picture(queued("a.png/readme", 1)));
    QVERIFY(!looks_like_picture(queued("notes.txt", 1)));
    QVERIFY(looks_like_picture(stored("no-ending", 1, 1, "png")));
    QVERIFY(!looks_like_picture(stored("broken.png", 1, 1, "")));  // the archive would know its format
    QVERIFY(!looks_like_picture(folder("folder.png")));
  }

  void sorting_keeps_folders_first_and_counts_numbers() {
    Watched w;
    w.model.add(
        {queued("p10.png", 5), queued("P9.png", 50), queued("p1.png", 500), queued("z/1", 1), queued("y/1", 9000)});
    QCOMPARE(tree_text(w.filter), QStringLiteral("y(1) z(1) p1.png P9.png p10.png"));
    w.filter.sort(Model::Name, Qt::DescendingOrder);
    QCOMPARE(tree_text(w.filter), QStringLiteral("z(1) y(1) p10.png P9.png p1.png"));
    w.filter.sort(Model::OriginalSize, Qt::AscendingOrder);
    QCOMPARE(tree_text(w.filter), QStringLiteral("z(1) y(1) p10.png P9.png p1.png"));
    w.model.update("p10.png", [](FileItem& item) { item.original_bytes = 100'000; });
    w.model.update("z/1", [](FileItem& item) { item.original_bytes = 100'000; });
    QCOMPARE(tree_text(w.filter), QStringLiteral("y(1) z(1) P9.png p1.png p10.png"));
  }

  void filtering_keeps_what_is_above_a_match() {
    Watched w;
    w.model.add({queued("Summer/beach.png", 1), queued("Summer/notes.txt", 1), queued("Winter/snow.png", 1)});
    w.filter.set_text(QStringLiteral("BEACH"));
    QCOMPARE(tree_text(w.filter), QStringLiteral("Summer(beach.png)"));
    w.model.add({queued("Winter/beach 2.png", 1)});
    QCOMPARE(tree_text(w.filter), QStringLiteral("Summer(beach.png) Winter(beach 2.png)"));
    w.model.remove({"Summer/beach.png"});
    QCOMPARE(tree_text(w.filter), QStringLiteral("Winter(beach 2.png)"));
    w.filter.set_text(QStringLiteral("winter/"));  // the path counts, too
    QCOMPARE(tree_text(w.filter), QStringLiteral("Winter(beach 2.png snow.png)"));
    w.filter.set_text({});
    QCOMPARE(tree_text(w.filter), QStringLiteral("Summer(notes.txt) Winter(beach 2.png snow.png)"));
  }

  void codec_columns_come_and_go() {
    Watched w;
    FileItem item = stored("a/1.png", 1000, 400);
    item.codec_bytes = {{"png", 990}, {"webp", 800}};
    w.model.add({item, stored("a/2.png", 1000, 400)});
    w.model.set_codecs({"webp", "jpegxl"});
    QCOMPARE(w.model.columnCount(), Model::FixedColumns + 2);
    QCOMPARE(w.model.headerData(Model::FixedColumns + 1, Qt::Horizontal, Qt::DisplayRole).toString(),
             QStringLiteral("JPEG XL"));
    QCOMPARE(cell(w.model, w.model.index_of("a/1.png"), Model::FixedColumns), QStringLiteral("800 bytes"));
    QCOMPARE(cell(w.model, w.model.index_of("a/1.png"), Model::FixedColumns + 1), QString());
    QSignalSpy reset(&w.model, &QAbstractItemModel::modelReset);
    w.model.set_codecs({"webp", "jpegxl"});
    QCOMPARE(reset.size(), 0);
    w.model.set_codecs({});
    QCOMPARE(w.filter.columnCount(), int{Model::FixedColumns});
  }

  void a_thumbnail_is_wanted_once() {
    Watched w;
    w.model.add({queued("a/1.png", 1), queued("a/2.txt", 1)});
    QSignalSpy wanted(&w.model, &Model::thumbnail_wanted);
    const QModelIndex row = w.model.index_of("a/1.png");
    for (int i = 0; i < 3; ++i) QVERIFY(!row.data(Qt::DecorationRole).value<QIcon>().isNull());
    w.model.index_of("a/2.txt").data(Qt::DecorationRole);
    w.model.index_of("a").data(Qt::DecorationRole);
    QCOMPARE(wanted.size(), 1);
    const PictureSource source = wanted[0][0].value<NamedSource>().source;
    QCOMPARE(source, w.model.find("a/1.png")->source);

    w.model.forget_thumbnail_request(source);
    row.data(Qt::DecorationRole);
    QCOMPARE(wanted.size(), 2);

    QImage red(40, 20, QImage::Format_RGB888);
    red.fill(Qt::red);
    w.model.set_thumbnail(source, red, {400, 200});
    QCOMPARE(cell(w.model, row, Model::Dimensions), QStringLiteral("400 × 200"));
    const QImage shown = row.data(Qt::DecorationRole).value<QIcon>().pixmap(64).toImage();
    QCOMPARE(shown.size(), QSize(64, 64));
    QCOMPARE(shown.pixelColor(32, 32), QColor(Qt::red));
    QCOMPARE(shown.pixelColor(32, 2).alpha(), 0);
    QCOMPARE(wanted.size(), 2);
    w.model.add({queued("a/1.png", 2)});  // another file under the same name
    row.data(Qt::DecorationRole);
    QCOMPARE(wanted.size(), 3);
    w.model.set_thumbnail({"/tmp/unknown.png", {}}, red, {4, 2});
  }

  void thumbnails_stay_when_a_queue_becomes_an_archive() {
    Watched w;
    w.model.add({queued("a/1.png", 1), queued("a/2.png", 1)});
    QImage red(40, 20, QImage::Format_RGB888);
    red.fill(Qt::red);
    w.model.set_thumbnail(w.model.find("a/1.png")->source, red, {400, 200});
    QSignalSpy wanted(&w.model, &Model::thumbnail_wanted);
    w.model.clear(true);
    FileItem entry = stored("a/1.png", 1, 1);
    entry.width = 400;
    entry.height = 400;  // as an archive tells it of 16 bits a sample
    w.model.add({entry, stored("a/2.png", 1, 1)});
    const QImage shown = w.model.index_of("a/1.png").data(Qt::DecorationRole).value<QIcon>().pixmap(64).toImage();
    QCOMPARE(shown.pixelColor(32, 32), QColor(Qt::red));
    QCOMPARE(w.model.find("a/1.png")->height, 200U);
    QCOMPARE(wanted.size(), 0);
    w.model.index_of("a/2.png").data(Qt::DecorationRole);
    QCOMPARE(wanted.size(), 1);
    w.model.clear();
    w.model.add({entry});
    QCOMPARE(w.model.find("a/1.png")->height, 400U);
    w.model.set_thumbnail(entry.source, red, {400, 200});
    QCOMPARE(w.model.find("a/1.png")->height, 200U);
  }

  void thumbnails_of_huge_pictures_are_not_wanted() {
    Watched w;
    FileItem huge = stored("huge.png", 1, 1);
    huge.width = huge.height = 10'000;
    w.model.add({huge});
    QSignalSpy wanted(&w.model, &Model::thumbnail_wanted);
    w.model.index_of("huge.png").data(Qt::DecorationRole);
    QCOMPARE(wanted.size(), 0);
  }

  void random_changes_keep_all_sums() {
    Watched w;
    w.filter.sort(Model::OriginalSize, Qt::DescendingOrder);
    std::uint32_t state = 1;
    const auto random = [&](std::uint32_t below) {
      state = state * 1664525U + 1013904223U;
      return (state >> 8) % below;
    };
    std::map<std::string, std::uint64_t> expected;
    for (int step = 0; step < 400; ++step) {
      const std::string path = std::string(1, static_cast<char>('a' + random(3))) + "/" + std::to_string(random(3)) +
                               "/" + std::to_string(random(8)) + ".png";
      switch (random(4)) {
        case 0:
          w.model.remove({path});
          expected.erase(path);
          break;
        case 1:
          w.model.update(path, [&](FileItem& item) { item.original_bytes = expected[path] = random(1000); });
          break;
        case 2: w.filter.set_text(random(2) == 0 ? QString() : QString::number(random(8))); break;
        default: w.model.add({queued(path, expected[path] = random(1000))});
      }
      std::uint64_t sum = 0, shown = 0;
      for (const auto& [name, bytes] : expected) sum += bytes;
      for (int row = 0; row < w.model.rowCount(); ++row) {
        shown += w.model.index(row, Model::OriginalSize).data(Model::SortRole).toULongLong();
      }
      QCOMPARE(shown, sum);
      QCOMPARE(w.model.files_under({}).size(), expected.size());
    }
  }

  void numbers_as_text() {
    QCOMPARE(format_bytes(0), QStringLiteral("0 bytes"));
    QCOMPARE(format_bytes(1), QStringLiteral("1 byte"));
    QCOMPARE(format_bytes(999), QStringLiteral("999 bytes"));
    QCOMPARE(format_bytes(1'200'000), QStringLiteral("1.2 MB"));
    QCOMPARE(format_exact_bytes(1'234'567), QStringLiteral("1,234,567 bytes"));
    QCOMPARE(format_percent(0.6234), QStringLiteral("62.3%"));
    QCOMPARE(format_percent(0.0 / 0.0), QStringLiteral("–"));
    QCOMPARE(format_duration(7), QStringLiteral("0:07"));
    QCOMPARE(format_duration(125.4), QStringLiteral("2:05"));
    QCOMPARE(format_duration(3725), QStringLiteral("1:02:05"));
    QCOMPARE(format_duration(-1), QStringLiteral("–"));
    QCOMPARE(format_speed(3.4e6), QStringLiteral("3.4 MB/s"));
    QCOMPARE(format_dimensions(0, 3), QString());
    QCOMPARE(form_title(Form::Picture), QStringLiteral("Bit-Swap"));
    QCOMPARE(codec_title("jpegxl-9"), QStringLiteral("JPEG XL, effort 9"));
    QCOMPARE(codec_title("bzip2"), QStringLiteral("bzip2"));
    QCOMPARE(codec_title("classic"), QStringLiteral("Bit-Swap, classic"));
    QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
    QCOMPARE(format_bytes(1'200'000), QStringLiteral("1,2 MB"));
    initTestCase();
  }
};

QTEST_MAIN(FileTreeTest)
#include "file_tree_test.moc"
