#include "tensor/tensor_core.hpp"

namespace heddle::timed {

TensorCore::TensorCore(const Config& config)
    : exists_(config.tensor_m != 0),
      queue_(config),
      control_(config),
      loader_a_(config, OperandLoader::Operand::kA),
      loader_b_(config, OperandLoader::Operand::kB),
      sequencer_(config),
      memory_(config),
      access_(config) {}

void TensorCore::step_access(const Inputs& in) {
  TensorAccess::Inputs access_in;
  access_in.start = in.start;
  access_in.row = in.row;
  access_in.cta_done = in.cta_done;
  access_in.commands = queue_.out().ctas;
  access_in.addressed = sequencer_.out().addressed;
  access_in.written = sequencer_.out().written;
  access_in.memory = &memory_;
  access_in.result_ready = in.result_ready;
  access_.eval(access_in);
}

void TensorCore::step_control(const Inputs& in) {
  MmaControl::Inputs control_in;
  control_in.start = in.start;
  control_in.head = queue_.out().head;
  control_in.blocks = &access_.blocks();
  control_in.shared_size = in.registers->shared_size;
  control_in.a_ready = loader_a_.out().ready;
  control_in.b_ready = loader_b_.out().ready;
  control_in.sequencer_ready = sequencer_.out().ready;
  control_.eval(control_in);
}

void TensorCore::step_sequencer(const Inputs& in) {
  MmaSequencer::Inputs sequencer_in;
  sequencer_in.start = in.start;
  sequencer_in.step = control_.events().step;
  sequencer_in.a = &loader_a_;
  sequencer_in.b = &loader_b_;
  sequencer_in.memory = &memory_;
  sequencer_in.hold = access_.out().hold;
  sequencer_in.arrival_made = in.pass_made && sequencer_.out().arrival != nullptr;
  sequencer_.eval(sequencer_in);
}

// After the sequencer, which looks into their buffers.
void TensorCore::step_loaders(const Inputs& in) {
  const MmaStep* step = control_.events().step;
  const MmaSequencer::Events& used = sequencer_.events();
  const bool made = in.pass_made && sequencer_.out().arrival == nullptr;
  OperandLoader::Inputs loader_in;
  loader_in.start = in.start;
  loader_in.step = step != nullptr && !step->command.commit ? step : nullptr;
  const bool a_made = made && loader_a_.out().pass != nullptr;
  OperandLoader::Inputs b_in = loader_in;
  b_in.step = control_.events().b_step;
  loader_in.pass_made = a_made;
  loader_in.batch_used = used.batch_used;
  b_in.pass_made = made && !a_made;
  b_in.half_used = used.half_used;
  b_in.half = used.half;
  if (in.operands != nullptr) {
    (in.operands->batch.b ? b_in : loader_in).operands = in.operands;
  }
  loader_a_.eval(loader_in);
  loader_b_.eval(b_in);
}

void TensorCore::step_queue(const Inputs& in) {
  if (in.launch->valid) {
    queue_.keep_launch(*in.launch);
    access_.keep_launch(*in.launch);
  }
  MmaQueue::Inputs queue_in;
  queue_in.start = in.start;
  queue_in.row = in.row;
  queue_in.pop = control_.events().pop;
  queue_in.faulty = control_.events().faulty;
  queue_in.computed = sequencer_.events().computed;
  queue_in.committed = sequencer_.events().committed;
  queue_.eval(queue_in);
}

void TensorCore::step(const Inputs& in) {
  step_access(in);
  step_control(in);
  step_sequencer(in);
  step_loaders(in);
  step_queue(in);
}

void TensorCore::update() {
  queue_.tick();
  control_.tick();
  loader_a_.tick();
  loader_b_.tick();
  sequencer_.tick();
  memory_.tick();
  access_.tick();
  out_.pass = sequencer_.out().arrival;
  if (out_.pass == nullptr) out_.pass = loader_a_.out().pass;
  if (out_.pass == nullptr) out_.pass = loader_b_.out().pass;
  out_.computing = queue_.out().ctas | access_.out().ended;
  out_.idle = queue_.out().idle && access_.out().idle;
  // Events are shown for one cycle; what `ended` says changes on its own.
  const TensorAccess::Outputs& access = access_.out();
  active_ = !out_.idle || access.ended != 0 || access.op_done || access.store_done.valid ||
            access.fault.valid || control_.out().op_done || control_.out().fault.valid;
}

}  // namespace heddle::timed
