// Faults, barriers, warpsync and reconvergence.
#include <algorithm>
#include <bit>

#include "coverage/sampler.hpp"

namespace heddle::coverage {

using timed::ControlKind;
using timed::SelectMode;

void Sampler::sample_faults(const timed::Gpu& gpu) {
  enum : std::size_t { kAddressUnit = 2, kL2Slice = 11, kStop, kDispatcher };
  const auto faults = gpu.sm().faults();  // in the axis' order
  for (std::size_t source = 0; source < faults.size(); ++source) {
    if (!faults[source]->valid) continue;
    const std::uint32_t cause = faults[source]->cause;
    fault_.hit({source, cause_[cause]});
    if (source != kAddressUnit) continue;
    const std::uint32_t top = faults[source]->address >> 28;
    refused_address_.hit({top == 0xf ? 2U : top == 0xe ? 1U : 0U, cause_[cause]});
  }
  for (std::uint32_t channel = 0; channel < channels_; ++channel) {
    const timed::FaultEvent& fault = gpu.l2_slice(channel).out().fault;
    if (fault.valid) fault_.hit({kL2Slice, cause_[fault.cause]});
  }
  constexpr std::uint32_t kStopped = 24, kInvalidLaunch = 25, kDeadlock = 27;
  const timed::Dispatcher::Outputs& dispatcher = gpu.dispatcher().out();
  if (gpu.host_interface().out().stop && dispatcher.busy) fault_.hit({kStop, cause_[kStopped]});
  if (dispatcher.invalid_launch) fault_.hit({kDispatcher, cause_[kInvalidLaunch]});
  if (dispatcher.deadlock) fault_.hit({kDispatcher, cause_[kDeadlock]});
}

/// The first rule of programming_model.md, "Barriers", that the event breaks; the last one, on
/// threads of one warp, is not looked at.
std::uint32_t Sampler::misuse(const Cta& cta, const timed::ControlEvent& control) {
  constexpr std::uint32_t kBarriers = 16, kMaximumCount = 1024;
  if (control.a >= kBarriers) return 0;
  if (control.b > kMaximumCount) return 1;
  const bool arrive = control.kind == ControlKind::kArrive;
  if (arrive && control.b == 0) return 2;
  const std::uint32_t counted = cta.counted[control.a];
  if (control.b != 0 && counted != 0 && cta.expected[control.a] != control.b) return 3;
  const auto threads = static_cast<std::uint32_t>(std::popcount(control.mask));
  if (control.b != 0 && counted + threads > control.b) return 4;
  if (control.b == 0 && cta.arrived != 0 && cta.id != control.a) return 5;
  if (control.b == 0 && counted != 0) return 6;
  if (control.b != 0 && cta.arrived != 0 && cta.id == control.a) return 7;
  return kNoMisuse;
}

void Sampler::sample_barriers(const timed::Gpu& gpu) {
  const timed::Sm& sm = gpu.sm();
  const timed::LaunchEvent& launch = gpu.dispatcher().out().launch;
  if (launch.valid) {
    warps_[launch.warp].cta = launch.cta;
    warps_[launch.warp].waiting = 0;
    if (launch.warp_in_cta == 0) {
      ctas_[launch.cta] = {.alive = gpu.host_interface().out().launch.threads};
    }
  }
  const auto faults = sm.faults();
  constexpr std::size_t kWarpControl = 7, kBarrier = 8;
  if (faults[kBarrier]->valid && misused_ != kNoMisuse) {
    barrier_misuse_.hit({misused_});
  } else if (faults[kWarpControl]->valid) {
    barrier_misuse_.hit({kMisuses - 1});
  }
  misused_ = kNoMisuse;
  // A release comes first, as the page says.
  if (sm.barrier().out().release.valid) sample_release(sm.barrier().out().release);
  std::ranges::copy_backward(completed_.begin(), completed_.end() - 1, completed_.end());
  completed_[0] = kNoArrival;
  if (sm.control().valid) sample_arrival(sm.control(), sm.warp_control());
}

void Sampler::sample_release(const timed::BarrierRelease& release) {
  std::uint32_t released = 0;
  for (Warp& warp : warps_) {
    if (warp.waiting == 0 || warp.cta != release.cta || warp.barrier != release.id) continue;
    warp.waiting = 0;
    ++released;
  }
  // The control event was visible two cycles ago.
  if (completed_[1] != kNoArrival) release_.hit({completed_[1], std::min(released, 2U)});
}

void Sampler::sample_arrival(const timed::ControlEvent& control, const timed::WarpControl& warps) {
  Warp& warp = warps_[control.warp];
  Cta& cta = ctas_[warp.cta];
  const auto threads = static_cast<std::uint32_t>(std::popcount(control.mask));
  if (control.kind == ControlKind::kExit) {
    cta.alive -= threads;
    if (cta.alive != 0 && cta.arrived == cta.alive) {
      cta.arrived = 0;
      completed_[0] = kExit;
    }
    return;
  }
  const bool arrive = control.kind == ControlKind::kArrive;
  if (!arrive && control.kind != ControlKind::kBarrier) return;
  misused_ = misuse(cta, control);
  if (misused_ != kNoMisuse) return;
  const Arrival arrival = arrive ? kArrive : control.b == 0 ? kSyncAll : kSyncCount;
  arrival_.hit({control.a, arrival});
  if (control.b == 0) {
    cta.id = control.a;
    cta.arrived += threads;
    if (cta.arrived == cta.alive) {
      cta.arrived = 0;
      completed_[0] = arrival;
    }
  } else {
    cta.expected[control.a] = control.b;
    cta.counted[control.a] += threads;
    if (cta.counted[control.a] == control.b) {
      cta.counted[control.a] = 0;
      completed_[0] = arrival;
    }
  }
  if (arrive) return;
  const bool whole = control.mask == warps.views()[control.warp].alive;
  const bool last = (warps.eligible(control.warp) & ~control.mask) == 0;
  warp_at_barrier_.hit({arrival, whole ? 0U : last ? 1U : 2U});
  warp.waiting |= control.mask;
  warp.barrier = control.a;
  std::uint32_t barriers = 0;
  for (const Warp& other : warps_) {
    if (other.waiting != 0 && other.cta == warp.cta) barriers |= 1U << other.barrier;
  }
  waiting_barriers_.hit({static_cast<std::size_t>(std::min(std::popcount(barriers), 3)) - 1});
}

void Sampler::sample_reconvergence(const timed::Sm& sm) {
  sample_warpsync(sm);
  const timed::SelectResult& result = sm.reconvergence().out().result;
  if (result.valid && result.mode != SelectMode::kMatch) {
    const auto mode = static_cast<std::size_t>(result.mode);
    reconvergence_.hit({mode, selecting_.redo != 0 ? 1U : 0U, result.stop_valid ? 1U : 0U,
                        result.depth != 0 ? 1U : 0U});
    const bool all = result.active == selecting_.eligible;
    selection_.hit({mode, all ? 0U : std::has_single_bit(result.active) ? 1U : 2U});
  }
  const timed::SelectRequest& request = sm.warp_control().out().select_request;
  if (request.valid && sm.reconvergence().ready()) selecting_ = request;
}

/// Threads that have to wait, or wait with others, are sorted out by a selection in mode MATCH.
void Sampler::sample_warpsync(const timed::Sm& sm) {
  const timed::WarpControl& warps = sm.warp_control();
  const timed::ControlEvent& control = sm.control();
  if (control.valid && control.kind == ControlKind::kSync && control.uniform &&
      (control.a & warps.views()[control.warp].alive & ~control.mask) == 0) {
    warpsync_.hit({0, mask_class(control.mask, warps.eligible(control.warp))});
  }
  const timed::SelectResult& result = sm.reconvergence().out().result;
  if (!result.valid || result.mode != SelectMode::kMatch) return;
  enum : std::size_t { kOthersStay = 1, kComplete, kWait, kWaitOthersRepeat };
  const std::uint32_t group = selecting_.active, others = group & ~result.active;
  const bool complete = (selecting_.pc & warps.views()[result.warp].alive & ~result.active) == 0;
  const bool waited = (result.active & ~group) != 0;
  const std::size_t outcome =
      complete ? (waited ? kComplete : kOthersStay) : (others == 0 ? kWait : kWaitOthersRepeat);
  // The group waits by now, and so is not eligible.
  warpsync_.hit({outcome, mask_class(group, warps.eligible(result.warp) | group)});
}

}  // namespace heddle::coverage
