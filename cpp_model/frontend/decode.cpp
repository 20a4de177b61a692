#include "frontend/decode.hpp"

namespace heddle::timed {
namespace {

constexpr std::uint32_t kCauseIllegal = 2;
constexpr std::uint32_t kCauseBreakpoint = 3;

// An entry that raises a fault at issue: it keeps nothing of the instruction but its word.
Decoded faulting(std::uint32_t word, std::uint32_t cause, std::uint32_t address) {
  Decoded result;
  result.instruction.word = word;
  result.fault = true;
  result.cause = cause;
  result.fault_address = address;
  return result;
}

Decoded decode_packet(const Packet& packet) {
  if (packet.fault) return faulting(packet.word, packet.cause, packet.pc);
  Decoded result;
  result.instruction = isa::decode(packet.word);
  switch (result.instruction.op) {
    case isa::Op::kIllegal: return faulting(packet.word, kCauseIllegal, packet.word);
    case isa::Op::kEbreak: return faulting(packet.word, kCauseBreakpoint, packet.pc);
    case isa::Op::kJalr:
      // The branch unit tells a return by the rm field.
      result.instruction.rm = result.instruction.rs1 == 1 ? 1 : 0;
      break;
    default: break;
  }
  result.drain = result.instruction.drain;
  return result;
}

}  // namespace

void Decode::eval(const Inputs& in) {
  const Packet& packet = *in.packet;
  next_.valid = packet.valid && !in.start;
  if (!next_.valid) return;
  next_.warp = packet.warp;
  next_.pc = packet.pc;
  next_.mask = packet.mask;
  next_.depth = packet.depth;
  next_.decoded = decode_packet(packet);
}

void Decode::tick() {
  if (next_.valid) {
    out_.decoded = next_;
  } else {
    out_.decoded.valid = false;
  }
}

}  // namespace heddle::timed
