// Lines by channel, set and tag: the definition of docs/architecture/memory.md, "Where a line
// goes", bit by bit, for tests of the caches.
#pragma once

#include <bit>
#include <cstdint>
#include <stdexcept>

namespace heddle::tb {

/// Bit i of `line` goes to bit i mod log2 `count`.
inline std::uint32_t folded(std::uint32_t line, std::uint32_t count) {
  const int bits = std::countr_zero(count);
  std::uint32_t result = 0;
  for (int i = 0; bits != 0 && i < 32; ++i) result ^= (line >> i & 1) << i % bits;
  return result;
}

/// The only number with tag `tag` that is folded to `place`.
inline std::uint32_t line_at(std::uint32_t place, std::uint32_t tag, std::uint32_t count) {
  for (std::uint32_t lowest = 0; lowest < count; ++lowest) {
    if (folded(tag * count + lowest, count) == place) return tag * count + lowest;
  }
  throw std::logic_error("no line of this set");
}

}  // namespace heddle::tb
