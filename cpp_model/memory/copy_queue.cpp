#include "memory/copy_queue.hpp"

#include <bit>

namespace heddle::timed {

void CopyQueue::collect(const Row& row) {
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
  command_.copy =
      isa::BulkCopy::from(operands_[0], operands_[1], operands_[2], operands_[3], operands_[4]);
  command_.warp = row.warp;
  command_.pc = row.pc;
  command_.cta = places_[row.warp].cta;
  command_.shared_base = places_[row.warp].shared_base;
}

void CopyQueue::step(const Inputs& in, bool row) {
  next_complete_ = false;
  if (in.start) [[unlikely]] {
    commands_.clear();
    collecting_ = has_high_ = has_low_ = false;
    return;
  }
  if (complete_) commands_.push(command_);
  if (in.pop) commands_.pop();
  if (row) collect(*in.row);
}

void CopyQueue::update() {
  complete_ = next_complete_;
  commands_.tick();
  out_.head = commands_.empty() ? nullptr : &commands_.front();
  out_.empty = commands_.empty() && !complete_ && !collecting_;
  out_.ctas = complete_ ? 1u << command_.cta : 0;
  for (std::size_t i = 0; i < commands_.size(); ++i) out_.ctas |= 1u << commands_[i].cta;
}

}  // namespace heddle::timed
