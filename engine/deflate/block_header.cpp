// SPDX-License-Identifier: GPL-3.0-or-later
// One description for both directions.
#include "engine/deflate/block_header.h"

#include <algorithm>

namespace bitswap::deflate {
namespace {

Error impossible() { return {Error::Code::Corrupt, 0, "a DEFLATE recipe has an impossible block header"}; }

template <typename Coder>
Status code_lengths(Coder& coder, std::span<const std::uint32_t> frequencies, std::span<const std::uint8_t> expected,
                    std::span<std::uint8_t> lengths) {
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const std::uint32_t guess = expected[i];
    const std::uint32_t in_use = frequencies[i] > 0 ? 1 : 0;
    if (coder.bit(kSameCodeLength + 2 * guess + in_use, lengths[i] == guess)) {
      lengths[i] = expected[i];
      continue;
    }
    const bool longer = coder.bit(kLongerCode + guess, lengths[i] > guess);
    std::uint32_t steps = 1;
    const std::uint32_t actual = longer ? lengths[i] - guess : guess - lengths[i];
    for (; steps < 15; ++steps) {
      if (!coder.bit(kCodeLengthStep + 2 * (steps - 1) + (longer ? 1 : 0), steps < actual)) break;
    }
    if (longer ? guess + steps > 15 : steps > guess) return impossible();
    lengths[i] = static_cast<std::uint8_t>(longer ? guess + steps : guess - steps);
  }
  return {};
}

template <typename Coder>
MetaSymbol code_run(Coder& coder, MetaSymbol expected, MetaSymbol actual) {
  const std::uint32_t kind = expected.symbol < 16 ? 0u : expected.symbol - 15u;
  if (coder.bit(kSameRun + kind, actual == expected)) return expected;
  const std::uint32_t symbol = code_tree(coder, kRunSymbol, 2, actual.symbol < 16 ? 0u : actual.symbol - 15u);
  if (symbol == 0) return {Coder::kReads ? std::uint8_t{0xFF} : actual.symbol, 0};
  return {static_cast<std::uint8_t>(symbol + 15),
          static_cast<std::uint8_t>(
              code_tree(coder, kRunExtra + 128 * (symbol - 1), kMetaExtra[symbol - 1], actual.extra))};
}

/// The list of all lengths; where it differs from greedy runs.
template <typename Coder>
Status code_runs(Coder& coder, DynamicHeader& header) {
  std::array<std::uint8_t, kLiteralSymbols + kDistanceSymbols> lengths{};
  std::copy_n(header.literal_lengths.begin(), header.literals, lengths.begin());
  std::copy_n(header.distance_lengths.begin(), header.distances, lengths.begin() + header.literals);
  const std::size_t all = std::size_t{header.literals} + header.distances;
  const std::vector<MetaSymbol> truth = std::move(header.runs);
  header.runs.clear();

  bool crosses = false;
  std::size_t covered = 0;
  for (const MetaSymbol& run : truth) {
    crosses = crosses || (covered < header.literals && covered + run.count() > header.literals);
    covered += run.count();
  }
  crosses = coder.bit(kRunsCross, crosses);
  for (std::size_t at = 0, i = 0; at < all; ++i) {
    const std::size_t end = crosses || at >= header.literals ? all : header.literals;
    const bool first = at == 0 || (at == header.literals && !crosses);
    const MetaSymbol expected =
        next_run(std::span<const std::uint8_t>(lengths).subspan(at, end - at), first ? -1 : lengths[at - 1]);
    MetaSymbol run = code_run(coder, expected, i < truth.size() ? truth[i] : MetaSymbol{});
    if (run.symbol == 0xFF) run.symbol = lengths[at];
    if (run.count() > all - at || (run.symbol == 16 && at == 0)) return impossible();
    const std::uint8_t listed = run.symbol < 16 ? run.symbol : run.symbol == 16 ? lengths[at - 1] : std::uint8_t{0};
    for (std::size_t k = 0; k < run.count(); ++k) {
      if (lengths[at + k] != listed) return impossible();
    }
    at += run.count();
    header.runs.push_back(run);
  }
  return {};
}

template <typename Coder>
Status code_meta(Coder& coder, DynamicHeader& header) {
  DynamicHeader expected;
  expected.runs = header.runs;
  meta_code(expected);
  if (coder.bit(kHeaderCounts + 2, header.listed == expected.listed)) {
    header.listed = expected.listed;
  } else {
    header.listed = static_cast<std::uint8_t>(4 + code_raw(coder, 4, header.listed - 4u));
    if (header.listed > kMetaSymbols) return impossible();
  }
  for (std::size_t i = 0; i < kMetaSymbols; ++i) {
    std::uint8_t& length = header.meta[kMetaOrder[i]];
    const std::uint8_t guess = expected.meta[kMetaOrder[i]];
    if (i >= header.listed) {
      length = 0;
    } else if (coder.bit(kSameMeta + guess, length == guess)) {
      length = guess;
    } else {
      length = static_cast<std::uint8_t>(code_tree(coder, kMeta, 3, length));
    }
  }
  return {};
}

bool writable(const Frequencies& frequencies, const DynamicHeader& header) {
  const auto covers = [](std::span<const std::uint32_t> used, std::span<const std::uint8_t> lengths) {
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (used[i] > 0 && lengths[i] == 0) return false;
    }
    return true;
  };
  if (!decodable(header.literal_lengths, false) || !decodable(header.distance_lengths, true) ||
      !decodable(header.meta, false)) {
    return false;
  }
  return covers(frequencies.literals, header.literal_lengths) &&
         covers(frequencies.distances, header.distance_lengths) &&
         std::ranges::all_of(header.runs, [&](const MetaSymbol& run) { return header.meta[run.symbol] > 0; });
}

template <typename Coder>
Status code(Coder& coder, const Frequencies& frequencies, const DynamicHeader& expected, DynamicHeader& header) {
  if (coder.bit(kSameHeader, header == expected)) {
    if constexpr (Coder::kReads) header = expected;
    return {};
  }
  const auto count = [&](std::uint32_t flag, std::uint16_t& value, std::uint16_t guess, std::uint16_t least) {
    if (coder.bit(flag, value == guess)) {
      value = guess;
    } else {
      value = static_cast<std::uint16_t>(least + code_raw(coder, 5, std::uint32_t{value} - least));
    }
  };
  count(kHeaderCounts, header.literals, expected.literals, 257);
  count(kHeaderCounts + 1, header.distances, expected.distances, 1);
  if (header.literals > kLiteralSymbols || header.distances > kDistanceSymbols) return impossible();
  BITSWAP_TRY(code_lengths(coder, frequencies.literals, expected.literal_lengths,
                           std::span(header.literal_lengths).first(header.literals)));
  BITSWAP_TRY(code_lengths(coder, frequencies.distances, expected.distance_lengths,
                           std::span(header.distance_lengths).first(header.distances)));
  BITSWAP_TRY(code_runs(coder, header));
  BITSWAP_TRY(code_meta(coder, header));
  if (!writable(frequencies, header)) return impossible();
  return {};
}

}  // namespace

Status code_header(CorrectionWriter& coder, const Frequencies& frequencies, const DynamicHeader& expected,
                   DynamicHeader& header) {
  return code(coder, frequencies, expected, header);
}

Status code_header(CorrectionReader& coder, const Frequencies& frequencies, const DynamicHeader& expected,
                   DynamicHeader& header) {
  header = {};
  return code(coder, frequencies, expected, header);
}

}  // namespace bitswap::deflate
