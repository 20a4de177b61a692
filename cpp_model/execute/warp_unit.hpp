// Shuffles, votes, matches and reductions: one warp instruction at a time, from a queue of rows.
// Source: docs/architecture/execute.md, "Warp unit".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "isa/warp_semantics.hpp"
#include "issue/warp_scheduler.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class WarpUnit {
 public:
  struct Inputs {
    bool start = false;
    const Row* row = nullptr;   ///< operand_collector
    bool result_ready = false;  ///< writeback
  };
  struct Outputs {
    ResultRow result;
    bool op_done = false;  ///< event warp_op_done
    bool idle = true;      ///< nothing queued, collected, computed or waiting for writeback
  };

  explicit WarpUnit(const Config& config);

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    const bool row = in.row->valid && in.row->decoded->instruction.unit == isa::Unit::kWarp;
    active_ = in.start || row || !out_.idle || out_.op_done;
    if (active_) [[unlikely]]
      step(in, row);
  }
  void tick() {
    if (active_) [[unlikely]]
      update();
  }

 private:
  static constexpr std::size_t kMaxRows = kWarpQueue * 8;

  enum class State : std::uint8_t { kCollect, kWork };

  /// A warp instruction. Its operands are kept from when its rows come: the register file may have
  /// something else by the time they are collected.
  struct Operation {
    const Decoded* decoded = nullptr;
    std::uint32_t warp = 0, group_mask = 0;
    isa::WarpValues a{}, b{}, c{};
  };

  // Seldom called: not to be inlined, so that what is called in every cycle is.
  [[gnu::noinline]] void step(const Inputs& in, bool row);
  [[gnu::noinline]] void update();
  void push(const Row& row);
  void collect(bool last);
  void work();
  std::uint32_t row_steps();
  std::uint32_t source_rows(std::uint32_t threads) const;
  std::uint32_t key_steps(std::uint32_t threads, const isa::WarpValues& keys, std::uint32_t work);
  void load_result();

  std::uint32_t lanes_;
  std::uint32_t beats_;
  Fifo<bool, kMaxRows> queue_;  ///< of rows: is it the instruction's last?
  /// A ring: the one that is worked on, and behind it those in the queue.
  std::array<Operation, kWarpQueue + 1> operations_;
  std::size_t oldest_ = 0;
  std::size_t arriving_ = 0;  ///< whose rows come next
  State state_ = State::kCollect;
  std::uint32_t collected_ = 0;     ///< rows
  std::uint32_t steps_left_ = 0;    ///< up to the load of the next row, which is the last of them
  std::uint32_t threads_left_ = 0;  ///< of the group, whose rows were not loaded yet
  std::uint32_t with_key_ = 0;      ///< of the group, those with the key worked out last
  isa::WarpValues results_{};
  ResultRow result_;  ///< the result register, as visible in the next cycle
  bool op_done_ = false;
  bool active_ = false;  ///< this cycle changes something
  Outputs out_;
};

}  // namespace heddle::timed
