// The environment variables that choose a device and how it runs; docs/user_guide.md lists them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "device/device_options.hpp"

namespace heddle {

struct Environment {
  std::string device = "functional";
  std::string config = "base";
  DeviceOptions options;
  std::uint64_t cycle_limit = 0;  ///< 0: none
  std::uint32_t local_shift = 12;
  bool l1_bypass = false;
  bool statistics = false;
  std::string statistics_file;  ///< empty: none

  /// Throws std::runtime_error that names the variable when a value makes no sense.
  static Environment read();
};

/// log2 of the local memory for a stack of at least that many bytes. Throws std::runtime_error
/// above 1 MiB.
std::uint32_t local_shift_for(std::uint64_t stack_bytes);

/// "begin:end" in cycles; either may be left out and then stays as it is. Throws std::runtime_error
/// that names `what`.
void parse_window(std::string_view what, const std::string& text, std::uint64_t& begin,
                  std::uint64_t& end);

}  // namespace heddle
