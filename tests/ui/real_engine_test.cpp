// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window over the real engine and real photos; the command line program checks what came out.
#include <QDirIterator>
#include <QElapsedTimer>
#include <QImage>
#include <QMimeData>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>
#include <QtCharts/QAbstractBarSeries>
#include <QtCharts/QBarSet>
#include <QtCharts/QChart>

#include "tests/ui/answers.h"
#include "tests/ui/drop.h"
#include "ui/controllers/settings.h"
#include "ui/items/compare_model.h"
#include "ui/items/details_model.h"
#include "ui/items/format_text.h"
#include "ui/items/layers_model.h"
#include "ui/views/bar_chart.h"
#include "ui/views/compare_tab.h"
#include "ui/views/details_tab.h"
#include "ui/views/file_view.h"
#include "ui/views/layers_tab.h"
#include "ui/views/main_window.h"
#include "ui/views/problems_panel.h"

namespace bitswap::ui {
namespace {

using Mode = ArchiveController::Mode;
using State = FileItem::State;
using Qt::StringLiterals::operator""_L1;

constexpr const char* kCrop = "kodim13-crop.ppm";
constexpr int kTimeout = 120'000;

QString sample(const char* name) {
  return QStringLiteral(BITSWAP_SOURCE_DIR "/resources/samples/") + QLatin1String(name);
}

QByteArray read(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool write(const QString& path, const QByteArray& content) {
  QFile file(path);
  return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

/// Hidden ones, too.
QStringList names_in(const QString& folder) {
  return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Name);
}

/// Exit code of the command line program.
int run(const QStringList& arguments) {
  QProcess program;
  program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
  program.start(QStringLiteral(BITSWAP_PROGRAM), arguments);
  return program.waitForFinished(kTimeout) && program.exitStatus() == QProcess::NormalExit ? program.exitCode() : -1;
}

struct Fixture {
  /// A folder "photos" with these samples.
  explicit Fixture(const QStringList& samples) : settings(path("settings.ini")), engine(make_engine()) {
    QDir(folder.path()).mkdir(QStringLiteral("photos"));
    for (const QString& name : samples) {
      if (!QFile::copy(sample(name.toLatin1()), path("photos/") + name)) qFatal("no sample");
    }
    // The panel at the side would measure what is selected meanwhile.
    settings.set_state(QStringLiteral("side_panel"), "hidden");
    answers.extraction_folder = path("out");
    window = std::make_unique<MainWindow>(*engine, settings, std::make_unique<FakePrompts>(answers));
    window->show();
  }
  QString path(const char* name) const { return folder.filePath(QString::fromLatin1(name)); }
  ArchiveController& controller() { return window->controller(); }
  const FileItem* item(const char* name) { return controller().model().find(name); }
  bool idle() {
    return QTest::qWaitFor([this] { return !controller().busy(); }, kTimeout);
  }
  void add() {
    QVERIFY(drop(*window, {path("photos")}));
    QVERIFY(idle());
  }
  void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::ControlModifier) {
    QTest::keyClick(window.get(), key, modifiers);
  }
  void make_archive() {
    add();
    key(Qt::Key_S);
    QVERIFY(controller().job_running());
    QVERIFY(idle());
    QCOMPARE(controller().mode(), Mode::Archive);
    QCOMPARE(controller().archive(), path("photos.bswap"));
  }

  QTemporaryDir folder;
  Settings settings;
  std::unique_ptr<Engine> engine;
  Answers answers;
  std::unique_ptr<MainWindow> window;
};

/// How long the window's thread was away, at most.
class StallMeter {
 public:
  StallMeter() {
    clock_.start();
    QObject::connect(&timer_, &QTimer::timeout, [this] { longest_ = std::max(longest_, clock_.restart()); });
    timer_.start(5);
  }
  [[nodiscard]] qint64 longest() const { return longest_; }

 private:
  QElapsedTimer clock_;
  QTimer timer_;
  qint64 longest_ = 0;
};

double bar(const BarChart& chart, int row, int part) {
  const auto sets = static_cast<QAbstractBarSeries*>(chart.chart()->series().first())->barSets();
  return sets[part]->at(sets[part]->count() - 1 - row);
}

}  // namespace

class RealEngineTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { QLocale::setDefault(QLocale::c()); }

  void what_the_window_stores_the_command_line_restores() {
    Fixture f({QStringLiteral("kodim07-q90.jpg"), QStringLiteral("kodim13-crop.ppm"), QStringLiteral("kodim23.png")});
    // Pixels that come back in a rebuilt file, if this zlib's way is not one of those that are recognised.
    QImage crop = QImage(sample(kCrop)).copy(0, 0, 90, 70);
    QVERIFY(crop.save(f.path("photos/saved.png"), "PNG", 40));
    QVERIFY(write(f.path("photos/notes.txt"), "bits\n"));
    const StallMeter stall;
    f.make_archive();
    qInfo("longest time that the window's thread was away: %lld ms", stall.longest());
    QCOMPARE(f.controller().model().files_under({}).size(), std::size_t{5});
    QVERIFY(f.controller().problems().empty());
    QCOMPARE(f.item("photos/kodim23.png")->form, Form::Picture);
    QCOMPARE(f.item("photos/kodim07-q90.jpg")->form, Form::JpegTranscoded);

    QCOMPARE(run({"extract"_L1, f.path("photos.bswap"), "-d"_L1, f.path("back"), "--device"_L1, "cpu"_L1}), 0);
    int compared = 0;
    for (const FileItem* file : f.controller().model().files_under({})) {
      const QString name = QString::fromStdString(file->path);
      const QString before = f.folder.filePath(name), after = f.path("back/") + name;
      if (file->exactness == Exactness::Bytes) {
        QVERIFY2(read(before) == read(after), qPrintable(name));
      } else {
        QVERIFY2(QImage(before) == QImage(after), qPrintable(name));
      }
      QVERIFY(QFileInfo(after).size() > 0);
      ++compared;
    }
    QCOMPARE(compared, 5);
  }

  void compressing_never_stalls_the_window() {
    std::vector<qint64> gaps;
    for (int i = 0; i < 3; ++i) {
      Fixture f({QString::fromLatin1(kCrop)});
      f.add();
      const StallMeter stall;
      f.key(Qt::Key_S);
      QVERIFY(f.idle());
      QCOMPARE(f.controller().mode(), Mode::Archive);
      gaps.push_back(stall.longest());
    }
    std::ranges::sort(gaps);
    qInfo("longest times that the window's thread was away: %lld, %lld, %lld ms", gaps[0], gaps[1], gaps[2]);
    QVERIFY(gaps[1] < 100);
  }

  void cancelling_leaves_nothing() {
    Fixture f({QStringLiteral("kodim19.png"), QStringLiteral("kodim13-crop.ppm")});
    f.add();
    const QStringList before = names_in(f.folder.path());
    f.key(Qt::Key_S);
    // The new file is there: the job is in the middle of its work.
    QVERIFY(QTest::qWaitFor([&] { return names_in(f.folder.path()) != before; }, kTimeout));
    f.key(Qt::Key_Escape, Qt::NoModifier);
    QVERIFY(f.idle());
    QCOMPARE(names_in(f.folder.path()), before);
    QCOMPARE(f.controller().mode(), Mode::Queue);
    QCOMPARE(f.item("photos/kodim19.png")->state, State::Queued);
    QVERIFY(f.controller().problems().empty());
  }

  void a_broken_picture_is_named_and_comes_back() {
    Fixture f({QString::fromLatin1(kCrop)});
    const QByteArray broken = read(sample("kodim23.png")).left(50'000);
    QVERIFY(write(f.path("photos/broken.png"), broken));
    f.make_archive();
    auto* const panel = f.window->findChild<ProblemsPanel*>();
    QVERIFY(panel->isVisible());
    auto* const list = panel->findChild<QTreeWidget*>();
    QCOMPARE(list->topLevelItemCount(), 1);
    QCOMPARE(list->topLevelItem(0)->text(0), QStringLiteral("photos/broken.png"));
    QVERIFY(!list->topLevelItem(0)->text(1).isEmpty());
    f.key(Qt::Key_E);
    QVERIFY(QTest::qWaitFor([&] { return QFile::exists(f.path("out/photos/broken.png")); }, kTimeout));
    QVERIFY(f.idle());
    QCOMPARE(read(f.path("out/photos/broken.png")), broken);
  }

  void conflicts_and_dragging_out() {
    Fixture f({QString::fromLatin1(kCrop)});
    f.make_archive();
    const QByteArray original = read(sample(kCrop));
    for (const auto& answer : {std::optional<OnConflict>(), std::optional(OnConflict::Rename)}) {
      f.answers.conflict = answer;
      f.key(Qt::Key_E);
      QVERIFY(f.idle());
      QVERIFY(QTest::qWaitFor([&] { return QFile::exists(f.path("out/photos/kodim13-crop.ppm")); }, kTimeout));
    }
    QVERIFY(f.idle());
    QCOMPARE(f.answers.asked.count(QStringLiteral("conflicts")), 1);
    const QStringList names = names_in(f.path("out/photos"));
    QCOMPARE(names.size(), 2);
    for (const QString& name : names) QCOMPARE(read(f.path("out/photos/") + name), original);
    f.answers.conflict = OnConflict::Skip;
    QVERIFY(write(f.path("out/photos/kodim13-crop.ppm"), "mine"));
    f.key(Qt::Key_E);
    QVERIFY(f.idle());
    QCOMPARE(read(f.path("out/photos/kodim13-crop.ppm")), QByteArray("mine"));

    DragOut drag(*f.engine);
    JobOptions options;
    f.settings.apply(options);
    const std::string path = std::string("photos/") + kCrop;
    const std::unique_ptr<QMimeData> data(
        drag.entries(f.path("photos.bswap").toStdString(), {path}, {f.item(path.c_str())}, options));
    QVERIFY(data != nullptr);
    const QList<QUrl> urls = data->urls();
    QCOMPARE(urls.size(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(read(urls.first().toLocalFile()), original, 60'000);
  }

  void charts_show_the_ledger() {
    const QTemporaryDir folder;
    Settings settings(folder.filePath(QStringLiteral("settings.ini")));
    settings.set_codecs({"raw", "png", "jpegxl", "bit-swap"});
    const std::unique_ptr<Engine> engine = make_engine();
    MeasureController controller(*engine, settings);
    const PictureSource source{sample(kCrop).toStdString(), {}};
    const NamedSource named{QString::fromLatin1(kCrop), source};

    CompareOptions compare_options;
    settings.apply(compare_options);
    compare_options.pictures = {source};
    compare_options.codecs = settings.codecs();
    const auto compared = bitswap::compare(compare_options);
    QVERIFY(compared.ok());
    const CompareImage& image = compared->report.images().front();
    QCOMPARE(image.codecs.size(), std::size_t{4});
    CompareTab compare(controller, settings);
    compare.show();
    compare.set_sources({named});
    QVERIFY(QTest::qWaitFor([&] { return compare.model().sums().size() == 4; }, kTimeout));
    const auto* const sizes = compare.findChild<BarChart*>();
    for (int row = 0; row < 4; ++row) {
      const CodecSum& sum = compare.model().sums()[static_cast<std::size_t>(row)];
      const auto expected = std::ranges::find(image.codecs, sum.codec, &CompareMeasurement::codec);
      QVERIFY(expected != image.codecs.end());
      QCOMPARE(sum.bytes, expected->bytes);
      double drawn = 0;  // a part for each kind of codec, one of them not empty
      for (int part = 0; part < 3; ++part) drawn += bar(*sizes, row, part);
      QCOMPARE(drawn, static_cast<double>(expected->bytes));
    }

    InspectOptions inspect_options;
    settings.apply(inspect_options);
    inspect_options.file = source.file;
    const auto report = bitswap::inspect(inspect_options);
    QVERIFY(report.ok());
    LayersTab layers(controller);
    layers.show();
    layers.set_sources({named});
    QVERIFY(QTest::qWaitFor([&] { return layers.model().rowCount() > 0; }, kTimeout));
    const Ledger& ledger = report->ledger;
    const auto stages = static_cast<int>(ledger.stages.size());
    const QList<BarChart*> charts = layers.findChildren<BarChart*>();
    const auto number = [&](int row, int column) {
      return layers.model().index(row, column).data(LayersModel::kNumberRole).toDouble();
    };
    double elbo = 0;
    for (int i = 0; i < stages; ++i) {
      const LedgerStage& stage = ledger.stages[static_cast<std::size_t>(i)];
      QCOMPARE(bar(*charts[1], i, 0), stage.likelihood_bits);
      QCOMPARE(bar(*charts[1], i, 1), stage.prior_bits);
      QCOMPARE(bar(*charts[1], i, 2), -stage.posterior_bits);
      QCOMPARE(number(i, LayersModel::Net), stage.net_bits());
      QCOMPARE(number(i, LayersModel::BbAns), report->bb_ans.stages[static_cast<std::size_t>(i)].net_bits());
      elbo += bar(*charts[0], 0, i);
    }
    QCOMPARE(elbo, ledger.elbo_bits());
    QCOMPARE(number(stages, LayersModel::Net), ledger.elbo_bits());
    QCOMPARE(number(stages + 5, LayersModel::Net), 8.0 * static_cast<double>(report->payload_bytes));
    QCOMPARE(bar(*charts[2], 0, 0), ledger.initial_bits_required);
    QCOMPARE(bar(*charts[2], 1, 1), report->bb_ans.initial_bits_required);
    QCOMPARE(static_cast<double>(report->payload_bytes),
             static_cast<double>(std::ranges::find(image.codecs, "bit-swap", &CompareMeasurement::codec)->bytes));
  }

  void details_tell_how_pixels_are_coded() {
    Fixture f({QString::fromLatin1(kCrop)});
    f.make_archive();
    MeasureController controller(*f.engine, f.settings);
    DetailsTab details(controller);
    details.show();
    details.set_sources({named_source(*f.item("photos/kodim13-crop.ppm"))});
    QVERIFY(QTest::qWaitFor([&] { return details.model().rowCount() > 2; }, kTimeout));
    const QString text = details.model().all_text();
    QVERIFY2(text.contains("Model\tcompact-ycc\n"_L1), qPrintable(text));  // Kodak's photos are Photo CD pictures
    QVERIFY2(text.contains("Tiles\t1 of at most "_L1), qPrintable(text));
    // 256 × 256 × 3 = 196,608 subpixels: one lane; 196,608 / 8192 = 24, so 16 states.
    QVERIFY2(text.contains("Lanes\t1 a tile, 16 states each\n"_L1), qPrintable(text));
  }

  void pictures_of_16_bits_have_their_own_size() {
    Fixture f({});
    const QSize size(48, 40);
    QByteArray file("P6\n48 40\n65535\n");
    for (int i = 0; i < 48 * 40 * 6; ++i) file.append(static_cast<char>(i % 2 == 0 ? i / 200 : i * 7));
    QVERIFY(write(f.path("photos/wide.ppm"), file));
    CompressOptions options;
    options.inputs = {f.path("photos").toStdString()};
    options.archive = f.path("wide.bswap").toStdString();
    options.form = Form::Picture;  // which codes it as a picture of twice the height
    QVERIFY(bitswap::compress(options).ok());
    f.window->add_paths({f.path("wide.bswap")});
    QVERIFY(f.idle());
    QCOMPARE(f.item("photos/wide.ppm")->form, Form::Picture);
    MeasureController controller(*f.engine, f.settings);
    QSize told;
    connect(&controller, &MeasureController::described, this, [&](const PictureSource&, const Details& details) {
      told = QSize(static_cast<int>(details.width), static_cast<int>(details.height));
    });
    controller.describe(named_source(*f.item("photos/wide.ppm")));
    QVERIFY(QTest::qWaitFor([&] { return !told.isEmpty(); }, kTimeout));
    QCOMPARE(told, size);
    QVERIFY(QTest::qWaitFor([&] { return f.item("photos/wide.ppm")->height == 40U; }, kTimeout));
    QVERIFY(f.idle());
  }
};

}  // namespace bitswap::ui

QTEST_MAIN(bitswap::ui::RealEngineTest)

#include "real_engine_test.moc"
