#include "device/launch_driver.hpp"

#include <fmt/format.h>

#include "device/fault.hpp"

namespace heddle::timed {

void conclude(LaunchResult& result, const Launch& launch, bool faulted, StopReason reason,
              std::uint64_t cycles) {
  if (!faulted) return;
  // A grid that faults by itself while the stop is under way has that fault.
  if (result.fault.cause != cause::kStopped) {
    result.status = LaunchStatus::kFault;
    result.message = describe(result.fault);
    result.warps.clear();
    return;
  }
  const std::uint64_t ctas = std::uint64_t{launch.grid.x} * launch.grid.y * launch.grid.z;
  if (reason == StopReason::kCycleLimit) {
    result.status = LaunchStatus::kCycleLimit;
    result.message =
        fmt::format("stopped at the limit of {} clock cycles; {} of {} thread blocks were done",
                    launch.cycle_limit, result.counters.ctas_done, ctas);
  } else {
    result.status = LaunchStatus::kInterrupted;
    result.message =
        fmt::format("interrupted after {} clock cycles; {} of {} thread blocks were done", cycles,
                    result.counters.ctas_done, ctas);
  }
}

}  // namespace heddle::timed
