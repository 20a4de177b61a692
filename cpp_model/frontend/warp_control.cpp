#include "frontend/warp_control.hpp"

#include <algorithm>
#include <bit>

#include "device/fault.hpp"

namespace heddle::timed {
namespace {

constexpr std::uint32_t kBufferDepth = 2;

// Forward progress, in instructions of a warp.
constexpr std::uint32_t kYieldAfter = 1024;
constexpr std::uint32_t kYieldFor = 64;

}  // namespace

void WarpControl::set_status(std::uint32_t warp, Status status) {
  const std::uint32_t bit = 1U << warp;
  by_status_[static_cast<std::size_t>(warps_[warp].status)] &= ~bit;
  by_status_[static_cast<std::size_t>(status)] |= bit;
  warps_[warp].status = status;
  changed_ |= bit;
}

void WarpControl::reselect(std::uint32_t warp, SelectMode select) {
  warps_[warp].select = select;
  set_status(warp, Status::kReselect);
}

void WarpControl::reselect_or_wait(std::uint32_t warp) {
  if (warps_[warp].eligible() != 0) {
    reselect(warp, SelectMode::kTable);
  } else {
    set_status(warp, Status::kBarrier);
  }
}

void WarpControl::count_buffered(std::uint32_t warp, int change) {
  std::uint32_t& buffered = warps_[warp].buffered;
  buffered += static_cast<std::uint32_t>(change);
  const std::uint32_t bit = 1U << warp;
  space_ = buffered < kBufferDepth ? space_ | bit : space_ & ~bit;
  buffered_ = buffered != 0 ? buffered_ | bit : buffered_ & ~bit;
}

void WarpControl::reset() {
  warps_.fill(Warp{});
  by_status_.fill(0);
  by_status_[static_cast<std::size_t>(Status::kIdle)] = ~0U;
  space_ = ~0U;
  buffered_ = split_ = 0;
  fetch_order_.reset();
  select_order_.reset();
  next_fetch_.valid = false;
  next_packet_.valid = false;
  next_select_request_.valid = false;
  next_fault_.valid = false;
  changed_ = ~0U;
}

void WarpControl::pick_fetch() {
  const std::uint32_t candidates = in_status(Status::kReady) & space_;
  if (candidates == 0) return;
  const std::uint32_t warp = fetch_order_.pick(candidates);
  fetch_order_.take(warp);
  next_fetch_ = {true, warp, warps_[warp].pc};
  set_status(warp, Status::kFetch);
  count_buffered(warp, 1);
}

// Appoints and dismisses the warp's leader.
SelectMode WarpControl::choose_mode(Warp& state) {
  if (state.select != SelectMode::kTable) return state.select;
  if (state.leading) {
    const bool can_run = (state.eligible() >> state.leader & 1) != 0;
    if (state.streak < kYieldFor && can_run) return SelectMode::kFollow;
    state.leading = false;
    state.streak = 0;
    return SelectMode::kTable;
  }
  if (state.streak < kYieldAfter) return SelectMode::kTable;
  state.leading = true;
  state.streak = 0;
  return SelectMode::kAppoint;
}

void WarpControl::load_select_request() {
  const std::uint32_t candidates = in_status(Status::kReselect);
  next_select_request_.valid = candidates != 0;
  if (candidates == 0) return;
  const std::uint32_t warp = select_order_.pick(candidates);
  select_order_.take(warp);
  Warp& state = warps_[warp];
  const SelectMode mode = choose_mode(state);
  next_select_request_ = {.valid = true,
                          .warp = warp,
                          .mode = mode,
                          .eligible = mode == SelectMode::kMatch ? state.syncing : state.eligible(),
                          .active = state.active,
                          .redo = state.redo,
                          .leader = state.leader,
                          .pc = state.pc,
                          .depth = state.depth};
  set_status(warp, Status::kSelecting);
}

void WarpControl::take_response(const FetchResponse& response) {
  const std::uint32_t warp = response.warp;
  Warp& state = warps_[warp];
  if (response.kind == FetchResponse::Kind::kMiss) {
    set_status(warp, Status::kMiss);
    count_buffered(warp, -1);
    return;
  }
  const bool fault = response.kind == FetchResponse::Kind::kFault;
  next_packet_ = {.valid = true,
                  .warp = warp,
                  .pc = state.pc,
                  .mask = state.active,
                  .depth = state.depth,
                  .decoded = fault ? nullptr : response.decoded,
                  .fault = fault,
                  .cause = response.cause};
  if (!fault) {
    const bool split = (state.eligible() & ~state.active) != 0;
    split_ = (split_ & ~(1U << warp)) | std::uint32_t{split} << warp;
    const bool counts = state.leading || split;
    state.streak = counts ? std::min(state.streak + 1, kYieldAfter) : 0;
  }
  if (fault || response.decoded->changes_control) {
    set_status(warp, Status::kControl);
    return;
  }
  state.pc += 4;
  if (state.stop_valid && state.pc == state.stop_pc) {
    reselect(warp, SelectMode::kMerge);
  } else {
    set_status(warp, Status::kReady);
  }
}

void WarpControl::take_control(const ControlEvent& control) {
  switch (control.kind) {
    case ControlKind::kJump:
    case ControlKind::kArrive: take_jump(control); break;
    case ControlKind::kBarrier: take_barrier(control); break;
    case ControlKind::kSync: take_sync(control); break;
    case ControlKind::kExit: take_exit(control); break;
  }
}

void WarpControl::take_jump(const ControlEvent& control) {
  Warp& state = warps_[control.warp];
  if (control.uniform && state.eligible() == state.active) {
    state.pc = control.next_pc;
    state.depth = control.next_depth;
    set_status(control.warp, Status::kReady);
  } else {
    reselect(control.warp, SelectMode::kTable);
  }
}

void WarpControl::take_barrier(const ControlEvent& control) {
  Warp& state = warps_[control.warp];
  const std::uint32_t id = control.a & 15;
  if (state.waiting != 0 && id != state.barrier_id) {
    next_fault_ = {true,         cause::kBarrier,     control.warp,
                   control.mask, control.next_pc - 4, control.a};
  }
  state.waiting |= control.mask;
  state.barrier_id = id;
  state.pc = control.next_pc;
  state.converged = control.mask == state.alive;
  reselect_or_wait(control.warp);
}

void WarpControl::take_sync(const ControlEvent& control) {
  Warp& state = warps_[control.warp];
  if (control.uniform && (control.a & state.alive & ~control.mask) == 0) {
    take_jump(control);
    return;
  }
  state.syncing |= control.mask;
  state.pc = control.a;
  reselect(control.warp, SelectMode::kMatch);
}

void WarpControl::take_exit(const ControlEvent& control) {
  Warp& state = warps_[control.warp];
  state.alive &= ~control.mask;
  state.redo |= state.syncing & ~control.mask;
  state.syncing = 0;
  state.converged = false;
  if (state.alive == 0) {
    set_status(control.warp, Status::kIdle);
  } else {
    reselect_or_wait(control.warp);
  }
}

void WarpControl::take_release(const BarrierRelease& release) {
  // A warp that runs keeps its status: the released threads take part from the next selection on.
  const std::uint32_t blocked = in_status(Status::kBarrier);
  for (std::uint32_t warp = 0; warp < warps_.size(); ++warp) {
    Warp& state = warps_[warp];
    if (state.waiting == 0 || state.cta != release.cta || state.barrier_id != release.id) continue;
    state.waiting = 0;
    if ((blocked >> warp & 1) == 0) continue;
    if (state.converged) {
      set_status(warp, Status::kReady);
    } else {
      reselect(warp, SelectMode::kTable);
    }
  }
}

// The result's active threads wait for the mask that is in `pc`.
void WarpControl::take_match(const SelectResult& result) {
  Warp& state = warps_[result.warp];
  const std::uint32_t others = state.active & ~result.active;
  state.syncing &= ~others;
  state.redo |= others;
  if ((state.pc & state.alive & ~result.active) == 0) state.syncing &= ~result.active;
  state.converged = false;
  reselect_or_wait(result.warp);
}

void WarpControl::take_select_result(const SelectResult& result) {
  if (result.mode == SelectMode::kMatch) {
    take_match(result);
    return;
  }
  Warp& state = warps_[result.warp];
  state.active = result.active;
  state.pc = result.pc;
  state.depth = result.depth;
  state.stop_valid = result.stop_valid;
  state.stop_pc = result.stop_pc;
  state.leader = result.leader;
  state.redo &= ~result.active;
  set_status(result.warp, Status::kReady);
}

void WarpControl::take_launch(const LaunchEvent& launch, std::uint32_t entry) {
  Warp& state = warps_[launch.warp];
  state.pc = entry;
  state.depth = 0;
  state.active = launch.mask;
  state.alive = launch.mask;
  state.waiting = 0;
  state.syncing = 0;
  state.redo = 0;
  state.stop_valid = false;
  state.converged = false;
  state.streak = 0;
  state.leading = false;
  state.leader = 31;
  state.cta = launch.cta;
  set_status(launch.warp, Status::kReady);
}

void WarpControl::eval(const Inputs& in) {
  if (in.start) [[unlikely]] {
    reset();
    return;
  }
  next_fetch_.valid = false;
  next_packet_.valid = false;
  next_fault_.valid = false;

  // First everything that looks at the warps as visible in this cycle, then the events. No two of
  // these move the same warp, for each takes it from another status; `buffered` adds up. A control
  // event sees the waiting threads that a release leaves.
  const std::uint32_t missed = in.refilling ? 0 : in_status(Status::kMiss);
  if (!in.halt) pick_fetch();
  if (!out_.select_request.valid || in.select_ready) load_select_request();
  for (std::uint32_t mask = missed; mask != 0; mask &= mask - 1) {
    set_status(static_cast<std::uint32_t>(std::countr_zero(mask)), Status::kReady);
  }

  if (in.response->valid) take_response(*in.response);
  if (in.release->valid) take_release(*in.release);
  if (in.control->valid) take_control(*in.control);
  if (in.select_result->valid) take_select_result(*in.select_result);
  if (in.launch->valid) take_launch(*in.launch, in.entry);
  if (in.pick->valid) count_buffered(in.pick->warp, -1);
}

void WarpControl::show_waits() {
  Waits& waits = out_.waits;
  waits.resident = ~in_status(Status::kIdle);
  waits.fetching = in_status(Status::kReady) | buffered_;
  waits.control =
      in_status(Status::kControl) | in_status(Status::kReselect) | in_status(Status::kSelecting);
  waits.missing = in_status(Status::kMiss);
  waits.barrier = in_status(Status::kBarrier);
}

void WarpControl::tick() {
  show_waits();
  out_.split = split_;
  out_.fetch = next_fetch_;
  if (next_fault_.valid) [[unlikely]] {
    out_.fault = next_fault_;
  } else {
    out_.fault.valid = false;
  }
  if (next_packet_.valid) {
    out_.packet = next_packet_;
  } else {
    out_.packet.valid = false;
  }
  if (next_select_request_.valid) {
    out_.select_request = next_select_request_;
  } else {
    out_.select_request.valid = false;
  }
  for (; changed_ != 0; changed_ &= changed_ - 1) {
    const auto warp = static_cast<std::size_t>(std::countr_zero(changed_));
    views_[warp] = {warps_[warp].pc, warps_[warp].active, warps_[warp].alive};
  }
}

}  // namespace heddle::timed
