// One 32-bit value a lane, for as many lanes as a warp has threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace heddle::isa {

inline constexpr std::uint32_t kWarpSize = 32;

struct alignas(64) Lanes {
  std::array<std::uint32_t, kWarpSize> value{};

  std::uint32_t& operator[](std::size_t lane) { return value[lane]; }
  const std::uint32_t& operator[](std::size_t lane) const { return value[lane]; }
  std::uint32_t* data() { return value.data(); }
  const std::uint32_t* data() const { return value.data(); }
  void fill(std::uint32_t same) { value.fill(same); }
};

/// All ones in the lanes whose bit is set, zeros in the others.
inline void expand_mask(std::uint32_t bits, Lanes& mask) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    mask[lane] = 0u - (bits >> lane & 1);
  }
}

}  // namespace heddle::isa
