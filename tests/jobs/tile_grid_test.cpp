// SPDX-License-Identifier: GPL-3.0-or-later
// Luma and chroma are cut on a grid of their own, whatever the tile size of the model: what was written can be read.
#include <QTemporaryDir>
#include <QtTest>

#include "engine/archive/reader.h"
#include "engine/codec/image_codec.h"
#include "engine/jobs/inspect.h"
#include "engine/storage/picture_form.h"
#include "tests/fakes/random_model.h"
#include "tests/jobs/sample_pictures.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;

class TileGridTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void counts_are_those_of_the_plan() {
    ImageHeader header;
    header.channels = 4;
    for (const std::uint32_t width : {1U, 15U, 16U, 17U, 300U, 4097U}) {
      for (const std::uint16_t tile_size : {std::uint16_t{16}, std::uint16_t{154}, std::uint16_t{1024}}) {
        for (const std::uint32_t grid : {1U, kYccTileGrid}) {
          for (const auto alpha : {ImageHeader::Alpha::Constant, ImageHeader::Alpha::Coded}) {
            header.width = width;
            header.height = 150;
            header.tile_size = tile_size;
            header.tile_grid = grid;
            header.alpha = alpha;
            QCOMPARE(tile_count(header), std::uint64_t{make_tiles(width, 150, tile_size, grid).size()});
            for (const bool chained : {false, true}) {
              QCOMPARE(segment_count(header, chained), std::uint64_t{plan_segments(header, chained).size()});
            }
          }
        }
      }
    }
  }

  void a_tile_size_off_the_grid_is_refused() {
    ModelConfig config = small_config(2, 1);
    config.ycc = true;
    config.tile_size = 154;
    QCOMPARE(validate(config).error().code, Error::Code::InvalidArgument);
    config.ycc = false;
    QVERIFY(validate(config).ok());
  }

  void tiles_on_the_grid_come_back() {
    const QTemporaryDir temporary;
    const fs::path root = temporary.path().toStdString();
    ModelConfig config = small_config(2, 1);
    config.ycc = true;
    config.tile_size = 144;
    Model model = random_model(config, 3);
    write_file(root / "own.model", write_model(model));
    const Picture decoded = decode_rgb(jpeg_file(photo(300, 150, 3)));
    QVERIFY(suits_ycc(decoded));
    write_file(root / "in/was-a-jpeg.ppm", ppm_file(decoded));

    CompressOptions options = compress_options(root / "in", root / "a.bswap");
    options.model = (root / "own.model").string();
    const auto report = compress(options);
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QCOMPARE(report->count(FileReport::Status::Ok), report->files.size());
    QCOMPARE(not_restored(options.archive, root / "in", root / "out"), std::string());

    const ArchiveReader archive = ArchiveReader::open(options.archive).value();
    const Entry& entry = archive.entries()[archive.find("in/was-a-jpeg.ppm").value()];
    const ImageHeader header = read_image_section(ArchivedSections(archive, entry)).value().header;
    QCOMPARE(header.tile_grid, kYccTileGrid);
    QCOMPARE(tile_count(header), std::uint64_t{6});
    InspectOptions inspecting;
    inspecting.device = "plain";
    inspecting.file = options.archive;
    inspecting.entry = "in/was-a-jpeg.ppm";
    QCOMPARE(inspect(inspecting)->tiles, std::size_t{6});
  }
};

QTEST_GUILESS_MAIN(TileGridTest)
#include "tile_grid_test.moc"
