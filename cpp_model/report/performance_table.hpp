// The performance counters of a launch, for people: shares, rates and averages.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "device/device.hpp"

namespace heddle::report {

/// What the scheduler did with a cycle, in the counters' order.
inline constexpr std::array<std::string_view, kIssueClasses> kIssueClassNames = {
    "instruction picked",
    "slot still in use",
    "memory queue full",
    "unit busy",
    "scheduler latency",
    "waits for a result",
    "waits for a load",
    "draining",
    "fetch",
    "control flow",
    "I-cache miss",
    "barrier",
    "no warp"};

struct Figure {
  std::string name;
  std::string value;
};

/// The classes first (with their shares of the cycles), then the rest; a device without time has
/// only what it counts.
std::vector<Figure> performance_figures(const LaunchResult& result, const Config& config);

/// The same as text: a line each, in two columns.
std::string performance_text(const LaunchResult& result, const Config& config);

/// With commas between thousands.
std::string grouped(std::uint64_t value);

}  // namespace heddle::report
