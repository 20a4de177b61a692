#include "tensor/mma_control.hpp"

namespace heddle::timed {

void MmaControl::check(const Inputs& in) {
  const MmaCommand& command = step_.command;
  const auto fault = command.commit
                         ? isa::tensor_commit_fault(command.mbarrier, in.shared_size)
                         : command.mma.fault(config_, *in.blocks, command.cta, in.shared_size);
  if (fault) {
    next_fault_ = {true,       fault->cause,  command.warp, 1u << command.thread,
                   command.pc, fault->address};
    events_.faulty = command.cta;
    next_state_ = State::kFree;
    return;
  }
  next_state_ = State::kWalk;
  step_.k_step = command.mma.first_step;
  step_.block = step_.tile_step = 0;
  step_.reads = command.mma.accumulate;
}

// To the step behind the one that was pushed.
void MmaControl::advance() {
  const isa::TensorMma& mma = step_.command.mma;
  step_.reads = true;
  if (++step_.block != mma.blocks(config_)) return;
  step_.block = 0;
  ++step_.k_step;
}

// With a sparse A: B's loader gets the first part of a step before the others get theirs.
void MmaControl::walk_b(const Inputs& in) {
  if (!in.b_ready) return;
  step_.half = half_;
  pushed_ = step_;
  events_.b_step = &pushed_;
  ++step_.tile_step;
}

void MmaControl::walk(const Inputs& in) {
  const MmaCommand& command = step_.command;
  const isa::TensorMma& mma = command.mma;
  if (!command.commit && step_.tile_step + 1 < mma.b.tile_steps) return walk_b(in);
  if (!in.sequencer_ready || (!command.commit && !(in.a_ready && in.b_ready))) return;
  step_.half = half_;
  step_.last = command.commit || (step_.k_step + 1 == mma.first_step + mma.steps &&
                                  step_.block + 1 == mma.blocks(config_));
  pushed_ = step_;
  events_.step = &pushed_;
  if (step_.last) next_state_ = State::kFree;
  if (command.commit) return;
  events_.b_step = &pushed_;
  half_ ^= 1;
  step_.tile_step = 0;
  advance();
}

void MmaControl::eval(const Inputs& in) {
  events_ = {};
  next_op_done_ = false;
  next_fault_ = {};
  if (in.start) [[unlikely]] {
    next_state_ = State::kFree;
    half_ = 0;
    return;
  }
  switch (state_) {
    case State::kFree:
      if (in.head == nullptr) break;
      step_.command = *in.head;
      events_.pop = next_op_done_ = true;
      next_state_ = State::kCheck;
      break;
    case State::kCheck: next_state_ = State::kRange; break;
    case State::kRange: check(in); break;
    case State::kWalk: walk(in); break;
  }
}

void MmaControl::tick() {
  state_ = next_state_;
  out_.op_done = next_op_done_;
  out_.fault = next_fault_;
}

}  // namespace heddle::timed
