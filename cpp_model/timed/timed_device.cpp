#include "timed/timed_device.hpp"

#include <chrono>
#include <vector>

#include "device/axi_lite_driver.hpp"
#include "device/regions.hpp"
#include "gpu.hpp"
#include "isa/float_lanes.hpp"
#include "memory/axi_memory.hpp"
#include "memory/memory_image.hpp"
#include "report/run_observer.hpp"

namespace heddle {
namespace {

using Clock = std::chrono::steady_clock;

class TimedDevice final : public Device {
 public:
  TimedDevice(const Config& config, const DeviceOptions& options)
      : config_(config),
        memory_(config, {options.memory_latency, options.memory_seed}, image_),
        gpu_(config),
        observer_(config, "timed", options) {}

  const Config& config() const override { return config_; }
  std::string_view kind() const override { return "timed"; }

  void set_regions(std::span<const Region> regions) override {
    check_regions(config_, regions);
    regions_.assign(regions.begin(), regions.end());
  }

  void write_memory(std::uint32_t address, std::span<const std::byte> data) override {
    image_.write(address, data);
  }

  void read_memory(std::uint32_t address, std::span<std::byte> data) const override {
    image_.read(address, data);
  }

  LaunchResult run(const Launch& launch, const ProgressCallback& progress) override {
    const Geometry geometry = check_launch(config_, launch);
    const isa::HostFloatEnvironment environment;
    observer_.begin_launch(launch);
    const Clock::time_point begin = Clock::now();
    const auto cycle = [this](const timed::AxiLiteIn& pins) { return step(pins); };
    timed::AxiLiteDriver driver(config_, cycle);
    LaunchResult result = driver.run(launch, geometry, regions_, progress);
    result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    observer_.end_launch(result);
    return result;
  }

 private:
  timed::AxiLiteOut step(const timed::AxiLiteIn& pins) {
    const timed::AxiLiteOut out = gpu_.host_out(pins);
    if (observer_.watches()) observer_.sample(gpu_);
    gpu_.eval(pins, memory_.outs());
    if (gpu_.axi_driven() || memory_.due()) {
      for (std::uint32_t i = 0; i < config_.channels; ++i) memory_.tick(i, gpu_.axi_out(i));
    }
    memory_.end_cycle();
    gpu_.tick();
    return out;
  }

  Config config_;
  MemoryImage image_;
  AxiMemory memory_;
  timed::Gpu gpu_;
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
