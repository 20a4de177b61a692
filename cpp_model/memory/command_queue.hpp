// From operand rows of a unit to commands of an engine that works beside the lanes: what copy_queue
// and mma_queue have in common. Source: docs/architecture/copy.md, "copy_queue".
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

/// `Command` has warp, thread, pc, cta and shared_base; what else it says comes of operands().
template <typename Command, std::size_t kDepth>
class CommandQueue {
 public:
  /// rs1, rs2, rs2 + 1, rs3, rs3 + 1.
  using Operands = std::array<std::uint32_t, 5>;

  explicit CommandQueue(const Config& config) : lanes_(config.lanes) {}

  void keep_launch(const LaunchEvent& launch) {
    places_[launch.warp] = {launch.cta, launch.shared_base};
  }

  /// `row`: a row of the unit; null: none. Gives the command that is complete with it, to which the
  /// caller adds what the operands say; null: none.
  Command* eval(bool start, const Row* row, bool pop) {
    next_complete_ = false;
    if (start) [[unlikely]] {
      commands_.clear();
      collecting_ = has_high_ = has_low_ = false;
      return nullptr;
    }
    if (complete_) commands_.push(command_);
    if (pop) commands_.pop();
    if (row == nullptr) return nullptr;
    collect(*row);
    return next_complete_ ? &command_ : nullptr;
  }
  void tick() {
    complete_ = next_complete_;
    commands_.tick();
  }

  const Operands& operands() const { return operands_; }
  /// The commands in the FIFO.
  const Fifo<Command, kDepth>& commands() const { return commands_; }
  /// The last one that became complete.
  const Command& command() const { return command_; }
  /// It goes into the FIFO in this cycle.
  bool complete() const { return complete_; }
  /// Rows came of an instruction whose last row has not.
  bool collecting() const { return collecting_; }

 private:
  /// Of a warp, as it was launched.
  struct Place {
    std::uint32_t cta = 0, shared_base = 0;
  };

  /// Of each half the operands of the first active thread.
  void collect(const Row& row) {
    collecting_ = !row.last;
    bool& has = row.high ? has_high_ : has_low_;
    if (row.mask != 0 && !has) {
      has = true;
      const auto lane = static_cast<std::uint32_t>(std::countr_zero(row.mask));
      if (row.high) {
        operands_[2] = row.b[lane];
        operands_[4] = row.c[lane];
      } else {
        operands_[0] = row.a[lane];
        operands_[1] = row.b[lane];
        operands_[3] = row.c[lane];
        command_.thread = row.beat * lanes_ + lane;
      }
    }
    if (!row.last) return;
    next_complete_ = true;
    has_high_ = has_low_ = false;
    command_.warp = row.warp;
    command_.pc = row.pc;
    command_.cta = places_[row.warp].cta;
    command_.shared_base = places_[row.warp].shared_base;
  }

  std::uint32_t lanes_;
  std::array<Place, 32> places_{};  ///< by warp
  bool collecting_ = false;
  bool has_high_ = false, has_low_ = false;
  Operands operands_{};
  Command command_;
  bool complete_ = false, next_complete_ = false;
  Fifo<Command, kDepth> commands_;
};

}  // namespace heddle::timed
