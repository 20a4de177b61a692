// The special function unit: approximations, a quarter of a row a cycle. Source:
// docs/architecture/special_functions.md, "Unit".
//
// A row's results are computed when it comes; what follows is their way to writeback.
#pragma once

#include <cstdint>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "issue/warp_scheduler.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class Sfu {
 public:
  struct Inputs {
    bool start = false;
    const Row* row = nullptr;   ///< operand_collector
    bool result_ready = false;  ///< writeback
  };
  struct Outputs {
    const ResultRow* result = nullptr;  ///< null: not valid
    bool op_done = false;               ///< event sfu_op_done
    bool idle = true;                   ///< nothing queued or on its way to writeback
  };

  explicit Sfu(const Config& config);

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    const bool row = in.row->valid && in.row->decoded->instruction.unit == isa::Unit::kSfu;
    active_ = in.start || row || !out_.idle || out_.op_done;
    if (active_) [[unlikely]]
      step(in, row);
  }
  void tick() {
    if (active_) [[unlikely]]
      update();
  }

 private:
  static constexpr std::size_t kMaxRows = kSfuQueue * 8;
  static constexpr std::uint32_t kSteps = 4;     ///< of a row
  static constexpr std::uint32_t kLatency = 16;  ///< SFU_LATENCY
  static constexpr std::uint32_t kMaxTaken = 4;  ///< rows between take and transfer

  struct Queued {
    ResultRow result;
    bool last_row = false;  ///< of the instruction, with active threads or without
  };
  struct Flying {
    ResultRow result;
    std::uint64_t arrival = 0;  ///< cycle
  };

  // Seldom called: not to be inlined, so that what is called in every cycle is.
  [[gnu::noinline]] void step(const Inputs& in, bool row);
  [[gnu::noinline]] void update();
  void push(const Row& row);
  void take();
  void arrive();

  std::uint32_t lanes_;
  std::uint64_t now_ = 0;  ///< cycles in which there was something to do
  Fifo<Queued, kMaxRows> queue_;
  Fifo<Flying, kMaxTaken> pipe_;
  Fifo<ResultRow, kMaxTaken> results_;
  std::uint32_t step_ = 0;
  std::uint32_t taken_ = 0;  ///< rows taken and neither transferred nor, without threads, gone
  bool op_done_ = false;
  bool active_ = false;  ///< this cycle changes something
  Outputs out_;
};

}  // namespace heddle::timed
