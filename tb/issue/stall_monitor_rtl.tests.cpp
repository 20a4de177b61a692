// The stall monitor's RTL, from random states of the warps, against the table of
// docs/architecture/issue.md.
#include <Vstall_monitor.h>
#include <verilated.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <random>
#include <type_traits>

#include "common/config.hpp"

namespace heddle {
namespace {

enum Class : std::uint32_t {
  kPicked,
  kSlotUsed,
  kMemoryQueue,
  kUnitBusy,
  kLatency,
  kDependency,
  kLoad,
  kDrain,
  kFetch,
  kControl,
  kIcacheMiss,
  kBarrier,
  kNoWarp,
  kClasses
};

/// A warp as the monitor sees it, made from the cause that it shall have.
struct WarpState {
  bool resident = false, fetching = false, missing = false, barrier = false;
  bool head = false, hazard = false, register_hazard = false, load_hazard = false;
  bool ready = false, pickable = false, memory = false, parked = false;
};

/// What the monitor may not look at in that state is anything.
WarpState state_of(Class cause, std::mt19937& engine) {
  const auto any = [&] { return engine() % 2 != 0; };
  WarpState warp;
  warp.register_hazard = any();
  warp.load_hazard = warp.register_hazard && any();
  warp.hazard = warp.register_hazard || any();
  warp.memory = any();
  warp.parked = any();
  if (cause == kNoWarp) return warp;
  warp.resident = true;
  if (cause <= kDrain) {
    warp.head = true;
    // A second instruction, or control flow behind this one.
    warp.fetching = any();
    warp.missing = !warp.fetching && any();
    warp.barrier = false;
    warp.hazard = warp.register_hazard = warp.load_hazard = false;
  }
  switch (cause) {
    case kSlotUsed: warp.ready = warp.pickable = true; break;
    case kMemoryQueue: warp.ready = warp.memory = true; break;
    case kUnitBusy:
      warp.ready = true;
      warp.memory = false;
      break;
    case kLatency: warp.parked = false; break;
    case kDependency: warp.hazard = warp.register_hazard = true; break;
    case kLoad: warp.hazard = warp.register_hazard = warp.load_hazard = true; break;
    case kDrain: warp.hazard = true; break;
    case kFetch:
      warp.fetching = true;
      warp.missing = any();
      break;
    case kIcacheMiss: warp.missing = true; break;
    case kBarrier:
      warp.barrier = any();
      if (warp.barrier) break;
      warp.head = warp.parked = true;
      warp.fetching = any();
      warp.hazard = warp.register_hazard = warp.load_hazard = false;
      break;
    default: break;
  }
  return warp;
}

struct Expected {
  std::uint32_t issue_class = 0, resident_warps = 0;
};

class Monitor {
 public:
  Monitor() {
    top_.rst_ni = 0;
    tick();
    top_.rst_ni = 1;
  }
  ~Monitor() { top_.final(); }

  Vstall_monitor& top() { return top_; }
  void put(std::uint32_t index, const WarpState& warp) {
    const auto set = [&](auto& bus, bool value) {
      using Bus = std::remove_reference_t<decltype(bus)>;
      const auto bit = static_cast<Bus>(1U << index);
      bus = static_cast<Bus>(value ? bus | bit : bus & ~bit);
    };
    set(top_.resident_i, warp.resident);
    set(top_.fetching_i, warp.fetching);
    set(top_.missing_i, warp.missing);
    set(top_.barrier_i, warp.barrier);
    set(top_.head_valid_i, warp.head);
    set(top_.hazard_i, warp.hazard);
    set(top_.register_hazard_i, warp.register_hazard);
    set(top_.load_hazard_i, warp.load_hazard);
    set(top_.ready_i, warp.ready);
    set(top_.pickable_i, warp.pickable);
    set(top_.ready_memory_i, warp.memory);
    set(top_.parked_i, warp.parked);
  }
  void tick() {
    top_.clk_i = 0;
    top_.eval();
    top_.clk_i = 1;
    top_.eval();
  }

 private:
  VerilatedContext context_;
  Vstall_monitor top_{&context_};
};

}  // namespace

TEST_CASE("A busy cycle has the class of the warp closest to its pick, two cycles later") {
  const std::uint32_t warps = Config::load(HEDDLE_TEST_CONFIG).warps;
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    INFO("seed " << seed);
    std::mt19937 engine(seed);
    const auto below = [&](std::uint32_t limit) {
      return static_cast<std::uint32_t>(engine() % limit);
    };
    Monitor monitor;
    Vstall_monitor& top = monitor.top();
    Expected shown, next;  // two cycles and one cycle after their cycle
    bool picks = false;    // in the cycle before
    std::uint32_t seen = 0;
    for (int cycle = 0; cycle < 4000; ++cycle) {
      // Mostly only causes far from a pick, so that each is some cycle's first.
      const std::uint32_t nearest = 1 + below(kNoWarp);
      std::uint32_t first = kNoWarp, resident = 0;
      for (std::uint32_t warp = 0; warp < warps; ++warp) {
        const std::uint32_t cause = nearest + below(kClasses - nearest);
        first = std::min(first, cause);
        const WarpState state = state_of(static_cast<Class>(cause), engine);
        resident += state.resident;
        monitor.put(warp, state);
      }
      top.busy_i = below(8) != 0;
      top.halt_i = below(8) == 0;
      top.start_i = below(64) == 0;
      top.pick_valid_i = picks;
      top.eval();
      REQUIRE(top.issue_class_o == shown.issue_class);
      REQUIRE(top.resident_warps_o == shown.resident_warps);
      seen |= top.issue_class_o;

      picks = !top.halt_i && first == kSlotUsed && below(2) != 0;
      shown = top.start_i ? Expected{} : next;
      next = Expected{};
      if (top.busy_i && !top.start_i) {
        if (top.halt_i) first = kNoWarp;
        if (picks) first = kPicked;
        next.issue_class = 1U << first;
        next.resident_warps = resident;
      }
      monitor.tick();
    }
    CHECK(seen == (1U << kClasses) - 1);
  }
}

}  // namespace heddle
