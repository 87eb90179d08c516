// SPDX-License-Identifier: GPL-3.0-or-later
// A ledger as a table: stages and latent layers in decoding order, then their sum, the overheads and the actual size.
#pragma once

#include <QAbstractTableModel>
#include <optional>
#include <vector>

#include "engine/coder/ledger.h"

namespace bitswap::ui {

class LayersModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Stage, Likelihood, Prior, Posterior, Net, PerSubpixel, BbAns, kColumns };
  static constexpr int kNumberRole = Qt::UserRole;  ///< bits, where the cell shows any

  using QAbstractTableModel::QAbstractTableModel;

  void clear();
  /// Of Bit-Swap, and of BB-ANS where that is known. `subpixels`: samples that were coded.
  void set_ledger(const Ledger& ledger, const std::optional<Ledger>& bb_ans, double subpixels);

  /// All cells as plain numbers with a point, and a header.
  [[nodiscard]] QByteArray csv() const;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Row {
    QString name;
    QString id;  ///< in CSV
    bool sum = false;
    std::optional<double> likelihood, prior, posterior;
    double net = 0;
    std::optional<double> bb_ans;
  };
  [[nodiscard]] std::optional<double> number(const Row& row, int column) const;

  std::vector<Row> rows_;
  double subpixels_ = 0;
};

/// "z1" as "Latent z1", "BC0" as "Pixels BC, level 0": for people.
QString stage_title(const LedgerStage& stage);

}  // namespace bitswap::ui
