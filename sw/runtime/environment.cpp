#include "environment.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace heddle {
namespace {

constexpr std::uint32_t kSmallestShift = 8;
constexpr std::uint32_t kLargestShift = 20;

std::uint64_t parse_number(std::string_view what, std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || text.empty()) {
    throw std::runtime_error(fmt::format("{} is \"{}\", which is not a number", what, text));
  }
  return value;
}

std::string text_of(const char* variable, const std::string& otherwise = "") {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const std::string text = text_of(variable);
  return text.empty() ? otherwise : parse_number(variable, text);
}

bool flag_of(const char* variable) {
  const std::uint64_t number = number_of(variable, 0);
  if (number > 1) throw std::runtime_error(fmt::format("{} must be 0 or 1", variable));
  return number == 1;
}

}  // namespace

std::uint32_t local_shift_for(std::uint64_t stack_bytes) {
  std::uint32_t shift = kSmallestShift;
  while (shift <= kLargestShift && (std::uint64_t{1} << shift) < stack_bytes) ++shift;
  if (shift > kLargestShift) {
    throw std::runtime_error(fmt::format("a stack of {} bytes a thread; the limit is {}",
                                         stack_bytes, std::uint64_t{1} << kLargestShift));
  }
  return shift;
}

void parse_window(std::string_view what, const std::string& text, std::uint64_t& begin,
                  std::uint64_t& end) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) {
    throw std::runtime_error(
        fmt::format("{} is \"{}\"; it must look like begin:end, in cycles", what, text));
  }
  const std::string first = text.substr(0, colon);
  const std::string last = text.substr(colon + 1);
  if (!first.empty()) begin = parse_number(fmt::format("the begin of {}", what), first);
  if (!last.empty()) end = parse_number(fmt::format("the end of {}", what), last);
  if (end < begin) {
    throw std::runtime_error(fmt::format("{}, \"{}\", ends before it begins", what, text));
  }
}

Environment Environment::read() {
  Environment result;
  result.device = text_of("HEDDLE_DEVICE", result.device);
  result.config = text_of("HEDDLE_CONFIG", result.config);
  const std::uint64_t latency = number_of("HEDDLE_MEMORY_LATENCY", result.options.memory_latency);
  if (latency > std::numeric_limits<std::uint32_t>::max()) {
    throw std::runtime_error("HEDDLE_MEMORY_LATENCY is too large");
  }
  result.options.memory_latency = static_cast<std::uint32_t>(latency);
  const std::uint64_t patience = number_of("HEDDLE_SERIAL_TIMEOUT", result.options.serial_patience);
  if (patience == 0 || patience > 3600) {
    throw std::runtime_error("HEDDLE_SERIAL_TIMEOUT must be 1 to 3600 seconds");
  }
  result.options.serial_patience = static_cast<std::uint32_t>(patience);
  result.options.memory_seed = number_of("HEDDLE_MEMORY_SEED", 0);
  result.options.wave_path = text_of("HEDDLE_WAVE");
  result.options.report_dir = text_of("HEDDLE_REPORT");
  result.options.x_seed = number_of("HEDDLE_X_SEED", 0);
  DeviceOptions& options = result.options;
  options.trace_path = text_of("HEDDLE_TRACE");
  if (const std::string window = text_of("HEDDLE_WAVE_WINDOW"); !window.empty()) {
    parse_window("HEDDLE_WAVE_WINDOW", window, options.wave_begin, options.wave_end);
  }
  if (const std::string window = text_of("HEDDLE_TRACE_WINDOW"); !window.empty()) {
    parse_window("HEDDLE_TRACE_WINDOW", window, options.trace_begin, options.trace_end);
  }
  result.cycle_limit = number_of("HEDDLE_CYCLE_LIMIT", 0);
  result.local_shift =
      local_shift_for(number_of("HEDDLE_STACK_BYTES", std::uint64_t{1} << result.local_shift));
  const std::string l1 = text_of("HEDDLE_L1", "on");
  if (l1 != "on" && l1 != "off") {
    throw std::runtime_error(fmt::format("HEDDLE_L1 is \"{}\"; it must be on or off", l1));
  }
  result.l1_bypass = l1 == "off";
  options.race_check = flag_of("HEDDLE_RACECHECK");
  options.simd_efficiency = flag_of("HEDDLE_SIMD_EFFICIENCY");
  const std::string statistics = text_of("HEDDLE_STATISTICS", "0");
  result.statistics = statistics == "1";
  if (statistics != "0" && statistics != "1") result.statistics_file = statistics;
  return result;
}

}  // namespace heddle
