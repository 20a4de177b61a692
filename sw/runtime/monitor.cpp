#include "monitor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "report/performance_table.hpp"

namespace heddle {
namespace {

constexpr std::chrono::milliseconds kFirstLine{1000};
constexpr std::chrono::milliseconds kInterval{500};

volatile std::sig_atomic_t interrupted = 0;
struct sigaction previous_action;

extern "C" void heddle_on_interrupt(int) { interrupted = 1; }

using report::grouped;

}  // namespace

LaunchMonitor::LaunchMonitor(std::string what)
    : what_(std::move(what)),
      terminal_(isatty(STDERR_FILENO) != 0),
      start_(Clock::now()),
      next_(start_ + kFirstLine) {
  interrupted = 0;
  struct sigaction action{};
  action.sa_handler = heddle_on_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, &previous_action);
}

LaunchMonitor::~LaunchMonitor() {
  sigaction(SIGINT, &previous_action, nullptr);
  if (shown_) std::fputs("\r\033[K", stderr);
}

ProgressCallback LaunchMonitor::callback() {
  return [this](const Progress& progress) { return report(progress); };
}

bool LaunchMonitor::report(const Progress& progress) {
  if (interrupted != 0) return false;
  if (terminal_) {
    const Clock::time_point now = Clock::now();
    if (now >= next_) show(progress, now);
  }
  return true;
}

void LaunchMonitor::show(const Progress& progress, Clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::string line =
      // Without automatic wrapping: what is longer than the terminal is cut.
      fmt::format("\r\033[K\033[?7l{}: cycle {}, {:.1f} kHz, thread blocks {}/{}", what_,
                  grouped(progress.cycles), static_cast<double>(progress.cycles) / seconds / 1e3,
                  progress.ctas_done, progress.ctas_total);
  if (progress.ctas_done > 0) {
    const double left = static_cast<double>(progress.ctas_total - progress.ctas_done);
    line +=
        fmt::format(", {:.0f} s left", seconds * left / static_cast<double>(progress.ctas_done));
  }
  line += "\033[?7h";
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
  shown_ = true;
  next_ = now + kInterval;
}

std::string summary(const std::string& what, const Device& device, const LaunchResult& result) {
  const Counters& counters = result.counters;
  const auto ratio = [](std::uint64_t a, std::uint64_t b) {
    return static_cast<double>(a) / static_cast<double>(std::max<std::uint64_t>(b, 1));
  };
  std::string line = fmt::format(
      "heddle: {}: {} cycles on {}/{}, {} instructions, {:.1f} of 32 threads active, {:.1f} kHz",
      what, grouped(counters.cycles), device.kind(), device.config().name,
      grouped(counters.instructions), ratio(counters.thread_instructions, counters.instructions),
      result.seconds > 0 ? static_cast<double>(counters.cycles) / result.seconds / 1e3 : 0.0);
  if (result.cycles_compared != 0) {
    line += fmt::format("; RTL and model compared in {} cycles, {} difference{}",
                        grouped(result.cycles_compared), result.differences,
                        result.differences == 1 ? "" : "s");
  }
  return line;
}

void append_statistics(const std::string& path, const std::string& what, const Device& device,
                       const LaunchResult& result) {
  const Counters& counters = result.counters;
  nlohmann::ordered_json json = {
      {"kernel", what},
      {"device", device.kind()},
      {"config", device.config().name},
      {"seconds", result.seconds},
      {"cycles", counters.cycles},
      {"instructions", counters.instructions},
      {"thread_instructions", counters.thread_instructions},
      {"global_accesses", counters.global_accesses},
      {"global_lines", counters.global_lines},
      {"shared_rows", counters.shared_rows},
      {"shared_passes", counters.shared_passes},
      {"ctas_done", counters.ctas_done},
      {"cycles_compared", result.cycles_compared},
  };
  for (std::size_t i = 0; i < kPerformanceCounters; ++i) {
    json[std::string(kPerformanceNames[i])] = result.performance.values[i];
  }
  if (result.simd_efficiency && result.simd_efficiency->unknown.empty()) {
    json["ipdom_instructions"] = result.simd_efficiency->ipdom_instructions;
  }
  std::ofstream file(path, std::ios::app);
  file << json.dump() << '\n';
  file.close();
  if (!file) throw std::runtime_error(fmt::format("HEDDLE_STATISTICS: cannot write {}", path));
}

}  // namespace heddle
