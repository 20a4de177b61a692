// The golden model of a whole machine: the device, and a memory of its own at the device's ports.
#pragma once

#include <cstdint>
#include <vector>

#include "common/config.hpp"
#include "device/device.hpp"
#include "gpu.hpp"
#include "memory/axi_memory.hpp"
#include "memory/memory_image.hpp"
#include "memory/memory_timing.hpp"

namespace heddle::timed {

/// A cycle is drive(pins), whatever looks at the cycle, and tick(pins).
class Machine {
 public:
  Machine(const Config& config, const MemoryTiming& timing)
      : memory(config, timing, image), gpu(config), channels_(config.channels) {}
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// What the device answers on the host port in this cycle.
  AxiLiteOut drive(const AxiLiteIn& pins) { return gpu.host_out(pins); }

  /// The clock edge that ends the cycle.
  void tick(const AxiLiteIn& pins) {
    gpu.eval(pins, memory.outs());
    if (gpu.axi_driven() || memory.due()) {
      for (std::uint32_t channel = 0; channel < channels_; ++channel) {
        memory.tick(channel, gpu.axi_out(channel));
      }
    }
    memory.end_cycle();
    gpu.tick();
  }

  /// Of the warps of a launch that was cut off: what they waited for.
  void find_mbarrier_waits(std::vector<WarpPosition>& warps, const Geometry& geometry) const;

  MemoryImage image;
  AxiMemory memory;
  Gpu gpu;

 private:
  std::uint32_t channels_;
};

}  // namespace heddle::timed
