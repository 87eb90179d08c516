// SPDX-License-Identifier: GPL-3.0-or-later
// The only file of the jobs that knows a JSON library.
#include "engine/jobs/json.h"

#include <nlohmann/json.hpp>

#include "engine/base/hash.h"
#include "engine/base/printable.h"

namespace bitswap {
namespace {

using Json = nlohmann::ordered_json;

/// A hundred thousand files must not become one line that no editor opens.
constexpr int kIndent = 1;

std::string dump(const Json& json) { return json.dump(kIndent, ' ', false, Json::error_handler_t::replace); }

ByteView bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// JSON takes every name that is UTF-8 as it is.
std::string printable_path(const std::string& path) { return is_utf8(path) ? path : printable(path); }

}  // namespace

std::string report_json(const JobReport& report) {
  Json files = Json::array();
  for (const FileReport& file : report.files) {
    Json row = {{"path", printable_path(file.path)},
                {"kind", file.kind},
                {"status", to_string(file.status)},
                {"exactness", to_string(file.exactness)},
                {"codec", form_name(file.form)},
                {"format", file.format},
                {"original_bytes", file.original_bytes},
                {"stored_bytes", file.stored_bytes},
                {"pixel_bytes", file.pixel_bytes},
                {"raw_bytes", file.raw_bytes},
                {"error", nullptr}};
    if (file.error) {
      row["error"] = file.error->detail;
      row["error_code"] = to_string(file.error->code);
    }
    // Two names that are no UTF-8 stay two.
    if (!is_utf8(file.path)) row["path_hex"] = hex(bytes_of(file.path));
    if (file.old_copy_kept) row["old_copy_kept"] = true;
    files.push_back(std::move(row));
  }
  using Status = FileReport::Status;
  const Json totals = {{"files", report.files.size()},
                       {"ok", report.count(Status::Ok)},
                       {"warnings", report.count(Status::Warning)},
                       {"failed", report.count(Status::Failed)},
                       {"skipped", report.count(Status::Skipped)},
                       {"original_bytes", report.original_bytes},
                       {"archive_bytes", report.archive_bytes},
                       {"seconds", report.seconds}};
  Json json = {{"files", std::move(files)}, {"warnings", report.warnings}, {"totals", totals}};
  if (report.adaptation) {
    json["adapted_model"] = {{"used", report.adaptation->used},
                             {"model_bytes", report.adaptation->model_bytes},
                             {"estimated_saving_bytes", report.adaptation->saved_bytes}};
  }
  return dump(json);
}

std::string inspect_json(const InspectReport& report) {
  Json stages = Json::array();
  for (const LedgerStage& stage : report.ledger.stages) {
    stages.push_back({{"name", stage.name},
                      {"kind", stage.latent ? "latent" : "likelihood"},
                      {"likelihood_bits", stage.likelihood_bits},
                      {"prior_bits", stage.prior_bits},
                      {"posterior_bits", stage.posterior_bits},
                      {"net_bits", stage.net_bits()}});
  }
  const Ledger& ledger = report.ledger;
  Json json = {
      {"path", report.path},
      {"width", report.width},
      {"height", report.height},
      {"channels", report.channels},
      {"tiles", report.tiles},
      {"model", report.model},
      {"model_hash", report.model_hash},
      {"elbo_bits", ledger.elbo_bits()},
      {"actual_bits", ledger.actual_bits()},
      {"initial_bits_required", ledger.initial_bits_required},
      {"initial_bits_paid", ledger.initial_bits_paid},
      {"bb_ans_initial_bits_required", report.bb_ans.initial_bits_required},
      {"bb_ans_initial_bits_paid", report.bb_ans.initial_bits_paid},
      {"bb_ans_actual_bits", report.bb_ans.actual_bits()},
      {"overhead", {{"coder", ledger.coder_bits}, {"flush", ledger.flush_bits}, {"headers", ledger.header_bits}}},
      {"stages", std::move(stages)},
      {"payload_bytes", report.payload_bytes},
      {"stored_as_pixels", report.stored_as_pixels}};
  if (report.entry_bytes != 0) {
    json["entry"] = {{"header_bytes", report.entry_header_bytes},
                     {"framing_bytes", report.entry_framing_bytes},
                     {"metadata_bytes", report.entry_metadata_bytes},
                     {"bytes", report.entry_bytes}};
  }
  return dump(json);
}

}  // namespace bitswap
