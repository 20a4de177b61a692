// Records a launch for SimdEfficiency: what warps issue, and the threads' ways for the replay under
// reconvergence at immediate post-dominators, which follows the run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "device/device.hpp"
#include "functional/control_flow.hpp"
#include "functional/ipdom_replay.hpp"

namespace heddle::functional {

class SimdEfficiencyMeter {
 public:
  /// `fetch`: the launch's code. `warps`: of a CTA.
  SimdEfficiencyMeter(ControlFlow::Fetch fetch, std::uint32_t warps);

  void start_warp(std::uint32_t warp_index, std::uint32_t entry, std::uint32_t threads);

  /// For every instruction of any warp.
  void issue(std::uint32_t pc) {
    ++result_.instructions;
    ++issues_[pc];
  }

  /// Besides, for each conditional branch and each `jalr`.
  void branch(std::uint32_t warp_index, std::uint32_t threads, std::uint32_t taken);
  void jump(std::uint32_t warp_index, std::uint32_t pc, const isa::Instruction& instruction,
            std::uint32_t threads, const Lanes& targets);

  void finish_warp(std::uint32_t warp_index);

  /// To be called once, when the launch has ended.
  SimdEfficiency result();

 private:
  void follow(std::uint32_t warp_index);
  void advance(std::uint32_t warp_index);
  void give_up(const char* reason);
  void find_excess();

  ControlFlow control_flow_;
  ReplayTotals totals_;
  std::vector<IpdomReplay> replays_;     // by warp
  std::vector<std::uint32_t> outcomes_;  // since its replay's last advance
  PcCounts issues_;
  SimdEfficiency result_;
};

}  // namespace heddle::functional
