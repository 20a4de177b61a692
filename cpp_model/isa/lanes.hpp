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

/// Calls function(lane) for the first `count` lanes and more, up to 32: in a loop of constant
/// length, so that the compiler turns it into vector instructions.
template <typename Function>
inline void for_lanes(std::uint32_t count, Function function) {
  if (count <= kWarpSize / 2) {
    for (std::uint32_t lane = 0; lane < kWarpSize / 2; ++lane) function(lane);
  } else {
    for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) function(lane);
  }
}

/// All ones in the lanes whose bit is set, zeros in the others.
inline void expand_mask(std::uint32_t bits, Lanes& mask) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    mask[lane] = 0u - (bits >> lane & 1);
  }
}

}  // namespace heddle::isa
