// SPDX-License-Identifier: GPL-3.0-or-later
// The codecs that `bench` runs beside the model.
#include "app/cli/bench_speed.h"
#include "engine/compare/guarded_codec.h"

namespace bitswap::cli {

std::vector<SpeedSubject> bench_peers() {
  std::vector<SpeedSubject> peers;
  for (const CompareCodec* codec :
       {&png_codec(), &webp_codec(), &jpegxl_3_codec(), &jpegxl_codec(), &jpegxl_9_codec()}) {
    peers.push_back({std::string(codec->name()),
                     [codec](const Picture& picture) -> Result<std::vector<Bytes>> {
                       BITSWAP_TRY_ASSIGN(Bytes bytes, codec->encode(picture));
                       return std::vector<Bytes>{std::move(bytes)};
                     },
                     [codec](const std::vector<Bytes>& coded, const Picture& picture) {
                       return codec->decode(coded.front(), {picture.width, picture.height, picture.channels, {}});
                     }});
  }
  return peers;
}

}  // namespace bitswap::cli
