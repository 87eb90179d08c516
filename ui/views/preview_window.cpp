// SPDX-License-Identifier: GPL-3.0-or-later
// One worker decodes what is looked at, and then the neighbour that will probably be looked at next.
#include "ui/views/preview_window.h"

#include <QCloseEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QScreen>
#include <QTimer>
#include <QToolButton>
#include <array>

#include "ui/controllers/engine.h"
#include "ui/controllers/settings.h"
#include "ui/items/error_text.h"
#include "ui/items/format_text.h"
#include "ui/views/note_label.h"
#include "ui/views/picture_view.h"

namespace bitswap::ui {
namespace {

// Two pictures beside the current one stay in memory, unless they are large.
constexpr std::uint64_t kNeighbourBytes = 300'000'000;

}  // namespace

PreviewWindow::PreviewWindow(Engine& engine, QWidget* parent, const Settings* settings)
    : QWidget(parent, Qt::Window), engine_(engine), settings_(settings) {
  setWindowTitle(tr("Preview"));
  view_ = new PictureView(this);
  bar_ = new QWidget(this);
  label_ = new ElidedLabel(bar_);
  auto* const line = new QHBoxLayout(bar_);
  line->setContentsMargins(8, 4, 8, 4);
  const auto add_button = [&](const QString& text, const QString& tip, auto slot) {
    auto* const button = new QToolButton(bar_);
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    connect(button, &QToolButton::clicked, this, slot);
    line->addWidget(button);
    return button;
  };
  previous_ = add_button({}, tr("Previous picture (Left)"), [this] { step(-1); });
  previous_->setArrowType(Qt::LeftArrow);
  next_ = add_button({}, tr("Next picture (Right)"), [this] { step(1); });
  next_->setArrowType(Qt::RightArrow);
  line->addWidget(label_, 1);
  add_button(QStringLiteral("−"), tr("Smaller (−)"), [this] { view_->zoom_out(); });
  add_button(QStringLiteral("+"), tr("Larger (+)"), [this] { view_->zoom_in(); });
  add_button(tr("Fit"), tr("Show the whole picture (0)"), [this] { view_->fit(); });
  add_button(format_percent(1, 0), tr("One pixel of the picture is one of the display (1)"),
             [this] { view_->actual_size(); });
  add_button(tr("Full screen"), tr("Full screen (F11)"), [this] { toggle_full_screen(); });
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(view_, 1);
  layout->addWidget(bar_);
  setFocusProxy(view_);
  resize(QSize(960, 720).boundedTo(screen()->availableSize() * 9 / 10));

  hint_timer_ = new QTimer(this);
  hint_timer_->setSingleShot(true);
  hint_timer_->setInterval(150);  // what is quicker needs no hint
  connect(hint_timer_, &QTimer::timeout, this, [this] {
    if (loaded() || current_ < 0) return;
    view_->set_image({});
    view_->set_message(tr("Decoding %1…").arg(list_[static_cast<std::size_t>(current_)].name));
  });
  connect(view_, &PictureView::zoom_changed, this, &PreviewWindow::show_title);
}

void PreviewWindow::show_pictures(const NamedSources& list, int current) {
  if (list.empty()) return;
  list_ = list;
  ++generation_;
  loaded_.clear();
  worker_.cancel();
  current_ = -1;
  direction_ = 1;
  view_->set_image({});
  show();
  raise();
  activateWindow();
  view_->setFocus();
  go_to(std::clamp(current, 0, static_cast<int>(list_.size()) - 1));
}

bool PreviewWindow::loaded() const { return loaded_.contains(current_); }

void PreviewWindow::step(int by) {
  const int index = current_ + by;
  if (index >= 0 && index < static_cast<int>(list_.size())) go_to(index);
}

void PreviewWindow::go_to(int index) {
  if (index == current_) return;
  if (current_ >= 0) direction_ = index > current_ ? 1 : -1;
  current_ = index;
  std::erase_if(loaded_, [&](const auto& item) { return std::abs(item.first - current_) > 1; });
  previous_->setEnabled(current_ > 0);
  next_->setEnabled(current_ + 1 < static_cast<int>(list_.size()));
  if (!loaded() && worker_.busy() && loading_ != current_) worker_.cancel();
  show_current();
  load_next();
  Q_EMIT current_changed(current_);
}

void PreviewWindow::load_next() {
  if (worker_.busy() || current_ < 0) return;
  int index = -1;
  for (const int wanted : std::array{current_, current_ + direction_, current_ - direction_}) {
    if (wanted < 0 || wanted >= static_cast<int>(list_.size()) || loaded_.contains(wanted)) continue;
    index = wanted;
    break;
  }
  if (index < 0) return;
  if (index != current_) {
    const auto& shown = loaded_[current_].picture;
    if (shown && shown->rgb.samples.size() > kNeighbourBytes) return;
  }
  loading_ = index;
  JobOptions options;
  if (settings_ != nullptr) settings_->apply(options);
  worker_.start([this, options, index, source = list_[static_cast<std::size_t>(index)].source,
                 generation = generation_](const CancelToken& cancel) mutable -> Worker::Completion {
    options.cancel = &cancel;
    Result<LoadedPicture> result = engine_.load_picture(source, options);
    const bool cancelled = !result.ok() && result.error().code == Error::Code::Cancelled;
    Loaded loaded;
    if (result.ok()) {
      loaded.picture = std::make_shared<const LoadedPicture>(std::move(*result));
    } else {
      loaded.error = error_text(result.error());
    }
    return [this, index, generation, cancelled, loaded] {
      loading_ = -1;
      if (!cancelled && generation == generation_ && std::abs(index - current_) <= 1) {
        loaded_[index] = loaded;
        if (index == current_) show_current();
      }
      load_next();
    };
  });
}

void PreviewWindow::show_current() {
  if (!loaded()) {
    hint_timer_->start();
    show_title();
    return;
  }
  hint_timer_->stop();
  const Loaded& now = loaded_[current_];
  if (now.picture) {
    view_->set_image(to_image({now.picture, &now.picture->rgb}));
  } else {
    view_->set_image({});
    view_->set_message(now.error);
  }
  show_title();
}

void PreviewWindow::show_title() {
  if (current_ < 0) return;
  const QString name = list_[static_cast<std::size_t>(current_)].name;
  QStringList parts = {name};
  const auto found = loaded_.find(current_);
  if (found != loaded_.end() && found->second.picture) {
    const Picture& rgb = found->second.picture->rgb;
    parts << format_dimensions(rgb.width, rgb.height) << format_bytes(found->second.picture->file_bytes)
          << format_percent(view_->zoom(), view_->zoom() < 0.1 ? 1 : 0);
    view_->setAccessibleName(name);
    view_->setAccessibleDescription(parts.mid(1).join(QStringLiteral(", ")));
  }
  const QString separator = QStringLiteral(" – ");
  setWindowTitle(parts.join(separator));
  if (list_.size() > 1) parts << tr("%1 of %2").arg(current_ + 1).arg(list_.size());
  label_->setText(parts.join(QStringLiteral("  ·  ")));
  label_->setToolTip(name);
}

void PreviewWindow::toggle_full_screen() {
  setWindowState(windowState() ^ Qt::WindowFullScreen);
  bar_->setVisible(!isFullScreen());
}

void PreviewWindow::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_PageUp: return step(-1);
    case Qt::Key_Right:
    case Qt::Key_PageDown: return step(1);
    case Qt::Key_F11: return toggle_full_screen();
    case Qt::Key_Escape:
      if (isFullScreen()) {
        toggle_full_screen();
      } else {
        close();
      }
      return;
    default: QWidget::keyPressEvent(event);
  }
}

void PreviewWindow::closeEvent(QCloseEvent* event) {
  worker_.cancel();
  hint_timer_->stop();
  loaded_.clear();  // pictures take much memory
  list_.clear();
  ++generation_;
  current_ = -1;
  view_->set_image({});
  QWidget::closeEvent(event);
}

}  // namespace bitswap::ui
