// SPDX-License-Identifier: GPL-3.0-or-later
// Charts are SVG with lengths in per cent: bars grow with the page while their texts keep a size that can be read.
#include "engine/compare/html_report.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/compare/html_style.h"
#include "engine/compare/text.h"

namespace bitswap {
namespace {

constexpr std::string_view kBitSwap = "bit-swap";
constexpr std::string_view kBbAns = "bb-ans";

std::string percent(double part, double whole, int digits) {
  return whole > 0 ? fixed(100 * part / whole, digits) + " %" : "–";
}

std::string whole(double value) {
  const double rounded = std::round(std::abs(value));
  return (value < 0 && rounded > 0 ? "−" : "") + grouped(static_cast<std::uint64_t>(rounded));
}

std::string speed(double megabytes_per_second) {
  return megabytes_per_second < 100 ? fixed(megabytes_per_second, 2) : whole(megabytes_per_second);
}

/// Names as people write them; others as they are.
std::string shown(std::string_view codec) {
  if (codec == kBitSwap) return "Bit-Swap";
  if (codec == kBbAns) return "BB-ANS";
  return escape_html(codec);
}

std::string_view bar_class(std::string_view codec) {
  return codec == kBitSwap ? "own" : codec == kBbAns ? "rival" : "other";
}

struct Segment {
  double value = 0;
  std::string look;  ///< attributes that colour it
  std::string name;  ///< shown when pointed at
};

struct Bar {
  std::string label, value;  ///< escaped
  std::vector<Segment> segments;
};

std::string of_class(std::string_view name) { return "class=\"" + std::string(name) + "\""; }

/// `title` and `note` are escaped; an empty note is left out.
std::string chart(const std::string& title, const std::vector<Bar>& bars, const std::string& note,
                  const std::string& legend = {}) {
  constexpr int kRow = 42;
  double longest = 0;
  for (const Bar& bar : bars) {
    double sum = 0;
    for (const Segment& segment : bar.segments) sum += std::max(0.0, segment.value);
    longest = std::max(longest, sum);
  }
  std::string out = "<figure><h3>" + title + "</h3>\n<svg width=\"100%\" height=\"" +
                    std::to_string(kRow * bars.size()) + "\" role=\"img\" aria-label=\"" + title + "\">\n";
  int y = 0;
  for (const Bar& bar : bars) {
    out += "<text x=\"0\" y=\"" + std::to_string(y + 13) + "\">" + bar.label + "</text><text x=\"100%\" y=\"" +
           std::to_string(y + 13) + "\" text-anchor=\"end\">" + bar.value + "</text>\n";
    const std::string place = "y=\"" + std::to_string(y + 19) + "\" height=\"12\"";
    out += "<rect class=\"track\" x=\"0\" width=\"100%\" rx=\"2\" " + place + "/>";
    double at = 0;
    for (const Segment& segment : bar.segments) {
      if (segment.value <= 0 || longest <= 0) continue;
      const double width = 100 * segment.value / longest;
      out += "<rect " + segment.look + " x=\"" + fixed(at, 3) + "%\" width=\"" + fixed(width, 3) + "%\" " + place +
             (bar.segments.size() == 1 ? " rx=\"2\"" : "") + "><title>" + segment.name + "</title></rect>";
      at += width;
    }
    out += '\n';
    y += kRow;
  }
  out += "</svg>\n" + legend;
  if (!note.empty()) out += "<figcaption>" + note + "</figcaption>";
  return out + "</figure>\n";
}

std::string legend(const std::vector<Segment>& items) {
  std::string out = "<ul class=\"legend\">";
  for (const Segment& item : items) out += "<li><i " + item.look + "></i>" + item.name + "</li>";
  return out + "</ul>\n";
}

/// Latents in shades of violet, pixels from dark blue for the coarsest level to light green for the finest.
std::string stage_look(const Ledger& ledger, std::size_t index) {
  std::size_t before = 0, same = 0;
  for (std::size_t i = 0; i < ledger.stages.size(); ++i) {
    if (ledger.stages[i].latent != ledger.stages[index].latent) continue;
    before += i < index ? 1 : 0;
    ++same;
  }
  const double part = same > 1 ? static_cast<double>(before) / static_cast<double>(same - 1) : 1;
  const std::string colour = ledger.stages[index].latent
                                 ? "hsl(" + fixed(330 - 55 * part, 0) + ",50%,58%)"
                                 : "hsl(" + fixed(225 - 80 * part, 0) + "," + fixed(60 - 20 * part, 0) + "%," +
                                       fixed(44 + 20 * part, 0) + "%)";
  return "style=\"fill:" + colour + ";background:" + colour + "\"";
}

class Page {
 public:
  explicit Page(const HtmlReport& page) : page_(page), totals_(page.report.totals()) {
    for (const CompareImage& image : page.report.images()) raw_bytes_ += image.raw_bytes;
    // Bit-Swap first: it is what archives hold.
    for (const std::string_view name : {kBitSwap, kBbAns}) {
      for (const CompareTotal& total : totals_) {
        if (total.codec == name && !total.ledger.stages.empty()) schedules_.push_back(&total);
      }
    }
  }

  [[nodiscard]] std::string text() const {
    const std::string title = escape_html(page_.title);
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<title>" + title +
                      "</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<style>" +
                      std::string(kHtmlStyle) + "</style>\n</head>\n<body>\n<main>\n<header><h1>" + title + "</h1>\n" +
                      "<p class=\"soft\">" + subtitle() + "</p></header>\n";
    out += summary();
    if (!schedules_.empty()) out += bits();
    out += pictures();
    out += settings();
    return out + "</main>\n</body>\n</html>\n";
  }

 private:
  [[nodiscard]] std::string subtitle() const {
    const std::size_t count = page_.report.images().size();
    std::string out = escape_html(page_.date) + " · " + std::to_string(count) +
                      (count == 1 ? " picture" : " pictures") + " · " + grouped(raw_bytes_) + " bytes of raw pixels";
    if (page_.crop > 1) out += " · sides cropped to multiples of " + std::to_string(page_.crop);
    return out;
  }

  [[nodiscard]] std::string summary() const {
    const std::size_t count = page_.report.images().size();
    const bool gaps = std::ranges::any_of(totals_, [&](const auto& total) { return total.images != count; });
    std::string rows;
    std::vector<Bar> rate, bytes;
    for (const CompareTotal& total : totals_) {
      const std::string name = shown(total.codec), look = of_class(bar_class(total.codec));
      const std::string per_subpixel = fixed(total.mean_bits_per_subpixel, 3);
      rows += "<tr><th scope=\"row\"><i " + look + "></i>" + name + "</th><td>" + grouped(total.bytes) + "</td><td>" +
              percent(static_cast<double>(total.bytes), static_cast<double>(total.raw_bytes), 1) + "</td><td>" +
              per_subpixel + "</td><td>" + speed(total.encode_megabytes_per_second) + "</td><td>" +
              speed(total.decode_megabytes_per_second) + "</td>" +
              (gaps ? "<td>" + std::to_string(total.images) + " of " + std::to_string(count) + "</td>" : "") +
              "</tr>\n";
      rate.push_back({name, per_subpixel, {{total.mean_bits_per_subpixel, look, name}}});
      bytes.push_back({name, grouped(total.bytes), {{static_cast<double>(total.bytes), look, name}}});
    }
    return "<section><h2>All pictures</h2>\n<div class=\"wide\"><table>\n<thead><tr><th>Codec</th><th>Bytes</th>"
           "<th>% of raw</th><th>Bits per subpixel</th><th>Encode MB/s</th><th>Decode MB/s</th>" +
           std::string(gaps ? "<th>Pictures</th>" : "") + "</tr></thead>\n<tbody>\n" + rows +
           "</tbody></table></div></section>\n<section class=\"pair\">\n" +
           chart("Bits per subpixel", rate, "Mean over the pictures; each weighs the same.") +
           chart("Total bytes", bytes, "Less is better in both charts.") + "</section>\n";
  }

  [[nodiscard]] std::string bits() const {
    return "<section><h2>Where the bits go</h2>\n<p class=\"soft\">Bit-Swap and BB-ANS run over the same model. They "
           "differ in the order in which latents are popped and pushed, and so in the initial bits that they need. "
           "Stages stand in decoding order.</p>\n" +
           stages_chart() + stages_table(schedules_.front()->ledger, schedules_.front()->raw_bytes) +
           "</section>\n<section class=\"pair\">\n" + latents_chart(schedules_.front()->ledger) + elbo_chart() +
           overhead_chart() + initial_chart() + "</section>\n<section>" + sums_table() + "</section>\n";
  }

  [[nodiscard]] std::string stages_chart() const {
    std::vector<Bar> bars;
    for (const CompareTotal* total : schedules_) {
      const Ledger& ledger = total->ledger;
      Bar bar{shown(total->codec), whole(ledger.actual_bits()) + " bits", {}};
      for (std::size_t i = 0; i < ledger.stages.size(); ++i) {
        const LedgerStage& stage = ledger.stages[i];
        bar.segments.push_back({stage.net_bits(), stage_look(ledger, i),
                                escape_html(stage.name) + ": " + whole(stage.net_bits()) + " bits"});
      }
      const double beyond = ledger.actual_bits() - ledger.elbo_bits();
      bar.segments.push_back({beyond, of_class("over"), "beyond the ELBO: " + whole(beyond) + " bits"});
      bars.push_back(std::move(bar));
    }
    const Ledger& first = schedules_.front()->ledger;
    std::vector<Segment> items;
    for (std::size_t i = 0; i < first.stages.size(); ++i) {
      items.push_back({0, stage_look(first, i), escape_html(first.stages[i].name)});
    }
    items.push_back({0, of_class("over"), "beyond the ELBO"});
    return chart("Net bits of every stage", bars, "", legend(items));
  }

  static std::string stages_table(const Ledger& ledger, std::uint64_t raw_bytes) {
    std::string rows;
    const double elbo = ledger.elbo_bits();
    for (std::size_t i = 0; i < ledger.stages.size(); ++i) {
      const LedgerStage& stage = ledger.stages[i];
      rows += "<tr><th scope=\"row\"><i " + stage_look(ledger, i) + "></i>" + escape_html(stage.name) + "</th><td>" +
              (stage.latent ? "latent" : "pixels") + "</td><td>" + (stage.latent ? "" : whole(stage.likelihood_bits)) +
              "</td><td>" + (stage.latent ? whole(stage.prior_bits) : "") + "</td><td>" +
              (stage.latent ? whole(stage.posterior_bits) : "") + "</td><td>" + whole(stage.net_bits()) + "</td><td>" +
              fixed(stage.net_bits() / static_cast<double>(raw_bytes), 4) + "</td><td>" +
              percent(stage.net_bits(), elbo, 2) + "</td></tr>\n";
    }
    rows += "<tr class=\"sum\"><th scope=\"row\">Negative ELBO</th><td></td><td></td><td></td><td></td><td>" +
            whole(elbo) + "</td><td>" + fixed(elbo / static_cast<double>(raw_bytes), 4) +
            "</td><td>100.00 %</td></tr>\n";
    return "<div class=\"wide\"><table>\n<thead><tr><th>Stage</th><th>Kind</th><th>Likelihood</th><th>Prior pushed</th>"
           "<th>Posterior popped</th><th>Net bits</th><th>Per subpixel</th><th>Share</th></tr></thead>\n<tbody>\n" +
           rows + "</tbody></table></div>\n";
  }

  static std::string latents_chart(const Ledger& ledger) {
    std::vector<Bar> bars;
    for (const LedgerStage& stage : ledger.stages) {
      if (!stage.latent) continue;
      // What is pushed is what came back from the posterior and what the layer costs net.
      const double back = std::min(stage.prior_bits, stage.posterior_bits);
      bars.push_back({escape_html(stage.name),
                      whole(stage.net_bits()) + " bits net",
                      {{back, of_class("pop"), "popped: " + whole(stage.posterior_bits) + " bits"},
                       {stage.net_bits(), of_class("net"), "net: " + whole(stage.net_bits()) + " bits"}}});
    }
    return chart("Latent layers", bars, "A layer costs what its prior pushes beyond what its posterior popped.",
                 legend({{0, of_class("pop"), "got back by the posterior"}, {0, of_class("net"), "net cost"}}));
  }

  [[nodiscard]] std::string elbo_chart() const {
    std::vector<Bar> bars;
    for (const CompareTotal* total : schedules_) {
      const Ledger& ledger = total->ledger;
      const std::string name = shown(total->codec), look = of_class(bar_class(total->codec));
      const double raw = static_cast<double>(total->raw_bytes), elbo = ledger.elbo_bits(),
                   actual = ledger.actual_bits();
      bars.push_back({name + ", negative ELBO", fixed(elbo / raw, 4), {{elbo, look, whole(elbo) + " bits"}}});
      bars.push_back({name + ", coded",
                      fixed(actual / raw, 4) + " (+" + percent(actual - elbo, elbo, 3) + ")",
                      {{actual, look, whole(actual) + " bits"}}});
    }
    return chart("Negative ELBO and what was coded", bars, "Bits per subpixel of all pictures together.");
  }

  struct Overhead {
    std::string_view name;
    double Ledger::*bits;
    std::string_view look;
  };
  static constexpr std::array<Overhead, 4> kOverheads = {{{"coder", &Ledger::coder_bits, "over"},
                                                          {"flush", &Ledger::flush_bits, "other"},
                                                          {"segment headers", &Ledger::header_bits, "rival"},
                                                          {"initial bits paid", &Ledger::initial_bits_paid, "net"}}};

  [[nodiscard]] std::string overhead_chart() const {
    std::vector<Bar> bars;
    std::vector<Segment> items;
    for (const Overhead& overhead : kOverheads)
      items.push_back({0, of_class(overhead.look), std::string(overhead.name)});
    for (const CompareTotal* total : schedules_) {
      const double beyond = total->ledger.actual_bits() - total->ledger.elbo_bits();
      Bar bar{shown(total->codec), whole(beyond) + " bits", {}};
      for (const Overhead& overhead : kOverheads) {
        const double bits = total->ledger.*overhead.bits;
        bar.segments.push_back(
            {bits, of_class(overhead.look), std::string(overhead.name) + ": " + whole(bits) + " bits"});
      }
      bars.push_back(std::move(bar));
    }
    return chart("Beyond the ELBO", bars, "What coding adds to the ideal bits.", legend(items));
  }

  [[nodiscard]] std::string initial_chart() const {
    std::vector<Bar> bars;
    for (const CompareTotal* total : schedules_) {
      const std::string name = shown(total->codec), look = of_class(bar_class(total->codec));
      const auto add = [&](const char* what, double bits) {
        bars.push_back({name + ", " + what, whole(bits) + " bits", {{bits, look, whole(bits) + " bits"}}});
      };
      add("required", total->ledger.initial_bits_required);
      add("paid", total->ledger.initial_bits_paid);
    }
    return chart("Initial bits", bars,
                 "Required: the deepest draw on the stack by the latents. Paid: what had to be put there first.");
  }

  [[nodiscard]] std::string sums_table() const {
    std::string head, out;
    for (const CompareTotal* total : schedules_) head += "<th>" + shown(total->codec) + "</th><th>Share</th>";
    const auto row = [&](std::string_view name, const auto& bits, std::string_view style, bool share) {
      out += "<tr" + std::string(style) + "><th scope=\"row\">" + std::string(name) + "</th>";
      for (const CompareTotal* total : schedules_) {
        const double value = bits(total->ledger);
        out += "<td>" + whole(value) + "</td><td>" +
               (share ? percent(value, total->ledger.actual_bits(), 3) : std::string()) + "</td>";
      }
      out += "</tr>\n";
    };
    row(
        "Negative ELBO", [](const Ledger& ledger) { return ledger.elbo_bits(); }, "", true);
    for (const Overhead& overhead : kOverheads) {
      std::string name(overhead.name);
      name.front() = static_cast<char>(name.front() - 'a' + 'A');
      row(
          name, [&](const Ledger& ledger) { return ledger.*overhead.bits; }, "", true);
    }
    row(
        "Coded size", [](const Ledger& ledger) { return ledger.actual_bits(); }, " class=\"sum\"", true);
    row(
        "Initial bits required", [](const Ledger& ledger) { return ledger.initial_bits_required; }, "", false);
    return "<h3>Bits of all pictures together</h3>\n<div class=\"wide\"><table>\n<thead><tr><th></th>" + head +
           "</tr></thead>\n<tbody>\n" + out + "</tbody></table></div>\n";
  }

  [[nodiscard]] std::string pictures() const {
    std::string head, rows;
    for (const CompareTotal& total : totals_) head += "<th>" + shown(total.codec) + "</th>";
    const std::vector<CompareImage>& images = page_.report.images();
    for (std::size_t i = 0; i < images.size(); ++i) {
      const CompareImage& image = images[i];
      rows += "<tr><th scope=\"row\"><div class=\"picture\">";
      if (i < page_.thumbnails.size()) {
        rows += "<img alt=\"\" src=\"data:image/png;base64," + base64(page_.thumbnails[i]) + "\"/>";
      }
      rows += "<span>" + escape_html(image.path) + "<small>" + std::to_string(image.width) + " × " +
              std::to_string(image.height) + " pixels</small></span></div></th>";
      std::uint64_t least = UINT64_MAX;
      for (const CompareMeasurement& codec : image.codecs) least = std::min(least, codec.bytes);
      for (const CompareTotal& total : totals_) {
        const auto codec = std::ranges::find(image.codecs, total.codec, &CompareMeasurement::codec);
        if (codec == image.codecs.end()) {
          rows += "<td>–</td>";
        } else {
          rows += (codec->bytes == least ? "<td class=\"best\">" : "<td>") + grouped(codec->bytes) + "</td>";
        }
      }
      rows += "</tr>\n";
    }
    std::string out =
        "<section><h2>Pictures</h2>\n<p class=\"soft\">Bytes under every codec, the least in bold.</p>\n"
        "<div class=\"wide\"><table>\n<thead><tr><th>Picture</th>" +
        head + "</tr></thead>\n<tbody>\n" + rows + "</tbody></table></div>\n";
    for (const std::string& warning : page_.warnings) out += "<p class=\"soft\">" + escape_html(warning) + "</p>\n";
    return out + "</section>\n";
  }

  [[nodiscard]] std::string settings() const {
    if (page_.settings.empty()) return {};
    std::string out =
        "<section><h2>Settings</h2>\n<p class=\"soft\">Every result was decoded and compared with its "
        "picture. Bytes are those of the pixels alone, without names, metadata and the shared model. "
        "Speeds are of one thread in megabytes (10⁶ bytes) of raw pixels a second.</p>\n<dl>\n";
    for (const CodecSettings& codec : page_.settings) {
      out += "<dt>" + shown(codec.codec) + "</dt><dd>" + escape_html(codec.text) + "</dd>\n";
    }
    return out + "</dl></section>\n";
  }

  const HtmlReport& page_;
  const std::vector<CompareTotal> totals_;
  std::vector<const CompareTotal*> schedules_;  // those with a ledger
  std::uint64_t raw_bytes_ = 0;
};

}  // namespace

std::string html_report(const HtmlReport& page) { return Page(page).text(); }

}  // namespace bitswap
