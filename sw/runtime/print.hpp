// printf and assert in kernels: reads the records that a launch has left in device memory, and
// formats them. What they look like: device/lib/print_record.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "device/device.hpp"

namespace heddle {

/// The string at a device address.
using TextReader = std::function<std::string(std::uint32_t)>;

/// What C's printf makes of a format and values of 64 bits. Where there are no values any more, or
/// no such conversion exists, the specification stays as it is.
std::string format_values(const std::string& format, std::span<const std::uint64_t> values,
                          const TextReader& text_at);

struct Printed {
  struct Record {
    bool assertion = false;
    std::string text;
  };
  std::vector<Record> records;   ///< in the order of their claims
  std::uint32_t lost = 0;        ///< records that did not fit
  std::uint32_t unfinished = 0;  ///< records whose threads were stopped while they wrote them
  bool damaged = false;          ///< the buffer was overwritten: there may have been more
};

/// Reads the buffer of `capacity` words behind the head at that address, and empties it.
Printed take_printed(Device& device, std::uint32_t head, std::uint32_t capacity);

}  // namespace heddle
