// SPDX-License-Identifier: GPL-3.0-or-later
// A file between reading and writing: all that compress() knows about it.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/image/format.h"
#include "engine/jobs/compress_job.h"
#include "engine/jobs/pipeline.h"
#include "engine/jobs/walk.h"

namespace bitswap {

struct PendingFile : PipelineItem {
  const InputItem* item = nullptr;
  EntryHeader header;
  FileReport report;
  bool done = false;  ///< nothing more to find out: failed, skipped, or no file
  Bytes content;
  /// The first file of this size and hash, and whether it has the same bytes: then this one is its duplicate.
  std::optional<KnownContent> twin;
  bool duplicate = false;
  bool converted = false;  ///< `content` is a PNG with the pixels of what was given

  std::optional<TakenApart> picture;  ///< if pixels may be kept; without samples once nobody needs them
  Bytes recipe;                       ///< as its section holds it
  Material material;                  ///< views of all this
  std::optional<Packing> packing;     ///< the smallest
  std::vector<Form> refused;          ///< forms that did not give the file back

  /// The user is told why the file is not kept otherwise.
  void warn_of_bytes(Error why) {
    why.detail = "kept as its own bytes: " + why.detail;
    if (report.status == FileReport::Status::Ok) set_warning(report, std::move(why));
  }
  /// Nothing but bytes is left to try.
  void drop_pixels() {
    opened.reset();
    sections.reset();
    attempts.clear();
    packing.reset();
    picture.reset();
    recipe = {};
  }
  /// Keeps what is to be written.
  void drop_all_else() {
    opened.reset();
    sections.reset();
    attempts.clear();
    if (picture) picture->picture.samples = {};
    const bool as_it_is = packing && std::ranges::any_of(packing->sections, [this](const PackedSection& section) {
                            return section.bytes.empty() && section.outside.data() == content.data();
                          });
    if (packing && !as_it_is) content = {};
    memory = recipe.size() + (packing ? packing->payload_bytes() : content.size());
  }
};

}  // namespace bitswap
