// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes are chosen for their edges: a single position, odd sides, batches that are no power of two.
#include "app/cli/selftest.h"

#include <array>

#include "app/cli/pictures.h"
#include "engine/codec/segment_batch.h"

namespace bitswap::cli {
namespace {

struct TensorCase {
  int network;
  int count;
  int height;
  int width;
};

std::vector<TensorCase> tensor_cases(const Plan& plan) {
  constexpr std::array<std::pair<int, int>, 3> kSizes = {{{1, 1}, {5, 7}, {17, 33}}};
  std::vector<TensorCase> cases;
  for (int network = 0; network < static_cast<int>(plan.networks.size()); ++network) {
    for (const auto& [height, width] : kSizes) {
      for (const int count : {1, 3}) cases.push_back({network, count, height, width});
    }
  }
  return cases;
}

/// Over the whole range that the first layer may read, extremes included.
std::vector<std::int8_t> tensor_input(const NetworkSpec& spec, const TensorCase& test) {
  std::uint64_t state = static_cast<std::uint64_t>(test.network) << 32 | static_cast<std::uint64_t>(test.count) << 24 |
                        static_cast<std::uint64_t>(test.height) << 12 | static_cast<std::uint64_t>(test.width);
  std::vector<std::int8_t> input(static_cast<std::size_t>(test.count) * test.height * test.width * spec.in());
  for (std::int8_t& value : input) {
    const std::uint64_t random = split_mix(state) >> 56;
    value = spec.layers.front().reads_samples ? static_cast<std::int8_t>(static_cast<int>(random) - 128)
                                              : static_cast<std::int8_t>(random >> 1);
  }
  return input;
}

Result<Hash128> run_case(const CodingModel& coding, const TensorCase& test) {
  const NetworkSpec& spec = coding.model->plan.networks[static_cast<std::size_t>(test.network)];
  std::vector<std::int16_t> output;
  BITSWAP_TRY(
      coding.networks->run_head(test.network, tensor_input(spec, test), test.count, test.height, test.width, output));
  ByteWriter bytes;
  for (const std::int16_t value : output) bytes.u16(static_cast<std::uint16_t>(value));
  return hash128(bytes.bytes());
}

/// A device that fails is replaced by the host in any other command; here it has failed the test.
Status device_worked(SegmentBatch& batch) {
  const std::string warning = batch.take_warning();
  if (warning.empty()) return {};
  return Error{Error::Code::Internal, 0, warning};
}

std::string case_name(const Plan& plan, const TensorCase& test) {
  return plan.networks[static_cast<std::size_t>(test.network)].name + " on " + std::to_string(test.count) + " x " +
         std::to_string(test.width) + " x " + std::to_string(test.height);
}

}  // namespace

std::vector<TestPicture> golden_pictures() {
  return {{"synthetic colour picture", synthetic_photo(200, 150, 3)},
          {"synthetic grey picture", synthetic_photo(93, 61, 1)}};
}

Hash128 BackendRun::tensor_hash() const {
  Hasher128 hasher;
  for (const auto& [name, hash] : tensors) hasher.add(hash);
  return hasher.finish();
}

Hash128 BackendRun::payload_hash(std::size_t count) const {
  Hasher128 hasher;
  for (std::size_t i = 0; i < count && i < pictures.size(); ++i) {
    for (const Bytes& part : pictures[i]) hasher.add(part);
  }
  return hasher.finish();
}

Result<BackendRun> run_backend(const CodingModel& coding, const std::vector<TestPicture>& pictures, int threads,
                               const CancelToken* cancel) {
  const Plan& plan = coding.model->plan;
  const std::vector<TensorCase> cases = tensor_cases(plan);
  BackendRun run;
  run.tensors.resize(cases.size());
  BITSWAP_TRY(parallel_for(cases.size(), threads, cancel, [&](std::size_t i) -> Status {
    BITSWAP_TRY_ASSIGN(const Hash128 hash, run_case(coding, cases[i]));
    run.tensors[i] = {case_name(plan, cases[i]), hash};
    return {};
  }));
  run.pictures.resize(pictures.size());
  BITSWAP_TRY(parallel_for(pictures.size(), threads, cancel, [&](std::size_t i) -> Status {
    const ImageEncoder encoder(coding, pictures[i].picture);
    run.pictures[i].push_back(encoder.header().write());
    std::vector<EncodeTask> tasks;
    for (std::size_t segment = 0; segment < encoder.segments().size(); ++segment) tasks.push_back({&encoder, segment});
    SegmentBatch batch(coding);
    batch.encode(tasks, cancel);
    BITSWAP_TRY(device_worked(batch));
    for (EncodeTask& task : tasks) {
      if (!task.result.ok()) return std::move(task.result).error();
      run.pictures[i].push_back(std::move(task.result->payload));
    }
    return {};
  }));
  return run;
}

Status decode_pictures(const CodingModel& coding, const std::vector<CodedPicture>& coded,
                       const std::vector<TestPicture>& pictures, int threads, const CancelToken* cancel) {
  return parallel_for(coded.size(), threads, cancel, [&](std::size_t i) -> Status {
    BITSWAP_TRY_ASSIGN(const ImageHeader header, ImageHeader::read(coded[i].front()));
    ImageDecoder decoder(coding, header);
    std::vector<DecodeTask> tasks;
    for (std::size_t part = 1; part < coded[i].size(); ++part) tasks.push_back({&decoder, part - 1, coded[i][part]});
    SegmentBatch batch(coding);
    batch.decode(tasks, cancel);
    BITSWAP_TRY(device_worked(batch));
    for (const DecodeTask& task : tasks) BITSWAP_TRY(task.status);
    if (decoder.take() == pictures[i].picture) return {};
    return Error{Error::Code::Corrupt, 0, pictures[i].name + ": another picture came back"};
  });
}

std::string difference(const BackendRun& a, const BackendRun& b, const std::vector<TestPicture>& pictures) {
  for (std::size_t i = 0; i < a.tensors.size(); ++i) {
    if (a.tensors[i] != b.tensors[i]) return "network " + a.tensors[i].first;
  }
  for (std::size_t i = 0; i < a.pictures.size(); ++i) {
    if (a.pictures[i] != b.pictures[i]) return pictures[i].name;
  }
  return {};
}

}  // namespace bitswap::cli
