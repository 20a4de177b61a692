#include "device/fault_unit.hpp"

#include "device/fault.hpp"

namespace heddle::timed {

void FaultUnit::keep(const Fault& fault) {
  next_.halt = true;
  next_.fault = fault;
  changed_ = true;
}

void FaultUnit::keep(const FaultEvent& event) {
  keep(Fault{event.cause, event.warp, event.mask, event.pc, event.address, ctaid_[event.warp]});
}

void FaultUnit::step(const Inputs& in) {
  if (in.launch->valid) ctaid_[in.launch->warp] = in.launch->ctaid;
  if (in.start) [[unlikely]] {
    next_ = Outputs{};
    changed_ = true;
    return;
  }
  const ControlEvent& control = *in.control;
  if (control.valid && control.kind == ControlKind::kExit && next_.exit_status == 0 &&
      control.status != 0) {
    next_.exit_status = control.status;
    changed_ = true;
  }
  if (next_.halt) return;
  for (const FaultEvent* event : in.faults) {
    if (!event->valid) continue;
    keep(*event);
    return;
  }
  if (in.l2_fault != nullptr) {
    keep(*in.l2_fault);
  } else if (in.stop) {
    keep(Fault{.cause = cause::kStopped});
  } else if (in.deadlock) {
    keep(Fault{.cause = cause::kDeadlock});
  } else if (in.invalid_launch) {
    keep(Fault{.cause = cause::kInvalidLaunch});
  }
}

}  // namespace heddle::timed
