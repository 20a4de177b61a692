// Instructions of unit MMA on their way from the operand collector to mma_control: rows become
// commands, which wait in a FIFO; and how many commands of each CTA are not over. Source:
// docs/architecture/tensor.md, "mma_queue".
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "common/config.hpp"
#include "memory/command_queue.hpp"
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

  explicit MmaQueue(const Config& config) : queue_(config) {}

  const Outputs& out() const { return out_; }
  void keep_launch(const LaunchEvent& launch) { queue_.keep_launch(launch); }
  void eval(const Inputs& in);
  void tick();

  // For probes.
  std::uint32_t commands(std::uint32_t cta) const { return commands_[cta]; }
  std::size_t waiting() const { return queue_.commands().size(); }
  bool complete() const { return queue_.complete(); }
  bool collecting() const { return queue_.collecting(); }

 private:
  CommandQueue<MmaCommand, kMmaQueue> queue_;
  std::array<std::uint32_t, 32> commands_{};  ///< by CTA slot
  Outputs out_;
};

}  // namespace heddle::timed
