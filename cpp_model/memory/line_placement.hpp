// To which channel and set a line goes. Source: docs/architecture/memory.md, "Where a line goes".
#pragma once

#include <bit>
#include <cstdint>

namespace heddle::timed {

/// The number, below `count` (a power of two), of the channel or set of a line: the exclusive or of
/// the line address' digits in base `count`. `line`: address / 64; for sets of the L2: address / 64
/// / channels.
inline std::uint32_t fold_line(std::uint32_t line, std::uint32_t count) {
  const auto bits = static_cast<std::uint32_t>(std::countr_zero(count));
  if (bits == 0) return 0;
  std::uint32_t result = 0;
  for (; line != 0; line >>= bits) result ^= line;
  return result & (count - 1);
}

}  // namespace heddle::timed
