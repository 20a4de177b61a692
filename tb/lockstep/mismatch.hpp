// Text for the user about a difference between RTL and model.
#pragma once

#include <cstdint>
#include <string>

#include "device/device.hpp"
#include "device/device_options.hpp"
#include "lockstep/compare.hpp"
#include "lockstep/history.hpp"

namespace heddle::lockstep {

struct Moment {
  std::uint64_t cycle = 0;         ///< since the device was opened: what waveform windows count
  std::uint64_t launch_cycle = 0;  ///< since the launch's start
};

/// Where the two differ, the last instructions of the warp concerned (of all warps if it is
/// unknown), and how to see it.
std::string describe_mismatch(const FieldName& field, const Difference& difference,
                              const Moment& moment, const Config& config, const History& history,
                              const DeviceOptions& options);

/// The shell command that runs this process again, with a waveform of the cycles around `cycle`.
std::string rerun_command(std::uint64_t cycle, const Config& config, const DeviceOptions& options);

}  // namespace heddle::lockstep
