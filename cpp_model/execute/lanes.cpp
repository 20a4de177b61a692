#include "execute/lanes.hpp"

#include <bit>

#include "isa/float_lanes.hpp"
#include "isa/semantics.hpp"

namespace heddle::timed {
void LaneArray::execute_float(const Row& row, CsrUnit& csr, Lanes& data) const {
  Lanes mask;
  isa::expand_mask(row.mask, mask);
  isa::execute_float({.instruction = row.decoded->instruction,
                      .a = row.a,
                      .b = row.b,
                      .c = row.c,
                      .fcsr = csr.fcsr_row(row.warp, row.beat),
                      .active = row.mask,
                      .mask = mask},
                     data);
}

LaneArray::Flags LaneArray::flags_of(const Row& row, const CsrUnit& csr) const {
  const isa::Instruction& instruction = row.decoded->instruction;
  Flags flags{};
  for (std::uint32_t lanes = row.mask; lanes != 0; lanes &= lanes - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
    const std::uint8_t rounding =
        isa::resolve_rounding(instruction.rm, csr.fcsr(row.warp, row.beat * lanes_ + lane));
    flags[lane] =
        isa::floating(instruction.op, row.a[lane], row.b[lane], row.c[lane], rounding).flags;
  }
  return flags;
}

void LaneArray::execute(const Inputs& in, Slot& slot) const {
  Lanes& data = slot.result.data;
  const Row& row = *in.row;
  const Decoded& decoded = *row.decoded;
  switch (decoded.instruction.unit) {
    case isa::Unit::kAlu:
    case isa::Unit::kMul:
    case isa::Unit::kJump:
      if (decoded.kernel != nullptr) {
        decoded.kernel(row.a, row.b, decoded.instruction.imm, row.pc, data);
      }
      break;
    case isa::Unit::kFloat: execute_float(row, *in.csr, data); break;
    case isa::Unit::kCsr: in.csr->execute(row, in.host, data); break;
    default: break;
  }
}

void LaneArray::step(const Inputs& in) {
  Slot& slot = slots_[now_];
  const Row& row = *in.row;
  const isa::Instruction& instruction = row.decoded->instruction;
  slot.first = row.first;
  slot.result.warp = row.warp;
  slot.result.rd = instruction.rd;
  slot.result.writes_rd = instruction.writes_rd;
  slot.result.beat = row.beat;
  slot.result.last = row.last;
  slot.result.mask = row.mask;
  slot.floating = instruction.unit == isa::Unit::kFloat;
  slot.uses_fflags = slot.floating || instruction.unit == isa::Unit::kCsr;
  if (slot.floating && keeps_flags_) slot.flags = flags_of(row, *in.csr);
  execute(in, slot);
  in_flight_ = kExecLatency + 1;
}

void LaneArray::reset() {
  for (Slot& slot : slots_) slot.result.valid = false;
  out_ = Outputs{};
  in_flight_ = 0;
}

void LaneArray::update() {
  --in_flight_;
  const Slot& shown = slot(kExecLatency);
  out_.result = shown.result.valid ? &shown.result : &kNoResult;
  out_.floating = shown.result.valid && shown.floating;
  if (out_.floating) out_.flags = shown.flags;
  const Slot& next = slot(kExecLatency - 1);
  out_.result_next_valid = next.result.valid && next.result.writes_rd;
  out_.float_next_valid = next.result.valid && next.uses_fflags;
  const Slot& released = slot(kReleaseLatency);
  out_.release.valid = released.result.valid && released.first;
  out_.release.warp = released.result.warp;
  out_.release.rd = released.result.rd;
  out_.release.writes_rd = released.result.writes_rd;
  now_ = (now_ + 1) % kSlots;
}

}  // namespace heddle::timed
