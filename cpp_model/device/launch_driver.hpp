// A whole launch, from accesses to the device's registers, whatever carries these: AXI4-Lite pins
// in a simulation, or the link to a board. Source: docs/architecture/host_interface.md.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "common/config.hpp"
#include "device/device.hpp"

namespace heddle::timed {

/// Register offsets (host_interface.md).
namespace host_register {
inline constexpr std::uint32_t kId = 0x000;
inline constexpr std::uint32_t kVersion = 0x004;
inline constexpr std::uint32_t kGeometry = 0x008;
inline constexpr std::uint32_t kSharedTotal = 0x00c;
inline constexpr std::uint32_t kControl = 0x040;
inline constexpr std::uint32_t kStatus = 0x044;
inline constexpr std::uint32_t kEntry = 0x048;
inline constexpr std::uint32_t kArgptr = 0x04c;
inline constexpr std::uint32_t kGrid = 0x050;
inline constexpr std::uint32_t kBlock = 0x05c;
inline constexpr std::uint32_t kThreads = 0x068;
inline constexpr std::uint32_t kWarpsPerCta = 0x06c;
inline constexpr std::uint32_t kResidentCtas = 0x070;
inline constexpr std::uint32_t kSharedSize = 0x074;
inline constexpr std::uint32_t kLocalBase = 0x078;
inline constexpr std::uint32_t kLocalShift = 0x07c;
inline constexpr std::uint32_t kFaultCause = 0x080;
inline constexpr std::uint32_t kFaultWarp = 0x084;
inline constexpr std::uint32_t kFaultMask = 0x088;
inline constexpr std::uint32_t kFaultPc = 0x08c;
inline constexpr std::uint32_t kFaultAddress = 0x090;
inline constexpr std::uint32_t kFaultCtaid = 0x094;
inline constexpr std::uint32_t kExitStatus = 0x0a0;
inline constexpr std::uint32_t kWarpSelect = 0x0a4;
inline constexpr std::uint32_t kWarpPc = 0x0a8;
inline constexpr std::uint32_t kWarpMask = 0x0ac;
inline constexpr std::uint32_t kWarpAlive = 0x0b0;
inline constexpr std::uint32_t kCacheControl = 0x0b4;
inline constexpr std::uint32_t kCounters = 0x0c0;
inline constexpr std::uint32_t kCtasDone = 0x0f8;
inline constexpr std::uint32_t kRegions = 0x100;
inline constexpr std::uint32_t kPerformance = 0x800;

inline constexpr std::uint32_t kControlStart = 1;
inline constexpr std::uint32_t kControlStop = 2;
inline constexpr std::uint32_t kCacheControlBypass = 1;
inline constexpr std::uint32_t kStatusBusy = 1;
inline constexpr std::uint32_t kStatusDone = 2;
inline constexpr std::uint32_t kStatusFault = 4;
}  // namespace host_register

enum class StopReason { kNone, kCycleLimit, kInterrupt };

/// Sets status and message of a launch that has come to rest, from the fault that the device kept
/// (if `faulted`) and from what the host did.
void conclude(LaunchResult& result, const Launch& launch, bool faulted, StopReason reason,
              std::uint64_t cycles);

/// `Port` has
///   void write(std::uint32_t offset, std::uint32_t value);
///   std::uint32_t read(std::uint32_t offset);
///   void wait(std::uint64_t cycles);  // lets at least so many cycles pass
///   std::uint64_t cycles();           // that the device has run, from some time before the launch
/// They may throw to abandon a launch (as the lockstep does at a difference); the driver then holds
/// nothing that matters.
template <typename Port>
class LaunchDriver {
 public:
  LaunchDriver(const Config& config, Port& port) : config_(config), port_(port) {}

  /// Writes regions and launch registers, starts, polls, stops at the cycle limit or when
  /// `progress` says so, and reads everything that belongs into the result but the wall time.
  /// `geometry` is check_launch's.
  LaunchResult run(const Launch& launch, const Geometry& geometry, std::span<const Region> regions,
                   const ProgressCallback& progress);

 private:
  static constexpr std::uint64_t kPollInterval = 64;
  static constexpr std::uint64_t kProgressInterval = 4096;
  // Cycles after the end of a grid until the performance counters are exact.
  static constexpr std::uint64_t kPerformanceSettles = 64;
  // Longer than any memory that the simulation offers takes to finish what is in flight.
  static constexpr std::uint64_t kStopLimit = 1'000'000;

  void write(std::uint32_t offset, std::uint32_t value) { port_.write(offset, value); }
  std::uint32_t read(std::uint32_t offset) { return port_.read(offset); }
  void write_launch(const Launch& launch, const Geometry& geometry,
                    std::span<const Region> regions);
  void write_dimensions(std::uint32_t offset, const Dim3& size);
  Dim3 read_dimensions(std::uint32_t offset);
  std::uint64_t read_counter(std::uint32_t offset);
  Counters read_counters();
  /// When they are exact.
  Performance read_performance();
  Fault read_fault();
  std::vector<WarpPosition> read_warps();
  /// Polls until the device is not busy. Returns the last STATUS.
  std::uint32_t wait_until_done(const Launch& launch, const ProgressCallback& progress,
                                StopReason& reason);

  const Config& config_;
  Port& port_;
};

template <typename Port>
LaunchResult LaunchDriver<Port>::run(const Launch& launch, const Geometry& geometry,
                                     std::span<const Region> regions,
                                     const ProgressCallback& progress) {
  write_launch(launch, geometry, regions);
  write(host_register::kControl, host_register::kControlStart);
  StopReason reason = StopReason::kNone;
  const std::uint32_t status = wait_until_done(launch, progress, reason);

  LaunchResult result;
  result.counters = read_counters();
  result.performance = read_performance();
  result.exit_status = read(host_register::kExitStatus);
  const bool busy = (status & host_register::kStatusBusy) != 0;
  const bool faulted = (status & host_register::kStatusFault) != 0;
  if (faulted) result.fault = read_fault();
  if (busy || faulted) result.warps = read_warps();
  if (busy) {
    // It neither ended nor obeyed the stop: what it was doing is all that can be said.
    result.status = LaunchStatus::kCycleLimit;
    result.message = "the device did not come to rest after it was stopped";
    return result;
  }
  conclude(result, launch, faulted, reason, result.counters.cycles);
  return result;
}

template <typename Port>
std::uint32_t LaunchDriver<Port>::wait_until_done(const Launch& launch,
                                                  const ProgressCallback& progress,
                                                  StopReason& reason) {
  const std::uint64_t begin = port_.cycles();
  const std::uint64_t ctas = std::uint64_t{launch.grid.x} * launch.grid.y * launch.grid.z;
  std::uint64_t next_progress = begin + kProgressInterval;
  std::uint64_t stopped_at = 0;
  for (;;) {
    std::uint64_t pause = kPollInterval;
    if (reason == StopReason::kNone && launch.cycle_limit != 0) {
      const std::uint64_t elapsed = port_.cycles() - begin;
      if (launch.cycle_limit > elapsed) pause = std::min(pause, launch.cycle_limit - elapsed);
    }
    port_.wait(pause);
    const std::uint32_t status = read(host_register::kStatus);
    if ((status & host_register::kStatusBusy) == 0) return status;
    const std::uint64_t now = port_.cycles();
    if (reason != StopReason::kNone) {
      if (now - stopped_at > kStopLimit) return status;
      continue;
    }
    if (launch.cycle_limit != 0 && now - begin >= launch.cycle_limit) {
      reason = StopReason::kCycleLimit;
    } else if (progress && now >= next_progress) {
      next_progress = now + kProgressInterval;
      if (!progress({now - begin, read_counter(host_register::kCtasDone), ctas})) {
        reason = StopReason::kInterrupt;
      }
    }
    if (reason != StopReason::kNone) {
      stopped_at = port_.cycles();
      write(host_register::kControl, host_register::kControlStop);
    }
  }
}

template <typename Port>
void LaunchDriver<Port>::write_launch(const Launch& launch, const Geometry& geometry,
                                      std::span<const Region> regions) {
  for (std::uint32_t i = 0; i < config_.regions; ++i) {
    const Region region = i < regions.size() ? regions[i] : Region{};
    write(host_register::kRegions + 8 * i, region.base | region.permissions);
    write(host_register::kRegions + 8 * i + 4, region.limit);
  }
  write(host_register::kEntry, launch.entry);
  write(host_register::kArgptr, launch.argptr);
  write_dimensions(host_register::kGrid, launch.grid);
  write_dimensions(host_register::kBlock, launch.block);
  write(host_register::kThreads, geometry.threads);
  write(host_register::kWarpsPerCta, geometry.warps_per_cta);
  write(host_register::kResidentCtas, geometry.resident_ctas);
  write(host_register::kSharedSize, geometry.shared_size);
  write(host_register::kLocalBase, launch.local_base);
  write(host_register::kLocalShift, launch.local_shift);
  write(host_register::kCacheControl, launch.l1_bypass ? host_register::kCacheControlBypass : 0);
}

template <typename Port>
void LaunchDriver<Port>::write_dimensions(std::uint32_t offset, const Dim3& size) {
  write(offset, size.x);
  write(offset + 4, size.y);
  write(offset + 8, size.z);
}

template <typename Port>
Dim3 LaunchDriver<Port>::read_dimensions(std::uint32_t offset) {
  const std::uint32_t x = read(offset);
  const std::uint32_t y = read(offset + 4);
  return {x, y, read(offset + 8)};
}

template <typename Port>
std::uint64_t LaunchDriver<Port>::read_counter(std::uint32_t offset) {
  // The halves are read in different cycles: read again if the upper one moved.
  std::uint32_t high = read(offset + 4);
  for (;;) {
    const std::uint32_t low = read(offset);
    const std::uint32_t again = read(offset + 4);
    if (again == high) return std::uint64_t{high} << 32 | low;
    high = again;
  }
}

template <typename Port>
Counters LaunchDriver<Port>::read_counters() {
  std::array<std::uint64_t, 8> values{};
  std::uint32_t offset = host_register::kCounters;
  for (std::uint64_t& value : values) {
    value = read_counter(offset);
    offset += 8;
  }
  return {values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]};
}

template <typename Port>
Performance LaunchDriver<Port>::read_performance() {
  port_.wait(kPerformanceSettles);
  Performance result;
  std::uint32_t offset = host_register::kPerformance;
  for (std::uint64_t& value : result.values) {
    value = read_counter(offset);
    offset += 8;
  }
  return result;
}

template <typename Port>
Fault LaunchDriver<Port>::read_fault() {
  Fault fault;
  fault.cause = read(host_register::kFaultCause);
  fault.warp = read(host_register::kFaultWarp);
  fault.mask = read(host_register::kFaultMask);
  fault.pc = read(host_register::kFaultPc);
  fault.address = read(host_register::kFaultAddress);
  fault.ctaid = read_dimensions(host_register::kFaultCtaid);
  return fault;
}

template <typename Port>
std::vector<WarpPosition> LaunchDriver<Port>::read_warps() {
  std::vector<WarpPosition> warps;
  for (std::uint32_t warp = 0; warp < config_.warps; ++warp) {
    write(host_register::kWarpSelect, warp);
    WarpPosition position;
    position.warp = warp;
    position.pc = read(host_register::kWarpPc);
    position.mask = read(host_register::kWarpMask);
    position.alive = read(host_register::kWarpAlive);
    if (position.alive != 0) warps.push_back(position);
  }
  return warps;
}

}  // namespace heddle::timed
