// The fixed pipe: results of the units ALU, MUL, FLOAT, CSR and JUMP, EXEC_LATENCY cycles after
// their row; all other rows but those of MEMORY, DIVIDE, WARP, SFU and TENSOR pass through as well.
// Source: docs/architecture/execute.md, "The fixed pipe", and writeback.md.
#pragma once

#include <array>

#include "common/config.hpp"
#include "execute/csr_unit.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class LaneArray {
 public:
  using Flags = std::array<std::uint8_t, 32>;  ///< by lane

  struct Inputs {
    bool start = false;
    const Row* row = nullptr;  ///< operand_collector
    CsrUnit::HostValues host;  ///< as they are in this cycle
    CsrUnit* csr = nullptr;    ///< beside the pipe: reads and writes fcsr
  };
  struct Outputs {
    const ResultRow* result = &kNoResult;  ///< event; never null
    bool floating = false;                 ///< the result is of a float instruction
    Flags flags{};                         ///< that this one raised; only with keep_flags()
    bool result_next_valid = false;        ///< a row with writes_rd follows in the next cycle
    bool float_next_valid = false;         ///< a row of unit FLOAT or CSR follows in the next cycle
    ReleaseEvent release;                  ///< fixed release
  };

  explicit LaneArray(const Config& config) : lanes_(config.lanes) {}

  const Outputs& out() const { return out_; }
  /// For probes: from now on the outputs say which flags each instruction raised. (fcsr only has
  /// what was raised so far, and that is all that execute_float finds out.)
  void keep_flags() { keeps_flags_ = true; }
  void eval(const Inputs& in) {
    start_ = in.start;
    slots_[now_].result.valid = in.row->valid && takes(*in.row) && !start_;
    if (slots_[now_].result.valid) step(in);
  }
  void tick() {
    if (start_) [[unlikely]] {
      reset();
    } else if (in_flight_ != 0) {
      update();
    }
  }

 private:
  static constexpr std::uint32_t kExecLatency = 9;
  static constexpr std::uint32_t kReleaseLatency = kExecLatency - 4;
  static constexpr std::uint32_t kSlots = 16;
  static constexpr ResultRow kNoResult{};

  struct Slot {
    bool first = false;
    bool floating = false;
    bool uses_fflags = false;  // unit FLOAT or CSR
    Flags flags{};             // only of a float instruction's active lanes
    ResultRow result;
  };

  static bool takes(const Row& row) {
    const isa::Unit unit = row.decoded->instruction.unit;
    return unit != isa::Unit::kMemory && unit != isa::Unit::kDivide && unit != isa::Unit::kWarp &&
           unit != isa::Unit::kSfu && unit != isa::Unit::kTensor && !row.high;
  }
  void step(const Inputs& in);
  void update();
  void reset();
  void execute(const Inputs& in, Slot& slot) const;
  void execute_float(const Row& row, CsrUnit& csr, Lanes& data) const;
  Flags flags_of(const Row& row, const CsrUnit& csr) const;
  /// The row that was visible `age` cycles before the next one.
  const Slot& slot(std::uint32_t age) const { return slots_[(now_ + 1 - age) % kSlots]; }

  std::uint32_t lanes_;
  std::array<Slot, kSlots> slots_{};
  std::uint32_t now_ = 0;        ///< slot of this cycle's row
  std::uint32_t in_flight_ = 0;  ///< cycles until nothing is in the pipe
  bool keeps_flags_ = false;
  bool start_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
