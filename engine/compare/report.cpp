// SPDX-License-Identifier: GPL-3.0-or-later
// Sums, means and speeds over many images, and their three forms: JSON, table, CSV.
#include "engine/compare/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/compare/text.h"

namespace bitswap {
namespace {

// Sums while the images pass by.
struct Sums {
  CompareTotal total;
  double bits = 0;
  double encode_seconds = 0;
  double decode_seconds = 0;
};

double megabytes_per_second(std::uint64_t raw_bytes, double seconds) {
  return seconds > 0 ? static_cast<double>(raw_bytes) / 1e6 / seconds : 0;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

// First column to the left, the others to the right, two spaces between.
std::string align(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - row[i].size(), ' ');
      text += i == 0 ? row[i] + padding : "  " + padding + row[i];
    }
    text += '\n';
  }
  return text;
}

}  // namespace

double bits_per_subpixel(std::uint64_t bytes, std::uint64_t raw_bytes) {
  return raw_bytes == 0 ? 0 : 8.0 * static_cast<double>(bytes) / static_cast<double>(raw_bytes);
}

void CompareReport::add(CompareImage image) {
  std::vector<CompareMeasurement> unique;
  for (CompareMeasurement& measurement : image.codecs) {
    const auto same =
        std::find_if(unique.begin(), unique.end(), [&](const auto& other) { return other.codec == measurement.codec; });
    if (same == unique.end()) {
      unique.push_back(std::move(measurement));
    } else {
      *same = std::move(measurement);
    }
  }
  image.codecs = std::move(unique);
  images_.push_back(std::move(image));
}

std::vector<CompareTotal> CompareReport::totals() const {
  std::vector<Sums> sums;
  for (const CompareImage& image : images_) {
    for (const CompareMeasurement& measurement : image.codecs) {
      auto found =
          std::find_if(sums.begin(), sums.end(), [&](const Sums& sum) { return sum.total.codec == measurement.codec; });
      if (found == sums.end()) {
        found = sums.insert(sums.end(), Sums{});
        found->total.codec = measurement.codec;
      }
      found->total.images += 1;
      found->total.bytes += measurement.bytes;
      found->total.raw_bytes += image.raw_bytes;
      found->bits += bits_per_subpixel(measurement.bytes, image.raw_bytes);
      found->encode_seconds += measurement.encode_seconds;
      found->decode_seconds += measurement.decode_seconds;
      found->total.ledger.add(measurement.ledger);
    }
  }
  std::vector<CompareTotal> totals;
  for (Sums& sum : sums) {
    CompareTotal& total = sum.total;
    total.mean_bits_per_subpixel = sum.bits / static_cast<double>(total.images);
    total.encode_megabytes_per_second = megabytes_per_second(total.raw_bytes, sum.encode_seconds);
    total.decode_megabytes_per_second = megabytes_per_second(total.raw_bytes, sum.decode_seconds);
    totals.push_back(std::move(total));
  }
  return totals;
}

std::string CompareReport::json() const {
  using Json = nlohmann::ordered_json;
  Json document;
  document["images"] = Json::array();
  for (const CompareImage& image : images_) {
    Json codecs = Json::object();
    for (const CompareMeasurement& measurement : image.codecs) {
      codecs[measurement.codec] = {{"bytes", measurement.bytes},
                                   {"bits_per_subpixel", bits_per_subpixel(measurement.bytes, image.raw_bytes)},
                                   {"encode_seconds", measurement.encode_seconds},
                                   {"decode_seconds", measurement.decode_seconds}};
      if (measurement.ledger.stages.empty()) continue;
      codecs[measurement.codec]["initial_bits_required"] = measurement.ledger.initial_bits_required;
      codecs[measurement.codec]["initial_bits_paid"] = measurement.ledger.initial_bits_paid;
    }
    document["images"].push_back({{"path", image.path},
                                  {"width", image.width},
                                  {"height", image.height},
                                  {"raw_bytes", image.raw_bytes},
                                  {"codecs", std::move(codecs)}});
  }
  Json& means = document["mean_bits_per_subpixel"] = Json::object();
  for (const CompareTotal& total : totals()) means[total.codec] = total.mean_bits_per_subpixel;
  Json& bytes = document["total_bytes"] = Json::object();
  for (const CompareTotal& total : totals()) bytes[total.codec] = total.bytes;
  return document.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string CompareReport::table() const {
  const std::vector<CompareTotal> all = totals();
  const bool gaps =
      std::any_of(all.begin(), all.end(), [&](const auto& total) { return total.images != images_.size(); });
  std::vector<std::vector<std::string>> rows = {
      {"codec", "bytes", "% of raw", "bits per subpixel", "encode MB/s", "decode MB/s"}};
  if (gaps) rows.front().push_back("images");
  for (const CompareTotal& total : all) {
    const double share =
        total.raw_bytes == 0 ? 0 : 100.0 * static_cast<double>(total.bytes) / static_cast<double>(total.raw_bytes);
    rows.push_back({total.codec, std::to_string(total.bytes), fixed(share, 2), fixed(total.mean_bits_per_subpixel, 4),
                    fixed(total.encode_megabytes_per_second, 2), fixed(total.decode_megabytes_per_second, 2)});
    if (gaps) rows.back().push_back(std::to_string(total.images) + " of " + std::to_string(images_.size()));
  }
  std::vector<std::vector<std::string>> initial = {{"initial bits", "required", "paid"}};
  for (const CompareTotal& total : all) {
    if (total.ledger.stages.empty()) continue;
    initial.push_back(
        {total.codec, fixed(total.ledger.initial_bits_required, 0), fixed(total.ledger.initial_bits_paid, 0)});
  }
  const std::string text = align(rows);
  return initial.size() == 1 ? text : text + '\n' + align(initial);
}

std::string CompareReport::csv() const {
  std::string text = "path,width,height,raw_bytes,codec,bytes,bits_per_subpixel,encode_seconds,decode_seconds\n";
  for (const CompareImage& image : images_) {
    const std::string prefix = csv_field(image.path) + ',' + std::to_string(image.width) + ',' +
                               std::to_string(image.height) + ',' + std::to_string(image.raw_bytes) + ',';
    for (const CompareMeasurement& measurement : image.codecs) {
      text += prefix + csv_field(measurement.codec) + ',' + std::to_string(measurement.bytes) + ',' +
              fixed(bits_per_subpixel(measurement.bytes, image.raw_bytes), 6) + ',' +
              fixed(measurement.encode_seconds, 6) + ',' + fixed(measurement.decode_seconds, 6) + '\n';
    }
  }
  return text;
}

}  // namespace bitswap
