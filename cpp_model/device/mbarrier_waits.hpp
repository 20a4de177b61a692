// Which mbarriers the warps of a launch that was cut off waited for.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "device/device.hpp"

namespace heddle {

/// What a device can see of itself.
struct MbarrierView {
  std::function<std::uint32_t(std::uint32_t address)> code;
  /// A thread's register; empty: the device does not show them, nor shared memory.
  std::function<std::uint32_t(std::uint32_t warp, std::uint32_t reg, std::uint32_t lane)> reg;
  /// Word at an offset in the shared memory of the warp's CTA.
  std::function<std::uint32_t(std::uint32_t warp, std::uint32_t offset)> shared;
  std::uint32_t shared_size = 0;  ///< of a CTA
};

/// Sets `mbarrier` of the warps that can do nothing until one changes: those in a loop that tests
/// mbarriers, touches no memory and has no other effect, has a test to whose next time it brings
/// nothing, and whose end no counter decides; but not those whose phase has ended. It is that of
/// the lowest thread of the warp's group; its address is 0 where it is not known: the loop tests
/// several, or has not loaded it yet, or the device shows no registers.
void find_mbarrier_waits(std::vector<WarpPosition>& warps, const MbarrierView& view);

}  // namespace heddle
