// SPDX-License-Identifier: GPL-3.0-or-later
// Every form of the table: its name, and that what it packs says its facts and comes back, from memory and from an
// archive alike.
#include <QTemporaryDir>
#include <QtTest>
#include <set>

#include "engine/archive/writer.h"
#include "engine/base/spare_threads.h"
#include "engine/image/format.h"
#include "engine/storage/carried_model.h"
#include "engine/storage/coding_models.h"
#include "engine/storage/rebuild.h"
#include "engine/storage/storage_form.h"
#include "tests/fakes/random_model.h"
#include "tests/jobs/sample_pictures.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;

namespace {

BackendSource plain() {
  return []() -> Result<std::unique_ptr<Backend>> { return make_plain_backend(); };
}

Packing packing_of(Form form, std::size_t bytes) {
  Packing packing{form, {}, {}};
  packing.sections.push_back({SectionType::Data, Bytes(bytes), {}});
  return packing;
}

/// A file taken apart as compress() does it.
struct Sample {
  explicit Sample(Bytes file) : content(std::move(file)) {
    const ImageFormat* format = find_format(content);
    if (format == nullptr) return;
    name = format->name();
    if (auto taken = format->take_apart(content); taken.ok()) {
      recipe = pack_recipe(taken->recipe, content.size(), taken->picture.height).value();
      picture = std::move(*taken);
    }
  }
  [[nodiscard]] Material material() const {
    return {EntryKind::File, content, name, picture ? &*picture : nullptr, recipe};
  }
  [[nodiscard]] EntryHeader header(Form form) const {
    EntryHeader header;
    header.path = "a";
    header.codec = form_name(form);
    header.format = name;
    header.original_size = content.size();
    return header;
  }
  Bytes content;
  std::string name;
  std::optional<TakenApart> picture;
  Bytes recipe;
};

}  // namespace

class FormsTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  CodingModels models_{plain()};
  SpareThreads spare_{2};
  ModelFamily chosen_ = load_family("").value();

  /// Parts on this thread, then the whole.
  Result<Packing> pack(const StorageForm& form, const Material& material) {
    PackContext context{models_, &chosen_, spare_, form.form()};
    BITSWAP_TRY_ASSIGN(const std::unique_ptr<Packer> packer, form.begin(material, context));
    if (!packer) return Error{Error::Code::Unsupported, 0, "not for this"};
    for (std::size_t part = 0; part < packer->parts().size(); ++part) {
      std::vector<EncodeTask> tasks{packer->task(part)};
      models_.batch(*packer->coding()).encode(tasks, nullptr);
      packer->keep(part, std::move(tasks[0].result));
    }
    return packer->finish(1, UINT64_MAX);
  }

  Result<Restored> open(const EntrySections& sections) {
    OpenContext context{models_, spare_};
    BITSWAP_TRY_ASSIGN(const std::unique_ptr<OpenedContent> opened, open_entry(sections, context));
    for (std::size_t part = 0; part < opened->parts().size(); ++part) {
      BITSWAP_TRY_ASSIGN(const Bytes payload, opened->read_part(part));
      std::vector<DecodeTask> tasks{opened->task(part, payload)};
      models_.batch(*opened->coding()).decode(tasks, nullptr);
      opened->keep(part, std::move(tasks[0].status));
    }
    return opened->finish(1);
  }

 private Q_SLOTS:
  void names_are_those_of_archives() {
    std::set<std::string> names;
    for (const StorageForm* form : storage_forms()) {
      names.insert(std::string(form->name()));
      QCOMPARE(form_named(form->name()), form->form());
      QCOMPARE(find_form(form->form()), form);
    }
    QVERIFY(names ==
            (std::set<std::string>{"stored", "zstd", "bitswap", "jxl", "jpeg-jxl", "jpeg-bitswap", "model-delta"}));
    QCOMPARE(form_named("duplicate"), Form::Duplicate);
    QCOMPARE(form_named(""), Form::None);
    QCOMPARE(form_named("of-the-future"), Form::Unknown);
    EntryHeader header;
    header.codec = "duplicate";  // a kind of entry, not a codec
    QCOMPARE(form_of(header), Form::Unknown);
    QVERIFY(keeps_pixels(Form::Picture) && keeps_pixels(Form::JpegXl) && !keeps_pixels(Form::JpegTranscoded));
    QVERIFY(keeps_bytes(Form::Stored) && keeps_bytes(Form::Zstd) && !keeps_bytes(Form::Unknown));
  }

  void the_smallest_wins() {
    QVERIFY(!smallest({}));
    QCOMPARE(smallest({packing_of(Form::Stored, 90), packing_of(Form::JpegXl, 80), packing_of(Form::Zstd, 95)})->form,
             Form::JpegXl);
    // Heads of sections and the name, which stands in the entry and in the index, count.
    QCOMPARE(packing_of(Form::Zstd, 100).size(), std::uint64_t{100 + 18 + 2 * 4});
    QCOMPARE(smallest({packing_of(Form::Picture, 100), packing_of(Form::Stored, 102)})->form, Form::Stored);  // equal
    QCOMPARE(smallest({packing_of(Form::Picture, 100), packing_of(Form::Stored, 103)})->form, Form::Picture);
  }

  void packs_and_opens_data() {
    QTest::addColumn<int>("form");
    QTest::addColumn<QByteArray>("file");
    const auto add = [](Form form, const char* what, const Bytes& file) {
      const std::string row = std::string(form_name(form)) + " " + what;
      QTest::newRow(row.c_str()) << static_cast<int>(form)
                                 << QByteArray(reinterpret_cast<const char*>(file.data()),
                                               static_cast<qsizetype>(file.size()));
    };
    add(Form::Stored, "text", Bytes(1000, 'x'));
    add(Form::Stored, "nothing", {});
    add(Form::Zstd, "text", Bytes(1000, 'x'));
    for (const Form form : {Form::Picture, Form::JpegXl}) {
      add(form, "png", png_file(photo(45, 37, 3)));
      add(form, "alpha", png_file(photo(24, 31, 4, 3)));
      add(form, "16 bits", png_file(photo(9, 9, 3, 6), 16));
      add(form, "tiles", png_file(photo(1100, 7, 4, 10)));
    }
    add(Form::JpegTranscoded, "jpeg", jpeg_file(photo(40, 40, 3, 8)));
    add(Form::JpegTranscoded, "with a tail", joined(jpeg_file(photo(40, 40, 3, 8)), Bytes(50, 'x')));
  }

  void packs_and_opens() {
    QFETCH(int, form);
    QFETCH(QByteArray, file);
    const Sample sample(Bytes(file.begin(), file.end()));
    const StorageForm& kept = *find_form(static_cast<Form>(form));
    auto packing = pack(kept, sample.material());
    QVERIFY2(packing.ok(), packing.ok() ? "" : packing.error().detail.c_str());
    QCOMPARE(packing->form, kept.form());
    const EntryHeader header = sample.header(kept.form());
    const PackedSections packed(header, *packing);
    const auto restored = open(packed);
    QVERIFY2(restored.ok(), restored.ok() ? "" : restored.error().detail.c_str());
    QVERIFY(restored->content == sample.content);
    QCOMPARE(restored->picture.has_value(), kept.pixel_section().has_value());

    const fs::path path = fs::path(temporary_.path().toStdString()) / "a.bswap";
    {
      ArchiveWriter writer = ArchiveWriter::create(path, {true}).value();
      QVERIFY(writer.begin_entry(header).ok());
      for (const PackedSection& section : packing->sections) {
        QVERIFY(writer.add_section(section.type, section.payload()).ok());
      }
      QVERIFY(writer.end_entry().ok() && writer.finish().ok());
    }
    const ArchiveReader archive = ArchiveReader::open(path).value();
    const ArchivedSections archived(archive, archive.entries()[0]);
    const auto again = open(archived);
    QVERIFY(again.ok() && again->content == sample.content);

    const auto facts = kept.facts(archived);
    QVERIFY(facts.ok());
    QVERIFY(facts->memory >= sample.content.size());
    QCOMPARE(facts->models.empty(), !kept.uses_models());
    if (restored->picture) {
      const std::uint32_t halves = sample.picture->wide ? 2 : 1;
      QCOMPARE(facts->width, restored->picture->width);
      QCOMPARE(facts->height, restored->picture->height / halves);
      QCOMPARE(facts->raw_bytes, std::uint64_t{restored->picture->samples.size()});
    }
    // An entry that lacks a section is damaged, not a reason to fall over.
    for (std::size_t k = 0; k < packing->sections.size(); ++k) {
      Packing less = *packing;
      less.sections.erase(less.sections.begin() + static_cast<std::ptrdiff_t>(k));
      // Only the recipe of a JPEG may be missing, and then the length tells.
      QVERIFY(!open(PackedSections(header, less)).ok());
    }
  }

  void what_is_not_for_a_form_is_no_fault() {
    const Sample text(Bytes(1000, 'x'));
    for (const StorageForm* form : storage_forms()) {
      if (form->takes_all()) continue;
      const auto packing = pack(*form, text.material());
      QVERIFY(!packing.ok());
      QCOMPARE(packing.error().code, Error::Code::Unsupported);
    }
    // A broken file is.
    Bytes start = jpeg_file(photo(40, 40, 3));
    start.resize(30);
    const Sample cut(start);
    const auto broken = pack(*find_form(Form::JpegTranscoded), cut.material());
    QVERIFY(!broken.ok());
    QVERIFY(broken.error().code == Error::Code::Truncated || broken.error().code == Error::Code::Corrupt);
  }

  void later_versions_and_strange_models() {
    EntryHeader header;
    header.path = "a";
    header.codec = "of-the-future";
    const Packing nothing;
    const auto opened = open(PackedSections(header, nothing));
    QVERIFY(!opened.ok());
    QCOMPARE(opened.error().code, Error::Code::Unsupported);

    // A model that would need a model to be read.
    Model model = random_model(small_config(2, 1), 1);
    CarriedModel carried = carry_model(model).value();
    carried.header.codec = form_name(Form::Picture);
    const fs::path path = fs::path(temporary_.path().toStdString()) / "m.bswap";
    {
      ArchiveWriter writer = ArchiveWriter::create(path, {true}).value();
      QVERIFY(carried.write(writer).ok() && writer.finish().ok());
    }
    const ArchiveReader archive = ArchiveReader::open(path).value();
    const auto read = models_.get(model.hash, &archive);
    QVERIFY(!read.ok());
    QCOMPARE(read.error().code, Error::Code::Corrupt);
  }
};

QTEST_GUILESS_MAIN(FormsTest)
#include "forms_test.moc"
