// Address generation for rows of unit MEMORY: row visible in c, MemoryRow visible in c + 2, fault
// one cycle after the last MemoryRow. Source: docs/architecture/memory.md, "address_unit".
#pragma once

#include <array>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class AddressUnit {
 public:
  struct Inputs {
    bool start = false;
    const Row* row = nullptr;             ///< operand_collector
    const LaunchEvent* launch = nullptr;  ///< dispatcher
    const LaunchRegisters* registers = nullptr;
  };
  struct Outputs {
    const MemoryRow* row = nullptr;  ///< event; null when there is none
    MemoryOpEvent op;                ///< with the last row of an instruction
    FaultEvent fault;
  };

  explicit AddressUnit(const Config& config) : lanes_(config.lanes) {}

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in);
  void tick();

 private:
  /// What is known of an instruction after the rows so far.
  struct Instruction {
    bool any_shared = false, any_global = false;
    std::uint32_t misaligned = 0, outside = 0;  ///< thread masks
    std::uint32_t misaligned_address = 0, outside_address = 0;
  };
  /// A row on its way; the fault travels with the last row.
  struct Stage {
    bool valid = false;
    MemoryRow row;
    MemoryOpEvent op;
    FaultEvent fault;
  };

  void generate(const Row& row, const LaunchRegisters& registers, Stage& stage);

  std::uint32_t lanes_;
  std::array<std::uint32_t, 64> shared_base_{};  ///< by warp
  Instruction instruction_;
  // Rotates: `newest_` is written by eval and goes to c+1, the one before it to c+2.
  std::array<Stage, 3> stages_{};
  std::uint32_t newest_ = 0;
  FaultEvent pending_fault_;  ///< of the row that is visible now
  bool active_ = false;       ///< something is on its way or shown
  bool start_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
