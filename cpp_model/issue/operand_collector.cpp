#include "issue/operand_collector.hpp"

#include <algorithm>
#include <bit>

#include "issue/warp_scheduler.hpp"

namespace heddle::timed {
namespace {

constexpr std::uint32_t kOperandLatency = 7;  // OPERAND_LATENCY
constexpr std::uint32_t kDelays = 4;
constexpr Lanes kZeros{};  // what a source that is not read shows

/// Which of rs1, rs2 and rs3 need a stream of their own.
using Streams = std::array<bool, 3>;

Streams streams_of(const isa::Instruction& instruction, bool high) {
  const bool reads1 = instruction.reads_rs1 && !high, reads2 = instruction.reads_rs2;
  return {reads1, reads2 && !(reads1 && instruction.rs2 == instruction.rs1),
          instruction.reads_rs3 && !(reads1 && instruction.rs3 == instruction.rs1) &&
              !(reads2 && instruction.rs3 == instruction.rs2)};
}

}  // namespace

OperandCollector::OperandCollector(const Config& config)
    : lanes_(config.lanes), beats_(config.beats()), queue_(issue_queue(config)) {}

void OperandCollector::reset() {
  queue_.clear();
  next_now_ = 0;
  free_from_.fill(0);
  slot_free_from_ = 0;
  high_accepted_ = false;
  reading_count_ = 0;
}

// Finds a phase for every register that is read, rs1's first. False if one has to wait.
bool OperandCollector::place(const DecodedEvent& entry, bool high, Delays& delays) const {
  const isa::Instruction& instruction = entry.decoded->instruction;
  std::uint32_t used_phases = 0;
  const auto place_stream = [&](std::uint32_t reg, std::uint32_t& delay) {
    for (delay = 0; delay < kDelays; ++delay) {
      const std::uint32_t wanted = phase(entry.warp, reg, delay);
      if (free_from_[wanted] > now_ + delay || (used_phases >> wanted & 1) != 0) continue;
      used_phases |= 1U << wanted;
      return true;
    }
    return false;
  };
  const Streams streams = streams_of(instruction, high);
  const std::uint32_t up = high ? 1 : 0;
  return (!streams[0] || place_stream(instruction.rs1, delays[0])) &&
         (!streams[1] || place_stream(instruction.rs2 + up, delays[1])) &&
         (!streams[2] || place_stream(instruction.rs3 + up, delays[2]));
}

void OperandCollector::occupy(const DecodedEvent& entry, bool high, const Delays& delays) {
  const isa::Instruction& instruction = entry.decoded->instruction;
  const Streams streams = streams_of(instruction, high);
  const std::uint32_t up = high ? 1 : 0;
  const std::array<std::uint32_t, kSources> registers{instruction.rs1, instruction.rs2 + up,
                                                      instruction.rs3 + up};
  for (std::size_t i = 0; i < kSources; ++i) {
    if (!streams[i]) continue;
    free_from_[phase(entry.warp, registers[i], delays[i])] = now_ + delays[i] + beats_;
  }
  const bool barrier = instruction.op == isa::Op::kBarSync || instruction.op == isa::Op::kBarArrive;
  slot_free_from_ = now_ + std::max<std::uint32_t>(beats_, barrier ? 2 : 1);
}

void OperandCollector::accept_fault(const DecodedEvent& entry) {
  next_accepted_ = true;
  next_fault_ = {true, entry.cause, entry.warp, entry.mask, entry.pc, entry.fault_address};
  queue_.pop();
}

// Decides on the head of the queue.
void OperandCollector::accept(const Inputs& in) {
  // What has been begun is finished, else its rows would stay in one of the queues.
  const bool halt = in.halt && !high_accepted_;
  if (slot_free_from_ > now_ || halt || in.starved) return;
  const DecodedEvent& entry = queue_.front();
  if (entry.fault) {
    accept_fault(entry);
    return;
  }
  const bool high = entry.decoded->instruction.pair && !high_accepted_;
  Delays delays{};
  if (!place(entry, high, delays)) return;
  occupy(entry, high, delays);
  Reading& reading = readings_[(oldest_ + reading_count_) % kMaxReading];
  ++reading_count_;
  reading.entry = entry;
  reading.first_row = now_ + kOperandLatency;
  reading.high = high;
  high_accepted_ = high;
  if (high) return;
  next_accepted_ = true;
  next_counted_ = true;
  next_threads_ = static_cast<std::uint32_t>(std::popcount(entry.mask));
  queue_.pop();
}

void OperandCollector::send_first(const Reading& reading) {
  const DecodedEvent& entry = reading.entry;
  const isa::Instruction& instruction = entry.decoded->instruction;
  const std::uint32_t up = reading.high ? 1 : 0;
  const auto operand = [&](bool used, std::uint32_t reg) {
    return used ? registers_->read(entry.warp, reg, 0) : kZeros.data();
  };
  Row& row = out_.row;
  row.warp = entry.warp;
  row.decoded = entry.decoded;
  row.pc = entry.pc;
  row.depth = entry.depth;
  row.beat = 0;
  row.first = !reading.high;
  row.high = reading.high;
  row.group_mask = entry.mask;
  row.a = operand(instruction.reads_rs1 && !reading.high, instruction.rs1);
  row.b = operand(instruction.reads_rs2, instruction.rs2 + up);
  row.c = operand(instruction.reads_rs3, instruction.rs3 + up);
}

void OperandCollector::send_next(const Reading& reading) {
  const isa::Instruction& instruction = reading.entry.decoded->instruction;
  Row& row = out_.row;
  ++row.beat;
  row.first = false;
  if (instruction.reads_rs1 && !reading.high) row.a += lanes_;
  if (instruction.reads_rs2) row.b += lanes_;
  if (instruction.reads_rs3) row.c += lanes_;
}

void OperandCollector::send(const Reading& reading) {
  Row& row = out_.row;
  if (reading.first_row == now_) {
    send_first(reading);
  } else {
    send_next(reading);
  }
  const bool end = row.beat == beats_ - 1;
  row.last = end && !reading.high;
  row.mask = row.group_mask >> (row.beat * lanes_);
  if (lanes_ < 32) row.mask &= (1U << lanes_) - 1;
  if (end) {
    oldest_ = (oldest_ + 1) % kMaxReading;
    --reading_count_;
  }
}

}  // namespace heddle::timed
