// A batch of files on its way into the archive: read, take apart, code, verify, write. Every step is parallel but the
// last, and none of them lets the number of threads decide what is written.
#include <algorithm>
#include <mutex>

#include "engine/archive/zstd_payload.h"
#include "engine/image/drawn.h"
#include "engine/image/pixels_png.h"
#include "engine/jobs/compress_job.h"
#include "engine/jobs/pending_file.h"

namespace bitswap {
namespace {

constexpr int kRecipeLevel = 19;

class Batch {
 public:
  Batch(CompressJob& job, std::span<const InputItem> items) : job_(job), files_(items.size()) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      files_[i].item = &items[i];
      files_[i].header = entry_header(items[i]);
      files_[i].report = file_report(items[i]);
      files_[i].done = items[i].problem || items[i].skipped || items[i].kind != EntryKind::File;
    }
  }

  Status run() {
    BITSWAP_TRY(each_file([this](PendingFile& file) { return read(file); }));
    find_duplicates();
    const auto busy =
        std::ranges::count_if(files_, [](const PendingFile& file) { return !file.done && !file.duplicate; });
    threads_per_file_ = std::max(1, job_.threads / std::max(1, static_cast<int>(busy)));
    BITSWAP_TRY(each_file([this](PendingFile& file) { return take_apart(file); }));
    BITSWAP_TRY(code_pixels());
    if (job_.options.verify) BITSWAP_TRY(verify_pixels());
    BITSWAP_TRY(each_file([this](PendingFile& file) { return pack(file); }));
    for (PendingFile& file : files_) {
      BITSWAP_TRY(write(file));
      const std::uint64_t credited = file.credited;
      job_.finish_file(std::move(file.report), file.item->size - std::min(credited, file.item->size));
      file.content = {};
      file.packed.reset();
      file.drop_pixels();
      if (is_cancelled(job_.options.cancel)) return cancelled_error();
    }
    return {};
  }

 private:
  /// Files that are still to be worked on, in parallel. Running out of memory fails that file only.
  template <typename Body>
  Status each_file(Body&& body) {
    return parallel_for(files_.size(), job_.threads, job_.options.cancel, [&](std::size_t i) -> Status {
      PendingFile& file = files_[i];
      if (file.done || file.duplicate) return {};
      Status status = guarded([&]() -> Status { return body(file); });
      if (!status.ok() && status.error().code == Error::Code::Cancelled) return status;
      if (!status.ok()) {
        set_failed(file.report, status.error());
        file.done = true;
      }
      return {};
    });
  }

  /// All segments of all pictures, in parallel; the outcome of each is kept with its picture.
  template <typename Body>
  Status each_segment(Body&& body) {
    std::vector<std::pair<PendingFile*, std::size_t>> work;
    for (PendingFile& file : files_) {
      if (!file.has_segments() || file.done) continue;
      const std::size_t count = file.encoder->segments().size();
      file.outcomes.assign(count, Status());
      for (std::size_t s = 0; s < count; ++s) work.emplace_back(&file, s);
    }
    return parallel_for(work.size(), job_.threads, job_.options.cancel, [&](std::size_t i) -> Status {
      auto& [file, segment] = work[i];
      job_.meter.begin(file->header.path);
      Status& outcome = file->outcomes[segment];
      outcome = guarded([&, f = file, s = segment]() -> Status { return body(*f, s); });
      if (!outcome.ok() && outcome.error().code == Error::Code::Cancelled) return outcome;
      credit(*file, file->item->size / ((job_.options.verify ? 2 : 1) * file->outcomes.size()));
      return {};
    });
  }

  void credit(PendingFile& file, std::uint64_t bytes) {
    file.credited += bytes;
    job_.meter.add_bytes(bytes);
  }

  Status read(PendingFile& file) {
    job_.meter.begin(file.header.path);
    BITSWAP_TRY_ASSIGN(const OpenFile open, open_file(file.item->source));
    BITSWAP_TRY_ASSIGN(file.content, read_whole(open));
    if (has_changed(open) || file.content.size() != open.size) {
      set_warning(file.report, {Error::Code::Io, 0, "the file changed while it was read"});
    }
    if (!file.item->pixel_path.empty()) convert(file);
    file.header.original_size = file.content.size();
    file.header.original_hash = hash128(file.content);
    file.header.modified_ns = open.modified_ns;
    file.header.permissions = open.permissions;
    file.report.original_bytes = file.content.size();
    return {};
  }

  /// From here on the file is the PNG of its pixels.
  static void convert(PendingFile& file) {
    auto png = file.item->pixel_path_taken
                   ? Error{Error::Code::Exists, 0, "there cannot be a " + file.item->pixel_path + " beside it"}
                   : guarded([&]() -> Result<Bytes> { return pixels_as_png(file.content); });
    if (!png.ok()) {
      file.warn_of_bytes(std::move(png).error());
      return;
    }
    file.content = std::move(png).value();
    file.converted = true;
    file.header.path = file.report.path = file.item->pixel_path;
    file.header.exactness = Exactness::Pixels;
  }

  void find_duplicates() {
    std::map<std::pair<std::uint64_t, Hash128>, int> seen;
    for (PendingFile& file : files_) {
      if (file.done || file.content.empty()) continue;
      const std::pair key(file.header.original_size, file.header.original_hash);
      file.duplicate = job_.find_content(key.first, key.second) != nullptr || !seen.emplace(key, 0).second;
    }
  }

  Status take_apart(PendingFile& file) {
    const ImageFormat* format = find_format(file.content);
    if (format == nullptr) return {};
    file.header.format = file.report.format = format->name();
    if (job_.options.codec == "zstd") return {};
    if (file.header.format == "jpeg") return transcode(file, *format);
    auto taken = guarded([&]() -> Result<TakenApart> { return format->take_apart(file.content); });
    if (!taken.ok()) {
      if (taken.error().code != Error::Code::Unsupported) file.give_up_pixels(std::move(taken).error());
      return {};
    }
    if (taken->exactness != Exactness::Bytes && job_.options.require_exact_bytes) return {};
    if (taken->recipe.size() > recipe_limit(file.content.size(), taken->picture.height)) return {};
    auto recipe = zstd_compress(taken->recipe, kRecipeLevel);
    if (!recipe.ok()) {
      file.give_up_pixels(std::move(recipe).error());
      return {};
    }
    if (recipe->size() > kMaxSectionBytes) return {};
    file.recipe = std::move(recipe).value();
    file.picture = std::move(taken).value();
    return {};
  }

  /// What libjxl does not take is told to nobody, unless the file is broken.
  Status transcode(PendingFile& file, const ImageFormat& format) {
    job_.meter.begin(file.header.path);
    auto coded = guarded([&]() -> Result<JxlSections> { return pack_jpeg_jxl(file.content, threads_per_file_); });
    credit(file, file.item->size / 2);
    if (!coded.ok()) {
      const auto looked_at = guarded([&]() -> Result<Picture> { return format.view(file.content); });
      const auto broken = [](const Error& why) {
        return why.code == Error::Code::Corrupt || why.code == Error::Code::Truncated;
      };
      if (!looked_at.ok() && broken(looked_at.error())) file.warn_of_bytes(looked_at.error());
      return {};
    }
    file.jxl = std::move(coded).value();
    BITSWAP_TRY_ASSIGN(file.packed, pack_content(file.content));
    if (file.size_of_bytes() <= file.size_of_jxl()) {
      file.jxl.reset();
    } else {
      file.packed.reset();
    }
    return {};
  }

  Status code_pixels() {
    bool any = false;
    for (const PendingFile& file : files_) any = any || file.as_pixels();
    if (!any) return {};
    if (job_.model) BITSWAP_TRY(code_segments());
    return each_file([this](PendingFile& file) { return choose(file); });
  }

  Status code_segments() {
    BITSWAP_TRY_ASSIGN(const CodingModel coding, job_.models.add(job_.model));
    for (PendingFile& file : files_) {
      if (!file.as_pixels()) continue;
      file.encoder = std::make_unique<ImageEncoder>(coding, file.picture->picture);
      file.segments.resize(file.encoder->segments().size());
    }
    return each_segment([this](PendingFile& file, std::size_t s) -> Status {
      BITSWAP_TRY_ASSIGN(EncodedSegment coded, file.encoder->encode(s, false, job_.options.cancel));
      if (coded.payload.size() > kMaxSectionBytes) {
        return Error{Error::Code::LimitExceeded, 0, "a segment longer than the format allows"};
      }
      file.segments[s] = std::move(coded.payload);
      return {};
    });
  }

  /// Bit-Swap, JPEG XL or bytes, whichever is smallest in the archive.
  Status choose(PendingFile& file) {
    if (!file.as_pixels()) return {};
    const Picture& picture = file.picture->picture;
    if (const Status* failure = file.first_failure()) {
      file.give_up_pixels(failure->error());
      return {};
    }
    if (file.has_segments()) {
      ImageHeader header = file.encoder->header();
      header.wide = file.picture->wide;
      file.image = ImageSection{header, hash128(picture.samples)}.write();
    }
    const bool drawn = job_.options.codec == "auto" && (file.picture->wide || looks_drawn(picture));
    if (job_.options.codec == "jxl" || drawn) {
      auto coded =
          guarded([&]() -> Result<JxlSections> { return pack_jxl(picture, file.picture->wide, threads_per_file_); });
      if (!coded.ok() && !file.has_segments()) {
        file.give_up_pixels(std::move(coded).error());
        return {};
      }
      if (coded.ok()) file.jxl = std::move(coded).value();
    }
    if (file.jxl && file.has_segments()) {
      if (file.size_of_jxl() < file.size_of_segments()) {
        file.drop_segments();
      } else {
        file.jxl.reset();
      }
    }
    if (job_.options.codec != "auto") return {};
    BITSWAP_TRY_ASSIGN(file.packed, pack_content(file.content));
    if (file.size_of_bytes() <= (file.jxl ? file.size_of_jxl() : file.size_of_segments())) {
      file.drop_pixels();
    } else {
      file.packed.reset();
    }
    return {};
  }

  /// Decodes what is about to be written and holds it against what was read.
  Status verify_pixels() {
    bool any = false;
    for (PendingFile& file : files_) {
      if (!file.as_pixels()) continue;
      any = true;
      if (!file.has_segments()) continue;
      auto image = ImageSection::read(file.image);
      const Status prepared = guarded([&]() -> Status {
        BITSWAP_TRY_ASSIGN(const CodingModel coding, job_.models.add(job_.model));
        if (!image.ok()) return image.error();
        file.decoder = std::make_unique<ImageDecoder>(coding, image->header);
        return {};
      });
      if (!prepared.ok()) file.give_up_pixels(prepared.error());
    }
    if (!any) return {};
    BITSWAP_TRY(each_segment([this](PendingFile& file, std::size_t s) -> Status {
      return file.decoder->decode(s, file.segments[s], job_.options.cancel);
    }));
    return each_file([this](PendingFile& file) -> Status {
      if (!file.as_pixels()) return {};
      const Status same = guarded([&]() -> Status { return compare(file); });
      if (!same.ok()) file.give_up_pixels({Error::Code::Internal, 0, "reading it back failed: " + same.error().detail});
      return {};
    });
  }

  Result<Picture> decoded_again(PendingFile& file) const {
    if (file.jxl) return unpack_jxl(*file.jxl, threads_per_file_);
    if (const Status* failure = file.first_failure()) return failure->error();
    return file.decoder->take();
  }

  Status compare(PendingFile& file) const {
    BITSWAP_TRY_ASSIGN(const Picture again, decoded_again(file));
    if (again != file.picture->picture) return Error{Error::Code::Internal, 0, "the pixels came back differently"};
    BITSWAP_TRY_ASSIGN(const Bytes rebuilt, rebuild_file(again, file.recipe, file.header));
    if (file.picture->exactness == Exactness::Bytes && rebuilt != file.content) {
      return Error{Error::Code::Internal, 0, "the file came back differently"};
    }
    return {};
  }

  Status pack(PendingFile& file) {
    file.decoder.reset();
    if (file.as_pixels() || file.jxl) return {};
    if (!file.packed) {
      BITSWAP_TRY_ASSIGN(file.packed, pack_content(file.content));
    }
    if (!job_.options.verify || file.packed->codec == kStored) return {};
    const auto again = zstd_decompress(file.packed->data, file.content.size());
    if (again.ok() && *again == file.content) return {};
    file.packed = PackedContent{};
    set_warning(file.report, {Error::Code::Internal, 0, "stored as it is: reading it back from zstd failed"});
    return {};
  }

  Status write(PendingFile& file) {
    if (file.duplicate) {
      const KnownContent* original = job_.find_content(file.header.original_size, file.header.original_hash);
      if (original != nullptr) return job_.write_duplicate(file.header, *original, file.report);
      // The file of the same content could not be written: this one takes its place.
      const Status packed = guarded([&]() -> Status { return pack(file); });
      if (!packed.ok()) set_failed(file.report, packed.error());
      file.done = !packed.ok();
    }
    if (file.item->problem) {
      if (file.item->skipped) {
        file.report.status = FileReport::Status::Skipped;
        file.report.error = *file.item->problem;
      } else {
        set_failed(file.report, *file.item->problem);
      }
      return {};
    }
    if (file.item->skipped) file.report.status = FileReport::Status::Skipped;
    if (file.item->kind != EntryKind::File) return job_.write_entry(file.header, {}, file.report);
    if (file.done || file.item->skipped) return {};
    if (file.as_pixels()) {
      if (!file.converted) file.header.exactness = file.picture->exactness;
      file.report.raw_bytes = file.picture->picture.samples.size();
      file.report.width = file.picture->picture.width;
      file.report.height = file.picture->picture.height / (file.picture->wide ? 2 : 1);
    }
    std::vector<std::pair<SectionType, ByteView>> sections;
    if (file.jxl) {
      file.header.codec = file.as_pixels() ? kJxl : kJpegJxl;
      file.report.width = file.jxl->shape.width;
      file.report.height = file.jxl->shape.height;
      if (file.as_pixels()) file.report.pixel_bytes = file.jxl->data.size();
      const ByteView recipe = file.as_pixels() ? file.recipe : file.jxl->recipe;
      sections.emplace_back(SectionType::ImageHeader, file.jxl->image);
      if (!recipe.empty()) sections.emplace_back(SectionType::Recipe, recipe);
      sections.emplace_back(SectionType::Data, file.jxl->data);
    } else if (file.as_pixels()) {
      BITSWAP_TRY(write_model_once());
      file.header.codec = kBitswap;
      sections.emplace_back(SectionType::ImageHeader, file.image);
      sections.emplace_back(SectionType::Recipe, file.recipe);
      for (const Bytes& segment : file.segments) sections.emplace_back(SectionType::Segment, segment);
    } else {
      file.header.codec = file.packed->codec;
      const ByteView payload = file.packed->payload(file.content);
      if (!payload.empty()) sections.emplace_back(SectionType::Data, payload);
    }
    return job_.write_entry(file.header, sections, file.report);
  }

  /// A model that is not part of the program stands in the archive, before the first picture that needs it.
  Status write_model_once() {
    if (!job_.carry_model) return {};
    Model copy = *job_.model;
    const Bytes file = write_model(copy);
    BITSWAP_TRY_ASSIGN(const PackedContent packed, pack_content(file));
    EntryHeader header;
    header.kind = EntryKind::Model;
    header.path = hex(copy.hash);
    header.codec = packed.codec;
    header.original_size = file.size();
    header.original_hash = hash128(file);
    BITSWAP_TRY(job_.writer->begin_entry(header));
    BITSWAP_TRY(job_.writer->add_section(SectionType::Data, packed.payload(file)));
    BITSWAP_TRY_ASSIGN(const EntrySizes sizes, job_.writer->end_entry());
    (void)sizes;
    job_.carry_model = false;
    return {};
  }

  CompressJob& job_;
  std::vector<PendingFile> files_;
  int threads_per_file_ = 1;
};

}  // namespace

Status compress_batch(CompressJob& job, std::span<const InputItem> items) {
  return guarded([&]() -> Status { return Batch(job, items).run(); });
}

}  // namespace bitswap
