// Functional coverage: counts what the device does, cycle by cycle, in the bins of bins.tsv. It
// looks at the golden model, which agrees with the RTL in every cycle of a lockstep run.
#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "common/config.hpp"
#include "coverage/bins.hpp"
#include "gpu.hpp"

namespace heddle::coverage {

/// One device's. Hits go to `bins`, which several devices may share one after the other.
class Sampler {
 public:
  Sampler(const Config& config, Bins& bins);

  /// Once a cycle, before the device's eval().
  void sample(const timed::Gpu& gpu);

 private:
  /// Axes of bins.tsv, in its order.
  enum Mask : std::uint8_t { kAll, kOneAlone, kOneOfSeveral, kSomeAlone, kSomeOfMore };
  enum Writer : std::uint8_t {
    kNone,
    kFixed,
    kMemory,
    kDivider,
    kWarpUnit,
    kSpecial,
    kTensorMemory
  };
  enum Stall : std::uint8_t {
    kNoStall,
    kSlotUsed,
    kMemoryQueue,
    kUnitBusy,
    kDependency,
    kLoad,
    kDrain,
    kFetch,
    kControl,
    kIcacheMiss,
    kBarrierStall,
    kStalls,
  };
  enum Access : std::uint8_t { kLoadAccess, kStoreAccess, kAtomicAccess, kMbarrierAccess };
  enum Arrival : std::uint8_t { kSyncAll, kSyncCount, kArrive, kExit, kNoArrival };
  static constexpr std::uint32_t kMisuses = 9;
  static constexpr std::uint32_t kNoMisuse = kMisuses;

  struct Warp {
    std::uint32_t stalls = 0;               ///< since its last pick: bit by Stall
    std::array<std::uint32_t, 4> waited{};  ///< likewise, rs1, rs2, rs3, rd: bit by Writer
    std::array<Writer, 32> writer{};        ///< of each register, the last one
    bool parked = false;                    ///< its head would have been picked otherwise
    std::uint32_t cta = 0;
    std::uint32_t waiting = 0, barrier = 0;  ///< threads that wait at a barrier
    std::uint32_t windows = 0;               ///< of the memory instruction whose rows are sent
  };
  /// What the barrier unit has counted.
  struct Cta {
    std::uint32_t alive = 0, arrived = 0, id = 0;
    std::array<std::uint32_t, 16> counted{}, expected{};
  };
  struct LineCount {
    Access access = kLoadAccess;
    std::uint32_t lines = 0;
  };

  void start();

  // sampler_issue.cpp
  void sample_issue(const timed::Sm& sm);
  void sample_stalls(const timed::Sm& sm);
  void sample_hazard(const timed::DecodedEvent& head, const timed::Scoreboard::Warp& state,
                     Warp& warp);
  void sample_pick(const timed::DecodedEvent& head, std::uint32_t eligible, Warp& warp);
  void sample_instruction(const isa::Instruction& instruction);
  void sample_parking(const timed::Sm& sm);
  static Mask mask_class(std::uint32_t mask, std::uint32_t eligible);
  static Access access_of(isa::Op op);
  static std::size_t kind_of(const isa::Instruction& instruction);

  // sampler_control.cpp
  void sample_faults(const timed::Gpu& gpu);
  void sample_barriers(const timed::Gpu& gpu);
  void sample_release(const timed::BarrierRelease& release);
  void sample_arrival(const timed::ControlEvent& control, const timed::WarpControl& warps);
  static std::uint32_t misuse(const Cta& cta, const timed::ControlEvent& control);
  void sample_reconvergence(const timed::Sm& sm);
  void sample_warpsync(const timed::Sm& sm);

  // sampler_memory.cpp
  void sample_memory(const timed::Sm& sm);
  void sample_shared_memory(const timed::Sm& sm);
  void sample_caches(const timed::Gpu& gpu);
  void sample_matrix_engine(const timed::TensorCore& core);
  void sample_mma(const isa::TensorMma& mma);

  std::uint32_t warp_count_, channels_, lanes_;
  Group &instruction_, &stalls_, &kind_, &register_, &parked_instruction_, &parking_, &rounding_,
      &csr_, &issue_class_, &fault_, &refused_address_, &barrier_misuse_, &arrival_, &release_,
      &waiting_barriers_, &warp_at_barrier_, &warpsync_, &reconvergence_, &selection_, &windows_,
      &lines_, &passes_, &l1_, &l1_load_miss_, &l2_, &matrix_engine_, &mma_, &transposed_, &sparse_;
  std::array<std::size_t, 32> cause_{};  ///< value of axis "cause", by cause
  std::array<std::size_t, 0x1000> csr_value_{};

  std::array<Warp, 32> warps_{};
  std::array<Cta, 32> ctas_{};
  /// What the control events of this cycle, the last one and the one before it completed.
  std::array<Arrival, 3> completed_{kNoArrival, kNoArrival, kNoArrival};
  std::uint32_t misused_ = kNoMisuse;     ///< by the last cycle's control event
  timed::SelectRequest selecting_;        ///< being served
  std::array<LineCount, 64> accesses_{};  ///< by load_return's entry
  std::deque<Access> shared_rows_;        ///< rows in shared memory
  std::uint32_t row_passes_ = 0;
  /// Of the cycle before; bit w: warp w.
  std::uint32_t parks_ = 0, parked_ = 0, split_ = 0;
  bool phase_ended_ = false;
};

/// The place of 1, 2, 3 to 4, 5 to 8, ... in axis "count".
std::size_t count_class(std::uint32_t count);

}  // namespace heddle::coverage
