#include "sm.hpp"

#include <bit>

namespace heddle::timed {

Sm::Sm(const Config& config, const Connections& connections)
    : warp_control_(config),
      reconvergence_(config),
      instruction_cache_(config),
      decode_(config),
      instruction_buffer_(config),
      scoreboard_(config),
      parking_(config),
      warp_scheduler_(config),
      stall_monitor_(config),
      operand_collector_(config),
      register_file_(config),
      csr_unit_(config),
      lanes_(config),
      branch_unit_(config),
      divider_(config),
      warp_unit_(config),
      sfu_(config),
      address_unit_(config),
      memory_queue_(config),
      shared_memory_(config),
      coalescer_(config),
      load_return_(config),
      l1_cache_(config),
      copy_engine_(config),
      tensor_core_(config),
      writeback_(config),
      barrier_(config) {
  connect(connections);
}

void Sm::connect(const Connections& to) {
  const LaunchEvent* launch = to.launch;
  const LaunchRegisters* registers = &to.host->launch;
  const WarpEvent* pick = &warp_scheduler_.out().pick;
  const ControlEvent* control = &branch_unit_.out().control;
  const Row* row = &operand_collector_.out().row;
  host_ = to.host;

  warp_control_in_.launch = launch;
  warp_control_in_.response = &instruction_cache_.out().response;
  warp_control_in_.pick = pick;
  warp_control_in_.control = control;
  warp_control_in_.release = &barrier_.out().release;
  warp_control_in_.select_result = &reconvergence_.out().result;
  reconvergence_in_.request = &warp_control_.out().select_request;
  reconvergence_in_.row = &branch_unit_.out().row;
  instruction_cache_in_.fetch = &warp_control_.out().fetch;
  instruction_cache_in_.regions = &to.host->regions;
  decode_in_.packet = &warp_control_.out().packet;
  barrier_in_.launch = launch;
  barrier_in_.control = control;

  instruction_buffer_in_.decoded = &decode_.out().decoded;
  instruction_buffer_in_.pick = pick;
  scoreboard_in_.pick = pick;
  scoreboard_in_.buffer = &instruction_buffer_;
  scoreboard_in_.fixed_release = &lanes_.out().release;
  scoreboard_in_.variable_release = &writeback_.out().release;
  scoreboard_in_.shared_store_done = &shared_memory_.out().store_done;
  scoreboard_in_.global_store_done = &load_return_.out().store_done;
  scoreboard_in_.tensor_store_done = &tensor_core_.access_out().store_done;
  parking_in_.park = &shared_memory_.out().park;
  warp_scheduler_in_.buffer = &instruction_buffer_;
  warp_scheduler_in_.scoreboard = &scoreboard_;
  stall_monitor_in_.waits = &warp_control_.out().waits;
  stall_monitor_in_.buffer = &instruction_buffer_;
  stall_monitor_in_.scoreboard = &scoreboard_;
  stall_monitor_in_.heads = &warp_scheduler_.candidates();
  stall_monitor_in_.pick = pick;
  operand_collector_in_.issue = &instruction_buffer_.out().issue;
  operand_collector_in_.registers = &register_file_;

  csr_unit_in_ = {launch, to.tid};
  lanes_in_.row = row;
  lanes_in_.host = {&to.host->counters, registers};
  lanes_in_.csr = &csr_unit_;
  branch_unit_in_.row = row;
  divider_in_.row = row;
  divider_in_.csr = &csr_unit_;
  warp_unit_in_.row = row;
  sfu_in_.row = row;

  address_unit_in_.row = row;
  address_unit_in_.launch = launch;
  address_unit_in_.registers = registers;
  coalescer_in_.load_return = &load_return_.out();
  coalescer_in_.regions = &to.host->regions;
  memory_queue_in_.op = &address_unit_.out().op;
  copy_engine_in_.row = row;
  copy_engine_in_.launch = launch;
  copy_engine_in_.registers = registers;
  copy_engine_in_.regions = &to.host->regions;
  tensor_core_in_.row = row;
  tensor_core_in_.launch = launch;
  tensor_core_in_.registers = registers;
  tensor_core_in_.cta_done = &barrier_.out().cta_done;
  writeback_in_.load = &load_return_.out().result;
  writeback_in_.warp = &warp_unit_.out().result;
  writeback_in_.tensor = &tensor_core_.access_out().result;
  writeback_in_.divide = &divider_.out().result;
}

std::array<const FaultEvent*, FaultUnit::kSources> Sm::faults() const {
  return {&load_return_.out().fault,      &coalescer_.out().fault,
          &address_unit_.out().fault,     &copy_engine_.out().fault,
          &tensor_core_.mma_fault(),      &tensor_core_.access_out().fault,
          &branch_unit_.out().fault,      &warp_control_.out().fault,
          &barrier_.out().fault,          &operand_collector_.out().fault,
          &instruction_cache_.out().fault};
}

void Sm::count(HostInterface::CounterEvents& events) const {
  const LoadReturn::Outputs& load_return = load_return_.out();
  const LineEvent* line = coalescer_.line(load_return, l1_cache_.out().ready);
  events.accepted = operand_collector_.out().counted;
  events.threads = events.accepted ? operand_collector_.out().threads : 0;
  events.global_access = coalescer_.alloc(load_return, shared_memory_.out().idle) != nullptr;
  events.global_line = line != nullptr && line->line;
  events.shared_row = shared_memory_.out().row_served;
  events.shared_pass = shared_memory_.out().pass_served;
  events.cta_done = barrier_.out().cta_done.valid;
}

void Sm::count(PerformanceCounters::Events& events) const {
  using enum PerformanceCounter;
  const StallMonitor::Outputs& stalls = stall_monitor_.out();
  events.singles |= stalls.issue_class;
  events.resident_warps = stalls.resident_warps;
  const ControlEvent& control = branch_unit_.out().control;
  if (control.valid && control.kind == ControlKind::kJump) {
    events.add(kBranches);
    if (!control.uniform) events.add(kDivergentBranches);
  }
  if (reconvergence_.out().result.valid) events.add(kReselections);
  if (warp_control_.out().fetch.valid) events.add(kIcacheFetches);
  const FetchResponse& response = instruction_cache_.out().response;
  if (response.valid && response.kind == FetchResponse::Kind::kMiss) events.add(kIcacheMisses);
  if (instruction_cache_.out().prefetch) events.add(kIcachePrefetches);
  if (l1_cache_.out().load_hit) events.add(kL1LoadHits);
  if (l1_cache_.out().load_miss) events.add(kL1LoadMisses);
}

// The inputs hold the value of the last cycle; it seldom changes.
void Sm::set_start(bool start) {
  start_ = start;
  for (bool* input :
       {&warp_control_in_.start,  &reconvergence_in_.start,     &instruction_cache_in_.start,
        &decode_in_.start,        &barrier_in_.start,           &instruction_buffer_in_.start,
        &scoreboard_in_.start,    &parking_in_.start,           &warp_scheduler_in_.start,
        &stall_monitor_in_.start, &operand_collector_in_.start, &lanes_in_.start,
        &branch_unit_in_.start,   &divider_in_.start,           &warp_unit_in_.start,
        &sfu_in_.start,           &address_unit_in_.start,      &shared_memory_in_.start,
        &load_return_in_.start,   &coalescer_in_.start,         &l1_cache_in_.start,
        &copy_engine_in_.start,   &tensor_core_in_.start,       &memory_queue_in_.start,
        &writeback_in_.start}) {
    *input = start;
  }
}

void Sm::eval_frontend(const Inputs& in) {
  warp_control_in_.halt = in.halt;
  warp_control_in_.entry = host_->launch.entry;
  warp_control_in_.refilling = instruction_cache_.out().refilling;
  warp_control_in_.select_ready = reconvergence_.ready();
  warp_control_.eval(warp_control_in_);

  reconvergence_.eval(reconvergence_in_);

  instruction_cache_in_.flush = branch_unit_.out().flush;
  instruction_cache_in_.request_ready = in.instruction_request_ready;
  instruction_cache_in_.line = in.instruction_line;
  instruction_cache_.eval(instruction_cache_in_);

  decode_.eval(decode_in_);

  barrier_in_.threads = host_->launch.threads;
  barrier_.eval(barrier_in_);
}

void Sm::eval_issue(const Inputs& in) {
  instruction_buffer_.eval(instruction_buffer_in_);

  scoreboard_.eval(scoreboard_in_);

  parking_in_.phase_end = shared_memory_.out().phase_end;
  parking_in_.split = warp_control_.out().split;
  parking_.eval(parking_in_);

  warp_scheduler_in_.halt = in.halt;
  warp_scheduler_in_.parked = parking_.out().parked;
  warp_scheduler_in_.accepted = operand_collector_.out().accepted;
  warp_scheduler_in_.op_done = memory_queue_.out().op_done;
  warp_scheduler_in_.op_done_pair = memory_queue_.out().op_done_pair;
  warp_scheduler_in_.warp_op_done = warp_unit_.out().op_done;
  warp_scheduler_in_.sfu_op_done = sfu_.out().op_done;
  warp_scheduler_in_.copy_op_done = copy_engine_.out().op_done;
  warp_scheduler_in_.mma_op_done = tensor_core_.mma_op_done();
  warp_scheduler_in_.tensor_op_done = tensor_core_.access_out().op_done;
  warp_scheduler_in_.divider_done = divider_.out().done;
  warp_scheduler_.eval(warp_scheduler_in_);

  stall_monitor_in_.halt = in.halt;
  stall_monitor_in_.busy = in.busy;
  stall_monitor_.eval(stall_monitor_in_);

  operand_collector_in_.halt = in.halt;
  operand_collector_in_.starved = writeback_.out().starved;
  operand_collector_.eval(operand_collector_in_);

  register_file_.eval({register_write()});
}

void Sm::eval_execute(const Writeback::Readies& taken) {
  csr_unit_.eval(csr_unit_in_);

  lanes_.eval(lanes_in_);

  branch_unit_.eval(branch_unit_in_);

  divider_in_.result_ready = taken.divide;
  divider_.eval(divider_in_);
  warp_unit_in_.result_ready = taken.warp;
  warp_unit_.eval(warp_unit_in_);
  sfu_in_.result_ready = taken.sfu;
  sfu_.eval(sfu_in_);

  const ResultRow& written = writeback_.out().variable;
  if (written.valid && written.flags != nullptr) csr_unit_.accumulate(written);
}

void Sm::eval_memory(const Inputs& in, const Writeback::Readies& taken) {
  const MemoryQueue::Outputs& head = memory_queue_.out();
  const LoadReturn::Outputs& load_return = load_return_.out();
  const bool shared_idle = shared_memory_.out().idle;
  const bool request_ready = l1_cache_.out().ready;
  const bool transfer = memory_queue_.transfers(shared_memory_.out().ready, coalescer_.out().ready);

  address_unit_.eval(address_unit_in_);

  shared_memory_in_.row = transfer && head.any_shared ? head.row : nullptr;
  shared_memory_in_.any_global = head.any_global;
  shared_memory_in_.result_ready = taken.shared;
  shared_memory_in_.copy = copy_engine_.out().pass;
  shared_memory_in_.tensor = tensor_core_.out().pass;
  tensor_core_in_.operands = shared_memory_.out().operands;
  shared_memory_.eval(shared_memory_in_);

  copy_engine_in_.request_ready = in.copy_request_ready;
  copy_engine_in_.response = in.copy_line;
  copy_engine_in_.pass_made = shared_memory_.copy_made();
  copy_engine_.eval(copy_engine_in_);

  tensor_core_in_.pass_made = shared_memory_.tensor_made();
  tensor_core_in_.result_ready = taken.tensor;
  tensor_core_.eval(tensor_core_in_);

  // Before the coalescer: alloc, line and request point into it.
  load_return_in_.alloc = coalescer_.alloc(load_return, shared_idle);
  load_return_in_.line = coalescer_.line(load_return, request_ready);
  load_return_in_.response = l1_cache_.response(in.data_line);
  load_return_in_.result_ready = taken.load;
  load_return_.eval(load_return_in_);

  l1_cache_in_.bypass = host_->l1_bypass;
  l1_cache_in_.request = coalescer_.request(load_return);
  l1_cache_in_.tag = load_return.tag;
  l1_cache_in_.out_ready = in.data_request_ready;
  l1_cache_in_.response = in.data_line;
  l1_cache_in_.response_ready = load_return.response_ready;
  l1_cache_.eval(l1_cache_in_);

  coalescer_in_.row = transfer && head.any_global ? head.row : nullptr;
  coalescer_in_.any_shared = head.any_shared;
  coalescer_in_.shared_idle = shared_idle;
  coalescer_in_.request_ready = request_ready;
  coalescer_.eval(coalescer_in_);

  // After its consumers: the head lives in it.
  memory_queue_in_.row = address_unit_.out().row;
  memory_queue_in_.transfer = transfer;
  memory_queue_.eval(memory_queue_in_);
}

void Sm::eval(const Inputs& in) {
  if (host_->start != start_) [[unlikely]]
    set_start(host_->start);
  writeback_in_.float_next_valid = lanes_.out().float_next_valid;
  writeback_in_.result_next_valid = lanes_.out().result_next_valid;
  writeback_in_.shared = shared_memory_.out().result;
  writeback_in_.sfu = sfu_.out().result;
  const Writeback::Readies taken = Writeback::readies(writeback_in_);
  writeback_.eval(writeback_in_);
  eval_frontend(in);
  eval_issue(in);
  eval_execute(taken);
  eval_memory(in, taken);
}

void Sm::tick() {
  warp_control_.tick();
  reconvergence_.tick();
  instruction_cache_.tick();
  decode_.tick();
  instruction_buffer_.tick();
  scoreboard_.tick();
  parking_.tick();
  warp_scheduler_.tick();
  stall_monitor_.tick();
  operand_collector_.tick();
  lanes_.tick();
  branch_unit_.tick();
  divider_.tick();
  warp_unit_.tick();
  sfu_.tick();
  address_unit_.tick();
  memory_queue_.tick();
  shared_memory_.tick();
  coalescer_.tick();
  load_return_.tick();
  l1_cache_.tick();
  copy_engine_.tick();
  tensor_core_.tick();
  writeback_.tick();
  barrier_.tick();
}

}  // namespace heddle::timed
