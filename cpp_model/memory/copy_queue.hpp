// Bulk copies on their way from the operand collector to the walker: rows become commands, which
// wait in a FIFO. Source: docs/architecture/copy.md, "copy_queue".
#pragma once

#include <cstdint>

#include "common/config.hpp"
#include "memory/command_queue.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

/// Commands between the scheduler's pick and the walker (COPY_QUEUE).
inline constexpr std::uint32_t kCopyQueue = 4;

class CopyQueue {
 public:
  struct Inputs {
    bool start = false;
    const Row* row = nullptr;             ///< operand_collector
    const LaunchEvent* launch = nullptr;  ///< dispatcher
    bool pop = false;                     ///< copy_walker takes the head
  };
  struct Outputs {
    const CopyCommand* head = nullptr;  ///< null: none
    std::uint32_t ctas = 0;             ///< by CTA slot: a command of it is here
    bool empty = true;                  ///< no command, and no row of one
  };

  explicit CopyQueue(const Config& config) : queue_(config) {}

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    if (in.launch->valid) [[unlikely]]
      queue_.keep_launch(*in.launch);
    const bool row = in.row->valid && in.row->decoded->instruction.unit == isa::Unit::kCopy;
    active_ = in.start || row || queue_.complete() || in.pop;
    if (active_) step(in, row);
  }
  void tick() {
    if (active_) update();
  }

  // For probes.
  std::size_t commands() const { return queue_.commands().size(); }
  bool complete() const { return queue_.complete(); }
  bool collecting() const { return queue_.collecting(); }

 private:
  void step(const Inputs& in, bool row);
  void update();

  CommandQueue<CopyCommand, kCopyQueue> queue_;
  bool active_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
