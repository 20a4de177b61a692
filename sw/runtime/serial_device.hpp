// The device "serial": a Heddle board at a serial port. Source: docs/architecture/board.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "device/device.hpp"

namespace heddle {

/// "serial:/dev/ttyUSB0" or "serial:/dev/ttyUSB0,3000000"
bool is_serial(std::string_view kind);

/// Opens the port, begins a session, and compares the board's configuration with `config`.
/// `patience`: seconds without an answer after which the board is given up. Throws
/// std::runtime_error with a message for the user; so does every later access once the link fails.
std::unique_ptr<Device> make_serial_device(const std::string& kind, const Config& config,
                                           std::uint32_t patience);

}  // namespace heddle
