#include "memory/copy_queue.hpp"

namespace heddle::timed {

void CopyQueue::step(const Inputs& in, bool row) {
  CopyCommand* command = queue_.eval(in.start, row ? in.row : nullptr, in.pop);
  if (command == nullptr) return;
  const auto& operands = queue_.operands();
  command->copy =
      isa::BulkCopy::from(operands[0], operands[1], operands[2], operands[3], operands[4]);
}

void CopyQueue::update() {
  queue_.tick();
  const auto& commands = queue_.commands();
  out_.head = commands.empty() ? nullptr : &commands.front();
  out_.empty = commands.empty() && !queue_.complete() && !queue_.collecting();
  out_.ctas = queue_.complete() ? 1u << queue_.command().cta : 0;
  for (std::size_t i = 0; i < commands.size(); ++i) out_.ctas |= 1u << commands[i].cta;
}

}  // namespace heddle::timed
