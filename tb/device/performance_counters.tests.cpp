// The performance counters of the model, from random events.
#include "device/performance_counters.hpp"

#include "performance_counters_check.hpp"

namespace heddle::timed {
namespace {

struct ModelCounters {
  PerformanceCounters counters{Config{}};

  std::uint64_t cycle(bool start, const CycleEvents& events, std::uint32_t index) {
    PerformanceCounters::Events in;
    for (std::size_t i = 0; i < kPerformanceCounters; ++i) {
      in.add(static_cast<PerformanceCounter>(i), events[i]);
    }
    const std::uint64_t read = counters.read(index);
    counters.eval(start, in);
    counters.tick();
    return read;
  }
};

}  // namespace

TEST_CASE("Registers show what their turns took up, and are exact soon after the last event") {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    ModelCounters counters;
    check_performance_counters(counters, seed, 32, 16);
  }
}

}  // namespace heddle::timed
