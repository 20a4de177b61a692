// The CTA dispatcher: checks a launch, hands out thread indices and CTAs, and waits until the
// machine has come to rest. Source: docs/architecture/device.md, "dispatcher".
#pragma once

#include <cstdint>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class Dispatcher {
 public:
  struct Inputs {
    bool start = false;
    const LaunchRegisters* launch = nullptr;
    bool halt = false;
    bool fault_kept = false;    ///< the fault unit holds a fault
    bool machine_idle = false;  ///< nothing in flight in the SM and the L2 slices
    bool accepted = false;      ///< event of the operand collector
    bool flushing = false;      ///< an L2 slice
    const CtaEvent* cta_done = nullptr;
    std::uint32_t copying = 0;    ///< of the copy engine, by CTA slot
    std::uint32_t computing = 0;  ///< of the matrix engine, likewise
  };

  struct Outputs {
    bool busy = false;
    bool done = false;
    bool fault = false;
    bool invalid_launch = false;  ///< event, in CHECK
    bool deadlock = false;        ///< event: nobody can run any more
    bool flush = false;           ///< event to the L2 slices
    TidEvent tid;
    LaunchEvent launch;
  };

  explicit Dispatcher(const Config& config) : config_(config) {}

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    count_quiet(in);
    const bool waits = state_ == State::kIdle || (nothing_to_choose_ && !in.halt);
    if (in.start || in.cta_done->valid || !waits) [[unlikely]]
      step(in);
  }
  void tick() {
    if (!changed_) [[likely]]
      return;
    changed_ = false;
    out_ = next_;
  }

 private:
  enum class State : std::uint8_t { kIdle, kCheck, kTid, kChoose, kWarps, kDrain, kFlush };

  static constexpr std::uint32_t kDeadlockCycles = 1023;

  void count_quiet(const Inputs& in) {
    if (out_.deadlock) [[unlikely]] {
      next_.deadlock = false;
      changed_ = true;
    }
    if (state_ != State::kChoose || !in.machine_idle || in.accepted) {
      quiet_ = 0;
    } else if (quiet_ != kDeadlockCycles) {
      ++quiet_;
      if (quiet_ == kDeadlockCycles) next_.deadlock = changed_ = true;
    }
  }
  void step(const Inputs& in);
  bool geometry_valid(const LaunchRegisters& launch) const;
  void begin(const LaunchRegisters& launch);
  void step_tid(const LaunchRegisters& launch);
  void choose(const Inputs& in);
  void step_warp(const LaunchRegisters& launch);
  void drain(const Inputs& in);
  void flush(const Inputs& in);
  void show_launch(const LaunchRegisters& launch);
  void go_idle(bool fault);

  Config config_;
  State state_ = State::kIdle;
  bool nothing_to_choose_ =
      false;            // in state CHOOSE, until a CTA ends; no slot waits for an engine
  bool valid_ = false;  // the verdict of CHECK
  std::uint32_t used_slots_ = 0;
  std::uint32_t slot_ = 0;
  bool ctas_left_ = false;
  Dim3 ctaid_{0, 0, 0};
  std::uint32_t idle_cycles_ = 0;
  std::uint32_t flush_cycles_ = 0;
  bool changed_ = false;     // next_ differs from out_
  std::uint32_t quiet_ = 0;  // cycles in which nobody showed a sign of life
  Outputs next_;
  Outputs out_;
};

}  // namespace heddle::timed
