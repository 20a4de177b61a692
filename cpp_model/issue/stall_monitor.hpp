// What the scheduler did with every busy cycle. Timing and classes: docs/architecture/issue.md,
// "stall_monitor".
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "common/config.hpp"
#include "frontend/warp_control.hpp"
#include "issue/instruction_buffer.hpp"
#include "issue/scoreboard.hpp"
#include "issue/warp_scheduler.hpp"

namespace heddle::timed {

class StallMonitor {
 public:
  enum Class : std::uint8_t {
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
  };

  struct Inputs {
    bool start = false;
    bool halt = false;
    bool busy = false;                                 ///< of the dispatcher
    const WarpControl::Waits* waits = nullptr;         ///< as visible in this cycle
    const InstructionBuffer* buffer = nullptr;         ///< likewise
    const Scoreboard* scoreboard = nullptr;            ///< likewise
    const WarpScheduler::Candidates* heads = nullptr;  ///< what it saw in this cycle
    const WarpEvent* pick = nullptr;                   ///< as visible in this cycle
  };
  struct Outputs {
    std::uint32_t issue_class = 0;  ///< one bit, by Class; 0: the grid was not busy
    std::uint32_t resident_warps = 0;
  };

  explicit StallMonitor(const Config&) {}

  const Outputs& out() const { return out_; }

  void eval(const Inputs& in) {
    stale_ |= in.buffer->changed() | in.scoreboard->changed();
    next_ = Outputs{};
    if (busy_ && !in.start) {
      next_.issue_class = 1U << (in.pick->valid ? kPicked : cause_);
      next_.resident_warps = resident_warps_;
    }
    busy_ = in.busy && !in.start;
    if (!busy_) [[unlikely]]
      return;
    cause_ = in.halt ? kNoWarp : cause(in);
    resident_warps_ = static_cast<std::uint32_t>(std::popcount(in.waits->resident));
  }
  void tick() { out_ = next_; }

 private:
  /// Why no pick is made in this cycle, if none is.
  Class cause(const Inputs& in) {
    const WarpScheduler::Candidates& heads = *in.heads;
    if (heads.pickable != 0) return kSlotUsed;
    if (heads.memory_queue != 0) return kMemoryQueue;
    if (heads.unit_busy != 0) return kUnitBusy;
    if (heads.latency != 0) return kLatency;
    if (heads.hazards != 0) return hazard(in);
    const std::uint32_t empty = ~in.buffer->heads();
    if ((empty & in.waits->fetching) != 0) return kFetch;
    if ((empty & in.waits->control) != 0) return kControl;
    if ((empty & in.waits->missing) != 0) return kIcacheMiss;
    return (empty & in.waits->barrier) != 0 || heads.parked != 0 ? kBarrier : kNoWarp;
  }
  Class hazard(const Inputs& in);

  // Kept from cycle to cycle: only warps that changed are looked at again.
  std::uint32_t stale_ = 0;
  std::uint32_t dependencies_ = 0, loads_ = 0;  ///< bit w: the warp's head waits so

  // Of the last cycle.
  bool busy_ = false;
  Class cause_ = kNoWarp;
  std::uint32_t resident_warps_ = 0;
  Outputs next_;
  Outputs out_;
};

}  // namespace heddle::timed
