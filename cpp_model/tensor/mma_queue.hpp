// Instructions of unit MMA on their way from the operand collector to mma_control: rows become
// commands, which wait in a FIFO; and how many commands of each CTA are not over. Source:
// docs/architecture/tensor.md, "mma_queue".
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

/// Commands between the scheduler's pick and mma_control (MMA_QUEUE).
inline constexpr std::uint32_t kMmaQueue = 4;

class MmaQueue {
 public:
  struct Inputs {
    bool start = false;
    const Row* row = nullptr;             ///< operand_collector
    const LaunchEvent* launch = nullptr;  ///< dispatcher
    bool pop = false;                     ///< mma_control takes the head
    /// CTA slot of a command that is over: in mma_control, in mma_sequencer by its last operation
    /// or as a commit.
    std::optional<std::uint32_t> faulty, computed, committed;
  };
  struct Outputs {
    const MmaCommand* head = nullptr;  ///< null: none
    std::uint32_t ctas = 0;            ///< by CTA slot: `commands` is not 0
    bool idle = true;                  ///< that, of no slot; and no row was collected
  };

  explicit MmaQueue(const Config& config) : lanes_(config.lanes) {}

  const Outputs& out() const { return out_; }
  void keep_launch(const LaunchEvent& launch) {
    places_[launch.warp] = {launch.cta, launch.shared_base};
  }
  void eval(const Inputs& in);
  void tick();

  // For probes.
  std::uint32_t commands(std::uint32_t cta) const { return commands_[cta]; }
  std::size_t waiting() const { return fifo_.size(); }
  bool complete() const { return complete_; }
  bool collecting() const { return collecting_; }

 private:
  /// Of a warp, as it was launched.
  struct Place {
    std::uint32_t cta = 0, shared_base = 0;
  };

  void collect(const Row& row);

  std::uint32_t lanes_;
  std::array<Place, 32> places_{};  ///< by warp
  bool collecting_ = false;         ///< rows came of an instruction whose last row has not
  bool has_high_ = false, has_low_ = false;
  std::array<std::uint32_t, 5> operands_{};  ///< rs1, rs2, rs2 + 1, rs3, rs3 + 1
  MmaCommand command_;                       ///< the last one that became complete
  bool complete_ = false, next_complete_ = false;
  Fifo<MmaCommand, kMmaQueue> fifo_;
  std::array<std::uint32_t, 32> commands_{};  ///< by CTA slot
  Outputs out_;
};

}  // namespace heddle::timed
