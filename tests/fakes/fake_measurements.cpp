// SPDX-License-Identifier: GPL-3.0-or-later
// The fake engine's answers about single pictures: figures made up from names and sizes.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "tests/fakes/fake_engine.h"

namespace bitswap::ui {

Result<InspectReport> FakeEngine::inspect(const InspectOptions& options) {
  const Running running(*this);
  Call call;
  call.name = "inspect";
  call.archive = options.file;
  if (!options.entry.empty()) call.paths.push_back(options.entry);
  record(std::move(call));
  const std::string path = options.entry.empty() ? options.file.string() : options.entry;
  std::vector<FileReport> one{make_report(path, 3000)};
  BITSWAP_TRY(work("inspect", options, one));
  if (!is_picture(path)) return Error{Error::Code::Unsupported, 0, path + " is no picture"};
  InspectReport report;
  report.path = path;
  report.width = picture_width;
  report.height = picture_height;
  report.channels = 3;
  report.tiles = 1;
  report.model = "fake";
  report.model_hash = "00112233445566778899aabbccddeeff";
  const double pixels = static_cast<double>(picture_width) * picture_height;
  report.ledger.stages = {{"z2", true, 0, pixels * 0.20, pixels * 0.15},
                          {"z1", true, 0, pixels * 0.60, pixels * 0.45},
                          {"A1", false, pixels * 0.9, 0, 0},
                          {"D0", false, pixels * 2.4, 0, 0},
                          {"BC0", false, pixels * 4.6, 0, 0}};
  report.ledger.initial_bits_required = 900;
  report.ledger.coder_bits = 40;
  report.ledger.flush_bits = 64;
  report.ledger.header_bits = 96;
  report.bb_ans = report.ledger;
  report.bb_ans.initial_bits_required = 2100;
  report.payload_bytes = static_cast<std::uint64_t>(report.ledger.actual_bits() / 8);
  report.estimate = options.sample > 0 && pixels > 4.0 * static_cast<double>(options.sample);
  report.stored_as_pixels = suffix(path) != "jpeg";
  if (!options.entry.empty()) {
    report.entry_header_bytes = 60;
    report.entry_framing_bytes = 24;
    report.entry_bytes = report.payload_bytes + 84;
  }
  if (options.heat_map) {
    report.heat.width = picture_width;
    report.heat.height = picture_height;
    report.heat.stages = {"D0", "BC0"};
    report.heat.bits.assign(2, std::vector<float>(static_cast<std::size_t>(pixels)));
    for (std::size_t i = 0; i < report.heat.bits[0].size(); ++i) {
      report.heat.bits[i % 2][i] = static_cast<float>(i % picture_width) * 24.0F / static_cast<float>(picture_width);
    }
  }
  report.parts.push_back({{0, 0, picture_width, picture_height}, false, report.ledger});
  return report;
}

Result<CompareOutcome> FakeEngine::compare(const CompareOptions& options) {
  const Running running(*this);
  Call call;
  call.name = "compare";
  for (const PictureSource& picture : options.pictures) {
    call.archive = picture.file;
    call.paths.push_back(picture.entry.empty() ? picture.file.string() : picture.entry);
  }
  call.codecs = options.codecs.empty() ? usual_codecs() : options.codecs;
  const std::vector<std::string> codecs = call.codecs;
  const std::vector<std::string> paths = call.paths;
  record(std::move(call));
  CompareOutcome outcome;
  JobOptions quiet;
  quiet.cancel = options.cancel;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    CompareImage image{paths[i], picture_width, picture_height, std::uint64_t{3} * picture_width * picture_height, {}};
    if (const auto failed = file_errors.find(paths[i]); failed != file_errors.end() || !is_picture(paths[i])) {
      outcome.warnings.push_back(paths[i] + " could not be read");
      continue;
    }
    for (std::size_t k = 0; k < codecs.size(); ++k) {
      std::vector<FileReport> one{make_report(paths[i], image.raw_bytes)};
      BITSWAP_TRY(work("compare", quiet, one));
      const std::uint64_t bytes = codecs[k] == "raw"        ? image.raw_bytes
                                  : codecs[k] == "bit-swap" ? image.raw_bytes * 2 / 5
                                                            : image.raw_bytes * (19 - std::min<std::size_t>(k, 9)) / 20;
      image.codecs.push_back({codecs[k], bytes, 0.01 * static_cast<double>(k + 1), 0.005 * static_cast<double>(k + 1)});
      image.codecs.back().estimate = options.sample > 0 && image.raw_bytes > 12 * options.sample;
      if (options.measured) options.measured(i, image);
      if (options.progress) {
        JobProgress progress;
        progress.files_done = i * codecs.size() + k + 1;
        progress.files_total = paths.size() * codecs.size();
        progress.bytes_done = progress.files_done * image.raw_bytes;
        progress.bytes_total = progress.files_total * image.raw_bytes;
        progress.current = paths[i];
        options.progress(progress);
      }
    }
    outcome.report.add(std::move(image));
  }
  return outcome;
}

Result<LoadedPicture> FakeEngine::load_picture(const PictureSource& source, const JobOptions& options) {
  const Running running(*this);
  const std::string path = source.entry.empty() ? source.file.string() : source.entry;
  Call call;
  call.name = "load_picture";
  call.archive = source.file;
  call.paths.push_back(path);
  record(std::move(call));
  std::vector<FileReport> one{make_report(path, 3000)};
  JobOptions quiet;
  quiet.cancel = options.cancel;
  BITSWAP_TRY(work("load_picture", quiet, one));
  if (one[0].error) return *one[0].error;
  if (!is_picture(path)) return Error{Error::Code::Unsupported, 0, path + " is no picture"};
  LoadedPicture loaded;
  loaded.rgb.width = picture_width;
  loaded.rgb.height = picture_height;
  loaded.rgb.channels = 3;
  for (std::uint32_t y = 0; y < picture_height; ++y) {
    for (std::uint32_t x = 0; x < picture_width; ++x) {
      loaded.rgb.samples.push_back(static_cast<std::uint8_t>(x * 255 / picture_width));
      loaded.rgb.samples.push_back(static_cast<std::uint8_t>(y * 255 / picture_height));
      loaded.rgb.samples.push_back(static_cast<std::uint8_t>(path.size() * 16));
    }
  }
  loaded.format = suffix(path);
  loaded.form = source.entry.empty() ? Form::None : Form::Picture;
  loaded.file_bytes = 3000;
  loaded.stored_bytes = source.entry.empty() ? 0 : 1540;
  return loaded;
}

Result<Bytes> FakeEngine::load_content(const PictureSource& source, std::uint64_t limit, const JobOptions&) {
  const Running running(*this);
  Call call;
  call.name = "load_content";
  call.archive = source.file;
  call.paths.push_back(source.entry);
  record(std::move(call));
  Bytes bytes(source.entry.begin(), source.entry.end());
  if (source.entry.empty()) {
    std::ifstream file(source.file, std::ios::binary);
    if (!file) return Error{Error::Code::NotFound, 0, source.file.string() + " is not there"};
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  if (bytes.size() > limit) return Error{Error::Code::LimitExceeded, 0, "too large"};
  return bytes;
}

Result<PixelCoding> FakeEngine::read_coding(const PictureSource& entry) {
  if (!is_picture(entry.entry)) return Error{Error::Code::NotFound, 0, "not coded as pixels"};
  return PixelCoding{"fake", "0123456789abcdef0123456789abcdef", 1024, 6, 6, 9, 12, 32};
}

Result<std::vector<MetadataItem>> FakeEngine::read_metadata(ByteView) {
  const Running running(*this);
  Call call;
  call.name = "read_metadata";
  record(std::move(call));
  return metadata;
}

}  // namespace bitswap::ui
