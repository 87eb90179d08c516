// SPDX-License-Identifier: GPL-3.0-or-later
// None of the steps lets a thread count or the time decide what is written.
#include "engine/jobs/file_steps.h"

#include "engine/base/memory.h"
#include "engine/image/pixels/pixels_png.h"
#include "engine/jobs/open_file.h"
#include "engine/jobs/restore.h"
#include "engine/jobs/same_content.h"
#include "engine/storage/rebuild.h"

namespace bitswap {
namespace {

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
  file.header.path = file.report.path = file.path = file.item->pixel_path;
  file.header.exactness = Exactness::Pixels;
}

bool is_refused(const PendingFile& file, Form form) {
  return std::ranges::find(file.refused, form) != file.refused.end();
}

PackContext pack_context(CompressJob& job, SpareThreads& spare) {
  return {job.models, job.chosen ? &*job.chosen : nullptr, spare, job.options.form};
}

/// What the forms made of it; an error if that is none, and one of them has something to tell.
Result<std::vector<Packing>> collect(PendingFile& file, int threads) {
  std::vector<Packing> candidates;
  std::optional<Error> failure;
  for (PipelineItem::Attempt& attempt : file.attempts) {
    if (!attempt.packing) {
      attempt.packing = guarded([&]() -> Result<Packing> { return attempt.packer->finish(threads, UINT64_MAX); });
    }
    if (attempt.packing->ok()) {
      candidates.push_back(std::move(*attempt.packing).value());
    } else if (attempt.packing->error().code != Error::Code::Unsupported) {
      failure = attempt.packing->error();
    }
  }
  file.attempts.clear();
  if (candidates.empty() && failure) return std::move(*failure);
  return candidates;
}

/// The forms that take every content, against what the others reached.
Status add_bytes(CompressJob& job, PendingFile& file, SpareThreads& spare, std::vector<Packing>& candidates) {
  std::uint64_t to_beat = UINT64_MAX;
  for (const Packing& packing : candidates) to_beat = std::min(to_beat, packing.size());
  const bool only_bytes = candidates.empty();
  PackContext context = pack_context(job, spare);
  for (const StorageForm* form : storage_forms()) {
    if (!form->takes_all() || is_refused(file, form->form())) continue;
    BITSWAP_TRY_ASSIGN(const std::unique_ptr<Packer> packer, form->begin(file.material, context));
    if (!packer) continue;
    auto packing = guarded([&]() -> Result<Packing> { return packer->finish(1, to_beat); });
    if (packing.ok()) {
      candidates.push_back(std::move(packing).value());
    } else if (only_bytes && packing.error().code != Error::Code::Unsupported) {
      file.warn_of_bytes(packing.error());  // another form of bytes does without
    }
  }
  return {};
}

/// What comes out of `opened` against what was read.
Status compare(PendingFile& file, int threads) {
  BITSWAP_TRY(file.open_outcome);
  BITSWAP_TRY_ASSIGN(const Restored restored, file.opened->finish(threads));
  if (restored.picture && file.picture->exactness == Exactness::Pixels) {
    if (*restored.picture == file.picture->picture) return {};
    return Error{Error::Code::Internal, 0, "the pixels came back differently"};
  }
  if (restored.content == file.content) return {};
  return Error{Error::Code::Internal, 0, "the file came back differently"};
}

/// A model that is not part of the program stands in the archive, before the first picture that needs it.
Status write_model_once(CompressJob& job, const Packing& packing) {
  if (!job.carried_model) return {};
  const auto is_carried = [&](const Hash128& model) { return hex(model) == job.carried_model->header.path; };
  if (std::ranges::none_of(packing.models, is_carried)) return {};
  BITSWAP_TRY(job.carried_model->write(*job.writer));
  job.carried_model.reset();
  return {};
}

}  // namespace

Status read_file(CompressJob& job, PendingFile& file) {
  job.meter.begin(file.path);
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

Status take_apart(CompressJob& job, PendingFile& file) {
  const ImageFormat* format = find_format(file.content);
  if (format == nullptr) return {};
  file.header.format = file.report.format = format->name();
  if (job.options.form == Form::Zstd) return {};
  auto taken = guarded([&]() -> Result<TakenApart> {
    // What a JPEG needs is asked for where libjxl is called.
    if (format->name() != "jpeg") BITSWAP_TRY(check_memory(file.memory, "this picture"));
    return format->take_apart(file.content);
  });
  if (!taken.ok()) {
    if (taken.error().code != Error::Code::Unsupported) file.warn_of_bytes(std::move(taken).error());
    return {};
  }
  if (taken->exactness != Exactness::Bytes && job.options.require_exact_bytes) return {};
  auto recipe = pack_recipe(taken->recipe, file.content.size(), taken->picture.height);
  if (!recipe.ok()) {
    if (recipe.error().code != Error::Code::Unsupported) file.warn_of_bytes(std::move(recipe).error());
    return {};
  }
  file.recipe = std::move(recipe).value();
  taken->recipe = {};
  file.picture = std::move(taken).value();
  return {};
}

Status begin_packing(CompressJob& job, PendingFile& file, SpareThreads& spare) {
  file.material = {EntryKind::File, file.content, file.header.format, file.picture ? &*file.picture : nullptr,
                   file.recipe};
  PackContext context = pack_context(job, spare);
  const Status begun = guarded([&]() -> Status {
    for (const StorageForm* form : storage_forms()) {
      if (form->takes_all()) continue;
      BITSWAP_TRY_ASSIGN(std::unique_ptr<Packer> packer, form->begin(file.material, context));
      if (packer) file.attempts.push_back({std::move(packer), {}});
    }
    return {};
  });
  if (begun.ok() || begun.error().code != Error::Code::OutOfMemory) return begun;
  file.warn_of_bytes(begun.error());
  file.drop_pixels();
  return {};
}

Status choose(CompressJob& job, PendingFile& file, SpareThreads& spare) {
  file.material.content = file.content;
  std::vector<Packing> candidates;
  if (auto collected = collect(file, 1); collected.ok()) {
    candidates = std::move(collected).value();
  } else {
    file.warn_of_bytes(std::move(collected).error());
    file.drop_pixels();
  }
  const bool settled = job.options.form && file.picture && !candidates.empty();
  if (!settled) BITSWAP_TRY(add_bytes(job, file, spare, candidates));
  file.packing = smallest(std::move(candidates));
  file.header.codec = form_name(file.packing->form);
  if (!keeps_pixels(file.packing->form)) {
    file.picture.reset();
    file.recipe = {};
    return {};
  }
  if (!file.converted) file.header.exactness = file.picture->exactness;
  if (file.picture->exactness == Exactness::Bytes) file.picture->picture.samples = {};  // the content says it all
  return {};
}

bool needs_opening(const CompressJob& job, const PendingFile& file) {
  if (file.packing->form == Form::Stored) return false;
  return job.options.verify || find_form(file.packing->form)->needs_proof();
}

void show_sections(PendingFile& file) { file.sections = std::make_unique<PackedSections>(file.header, *file.packing); }

Result<bool> finish_file(PendingFile& file, int threads) {
  if (file.sections) {
    Status same = guarded([&]() -> Status { return compare(file, threads); });
    if (!same.ok()) {
      if (same.error().code == Error::Code::Cancelled) return std::move(same).error();
      const Form form = file.packing->form;
      file.refused.push_back(form);
      if (!find_form(form)->needs_proof()) {
        file.warn_of_bytes({Error::Code::Internal, 0, "reading it back failed: " + same.error().detail});
      }
      file.drop_pixels();
      if (!file.converted) file.header.exactness = Exactness::Bytes;
      return true;
    }
  }
  if (file.packing) add_facts(PackedSections(file.header, *file.packing), file.report);
  file.drop_all_else();
  return false;
}

Status write_file(CompressJob& job, PendingFile& file, SpareThreads& spare) {
  if (file.duplicate) {
    const KnownContent* original = job.find_content(file.header.original_size, file.header.original_hash);
    if (original != nullptr && original->path == file.twin->path) {
      return job.write_duplicate(file.header, *original, file.report);
    }
    // The file of the same content could not be written: this one takes its place, as bytes.
    const Status packed = guarded([&]() -> Status {
      for (bool again = true; again;) {
        BITSWAP_TRY(choose(job, file, spare));
        if (needs_opening(job, file)) {
          show_sections(file);
          OpenContext context{job.models, spare};
          BITSWAP_TRY_ASSIGN(file.opened, open_entry(*file.sections, context));
        }
        BITSWAP_TRY_ASSIGN(again, finish_file(file, 1));
      }
      return {};
    });
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
  BITSWAP_TRY(write_model_once(job, *file.packing));
  std::vector<std::pair<SectionType, ByteView>> sections;
  for (const PackedSection& section : file.packing->sections) sections.emplace_back(section.type, section.payload());
  BITSWAP_TRY(job.write_entry(file.header, sections, file.report));
  if (file.report.status != FileReport::Status::Failed) {
    job.remember_content(file.header, *file.item, file.converted);
  }
  return {};
}

}  // namespace bitswap
