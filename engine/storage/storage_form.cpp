// SPDX-License-Identifier: GPL-3.0-or-later
// The table of forms, and what follows from it: names, the choice between candidates, opening by name.
#include "engine/storage/storage_form.h"

#include <algorithm>
#include <array>

#include "engine/archive/format.h"
#include "engine/storage/forms.h"

namespace bitswap {

std::span<const StorageForm* const> storage_forms() {
  static const std::array forms = {
      &stored_form(),          &zstd_form(), &picture_form(), &jpeg_form(), &jpegxl_form(), &jpeg_transcoded_form(),
      &model_difference_form()};
  return forms;
}

const StorageForm* find_form(Form form) {
  const auto forms = storage_forms();
  const auto found = std::ranges::find(forms, form, &StorageForm::form);
  return found == forms.end() ? nullptr : *found;
}

std::string_view form_name(Form form) {
  if (const StorageForm* known = find_form(form)) return known->name();
  return form == Form::Duplicate ? "duplicate" : form == Form::Unknown ? "unknown" : "";
}

Form form_named(std::string_view name) {
  for (const StorageForm* form : storage_forms()) {
    if (form->name() == name) return form->form();
  }
  return name.empty() ? Form::None : name == form_name(Form::Duplicate) ? Form::Duplicate : Form::Unknown;
}

Form form_of(const EntryHeader& header) {
  if (header.kind == EntryKind::Duplicate) return Form::Duplicate;
  const Form form = form_named(header.codec);
  return form == Form::Duplicate ? Form::Unknown : form;
}

bool keeps_pixels(Form form) {
  const StorageForm* known = find_form(form);
  return known != nullptr && known->pixel_section().has_value();
}

bool keeps_bytes(Form form) {
  const StorageForm* known = find_form(form);
  return known != nullptr && known->takes_all();
}

Result<const StorageForm*> form_for(const EntrySections& sections) {
  const EntryHeader& header = sections.header();
  if (const StorageForm* form = find_form(form_of(header))) return form;
  return Error{Error::Code::Unsupported, sections.offset(),
               "the codec \"" + header.codec + "\" needs a later version of this program"};
}

Result<std::unique_ptr<OpenedContent>> open_entry(const EntrySections& sections, OpenContext& context) {
  BITSWAP_TRY_ASSIGN(const StorageForm* form, form_for(sections));
  return form->open(sections, context);
}

std::uint64_t Packing::size() const {
  return 2 * form_name(form).size() + format::kSectionHeadBytes * sections.size() + payload_bytes();
}

std::uint64_t Packing::payload_bytes() const {
  std::uint64_t bytes = 0;
  for (const PackedSection& section : sections) bytes += section.payload().size();
  return bytes;
}

std::optional<Packing> smallest(std::vector<Packing> candidates) {
  if (candidates.empty()) return {};
  const auto rank = [](const Packing& packing) {
    return std::pair(packing.size(), std::ranges::find(storage_forms(), packing.form, &StorageForm::form));
  };
  return std::move(*std::ranges::min_element(candidates, {}, rank));
}

}  // namespace bitswap
