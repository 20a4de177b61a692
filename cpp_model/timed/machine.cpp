#include "timed/machine.hpp"

#include <span>

#include "device/mbarrier_waits.hpp"

namespace heddle::timed {

void Machine::find_mbarrier_waits(std::vector<WarpPosition>& warps,
                                  const Geometry& geometry) const {
  const Sm& sm = gpu.sm();
  MbarrierView view;
  view.code = [&](std::uint32_t address) {
    std::uint32_t word = 0;
    image.read(address, std::as_writable_bytes(std::span(&word, 1)));
    return word;
  };
  view.reg = [&](std::uint32_t warp, std::uint32_t reg, std::uint32_t lane) {
    return sm.register_file().read(warp, reg, 0)[lane];
  };
  view.shared = [&](std::uint32_t warp, std::uint32_t offset) {
    const std::uint32_t base = warp / geometry.warps_per_cta * geometry.shared_size;
    return sm.shared_memory().word((base + offset) / 4);
  };
  view.shared_size = geometry.shared_size;
  heddle::find_mbarrier_waits(warps, view);
}

}  // namespace heddle::timed
