// The host's registers and the counters. Source: docs/architecture/host_interface.md and device.md.
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "device/axi_lite.hpp"
#include "device/device.hpp"
#include "device/performance_counters.hpp"
#include "memory/region_check.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class HostInterface {
 public:
  /// What the counters count in this cycle.
  struct CounterEvents {
    bool accepted = false;  ///< an instruction, not a fault, was accepted by the operand collector
    std::uint32_t threads = 0;  ///< active threads; 0 without `accepted`
    bool global_access = false;
    bool global_line = false;
    bool shared_row = false;
    bool shared_pass = false;
    bool cta_done = false;
  };

  struct Inputs {
    const AxiLiteIn* pins = nullptr;
    bool busy = false;
    bool done = false;
    bool fault = false;
    const Fault* kept_fault = nullptr;
    std::uint32_t exit_status = 0;
    const WarpView* warps = nullptr;  ///< by warp slot
    const PerformanceCounters* performance = nullptr;
    CounterEvents events;
  };

  struct Outputs {
    bool start = false;
    bool stop = false;
    bool l1_bypass = false;  ///< CACHE_CONTROL
    LaunchRegisters launch;
    RegionRegisters regions;
    Counters counters;
  };

  explicit HostInterface(const Config& config);

  const Outputs& out() const { return out_; }
  /// The AXI4-Lite outputs in this cycle, given the host's pins in this cycle.
  AxiLiteOut pins(const AxiLiteIn& in) const;

  void eval(const Inputs& in) {
    accessed_ = in.pins->aw_valid || in.pins->ar_valid || b_valid_ || r_valid_;
    if (accessed_) [[unlikely]]
      access(in);
    next_.clear_counters = out_.start;
    next_.busy = in.busy;
    next_.events = in.events;
  }
  /// The warp slot that the WARP registers show: always one that exists.
  std::uint32_t selected_slot() const { return warp_select_ & (config_.warps - 1); }
  void tick() {
    if (accessed_) [[unlikely]] {
      update_registers();
    } else {
      out_.start = out_.stop = false;
    }
    if (next_.clear_counters) [[unlikely]] {
      out_.counters = Counters{};
    } else {
      count();
    }
  }

 private:
  // What a cycle's accesses and events change; out() shows it after tick().
  struct Next {
    bool start = false;
    bool stop = false;
    bool write = false;
    std::uint32_t write_offset = 0;
    std::uint32_t write_data = 0;
    bool clear_counters = false;
    bool busy = false;
    CounterEvents events;
    bool b_valid = false;
    std::uint32_t b_resp = 0;
    bool r_valid = false;
    std::uint32_t r_data = 0;
  };

  void access(const Inputs& in);
  std::uint32_t read_register(std::uint32_t offset, const Inputs& in) const;
  std::uint32_t read_counter(std::uint32_t offset) const;
  /// The register that keeps what is written to an offset; null if there is none.
  std::uint32_t* writable(std::uint32_t offset);
  void update_registers();
  void count() {
    Counters& counters = out_.counters;
    const CounterEvents& events = next_.events;
    counters.cycles += next_.busy;
    counters.instructions += events.accepted;
    counters.thread_instructions += events.threads;
    counters.global_accesses += events.global_access;
    counters.global_lines += events.global_line;
    counters.shared_rows += events.shared_row;
    counters.shared_passes += events.shared_pass;
    counters.ctas_done += events.cta_done;
  }

  Config config_;
  std::uint32_t warp_select_ = 0;
  std::uint32_t cache_control_ = 0;
  bool b_valid_ = false;
  std::uint32_t b_resp_ = 0;
  bool r_valid_ = false;
  std::uint32_t r_data_ = 0;
  bool accessed_ = false;  ///< the port does something in this cycle
  Next next_;
  Outputs out_;
};

}  // namespace heddle::timed
