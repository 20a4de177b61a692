#include "lockstep/directed.hpp"

#include <fmt/format.h>

#include <cstring>
#include <span>

namespace heddle::lockstep {

std::vector<Region> directed_regions() {
  return {{kCode, kCode + 0x2000, kRead | kWrite | kExecute},
          {kData, kData + 0x10000, kRead | kWrite},
          {kReadOnly, kReadOnly + 0x1000, kRead},
          {kLocal, kLocal + 0x100000, kRead | kWrite}};
}

Launch directed_launch() {
  Launch launch;
  launch.entry = kCode;
  launch.argptr = kData;
  launch.local_base = kLocal;
  launch.local_shift = 8;
  launch.cycle_limit = 200'000;
  return launch;
}

LaunchResult run_directed(Device& device, const Launch& launch, const Write& write,
                          const std::vector<Region>& regions) {
  device.set_regions(regions);
  random::Assembler code(kCode);
  write(code);
  const std::vector<std::uint32_t> words = code.finish();
  device.write_memory(kCode, std::as_bytes(std::span(words)));
  return device.run(launch, {});
}

std::string compare_memory(const Device& device, const Device& reference,
                           std::span<const Region> regions) {
  for (const Region& region : regions) {
    std::vector<std::byte> ours(region.limit - region.base), expected(ours.size());
    device.read_memory(region.base, ours);
    reference.read_memory(region.base, expected);
    if (std::memcmp(ours.data(), expected.data(), ours.size()) == 0) continue;
    std::size_t at = 0;
    while (ours[at] == expected[at]) ++at;
    return fmt::format("memory at {:#010x} is {:#04x}, the functional model has {:#04x}",
                       region.base + at, std::to_integer<unsigned>(ours[at]),
                       std::to_integer<unsigned>(expected[at]));
  }
  return {};
}

std::vector<std::uint32_t> read_words(const Device& device, std::uint32_t address,
                                      std::size_t count) {
  std::vector<std::uint32_t> words(count);
  device.read_memory(address, std::as_writable_bytes(std::span(words)));
  return words;
}

}  // namespace heddle::lockstep
