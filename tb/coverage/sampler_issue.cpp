// Instructions: when and why the scheduler picks them.
#include <algorithm>
#include <bit>

#include "coverage/sampler.hpp"
#include "isa/csr.hpp"
#include "isa/instructions.hpp"
#include "isa/mbarrier.hpp"

namespace heddle::coverage {

using isa::Op;
using isa::Unit;

Sampler::Mask Sampler::mask_class(std::uint32_t mask, std::uint32_t eligible) {
  if (mask == ~std::uint32_t{0}) return kAll;
  const bool alone = (eligible & ~mask) == 0;
  if (std::has_single_bit(mask)) return alone ? kOneAlone : kOneOfSeveral;
  return alone ? kSomeAlone : kSomeOfMore;
}

Sampler::Access Sampler::access_of(Op op) {
  if (isa::is_mbarrier(op)) return kMbarrierAccess;
  const isa::Format format = isa::info(op).format;
  if (format == isa::Format::kAmo) return kAtomicAccess;
  return format == isa::Format::kS ? kStoreAccess : kLoadAccess;
}

std::size_t Sampler::kind_of(const isa::Instruction& instruction) {
  constexpr std::size_t kMemoryKinds = 7, kDivide = 11;
  switch (instruction.unit) {
    case Unit::kMemory: return kMemoryKinds + access_of(instruction.op);
    case Unit::kDivide: return kDivide;
    case Unit::kWarp: return kDivide + 1;
    case Unit::kSfu: return kDivide + 2;
    case Unit::kCopy: return kDivide + 3;
    case Unit::kMma: return kDivide + 4;
    case Unit::kTensor: return kDivide + 5;
    default: return static_cast<std::size_t>(instruction.unit);  // ALU to SYSTEM are the first
  }
}

void Sampler::sample_issue(const timed::Sm& sm) {
  if (const std::uint32_t bits = sm.stall_monitor().out().issue_class; bits != 0) {
    issue_class_.hit({static_cast<std::size_t>(std::countr_zero(bits))});
  }
  sample_stalls(sm);
  sample_parking(sm);
}

/// What has become of the last cycle's `park` event, and of the warps that were parked.
void Sampler::sample_parking(const timed::Sm& sm) {
  enum Parking : std::uint8_t { kParked, kSplit, kTime, kPhaseWakes, kTimeWakes, kSplitWakes };
  const timed::SharedMemory::Outputs& memory = sm.shared_memory().out();
  const std::uint32_t parked = sm.parking().out().parked;
  for (std::uint32_t w = 0; w < warp_count_; ++w) {
    const bool was = (parked_ >> w & 1) != 0, is = (parked >> w & 1) != 0;
    const bool split = (split_ >> w & 1) != 0;
    if (was && !is) {
      parking_.hit({split ? kSplitWakes : phase_ended_ ? kPhaseWakes : kTimeWakes});
    } else if (!was && (parks_ >> w & 1) != 0) {
      parking_.hit({is ? kParked : split ? kSplit : kTime});
    }
  }
  parks_ = std::uint32_t{memory.park.valid} << memory.park.warp;
  parked_ = parked;
  split_ = sm.warp_control().out().split;
  phase_ended_ = memory.phase_end;
}

/// The scheduler's candidates are those of the last cycle: a warp that could have been picked then
/// and has no `pick` now had to leave the slot to others.
void Sampler::sample_stalls(const timed::Sm& sm) {
  const timed::WarpEvent& pick = sm.warp_scheduler().out().pick;
  const timed::WarpScheduler::Candidates& candidates = sm.warp_scheduler().candidates();
  const timed::WarpControl::Waits& waits = sm.warp_control().out().waits;
  const std::uint32_t heads = sm.instruction_buffer().heads();
  for (std::uint32_t w = 0; w < warp_count_; ++w) {
    Warp& warp = warps_[w];
    const auto note = [&warp, w](std::uint32_t bits, Stall stall) {
      warp.stalls |= (bits >> w & 1) << stall;
    };
    const bool picked = pick.valid && pick.warp == w;
    note(candidates.memory_queue, kMemoryQueue);
    note(candidates.unit_busy, kUnitBusy);
    if (!picked) note(candidates.pickable, kSlotUsed);
    if ((heads >> w & 1) != 0) {
      const timed::DecodedEvent& head = sm.instruction_buffer().head(w);
      if (picked) {
        sample_pick(head, sm.warp_control().eligible(w), warp);
      } else if (sm.scoreboard().hazard(w, head)) {
        sample_hazard(head, sm.scoreboard().out().warps[w], warp);
      } else if ((sm.parking().out().parked >> w & 1) != 0) {
        warp.parked = true;
      }
      continue;
    }
    note(waits.fetching, kFetch);
    note(waits.control, kControl);
    note(waits.missing, kIcacheMiss);
    note(waits.barrier, kBarrierStall);
  }
}

void Sampler::sample_hazard(const timed::DecodedEvent& head, const timed::Scoreboard::Warp& state,
                            Warp& warp) {
  const std::uint32_t registers = head.fault ? 0 : head.decoded->registers;
  const Stall stall = (state.loading & registers) != 0 ? kLoad
                      : (state.busy & registers) != 0  ? kDependency
                                                       : kDrain;
  warp.stalls |= 1U << stall;
  if (head.fault) return;
  const isa::Instruction& instruction = head.decoded->instruction;
  const auto note = [&](std::size_t place, bool uses, std::uint32_t number) {
    for (const std::uint32_t end = number + (instruction.pair ? 2 : 1); uses && number != end;
         ++number) {
      if ((state.busy >> number & 1) != 0) warp.waited[place] |= 1U << warp.writer[number];
    }
  };
  note(0, instruction.reads_rs1, instruction.rs1);
  note(1, instruction.reads_rs2, instruction.rs2);
  note(2, instruction.reads_rs3, instruction.rs3);
  note(3, instruction.writes_rd, instruction.rd);
}

void Sampler::sample_pick(const timed::DecodedEvent& head, std::uint32_t eligible, Warp& warp) {
  if (!head.fault) {
    const isa::Instruction& instruction = head.decoded->instruction;
    const std::size_t op = static_cast<std::size_t>(instruction.op) - 1,
                      kind = kind_of(instruction);
    const std::size_t mask = mask_class(head.mask, eligible);
    if (warp.parked) parked_instruction_.hit({kind});
    std::uint32_t writers = 0;
    for (std::size_t place = 0; place < warp.waited.size(); ++place) {
      writers |= warp.waited[place];
      for (std::uint32_t left = warp.waited[place]; left != 0; left &= left - 1) {
        register_.hit({kind, place, static_cast<std::size_t>(std::countr_zero(left))});
      }
    }
    if (writers == 0) writers = 1U << kNone;
    constexpr std::uint32_t kNamed = 1U << kDependency | 1U << kLoad | 1U << kFetch;
    const std::uint32_t all = warp.stalls != 0 ? warp.stalls : 1U << kNoStall;
    std::uint32_t other = warp.stalls & ~kNamed;
    if (other == 0) other = 1U << kNoStall;
    constexpr std::array<std::size_t, kStalls> kPlace{0, 1, 2, 3, 0, 0, 4, 0, 5, 6, 7};
    for (std::size_t writer = 0; writer <= kTensorMemory; ++writer) {
      if ((writers >> writer & 1) == 0) continue;
      instruction_.hit({op, mask, writer});
      for (std::size_t stall = 0; stall < kStalls; ++stall) {
        if ((other >> stall & 1) != 0) kind_.hit({kind, mask, writer, kPlace[stall]});
      }
    }
    for (std::size_t stall = 0; stall < kStalls; ++stall) {
      if ((all >> stall & 1) != 0) stalls_.hit({op, stall});
    }
    sample_instruction(instruction);
    if (instruction.writes_rd) {
      Writer writer = kFixed;
      if (instruction.unit == Unit::kMemory) writer = kMemory;
      if (instruction.unit == Unit::kDivide) writer = kDivider;
      if (instruction.unit == Unit::kWarp) writer = kWarpUnit;
      if (instruction.unit == Unit::kSfu) writer = kSpecial;
      if (instruction.unit == Unit::kTensor) writer = kTensorMemory;
      warp.writer[instruction.rd] = writer;
      if (instruction.pair) warp.writer[instruction.rd + 1U] = writer;
    }
  }
  warp.stalls = 0;
  warp.waited = {};
  warp.parked = false;
}

void Sampler::sample_instruction(const isa::Instruction& instruction) {
  if (isa::info(instruction.op).has_rm) {
    constexpr std::uint8_t kDynamic = 5;  // in the axis
    rounding_.hit(
        {static_cast<std::size_t>(instruction.op) - 1, std::min(instruction.rm, kDynamic)});
  }
  if (instruction.unit != Unit::kCsr) return;
  const bool always = instruction.op == Op::kCsrrw || instruction.op == Op::kCsrrwi;
  const bool writes = always || instruction.rs1 != 0;  // uimm is in the same place
  csr_.hit({csr_value_[isa::csr_number(instruction)], writes ? 1U : 0U});
}

}  // namespace heddle::coverage
