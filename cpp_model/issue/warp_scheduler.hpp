// Picks one instruction a cycle from the heads of the instruction buffer. Timing and rules:
// docs/architecture/issue.md, "warp_scheduler".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "common/round_robin.hpp"
#include "issue/instruction_buffer.hpp"
#include "issue/scoreboard.hpp"
#include "memory/copy_queue.hpp"
#include "tensor/mma_queue.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

/// Entries of the operand collector's queue, and so the scheduler's credits (ISSUE_QUEUE).
inline std::uint32_t issue_queue(const Config& config) {
  switch (config.beats()) {
    case 1: return 8;
    case 2: return 4;
    default: return 2;
  }
}

/// Instructions between the scheduler's pick and the warp unit's service (WARP_QUEUE).
inline constexpr std::uint32_t kWarpQueue = 2;
/// Likewise the special function unit's (SFU_QUEUE).
inline constexpr std::uint32_t kSfuQueue = 2;
/// Likewise tensor_access's (TENSOR_QUEUE).
inline constexpr std::uint32_t kTensorQueue = 4;

class WarpScheduler {
 public:
  struct Inputs {
    bool start = false;
    bool halt = false;
    const InstructionBuffer* buffer = nullptr;  ///< heads as visible in this cycle
    const Scoreboard* scoreboard = nullptr;     ///< registers as visible in this cycle
    std::uint32_t parked = 0;                   ///< bit w: warp w rests
    bool accepted = false;                      ///< event of the operand collector
    bool op_done = false;                       ///< event of the memory queue
    bool op_done_pair = false;                  ///< with it: of an instruction with a pair
    bool warp_op_done = false;                  ///< event of the warp unit
    bool sfu_op_done = false;                   ///< event of the special function unit
    bool copy_op_done = false;                  ///< event of the copy engine
    bool mma_op_done = false;                   ///< event of mma_control
    bool tensor_op_done = false;                ///< event of tensor_access
    bool divider_done = false;                  ///< event of the divider
  };
  struct Outputs {
    WarpEvent pick;
  };
  /// What it saw in the cycle of the last eval(), bit w for warp w: for the stall monitor.
  struct Candidates {
    std::uint32_t pickable = 0;      ///< ready, and the unit is free
    std::uint32_t memory_queue = 0;  ///< ready, but the memory queue is full
    std::uint32_t unit_busy = 0;     ///< ready, but another unit is busy
    std::uint32_t latency = 0;       ///< a head without a hazard, not ready
    std::uint32_t parked = 0;        ///< likewise, because the warp rests
    std::uint32_t hazards = 0;       ///< a head with a hazard
  };

  explicit WarpScheduler(const Config& config);

  const Outputs& out() const { return out_; }
  const Candidates& candidates() const { return candidates_; }
  void eval(const Inputs& in);
  void tick() { out_.pick = next_pick_; }

 private:
  /// The units that take only so many instructions. The divider takes one: it has a credit while it
  /// is not busy. A memory instruction with a pair of registers needs a credit of both kinds.
  enum Kind : std::uint8_t { kAny, kMemory, kPair, kDivide, kWarp, kSfu, kCopy, kMma, kTensor };
  static constexpr std::size_t kKinds = 9;

  static Kind kind_of(const isa::Instruction& instruction) {
    switch (instruction.unit) {
      case isa::Unit::kMemory: return instruction.pair ? kPair : kMemory;
      case isa::Unit::kDivide: return kDivide;
      case isa::Unit::kWarp: return kWarp;
      case isa::Unit::kSfu: return kSfu;
      case isa::Unit::kCopy: return kCopy;
      case isa::Unit::kMma: return kMma;
      case isa::Unit::kTensor: return kTensor;
      default: return kAny;
    }
  }
  void reset();
  void find_candidates();
  void pick();

  std::uint32_t initial_issue_credits_;
  std::uint32_t initial_lsu_credits_;

  void look_at_heads(const Inputs& in);

  // Bit w: the warp has a head without a hazard. Kept from cycle to cycle, like the next two: only
  // what changed is looked at again.
  std::uint32_t free_ = 0;
  std::array<Kind, 32> kinds_{};                  ///< of the heads, by warp
  std::array<std::uint32_t, kKinds> warps_of_{};  ///< by kind; bit w: of a warp's head
  std::uint32_t ready_ = 0;  ///< bit w: the head, looked at in the last cycle, may be picked
  RoundRobin order_;
  std::uint32_t issue_credits_ = 0;
  /// By kind: instructions that may still be picked; of kAny, any number.
  std::array<std::uint32_t, kKinds> credits_{};

  Candidates candidates_;
  WarpEvent next_pick_;
  Outputs out_;
};

}  // namespace heddle::timed
