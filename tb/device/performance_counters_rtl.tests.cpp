// The performance counters of the RTL, from random events.
#include <Vperformance_counters.h>
#include <verilated.h>

#include <memory>

#include "common/config.hpp"
#include "performance_counters_check.hpp"

namespace heddle {
namespace {

class RtlCounters {
 public:
  RtlCounters(std::uint32_t seed, std::uint32_t channels) : channels_(channels) {
    context_.randReset(2);
    context_.randSeed(static_cast<int>(seed));
    top_ = std::make_unique<Vperformance_counters>(&context_);
    top_->rst_ni = 0;
    tick();
    top_->rst_ni = 1;
  }
  ~RtlCounters() { top_->final(); }

  std::uint64_t cycle(bool start, const CycleEvents& events, std::uint32_t index) {
    using enum PerformanceCounter;
    const auto of = [&](PerformanceCounter counter) {
      return events[static_cast<std::size_t>(counter)];
    };
    // As many channels as there are events: not always the lowest.
    const auto spread = [&](PerformanceCounter counter) {
      const std::uint32_t ones = (1U << of(counter)) - 1;
      const std::uint32_t all = (1U << channels_) - 1;
      return static_cast<CData>((ones << shift_ | ones << shift_ >> channels_) & all);
    };
    shift_ = (shift_ + 1) % channels_;
    std::uint32_t classes = 0;
    for (std::size_t i = 0; i < kIssueClasses; ++i) classes |= events[i] << i;
    top_->start_i = start;
    top_->issue_class_i = static_cast<SData>(classes);
    top_->resident_warps_i = static_cast<CData>(of(kResidentWarps));
    top_->branch_i = of(kBranches) != 0;
    top_->divergent_branch_i = of(kDivergentBranches) != 0;
    top_->reselection_i = of(kReselections) != 0;
    top_->icache_fetch_i = of(kIcacheFetches) != 0;
    top_->icache_miss_i = of(kIcacheMisses) != 0;
    top_->icache_prefetch_i = of(kIcachePrefetches) != 0;
    top_->l1_load_hit_i = of(kL1LoadHits) != 0;
    top_->l1_load_miss_i = of(kL1LoadMisses) != 0;
    top_->l2_load_hit_i = spread(kL2LoadHits);
    top_->l2_load_miss_i = spread(kL2LoadMisses);
    top_->l2_store_hit_i = spread(kL2StoreHits);
    top_->l2_store_miss_i = spread(kL2StoreMisses);
    top_->l2_atomic_hit_i = spread(kL2AtomicHits);
    top_->l2_atomic_miss_i = spread(kL2AtomicMisses);
    top_->l2_eviction_i = spread(kL2Evictions);
    top_->read_beat_i = spread(kMemoryReadBeats);
    top_->write_beat_i = spread(kMemoryWriteBeats);
    top_->read_valid_i = 1;
    top_->read_index_i = static_cast<CData>(index);
    tick();
    return top_->read_data_o;
  }

 private:
  void tick() {
    top_->clk_i = 0;
    top_->eval();
    top_->clk_i = 1;
    top_->eval();
  }

  std::uint32_t channels_;
  std::uint32_t shift_ = 0;
  VerilatedContext context_;
  std::unique_ptr<Vperformance_counters> top_;
};

}  // namespace

TEST_CASE("Registers show what their turns took up, and are exact soon after the last event") {
  const Config config = Config::load(HEDDLE_TEST_CONFIG);
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    RtlCounters counters(seed, config.channels);
    check_performance_counters(counters, seed, config.warps, config.channels);
  }
}

}  // namespace heddle
