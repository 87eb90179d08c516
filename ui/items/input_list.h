// SPDX-License-Identifier: GPL-3.0-or-later
// What the user chose to be compressed: files and folders, less what was taken out of the list again.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bitswap::ui {

/// `text` as a shell pattern that matches nothing else.
std::string exact_pattern(std::string_view text);

/// Each input appears in the archive under the last part of its path, so no two may share it.
class InputList {
 public:
  enum class Added : std::uint8_t {
    New,
    Again,      ///< was there: what was taken out of it comes back
    NameTaken,  ///< another input has the name; nothing was added
  };
  Added add(const std::filesystem::path& input);
  /// A path in the archive: an input as a whole, or something in one.
  void remove(const std::string& path);
  void clear();

  [[nodiscard]] bool empty() const { return inputs_.empty(); }
  [[nodiscard]] const std::vector<std::filesystem::path>& inputs() const { return inputs_; }
  /// Shell patterns of what was taken out.
  [[nodiscard]] std::vector<std::string> excluded() const;
  /// Where the archive would be expected: beside a single input, else in the folder of the first one, called after it.
  [[nodiscard]] std::filesystem::path suggested_archive() const;

 private:
  std::vector<std::filesystem::path> inputs_;
  std::vector<std::string> removed_;
};

}  // namespace bitswap::ui
