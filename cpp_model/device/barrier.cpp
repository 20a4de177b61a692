#include "device/barrier.hpp"

#include <bit>

#include "device/fault.hpp"

namespace heddle::timed {

bool Barrier::misuse(const Slot& slot, const ControlEvent& control, std::uint32_t threads) {
  constexpr std::uint32_t kMaximumCount = 1024;
  if (control.a >= kBarriers || control.b > kMaximumCount) return true;
  const std::uint32_t counted = slot.counted[control.a];
  const bool all_wait_here = slot.arrived != 0 && slot.id == control.a;
  if (control.b == 0) {
    if (control.kind == ControlKind::kArrive || counted != 0) return true;
    return slot.arrived != 0 && !all_wait_here;
  }
  if (all_wait_here || counted + threads > control.b) return true;
  return counted != 0 && slot.expected[control.a] != control.b;
}

void Barrier::count(const ControlEvent& control) {
  const std::uint32_t cta = cta_of_warp_[control.warp];
  Slot& slot = slots_[cta];
  const auto threads = static_cast<std::uint32_t>(std::popcount(control.mask));
  switch (control.kind) {
    case ControlKind::kExit:
      slot.alive -= threads;
      check_ = {.valid = true, .cta = cta, .exit = true};
      break;
    case ControlKind::kBarrier:
    case ControlKind::kArrive:
      if (misuse(slot, control, threads)) {
        next_.fault = {true,         cause::kBarrier,     control.warp,
                       control.mask, control.next_pc - 4, control.a};
        break;
      }
      check_ = {.valid = true, .cta = cta, .counted = control.b != 0, .id = control.a};
      if (check_.counted) {
        slot.counted[control.a] += threads;
        slot.expected[control.a] = control.b;
      } else {
        slot.arrived += threads;
        slot.id = control.a;
      }
      break;
    default: break;
  }
}

void Barrier::check() {
  Slot& slot = slots_[check_.cta];
  if (check_.counted) {
    if (slot.counted[check_.id] != slot.expected[check_.id]) return;
    next_.release = {true, check_.cta, check_.id};
    slot.counted[check_.id] = 0;
  } else if (check_.exit && slot.alive == 0) {
    next_.cta_done = {true, check_.cta};
  } else if (slot.arrived == slot.alive && slot.alive != 0) {
    next_.release = {true, check_.cta, slot.id};
    slot.arrived = 0;
  }
}

void Barrier::step(const Inputs& in) {
  next_.release.valid = false;
  next_.cta_done.valid = false;
  next_.fault.valid = false;
  if (in.start) [[unlikely]] {
    check_ = Check{};
    slots_ = {};
    return;
  }
  // First the check, then what arrives now: it counts from a barrier's reset on.
  if (check_.valid) check();
  check_.valid = false;
  if (in.control->valid) count(*in.control);
  if (in.launch->valid) {
    cta_of_warp_[in.launch->warp] = in.launch->cta;
    if (in.launch->warp_in_cta == 0) slots_[in.launch->cta] = {.alive = in.threads};
  }
}

}  // namespace heddle::timed
