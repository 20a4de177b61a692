#include "frontend/warp_control.hpp"

#include <bit>

namespace heddle::timed {
namespace {

constexpr std::uint32_t kBufferDepth = 2;

}  // namespace

void WarpControl::set_status(std::uint32_t warp, Status status) {
  const std::uint32_t bit = 1U << warp;
  by_status_[static_cast<std::size_t>(warps_[warp].status)] &= ~bit;
  by_status_[static_cast<std::size_t>(status)] |= bit;
  warps_[warp].status = status;
  changed_ |= bit;
}

void WarpControl::reselect(std::uint32_t warp, bool table_mode) {
  warps_[warp].table_mode = table_mode;
  set_status(warp, Status::kReselect);
}

void WarpControl::count_buffered(std::uint32_t warp, int change) {
  std::uint32_t& buffered = warps_[warp].buffered;
  buffered += static_cast<std::uint32_t>(change);
  const std::uint32_t bit = 1U << warp;
  space_ = buffered < kBufferDepth ? space_ | bit : space_ & ~bit;
}

void WarpControl::reset() {
  warps_.fill(Warp{});
  by_status_.fill(0);
  by_status_[static_cast<std::size_t>(Status::kIdle)] = ~0U;
  space_ = ~0U;
  fetch_order_.reset();
  select_order_.reset();
  next_fetch_.valid = false;
  next_packet_.valid = false;
  next_select_request_.valid = false;
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

void WarpControl::load_select_request() {
  const std::uint32_t candidates = in_status(Status::kReselect);
  next_select_request_.valid = candidates != 0;
  if (candidates == 0) return;
  const std::uint32_t warp = select_order_.pick(candidates);
  select_order_.take(warp);
  const Warp& state = warps_[warp];
  next_select_request_ = {true,         warp,     state.table_mode, state.eligible(),
                          state.active, state.pc, state.depth};
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
  if (fault || response.decoded->changes_control) {
    set_status(warp, Status::kControl);
    return;
  }
  state.pc += 4;
  if (state.stop_valid && state.pc == state.stop_pc) {
    reselect(warp, false);
  } else {
    set_status(warp, Status::kReady);
  }
}

void WarpControl::take_control(const ControlEvent& control) {
  const std::uint32_t warp = control.warp;
  Warp& state = warps_[warp];
  switch (control.kind) {
    case ControlKind::kJump:
      if (control.uniform && state.eligible() == state.active) {
        state.pc = control.next_pc;
        state.depth = control.next_depth;
        set_status(warp, Status::kReady);
      } else {
        reselect(warp, true);
      }
      break;
    case ControlKind::kBarrier:
      state.waiting |= control.mask;
      state.pc = control.next_pc;
      if (state.eligible() != 0) {
        reselect(warp, true);
      } else {
        state.converged = control.mask == state.alive;
        set_status(warp, Status::kBarrier);
      }
      break;
    case ControlKind::kExit:
      state.alive &= ~control.mask;
      if (state.eligible() != 0) {
        reselect(warp, true);
      } else if (state.alive != 0) {
        state.converged = false;
        set_status(warp, Status::kBarrier);
      } else {
        set_status(warp, Status::kIdle);
      }
      break;
  }
}

void WarpControl::take_release(std::uint32_t cta) {
  for (std::uint32_t mask = in_status(Status::kBarrier); mask != 0; mask &= mask - 1) {
    const auto warp = static_cast<std::uint32_t>(std::countr_zero(mask));
    Warp& state = warps_[warp];
    if (state.cta != cta) continue;
    state.waiting = 0;
    if (state.converged) {
      set_status(warp, Status::kReady);
    } else {
      reselect(warp, true);
    }
  }
}

void WarpControl::take_select_result(const SelectResult& result) {
  Warp& state = warps_[result.warp];
  state.active = result.active;
  state.pc = result.pc;
  state.depth = result.depth;
  state.stop_valid = result.stop_valid;
  state.stop_pc = result.stop_pc;
  set_status(result.warp, Status::kReady);
}

void WarpControl::take_launch(const LaunchEvent& launch, std::uint32_t entry) {
  Warp& state = warps_[launch.warp];
  state.pc = entry;
  state.depth = 0;
  state.active = launch.mask;
  state.alive = launch.mask;
  state.waiting = 0;
  state.stop_valid = false;
  state.converged = false;
  state.cta = launch.cta;
  set_status(launch.warp, Status::kReady);
}

void WarpControl::eval(const Inputs& in) {
  if (in.start) {
    reset();
    return;
  }
  next_fetch_.valid = false;
  next_packet_.valid = false;

  // First everything that looks at the warps as visible in this cycle, then the events. No two of
  // these move the same warp, for each takes it from another status; `buffered` adds up.
  const std::uint32_t missed = in.refilling ? 0 : in_status(Status::kMiss);
  if (!in.halt) pick_fetch();
  if (!out_.select_request.valid || in.select_ready) load_select_request();
  for (std::uint32_t mask = missed; mask != 0; mask &= mask - 1) {
    set_status(static_cast<std::uint32_t>(std::countr_zero(mask)), Status::kReady);
  }

  if (in.response->valid) take_response(*in.response);
  if (in.control->valid) take_control(*in.control);
  if (in.release->valid) take_release(in.release->cta);
  if (in.select_result->valid) take_select_result(*in.select_result);
  if (in.launch->valid) take_launch(*in.launch, in.entry);
  if (in.pick->valid) count_buffered(in.pick->warp, -1);
}

void WarpControl::tick() {
  out_.fetch = next_fetch_;
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
