// The golden model alone, with functional coverage: for tests of the counting.
#pragma once

#include <span>
#include <vector>

#include "coverage/bins.hpp"
#include "coverage/sampler.hpp"
#include "device/axi_lite_driver.hpp"
#include "device/device.hpp"
#include "device/regions.hpp"
#include "isa/float_lanes.hpp"
#include "timed/machine.hpp"

namespace heddle::coverage {

class ModelBench final : public Device {
 public:
  ModelBench(const Config& config, std::uint32_t latency, std::uint64_t seed, Bins& bins)
      : config_(config), machine_(config, {latency, seed}), sampler_(config, bins) {}

  const Config& config() const override { return config_; }
  std::string_view kind() const override { return "timed"; }
  void set_regions(std::span<const Region> regions) override {
    check_regions(config_, regions);
    regions_.assign(regions.begin(), regions.end());
  }
  void write_memory(std::uint32_t address, std::span<const std::byte> data) override {
    machine_.image.write(address, data);
  }
  void read_memory(std::uint32_t address, std::span<std::byte> data) const override {
    machine_.image.read(address, data);
  }
  LaunchResult run(const Launch& launch, const ProgressCallback& progress) override {
    const isa::HostFloatEnvironment environment;
    const auto cycle = [this](const timed::AxiLiteIn& pins) { return step(pins); };
    timed::AxiLiteDriver driver(config_, cycle);
    return driver.run(launch, check_launch(config_, launch), regions_, progress);
  }

 private:
  timed::AxiLiteOut step(const timed::AxiLiteIn& pins) {
    const timed::AxiLiteOut out = machine_.drive(pins);
    sampler_.sample(machine_.gpu);
    machine_.tick(pins);
    return out;
  }

  Config config_;
  timed::Machine machine_;
  Sampler sampler_;
  std::vector<Region> regions_;
};

}  // namespace heddle::coverage
