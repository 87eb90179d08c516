// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels that a decoder made of 8-bit luma and chroma lie on a lattice: of the 2^24 RGB values only one in four to nine
// is the image of a triple (Y, Cb, Cr). A picture whose pixels all lie there is coded as those triples, without loss.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "engine/image/pixels/picture.h"

namespace bitswap {

/// Jpeg: JFIF 1.02 in the fixed point of libjpeg's jdcolor.c, which libjpeg-turbo and mozjpeg share. WebP: the video
/// range of ITU-R BT.601 as libwebp's dsp/yuv.h has it. PhotoCd: the PhotoYCC of Kodak's Photo CD, with the published
/// factors in 16-bit fixed point, rounded down; all 24 photos of the Kodak suite are such.
enum class YccSpace : std::uint8_t { Jpeg, WebP, PhotoCd };
inline constexpr std::array kYccSpaces{YccSpace::Jpeg, YccSpace::WebP, YccSpace::PhotoCd};

/// The space in which every pixel is the image of a triple; none for pictures without colour channels.
std::optional<YccSpace> find_ycc_space(const Picture& picture);
bool lies_in(const Picture& picture, YccSpace space);

/// R, G, B of every pixel become Cr, Y, Cb: a triple whose image they are, near the real-valued inverse. Y takes the
/// place of G because the model codes that first. The picture has 3 channels and lies in the space.
void to_ycc(Picture& picture, YccSpace space);

/// The image of the triples. Total: any samples give a picture.
void from_ycc(Picture& picture, YccSpace space);

}  // namespace bitswap
