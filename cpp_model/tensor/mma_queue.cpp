#include "tensor/mma_queue.hpp"

#include <bit>

namespace heddle::timed {

void MmaQueue::collect(const Row& row) {
  collecting_ = !row.last;
  bool& has = row.high ? has_high_ : has_low_;
  if (row.mask != 0 && !has) {
    has = true;
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(row.mask));
    if (row.high) {
      operands_[2] = row.b[lane];
      operands_[4] = row.c[lane];
    } else {
      operands_[0] = row.a[lane];
      operands_[1] = row.b[lane];
      operands_[3] = row.c[lane];
      command_.thread = row.beat * lanes_ + lane;
    }
  }
  if (!row.last) return;
  next_complete_ = true;
  has_high_ = has_low_ = false;
  command_.commit = row.decoded->instruction.op == isa::Op::kTensorCommit;
  command_.mma =
      isa::TensorMma::from(operands_[0], operands_[1], operands_[2], operands_[3], operands_[4]);
  command_.mbarrier = operands_[0];
  command_.warp = row.warp;
  command_.pc = row.pc;
  command_.cta = places_[row.warp].cta;
  command_.shared_base = places_[row.warp].shared_base;
}

void MmaQueue::eval(const Inputs& in) {
  next_complete_ = false;
  if (in.start) [[unlikely]] {
    fifo_.clear();
    collecting_ = has_high_ = has_low_ = false;
    commands_.fill(0);
    return;
  }
  for (const auto& over : {in.faulty, in.computed, in.committed}) {
    if (over) --commands_[*over];
  }
  if (complete_) fifo_.push(command_);
  if (in.pop) fifo_.pop();
  if (!in.row->valid || in.row->decoded->instruction.unit != isa::Unit::kMma) return;
  collect(*in.row);
  if (next_complete_) ++commands_[command_.cta];
}

void MmaQueue::tick() {
  complete_ = next_complete_;
  fifo_.tick();
  out_.head = fifo_.empty() ? nullptr : &fifo_.front();
  out_.ctas = 0;
  for (std::uint32_t cta = 0; cta < commands_.size(); ++cta) {
    out_.ctas |= commands_[cta] != 0 ? 1u << cta : 0;
  }
  out_.idle = out_.ctas == 0 && !collecting_;
}

}  // namespace heddle::timed
