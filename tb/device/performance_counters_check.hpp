// Random events for the performance counters of RTL or model, and what their registers must show by
// docs/architecture/device.md.
#pragma once

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <vector>

#include "device/performance.hpp"

namespace heddle {

/// By counter: what is visible in one cycle.
using CycleEvents = std::array<std::uint32_t, kPerformanceCounters>;

/// `Counters` has `cycle(start, events, index)`: one clock cycle; gives register `index` as it is
/// visible in it.
template <typename Counters>
void check_performance_counters(Counters& counters, std::uint32_t seed, std::uint32_t warps,
                                std::uint32_t channels) {
  INFO("seed " << seed);
  std::mt19937 engine(seed);
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(engine() % limit);
  };
  constexpr std::uint32_t kResident =
      static_cast<std::uint32_t>(PerformanceCounter::kResidentWarps);
  constexpr std::uint32_t kPrefetches =
      static_cast<std::uint32_t>(PerformanceCounter::kIcachePrefetches);
  // sums[c]: the events visible since `start` and before cycle c.
  std::vector<Performance> sums(1);
  std::size_t begin = 0;  // of the counting
  std::uint32_t turn = 0;
  std::array<std::uint64_t, kPerformanceCounters> shown{};
  // What the turns of the last two cycles took up, the older one first.
  struct Turn {
    bool valid = false;
    std::uint32_t index = 0;
    std::uint64_t value = 0;
  };
  std::array<Turn, 2> turns{};
  const std::uint32_t rarity = 1 + below(4);
  std::uint32_t quiet = 0;
  for (std::size_t cycle = 0; cycle < 3000; ++cycle) {
    const bool start = below(300) == 0;
    // Now and then nothing, for so long that all registers are exact.
    if (below(500) == 0) quiet = kPerformanceCounters + 4 + kPerformanceCounters;
    CycleEvents events{};
    for (std::uint32_t i = 0; quiet == 0 && i < kPerformanceCounters; ++i) {
      if (below(rarity) != 0) continue;
      if (i < kResident || i == kPrefetches) {
        events[i] = below(2);
      } else {
        // In turns as much as there can be, for long.
        const std::uint32_t most = i == kResident ? warps : channels;
        events[i] = cycle / 256 % 2 == 0 ? most : below(most + 1);
      }
    }
    if (turns[0].valid) shown[turns[0].index] = turns[0].value;
    const std::uint32_t index = below(kPerformanceCounters);
    const std::uint64_t read = counters.cycle(start, events, index);
    INFO("cycle " << cycle << ", " << kPerformanceNames[index]);
    REQUIRE(read == shown[index]);
    if (quiet != 0 && quiet <= kPerformanceCounters) REQUIRE(read == sums.back().values[index]);
    if (quiet != 0) --quiet;

    turns[0] = turns[1];
    turns[1] = {true, turn, cycle > begin ? sums[cycle - 1].values[turn] : 0};
    turn = (turn + 1) % kPerformanceCounters;
    Performance sum = sums.back();
    for (std::size_t i = 0; i < kPerformanceCounters; ++i) sum.values[i] += events[i];
    if (start) {
      sum = Performance{};
      shown.fill(0);
      turns = {};
      turn = 0;
      begin = cycle + 1;
    }
    sums.push_back(sum);
  }
}

}  // namespace heddle
