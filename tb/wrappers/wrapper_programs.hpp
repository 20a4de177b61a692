// Programs for a device behind a wrapper, with what they must leave in memory.
#pragma once

#include <cstdint>

#include "device/device.hpp"

namespace heddle::tb {

/// The first address of no memory: errors from here on.
inline constexpr std::uint32_t kMemoryEnd = 0xe0000000;

/// A page that a Wishbone memory has but for one word, in the middle of a line.
inline constexpr std::uint32_t kBadPage = 0x00280000;
inline constexpr std::uint32_t kBadWord = kBadPage + 0x128;

/// Random programs of these seeds: the same memory as on the functional model.
void check_random_programs(Device& device, std::uint64_t first, std::uint64_t last);

/// Threads of several CTAs store bytes, halfwords and words, and add atomically; the sums are
/// worked out here.
void check_sums(Device& device);

/// A load, a store of bytes, a store of a line and an atomic in the fifth line of `page`, which the
/// memory answers with errors: the faults that docs/architecture/memory.md says. A program runs
/// after them.
void check_errors(Device& device, std::uint32_t page);

}  // namespace heddle::tb
