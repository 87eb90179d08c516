// SPDX-License-Identifier: GPL-3.0-or-later
// Codes a picture under both schedules and adds up what every segment says about its bits.
#include "engine/jobs/inspect.h"
#include "engine/devices/devices.h"

#include <algorithm>

#include "engine/archive/reader.h"
#include "engine/base/spare_threads.h"
#include "engine/image/format.h"
#include "engine/jobs/open_file.h"
#include "engine/jobs/picture_source.h"
#include "engine/jobs/support.h"
#include "engine/storage/picture_form.h"

namespace bitswap {
namespace {

void paste_heat(const HeatMap& piece, const Tile& tile, HeatMap& whole) {
  if (whole.bits.empty()) {
    whole.stages = piece.stages;
    whole.bits.assign(piece.bits.size(), std::vector<float>(std::size_t{whole.width} * whole.height));
  }
  for (std::size_t s = 0; s < std::min(piece.bits.size(), whole.bits.size()); ++s) {
    for (std::uint32_t y = 0; y < tile.height; ++y) {
      const float* from = piece.bits[s].data() + std::size_t{y} * tile.width;
      float* to = whole.bits[s].data() + std::size_t{tile.y + y} * whole.width + tile.x;
      for (std::uint32_t x = 0; x < tile.width; ++x) to[x] += from[x];  // alpha adds to the colours
    }
  }
}

struct Coded {
  std::size_t tiles = 0;
  Ledger ledger;
  std::vector<InspectReport::Part> parts;
  std::vector<Bytes> payloads;
  HeatMap heat;
};

class Inspector {
 public:
  explicit Inspector(const InspectOptions& options)
      : options_(options),
        threads_(resolve_threads(options.threads)),
        spare_(threads_),
        meter_(options),
        models_([device = options.device] { return open_backend(device); }) {}

  Result<InspectReport> run() {
    auto report = options_.entry.empty() ? inspect_file() : inspect_entry();
    if (report.ok()) meter_.finish();
    return report;
  }

 private:
  Result<InspectReport> inspect_file() {
    BITSWAP_TRY_ASSIGN(const OpenFile file, open_input());
    if (file.stamp.size > kInMemoryPictureBytes) {
      return Error{Error::Code::LimitExceeded, 0, options_.file.string() + " is too large for a picture"};
    }
    BITSWAP_TRY_ASSIGN(const Bytes content, read_whole(file));
    const ImageFormat* format = find_format(content);
    if (format == nullptr) return Error{Error::Code::Unsupported, 0, "not a picture of a format that is known here"};
    // As it would be stored, grey and alpha included; else as it looks.
    auto taken = format->take_apart(content);
    if (taken.ok() && (!taken->wide || options_.crop <= 1)) {
      return inspect_picture(taken->picture, taken->wide, options_.file.string());
    }
    BITSWAP_TRY_ASSIGN(const Picture picture, format->view(content));
    return inspect_picture(picture, false, options_.file.string());
  }

  /// Whoever names a link to a picture means the picture.
  Result<OpenFile> open_input() const {
    std::error_code error;
    const std::filesystem::path real = std::filesystem::canonical(options_.file, error);
    return open_file(error ? options_.file : real);
  }

  Result<InspectReport> inspect_picture(const Picture& picture, bool wide, std::string path) {
    BITSWAP_TRY_ASSIGN(const ModelFamily models, load_family(options_.model));
    BITSWAP_TRY_ASSIGN(CodingModel coding, models_.add_for(picture, models));
    coding.spare = &spare_;
    std::vector<Bytes> payloads;
    BITSWAP_TRY_ASSIGN(InspectReport report, code_both(coding, picture, std::move(path), payloads));
    if (wide) fold(report);
    return report;
  }

  Result<InspectReport> inspect_entry() {
    BITSWAP_TRY_ASSIGN(const ArchiveReader archive, ArchiveReader::open(options_.file));
    const auto position = archive.find(options_.entry);
    if (!position) {
      return Error{Error::Code::NotFound, 0, "the archive has no entry \"" + options_.entry + "\""};
    }
    const Entry& entry = archive.entries()[*position];
    const auto original = entry.header.kind == EntryKind::Duplicate ? archive.find(entry.header.link_target) : position;
    if (original && form_of(archive.entries()[*original].header) == Form::Picture) {
      return inspect_pixels(archive, archive.entries()[*original]);
    }
    BITSWAP_TRY_ASSIGN(const LoadedPicture loaded, load_picture({options_.file, options_.entry}, quiet()));
    return inspect_picture(loaded.rgb, false, options_.entry);
  }

  /// The same choices without the callbacks: those count what is coded.
  [[nodiscard]] JobOptions quiet() const { return {options_.threads, options_.device, options_.cancel, {}, {}}; }

  Result<InspectReport> inspect_pixels(const ArchiveReader& archive, const Entry& entry) {
    const ArchivedSections sections(archive, entry);
    OpenContext context{models_, spare_};
    BITSWAP_TRY_ASSIGN(const std::unique_ptr<OpenedPicture> stored, OpenedPicture::open(sections, context));
    const std::size_t segments = stored->parts().size();
    BITSWAP_TRY(parallel_for(segments, threads_, options_.cancel, [&](std::size_t s) -> Status {
      return guarded([&]() -> Status { return stored->decode(s, options_.cancel); });
    }));
    BITSWAP_TRY_ASSIGN(const Picture picture, stored->take());
    std::vector<Bytes> payloads;
    BITSWAP_TRY_ASSIGN(InspectReport report, code_both(*stored->coding(), picture, options_.entry, payloads));
    if (report.estimate) {
      report.stored_as_pixels = true;
      if (stored->image().header.wide) fold(report);
      return report;
    }
    // A part of the picture is not what the entry holds.
    if (options_.crop > 1 && (report.width != picture.width || report.height != picture.height)) return report;
    if (stored->image().header.schedule == Schedule::BitSwap) {
      for (std::size_t s = 0; s < segments; ++s) {
        BITSWAP_TRY_ASSIGN(const Bytes payload, stored->read_part(s));
        if (s >= payloads.size() || payload != payloads[s]) {
          return Error{Error::Code::Internal, 0, "coding the picture again gave something else than is stored"};
        }
      }
    }
    report.stored_as_pixels = true;
    if (stored->image().header.wide) fold(report);
    report.entry_header_bytes = entry.sizes.header_bytes + entry.sizes.index_bytes;
    report.entry_framing_bytes = entry.sizes.framing_bytes;
    report.entry_metadata_bytes = entry.sizes.payload_bytes;
    for (const Section& section : entry.sections) {
      if (section.type == SectionType::Segment) report.entry_metadata_bytes -= section.length;
    }
    report.entry_bytes = entry.sizes.total();
    return report;
  }

  /// High and low bytes of a sample lie one above the other in what was coded; users think of one picture.
  static void fold(InspectReport& report) {
    report.height /= 2;
    for (InspectReport::Part& part : report.parts) {
      if (part.area.y >= report.height) {
        part.area.y -= report.height;
      } else if (part.area.y + part.area.height > report.height) {
        part.area.y = 0;
        part.area.height = report.height;
      }
    }
    if (report.heat.bits.empty()) return;
    report.heat.height /= 2;
    const std::size_t half = std::size_t{report.heat.width} * report.heat.height;
    for (std::vector<float>& bits : report.heat.bits) {
      for (std::size_t i = 0; i < half; ++i) bits[i] += bits[half + i];
      bits.resize(half);
    }
  }

  Result<InspectReport> code_both(const CodingModel& coding, const Picture& whole, std::string path,
                                  std::vector<Bytes>& payloads) {
    const Picture cropped = crop_to_multiple(whole, options_.crop);
    const Picture picture = sample_patches(cropped, options_.sample);
    InspectReport report;
    report.path = std::move(path);
    report.width = cropped.width;
    report.height = cropped.height;
    report.estimate = picture.pixel_count() < cropped.pixel_count();
    report.channels = picture.channels;
    report.model = coding.model->name();
    report.model_hash = hex(coding.model->hash);
    meter_.expect(1, 2 * picture.samples.size());
    meter_.begin(report.path);
    BITSWAP_TRY_ASSIGN(Coded coded, code(coding, picture, Schedule::BitSwap, options_.heat_map && !report.estimate));
    BITSWAP_TRY_ASSIGN(Coded other, code(coding, picture, Schedule::BbAns, false));
    meter_.file_done();
    report.tiles = coded.tiles;
    report.ledger = std::move(coded.ledger);
    report.parts = std::move(coded.parts);
    report.heat = std::move(coded.heat);
    report.bb_ans = std::move(other.ledger);
    if (report.estimate) {
      const double factor = static_cast<double>(cropped.pixel_count()) / static_cast<double>(picture.pixel_count());
      report.ledger.scale(factor);
      report.bb_ans.scale(factor);
      report.parts.clear();
      report.payload_bytes = static_cast<std::uint64_t>(report.ledger.actual_bits() / 8);
      return report;
    }
    for (const Bytes& payload : coded.payloads) report.payload_bytes += payload.size();
    payloads = std::move(coded.payloads);
    return report;
  }

  Result<Coded> code(const CodingModel& coding, const Picture& picture, Schedule schedule, bool heat_map) {
    const ImageEncoder encoder(coding, picture, schedule);
    std::vector<EncodedSegment> segments(encoder.segments().size());
    BITSWAP_TRY(parallel_for(segments.size(), threads_, options_.cancel, [&](std::size_t s) -> Status {
      return guarded([&]() -> Status {
        BITSWAP_TRY_ASSIGN(segments[s], encoder.encode(s, heat_map, options_.cancel));
        meter_.add_bytes(picture.samples.size() / segments.size());
        return {};
      });
    }));
    Coded coded;
    coded.tiles = static_cast<std::size_t>(tile_count(encoder.header()));
    coded.heat.width = heat_map ? picture.width : 0;
    coded.heat.height = heat_map ? picture.height : 0;
    for (std::size_t s = 0; s < segments.size(); ++s) {
      coded.ledger.add(segments[s].ledger);
      const SegmentPlan& plan = encoder.segments()[s];
      const Tile area = plan.tiles.size() == 1 ? plan.tiles.front() : Tile{0, 0, picture.width, picture.height};
      coded.parts.push_back({area, plan.alpha, std::move(segments[s].ledger)});
      coded.payloads.push_back(std::move(segments[s].payload));
      const std::vector<Tile>& tiles = encoder.segments()[s].tiles;
      for (std::size_t t = 0; t < std::min(tiles.size(), segments[s].heat.size()); ++t) {
        paste_heat(segments[s].heat[t], tiles[t], coded.heat);
      }
      segments[s].heat = {};
    }
    return coded;
  }

  const InspectOptions& options_;
  int threads_;
  SpareThreads spare_;
  ProgressMeter meter_;
  CodingModels models_;
};

}  // namespace

Result<InspectReport> inspect(const InspectOptions& options) {
  return guarded([&]() -> Result<InspectReport> { return Inspector(options).run(); });
}

}  // namespace bitswap
