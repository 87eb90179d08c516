// SPDX-License-Identifier: GPL-3.0-or-later
// Facts about one picture as a tree: groups, and in them a label and a value each.
#pragma once

#include <QAbstractItemModel>
#include <QStringList>
#include <optional>
#include <vector>

#include "engine/jobs/inspect.h"
#include "ui/items/details.h"

namespace bitswap::ui {

class DetailsModel : public QAbstractItemModel {
  Q_OBJECT
 public:
  enum Column { Label, Value, kColumns };

  using QAbstractItemModel::QAbstractItemModel;

  void clear();
  void set_details(const QString& name, const Details& details);
  void set_summary(const QString& name, const FilesSummary& summary);
  /// Adds tiles, model and the parts of the entry's size; may come before or after the details.
  void set_report(const InspectReport& report);

  /// "label<tab>value" of one row, or the group's name.
  [[nodiscard]] QString text(const QModelIndex& index) const;
  /// The whole tree as text, groups without indentation.
  [[nodiscard]] QString all_text() const;

  [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Item {
    QString label, value, tip;
  };
  struct Group {
    QString name;
    std::vector<Item> items;
  };
  void rebuild();
  void add_file(const Details& details);
  void add_storage(const Details& details);
  void add_model();
  void add_summary(const FilesSummary& summary);
  void add_metadata(const Details& details);
  [[nodiscard]] const Item* item(const QModelIndex& index) const;

  QString name_;
  std::optional<Details> details_;
  std::optional<FilesSummary> summary_;  ///< instead of details
  std::optional<InspectReport> report_;  ///< without ledgers and heat map
  std::vector<Group> groups_;
};

}  // namespace bitswap::ui
