// The stall monitor of the model: the order of the causes, what a head waits for, and when.
#include "issue/stall_monitor.hpp"

#include <catch2/catch.hpp>
#include <deque>

namespace heddle::timed {
namespace {

constexpr std::uint32_t kAdd = 0x002081B3;     // add x3, x1, x2
constexpr std::uint32_t kLoadX1 = 0x00012083;  // lw x1, 0(x2)
constexpr std::uint32_t kAddX1 = 0x001080B3;   // add x1, x1, x1
constexpr std::uint32_t kFence = 0x0FF0000F;

struct Bench {
  InstructionBuffer buffer{Config{}};
  Scoreboard scoreboard{Config{}};
  StallMonitor monitor{Config{}};
  WarpControl::Waits waits;
  WarpScheduler::Candidates heads;
  WarpEvent pick;
  DecodedEvent decoded;
  ReleaseEvent release;
  bool busy = true, halt = false, start = false;
  std::deque<Decoded> words;

  /// A cycle; then the outputs are those of the next.
  void step() {
    const ReleaseEvent no_release;
    const WarpEvent no_event;
    StallMonitor::Inputs in{start, halt, busy, &waits, &buffer, &scoreboard, &heads, &pick};
    buffer.eval({.decoded = &decoded, .pick = &pick});
    scoreboard.eval({.pick = &pick,
                     .buffer = &buffer,
                     .fixed_release = &no_release,
                     .variable_release = &release,
                     .shared_store_done = &no_event,
                     .global_store_done = &no_event,
                     .tensor_store_done = &no_event});
    monitor.eval(in);
    buffer.tick();
    scoreboard.tick();
    monitor.tick();
    pick.valid = decoded.valid = release.valid = false;
  }
  void decode(std::uint32_t warp, std::uint32_t word) {
    const Decoded& entry = words.emplace_back(isa::decode(word));
    decoded.valid = true;
    decoded.warp = warp;
    decoded.decoded = &entry;
    decoded.drain = entry.instruction.drain;
    step();
  }
  void issue(std::uint32_t warp) {
    pick = {true, warp};
    step();
  }
  /// The class of a cycle with these inputs, which shows two cycles later.
  std::uint32_t class_of() {
    step();
    step();
    return monitor.out().issue_class;
  }
};

}  // namespace

TEST_CASE("The cause that is closest to a pick counts") {
  Bench bench;
  CHECK(bench.class_of() == 1U << StallMonitor::kNoWarp);
  bench.waits.resident = 0xF;
  bench.waits.barrier = 1;
  CHECK(bench.class_of() == 1U << StallMonitor::kBarrier);
  CHECK(bench.monitor.out().resident_warps == 4);
  bench.waits.barrier = 0;
  bench.heads.parked = 1;
  CHECK(bench.class_of() == 1U << StallMonitor::kBarrier);
  bench.waits.barrier = 1;
  bench.waits.missing = 2;
  CHECK(bench.class_of() == 1U << StallMonitor::kIcacheMiss);
  bench.waits.control = 4;
  CHECK(bench.class_of() == 1U << StallMonitor::kControl);
  bench.waits.fetching = 8;
  CHECK(bench.class_of() == 1U << StallMonitor::kFetch);
  bench.heads.latency = 1;
  CHECK(bench.class_of() == 1U << StallMonitor::kLatency);
  bench.heads.unit_busy = 2;
  CHECK(bench.class_of() == 1U << StallMonitor::kUnitBusy);
  bench.heads.memory_queue = 4;
  CHECK(bench.class_of() == 1U << StallMonitor::kMemoryQueue);
  bench.heads.pickable = 8;
  CHECK(bench.class_of() == 1U << StallMonitor::kSlotUsed);
  bench.halt = true;
  CHECK(bench.class_of() == 1U << StallMonitor::kNoWarp);
}

TEST_CASE("A pick counts for the cycle before it is visible, an idle cycle for nothing") {
  Bench bench;
  bench.heads.pickable = 1;
  bench.busy = false;
  bench.step();
  bench.busy = true;
  bench.step();  // the first busy cycle; a pick is made
  CHECK(bench.monitor.out().issue_class == 0);
  bench.decode(0, kAdd);
  CHECK(bench.monitor.out().issue_class == 1U << StallMonitor::kSlotUsed);
  bench.busy = false;
  bench.issue(0);
  CHECK(bench.monitor.out().issue_class == 1U << StallMonitor::kPicked);
  bench.step();
  CHECK(bench.monitor.out().issue_class == 0);
}

TEST_CASE("A head waits for a load, for another result, or to drain") {
  Bench bench;
  bench.decode(0, kLoadX1);
  bench.decode(0, kAdd);
  bench.issue(0);
  bench.heads.hazards = 1;
  CHECK(bench.class_of() == 1U << StallMonitor::kLoad);
  // Another warp that waits for an addition is closer.
  bench.decode(1, kAddX1);
  bench.decode(1, kAdd);
  bench.issue(1);
  bench.heads.hazards = 3;
  CHECK(bench.class_of() == 1U << StallMonitor::kDependency);
  bench.heads.hazards = 1;
  CHECK(bench.class_of() == 1U << StallMonitor::kLoad);
  // Warp 2 drains: a fence behind an addition.
  bench.decode(2, kAddX1);
  bench.decode(2, kFence);
  bench.issue(2);
  bench.heads.hazards = 5;
  CHECK(bench.class_of() == 1U << StallMonitor::kLoad);
  bench.heads.hazards = 4;
  CHECK(bench.class_of() == 1U << StallMonitor::kDrain);
  // The load's register comes: what is left of warp 0's head is no hazard of these.
  bench.release = {true, 0, 1, true};
  bench.step();
  CHECK(bench.scoreboard.out().warps[0].loading == 0);
}

}  // namespace heddle::timed
