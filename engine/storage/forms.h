// SPDX-License-Identifier: GPL-3.0-or-later
// The classes behind storage_forms(), for their table only.
#pragma once

#include "engine/storage/storage_form.h"

namespace bitswap {

const StorageForm& stored_form();
const StorageForm& zstd_form();
const StorageForm& picture_form();
const StorageForm& jpeg_form();
const StorageForm& jpegxl_form();
const StorageForm& jpeg_transcoded_form();
const StorageForm& model_difference_form();

}  // namespace bitswap
