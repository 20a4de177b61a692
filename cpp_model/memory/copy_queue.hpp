// Bulk copies on their way from the operand collector to the walker: rows become commands, which
// wait in a FIFO. Source: docs/architecture/copy.md, "copy_queue".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "common/fifo.hpp"
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

  explicit CopyQueue(const Config& config) : lanes_(config.lanes) {}

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    if (in.launch->valid) [[unlikely]]
      places_[in.launch->warp] = {in.launch->cta, in.launch->shared_base};
    const bool row = in.row->valid && in.row->decoded->instruction.unit == isa::Unit::kCopy;
    active_ = in.start || row || complete_ || in.pop;
    if (active_) step(in, row);
  }
  void tick() {
    if (active_) update();
  }

  // For probes.
  std::size_t commands() const { return commands_.size(); }
  bool complete() const { return complete_; }
  bool collecting() const { return collecting_; }

 private:
  /// Of a warp, as it was launched.
  struct Place {
    std::uint32_t cta = 0, shared_base = 0;
  };

  void step(const Inputs& in, bool row);
  void update();
  void collect(const Row& row);

  std::uint32_t lanes_;
  std::array<Place, 32> places_{};  ///< by warp
  bool collecting_ = false;         ///< rows came of an instruction whose last row has not
  bool has_high_ = false, has_low_ = false;
  std::array<std::uint32_t, 5> operands_{};  ///< rs1, rs2, rs2 + 1, rs3, rs3 + 1
  CopyCommand command_;                      ///< the last one that became complete
  bool complete_ = false, next_complete_ = false;
  Fifo<CopyCommand, kCopyQueue> commands_;
  bool active_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
