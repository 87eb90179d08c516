// The minimal build has no other codecs to compare with.
#include "app/cli/bench_speed.h"

namespace bitswap::cli {

std::vector<SpeedSubject> bench_peers() { return {}; }

}  // namespace bitswap::cli
