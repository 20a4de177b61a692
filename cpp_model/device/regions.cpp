#include "device/regions.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace heddle {

void check_regions(const Config& config, std::span<const Region> regions) {
  constexpr std::uint32_t kOffsetBits = 4095;
  if (regions.size() > config.regions) {
    throw std::invalid_argument(
        fmt::format("{} mapped regions, but configuration \"{}\" has room for {}", regions.size(),
                    config.name, config.regions));
  }
  for (const Region& region : regions) {
    if (((region.base | region.limit) & kOffsetBits) != 0) {
      throw std::invalid_argument(
          fmt::format("mapped region {:#010x} to {:#010x} is not made of pages of 4096 bytes",
                      region.base, region.limit));
    }
  }
}

}  // namespace heddle
