// Devices of kind "rtl" and "lockstep" for test programs.
#pragma once

#include <memory>
#include <string>

#include "device/device.hpp"
#include "device/device_options.hpp"

namespace heddle::lockstep {

/// Loads libheddle_rtl_<config>.so from $HEDDLE_LIB_DIR or the build folder. Throws
/// std::runtime_error.
std::unique_ptr<Device> open_rtl(const std::string& kind, const std::string& config,
                                 const DeviceOptions& options);

}  // namespace heddle::lockstep
