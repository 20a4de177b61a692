// Shuffles, votes, matches and reductions: one warp instruction at a time, from a queue of rows.
// Source: docs/architecture/execute.md, "Warp unit".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "isa/warp_semantics.hpp"
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
  void eval(const Inputs& in);
  void tick();

 private:
  static constexpr std::size_t kMaxRows = 16;  ///< WARP_QUEUE instructions of 8 beats

  enum class State : std::uint8_t { kCollect, kWork, kResult };

  void collect(const Row& row);
  std::uint32_t work_cycles() const;
  void load_result();

  std::uint32_t lanes_;
  std::uint32_t beats_;
  Fifo<Row, kMaxRows> queue_;
  State state_ = State::kCollect;
  std::uint32_t collected_ = 0;     ///< rows
  std::uint32_t work_left_ = 0;     ///< cycles of WORK from this one on
  std::uint32_t threads_left_ = 0;  ///< of the group, whose rows were not loaded yet
  Row last_;                        ///< what all rows of the instruction share
  isa::WarpValues a_{}, b_{}, c_{}, results_{};
  ResultRow result_;  ///< the result register, as visible in the next cycle
  bool op_done_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
