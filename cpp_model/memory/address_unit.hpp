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
  void eval(const Inputs& in) {
    start_ = in.start;
    if (in.launch->valid) [[unlikely]]
      shared_base_[in.launch->warp] = in.launch->shared_base;
    Stage& stage = stages_[newest_];
    stage.valid = in.row->valid && in.row->decoded->instruction.unit == isa::Unit::kMemory;
    if (stage.valid) generate(*in.row, *in.registers, stage);
    active_ |= start_ || stage.valid;
  }
  void tick() {
    if (active_) update();
  }

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

  /// By lane.
  struct Windows {
    std::uint32_t misaligned = 0, shared = 0, local = 0;
    std::uint32_t outside = 0;  ///< behind the end of the shared or local memory
  };

  void update();
  Windows find_windows(const Lanes& address, const LaunchRegisters& registers,
                       std::uint32_t alignment) const;
  void translate(const Row& row, const LaunchRegisters& registers, const Windows& windows,
                 Lanes& address) const;
  void conclude(const Row& row, FaultEvent& fault) const;
  void find_faults(const Row& row, std::uint32_t misaligned, std::uint32_t outside,
                   const Lanes& address);
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
