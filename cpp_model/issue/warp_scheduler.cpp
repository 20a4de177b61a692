#include "issue/warp_scheduler.hpp"

#include <bit>
#include <cassert>

namespace heddle::timed {

WarpScheduler::WarpScheduler(const Config& config)
    : initial_issue_credits_(issue_queue(config)), initial_lsu_credits_(config.lsu_queue) {
  reset();
}

void WarpScheduler::reset() {
  free_ = ready_ = memory_ = divide_ = warp_ = sfu_ = 0;
  order_.reset();
  issue_credits_ = initial_issue_credits_;
  lsu_credits_ = initial_lsu_credits_;
  warp_credits_ = kWarpQueue;
  sfu_credits_ = kSfuQueue;
  divider_busy_ = false;
  next_pick_.valid = false;
}

void WarpScheduler::pick() {
  if (issue_credits_ == 0) return;
  std::uint32_t candidates = ready_;
  if (lsu_credits_ == 0) candidates &= ~memory_;
  if (divider_busy_) candidates &= ~divide_;
  if (warp_credits_ == 0) candidates &= ~warp_;
  if (sfu_credits_ == 0) candidates &= ~sfu_;
  if (candidates == 0) return;
  next_pick_.valid = true;
  next_pick_.warp = order_.pick(candidates);
  order_.take(next_pick_.warp);
}

void WarpScheduler::look_at_heads(const Inputs& in) {
  std::uint32_t changed = in.buffer->changed() | in.scoreboard->changed();
  free_ &= ~changed;
  for (changed &= in.buffer->heads(); changed != 0; changed &= changed - 1) {
    const auto warp = static_cast<std::uint32_t>(std::countr_zero(changed));
    const DecodedEvent& head = in.buffer->head(warp);
    const std::uint32_t bit = 1U << warp;
    const isa::Unit unit = head.decoded->instruction.unit;
    free_ |= in.scoreboard->hazard(warp, head) ? 0 : bit;
    memory_ = unit == isa::Unit::kMemory ? memory_ | bit : memory_ & ~bit;
    divide_ = unit == isa::Unit::kDivide ? divide_ | bit : divide_ & ~bit;
    warp_ = unit == isa::Unit::kWarp ? warp_ | bit : warp_ & ~bit;
    sfu_ = unit == isa::Unit::kSfu ? sfu_ | bit : sfu_ & ~bit;
  }
}

void WarpScheduler::eval(const Inputs& in) {
  next_pick_.valid = false;
  if (in.start) {
    reset();
    return;
  }
  if (!in.halt) pick();

  // Credits that come back count from the next cycle on.
  const std::uint32_t picked = std::uint32_t{next_pick_.valid} << next_pick_.warp;
  issue_credits_ += in.accepted;
  issue_credits_ -= next_pick_.valid;
  lsu_credits_ += in.op_done;
  lsu_credits_ -= (memory_ & picked) != 0;
  warp_credits_ += in.warp_op_done;
  warp_credits_ -= (warp_ & picked) != 0;
  sfu_credits_ += in.sfu_op_done;
  sfu_credits_ -= (sfu_ & picked) != 0;
  divider_busy_ = (divider_busy_ || (divide_ & picked) != 0) && !in.divider_done;
  assert(issue_credits_ <= initial_issue_credits_ && lsu_credits_ <= initial_lsu_credits_ &&
         warp_credits_ <= kWarpQueue && sfu_credits_ <= kSfuQueue);

  look_at_heads(in);
  // A warp that is being picked still shows its old head for two cycles.
  const std::uint32_t shown = std::uint32_t{out_.pick.valid} << out_.pick.warp;
  ready_ = free_ & ~(picked | shown);
}

}  // namespace heddle::timed
