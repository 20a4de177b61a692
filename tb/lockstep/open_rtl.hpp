// Devices of kind "rtl" and "lockstep" for test programs.
#pragma once

#include <memory>
#include <string>

#include "device/device_options.hpp"
#include "lockstep/port_device.hpp"

namespace heddle::lockstep {

/// Loads libheddle_rtl_<config>.so from $HEDDLE_LIB_DIR or the build folder. Throws
/// std::runtime_error.
std::unique_ptr<PortDevice> open_rtl(const std::string& kind, const std::string& config,
                                     const DeviceOptions& options);

/// A lockstep device whose memory has this latency and jitter; see MemoryTiming.
std::unique_ptr<PortDevice> open_lockstep(const std::string& config,
                                          std::uint32_t memory_latency = 40,
                                          std::uint64_t memory_seed = 0);

}  // namespace heddle::lockstep
