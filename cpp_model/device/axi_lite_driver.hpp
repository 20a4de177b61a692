// The host's side of the AXI4-Lite port: register accesses, and from them a whole launch. It drives
// any device with these pins: the timed model, the verilated RTL, or both at once.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/config.hpp"
#include "device/axi_lite.hpp"
#include "device/device.hpp"
#include "device/launch_driver.hpp"

namespace heddle::timed {

/// For the driver's errors: "the device <what> register 0x044".
std::string describe_access(const char* what, std::uint32_t offset);

/// `Cycle` is callable as `AxiLiteOut cycle(const AxiLiteIn& pins)`: drives `pins` for one clock
/// cycle, returns what the device answers in that same cycle, and ends the cycle with a rising
/// edge. It may throw to abandon a launch (as the lockstep does at a difference); the driver then
/// holds nothing that matters.
template <typename Cycle>
class AxiLiteDriver {
 public:
  AxiLiteDriver(const Config& config, Cycle cycle) : config_(config), cycle_(std::move(cycle)) {}

  /// Throw std::runtime_error if the device does not answer, or answers with an error.
  void write(std::uint32_t offset, std::uint32_t value);
  std::uint32_t read(std::uint32_t offset);

  /// Lets `cycles` pass without an access.
  void wait(std::uint64_t cycles);

  /// A whole launch: LaunchDriver.
  LaunchResult run(const Launch& launch, const Geometry& geometry, std::span<const Region> regions,
                   const ProgressCallback& progress) {
    return LaunchDriver(config_, *this).run(launch, geometry, regions, progress);
  }

  /// Cycles driven since construction.
  std::uint64_t cycles() const { return cycles_; }

 private:
  // The register file answers in the cycle after the request.
  static constexpr std::uint32_t kAnswerLimit = 16;

  AxiLiteOut step(const AxiLiteIn& pins) {
    ++cycles_;
    return cycle_(pins);
  }

  Config config_;
  Cycle cycle_;
  std::uint64_t cycles_ = 0;
};

template <typename Cycle>
void AxiLiteDriver<Cycle>::write(std::uint32_t offset, std::uint32_t value) {
  AxiLiteIn pins;
  pins.aw_valid = true;
  pins.aw_addr = offset;
  pins.w_valid = true;
  pins.w_data = value;
  pins.w_strobe = 0xf;
  pins.b_ready = true;
  for (std::uint32_t i = 0; i < kAnswerLimit; ++i) {
    const AxiLiteOut out = step(pins);
    if (out.aw_ready) pins.aw_valid = false;
    if (out.w_ready) pins.w_valid = false;
    if (!out.b_valid) continue;
    if (out.b_resp != 0) throw std::runtime_error(describe_access("refused a write of", offset));
    return;
  }
  throw std::runtime_error(describe_access("did not answer a write of", offset));
}

template <typename Cycle>
std::uint32_t AxiLiteDriver<Cycle>::read(std::uint32_t offset) {
  AxiLiteIn pins;
  pins.ar_valid = true;
  pins.ar_addr = offset;
  pins.r_ready = true;
  for (std::uint32_t i = 0; i < kAnswerLimit; ++i) {
    const AxiLiteOut out = step(pins);
    if (out.ar_ready) pins.ar_valid = false;
    if (!out.r_valid) continue;
    if (out.r_resp != 0) throw std::runtime_error(describe_access("refused a read of", offset));
    return out.r_data;
  }
  throw std::runtime_error(describe_access("did not answer a read of", offset));
}

template <typename Cycle>
void AxiLiteDriver<Cycle>::wait(std::uint64_t cycles) {
  const AxiLiteIn idle;
  for (std::uint64_t i = 0; i < cycles; ++i) step(idle);
}

}  // namespace heddle::timed
