// Programs for a device behind a wrapper, with what they must leave in memory.
#pragma once

#include <cstdint>

#include "device/device.hpp"

namespace heddle::tb {

/// The first address of no memory: errors from here on.
inline constexpr std::uint32_t kMemoryEnd = 0xe0000000;

/// A word in the middle of a line that a Wishbone memory answers with an error.
inline constexpr std::uint32_t kBadWord = 0x00280128;

/// Random programs of these seeds: the same memory as on the functional model.
void check_random_programs(Device& device, std::uint64_t first, std::uint64_t last);

/// Threads of several CTAs store bytes, halfwords and words, and add atomically; the sums are
/// worked out here.
void check_sums(Device& device);

/// A load, a store of bytes, a store of lines and an atomic at `address`, which has no memory: the
/// faults that docs/architecture/memory.md says. Programs run after them.
void check_errors(Device& device, std::uint32_t address);

}  // namespace heddle::tb
