// Where threads go: rows of the units BRANCH, JUMP and SYSTEM. Source:
// docs/architecture/execute.md, "Branch unit".
#pragma once

#include <array>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class BranchUnit {
 public:
  struct Inputs {
    bool start = false;
    const Row* row = nullptr;  ///< operand_collector
  };
  struct Outputs {
    BranchRow row;
    ControlEvent control;
    FaultEvent fault;
    bool flush = false;  ///< to the instruction cache
  };

  explicit BranchUnit(const Config& config) : lanes_(config.lanes) {}

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    start_ = in.start;
    next_row_.valid = false;
    Outcome& outcome = outcomes_[newest_];
    outcome.control.valid = outcome.fault.valid = outcome.flush = false;
    if (!start_ && in.row->valid && in.row->decoded->changes_control) step(*in.row);
  }
  void tick() {
    if (start_) [[unlikely]] {
      reset();
    } else if (in_flight_ != 0) {
      update();
    }
  }

 private:
  /// What the last row of an instruction leads to, on its way.
  struct Outcome {
    ControlEvent control;
    FaultEvent fault;
    bool flush = false;
  };

  void step(const Row& row);
  void update();
  void reset();
  void compute(const Row& row);
  void collect(const Row& row);
  void collect_call(const Row& row);
  void conclude(const Row& row, Outcome& outcome) const;

  std::uint32_t lanes_;
  BranchRow next_row_;
  // Of the instruction so far.
  bool any_ = false, uniform_ = true;
  std::uint32_t next_pc_ = 0;
  std::uint32_t status_ = 0;
  std::uint32_t a_ = 0, b_ = 0;                 ///< of the lowest active thread
  std::uint32_t bad_calls_ = 0, bad_call_ = 0;  ///< threads whose a7 is not 93, and the lowest's a7
  // Visible in c, c + 1, c + 2 of a last row visible in c; the oldest is shown next.
  std::array<Outcome, 3> outcomes_{};
  std::uint32_t newest_ = 0;
  std::uint32_t in_flight_ = 0;  ///< cycles until everything that is shown is invalid again
  bool start_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
