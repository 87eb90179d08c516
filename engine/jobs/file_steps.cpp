// None of the steps lets a thread count or the time decide what is written.
#include "engine/jobs/file_steps.h"

#include "engine/archive/zstd_payload.h"
#include "engine/base/memory.h"
#include "engine/image/drawn.h"
#include "engine/image/pixels_png.h"
#include "engine/jobs/same_content.h"

namespace bitswap {
namespace {

constexpr int kRecipeLevel = 19;

void credit(CompressJob& job, PendingFile& file, std::uint64_t bytes) {
  file.credited += bytes;
  job.meter.add_bytes(bytes);
}

/// From here on the file is the PNG of its pixels.
void convert(PendingFile& file) {
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

/// What libjxl does not take is told to nobody, unless the file is broken.
Status transcode(CompressJob& job, PendingFile& file, const ImageFormat& format, int threads) {
  job.meter.begin(file.header.path);
  auto coded = guarded([&]() -> Result<JxlSections> { return pack_jpeg_jxl(file.content, threads); });
  credit(job, file, file.item->size / 2);
  if (!coded.ok() && coded.error().code == Error::Code::OutOfMemory) {
    file.warn_of_bytes(std::move(coded).error());
    return {};
  }
  if (!coded.ok()) {
    const auto looked_at = guarded([&]() -> Result<Picture> { return format.view(file.content); });
    const auto broken = [](const Error& why) {
      return why.code == Error::Code::Corrupt || why.code == Error::Code::Truncated;
    };
    if (!looked_at.ok() && broken(looked_at.error())) file.warn_of_bytes(looked_at.error());
    return {};
  }
  file.jxl = std::move(coded).value();
  auto packed = guarded([&]() -> Result<PackedContent> { return pack_content(file.content, file.size_of_jxl()); });
  file.packed = packed.ok() ? std::move(packed).value() : PackedContent{};
  if (file.size_of_bytes() <= file.size_of_jxl()) {
    file.jxl.reset();
  } else {
    file.packed.reset();
  }
  return {};
}

Result<Picture> decoded_again(PendingFile& file, int threads) {
  if (file.jxl) return unpack_jxl(*file.jxl, threads);
  if (const Status* failure = file.first_failure()) return failure->error();
  return file.decoder->take();
}

/// Decodes what is about to be written and holds it against what was read.
Status compare(PendingFile& file, int threads) {
  BITSWAP_TRY_ASSIGN(const Picture again, decoded_again(file, threads));
  if (again != file.picture->picture) return Error{Error::Code::Internal, 0, "the pixels came back differently"};
  return file.proof;
}

Status pack(const CompressJob& job, PendingFile& file) {
  if (file.as_pixels() || file.jxl) return {};
  if (!file.packed) {
    auto packed = guarded([&]() -> Result<PackedContent> { return pack_content(file.content); });
    if (!packed.ok()) file.warn_of_bytes(packed.error());
    file.packed = packed.ok() ? std::move(packed).value() : PackedContent{};
  }
  if (!job.options.verify || file.packed->codec == kStored) return {};
  const auto again = zstd_decompress(file.packed->data, file.content.size());
  if (again.ok() && *again == file.content) return {};
  file.packed = PackedContent{};
  set_warning(file.report, {Error::Code::Internal, 0, "stored as it is: reading it back from zstd failed"});
  return {};
}

/// A model that is not part of the program stands in the archive, before the first picture that needs it.
Status write_model_once(CompressJob& job) {
  if (!job.carried_model) return {};
  BITSWAP_TRY(job.carried_model->write(*job.writer));
  job.carried_model.reset();
  return {};
}

}  // namespace

Status read_file(CompressJob& job, PendingFile& file) {
  job.meter.begin(file.header.path);
  BITSWAP_TRY_ASSIGN(OpenFile open, open_file(file.item->source));
  bool held_still = false;
  BITSWAP_TRY_ASSIGN(file.content, read_at_one_moment(open, held_still));
  if (!held_still) {
    Error changed{Error::Code::Io, 0, "the file changed while it was read"};
    // A copy of several moments must not push out an old one that is whole.
    if (job.had(file.header.path)) return changed;
    set_warning(file.report, std::move(changed));
  }
  if (!file.item->pixel_path.empty()) convert(file);
  file.header.original_size = file.content.size();
  file.header.original_hash = content_hash(file.content);
  file.header.modified = open.stamp.modified;
  file.header.permissions = open.permissions;
  file.report.original_bytes = file.content.size();
  return {};
}

void compare_with_twin(const CompressJob& job, PendingFile& file) {
  const KnownContent& twin = *file.twin;
  if (twin.converted != file.converted) return;
  if (!file.converted) {
    file.duplicate = is_same_content(job, twin, file.content.size(), reader_of(file.content));
    return;
  }
  // What was converted is compared as the files that were given.
  const auto given = open_file(file.item->source);
  if (!given.ok()) return;
  file.duplicate = is_same_content(job, twin, given->stamp.size, [&](std::uint64_t at, std::span<std::uint8_t> into) {
    return read_at(given->handle.get(), at, into);
  });
}

Status take_apart(CompressJob& job, PendingFile& file, int threads) {
  const ImageFormat* format = find_format(file.content);
  if (format == nullptr) return {};
  file.header.format = file.report.format = format->name();
  if (job.options.codec == "zstd") return {};
  if (file.header.format == "jpeg") return transcode(job, file, *format, threads);
  auto taken = guarded([&]() -> Result<TakenApart> {
    BITSWAP_TRY(check_memory(file.memory, "this picture"));
    return format->take_apart(file.content);
  });
  if (!taken.ok()) {
    if (taken.error().code != Error::Code::Unsupported) file.give_up_pixels(std::move(taken).error());
    return {};
  }
  if (taken->exactness != Exactness::Bytes && job.options.require_exact_bytes) return {};
  auto recipe = zstd_compress(taken->recipe, kRecipeLevel);
  if (!recipe.ok()) {
    file.give_up_pixels(std::move(recipe).error());
    return {};
  }
  if (recipe->size() > kMaxSectionBytes) return {};
  if (taken->recipe.size() > recipe_limit(file.content.size(), taken->picture.height, recipe->size())) return {};
  file.recipe = std::move(recipe).value();
  taken->recipe = {};
  file.picture = std::move(taken).value();
  return {};
}

Status keep_segment(CompressJob& job, PendingFile& file, std::size_t s, Result<EncodedSegment> coded) {
  Status outcome;
  if (!coded.ok()) {
    outcome = std::move(coded).error();
  } else if (coded->payload.size() > kMaxSectionBytes) {
    outcome = Error{Error::Code::LimitExceeded, 0, "a segment longer than the format allows"};
  } else {
    file.segments[s] = std::move(coded->payload);
  }
  return keep_outcome(job, file, s, std::move(outcome));
}

Status keep_outcome(CompressJob& job, PendingFile& file, std::size_t s, Status outcome) {
  if (!outcome.ok() && outcome.error().code == Error::Code::Cancelled) return outcome;
  file.outcomes[s] = std::move(outcome);
  credit(job, file, file.item->size / ((job.options.verify ? 2 : 1) * file.outcomes.size()));
  return {};
}

bool wants_jxl(const CompressJob& job, const PendingFile& file) {
  if (job.options.codec == "jxl") return true;
  return job.options.codec == "auto" && (file.picture->wide || looks_drawn(file.picture->picture));
}

void try_jxl(PendingFile& file, int threads) {
  file.tried_jxl =
      guarded([&]() -> Result<JxlSections> { return pack_jxl(file.picture->picture, file.picture->wide, threads); });
}

Status choose(const CompressJob& job, PendingFile& file) {
  const Picture& picture = file.picture->picture;
  if (const Status* failure = file.first_failure()) {
    file.give_up_pixels(failure->error());
    return {};
  }
  if (file.has_segments()) {
    ImageHeader header = file.encoder->header();
    header.wide = file.picture->wide;
    file.image = ImageSection{header, content_hash(picture.samples)}.write();
  }
  if (file.tried_jxl) {
    if (!file.tried_jxl->ok() && !file.has_segments()) {
      file.give_up_pixels(std::move(*file.tried_jxl).error());
      return {};
    }
    if (file.tried_jxl->ok()) file.jxl = std::move(*file.tried_jxl).value();
    file.tried_jxl.reset();
  }
  if (file.jxl && file.has_segments()) {
    if (file.size_of_jxl() < file.size_of_segments()) {
      file.drop_segments();
    } else {
      file.jxl.reset();
    }
  }
  if (job.options.codec != "auto") return {};
  const std::uint64_t pixels = file.jxl ? file.size_of_jxl() : file.size_of_segments();
  BITSWAP_TRY_ASSIGN(file.packed, pack_content(file.content, pixels));
  if (file.size_of_bytes() <= pixels) {
    file.drop_pixels();
  } else {
    file.packed.reset();
  }
  return {};
}

void prepare_verifying(PendingFile& file) {
  if (!file.has_segments()) return;
  const Status prepared = guarded([&]() -> Status {
    BITSWAP_TRY_ASSIGN(const ImageSection image, ImageSection::read(file.image));
    file.decoder = std::make_unique<ImageDecoder>(file.encoder->coding(), image.header);
    file.outcomes.assign(file.segments.size(), Status());
    return {};
  });
  if (!prepared.ok()) file.give_up_pixels(prepared.error());
}

void prove(PendingFile& file) {
  file.proof = guarded([&]() -> Status {
    // The picture is what reading back must give, or the pixels are given up.
    BITSWAP_TRY_ASSIGN(const Bytes rebuilt, rebuild_file(file.picture->picture, file.recipe, file.header));
    if (file.picture->exactness == Exactness::Bytes && rebuilt != file.content) {
      return Error{Error::Code::Internal, 0, "the file came back differently"};
    }
    return {};
  });
}

Status finish_file(CompressJob& job, PendingFile& file, int threads) {
  if (file.as_pixels() && job.options.verify) {
    const Status same = guarded([&]() -> Status { return compare(file, threads); });
    if (!same.ok()) file.give_up_pixels({Error::Code::Internal, 0, "reading it back failed: " + same.error().detail});
  }
  BITSWAP_TRY(pack(job, file));
  if (file.as_pixels()) {
    if (!file.converted) file.header.exactness = file.picture->exactness;
    file.report.raw_bytes = file.picture->picture.samples.size();
    file.report.width = file.picture->picture.width;
    file.report.height = file.picture->picture.height / (file.picture->wide ? 2 : 1);
  }
  file.drop_all_else();
  return {};
}

Status write_file(CompressJob& job, PendingFile& file) {
  if (file.duplicate) {
    const KnownContent* original = job.find_content(file.header.original_size, file.header.original_hash);
    if (original != nullptr && original->path == file.twin->path) {
      return job.write_duplicate(file.header, *original, file.report);
    }
    // The file of the same content could not be written: this one takes its place.
    const Status packed = guarded([&]() -> Status { return pack(job, file); });
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
  if (file.item->kind != EntryKind::File) return job.write_entry(file.header, {}, file.report);
  if (file.done || file.item->skipped) return {};
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
    BITSWAP_TRY(write_model_once(job));
    file.header.codec = kBitswap;
    sections.emplace_back(SectionType::ImageHeader, file.image);
    sections.emplace_back(SectionType::Recipe, file.recipe);
    for (const Bytes& segment : file.segments) sections.emplace_back(SectionType::Segment, segment);
  } else {
    file.header.codec = file.packed->codec;
    const ByteView payload = file.packed->payload(file.content);
    if (!payload.empty()) sections.emplace_back(SectionType::Data, payload);
  }
  BITSWAP_TRY(job.write_entry(file.header, sections, file.report));
  if (file.report.status != FileReport::Status::Failed) {
    job.remember_content(file.header, *file.item, file.converted);
  }
  return {};
}

}  // namespace bitswap
