// Devices of kind "rtl" and "lockstep" with their host port in reach, for tests that access
// registers as no launch does.
#pragma once

#include "device/axi_lite.hpp"
#include "device/axi_lite_driver.hpp"
#include "device/device.hpp"

namespace heddle::lockstep {

class PortDevice : public Device {
 public:
  /// Drives the host port's pins for one clock cycle: returns the device's pins of that cycle, and
  /// ends it with a rising edge. A device of kind "lockstep" throws std::runtime_error, with the
  /// report, at a difference.
  virtual timed::AxiLiteOut cycle(const timed::AxiLiteIn& pins) = 0;
};

/// What an AxiLiteDriver needs of a PortDevice.
struct PortCycle {
  PortDevice* device;
  timed::AxiLiteOut operator()(const timed::AxiLiteIn& pins) const { return device->cycle(pins); }
};
using PortDriver = timed::AxiLiteDriver<PortCycle>;

}  // namespace heddle::lockstep
