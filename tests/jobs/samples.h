// SPDX-License-Identifier: GPL-3.0-or-later
// Small folders with one file of each kind, and looks at what became of them.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "engine/jobs/compress.h"
#include "engine/jobs/extract.h"

namespace bitswap::samples {

namespace fs = std::filesystem;

void write_file(const fs::path& path, ByteView content);
void write_file(const fs::path& path, std::string_view content);
Bytes read_file(const fs::path& path);

/// Pictures of all kinds and shapes, text, an empty file and folder, a link, a duplicate, a broken PNG ("broken.png").
void make_folder(const fs::path& folder);

/// Path to what is there: content, "-> target" or "/" with permissions and modification time.
std::map<std::string, std::string> snapshot(const fs::path& folder);

/// Of the plain backend, with two threads.
CompressOptions compress_options(const fs::path& input, const fs::path& archive);
ExtractOptions extract_options(const fs::path& archive, const fs::path& folder);

/// The report of a path; a failed one with an empty path if there is none.
FileReport report_of(const JobReport& report, const std::string& path);

/// Width and height.
std::vector<std::uint32_t> size_of(const FileReport& file);

/// What zstd does not shrink is stored: both are Zstd here.
bool is_form(const FileReport& file, Form form);

/// Tests the archive and extracts it into `out`; names a file of `folder` that is not the same there, or is "".
std::string not_restored(const fs::path& archive, const fs::path& folder, const fs::path& out);

/// Nothing in the folder but these names.
bool holds_only(const fs::path& folder, const std::vector<std::string>& names);

}  // namespace bitswap::samples
