// SPDX-License-Identifier: GPL-3.0-or-later
// A picture and what the user calls it: what list, tabs and preview hand each other.
#pragma once

#include <QMetaType>
#include <QString>
#include <vector>

#include "engine/jobs/picture_source.h"

namespace bitswap::ui {

struct NamedSource {
  QString name;  ///< path in the archive or queue
  PictureSource source;
  Form form = Form::None;  ///< of an entry; None for a file, or where that is not known
  friend bool operator==(const NamedSource&, const NamedSource&) = default;
};
using NamedSources = std::vector<NamedSource>;

}  // namespace bitswap::ui
