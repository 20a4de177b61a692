#include "issue/instruction_buffer.hpp"

#include <cassert>

namespace heddle::timed {
namespace {

InstructionBuffer::Head head_of(const Decoded& decoded) {
  const isa::Instruction& instruction = decoded.instruction;
  InstructionBuffer::Head head;
  if (instruction.reads_rs1) head.registers |= 1U << instruction.rs1;
  if (instruction.reads_rs2) head.registers |= 1U << instruction.rs2;
  if (instruction.reads_rs3) head.registers |= 1U << instruction.rs3;
  if (instruction.writes_rd) head.registers |= 1U << instruction.rd;
  head.rd = instruction.rd;
  head.writes_rd = instruction.writes_rd;
  head.drain = decoded.drain;
  head.unit = instruction.unit;
  return head;
}

}  // namespace

void InstructionBuffer::eval(const Inputs& in) {
  clear_ = in.start;
  if (clear_) return;
  if (in.decoded->valid) {
    // The entry is not visible before tick() counts it.
    pushed_ = in.decoded->warp;
    Queue& queue = queues_[pushed_];
    assert(queue.count < 2);
    const std::uint32_t slot = queue.first ^ queue.count;
    queue.items[slot] = *in.decoded;
    queue.heads[slot] = head_of(in.decoded->decoded);
  }
  if (in.pick->valid) popped_ = in.pick->warp;
}

void InstructionBuffer::tick() {
  out_.issue.valid = false;
  if (clear_) {
    for (Queue& queue : queues_) queue.first = queue.count = 0;
    heads_ = 0;
    return;
  }
  if (popped_ != kNoWarp) {
    Queue& queue = queues_[popped_];
    assert(queue.count != 0);
    out_.issue = queue.items[queue.first];
    queue.first ^= 1;
    if (--queue.count == 0) heads_ &= ~(1U << popped_);
    popped_ = kNoWarp;
  }
  if (pushed_ != kNoWarp) {
    ++queues_[pushed_].count;
    heads_ |= 1U << pushed_;
    pushed_ = kNoWarp;
  }
}

}  // namespace heddle::timed
