#include "execute/lanes.hpp"

#include <bit>

#include "isa/semantics.hpp"

namespace heddle::timed {
namespace {

bool takes(isa::Unit unit) {
  return unit != isa::Unit::kMemory && unit != isa::Unit::kDivide && unit != isa::Unit::kWarp;
}

// Calls `function` with every active lane.
template <typename Function>
void for_active(std::uint32_t mask, Function function) {
  for (; mask != 0; mask &= mask - 1) function(static_cast<std::uint32_t>(std::countr_zero(mask)));
}

}  // namespace

void LaneArray::execute(const Inputs& in, Lanes& data) const {
  const Row& row = *in.row;
  const isa::Instruction& instruction = row.instruction;
  switch (instruction.unit) {
    case isa::Unit::kAlu:
    case isa::Unit::kJump:
      for_active(row.mask, [&](std::uint32_t lane) {
        data[lane] = isa::alu(instruction.op, row.a[lane], row.b[lane], instruction.imm, row.pc);
      });
      break;
    case isa::Unit::kMul:
      for_active(row.mask, [&](std::uint32_t lane) {
        data[lane] = isa::multiply(instruction.op, row.a[lane], row.b[lane]);
      });
      break;
    case isa::Unit::kFloat:
      for_active(row.mask, [&](std::uint32_t lane) {
        const std::uint32_t thread = row.beat * lanes_ + lane;
        const std::uint8_t rounding =
            isa::resolve_rounding(instruction.rm, in.csr->fcsr(row.warp, thread));
        const isa::FloatResult result =
            isa::floating(instruction.op, row.a[lane], row.b[lane], row.c[lane], rounding);
        data[lane] = result.bits;
        in.csr->accumulate(row.warp, thread, result.flags);
      });
      break;
    case isa::Unit::kCsr: in.csr->execute(row, in.host, data); break;
    default: break;
  }
}

void LaneArray::eval(const Inputs& in) {
  start_ = in.start;
  Slot& slot = slots_[now_];
  slot.result.valid = in.row->valid && takes(in.row->instruction.unit) && !start_;
  if (!slot.result.valid) return;
  const Row& row = *in.row;
  slot.first = row.first;
  slot.is_float = row.instruction.unit == isa::Unit::kFloat;
  slot.result.warp = row.warp;
  slot.result.rd = row.instruction.rd;
  slot.result.writes_rd = row.instruction.writes_rd;
  slot.result.beat = row.beat;
  slot.result.last = row.last;
  slot.result.mask = row.mask;
  slot.result.data.fill(0);
  execute(in, slot.result.data);
  in_flight_ = kExecLatency + 1;
}

void LaneArray::tick() {
  if (start_) {
    for (Slot& slot : slots_) slot.result.valid = false;
    out_ = Outputs{};
    in_flight_ = 0;
    return;
  }
  if (in_flight_ == 0) return;
  --in_flight_;
  const Slot& shown = slot(kExecLatency);
  out_.result = shown.result.valid ? &shown.result : &kNoResult;
  const Slot& next = slot(kExecLatency - 1);
  out_.result_next_valid = next.result.valid && next.result.writes_rd;
  out_.float_next_valid = next.result.valid && next.is_float;
  const Slot& released = slot(kReleaseLatency);
  out_.release.valid = released.result.valid && released.first;
  out_.release.warp = released.result.warp;
  out_.release.rd = released.result.rd;
  out_.release.writes_rd = released.result.writes_rd;
  now_ = (now_ + 1) % kSlots;
}

}  // namespace heddle::timed
