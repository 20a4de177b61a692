// Which warps rest with an mbarrier.try_wait. Timing and rules: docs/architecture/issue.md,
// "parking".
#pragma once

#include <cstdint>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

/// PARK_CYCLES: within so many cycles every warp is woken.
inline constexpr std::uint32_t kParkCycles = 512;

class Parking {
 public:
  struct Inputs {
    bool start = false;
    const WarpEvent* park = nullptr;  ///< of the shared memory
    bool phase_end = false;           ///< likewise
    std::uint32_t split = 0;          ///< bit w: of warp_control
  };
  struct Outputs {
    std::uint32_t parked = 0;  ///< bit w: warp w
  };

  explicit Parking(const Config&) {}

  const Outputs& out() const { return out_; }

  void eval(const Inputs& in) {
    const std::uint32_t parks = std::uint32_t{in.park->valid} << in.park->warp;
    const bool wakes = in.phase_end || cycle_ == kParkCycles - 1;
    next_ = wakes || in.start ? 0 : (out_.parked | parks) & ~in.split;
    next_cycle_ = in.start ? 0 : (cycle_ + 1) % kParkCycles;
  }
  void tick() {
    out_.parked = next_;
    cycle_ = next_cycle_;
  }

 private:
  std::uint32_t cycle_ = 0, next_cycle_ = 0;
  std::uint32_t next_ = 0;
  Outputs out_;
};

}  // namespace heddle::timed
