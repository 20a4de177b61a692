// Timing of the simulated memory behind the AXI ports.
#pragma once

#include <cstdint>

namespace heddle {

struct MemoryTiming {
  /// Clock cycles from the acceptance of a read's address to its first data beat, and from a
  /// write's last data beat to its response; at least 1.
  std::uint32_t latency = 40;
  /// 0: every request takes `latency`, and the memory is always ready. Else each request takes up
  /// to as many cycles more, drawn from this seed, and `ready` is withheld in some cycles.
  std::uint64_t seed = 0;
};

}  // namespace heddle
