// The iterative divider: one warp instruction at a time, the quarters of its rows that have active
// threads one after the other.
// Source: docs/architecture/execute.md, "Divider".
#pragma once

#include <array>

#include "common/config.hpp"
#include "execute/csr_unit.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class Divider {
 public:
  struct Inputs {
    bool start = false;
    const Row* row = nullptr;      ///< operand_collector
    bool result_ready = false;     ///< writeback
    const CsrUnit* csr = nullptr;  ///< whose frm counts in the cycle of the row
  };
  struct Outputs {
    ResultRow result;
    bool done = false;  ///< event divider_done
    bool idle = true;   ///< no instruction held
  };

  explicit Divider(const Config& config) : lanes_(config.lanes) {}

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    const bool row = in.row->valid && in.row->decoded->instruction.unit == isa::Unit::kDivide;
    active_ = in.start || row || count_ != 0 || begin_ || out_.done;
    if (active_) step(in, row);
  }
  void tick() {
    if (active_) update();
  }

 private:
  static constexpr std::uint32_t kMaxBeats = 8;
  static constexpr std::uint32_t kQuarter = 33;  ///< cycles from a quarter's LOAD to its fix-up
  static constexpr std::uint32_t kFetch = 2;     ///< cycles between the last row and the first LOAD

  using Flags = std::array<std::uint8_t, 32>;  ///< by lane

  // Seldom called: not to be inlined, so that what is called in every cycle is.
  [[gnu::noinline]] void step(const Inputs& in, bool row);
  [[gnu::noinline]] void update();
  void collect(const Row& row, const CsrUnit& csr);
  std::uint32_t quarters(std::uint32_t mask) const;
  std::uint32_t duration() const;
  void show_result();

  std::uint32_t lanes_;
  std::array<ResultRow, kMaxBeats> rows_{};  ///< results of the non-empty rows, in order
  std::array<Flags, kMaxBeats> flags_{};     ///< their flags, if they are floats
  std::uint32_t count_ = 0;                  ///< of rows_
  std::uint32_t current_ = 0;                ///< row being divided
  std::uint32_t left_ = 0;  ///< cycles until its result is valid; meaningful when dividing_
  bool held_ = false;  ///< a row of an instruction has come, and its last result is not yet taken
  bool dividing_ = false;
  bool begin_ = false;  ///< the last row is visible in this cycle
  bool taken_ = false;  ///< the result is transferred in this cycle
  bool start_ = false;
  bool active_ = false;  ///< this cycle changes something
  Outputs out_;
};

}  // namespace heddle::timed
