// Counts the living and the arrived threads of every CTA and its barriers. Source:
// docs/architecture/device.md, "barrier".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class Barrier {
 public:
  struct Inputs {
    bool start = false;
    const LaunchEvent* launch = nullptr;
    std::uint32_t threads = 0;  ///< of a CTA
    const ControlEvent* control = nullptr;
  };

  struct Outputs {
    BarrierRelease release;
    CtaEvent cta_done;
    FaultEvent fault;
  };

  explicit Barrier(const Config&) {}

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    active_ = in.start || check_.valid || in.control->valid || in.launch->valid ||
              out_.release.valid || out_.cta_done.valid || out_.fault.valid;
    if (active_) [[unlikely]]
      step(in);
  }
  void tick() {
    if (active_) [[unlikely]]
      out_ = next_;
  }

 private:
  static constexpr std::uint32_t kMaximumWarps = 32;

  static constexpr std::uint32_t kBarriers = 16;

  struct Slot {
    std::uint32_t alive = 0;
    std::uint32_t arrived = 0;  ///< waiting for all living threads
    std::uint32_t id = 0;       ///< where these wait
    /// Of barriers with a count.
    std::array<std::uint32_t, kBarriers> counted{}, expected{};
  };

  /// What the last control event changed.
  struct Check {
    bool valid = false;
    std::uint32_t cta = 0;
    bool exit = false;
    bool counted = false;  ///< barrier `id`, which has a count
    std::uint32_t id = 0;
  };

  void step(const Inputs& in);
  static bool misuse(const Slot& slot, const ControlEvent& control, std::uint32_t threads);
  void count(const ControlEvent& control);
  void check();

  std::array<Slot, kMaximumWarps> slots_{};
  std::array<std::uint32_t, kMaximumWarps> cta_of_warp_{};
  Check check_;
  bool active_ = false;  // this cycle changes something
  Outputs next_;
  Outputs out_;
};

}  // namespace heddle::timed
