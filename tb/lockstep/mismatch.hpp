// Text for the user about a difference between RTL and model.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "device/device.hpp"
#include "device/device_options.hpp"
#include "lockstep/compare.hpp"
#include "lockstep/history.hpp"

namespace heddle::lockstep {

struct Moment {
  std::uint64_t cycle = 0;         ///< since the device was opened: what waveform windows count
  std::uint64_t launch_cycle = 0;  ///< since the launch's start
};

/// Where the two differ, and the last instructions of the warp concerned (of all warps if it is
/// unknown). Ends without a newline.
std::string describe_mismatch(const FieldName& field, const Difference& difference,
                              const Moment& moment, const Config& config, const History& history);

/// How a process was started.
struct Invocation {
  std::string folder;                  ///< its working folder
  std::vector<std::string> words;      ///< program (absolute) and arguments
  std::vector<std::string> variables;  ///< of its environment: NAME=value

  /// This process.
  static Invocation own();
};

/// Cycles that a waveform of a difference goes on behind it.
inline constexpr std::uint64_t kWaveAfter = 20;

/// The shell command that repeats a run with a waveform, mismatch.fst, of the cycles around
/// `cycle`: it builds the design that records it, and runs options.rerun, or else `invocation`
/// with its HEDDLE_ variables.
std::string rerun_command(std::uint64_t cycle, const Config& config, const DeviceOptions& options,
                          const Invocation& invocation);

}  // namespace heddle::lockstep
