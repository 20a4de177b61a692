// Pins of the host's AXI4-Lite port in one cycle. Source: docs/architecture/host_interface.md.
#pragma once

#include <cstdint>

namespace heddle::timed {

/// Driven by the host.
struct AxiLiteIn {
  bool aw_valid = false;
  std::uint32_t aw_addr = 0;
  bool w_valid = false;
  std::uint32_t w_data = 0;
  std::uint32_t w_strobe = 0;
  bool b_ready = false;
  bool ar_valid = false;
  std::uint32_t ar_addr = 0;
  bool r_ready = false;

  bool operator==(const AxiLiteIn&) const = default;
};

/// Driven by the device. `aw_ready` and `w_ready` depend on the host's valids of the same cycle.
struct AxiLiteOut {
  bool aw_ready = false;
  bool w_ready = false;
  bool b_valid = false;
  std::uint32_t b_resp = 0;
  bool ar_ready = false;
  bool r_valid = false;
  std::uint32_t r_data = 0;
  std::uint32_t r_resp = 0;

  bool operator==(const AxiLiteOut&) const = default;
};

}  // namespace heddle::timed
