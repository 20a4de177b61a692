#include "execute/sfu.hpp"

#include <bit>

#include "isa/special_functions.hpp"

namespace heddle::timed {

Sfu::Sfu(const Config& config) : lanes_(config.lanes), queue_(kSfuQueue * config.beats()) {}

void Sfu::push(const Row& row) {
  const isa::Instruction& instruction = row.decoded->instruction;
  const std::uint64_t threads_left = std::uint64_t{row.group_mask} >> (row.beat + 1) * lanes_;
  Queued queued;
  ResultRow& result = queued.result;
  result.valid = true;
  result.warp = row.warp;
  result.rd = instruction.rd;
  result.writes_rd = instruction.writes_rd;
  result.beat = row.beat;
  result.last = threads_left == 0;
  result.mask = row.mask;
  for (std::uint32_t lanes = row.mask; lanes != 0; lanes &= lanes - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
    result.data[lane] = isa::special_function(instruction.op, row.a[lane]);
  }
  queued.last_row = row.last;
  queue_.push(queued);
}

void Sfu::take() {
  const Queued& head = queue_.front();
  pipe_.push({head.result, now_ + kLatency});
  op_done_ = head.last_row;
  queue_.pop();
  ++taken_;
  step_ = 1;
}

void Sfu::arrive() {
  const ResultRow& result = pipe_.front().result;
  if (result.mask != 0) {
    results_.push(result);
  } else {
    --taken_;
  }
  pipe_.pop();
}

void Sfu::step(const Inputs& in, bool row) {
  op_done_ = false;
  if (in.start) [[unlikely]] {
    queue_.clear();
    pipe_.clear();
    results_.clear();
    step_ = taken_ = 0;
    return;
  }
  if (step_ != 0) {
    step_ = (step_ + 1) % kSteps;
  } else if (!queue_.empty() && taken_ < kMaxTaken) {
    take();
  }
  if (!pipe_.empty() && pipe_.front().arrival == now_) arrive();
  if (out_.result != nullptr && in.result_ready) {
    results_.pop();
    --taken_;
  }
  if (row) push(*in.row);
}

void Sfu::update() {
  queue_.tick();
  pipe_.tick();
  results_.tick();
  ++now_;
  out_.result = results_.empty() ? nullptr : &results_.front();
  out_.op_done = op_done_;
  out_.idle = queue_.empty() && step_ == 0 && taken_ == 0;
}

}  // namespace heddle::timed
