// SPDX-License-Identifier: GPL-3.0-or-later
// Holds a TIFF file that was packed anew against the original: libtiff must find the same pixels in both.
#pragma once

#include "engine/image/tiff/tiff_recipe.h"

namespace bitswap {

/// Ok when libtiff reads `picture` from the coded pages of both files, finds as many pages in both, all bytes besides
/// the holes and the places and sizes of coded blocks are the same, and no other page has data in a hole.
Status prove_tiff_pixels(const TiffFile& tiff, ByteView original, ByteView again, const TiffRecipe& recipe,
                         const Picture& picture);

}  // namespace bitswap
