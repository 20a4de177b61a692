#include "sm.hpp"

#include <bit>

namespace heddle::timed {

Sm::Sm(const Config& config)
    : lanes_per_row_(config.lanes),
      warp_control_(config),
      reconvergence_(config),
      instruction_cache_(config),
      decode_(config),
      instruction_buffer_(config),
      scoreboard_(config),
      warp_scheduler_(config),
      operand_collector_(config),
      register_file_(config),
      csr_unit_(config),
      lanes_(config),
      branch_unit_(config),
      divider_(config),
      warp_unit_(config),
      address_unit_(config),
      memory_queue_(config),
      shared_memory_(config),
      coalescer_(config),
      load_return_(config),
      writeback_(config),
      barrier_(config) {}

std::array<const FaultEvent*, FaultUnit::kSources> Sm::faults() const {
  return {&load_return_.out().fault,       &coalescer_.out().fault,
          &address_unit_.out().fault,      &branch_unit_.out().fault,
          &warp_control_.out().fault,      &barrier_.out().fault,
          &operand_collector_.out().fault, &instruction_cache_.out().fault};
}

bool Sm::idle() const {
  return memory_queue_.out().empty && coalescer_.out().ready && load_return_.out().idle &&
         shared_memory_.out().idle && !instruction_cache_.out().refilling && divider_.out().idle &&
         warp_unit_.out().idle;
}

WarpPosition Sm::position(std::uint32_t warp) const {
  const WarpControl::View& view = warp_control_.view(warp);
  return {warp, view.pc, view.active, view.alive};
}

HostInterface::CounterEvents Sm::counter_events(bool data_request_ready) const {
  const LoadReturn::Outputs& load_return = load_return_.out();
  const LineEvent* line = coalescer_.line(load_return, data_request_ready);
  HostInterface::CounterEvents events;
  events.accepted = operand_collector_.out().counted;
  events.threads = operand_collector_.out().threads;
  events.global_access = coalescer_.alloc(load_return, shared_memory_.out().idle) != nullptr;
  events.global_line = line != nullptr && line->line;
  events.shared_row = shared_memory_.out().row_served;
  events.shared_pass = shared_memory_.out().pass_served;
  events.cta_done = barrier_.out().cta_done.valid;
  return events;
}

Writeback::Inputs Sm::writeback_inputs(bool start) const {
  Writeback::Inputs in;
  in.start = start;
  in.result_next_valid = lanes_.out().result_next_valid;
  in.load = &load_return_.out().result;
  in.shared = shared_memory_.out().result;
  in.float_next_valid = lanes_.out().float_next_valid;
  in.warp = &warp_unit_.out().result;
  in.divide = &divider_.out().result;
  return in;
}

void Sm::eval_frontend(const Inputs& in) {
  const bool start = in.host->start;
  const ControlEvent& control = branch_unit_.out().control;

  WarpControl::Inputs warp_control;
  warp_control.start = start;
  warp_control.halt = in.halt;
  warp_control.entry = in.host->launch.entry;
  warp_control.launch = in.launch;
  warp_control.response = &instruction_cache_.out().response;
  warp_control.refilling = instruction_cache_.out().refilling;
  warp_control.pick = &warp_scheduler_.out().pick;
  warp_control.control = &control;
  warp_control.release = &barrier_.out().release;
  warp_control.select_ready = reconvergence_.ready();
  warp_control.select_result = &reconvergence_.out().result;
  warp_control_.eval(warp_control);

  Reconvergence::Inputs reconvergence;
  reconvergence.start = start;
  reconvergence.request = &warp_control_.out().select_request;
  reconvergence.row = &branch_unit_.out().row;
  reconvergence_.eval(reconvergence);

  InstructionCache::Inputs cache;
  cache.start = start;
  cache.fetch = &warp_control_.out().fetch;
  cache.region_base = in.host->regions.base.data();
  cache.region_limit = in.host->regions.limit.data();
  cache.flush = branch_unit_.out().flush;
  cache.request_ready = in.instruction_request_ready;
  cache.line = in.instruction_line;
  instruction_cache_.eval(cache);

  Decode::Inputs decode;
  decode.start = start;
  decode.packet = &warp_control_.out().packet;
  decode_.eval(decode);

  Barrier::Inputs barrier;
  barrier.start = start;
  barrier.launch = in.launch;
  barrier.threads = in.host->launch.threads;
  barrier.control = &control;
  barrier_.eval(barrier);
}

void Sm::eval_issue(const Inputs& in) {
  const bool start = in.host->start;
  const WarpEvent& pick = warp_scheduler_.out().pick;

  InstructionBuffer::Inputs buffer;
  buffer.start = start;
  buffer.decoded = &decode_.out().decoded;
  buffer.pick = &pick;
  instruction_buffer_.eval(buffer);

  Scoreboard::Inputs scoreboard;
  scoreboard.start = start;
  scoreboard.pick = &pick;
  scoreboard.buffer = &instruction_buffer_;
  scoreboard.fixed_release = &lanes_.out().release;
  scoreboard.variable_release = &writeback_.out().release;
  scoreboard.shared_store_done = &shared_memory_.out().store_done;
  scoreboard.global_store_done = &load_return_.out().store_done;
  scoreboard_.eval(scoreboard);

  WarpScheduler::Inputs scheduler;
  scheduler.start = start;
  scheduler.halt = in.halt;
  scheduler.buffer = &instruction_buffer_;
  scheduler.scoreboard = &scoreboard_;
  scheduler.accepted = operand_collector_.out().accepted;
  scheduler.op_done = memory_queue_.out().op_done;
  scheduler.warp_op_done = warp_unit_.out().op_done;
  scheduler.divider_done = divider_.out().done;
  warp_scheduler_.eval(scheduler);

  OperandCollector::Inputs collector;
  collector.start = start;
  collector.halt = in.halt;
  collector.starved = writeback_.out().starved;
  collector.issue = &instruction_buffer_.out().issue;
  collector.registers = &register_file_;
  operand_collector_.eval(collector);

  register_file_.eval({register_write()});
}

void Sm::eval_execute(const Inputs& in, const Writeback::Readies& taken) {
  const bool start = in.host->start;
  const Row& row = operand_collector_.out().row;

  csr_unit_.eval({in.launch, in.tid});

  LaneArray::Inputs lanes;
  lanes.start = start;
  lanes.row = &row;
  lanes.host = {in.host->counters.cycles, in.host->counters.instructions, &in.host->launch};
  lanes.csr = &csr_unit_;
  lanes_.eval(lanes);

  branch_unit_.eval({start, &row});
  divider_.eval({start, &row, taken.divide, &csr_unit_});
  warp_unit_.eval({start, &row, taken.warp});
  accumulate_flags();
}

// Of the divider's row that is written in this cycle.
void Sm::accumulate_flags() {
  const ResultRow& row = writeback_.out().variable;
  if (!row.valid || !row.is_float) return;
  for (std::uint32_t lanes = row.mask; lanes != 0; lanes &= lanes - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
    csr_unit_.accumulate(row.warp, row.beat * lanes_per_row_ + lane, row.flags[lane]);
  }
}

void Sm::eval_memory(const Inputs& in, const Writeback::Readies& taken) {
  const bool start = in.host->start;
  const MemoryQueue::Outputs& head = memory_queue_.out();
  const LoadReturn::Outputs& load_return = load_return_.out();
  const bool shared_idle = shared_memory_.out().idle;
  const bool transfer = memory_queue_.transfers(shared_memory_.out().ready, coalescer_.out().ready);
  const AllocEvent* alloc = coalescer_.alloc(load_return, shared_idle);
  const LineEvent* line = coalescer_.line(load_return, in.data_request_ready);

  AddressUnit::Inputs address;
  address.start = start;
  address.row = &operand_collector_.out().row;
  address.launch = in.launch;
  address.registers = &in.host->launch;
  address_unit_.eval(address);

  SharedMemory::Inputs shared;
  shared.start = start;
  shared.row = transfer && head.any_shared ? head.row : nullptr;
  shared.any_global = head.any_global;
  shared.result_ready = taken.shared;
  shared_memory_.eval(shared);

  // Before the coalescer: alloc and line point into it.
  LoadReturn::Inputs returned;
  returned.start = start;
  returned.alloc = alloc;
  returned.line = line;
  returned.response = in.data_line;
  returned.result_ready = taken.load;
  load_return_.eval(returned);

  Coalescer::Inputs coalescer;
  coalescer.start = start;
  coalescer.row = transfer && head.any_global ? head.row : nullptr;
  coalescer.any_shared = head.any_shared;
  coalescer.load_return = &load_return;
  coalescer.shared_idle = shared_idle;
  coalescer.request_ready = in.data_request_ready;
  coalescer.regions = &in.host->regions;
  coalescer_.eval(coalescer);

  // After its consumers: the head lives in it.
  MemoryQueue::Inputs queue;
  queue.start = start;
  queue.row = address_unit_.out().row;
  queue.op = &address_unit_.out().op;
  queue.transfer = transfer;
  memory_queue_.eval(queue);
}

void Sm::eval(const Inputs& in) {
  const Writeback::Inputs results = writeback_inputs(in.host->start);
  const Writeback::Readies taken = Writeback::readies(results);
  writeback_.eval(results);
  eval_frontend(in);
  eval_issue(in);
  eval_execute(in, taken);
  eval_memory(in, taken);
}

void Sm::tick() {
  warp_control_.tick();
  reconvergence_.tick();
  instruction_cache_.tick();
  decode_.tick();
  instruction_buffer_.tick();
  scoreboard_.tick();
  warp_scheduler_.tick();
  operand_collector_.tick();
  register_file_.tick();
  lanes_.tick();
  branch_unit_.tick();
  divider_.tick();
  warp_unit_.tick();
  address_unit_.tick();
  memory_queue_.tick();
  shared_memory_.tick();
  coalescer_.tick();
  load_return_.tick();
  writeback_.tick();
  barrier_.tick();
}

}  // namespace heddle::timed
