// Keeps the first fault and the first exit status of a grid, and halts the machine at a fault.
// Source: docs/architecture/device.md, "fault_unit".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "device/device.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class FaultUnit {
 public:
  static constexpr std::uint32_t kSources = 11;

  struct Inputs {
    bool start = false;
    /// In the order of their priority: load_return, coalescer, address_unit, copy_engine,
    /// mma_control, tensor_access, branch_unit, warp_control, barrier, operand_collector,
    /// instruction_cache.
    std::array<const FaultEvent*, kSources> faults{};
    const FaultEvent* l2_fault = nullptr;  ///< of the lowest channel that has one; null: none
    bool stop = false;                     ///< and the device is busy
    bool deadlock = false;
    bool invalid_launch = false;
    const LaunchEvent* launch = nullptr;
    const ControlEvent* control = nullptr;
  };

  struct Outputs {
    bool halt = false;  ///< a fault is kept
    Fault fault;
    std::uint32_t exit_status = 0;
  };

  explicit FaultUnit(const Config&) {}

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    if (in.start || in.stop || in.deadlock || in.invalid_launch || in.launch->valid ||
        in.control->valid || any_fault(in)) {
      step(in);
    }
  }
  void tick() {
    if (!changed_) [[likely]]
      return;
    changed_ = false;
    out_ = next_;
  }

 private:
  static constexpr std::uint32_t kMaximumWarps = 32;

  static bool any_fault(const Inputs& in) {
    bool any = false;
    for (const FaultEvent* event : in.faults) any |= event->valid;
    return any || in.l2_fault != nullptr;
  }
  void step(const Inputs& in);
  void keep(const Fault& fault);
  void keep(const FaultEvent& event);

  std::array<Dim3, kMaximumWarps> ctaid_{};
  bool changed_ = false;
  Outputs next_;
  Outputs out_;
};

}  // namespace heddle::timed
