// Reads the operands of accepted instructions and sends them as rows. Timing and rules:
// docs/architecture/issue.md, "operand_collector".
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
  void eval(const Inputs& in);
  void tick();

 private:
  static constexpr std::uint32_t kPhases = 4;
  static constexpr std::uint32_t kSources = 3;
  /// Accepted and not yet sent instructions are at least BEATS cycles apart and take
  /// OPERAND_LATENCY + BEATS cycles: eight with one beat.
  static constexpr std::uint32_t kMaxReading = 8;

  struct Stream {
    bool used = false;
    std::uint32_t reg = 0;
    std::uint32_t delay = 0;
  };
  using Streams = std::array<Stream, kSources>;
  struct Reading {
    DecodedEvent entry;
    Streams streams{};
    std::array<Lanes, kSources>
        values{};           ///< by source and thread; 0 for a source that is not used
    std::uint32_t age = 0;  ///< cycles since acceptance
  };

  void reset();
  void accept(const Inputs& in);
  void accept_fault(const DecodedEvent& entry);
  bool place(const isa::Instruction& instruction, Streams& streams) const;
  void begin_reading(const DecodedEvent& entry, const Streams& streams);
  void read(Reading& reading, const RegisterFile& registers) const;
  void send(const Reading& reading);

  std::uint32_t lanes_;
  std::uint32_t beats_;
  Fifo<DecodedEvent, 8> queue_;
  std::uint32_t cycle4_ = 0;
  std::array<std::uint32_t, kPhases> taken_{};
  std::uint32_t slot_ = 0;

  std::array<Reading, kMaxReading> readings_{};  ///< a ring, oldest first
  std::uint32_t oldest_ = 0, reading_count_ = 0;

  bool next_accepted_ = false, next_counted_ = false;
  std::uint32_t next_threads_ = 0;
  FaultEvent next_fault_;
  Outputs out_;
};

}  // namespace heddle::timed
