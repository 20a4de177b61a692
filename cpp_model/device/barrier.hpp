// Counts the living and the waiting threads of every CTA. Source: docs/architecture/device.md,
// "barrier".
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
    CtaEvent release;
    CtaEvent cta_done;
  };

  explicit Barrier(const Config&) {}

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    active_ = in.start || check_.valid || in.control->valid || in.launch->valid ||
              out_.release.valid || out_.cta_done.valid;
    if (active_) step(in);
  }
  void tick() {
    if (active_) out_ = next_;
  }

 private:
  static constexpr std::uint32_t kMaximumWarps = 32;

  struct Slot {
    std::uint32_t alive = 0;
    std::uint32_t arrived = 0;
  };

  void step(const Inputs& in);
  void count(const ControlEvent& control);

  std::array<Slot, kMaximumWarps> slots_{};
  std::array<std::uint32_t, kMaximumWarps> cta_of_warp_{};
  CtaEvent check_;       // the slot that the last control event changed
  bool active_ = false;  // this cycle changes something
  Outputs next_;
  Outputs out_;
};

}  // namespace heddle::timed
