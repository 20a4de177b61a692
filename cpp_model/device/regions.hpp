// Rules for the table of mapped regions, shared by all devices.
#pragma once

#include <span>

#include "common/config.hpp"
#include "device/device.hpp"

namespace heddle {

/// Throws std::invalid_argument, with a message for the user, when there are more regions than the
/// device has or when one does not start and end at a page of 4,096 bytes.
void check_regions(const Config& config, std::span<const Region> regions);

}  // namespace heddle
