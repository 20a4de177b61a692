// The HTML of a report.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "report/report.hpp"

namespace heddle::report {
namespace {

constexpr double kWidth = 860;
constexpr double kHeight = 150;
constexpr double kAxis = 14;
constexpr std::size_t kHottestShown = 8;
constexpr std::array<std::string_view, kIssueKinds> kColours = {"#2f7d5b", "#c9ced6", "#d08a2e",
                                                                "#b0413e"};

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Heddle run</title><style>
body{font:15px/1.45 system-ui,sans-serif;max-width:900px;margin:2em auto;padding:0 1em;color:#20262e}
table{border-collapse:collapse}td,th{padding:.2em 1.2em .2em 0;text-align:left;font-weight:normal}
td{font-variant-numeric:tabular-nums}h2{margin-top:2em}svg{display:block;background:#f6f7f9}
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

/// Lines at a quarter, a half and three quarters, and the scale's ends.
std::string scale(std::uint64_t cycles) {
  std::string text;
  for (const int percent : {25, 50, 75}) {
    const double y = kHeight * (1 - percent / 100.0);
    fmt::format_to(std::back_inserter(text),
                   "<line x1=\"0\" y1=\"{0}\" x2=\"{1}\" y2=\"{0}\" stroke=\"#fff\" "
                   "stroke-opacity=\".6\"/><text x=\"4\" y=\"{2}\" font-size=\"10\">{3} %</text>",
                   y, kWidth, y - 2, percent);
  }
  fmt::format_to(std::back_inserter(text),
                 "<text x=\"0\" y=\"{0}\" font-size=\"10\">cycle 0</text><text x=\"{1}\" "
                 "y=\"{0}\" font-size=\"10\" text-anchor=\"end\">{2}</text>",
                 kHeight + kAxis - 3, kWidth, cycles);
  return text;
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
  return fmt::format(
      "<svg viewBox=\"0 0 {0} {1}\" width=\"100%\" role=\"img\"><polygon points=\"{2}\" "
      "fill=\"#3b6ea8\"/>{3}</svg>\n",
      kWidth, kHeight + kAxis, points, scale(timeline.total().cycles));
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
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" width=\"100%\" role=\"img\">{}{}</svg>\n<p "
      "class=\"key\">{}</p>\n",
      kWidth, kHeight + kAxis, bars, scale(total.cycles), key);
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
                   piece.first_pc, piece.last_pc, piece.instructions,
                   100 * ratio(instructions, slots),
                   ratio(static_cast<double>(piece.threads), instructions),
                   piece.crowded_cycles == 0 ? "" : fmt::format("{:.1f} %", 100 * crowded));
  }
  return fmt::format(
      "<table>\n<tr><th>straight-line code</th><th>warp instructions</th><th>of the issue "
      "slots</th><th>active threads</th><th>slots in use while {} or more warps are in "
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
  text += row("clock cycles", fmt::format("{}", counters.cycles));
  text += row("warp instructions", fmt::format("{}, {:.3f} a cycle", counters.instructions,
                                               ratio(instructions, cycles)));
  const auto threads = static_cast<double>(counters.thread_instructions);
  text +=
      row("active threads",
          fmt::format("{:.1f} of 32 an instruction; {:.1f} % of the lanes' cycles",
                      ratio(threads, instructions), 100 * ratio(threads, cycles * config.lanes)));
  text +=
      row("global memory",
          fmt::format("{} accesses, {} lines ({} bytes), {:.2f} lines an access",
                      counters.global_accesses, counters.global_lines, 64 * counters.global_lines,
                      ratio(static_cast<double>(counters.global_lines),
                            static_cast<double>(counters.global_accesses))));
  text += row("shared memory",
              fmt::format("{} rows, {} passes; {} passes for bank conflicts", counters.shared_rows,
                          counters.shared_passes, counters.shared_passes - counters.shared_rows));
  if (result.cycles_compared != 0) {
    const auto compared = static_cast<double>(result.cycles_compared);
    text +=
        row("compared with the golden model",
            fmt::format("{} cycles, {} differences", result.cycles_compared, result.differences));
    text +=
        row("speed",
            fmt::format("RTL {:.0f}, golden model {:.0f} cycles a second (from one cycle in {})",
                        ratio(compared, result.rtl_seconds), ratio(compared, result.model_seconds),
                        kTimedCycle));
  } else {
    text += row("speed", fmt::format("{:.0f} cycles a second", ratio(cycles, result.seconds)));
  }
  text += "</table>\n";
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
