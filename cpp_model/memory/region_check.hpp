// The mapped-region check: may an address be touched? Combinational; used by coalescer and
// instruction cache. Source: docs/architecture/host_interface.md, REGION_BASE and REGION_LIMIT.
#pragma once

#include <array>
#include <cstdint>

#include "device/device.hpp"

namespace heddle::timed {

/// The region registers as the host wrote them; `count` of them exist.
struct RegionRegisters {
  std::array<std::uint32_t, 128> base{};   ///< [31:12] first page, [2:0] permissions
  std::array<std::uint32_t, 128> limit{};  ///< [31:12] first page behind the region
  std::uint32_t count = 0;
};

/// True if a region with this permission holds the address's page.
inline bool region_allows(const RegionRegisters& regions, std::uint32_t address,
                          Permission permission) {
  const std::uint32_t page = address >> 12;
  for (std::uint32_t region = 0; region < regions.count; ++region) {
    const std::uint32_t base = regions.base[region];
    if ((base & permission) != 0 && page >= base >> 12 && page < regions.limit[region] >> 12) {
      return true;
    }
  }
  return false;
}

}  // namespace heddle::timed
