#include "issue/stall_monitor.hpp"

namespace heddle::timed {

StallMonitor::Class StallMonitor::hazard(const Inputs& in) {
  const std::uint32_t hazards = in.heads->hazards;
  for (std::uint32_t left = stale_ & hazards; left != 0; left &= left - 1) {
    const auto warp = static_cast<std::uint32_t>(std::countr_zero(left));
    const std::uint32_t registers = in.buffer->head(warp).decoded->registers;
    const Scoreboard::Warp& state = in.scoreboard->out().warps[warp];
    const std::uint32_t bit = 1U << warp;
    const bool loads = (state.loading & registers) != 0;
    const bool depends = !loads && (state.busy & registers) != 0;
    loads_ = (loads_ & ~bit) | (loads ? bit : 0);
    dependencies_ = (dependencies_ & ~bit) | (depends ? bit : 0);
  }
  stale_ &= ~hazards;
  if ((dependencies_ & hazards) != 0) return kDependency;
  return (loads_ & hazards) != 0 ? kLoad : kDrain;
}

}  // namespace heddle::timed
