#include "execute/warp_unit.hpp"

#include <algorithm>
#include <bit>

namespace heddle::timed {

WarpUnit::WarpUnit(const Config& config)
    : lanes_(config.lanes), beats_(config.beats()), queue_(kWarpQueue * config.beats()) {}

void WarpUnit::push(const Row& row) {
  Operation& operation = operations_[arriving_];
  if (row.first) {
    operation.decoded = row.decoded;
    operation.warp = row.warp;
    operation.group_mask = row.group_mask;
  }
  const std::uint32_t first = row.beat * lanes_;
  std::copy_n(row.a, lanes_, operation.a.begin() + first);
  std::copy_n(row.b, lanes_, operation.b.begin() + first);
  std::copy_n(row.c, lanes_, operation.c.begin() + first);
  queue_.push(row.last);
  if (row.last) arriving_ = (arriving_ + 1) % operations_.size();
}

void WarpUnit::collect(bool last) {
  ++collected_;
  if (!last) return;
  const Operation& operation = operations_[oldest_];
  results_ = isa::warp_operation(operation.decoded->instruction.op, operation.group_mask,
                                 operation.a, operation.b, operation.c);
  threads_left_ = operation.group_mask;
  work_left_ = work_cycles(operation);
  state_ = State::kWork;
  op_done_ = true;
}

std::uint32_t WarpUnit::work_cycles(const Operation& operation) const {
  switch (operation.decoded->instruction.op) {
    case isa::Op::kMatchAny:
    case isa::Op::kMatchAll: return 2 * isa::count_different(operation.group_mask, operation.a);
    case isa::Op::kReduxAdd:
    case isa::Op::kReduxMin:
    case isa::Op::kReduxMax:
    case isa::Op::kReduxMinu:
    case isa::Op::kReduxMaxu:
    case isa::Op::kReduxAnd:
    case isa::Op::kReduxOr:
    case isa::Op::kReduxXor: {
      const auto levels = static_cast<std::uint32_t>(std::countr_zero(lanes_));
      return isa::count_different(operation.group_mask, operation.b) * (beats_ + levels + 3);
    }
    default: return 1;
  }
}

void WarpUnit::load_result() {
  const Operation& operation = operations_[oldest_];
  const std::uint32_t beat = static_cast<std::uint32_t>(std::countr_zero(threads_left_)) / lanes_;
  const std::uint32_t first = beat * lanes_;
  const std::uint32_t row_mask = ~0U >> (32 - lanes_);
  result_.valid = true;
  result_.warp = operation.warp;
  result_.rd = operation.decoded->instruction.rd;
  result_.writes_rd = operation.decoded->instruction.writes_rd;
  result_.beat = beat;
  result_.mask = operation.group_mask >> first & row_mask;
  std::copy_n(results_.begin() + first, lanes_, result_.data.value.begin());
  threads_left_ &= ~(row_mask << first);
  result_.last = threads_left_ == 0;
  if (!result_.last) return;
  oldest_ = (oldest_ + 1) % operations_.size();
  state_ = State::kCollect;
  collected_ = 0;
}

void WarpUnit::work() {
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
}

void WarpUnit::step(const Inputs& in, bool row) {
  op_done_ = false;
  if (in.start) [[unlikely]] {
    queue_.clear();
    state_ = State::kCollect;
    collected_ = 0;
    oldest_ = arriving_ = 0;
    result_.valid = false;
    return;
  }
  if (out_.result.valid && in.result_ready) result_.valid = false;
  work();
  if (row) push(*in.row);
}

void WarpUnit::update() {
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
