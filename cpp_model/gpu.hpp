// The whole device, cycle by cycle: the golden model of rtl/gpu.sv.
//
// A cycle: read host_out() and axi_out(), call eval() with the pins of this cycle, then tick().
// Between eval() and tick() every module still shows its outputs of this cycle.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/config.hpp"
#include "device/axi_lite.hpp"
#include "device/dispatcher.hpp"
#include "device/fault_unit.hpp"
#include "device/host_interface.hpp"
#include "device/performance_counters.hpp"
#include "memory/axi_master.hpp"
#include "memory/crossbar.hpp"
#include "memory/l2_slice.hpp"
#include "sm.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class Gpu {
 public:
  /// After construction the device is as after reset.
  explicit Gpu(const Config& config);
  Gpu(const Gpu&) = delete;
  Gpu& operator=(const Gpu&) = delete;

  /// The host port's outputs in this cycle, given the host's pins in this cycle.
  AxiLiteOut host_out(const AxiLiteIn& pins) const { return host_.pins(pins); }
  /// The memory port's outputs in this cycle.
  const AxiMasterOut& axi_out(std::uint32_t channel) const { return masters_[channel].out().axi; }

  /// A channel drives a valid signal.
  bool axi_driven() const { return driven_channels_ != 0; }

  /// `axi` holds the pins of all channels, by number.
  void eval(const AxiLiteIn& pins, std::span<const AxiSlaveOut> axi);
  void tick();

  // For probes.
  /// From now on the lanes' outputs say which float flags each instruction raised.
  void keep_float_flags() { sm_.keep_float_flags(); }
  /// Nothing is in flight anywhere.
  bool machine_idle() const { return sm_.idle() && occupied_slices_ == 0; }
  const Sm& sm() const { return sm_; }
  const HostInterface& host_interface() const { return host_; }
  const PerformanceCounters& performance_counters() const { return performance_; }
  const Dispatcher& dispatcher() const { return dispatcher_; }
  const FaultUnit& fault_unit() const { return fault_unit_; }
  const Crossbar& crossbar() const { return crossbar_; }
  const L2Slice& l2_slice(std::uint32_t channel) const { return slices_[channel]; }
  const AxiMaster& axi_master(std::uint32_t channel) const { return masters_[channel]; }

 private:
  void connect();
  /// Channels that have to be evaluated whatever the crossbar does: more to do than wait.
  std::uint32_t active_channels(std::span<const AxiSlaveOut> axi) const;
  void set_crossbar_inputs();
  void eval_device(const AxiLiteIn& pins);
  void tick_memory();
  void eval_memory(const Crossbar::Wires& wires, std::span<const AxiSlaveOut> axi);
  void eval_channel(std::uint32_t channel, const Crossbar::Wires& wires, const AxiSlaveOut& axi);
  void show_channel(std::uint32_t channel);
  void count_channel(const L2Slice::Outputs& slice, const AxiMasterOut& master,
                     const AxiSlaveOut& axi);

  std::uint32_t channels_;
  HostInterface host_;
  PerformanceCounters performance_;
  Dispatcher dispatcher_;
  FaultUnit fault_unit_;
  Sm sm_;
  Crossbar crossbar_;
  std::vector<L2Slice> slices_;
  std::vector<AxiMaster> masters_;

  // The modules' inputs. connect() sets the pointers, which stay; eval() the rest.
  Crossbar::Inputs crossbar_in_;
  HostInterface::Inputs host_in_;
  Dispatcher::Inputs dispatcher_in_;
  FaultUnit::Inputs fault_in_;
  Sm::Inputs sm_in_;
  PerformanceCounters::Events events_;  ///< of this cycle

  bool memory_active_ = false;         ///< in this cycle
  std::uint32_t active_channels_ = 0;  ///< in this cycle
  // By channel, as the modules show it.
  std::uint32_t busy_channels_ = 0, driven_channels_ = 0;
  std::uint32_t occupied_slices_ = 0, flushing_slices_ = 0, faulty_slices_ = 0;
};

}  // namespace heddle::timed
