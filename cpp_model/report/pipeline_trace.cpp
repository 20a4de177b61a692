#include "report/pipeline_trace.hpp"

#include <algorithm>

namespace heddle::report {
namespace {

// From the operand collector's acceptance (A; its event is visible in A + 1) to the first operand
// row in A + 7 (docs/architecture/issue.md).
constexpr std::uint64_t kOperandCycles = 6;

bool is_fixed(isa::Unit unit) {
  switch (unit) {
    case isa::Unit::kMemory:
    case isa::Unit::kDivide:
    case isa::Unit::kWarp:
    case isa::Unit::kSfu:
    case isa::Unit::kTensor: return false;
    default: return true;
  }
}

}  // namespace

void PipelineTrace::set_window(std::uint64_t begin, std::uint64_t end) {
  begin_ = begin;
  end_ = end;
}

void PipelineTrace::mark(std::size_t index, std::uint64_t TracedInstruction::* time,
                         std::uint64_t cycle) {
  if (index != kUntraced) instructions_[index].*time = cycle;
}

void PipelineTrace::take_packet(const timed::Packet& packet) {
  Warp& warp = warps_[packet.warp];
  if (warp.wait != kUntraced) {
    waits_[warp.wait].end = warp.fetch;
    warp.wait = kUntraced;
  }
  std::size_t index = kUntraced;
  if (warp.fetch >= begin_ && warp.fetch <= end_) {
    if (instructions_.size() < kMost) {
      index = instructions_.size();
      instructions_.emplace_back();
      TracedInstruction& instruction = instructions_.back();
      instruction.warp = packet.warp;
      instruction.pc = packet.pc;
      instruction.word = packet.fault ? 0 : packet.decoded->instruction.word;
      instruction.mask = packet.mask;
      instruction.fetch = warp.fetch;
      instruction.decode = cycle_;
      // Packet visible in d, in the buffer from d + 2 (frontend.md, issue.md).
      instruction.buffer = cycle_ + 2;
    } else {
      ++dropped_;
    }
  }
  warp.buffered.push_back(index);
}

void PipelineTrace::take_issue(const timed::DecodedEvent& issue) {
  Warp& warp = warps_[issue.warp];
  const std::size_t index = warp.buffered.front();
  warp.buffered.pop_front();
  mark(index, &TracedInstruction::issue, cycle_);
  issued_.push_back(index);
  if (issue.fault) {
    // It goes no further than the operand collector.
    if (index != kUntraced) instructions_[index].ended = true;
    return;
  }
  const isa::Instruction& instruction = issue.decoded->instruction;
  const bool memory = instruction.unit == isa::Unit::kMemory;
  const std::uint32_t rd = instruction.rd + (instruction.pair ? 1U : 0U);
  const bool fixed = is_fixed(instruction.unit);
  warp.flights.push_back({index, rd, fixed, memory, !fixed && !isa::info(instruction.op).writes_rd,
                          false, false, instruction.pair});
  if (memory) memory_warps_.push_back(issue.warp);
}

void PipelineTrace::take_accepted() {
  const std::size_t index = issued_.front();
  issued_.pop_front();
  mark(index, &TracedInstruction::operands, cycle_);
  mark(index, &TracedInstruction::execute, cycle_ + kOperandCycles);
  mark(index, &TracedInstruction::end, cycle_);
}

void PipelineTrace::take_control(const timed::ControlEvent& control) {
  if (control.kind != timed::ControlKind::kBarrier || cycle_ < begin_ || cycle_ > end_) return;
  Warp& warp = warps_[control.warp];
  if (warp.wait == kUntraced) {
    warp.wait = waits_.size();
    waits_.push_back({control.warp, cycle_, cycle_});
  }
  waits_[warp.wait].end = cycle_;
}

template <typename Matches>
void PipelineTrace::end(std::uint32_t warp, const Matches& matches) {
  auto& flights = warps_[warp].flights;
  const auto flight = std::ranges::find_if(flights, matches);
  if (flight == flights.end()) return;
  if (flight->index != kUntraced) {
    instructions_[flight->index].end = cycle_;
    instructions_[flight->index].ended = true;
  }
  flights.erase(flight);
}

void PipelineTrace::forget_flights() {
  for (Warp& warp : warps_) warp = Warp{};
  issued_.clear();
  memory_warps_.clear();
}

void PipelineTrace::sample(const timed::Gpu& gpu) {
  if (gpu.host_interface().out().start) forget_flights();
  const timed::Sm& sm = gpu.sm();
  const timed::WarpControl::Outputs& front = sm.warp_control().out();
  // What leaves the pipeline first, so that an instruction never meets its own successor.
  const timed::ReleaseEvent& fixed = sm.lanes().out().release;
  if (fixed.valid) end(fixed.warp, [](const Flight& flight) { return flight.fixed; });
  const timed::ReleaseEvent& variable = sm.writeback().out().release;
  if (variable.valid) {
    end(variable.warp, [&](const Flight& flight) {
      return !flight.fixed && !flight.store && flight.rd == variable.rd &&
             flight.pair == variable.pair;
    });
  }
  const timed::WarpEvent& shared = sm.shared_memory().out().store_done;
  if (shared.valid) {
    end(shared.warp,
        [](const Flight& flight) { return flight.memory && flight.store && !flight.global; });
  }
  const timed::WarpEvent& tensor = sm.tensor_core().access_out().store_done;
  if (tensor.valid) {
    end(tensor.warp, [](const Flight& flight) { return !flight.memory && flight.store; });
  }
  const timed::WarpEvent& global = sm.load_return().out().store_done;
  if (global.valid) {
    end(global.warp, [](const Flight& flight) { return flight.store && flight.global; });
  }
  const timed::MemoryOpEvent& address = sm.address_unit().out().op;
  if (address.valid && !memory_warps_.empty()) {
    // The oldest memory instruction of that warp whose addresses were not known yet.
    for (Flight& flight : warps_[memory_warps_.front()].flights) {
      if (!flight.memory || flight.addressed) continue;
      flight.addressed = true;
      flight.global = address.any_global;
      break;
    }
    memory_warps_.pop_front();
  }
  if (sm.operand_collector().out().accepted) take_accepted();
  const timed::DecodedEvent& issue = sm.instruction_buffer().out().issue;
  if (issue.valid) take_issue(issue);
  if (front.packet.valid) take_packet(front.packet);
  if (front.fetch.valid) warps_[front.fetch.warp].fetch = cycle_;
  if (sm.branch_unit().out().control.valid) take_control(sm.branch_unit().out().control);
  ++cycle_;
}

}  // namespace heddle::report
