// Pixels that came out of a JPEG decoder lie on a lattice: of the 2^24 RGB values only a quarter is the image of an
// (Y, Cb, Cr) triple in 8 bits. A picture whose pixels all lie there can be coded as those triples, without loss.
// The conversion is that of JFIF 1.02 in the fixed point of libjpeg's jdcolor.c, which libjpeg-turbo and mozjpeg share.
#pragma once

#include "engine/image/picture.h"

namespace bitswap {

/// Whether every pixel is the image of a triple. False for pictures without colour channels.
bool has_jpeg_colours(const Picture& picture);

/// R, G, B of every pixel become Cr, Y, Cb: a triple whose image they are, near the real-valued inverse. Y takes the
/// place of G because the model codes that first. The picture has 3 channels and has_jpeg_colours().
void to_jpeg_colours(Picture& picture);

/// The image of the triples. Total: any samples give a picture.
void from_jpeg_colours(Picture& picture);

}  // namespace bitswap
