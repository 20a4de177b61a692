#include "execute/branch_unit.hpp"

#include <bit>

#include "device/fault.hpp"
#include "isa/semantics.hpp"

namespace heddle::timed {
namespace {

constexpr std::uint32_t kExitCall = 93;
constexpr std::uint32_t kLatency = 3;  ///< of the control event

bool takes(isa::Unit unit) {
  return unit == isa::Unit::kBranch || unit == isa::Unit::kJump || unit == isa::Unit::kSystem;
}

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
  next_row_.valid = !ends_threads(row.instruction.op);
  next_row_.warp = row.warp;
  next_row_.beat = row.beat;
  next_row_.mask = row.mask;
  next_row_.next_depth = isa::next_depth(row.instruction, static_cast<std::uint8_t>(row.depth));
  for (std::uint32_t lane = 0; lane < lanes_; ++lane) {
    next_row_.next_pc[lane] = isa::next_pc(row.instruction, row.a[lane], row.b[lane], row.pc);
  }
}

void BranchUnit::collect(const Row& row) {
  if (row.first) {
    any_ = false;
    uniform_ = true;
    next_pc_ = status_ = bad_calls_ = bad_call_ = 0;
  }
  const bool call = row.instruction.op == isa::Op::kEcall;
  for (std::uint32_t lanes = row.mask; lanes != 0; lanes &= lanes - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
    const std::uint32_t target = next_row_.next_pc[lane];
    if (!any_) {
      any_ = true;
      next_pc_ = target;
      a_ = row.a[lane];
      b_ = row.b[lane];
    }
    if (target != next_pc_) uniform_ = false;
    if (!call) continue;
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
  control.kind = kind_of(row.instruction.op);
  control.mask = row.group_mask;
  control.uniform = uniform_;
  control.next_pc = next_pc_;
  control.next_depth = next_row_.next_depth;
  control.status = status_;
  control.a = a_;
  control.b = b_;
  outcome.flush = row.instruction.op == isa::Op::kFenceI;
  if (bad_calls_ != 0) {
    outcome.fault = FaultEvent{true, cause::kEcall, row.warp, bad_calls_, row.pc, bad_call_};
  }
}

void BranchUnit::eval(const Inputs& in) {
  start_ = in.start;
  next_row_.valid = false;
  Outcome& outcome = outcomes_[newest_];
  outcome.control.valid = outcome.fault.valid = outcome.flush = false;
  const Row& row = *in.row;
  if (start_ || !row.valid || !takes(row.instruction.unit)) return;
  compute(row);
  collect(row);
  if (row.last) conclude(row, outcome);
  in_flight_ = kLatency + 1;
}

void BranchUnit::tick() {
  if (start_) {
    outcomes_.fill(Outcome{});
    out_ = Outputs{};
    in_flight_ = 0;
    return;
  }
  if (in_flight_ == 0) return;
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
