#include "execute/branch_unit.hpp"

#include <bit>

#include "device/fault.hpp"
#include "isa/lane_kernels.hpp"
#include "isa/semantics.hpp"

namespace heddle::timed {
namespace {

constexpr std::uint32_t kExitCall = 93;
constexpr std::uint32_t kLatency = 3;  ///< of the control event

bool ends_threads(isa::Op op) { return op == isa::Op::kExit || op == isa::Op::kEcall; }

ControlKind kind_of(isa::Op op) {
  switch (op) {
    case isa::Op::kExit:
    case isa::Op::kEcall: return ControlKind::kExit;
    case isa::Op::kBarSync: return ControlKind::kBarrier;
    case isa::Op::kBarArrive: return ControlKind::kArrive;
    case isa::Op::kWarpsync: return ControlKind::kSync;
    default: return ControlKind::kJump;
  }
}

}  // namespace

void BranchUnit::compute(const Row& row) {
  const isa::Instruction& instruction = row.decoded->instruction;
  next_row_.valid = !ends_threads(instruction.op);
  next_row_.warp = row.warp;
  next_row_.beat = row.beat;
  next_row_.mask = row.mask;
  next_row_.sync_mask = instruction.op == isa::Op::kWarpsync ? row.a : nullptr;
  next_row_.next_depth = isa::next_depth(instruction, static_cast<std::uint8_t>(row.depth));
  Lanes& next_pc = next_row_.next_pc;
  if (instruction.unit == isa::Unit::kBranch) {
    const std::uint32_t taken = isa::branch_mask(instruction.op, row.a, row.b);
    const std::uint32_t target = row.pc + instruction.imm;
    for (std::uint32_t lane = 0; lane < isa::kWarpSize; ++lane) {
      next_pc[lane] = (taken >> lane & 1) != 0 ? target : row.pc + 4;
    }
    return;
  }
  for (std::uint32_t lane = 0; lane < lanes_; ++lane) {
    next_pc[lane] = isa::next_pc(instruction, row.a[lane], row.b[lane], row.pc);
  }
}

void BranchUnit::collect(const Row& row) {
  if (row.first) {
    any_ = false;
    uniform_ = true;
    next_pc_ = status_ = bad_calls_ = bad_call_ = 0;
  }
  if (row.mask == 0) return;
  const Lanes& next_pc = next_row_.next_pc;
  if (!any_) {
    const auto lowest = static_cast<std::uint32_t>(std::countr_zero(row.mask));
    any_ = true;
    next_pc_ = next_pc[lowest];
    a_ = row.a[lowest];
    b_ = row.b[lowest];
  }
  std::uint32_t others = 0;
  for (std::uint32_t lane = 0; lane < isa::kWarpSize; ++lane) {
    others |= std::uint32_t{next_pc[lane] != next_pc_} << lane;
  }
  if (next_row_.sync_mask != nullptr) {
    for (std::uint32_t lane = 0; lane < lanes_; ++lane) {
      others |= std::uint32_t{row.a[lane] != a_} << lane;
    }
  }
  if ((others & row.mask) != 0) uniform_ = false;
  if (row.decoded->instruction.op == isa::Op::kEcall) collect_call(row);
}

void BranchUnit::collect_call(const Row& row) {
  for (std::uint32_t lanes = row.mask; lanes != 0; lanes &= lanes - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
    if (status_ == 0) status_ = row.b[lane];
    if (row.a[lane] == kExitCall) continue;
    if (bad_calls_ == 0) bad_call_ = row.a[lane];
    bad_calls_ |= 1u << (row.beat * lanes_ + lane);
  }
}

void BranchUnit::conclude(const Row& row, Outcome& outcome) const {
  ControlEvent& control = outcome.control;
  control.valid = true;
  control.warp = row.warp;
  control.kind = kind_of(row.decoded->instruction.op);
  control.mask = row.group_mask;
  control.uniform = uniform_;
  control.next_pc = next_pc_;
  control.next_depth = next_row_.next_depth;
  control.status = status_;
  control.a = a_;
  control.b = b_;
  outcome.flush = row.decoded->instruction.op == isa::Op::kFenceI;
  if (bad_calls_ != 0) {
    outcome.fault = FaultEvent{true, cause::kEcall, row.warp, bad_calls_, row.pc, bad_call_};
  }
}

void BranchUnit::step(const Row& row) {
  compute(row);
  collect(row);
  if (row.last) conclude(row, outcomes_[newest_]);
  in_flight_ = kLatency + 1;
}

void BranchUnit::reset() {
  for (Outcome& outcome : outcomes_) {
    outcome.control.valid = outcome.fault.valid = outcome.flush = false;
  }
  out_ = Outputs{};
  in_flight_ = 0;
}

void BranchUnit::update() {
  --in_flight_;
  if (next_row_.valid) {
    out_.row = next_row_;
  } else {
    out_.row.valid = false;
  }
  newest_ = newest_ == 2 ? 0 : newest_ + 1;
  const Outcome& shown = outcomes_[newest_];
  out_.control = shown.control;
  out_.fault = shown.fault;
  out_.flush = shown.flush;
}

}  // namespace heddle::timed
