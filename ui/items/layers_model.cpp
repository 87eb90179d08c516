// SPDX-License-Identifier: GPL-3.0-or-later
// Every number is taken from the ledger as it is; only the names are worded here.
#include "ui/items/layers_model.h"

#include <QCoreApplication>
#include <QFont>

#include "ui/items/format_text.h"

namespace bitswap::ui {
namespace {

/// For lupdate and the translation of this file.
struct StageTitle {
  Q_DECLARE_TR_FUNCTIONS(StageTitle)
};

}  // namespace

QString stage_title(const LedgerStage& stage) {
  const QString name = QString::fromStdString(stage.name);
  if (stage.latent) return StageTitle::tr("Latents %1", "layer z1").arg(name);
  return StageTitle::tr("Pixels %1", "stage A2, D1, BC0").arg(name);
}

void LayersModel::clear() {
  beginResetModel();
  rows_.clear();
  endResetModel();
}

void LayersModel::set_ledger(const Ledger& ledger, const std::optional<Ledger>& bb_ans, double subpixels) {
  beginResetModel();
  rows_.clear();
  subpixels_ = subpixels;
  for (std::size_t i = 0; i < ledger.stages.size(); ++i) {
    const LedgerStage& stage = ledger.stages[i];
    Row row;
    row.name = stage_title(stage);
    row.id = QString::fromStdString(stage.name);
    if (stage.latent) {
      row.prior = stage.prior_bits;
      row.posterior = stage.posterior_bits;
    } else {
      row.likelihood = stage.likelihood_bits;
    }
    row.net = stage.net_bits();
    if (bb_ans && i < bb_ans->stages.size()) row.bb_ans = bb_ans->stages[i].net_bits();
    rows_.push_back(row);
  }
  const auto add = [&](const QString& name, const char* id, bool sum, auto bits) {
    Row row;
    row.name = name;
    row.id = QString::fromLatin1(id);
    row.sum = sum;
    row.net = bits(ledger);
    if (bb_ans) row.bb_ans = bits(*bb_ans);
    rows_.push_back(row);
  };
  add(tr("Negative ELBO"), "elbo", true, [](const Ledger& l) { return l.elbo_bits(); });
  add(tr("Initial bits paid"), "initial_bits_paid", false, [](const Ledger& l) { return l.initial_bits_paid; });
  add(tr("Loss of the coder"), "coder", false, [](const Ledger& l) { return l.coder_bits; });
  add(tr("Flush"), "flush", false, [](const Ledger& l) { return l.flush_bits; });
  add(tr("Headers of segments"), "headers", false, [](const Ledger& l) { return l.header_bits; });
  add(tr("Actual size"), "actual", true, [](const Ledger& l) { return l.actual_bits(); });
  add(tr("Initial bits required"), "initial_bits_required", false,
      [](const Ledger& l) { return l.initial_bits_required; });
  endResetModel();
}

std::optional<double> LayersModel::number(const Row& row, int column) const {
  switch (column) {
    case Likelihood: return row.likelihood;
    case Prior: return row.prior;
    case Posterior: return row.posterior;
    case Net: return row.net;
    case PerSubpixel: return subpixels_ > 0 ? std::optional(row.net / subpixels_) : std::nullopt;
    case BbAns: return row.bb_ans;
    default: return std::nullopt;
  }
}

QByteArray LayersModel::csv() const {
  QByteArray text = "stage,likelihood_bits,prior_bits,posterior_bits,net_bits,net_bits_per_subpixel,bb_ans_net_bits\n";
  for (const Row& row : rows_) {
    text += row.id.toUtf8();
    for (int column = Likelihood; column < kColumns; ++column) {
      text += ',';
      // 17 digits give a double back exactly; QByteArray::number knows no locale.
      if (const std::optional<double> bits = number(row, column)) text += QByteArray::number(*bits, 'g', 17);
    }
    text += '\n';
  }
  return text;
}

int LayersModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int LayersModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant LayersModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  const std::optional<double> bits = number(row, index.column());
  switch (role) {
    case Qt::DisplayRole:
      if (index.column() == Stage) return row.name;
      return bits ? format_number(*bits, index.column() == PerSubpixel ? 4 : 0) : QString();
    case kNumberRole: return bits ? QVariant(*bits) : QVariant();
    case Qt::TextAlignmentRole:
      return QVariant(Qt::Alignment(Qt::AlignVCenter | (index.column() == Stage ? Qt::AlignLeft : Qt::AlignRight)));
    case Qt::FontRole:
      if (row.sum) {
        QFont font;
        font.setBold(true);
        return font;
      }
      return {};
    default: return {};
  }
}

QVariant LayersModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant(Qt::Alignment(Qt::AlignVCenter | (section == Stage ? Qt::AlignLeft : Qt::AlignRight)));
  }
  if (role == Qt::ToolTipRole) {
    switch (section) {
      case Likelihood: return tr("Bits of the samples of a stage of pixels");
      case Prior: return tr("Bits pushed for the latents of a layer");
      case Posterior: return tr("Bits that come back when the latents are drawn");
      case Net: return tr("Likelihood, or prior less posterior");
      case BbAns: return tr("Net bits of the same model when all latents are drawn first");
      default: return {};
    }
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Stage: return tr("Bits");
    case Likelihood: return tr("Likelihood");
    case Prior: return tr("Prior");
    case Posterior: return tr("Posterior");
    case Net: return tr("Net");
    case PerSubpixel: return tr("Per subpixel");
    default: return tr("BB-ANS");
  }
}

}  // namespace bitswap::ui
