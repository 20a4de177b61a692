// One launch on the functional device: its CTAs, their warps and barriers, and the instruction
// loop.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "common/config.hpp"
#include "device/device.hpp"
#include "functional/code_cache.hpp"
#include "functional/copy_unit.hpp"
#include "functional/functional_device.hpp"
#include "functional/memory_unit.hpp"
#include "functional/page_rights.hpp"
#include "functional/race_check.hpp"
#include "functional/simd_efficiency.hpp"
#include "functional/tensor_unit.hpp"
#include "functional/warp.hpp"
#include "isa/csr.hpp"
#include "isa/extensions.hpp"
#include "memory/memory_image.hpp"

namespace heddle::functional {

/// What outlives a launch.
struct Machine {
  explicit Machine(const Config& configuration)
      : config(configuration),
        code(memory, rights, isa::extensions_of(config)),
        warps(config.warps),
        memory_unit(memory, rights, code, config.shared_bytes),
        copy_unit(memory, rights, memory_unit),
        tensor_unit(config, memory_unit) {}

  Config config;
  MemoryImage memory;
  PageRights rights;
  CodeCache code;
  std::vector<Warp> warps;  ///< by slot
  MemoryUnit memory_unit;
  CopyUnit copy_unit;
  TensorUnit tensor_unit;
};

class Grid {
 public:
  Grid(Machine& machine, const Launch& launch, const Geometry& geometry, FunctionalChecks checks);

  /// Runs the grid to its end, a fault, the launch's limit, or the callback's wish.
  LaunchResult run(const ProgressCallback& progress);

 private:
  static constexpr std::uint32_t kBarriers = 16;

  /// A barrier while it is used with a count of threads.
  struct CountedBarrier {
    std::uint32_t arrived = 0;
    std::uint32_t expected = 0;
  };

  struct Cta {
    Dim3 id;
    std::uint32_t first_warp = 0;  ///< slot of its warp 0
    std::uint32_t alive = 0;       ///< threads; likewise the next
    std::uint32_t arrived = 0;     ///< at a barrier for all living threads
    std::uint32_t barrier = 0;     ///< that barrier
    std::array<CountedBarrier, kBarriers> counted{};
  };

  void start_cta(std::uint64_t linear);
  bool run_cta(const ProgressCallback& progress);
  bool keep_going(const ProgressCallback& progress);

  /// Runs a warp of the CTA until it has no eligible thread, or for `budget` instructions. False
  /// after a fault.
  bool run_warp(std::uint32_t index, std::uint64_t budget);
  bool fetch_faults(const Warp& warp);
  ControlFlow::Fetch code_reader();
  void execute_fence(const Warp& warp);
  void execute_integer(Warp& warp, const DecodedInstruction& decoded);
  void execute_float(Warp& warp, const isa::Instruction& instruction);
  bool execute_copy(Warp& warp, const isa::Instruction& instruction);
  bool execute_tensor(Warp& warp, const isa::Instruction& instruction);
  void execute_csr(Warp& warp, const isa::Instruction& instruction);
  void execute_jump(Warp& warp, const DecodedInstruction& decoded);
  void execute_branch(Warp& warp, const isa::Instruction& instruction);
  bool execute_system(Warp& warp, const isa::Instruction& instruction);
  bool execute_exit(Warp& warp, const isa::Instruction& instruction);
  void execute_warpsync(Warp& warp, const isa::Instruction& instruction);
  bool execute_barrier(Warp& warp, const isa::Instruction& instruction);
  bool misuses_barrier(const Warp& warp, bool waits, std::uint32_t id, std::uint32_t count) const;
  void release_barrier(std::uint32_t id);
  void check_release(std::uint32_t id);
  void release_barrier_if_complete();

  bool deadlock();
  bool fault(const Warp& warp, std::uint32_t cause, std::uint32_t mask, std::uint32_t address);
  std::uint32_t slot_of(const Warp& warp) const;
  void report_positions();

  Machine& machine_;
  const Launch& launch_;
  const Geometry geometry_;
  std::uint64_t ctas_total_ = 0;
  std::vector<std::array<std::uint32_t, 3>> tids_;  // by thread of the CTA
  std::vector<WarpWindows> windows_;                // by warp slot
  isa::CsrValues csr_values_;
  Cta cta_;
  LaunchResult result_;
  std::unique_ptr<RaceCheck> race_check_;            // null: none
  std::unique_ptr<SimdEfficiencyMeter> simd_meter_;  // likewise
  std::uint64_t next_progress_ = 0;
};

}  // namespace heddle::functional
