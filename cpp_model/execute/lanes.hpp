// The fixed pipe: results of the units ALU, MUL, FLOAT, CSR and JUMP, EXEC_LATENCY cycles after
// their row; all other rows but those of MEMORY, DIVIDE and WARP pass through as well. Source:
// docs/architecture/execute.md, "The fixed pipe", and writeback.md.
#pragma once

#include <array>

#include "common/config.hpp"
#include "execute/csr_unit.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class LaneArray {
 public:
  struct Inputs {
    bool start = false;
    const Row* row = nullptr;  ///< operand_collector
    CsrUnit::HostValues host;  ///< of this cycle
    CsrUnit* csr = nullptr;    ///< beside the pipe: reads and writes fcsr
  };
  struct Outputs {
    const ResultRow* result = &kNoResult;  ///< event; never null. Inactive lanes' data are 0
    bool result_next_valid = false;        ///< a row with writes_rd follows in the next cycle
    bool float_next_valid = false;         ///< a row of unit FLOAT follows in the next cycle
    ReleaseEvent release;                  ///< fixed release
  };

  explicit LaneArray(const Config& config) : lanes_(config.lanes) {}

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in);
  void tick();

 private:
  static constexpr std::uint32_t kExecLatency = 9;
  static constexpr std::uint32_t kReleaseLatency = kExecLatency - 4;
  static constexpr std::uint32_t kSlots = 16;
  static constexpr ResultRow kNoResult{};

  struct Slot {
    bool first = false;
    bool is_float = false;
    ResultRow result;
  };

  void execute(const Inputs& in, Lanes& data) const;
  /// The row that was visible `age` cycles before the next one.
  const Slot& slot(std::uint32_t age) const { return slots_[(now_ + 1 - age) % kSlots]; }

  std::uint32_t lanes_;
  std::array<Slot, kSlots> slots_{};
  std::uint32_t now_ = 0;        ///< slot of this cycle's row
  std::uint32_t in_flight_ = 0;  ///< cycles until nothing is in the pipe
  bool start_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
