// Register accesses of tests, with strobes and answers as they come.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>

#include "device/axi_lite_driver.hpp"
#include "lockstep/directed.hpp"
#include "lockstep/port_device.hpp"

namespace heddle::lockstep {

namespace reg = timed::host_register;

inline constexpr std::uint32_t kOkay = 0;
inline constexpr std::uint32_t kSlaveError = 2;

class HostPort {
 public:
  explicit HostPort(PortDevice& device) : device_(device) {}

  /// Returns BRESP.
  std::uint32_t write(std::uint32_t offset, std::uint32_t value, std::uint32_t strobe = 0xf) {
    timed::AxiLiteIn pins;
    pins.aw_valid = pins.w_valid = true;
    pins.aw_addr = offset;
    pins.w_data = value;
    pins.w_strobe = strobe;
    const timed::AxiLiteOut accepted = device_.cycle(pins);
    REQUIRE(accepted.aw_ready);
    REQUIRE(accepted.w_ready);
    timed::AxiLiteIn answer;
    answer.b_ready = true;
    const timed::AxiLiteOut out = device_.cycle(answer);
    REQUIRE(out.b_valid);
    return out.b_resp;
  }

  std::uint32_t read(std::uint32_t offset) {
    timed::AxiLiteIn pins;
    pins.ar_valid = true;
    pins.ar_addr = offset;
    REQUIRE(device_.cycle(pins).ar_ready);
    timed::AxiLiteIn answer;
    answer.r_ready = true;
    const timed::AxiLiteOut out = device_.cycle(answer);
    REQUIRE(out.r_valid);
    REQUIRE(out.r_resp == kOkay);
    return out.r_data;
  }

  void wait(std::uint32_t cycles) {
    for (; cycles != 0; --cycles) device_.cycle({});
  }

  /// The last STATUS, which is not busy.
  std::uint32_t wait_until_idle() {
    for (int i = 0; i < 10'000; ++i) {
      const std::uint32_t status = read(reg::kStatus);
      if ((status & reg::kStatusBusy) == 0) return status;
      wait(16);
    }
    FAIL("the device stays busy");
    return 0;
  }

  void write_dimensions(std::uint32_t offset, const Dim3& size) {
    write(offset, size.x);
    write(offset + 4, size.y);
    write(offset + 8, size.z);
  }

  /// The registers of a legal launch of one CTA of 32 threads that starts at kCode.
  void write_small_launch() {
    write(reg::kRegions, kCode | kRead | kExecute);
    write(reg::kRegions + 4, kCode + 0x1000);
    write(reg::kEntry, kCode);
    write_dimensions(reg::kGrid, {1, 1, 1});
    write_dimensions(reg::kBlock, {32, 1, 1});
    write(reg::kThreads, 32);
    write(reg::kWarpsPerCta, 1);
    write(reg::kResidentCtas, 1);
    write(reg::kSharedSize, 256);
    write(reg::kLocalBase, kLocal);
    write(reg::kLocalShift, 8);
  }

 private:
  PortDevice& device_;
};

}  // namespace heddle::lockstep
