// Directed programs on the lockstep device and on the functional model.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "device/device.hpp"
#include "random/assembler.hpp"

namespace heddle::lockstep {

/// Where a directed program has its code and data: see directed_regions().
inline constexpr std::uint32_t kCode = 0x00010000;      // 8 KiB: read, write, execute
inline constexpr std::uint32_t kData = 0x00100000;      // 64 KiB: read, write
inline constexpr std::uint32_t kReadOnly = 0x00200000;  // 4 KiB: read
inline constexpr std::uint32_t kLocal = 0x00800000;     // 1 MiB: read, write

std::vector<Region> directed_regions();

/// One CTA of one thread; local memory of 256 bytes a thread; stopped after 200,000 cycles.
Launch directed_launch();

using Write = std::function<void(random::Assembler&)>;

/// Writes the program to kCode, sets the regions, and runs it.
LaunchResult run_directed(Device& device, const Launch& launch, const Write& write,
                          const std::vector<Region>& regions = directed_regions());

/// The first difference of two devices' mapped memory; empty: none.
std::string compare_memory(const Device& device, const Device& reference,
                           std::span<const Region> regions);

/// Words of a device's memory.
std::vector<std::uint32_t> read_words(const Device& device, std::uint32_t address,
                                      std::size_t count);

}  // namespace heddle::lockstep
