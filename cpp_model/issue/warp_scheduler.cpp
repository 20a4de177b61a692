#include "issue/warp_scheduler.hpp"

#include <bit>
#include <cassert>

namespace heddle::timed {

WarpScheduler::WarpScheduler(const Config& config)
    : initial_issue_credits_(issue_queue(config)), initial_lsu_credits_(config.lsu_queue) {
  reset();
}

void WarpScheduler::reset() {
  free_ = ready_ = 0;
  kinds_.fill(kAny);
  warps_of_.fill(0);
  order_.reset();
  issue_credits_ = initial_issue_credits_;
  credits_ = {0,         initial_lsu_credits_, 1,         1,           kWarpQueue,
              kSfuQueue, kCopyQueue,           kMmaQueue, kTensorQueue};
  next_pick_.valid = false;
}

void WarpScheduler::find_candidates() {
  std::uint32_t busy = 0;
  for (std::size_t kind = kDivide; kind < kKinds; ++kind) {
    busy |= credits_[kind] == 0 ? warps_of_[kind] : 0;
  }
  std::uint32_t memory = credits_[kPair] == 0 ? warps_of_[kPair] : 0;
  if (credits_[kMemory] == 0) memory = warps_of_[kMemory] | warps_of_[kPair];
  candidates_.memory_queue = ready_ & memory;
  candidates_.unit_busy = ready_ & busy;
  candidates_.pickable = ready_ & ~candidates_.memory_queue & ~busy;
}

void WarpScheduler::pick() {
  if (issue_credits_ == 0 || candidates_.pickable == 0) return;
  next_pick_.valid = true;
  next_pick_.warp = order_.pick(candidates_.pickable);
  order_.take(next_pick_.warp);
}

void WarpScheduler::look_at_heads(const Inputs& in) {
  std::uint32_t changed = in.buffer->changed() | in.scoreboard->changed();
  free_ &= ~changed;
  for (changed &= in.buffer->heads(); changed != 0; changed &= changed - 1) {
    const auto warp = static_cast<std::uint32_t>(std::countr_zero(changed));
    const DecodedEvent& head = in.buffer->head(warp);
    const std::uint32_t bit = 1U << warp;
    const Kind kind = kind_of(head.decoded->instruction);
    free_ |= in.scoreboard->hazard(warp, head) ? 0 : bit;
    if (kind == kinds_[warp]) continue;
    warps_of_[kinds_[warp]] &= ~bit;
    warps_of_[kind] |= bit;
    kinds_[warp] = kind;
  }
}

void WarpScheduler::eval(const Inputs& in) {
  next_pick_.valid = false;
  if (in.start) [[unlikely]] {
    reset();
    return;
  }
  find_candidates();
  if (!in.halt) pick();

  // Credits that come back count from the next cycle on.
  const std::uint32_t picked = std::uint32_t{next_pick_.valid} << next_pick_.warp;
  issue_credits_ += in.accepted;
  issue_credits_ -= next_pick_.valid;
  credits_[kMemory] += in.op_done;
  credits_[kPair] += in.op_done && in.op_done_pair;
  credits_[kDivide] += in.divider_done;
  credits_[kWarp] += in.warp_op_done;
  credits_[kSfu] += in.sfu_op_done;
  credits_[kCopy] += in.copy_op_done;
  credits_[kMma] += in.mma_op_done;
  credits_[kTensor] += in.tensor_op_done;
  const Kind kind = kinds_[next_pick_.warp];
  credits_[kind] -= next_pick_.valid;
  if (kind == kPair) credits_[kMemory] -= next_pick_.valid;
  assert(issue_credits_ <= initial_issue_credits_ && credits_[kMemory] <= initial_lsu_credits_ &&
         credits_[kPair] <= 1 && credits_[kDivide] <= 1 && credits_[kWarp] <= kWarpQueue &&
         credits_[kSfu] <= kSfuQueue && credits_[kCopy] <= kCopyQueue &&
         credits_[kMma] <= kMmaQueue && credits_[kTensor] <= kTensorQueue);

  look_at_heads(in);
  candidates_.latency = free_ & ~ready_ & ~in.parked;
  candidates_.parked = free_ & ~ready_ & in.parked;
  candidates_.hazards = in.buffer->heads() & ~free_;
  // A warp that is being picked still shows its old head for two cycles.
  const std::uint32_t shown = std::uint32_t{out_.pick.valid} << out_.pick.warp;
  ready_ = free_ & ~(picked | shown | in.parked);
}

}  // namespace heddle::timed
