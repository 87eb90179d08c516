// SPDX-License-Identifier: GPL-3.0-or-later
// The tests that every backend of a machine has to pass with the very same result: networks on fixed tensors, and
// pictures through the whole codec.
#pragma once

#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/codec/image_codec.h"

namespace bitswap::cli {

struct TestPicture {
  std::string name;
  Picture picture;
};

/// A colour picture and a grey one, the same for ever: the golden payload is made of these.
std::vector<TestPicture> golden_pictures();

/// A picture as it is stored, header first.
using CodedPicture = std::vector<Bytes>;

/// What one backend computes.
struct BackendRun {
  std::vector<std::pair<std::string, Hash128>> tensors;  ///< name of the case, hash of the outputs
  std::vector<CodedPicture> pictures;                    ///< one each
  [[nodiscard]] Hash128 tensor_hash() const;
  /// Of the first `count` pictures.
  [[nodiscard]] Hash128 payload_hash(std::size_t count) const;
};

/// Errors: those of the backend and of encoding, Cancelled.
Result<BackendRun> run_backend(const CodingModel& coding, const std::vector<TestPicture>& pictures, int threads,
                               const CancelToken* cancel);

/// Decodes what another backend coded (or the same). Errors: those of decoding; Corrupt when another picture comes
/// back, with its name.
Status decode_pictures(const CodingModel& coding, const std::vector<CodedPicture>& coded,
                       const std::vector<TestPicture>& pictures, int threads, const CancelToken* cancel);

/// Where two runs differ, for people; empty if they agree.
std::string difference(const BackendRun& a, const BackendRun& b, const std::vector<TestPicture>& pictures);

}  // namespace bitswap::cli
