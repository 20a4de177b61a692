#include "execute/warp_unit.hpp"

#include <algorithm>
#include <bit>

#include "issue/warp_scheduler.hpp"

namespace heddle::timed {

WarpUnit::WarpUnit(const Config& config)
    : lanes_(config.lanes), beats_(config.beats()), queue_(kWarpQueue * config.beats()) {}

void WarpUnit::collect(const Row& row) {
  const std::uint32_t first = row.beat * lanes_;
  std::copy_n(row.a.begin(), lanes_, a_.begin() + first);
  std::copy_n(row.b.begin(), lanes_, b_.begin() + first);
  std::copy_n(row.c.begin(), lanes_, c_.begin() + first);
  ++collected_;
  if (!row.last) return;
  last_ = row;
  results_ = isa::warp_operation(row.instruction.op, row.group_mask, a_, b_, c_);
  threads_left_ = row.group_mask;
  work_left_ = work_cycles();
  state_ = State::kWork;
  op_done_ = true;
}

std::uint32_t WarpUnit::work_cycles() const {
  switch (last_.instruction.op) {
    case isa::Op::kMatchAny:
    case isa::Op::kMatchAll: return 2 * isa::count_different(last_.group_mask, a_);
    case isa::Op::kReduxAdd:
    case isa::Op::kReduxMin:
    case isa::Op::kReduxMax:
    case isa::Op::kReduxMinu:
    case isa::Op::kReduxMaxu:
    case isa::Op::kReduxAnd:
    case isa::Op::kReduxOr:
    case isa::Op::kReduxXor: {
      const auto levels = static_cast<std::uint32_t>(std::countr_zero(lanes_));
      return isa::count_different(last_.group_mask, b_) * (beats_ + levels + 3);
    }
    default: return 1;
  }
}

void WarpUnit::load_result() {
  const std::uint32_t beat = static_cast<std::uint32_t>(std::countr_zero(threads_left_)) / lanes_;
  const std::uint32_t first = beat * lanes_;
  const std::uint32_t row_mask = ~0U >> (32 - lanes_);
  result_.valid = true;
  result_.warp = last_.warp;
  result_.rd = last_.instruction.rd;
  result_.writes_rd = last_.instruction.writes_rd;
  result_.beat = beat;
  result_.mask = last_.group_mask >> first & row_mask;
  std::copy_n(results_.begin() + first, lanes_, result_.data.begin());
  threads_left_ &= ~(row_mask << first);
  result_.last = threads_left_ == 0;
  if (!result_.last) return;
  state_ = State::kCollect;
  collected_ = 0;
}

void WarpUnit::eval(const Inputs& in) {
  op_done_ = false;
  if (in.start) {
    queue_.clear();
    state_ = State::kCollect;
    collected_ = 0;
    result_.valid = false;
    return;
  }
  if (out_.result.valid && in.result_ready) result_.valid = false;
  switch (state_) {
    case State::kCollect:
      if (queue_.empty()) break;
      collect(queue_.front());
      queue_.pop();
      break;
    case State::kWork:
      if (--work_left_ == 0) state_ = State::kResult;
      break;
    case State::kResult:
      if (!result_.valid) load_result();
      break;
  }
  if (in.row->valid && in.row->instruction.unit == isa::Unit::kWarp) queue_.push(*in.row);
}

void WarpUnit::tick() {
  queue_.tick();
  if (result_.valid) {
    out_.result = result_;
  } else {
    out_.result.valid = false;
  }
  out_.op_done = op_done_;
  out_.idle = state_ == State::kCollect && collected_ == 0 && queue_.empty() && !result_.valid;
}

}  // namespace heddle::timed
