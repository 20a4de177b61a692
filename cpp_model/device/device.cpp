#include "device/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace heddle {
namespace {

constexpr std::uint32_t kWarpSize = 32;
constexpr std::uint32_t kMaximumThreads = 1024;
constexpr std::uint32_t kSharedGranule = 256;
constexpr std::uint32_t kLocalAlignment = 128;

template <typename... Arguments>
[[noreturn]] void refuse(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  throw std::invalid_argument("invalid launch: " +
                              fmt::format(format, std::forward<Arguments>(arguments)...));
}

void check_dimensions(const char* what, const Dim3& size, const Dim3& limit) {
  if (size.x == 0 || size.y == 0 || size.z == 0) {
    refuse("{} is {} x {} x {}, but every dimension must be at least 1", what, size.x, size.y,
           size.z);
  }
  if (size.x > limit.x || size.y > limit.y || size.z > limit.z) {
    refuse("{} is {} x {} x {}, but the limit is {} x {} x {}", what, size.x, size.y, size.z,
           limit.x, limit.y, limit.z);
  }
}

}  // namespace

void Device::clear_memory(std::uint32_t address, std::size_t size) {
  write_memory(address, std::vector<std::byte>(size));
}

Geometry check_launch(const Config& config, const Launch& launch) {
  check_dimensions("the grid", launch.grid, {0x7fffffff, 65535, 65535});
  check_dimensions("a thread block", launch.block, {kMaximumThreads, kMaximumThreads, 64});

  Geometry geometry;
  const std::uint64_t threads = std::uint64_t{launch.block.x} * launch.block.y * launch.block.z;
  const std::uint32_t limit = std::min(kMaximumThreads, kWarpSize * config.warps);
  if (threads > limit) {
    refuse("a thread block has {} threads, but configuration \"{}\" ({} warps) takes at most {}",
           threads, config.name, config.warps, limit);
  }
  geometry.threads = static_cast<std::uint32_t>(threads);
  geometry.warps_per_cta = (geometry.threads + kWarpSize - 1) / kWarpSize;

  if (launch.shared_size > config.shared_bytes) {
    refuse("a thread block wants {} bytes of shared memory, but configuration \"{}\" has {}",
           launch.shared_size, config.name, config.shared_bytes);
  }
  geometry.shared_size = (launch.shared_size + kSharedGranule - 1) & ~(kSharedGranule - 1);

  if (launch.local_shift < 8 || launch.local_shift > 20) {
    refuse("2^{} bytes of local memory a thread; the exponent must be 8 to 20", launch.local_shift);
  }
  if (launch.local_base % kLocalAlignment != 0) {
    refuse("local memory starts at {:#010x}, which is not a multiple of {}", launch.local_base,
           kLocalAlignment);
  }

  geometry.resident_ctas = std::min(config.cta_slots, config.warps / geometry.warps_per_cta);
  if (geometry.shared_size != 0) {
    geometry.resident_ctas =
        std::min(geometry.resident_ctas, config.shared_bytes / geometry.shared_size);
  }
  return geometry;
}

}  // namespace heddle
