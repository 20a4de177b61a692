#include "device/dispatcher.hpp"

#include <bit>

namespace heddle::timed {
namespace {

constexpr std::uint32_t kWarpSize = 32;
constexpr std::uint32_t kDrainCycles = 32;
constexpr std::uint32_t kFlushAnswer = 2;  // cycles until the slices can show that they flush
constexpr std::uint32_t kMinimumLocalShift = 8;
constexpr std::uint32_t kMaximumLocalShift = 20;

bool has_zero(const Dim3& size) { return size.x == 0 || size.y == 0 || size.z == 0; }

}  // namespace

bool Dispatcher::geometry_valid(const LaunchRegisters& launch) const {
  if (has_zero(launch.grid) || has_zero(launch.block)) return false;
  if (launch.threads == 0 || launch.warps_per_cta == 0 || launch.resident_ctas == 0) return false;
  const std::uint64_t resident = launch.resident_ctas;
  return resident <= config_.cta_slots && launch.warps_per_cta <= config_.warps &&
         resident * launch.warps_per_cta <= config_.warps &&
         launch.shared_size <= config_.shared_bytes &&
         resident * launch.shared_size <= config_.shared_bytes &&
         launch.local_shift >= kMinimumLocalShift && launch.local_shift <= kMaximumLocalShift;
}

void Dispatcher::go_idle(bool fault) {
  state_ = State::kIdle;
  changed_ = true;
  next_.busy = false;
  next_.done = true;
  next_.fault = fault;
}

// The launch registers cannot change between the start event and CHECK, so that the check is made a
// cycle early and its outcome is an output of CHECK.
void Dispatcher::begin(const LaunchRegisters& launch) {
  state_ = State::kCheck;
  changed_ = true;
  valid_ = geometry_valid(launch);
  used_slots_ = 0;
  ctas_left_ = true;
  ctaid_ = {0, 0, 0};
  next_ = Outputs{};
  next_.busy = true;
  next_.invalid_launch = !valid_;
}

void Dispatcher::step_tid(const LaunchRegisters& launch) {
  TidEvent& tid = next_.tid;
  changed_ = true;
  if (++tid.index == launch.threads) {
    tid = TidEvent{};
    state_ = State::kChoose;
    return;
  }
  if (++tid.x != launch.block.x) return;
  tid.x = 0;
  if (++tid.y != launch.block.y) return;
  tid.y = 0;
  ++tid.z;
}

void Dispatcher::choose(const Inputs& in) {
  const std::uint32_t resident = in.launch->resident_ctas;
  const std::uint32_t engaged = in.copying | in.computing;
  const auto slot = static_cast<std::uint32_t>(std::countr_one(used_slots_ | engaged));
  if (in.halt || (!ctas_left_ && used_slots_ == 0)) {
    state_ = State::kDrain;
    idle_cycles_ = 0;
  } else if (ctas_left_ && slot < resident) {
    state_ = State::kWarps;
    slot_ = slot;
    used_slots_ |= 1u << slot;
    next_.launch.warp_in_cta = 0;
    show_launch(*in.launch);
  } else {
    nothing_to_choose_ = !in.cta_done->valid && engaged == 0;
  }
}

void Dispatcher::show_launch(const LaunchRegisters& launch) {
  LaunchEvent& event = next_.launch;
  changed_ = true;
  event.valid = true;
  event.warp = slot_ * launch.warps_per_cta + event.warp_in_cta;
  const std::uint32_t rest = launch.threads % kWarpSize;
  const bool partial = event.warp_in_cta + 1 == launch.warps_per_cta && rest != 0;
  event.mask = partial ? (1u << rest) - 1 : ~0u;
  event.cta = slot_;
  event.ctaid = ctaid_;
  event.shared_base = slot_ * launch.shared_size;
}

void Dispatcher::step_warp(const LaunchRegisters& launch) {
  if (++next_.launch.warp_in_cta != launch.warps_per_cta) {
    show_launch(launch);
    return;
  }
  next_.launch.valid = false;
  changed_ = true;
  state_ = State::kChoose;
  if (++ctaid_.x != launch.grid.x) return;
  ctaid_.x = 0;
  if (++ctaid_.y != launch.grid.y) return;
  ctaid_.y = 0;
  if (++ctaid_.z == launch.grid.z) ctas_left_ = false;
}

void Dispatcher::drain(const Inputs& in) {
  idle_cycles_ = in.machine_idle ? idle_cycles_ + 1 : 0;
  if (idle_cycles_ != kDrainCycles) return;
  state_ = State::kFlush;
  flush_cycles_ = 0;
  changed_ = true;
  next_.flush = true;
}

void Dispatcher::flush(const Inputs& in) {
  if (next_.flush) {
    next_.flush = false;
    changed_ = true;
  }
  if (flush_cycles_ < kFlushAnswer) {
    ++flush_cycles_;
  } else if (!in.flushing) {
    go_idle(in.fault_kept);
  }
}

void Dispatcher::step(const Inputs& in) {
  nothing_to_choose_ = false;
  if (in.start) [[unlikely]] {
    begin(*in.launch);
    return;
  }
  switch (state_) {
    case State::kIdle: break;
    case State::kCheck:
      next_.invalid_launch = false;
      changed_ = true;
      if (valid_) {
        state_ = State::kTid;
        next_.tid.valid = true;
      } else {
        go_idle(true);
      }
      break;
    case State::kTid: step_tid(*in.launch); break;
    case State::kChoose: choose(in); break;
    case State::kWarps: step_warp(*in.launch); break;
    case State::kDrain: drain(in); break;
    case State::kFlush: flush(in); break;
  }
  if (in.cta_done->valid) used_slots_ &= ~(1u << in.cta_done->cta);
}

}  // namespace heddle::timed
