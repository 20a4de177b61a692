#include "timed/timed_device.hpp"

#include <chrono>
#include <vector>

#include "device/axi_lite_driver.hpp"
#include "device/regions.hpp"
#include "isa/float_lanes.hpp"
#include "report/run_observer.hpp"
#include "timed/machine.hpp"

namespace heddle {
namespace {

using Clock = std::chrono::steady_clock;

class TimedDevice final : public Device {
 public:
  TimedDevice(const Config& config, const DeviceOptions& options)
      : config_(config),
        machine_(config, {options.memory_latency, options.memory_seed}),
        observer_(config, "timed", options) {}

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
    const Geometry geometry = check_launch(config_, launch);
    const isa::HostFloatEnvironment environment;
    observer_.begin_launch(launch);
    const Clock::time_point begin = Clock::now();
    const auto cycle = [this](const timed::AxiLiteIn& pins) { return step(pins); };
    timed::AxiLiteDriver driver(config_, cycle);
    LaunchResult result = driver.run(launch, geometry, regions_, progress);
    machine_.find_mbarrier_waits(result.warps, geometry);
    result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    observer_.end_launch(result);
    return result;
  }

 private:
  timed::AxiLiteOut step(const timed::AxiLiteIn& pins) {
    const timed::AxiLiteOut out = machine_.drive(pins);
    if (observer_.watches()) observer_.sample(machine_.gpu);
    machine_.tick(pins);
    return out;
  }

  Config config_;
  timed::Machine machine_;
  report::RunObserver observer_;
  std::vector<Region> regions_;
};

}  // namespace

std::unique_ptr<Device> make_timed_device(const Config& config, const MemoryTiming& timing) {
  DeviceOptions options;
  options.memory_latency = timing.latency;
  options.memory_seed = timing.seed;
  return make_timed_device(config, options);
}

std::unique_ptr<Device> make_timed_device(const Config& config, const DeviceOptions& options) {
  return std::make_unique<TimedDevice>(config, options);
}

}  // namespace heddle
