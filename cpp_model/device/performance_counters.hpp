// The performance counters as the host reads them. Timing and events: docs/architecture/device.md,
// "performance_counters".
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "common/config.hpp"
#include "device/performance.hpp"

namespace heddle::timed {

class PerformanceCounters {
 public:
  /// Counters that grow by one at most come first, kSums others behind them.
  static constexpr std::size_t kSingles = 20;
  static constexpr std::size_t kSums = kPerformanceCounters - kSingles;

  /// The events that are visible in a cycle.
  struct Events {
    std::uint32_t singles = 0;         ///< bit i: counter i grows by one
    std::uint32_t resident_warps = 0;  ///< that sum alone grows in most cycles
    bool any_sum = false;              ///< false: all of `sums` count as 0
    std::array<std::uint32_t, kSums> sums{};

    void add(PerformanceCounter counter, std::uint32_t count = 1) {
      const auto index = static_cast<std::size_t>(counter);
      if (index < kSingles) {
        singles |= count << index;
      } else if (counter == PerformanceCounter::kResidentWarps) {
        resident_warps += count;
      } else if (count != 0) {
        if (!any_sum) sums.fill(0);
        any_sum = true;
        sums[index - kSingles] += count;
      }
    }
    void clear() {
      singles = resident_warps = 0;
      any_sum = false;
    }
  };
  struct Outputs {
    /// A register takes its counter up; it shows the value from the next cycle on.
    struct Written {
      bool valid = false;
      std::uint32_t index = 0;
      std::uint64_t value = 0;
    } written;
  };

  explicit PerformanceCounters(const Config&) {}

  const Outputs& out() const { return out_; }
  /// A register as it is visible in this cycle.
  std::uint64_t read(std::size_t index) const { return registers_.values[index]; }

  void eval(bool start, const Events& events) {
    start_ = start;
    next_ = {{true, turn_, counts_.values[turn_]}};
    count();
    last_.singles = events.singles;
    last_.resident_warps = events.resident_warps;
    last_.any_sum = events.any_sum;
    if (events.any_sum) last_.sums = events.sums;
  }
  void tick() {
    if (out_.written.valid) registers_.values[out_.written.index] = out_.written.value;
    out_ = next_;
    turn_ = turn_ + 1 == kPerformanceCounters ? 0 : turn_ + 1;
    if (start_) [[unlikely]]
      reset();
  }

 private:
  /// The events of the last cycle.
  void count() {
    for (std::uint32_t left = last_.singles; left != 0; left &= left - 1) {
      ++counts_.values[static_cast<std::size_t>(std::countr_zero(left))];
    }
    counts_[PerformanceCounter::kResidentWarps] += last_.resident_warps;
    if (!last_.any_sum) return;
    for (std::size_t i = 0; i < kSums; ++i) counts_.values[kSingles + i] += last_.sums[i];
  }
  void reset() {
    counts_ = registers_ = Performance{};
    last_.clear();
    turn_ = 0;
    out_ = Outputs{};
  }

  Performance counts_;  ///< events visible before the last cycle
  Performance registers_;
  Events last_;
  std::uint32_t turn_ = 0;
  bool start_ = false;
  Outputs next_;
  Outputs out_;
};

}  // namespace heddle::timed
