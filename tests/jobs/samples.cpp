// SPDX-License-Identifier: GPL-3.0-or-later
// Sample folders for the tests of the jobs.
#include "tests/jobs/samples.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "tests/jobs/sample_pictures.h"

namespace bitswap::samples {

using namespace std::chrono_literals;

void write_file(const fs::path& path, ByteView content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
}

void write_file(const fs::path& path, std::string_view content) {
  write_file(path, ByteView(reinterpret_cast<const std::uint8_t*>(content.data()), content.size()));
}

Bytes read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void make_folder(const fs::path& folder) {
  const Picture rgb = photo(45, 37, 3);
  write_file(folder / "rgb.png", png_file(rgb));
  write_file(folder / "grey.png", png_file(photo(33, 20, 1, 2)));
  write_file(folder / "alpha.png", png_file(photo(24, 31, 4, 3)));
  write_file(folder / "grey-alpha.png", png_file(photo(19, 23, 2, 4)));
  write_file(folder / "one.png", png_file(photo(1, 1, 3, 5)));
  write_file(folder / "wide.png", png_file(photo(1100, 7, 4, 10)));  // more than one tile
  write_file(folder / "deep.png", png_file(photo(9, 9, 3, 6), 16));
  write_file(folder / "sub/pixels.ppm", ppm_file(rgb));
  write_file(folder / "sub/pixels.bmp", bmp_file(photo(31, 17, 3, 7)));
  write_file(folder / "sub/photo.jpg", jpeg_file(photo(40, 40, 3, 8)));
  write_file(folder / "sub/copy of rgb.png", png_file(rgb));
  write_file(folder / "text.txt", std::string(5000, 'a') + "the end\n");
  write_file(folder / "empty.txt", "");
  Bytes broken = png_file(photo(30, 30, 3, 9));
  broken.resize(broken.size() / 2);
  write_file(folder / "broken.png", broken);
  fs::create_directories(folder / "nothing in here");
  fs::create_symlink("../text.txt", folder / "sub/link");
  fs::permissions(folder / "text.txt", fs::perms::owner_read | fs::perms::owner_write);
  for (const char* name : {"text.txt", "rgb.png", "sub"}) {
    fs::last_write_time(folder / name, std::chrono::file_clock::from_sys(std::chrono::sys_seconds(1'600'000'000s)));
  }
}

std::map<std::string, std::string> snapshot(const fs::path& folder) {
  std::map<std::string, std::string> found;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    struct stat info {};
    ::lstat(item.path().c_str(), &info);
    std::string what;
    if (item.is_symlink()) {
      what = "-> " + fs::read_symlink(item.path()).string();
    } else {
      what = std::to_string(info.st_mode & 0777) + " " + std::to_string(info.st_mtim.tv_sec) + "." +
             std::to_string(info.st_mtim.tv_nsec) + " ";
      const Bytes content = item.is_directory() ? Bytes{'/'} : read_file(item.path());
      what.append(content.begin(), content.end());
    }
    found.emplace(item.path().lexically_relative(folder).string(), std::move(what));
  }
  return found;
}

CompressOptions compress_options(const fs::path& input, const fs::path& archive) {
  CompressOptions options;
  options.inputs = {input};
  options.archive = archive;
  options.device = "plain";
  options.threads = 2;
  options.form = Form::Picture;  // tiny pictures may well be smaller as bytes
  return options;
}

ExtractOptions extract_options(const fs::path& archive, const fs::path& folder) {
  ExtractOptions options;
  options.archive = archive;
  options.folder = folder;
  options.device = "plain";
  options.threads = 2;
  return options;
}

FileReport report_of(const JobReport& report, const std::string& path) {
  for (const FileReport& file : report.files) {
    if (file.path == path) return file;
  }
  FileReport missing;
  missing.status = FileReport::Status::Failed;
  return missing;
}

std::vector<std::uint32_t> size_of(const FileReport& file) { return {file.width, file.height}; }

bool is_form(const FileReport& file, Form form) {
  return file.form == form || (form == Form::Zstd && file.form == Form::Stored);
}

std::string not_restored(const fs::path& archive, const fs::path& folder, const fs::path& out) {
  TestOptions options;
  options.archive = archive;
  options.device = "plain";
  const auto tested = bitswap::test(options);
  const auto extracted = extract(extract_options(archive, out));
  for (const auto* report : {&tested, &extracted}) {
    if (!report->ok()) return report->error().detail;
    for (const FileReport& file : (*report)->files) {
      if (file.status != FileReport::Status::Ok) return file.path + (file.error ? ": " + file.error->detail : "");
    }
  }
  const auto before = snapshot(folder);
  const auto after = snapshot(out / folder.filename());
  for (const auto& [path, what] : before) {
    if (!after.contains(path) || after.at(path) != what) return path;
  }
  return after.size() == before.size() ? "" : "files that nobody archived";
}

bool holds_only(const fs::path& folder, const std::vector<std::string>& names) {
  std::vector<std::string> found;
  for (const auto& item : fs::directory_iterator(folder)) found.push_back(item.path().filename().string());
  return std::ranges::is_permutation(found, names);
}

}  // namespace bitswap::samples
