// Opens a device of any kind by name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "device/device.hpp"
#include "device/device_options.hpp"

namespace heddle {

/// What a library with a verilated design exports as heddle_open_rtl_device. Throws for what it
/// does not know.
using OpenRtlDevice = Device*(const char* kind, const char* config, const DeviceOptions* options);

/// kind: functional, timed, rtl, lockstep or serial:PORT[,BAUD]; config: a name or path for
/// Config::load. rtl and lockstep come from the library libheddle_rtl_<config>.so in
/// $HEDDLE_LIB_DIR, or beside this code. Throws std::runtime_error with a message for the user.
std::unique_ptr<Device> open_device(const std::string& kind, const std::string& config,
                                    const DeviceOptions& options);

/// The kinds that open_device can open for a configuration.
std::vector<std::string> available_devices(const std::string& config);

}  // namespace heddle
