// SPDX-License-Identifier: GPL-3.0-or-later
// The operations of a plan that make planes, one function each (plan.h, Origin). Outputs have their shape already.
// `spare` (null: nobody) may do a part of the rows.
#pragma once

#include "engine/codec/host/planes.h"

namespace bitswap {

class SpareThreads;

/// Origin::Input: `valid` positions from the input; the rest is still to be padded.
void load_plane(const PlaneSpec& spec, const InputView& input, Grid valid, Planes& out, SpareThreads* spare);
/// The inverse. An input with one channel takes `grey_channel`.
void store_plane(const PlaneSpec& spec, const Planes& plane, Grid valid, int grey_channel, const OutputView& output,
                 SpareThreads* spare);
/// Fills what lies outside `valid` from the nearest valid number; samples are 128 and coefficients 0 where there is
/// none.
void pad_edges(Planes& planes, Grid valid);
void merge_planes(const Planes& a, const Planes& d, const Planes& b, const Planes& c, Planes& out, SpareThreads* spare);
void fold_planes(std::span<const Planes* const> from, int by, Planes& out);
void average_planes(const Planes& from, Planes& out);
void pick_planes(const Planes& from, const Phase& phase, Planes& out);
/// `step`: of the DC coefficient.
void intensity_planes(const Planes& from, int step, Planes& out);

}  // namespace bitswap
