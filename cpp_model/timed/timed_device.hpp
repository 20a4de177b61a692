// The timed device: the golden model, exact in every clock cycle, without the RTL beside it.
#pragma once

#include <memory>

#include "common/config.hpp"
#include "device/device.hpp"
#include "device/device_options.hpp"
#include "memory/memory_timing.hpp"

namespace heddle {

std::unique_ptr<Device> make_timed_device(const Config& config, const MemoryTiming& timing);

/// With reports and traces of its runs. Throws std::runtime_error for options that make no sense.
std::unique_ptr<Device> make_timed_device(const Config& config, const DeviceOptions& options);

}  // namespace heddle
