#include "issue/warp_scheduler.hpp"

#include <bit>
#include <cassert>

namespace heddle::timed {

WarpScheduler::WarpScheduler(const Config& config)
    : initial_issue_credits_(issue_queue(config)), initial_lsu_credits_(config.lsu_queue) {
  reset();
}

void WarpScheduler::reset() {
  ready_ = memory_ = divide_ = warp_ = 0;
  order_.reset();
  issue_credits_ = initial_issue_credits_;
  lsu_credits_ = initial_lsu_credits_;
  warp_credits_ = kWarpQueue;
  divider_busy_ = false;
  next_pick_.valid = false;
}

void WarpScheduler::pick() {
  if (issue_credits_ == 0) return;
  std::uint32_t candidates = ready_;
  if (lsu_credits_ == 0) candidates &= ~memory_;
  if (divider_busy_) candidates &= ~divide_;
  if (warp_credits_ == 0) candidates &= ~warp_;
  if (candidates == 0) return;
  next_pick_.valid = true;
  next_pick_.warp = order_.pick(candidates);
  order_.take(next_pick_.warp);
}

void WarpScheduler::eval(const Inputs& in) {
  next_pick_.valid = false;
  if (in.start) {
    reset();
    return;
  }
  if (!in.halt) pick();

  // Credits that come back count from the next cycle on.
  if (next_pick_.valid) {
    const std::uint32_t bit = 1U << next_pick_.warp;
    --issue_credits_;
    if ((memory_ & bit) != 0) --lsu_credits_;
    if ((divide_ & bit) != 0) divider_busy_ = true;
    if ((warp_ & bit) != 0) --warp_credits_;
  }
  if (in.accepted) ++issue_credits_;
  if (in.op_done) ++lsu_credits_;
  if (in.warp_op_done) ++warp_credits_;
  if (in.divider_done) divider_busy_ = false;
  assert(issue_credits_ <= initial_issue_credits_ && lsu_credits_ <= initial_lsu_credits_ &&
         warp_credits_ <= kWarpQueue);

  // A warp that is being picked still shows its old head for two cycles.
  std::uint32_t candidates = in.buffer->heads();
  if (next_pick_.valid) candidates &= ~(1U << next_pick_.warp);
  if (out_.pick.valid) candidates &= ~(1U << out_.pick.warp);
  ready_ = memory_ = divide_ = warp_ = 0;
  for (; candidates != 0; candidates &= candidates - 1) {
    const auto warp = static_cast<std::uint32_t>(std::countr_zero(candidates));
    const InstructionBuffer::Head& head = in.buffer->head(warp);
    if (in.scoreboard->hazard(warp, head)) continue;
    const std::uint32_t bit = 1U << warp;
    ready_ |= bit;
    if (head.unit == isa::Unit::kMemory) memory_ |= bit;
    if (head.unit == isa::Unit::kDivide) divide_ |= bit;
    if (head.unit == isa::Unit::kWarp) warp_ |= bit;
  }
}

}  // namespace heddle::timed
