#include "issue/operand_collector.hpp"

#include <algorithm>
#include <bit>

#include "issue/warp_scheduler.hpp"

namespace heddle::timed {
namespace {

constexpr std::uint32_t kOperandLatency = 7;  // OPERAND_LATENCY
constexpr std::uint32_t kDelays = 4;

}  // namespace

OperandCollector::OperandCollector(const Config& config)
    : lanes_(config.lanes), beats_(config.beats()), queue_(issue_queue(config)) {}

void OperandCollector::reset() {
  queue_.clear();
  cycle4_ = 0;
  taken_.fill(0);
  slot_ = 0;
  reading_count_ = 0;
}

// Finds a phase for every used source, rs1 first. False if one has to wait.
bool OperandCollector::place(const isa::Instruction& instruction, Streams& streams) const {
  streams[0] = {instruction.reads_rs1, instruction.rs1, 0};
  streams[1] = {instruction.reads_rs2, instruction.rs2, 0};
  streams[2] = {instruction.reads_rs3, instruction.rs3, 0};
  std::uint32_t used_phases = 0;
  for (Stream& stream : streams) {
    if (!stream.used) continue;
    bool placed = false;
    for (std::uint32_t delay = 0; delay < kDelays && !placed; ++delay) {
      const std::uint32_t phase = (stream.reg - (cycle4_ + 1 + delay)) % kPhases;
      if (taken_[phase] > delay || (used_phases >> phase & 1) != 0) continue;
      used_phases |= 1U << phase;
      stream.delay = delay;
      placed = true;
    }
    if (!placed) return false;
  }
  return true;
}

void OperandCollector::accept_fault(const DecodedEvent& entry) {
  next_accepted_ = true;
  next_fault_ = {true,     entry.decoded.cause,        entry.warp, entry.mask,
                 entry.pc, entry.decoded.fault_address};
  queue_.pop();
}

void OperandCollector::begin_reading(const DecodedEvent& entry, const Streams& streams) {
  Reading& reading = readings_[(oldest_ + reading_count_) % kMaxReading];
  ++reading_count_;
  reading.entry = entry;
  reading.streams = streams;
  for (std::uint32_t source = 0; source < kSources; ++source) {
    if (!streams[source].used) reading.values[source].fill(0);
  }
  reading.age = 0;
}

// Decides on the head of the queue; all counters move on by one cycle.
void OperandCollector::accept(const Inputs& in) {
  Streams streams;
  bool accepted = false;
  if (!queue_.empty() && slot_ == 0 && !in.halt && !in.starved) {
    const DecodedEvent& entry = queue_.front();
    if (entry.decoded.fault) {
      accept_fault(entry);
    } else if (place(entry.decoded.instruction, streams)) {
      accepted = true;
      begin_reading(entry, streams);
      next_accepted_ = true;
      next_counted_ = true;
      next_threads_ = static_cast<std::uint32_t>(std::popcount(entry.mask));
      queue_.pop();
    }
  }
  for (std::uint32_t& cycles : taken_) cycles -= cycles != 0 ? 1 : 0;
  if (slot_ != 0) --slot_;
  if (accepted) {
    for (const Stream& stream : streams) {
      if (!stream.used) continue;
      taken_[(stream.reg - (cycle4_ + 1 + stream.delay)) % kPhases] = stream.delay + beats_ - 1;
    }
    slot_ = beats_ - 1;
  }
  cycle4_ = (cycle4_ + 1) % 4;
}

// One cycle of an instruction's streams.
void OperandCollector::read(Reading& reading, const RegisterFile& registers) const {
  for (std::uint32_t source = 0; source < kSources; ++source) {
    const Stream& stream = reading.streams[source];
    if (!stream.used || reading.age < 1 + stream.delay) continue;
    const std::uint32_t beat = reading.age - 1 - stream.delay;
    if (beat >= beats_) continue;
    const std::uint32_t* row = registers.read(reading.entry.warp, stream.reg, beat);
    std::copy_n(row, lanes_, reading.values[source].begin() + beat * lanes_);
  }
}

void OperandCollector::eval(const Inputs& in) {
  next_accepted_ = false;
  next_counted_ = false;
  next_fault_.valid = false;
  if (in.start) {
    reset();
    return;
  }
  for (std::uint32_t i = 0; i < reading_count_; ++i) {
    Reading& reading = readings_[(oldest_ + i) % kMaxReading];
    ++reading.age;
    read(reading, *in.registers);
  }
  accept(in);
  if (in.issue->valid) queue_.push(*in.issue);
}

void OperandCollector::send(const Reading& reading) {
  Row& row = out_.row;
  const std::uint32_t beat = reading.age - (kOperandLatency - 1);
  const std::uint32_t first_thread = beat * lanes_;
  row.valid = true;
  row.warp = reading.entry.warp;
  row.instruction = reading.entry.decoded.instruction;
  row.pc = reading.entry.pc;
  row.depth = reading.entry.depth;
  row.beat = beat;
  row.first = beat == 0;
  row.last = beat == beats_ - 1;
  row.mask = reading.entry.mask >> first_thread;
  if (lanes_ < 32) row.mask &= (1U << lanes_) - 1;
  row.group_mask = reading.entry.mask;
  std::copy_n(reading.values[0].begin() + first_thread, lanes_, row.a.begin());
  std::copy_n(reading.values[1].begin() + first_thread, lanes_, row.b.begin());
  std::copy_n(reading.values[2].begin() + first_thread, lanes_, row.c.begin());
}

void OperandCollector::tick() {
  queue_.tick();
  out_.accepted = next_accepted_;
  out_.counted = next_counted_;
  out_.threads = next_threads_;
  out_.fault = next_fault_;
  out_.row.valid = false;
  if (reading_count_ == 0) return;
  // Instructions are BEATS cycles apart, so only the oldest can have a row due.
  const Reading& reading = readings_[oldest_];
  if (reading.age < kOperandLatency - 1) return;
  send(reading);
  if (out_.row.last) {
    oldest_ = (oldest_ + 1) % kMaxReading;
    --reading_count_;
  }
}

}  // namespace heddle::timed
