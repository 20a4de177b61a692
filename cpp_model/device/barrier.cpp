#include "device/barrier.hpp"

#include <bit>

namespace heddle::timed {

void Barrier::count(const ControlEvent& control) {
  if (control.kind == ControlKind::kJump) return;
  check_ = {true, cta_of_warp_[control.warp]};
  Slot& slot = slots_[check_.cta];
  const auto threads = static_cast<std::uint32_t>(std::popcount(control.mask));
  if (control.kind == ControlKind::kBarrier) {
    slot.arrived += threads;
  } else {
    slot.alive -= threads;
  }
}

void Barrier::step(const Inputs& in) {
  next_.release.valid = false;
  next_.cta_done.valid = false;
  if (in.start) {
    check_ = CtaEvent{};
    slots_ = {};
    return;
  }
  if (check_.valid) {
    Slot& slot = slots_[check_.cta];
    if (slot.alive == 0) {
      next_.cta_done = check_;
    } else if (slot.arrived == slot.alive) {
      next_.release = check_;
      slot.arrived = 0;
    }
    check_.valid = false;
  }
  if (in.control->valid) count(*in.control);
  if (in.launch->valid) {
    cta_of_warp_[in.launch->warp] = in.launch->cta;
    if (in.launch->warp_in_cta == 0) slots_[in.launch->cta] = {in.threads, 0};
  }
}

}  // namespace heddle::timed
