#include "frontend/decode.hpp"

#include "device/fault.hpp"

namespace heddle::timed {

Decoded::Decoded(const isa::Instruction& decoded) : instruction(decoded) {
  const std::uint32_t one_or_two = decoded.pair ? 3 : 1;
  if (decoded.reads_rs1) registers |= 1U << decoded.rs1;
  if (decoded.reads_rs2) registers |= one_or_two << decoded.rs2;
  if (decoded.reads_rs3) registers |= one_or_two << decoded.rs3;
  if (decoded.writes_rd) {
    registers |= one_or_two << decoded.rd;
    kernel = isa::find_lane_kernel(decoded.op);
  }
  changes_control = decoded.unit == isa::Unit::kBranch || decoded.unit == isa::Unit::kJump ||
                    decoded.unit == isa::Unit::kSystem;
  // The branch unit tells a return by the rm field.
  if (decoded.op == isa::Op::kJalr) instruction.rm = decoded.rs1 == 1 ? 1 : 0;
}

// An entry that raises a fault at issue: it keeps nothing of the instruction but its word.
void Decode::make_faulting(std::uint32_t word, std::uint32_t cause, std::uint32_t address) {
  Decoded& blank = faulting_[word];
  blank.instruction.word = word;
  next_.decoded = &blank;
  next_.drain = false;
  next_.fault = true;
  next_.cause = cause;
  next_.fault_address = address;
}

void Decode::decode(const Packet& packet) {
  next_.warp = packet.warp;
  next_.pc = packet.pc;
  next_.mask = packet.mask;
  next_.depth = packet.depth;
  if (packet.fault) {
    make_faulting(0, packet.cause, packet.pc);
    return;
  }
  const isa::Instruction& instruction = packet.decoded->instruction;
  if (instruction.op == isa::Op::kIllegal) {
    make_faulting(instruction.word, cause::kIllegal, instruction.word);
  } else if (instruction.op == isa::Op::kEbreak) {
    make_faulting(instruction.word, cause::kBreakpoint, packet.pc);
  } else {
    next_.decoded = packet.decoded;
    next_.drain = instruction.drain;
    next_.fault = false;
  }
}

}  // namespace heddle::timed
