// A device behind one of the wrappers, as a Device: what its host does goes through the wrapper's
// host port, what its programs do through the wrapper's memory port.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "common/config.hpp"
#include "device/axi_lite_driver.hpp"
#include "device/device.hpp"
#include "device/regions.hpp"
#include "memory/memory_image.hpp"

namespace heddle::tb {

/// `Pins` has `AxiLiteOut cycle(const AxiLiteIn&)`, as AxiLiteDriver wants it, and the memory in
/// `image`.
template <typename Pins>
class WrapperDevice final : public Device {
 public:
  WrapperDevice(const Config& config, std::unique_ptr<Pins> device_pins)
      : pins(std::move(device_pins)), config_(config) {}

  const Config& config() const override { return config_; }
  std::string_view kind() const override { return "rtl"; }

  void set_regions(std::span<const Region> regions) override {
    check_regions(config_, regions);
    regions_.assign(regions.begin(), regions.end());
  }
  void write_memory(std::uint32_t address, std::span<const std::byte> data) override {
    pins->image.write(address, data);
  }
  void read_memory(std::uint32_t address, std::span<std::byte> data) const override {
    pins->image.read(address, data);
  }
  LaunchResult run(const Launch& launch, const ProgressCallback& progress) override {
    const Geometry geometry = check_launch(config_, launch);
    const auto cycle = [this](const timed::AxiLiteIn& host) { return pins->cycle(host); };
    timed::AxiLiteDriver driver(config_, cycle);
    return driver.run(launch, geometry, regions_, progress);
  }

  const std::unique_ptr<Pins> pins;

 private:
  Config config_;
  std::vector<Region> regions_;
};

}  // namespace heddle::tb
