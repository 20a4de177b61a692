// Reads the operands of accepted instructions and sends them as rows. Timing and rules:
// docs/architecture/issue.md, "operand_collector".
//
// When streams are read decides only when an instruction is accepted. What they read is the same as
// in the cycle of the row: the scoreboard holds an instruction back until what it reads is written,
// and what is issued behind it writes later than its rows are sent. So a row points into the
// register file.
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "issue/register_file.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class OperandCollector {
 public:
  struct Inputs {
    bool start = false;
    bool halt = false;
    bool starved = false;                 ///< of writeback
    const DecodedEvent* issue = nullptr;  ///< of the instruction buffer
    const RegisterFile* registers = nullptr;
  };
  struct Outputs {
    Row row;
    bool accepted = false;      ///< credit for the scheduler; also for a faulting entry
    bool counted = false;       ///< accepted, and not a faulting entry: for the counters
    std::uint32_t threads = 0;  ///< with `counted`: active threads
    FaultEvent fault;
  };

  explicit OperandCollector(const Config& config);

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    next_accepted_ = next_counted_ = next_fault_.valid = false;
    registers_ = in.registers;
    next_now_ = now_ + 1;
    if (in.start) [[unlikely]] {
      reset();
      return;
    }
    if (!queue_.empty()) accept(in);
    if (in.issue->valid) queue_.push(*in.issue);
  }
  void tick() {
    queue_.tick();
    now_ = next_now_;
    out_.accepted = next_accepted_;
    out_.counted = next_counted_;
    out_.threads = next_threads_;
    out_.fault.valid = false;
    if (next_fault_.valid) [[unlikely]]
      out_.fault = next_fault_;
    // Instructions are BEATS cycles apart, so only the oldest can have a row due.
    out_.row.valid = reading_count_ != 0 && readings_[oldest_].first_row <= now_;
    if (out_.row.valid) send(readings_[oldest_]);
  }

 private:
  static constexpr std::uint32_t kPhases = 4;
  static constexpr std::uint32_t kSources = 3;
  /// Accepted and not yet sent instructions are at least BEATS cycles apart and take
  /// OPERAND_LATENCY + BEATS cycles: eight with one beat.
  static constexpr std::uint32_t kMaxReading = 8;

  /// Cycles by which the streams of rs1, rs2 and rs3 start later than they could.
  using Delays = std::array<std::uint32_t, kSources>;
  struct Reading {
    DecodedEvent entry;
    bool high = false;            ///< the upper registers of a pair
    std::uint64_t first_row = 0;  ///< cycle in which its first row is visible
  };

  void reset();
  void accept(const Inputs& in);
  void accept_fault(const DecodedEvent& entry);
  bool place(const DecodedEvent& entry, bool high, Delays& delays) const;
  void occupy(const DecodedEvent& entry, bool high, const Delays& delays);
  /// Phase of a stream that starts `delay` cycles late: of register `reg`, warp `warp`.
  std::uint32_t phase(std::uint32_t warp, std::uint32_t reg, std::uint32_t delay) const {
    return static_cast<std::uint32_t>(reg + warp * beats_ - (now_ + 1 + delay)) % kPhases;
  }
  void send(const Reading& reading);
  void send_first(const Reading& reading);
  void send_next(const Reading& reading);

  std::uint32_t lanes_;
  std::uint32_t beats_;
  Fifo<DecodedEvent, 8> queue_;
  std::uint64_t now_ = 0;  ///< this cycle, counted from the last start: cycle4 and more
  std::uint64_t next_now_ = 0;
  std::array<std::uint64_t, kPhases> free_from_{};  ///< by phase: its first free cycle
  std::uint64_t slot_free_from_ = 0;  ///< first cycle in which the slot counter is 0 again
  bool high_accepted_ = false;        ///< the high half of the head's pair

  std::array<Reading, kMaxReading> readings_{};  ///< a ring, oldest first
  std::uint32_t oldest_ = 0, reading_count_ = 0;
  const RegisterFile* registers_ = nullptr;

  bool next_accepted_ = false, next_counted_ = false;
  std::uint32_t next_threads_ = 0;
  FaultEvent next_fault_;
  Outputs out_;
};

}  // namespace heddle::timed
