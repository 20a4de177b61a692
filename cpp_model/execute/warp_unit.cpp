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
  with_key_ = 0;
  state_ = State::kWork;
  op_done_ = true;
  steps_left_ = row_steps() + 2;  // from the last pass to the load; later rows follow without a gap
}

// Steps of the lowest row that is left: its passes, and for keys that are worked out first.
std::uint32_t WarpUnit::row_steps() {
  const Operation& operation = operations_[oldest_];
  const std::uint32_t beat = static_cast<std::uint32_t>(std::countr_zero(threads_left_)) / lanes_;
  const std::uint32_t row = threads_left_ & ~0U >> (32 - lanes_) << beat * lanes_;
  switch (operation.decoded->instruction.op) {
    case isa::Op::kShflUp:
    case isa::Op::kShflDown:
    case isa::Op::kShflBfly:
    case isa::Op::kShflIdx: return source_rows(row);
    case isa::Op::kVoteAll:
    case isa::Op::kVoteAny:
    case isa::Op::kVoteBallot:
    case isa::Op::kActivemask: return 1;
    case isa::Op::kMatchAny:
    case isa::Op::kMatchAll: return key_steps(row, operation.a, beats_ + 3);
    default: {
      const auto levels = static_cast<std::uint32_t>(std::countr_zero(lanes_));
      return key_steps(row, operation.b, beats_ + levels + 2);
    }
  }
}

// How many rows the source threads of these threads lie in.
std::uint32_t WarpUnit::source_rows(std::uint32_t threads) const {
  const Operation& operation = operations_[oldest_];
  std::uint32_t rows = 0;
  for (; threads != 0; threads &= threads - 1) {
    const auto t = static_cast<std::uint32_t>(std::countr_zero(threads));
    rows |= 1U << isa::shuffle_source(operation.decoded->instruction.op, operation.group_mask, t,
                                      operation.b[t], operation.c[t]) /
                      lanes_;
  }
  return static_cast<std::uint32_t>(std::popcount(rows));
}

// Steps of these threads' row; a key that is not the last one is worked out in `work` steps.
std::uint32_t WarpUnit::key_steps(std::uint32_t threads, const isa::WarpValues& keys,
                                  std::uint32_t work) {
  std::uint32_t steps = (threads & with_key_) != 0 ? 1 : 0;
  for (threads &= ~with_key_; threads != 0; threads &= ~with_key_) {
    const std::uint32_t key = keys[static_cast<std::size_t>(std::countr_zero(threads))];
    with_key_ = isa::threads_with(operations_[oldest_].group_mask, keys, key);
    steps += work + 1;
  }
  return steps;
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
  if (!result_.last) {
    steps_left_ = row_steps();
    return;
  }
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
      if (!result_.valid && --steps_left_ == 0) load_result();
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
