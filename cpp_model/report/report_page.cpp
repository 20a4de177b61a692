// The HTML of a report.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "report/performance_table.hpp"
#include "report/report.hpp"

namespace heddle::report {
namespace {

constexpr double kWidth = 860;
constexpr double kHeight = 150;
constexpr double kGutter = 44;  // left of a chart, for its scale
constexpr double kAxis = 16;    // below it
constexpr std::size_t kHottestShown = 8;
constexpr std::uint64_t kLineBytes = 64;
constexpr std::array<std::string_view, kIssueKinds> kColours = {"#2f7d5b", "#c9ced6", "#d08a2e",
                                                                "#b0413e"};

// Of the issue classes: work, then full units, waits for results, for instructions, and nothing.
constexpr std::array<std::string_view, kIssueClasses> kClassColours = {
    "#2f7d5b", "#79b59a", "#b0413e", "#d0706c", "#e8b9b7", "#d08a2e", "#e5b567",
    "#f1d9ab", "#3b6ea8", "#7fa5d0", "#1f4468", "#8a6fb0", "#c9ced6"};

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Heddle run</title><style>
body{font:15px/1.45 system-ui,sans-serif;max-width:900px;margin:2em auto;padding:0 1em;color:#20262e}
table{border-collapse:collapse}td,th{padding:.2em 1.2em .2em 0;text-align:left;font-weight:normal}
td{font-variant-numeric:tabular-nums}h2{margin-top:2em}svg{display:block}.code td{white-space:nowrap}.code th{vertical-align:bottom;color:#5a6472}
pre{background:#fbeeee;padding:1em;overflow:auto}.key span{display:inline-block;width:.8em;height:.8em;margin:0 .4em 0 1em}
</style></head><body>
)";

std::string escape(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '&': result += "&amp;"; break;
      default: result += c;
    }
  }
  return result;
}

std::string row(std::string_view name, const std::string& value) {
  return fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", name, value);
}

double ratio(double numerator, double denominator) {
  return denominator > 0 ? numerator / denominator : 0;
}

std::string rounded(double value) {
  return grouped(static_cast<std::uint64_t>(std::llround(value)));
}

/// A chart of kWidth by kHeight from `shapes`, with its scales: percent and cycles.
std::string chart(const std::string& shapes, std::uint64_t cycles) {
  std::string text = fmt::format(
      "<svg viewBox=\"{} -8 {} {}\" width=\"100%\" role=\"img\" font-size=\"11\" fill=\"#5a6472\">"
      "<rect width=\"{}\" height=\"{}\" fill=\"#f1f3f5\"/><g shape-rendering=\"crispEdges\">{}</g>",
      -kGutter, kGutter + kWidth + 1, kHeight + kAxis + 8, kWidth, kHeight, shapes);
  for (const int percent : {0, 25, 50, 75, 100}) {
    const double y = kHeight * (1 - percent / 100.0);
    fmt::format_to(
        std::back_inserter(text),
        "<line x1=\"-4\" y1=\"{0}\" x2=\"{1}\" y2=\"{0}\" stroke=\"#5a6472\" "
        "stroke-opacity=\".35\"/><text x=\"-7\" y=\"{2}\" text-anchor=\"end\">{3} %</text>",
        y, kWidth, y + 4, percent);
  }
  constexpr int kTicks = 4;
  for (int i = 0; i <= kTicks; ++i) {
    const char* anchor = i == 0 ? "start" : i == kTicks ? "end" : "middle";
    const std::uint64_t cycle = cycles * static_cast<unsigned>(i) / kTicks;
    fmt::format_to(std::back_inserter(text),
                   "<text x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}{}</text>", kWidth * i / kTicks,
                   kHeight + kAxis - 3, anchor, i == 0 ? "cycle " : "", grouped(cycle));
  }
  return text + "</svg>\n";
}

/// Active threads over what the lanes could have taken: one warp instruction every BEATS cycles.
std::string occupancy_chart(const Timeline& timeline, const Config& config) {
  const auto count = static_cast<double>(timeline.slices().size());
  std::string points = fmt::format("0,{} ", kHeight);
  double x = 0;
  for (const Slice& slice : timeline.slices()) {
    const double use =
        ratio(static_cast<double>(slice.threads), static_cast<double>(slice.cycles * config.lanes));
    const double y = kHeight * (1 - std::min(use, 1.0));
    points += fmt::format("{:.1f},{:.1f} {:.1f},{:.1f} ", x * kWidth / count, y,
                          (x + 1) * kWidth / count, y);
    x += 1;
  }
  points += fmt::format("{},{}", kWidth, kHeight);
  return chart(fmt::format("<polygon points=\"{}\" fill=\"#3b6ea8\"/>", points),
               timeline.total().cycles);
}

/// How the issue stage spent its cycles, stacked.
std::string issue_chart(const Timeline& timeline) {
  const double width = kWidth / static_cast<double>(timeline.slices().size());
  std::string bars;
  double x = 0;
  for (const Slice& slice : timeline.slices()) {
    double bottom = kHeight;
    for (std::size_t i = 0; i < kIssueKinds; ++i) {
      const double height =
          kHeight * ratio(static_cast<double>(slice.issue[i]), static_cast<double>(slice.cycles));
      bottom -= height;
      if (height == 0) continue;
      fmt::format_to(
          std::back_inserter(bars),
          "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"{}\"/>",
          x * width, bottom, width + 0.05, height, kColours[i]);
    }
    x += 1;
  }
  std::string key;
  const Slice total = timeline.total();
  for (std::size_t i = 0; i < kIssueKinds; ++i) {
    key += fmt::format(
        "<span style=\"background:{}\"></span>{} {:.1f} %", kColours[i], kIssueNames[i],
        100 * ratio(static_cast<double>(total.issue[i]), static_cast<double>(total.cycles)));
  }
  return fmt::format("{}<p class=\"key\">{}</p>\n", chart(bars, total.cycles), key);
}

/// The issue classes' shares of the cycles: one bar, and its key.
std::string class_bar(const LaunchResult& result) {
  constexpr double kBar = 28;
  std::string bars, key;
  double x = 0;
  for (std::size_t i = 0; i < kIssueClasses; ++i) {
    const double share = ratio(static_cast<double>(result.performance.values[i]),
                               static_cast<double>(result.counters.cycles));
    if (share == 0) continue;
    fmt::format_to(std::back_inserter(bars),
                   "<rect x=\"{:.2f}\" width=\"{:.2f}\" height=\"{}\" fill=\"{}\"><title>{}: "
                   "{:.1f} %</title></rect>",
                   x, share * kWidth, kBar, kClassColours[i], kIssueClassNames[i], 100 * share);
    fmt::format_to(std::back_inserter(key), "<span style=\"background:{}\"></span>{} {:.1f} %",
                   kClassColours[i], kIssueClassNames[i], 100 * share);
    x += share * kWidth;
  }
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" width=\"100%\" role=\"img\"><g "
      "shape-rendering=\"crispEdges\">{}</g></svg>\n<p class=\"key\">{}</p>\n",
      kWidth, kBar, bars, key);
}

/// Nothing for a launch whose counters were not read: one with a difference.
std::string performance_section(const LaunchResult& result, const Config& config) {
  if (result.status == LaunchStatus::kMismatch) return {};
  std::string text = "<h3>Performance counters</h3>\n" + class_bar(result) + "<table>\n";
  for (const Figure& figure : performance_figures(result, config)) {
    text += row(figure.name, figure.value);
  }
  return text + "</table>\n";
}

/// Code by its share of the issue slots: a slot is BEATS cycles.
std::string hot_code_table(const LaunchRecord& record, const Config& config) {
  const double beats = 32.0 / config.lanes;
  const auto slots = static_cast<double>(record.result.counters.cycles) / beats;
  std::string rows;
  for (const CodePiece& piece : record.hot_code.hottest(kHottestShown)) {
    const auto instructions = static_cast<double>(piece.instructions);
    const double crowded = ratio(static_cast<double>(piece.crowded_instructions) * beats,
                                 static_cast<double>(piece.crowded_cycles));
    fmt::format_to(std::back_inserter(rows),
                   "<tr><td>{:#010x} to {:#010x}</td><td>{}</td><td>{:.1f} %</td><td>{:.1f}</td>"
                   "<td>{}</td></tr>\n",
                   piece.first_pc, piece.last_pc, grouped(piece.instructions),
                   100 * ratio(instructions, slots),
                   ratio(static_cast<double>(piece.threads), instructions),
                   piece.crowded_cycles == 0 ? "" : fmt::format("{:.1f} %", 100 * crowded));
  }
  return fmt::format(
      "<table class=\"code\">\n<tr><th>straight-line code</th><th>warp<br>instructions</th><th>of "
      "the<br>issue slots</th>"
      "<th>active<br>threads</th><th>slots in use while<br>{} or more warps are in "
      "it</th></tr>\n{}</table>\n",
      HotCode::kCrowd, rows);
}

std::string launch_section(const LaunchRecord& record, std::size_t number, const Config& config) {
  const LaunchResult& result = record.result;
  const Counters& counters = result.counters;
  const auto cycles = static_cast<double>(counters.cycles);
  const auto instructions = static_cast<double>(counters.instructions);
  const Dim3& grid = record.launch.grid;
  const Dim3& block = record.launch.block;
  std::string text = fmt::format("<h2>Launch {}: grid {} × {} × {}, block {} × {} × {}</h2>\n",
                                 number, grid.x, grid.y, grid.z, block.x, block.y, block.z);
  if (!result.message.empty()) {
    text += fmt::format("<pre>{}{}{}</pre>\n", escape(result.message),
                        result.rerun.empty() ? "" : "\n  to see it: ", escape(result.rerun));
  }
  text += "<table>\n";
  text += row("clock cycles", grouped(counters.cycles));
  text += row("warp instructions", fmt::format("{}, {:.3f} a cycle", grouped(counters.instructions),
                                               ratio(instructions, cycles)));
  const auto threads = static_cast<double>(counters.thread_instructions);
  text +=
      row("active threads",
          fmt::format("{:.1f} of 32 an instruction; {:.1f} % of the lanes' cycles",
                      ratio(threads, instructions), 100 * ratio(threads, cycles * config.lanes)));
  text += row("global memory", fmt::format("{} accesses, {:.2f} lines each; {} bytes moved",
                                           grouped(counters.global_accesses),
                                           ratio(static_cast<double>(counters.global_lines),
                                                 static_cast<double>(counters.global_accesses)),
                                           grouped(kLineBytes * counters.global_lines)));
  if (record.global_bytes != 0) {
    text += row("coalescing",
                fmt::format("{} bytes asked for by threads: {:.1f} % of the bytes moved",
                            grouped(record.global_bytes),
                            100 * ratio(static_cast<double>(record.global_bytes),
                                        static_cast<double>(kLineBytes * counters.global_lines))));
  }
  text += row("shared memory", fmt::format("{} rows, {} more passes for bank conflicts",
                                           grouped(counters.shared_rows),
                                           grouped(counters.shared_passes - counters.shared_rows)));
  if (result.cycles_compared != 0) {
    const auto compared = static_cast<double>(result.cycles_compared);
    text += row("compared with the golden model",
                fmt::format("{} cycles, differences: {}", grouped(result.cycles_compared),
                            result.differences));
    text +=
        row("speed", fmt::format("RTL {:.1f} kHz, golden model {:.1f} kHz (from one cycle in {})",
                                 ratio(compared, result.rtl_seconds) / 1e3,
                                 ratio(compared, result.model_seconds) / 1e3, kTimedCycle));
  } else {
    text += row("speed", fmt::format("{:.1f} kHz", ratio(cycles, result.seconds) / 1e3));
  }
  text += row("simulated", fmt::format("{} thread instructions a second, all told",
                                       rounded(ratio(threads, result.seconds))));
  text += "</table>\n";
  text += performance_section(result, config);
  if (!record.timeline.slices().empty()) {
    text += fmt::format("<h3>Lanes in use over time (a step is {} cycles)</h3>\n{}",
                        record.timeline.slice_cycles(), occupancy_chart(record.timeline, config));
    text += "<h3>What the issue stage did</h3>\n" + issue_chart(record.timeline);
    text += "<h3>Where the issue slots went</h3>\n" + hot_code_table(record, config);
  }
  return text;
}

}  // namespace

std::string report_page(const RunRecord& run) {
  std::string text(kHead);
  text += fmt::format("<h1>Heddle, configuration {}, device {}</h1>\n", run.config.name, run.kind);
  text += fmt::format(
      "<p>{} warps, {} lanes, {} memory channels; memory latency {} cycles{}.</p>\n",
      run.config.warps, run.config.lanes, run.config.channels, run.options.memory_latency,
      run.options.memory_seed == 0 ? "" : " and more, at random");
  std::size_t number = 1;
  for (const LaunchRecord& record : run.launches) {
    text += launch_section(record, number++, run.config);
  }
  return text + "</body></html>\n";
}

}  // namespace heddle::report
