#include "functional/functional_device.hpp"

#include "device/regions.hpp"
#include "functional/grid.hpp"
#include "isa/float_lanes.hpp"

namespace heddle {
namespace {

class FunctionalDevice final : public Device {
 public:
  FunctionalDevice(const Config& config, FunctionalChecks checks)
      : config_(config), machine_(config), checks_(checks) {}

  const Config& config() const override { return config_; }
  std::string_view kind() const override { return "functional"; }

  void set_regions(std::span<const Region> regions) override {
    check_regions(config_, regions);
    machine_.code.clear();
    machine_.rights.set_regions(regions);
  }

  void write_memory(std::uint32_t address, std::span<const std::byte> data) override {
    machine_.memory.write(address, data);
  }

  void read_memory(std::uint32_t address, std::span<std::byte> data) const override {
    machine_.memory.read(address, data);
  }

  LaunchResult run(const Launch& launch, const ProgressCallback& progress) override {
    const Geometry geometry = check_launch(config_, launch);
    // The host may have written new code since the last launch.
    machine_.code.clear();
    const isa::HostFloatEnvironment environment;
    return functional::Grid(machine_, launch, geometry, checks_).run(progress);
  }

 private:
  Config config_;
  functional::Machine machine_;
  FunctionalChecks checks_;
};

}  // namespace

std::unique_ptr<Device> make_functional_device(const Config& config, FunctionalChecks checks) {
  return std::make_unique<FunctionalDevice>(config, checks);
}

}  // namespace heddle
