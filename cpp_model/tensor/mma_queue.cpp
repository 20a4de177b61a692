#include "tensor/mma_queue.hpp"

namespace heddle::timed {

void MmaQueue::eval(const Inputs& in) {
  const bool row = in.row->valid && in.row->decoded->instruction.unit == isa::Unit::kMma;
  MmaCommand* command = queue_.eval(in.start, row ? in.row : nullptr, in.pop);
  if (in.start) [[unlikely]] {
    commands_.fill(0);
    return;
  }
  for (const auto& over : {in.faulty, in.computed, in.committed}) {
    if (over) --commands_[*over];
  }
  if (command == nullptr) return;
  const auto& operands = queue_.operands();
  command->commit = in.row->decoded->instruction.op == isa::Op::kTensorCommit;
  command->mma =
      isa::TensorMma::from(operands[0], operands[1], operands[2], operands[3], operands[4]);
  command->mbarrier = operands[0];
  ++commands_[command->cta];
}

void MmaQueue::tick() {
  queue_.tick();
  const auto& waiting = queue_.commands();
  out_.head = waiting.empty() ? nullptr : &waiting.front();
  out_.ctas = 0;
  for (std::uint32_t cta = 0; cta < commands_.size(); ++cta) {
    out_.ctas |= commands_[cta] != 0 ? 1u << cta : 0;
  }
  out_.idle = out_.ctas == 0 && !queue_.collecting();
}

}  // namespace heddle::timed
