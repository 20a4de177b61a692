// The performance counters of a device, in register order (host_interface.md, from 0x800).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace heddle {

enum class PerformanceCounter : std::size_t {
  // What the scheduler did with a busy cycle; these add up to CYCLES.
  kIssuePicked,
  kIssueSlotUsed,
  kIssueMemoryQueue,
  kIssueUnitBusy,
  kIssueLatency,
  kIssueDependency,
  kIssueLoad,
  kIssueDrain,
  kIssueFetch,
  kIssueControl,
  kIssueIcacheMiss,
  kIssueBarrier,
  kIssueNoWarp,
  kBranches,
  kDivergentBranches,
  kReselections,
  kIcacheFetches,
  kIcacheMisses,
  kL1LoadHits,
  kL1LoadMisses,
  kResidentWarps,
  kL2LoadHits,
  kL2LoadMisses,
  kL2StoreHits,
  kL2StoreMisses,
  kL2AtomicHits,
  kL2AtomicMisses,
  kL2Evictions,
  kMemoryReadBeats,
  kMemoryWriteBeats,
  kIcachePrefetches,
};
inline constexpr std::size_t kIssueClasses = 13;
inline constexpr std::size_t kPerformanceCounters = 31;

/// The registers' names in lower case.
inline constexpr std::array<std::string_view, kPerformanceCounters> kPerformanceNames = {
    "issue_picked",      "issue_slot_used",    "issue_memory_queue", "issue_unit_busy",
    "issue_latency",     "issue_dependency",   "issue_load",         "issue_drain",
    "issue_fetch",       "issue_control",      "issue_icache_miss",  "issue_barrier",
    "issue_no_warp",     "branches",           "divergent_branches", "reselections",
    "icache_fetches",    "icache_misses",      "l1_load_hits",       "l1_load_misses",
    "resident_warps",    "l2_load_hits",       "l2_load_misses",     "l2_store_hits",
    "l2_store_misses",   "l2_atomic_hits",     "l2_atomic_misses",   "l2_evictions",
    "memory_read_beats", "memory_write_beats", "icache_prefetches"};

struct Performance {
  std::array<std::uint64_t, kPerformanceCounters> values{};

  std::uint64_t& operator[](PerformanceCounter counter) {
    return values[static_cast<std::size_t>(counter)];
  }
  std::uint64_t operator[](PerformanceCounter counter) const {
    return values[static_cast<std::size_t>(counter)];
  }
};

}  // namespace heddle
