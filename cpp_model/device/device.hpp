// The host's view of a Heddle device, whatever runs underneath: the functional model, the timed
// model, the verilated RTL, or the last two in lockstep. Source:
// docs/architecture/host_interface.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/config.hpp"
#include "device/performance.hpp"

namespace heddle {

struct Dim3 {
  std::uint32_t x = 1, y = 1, z = 1;
};

/// Access rights of a mapped region; bits combine.
enum Permission : std::uint32_t { kRead = 1, kWrite = 2, kExecute = 4 };

/// A mapped address range; base and limit are multiples of 4,096 bytes, limit is exclusive.
struct Region {
  std::uint32_t base = 0;
  std::uint32_t limit = 0;
  std::uint32_t permissions = 0;
};

/// What a launch writes to the device (host_interface.md). Units: bytes, threads, CTAs.
struct Launch {
  std::uint32_t entry = 0;
  std::uint32_t argptr = 0;
  Dim3 grid;
  Dim3 block;
  std::uint32_t shared_size =
      0;  ///< bytes of shared memory a CTA (rounded up to 256 by the device layer)
  std::uint32_t local_base = 0;    ///< global address, multiple of 128
  std::uint32_t local_shift = 12;  ///< log2 of local bytes a thread
  std::uint64_t cycle_limit =
      0;                   ///< 0: none. Functional model: a limit on issued warp instructions
  bool l1_bypass = false;  ///< loads go past the L1. Functional model: nothing
};

/// First fault of a grid (programming_model.md, "Faults").
struct Fault {
  std::uint32_t cause = 0;
  std::uint32_t warp = 0;
  std::uint32_t mask = 0;
  std::uint32_t pc = 0;
  std::uint32_t address = 0;
  Dim3 ctaid{0, 0, 0};
};

/// The device's 64-bit counters, in register order (host_interface.md, from 0x0C0).
struct Counters {
  std::uint64_t cycles = 0;
  std::uint64_t instructions = 0;
  std::uint64_t thread_instructions = 0;
  std::uint64_t global_accesses = 0;
  std::uint64_t global_lines = 0;
  std::uint64_t shared_rows = 0;
  std::uint64_t shared_passes = 0;
  std::uint64_t ctas_done = 0;
};

/// An mbarrier for which a warp waits.
struct AwaitedMbarrier {
  std::uint32_t address = 0;  ///< 0: the device cannot say which one
  std::uint64_t bits = 0;     ///< its state
};

/// Where a warp slot stood when a launch was cut off.
struct WarpPosition {
  std::uint32_t warp = 0;
  std::uint32_t pc = 0;
  std::uint32_t mask = 0;
  std::uint32_t alive = 0;
  std::optional<AwaitedMbarrier> mbarrier = {};  ///< nothing: it waits for none
};

enum class AccessKind { kRead, kWrite, kAtomic };

/// Two places that accessed the same bytes of shared memory, or the same word of tensor memory,
/// without an order between them.
struct Race {
  struct Place {
    std::uint32_t pc = 0;
    AccessKind access = AccessKind::kRead;
    Dim3 thread{0, 0, 0};
  };
  // The first time that they were seen to.
  Place earlier;
  Place later;
  std::uint32_t address = 0;
  bool tensor = false;  ///< `address` is a tensor address
  Dim3 ctaid{0, 0, 0};

  std::uint64_t count = 0;  ///< pairs of accesses, a word
};

/// How well warps kept their threads together, and how well they would have if threads that a
/// branch parts met again at its immediate post-dominator (functional/ipdom_replay.hpp).
struct SimdEfficiency {
  /// Something that parts the threads of a warp, and how many thread instructions the warps'
  /// instructions lack therefore with reconvergence at post-dominators.
  struct Branch {
    std::uint32_t pc = 0;
    std::uint64_t times = 0;
    std::uint64_t slots = 0;
  };
  /// Instructions in a row, and how many more were issued than with such reconvergence.
  struct Excess {
    std::uint32_t pc = 0;
    std::uint64_t instructions = 0;
  };

  std::uint64_t instructions = 0;         ///< of warps
  std::uint64_t ipdom_instructions = 0;   ///< with reconvergence at post-dominators
  std::uint64_t thread_instructions = 0;  ///< of either; a repeated `warpsync` counts once
  std::vector<Branch> branches;           ///< most slots first
  std::vector<Excess> excess;             ///< most instructions first
  std::string unknown;  ///< why all but `instructions` is unknown; empty: it is not
};

enum class LaunchStatus {
  kOk,           ///< all CTAs ran to their end
  kFault,        ///< see LaunchResult::fault
  kCycleLimit,   ///< stopped after Launch::cycle_limit; see LaunchResult::warps
  kInterrupted,  ///< stopped by the progress callback (Ctrl-C)
  kMismatch,     ///< lockstep: RTL and model differ; see LaunchResult::message
};

struct LaunchResult {
  LaunchStatus status = LaunchStatus::kOk;
  Fault fault;
  std::uint32_t exit_status = 0;
  Counters counters;
  Performance performance;          ///< functional: BRANCHES and DIVERGENT_BRANCHES
  std::vector<WarpPosition> warps;  ///< mismatch: the warp concerned, at its last instruction
  std::vector<Race> races;          ///< functional: what DeviceOptions asks for
  std::optional<SimdEfficiency> simd_efficiency;  ///< likewise, where the status is kOk
  std::string message;  ///< human-readable detail; multi-line for a mismatch
  std::string rerun;    ///< mismatch: the shell command that repeats the run with a waveform of it
  double seconds = 0;   ///< wall time of the simulation
  double rtl_seconds = 0;    ///< lockstep: part spent in the RTL, from a sample of the cycles
  double model_seconds = 0;  ///< lockstep: likewise in the timed model
  std::uint64_t cycles_compared = 0;
  std::uint64_t differences = 0;
};

/// Progress of a running launch; called every few thousand cycles. Return false to stop the launch.
struct Progress {
  std::uint64_t cycles = 0;
  std::uint64_t ctas_done = 0;
  std::uint64_t ctas_total = 0;
};
using ProgressCallback = std::function<bool(const Progress&)>;

class Device {
 public:
  /// Where the windows of local and shared memory begin.
  static constexpr std::uint32_t kGlobalEnd = 0xE0000000;

  virtual ~Device() = default;

  virtual const Config& config() const = 0;
  /// "functional", "timed", "rtl", "lockstep" or "serial"
  virtual std::string_view kind() const = 0;

  /// The end of the memory that global addresses reach.
  virtual std::uint32_t memory_end() const { return kGlobalEnd; }

  /// Replaces the device's region table. Throws std::invalid_argument when there are more than
  /// config().regions.
  virtual void set_regions(std::span<const Region> regions) = 0;

  /// Host access to device memory; not limited to mapped regions. Untouched memory reads as 0, but
  /// on a board as anything.
  virtual void write_memory(std::uint32_t address, std::span<const std::byte> data) = 0;
  virtual void read_memory(std::uint32_t address, std::span<std::byte> data) const = 0;
  /// The same as writing zeros, for a device that needs not be sent them.
  virtual void clear_memory(std::uint32_t address, std::size_t size);

  /// Runs a grid to its end. Throws std::invalid_argument for a launch that the geometry rules
  /// refuse (message says which and what the limit is).
  virtual LaunchResult run(const Launch& launch, const ProgressCallback& progress) = 0;

  /// Completes files that grow over all launches (waveforms); the last thing to call. Throws
  /// std::runtime_error if one cannot be written.
  virtual void finish() {}
};

/// Checks a launch against the configuration and computes threads, warps a CTA and resident CTAs.
/// Throws std::invalid_argument with a message for the user. Shared by all devices.
struct Geometry {
  std::uint32_t threads = 0;
  std::uint32_t warps_per_cta = 0;
  std::uint32_t resident_ctas = 0;
  std::uint32_t shared_size = 0;  ///< rounded up to 256
};
Geometry check_launch(const Config& config, const Launch& launch);

}  // namespace heddle
