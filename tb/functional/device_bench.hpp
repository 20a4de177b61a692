// A device, functional unless told otherwise, with the usual regions, for tests that write a few
// instructions and look at what they did.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "device/device.hpp"
#include "functional/functional_device.hpp"
#include "random/assembler.hpp"

namespace heddle::functional {

inline constexpr std::uint32_t kCode = 0x00010000;
inline constexpr std::uint32_t kData = 0x00100000;
inline constexpr std::uint32_t kReadOnly = 0x00200000;
inline constexpr std::uint32_t kLocal = 0x00800000;
inline constexpr std::uint32_t kDataBytes = 0x10000;
inline constexpr std::uint32_t kSharedStart = 0xf0000000;
inline constexpr std::uint32_t kLocalStart = 0xe0000000;

class DeviceBench {
 public:
  explicit DeviceBench(std::string_view config = "nano")
      : DeviceBench(make_functional_device(Config::load(config))) {}

  explicit DeviceBench(std::unique_ptr<Device> any) : device(std::move(any)) {
    const Region regions[] = {
        {kCode, kCode + 0x2000, kRead | kWrite | kExecute},
        {kData, kData + kDataBytes, kRead | kWrite},
        {kReadOnly, kReadOnly + 0x1000, kRead},
        {kLocal, kLocal + 0x100000, kRead | kWrite},
    };
    device->set_regions(regions);
    launch.entry = kCode;
    launch.local_base = kLocal;
    launch.local_shift = 8;
    launch.cycle_limit = 1'000'000;
  }

  LaunchResult run(const std::function<void(random::Assembler&)>& write,
                   const ProgressCallback& progress = {}) {
    random::Assembler code(kCode);
    write(code);
    const std::vector<std::uint32_t> words = code.finish();
    device->write_memory(kCode, std::as_bytes(std::span(words)));
    return device->run(launch, progress);
  }

  std::uint32_t word(std::uint32_t address) const {
    std::uint32_t value = 0;
    device->read_memory(address, std::as_writable_bytes(std::span(&value, 1)));
    return value;
  }

  void set_word(std::uint32_t address, std::uint32_t value) {
    device->write_memory(address, std::as_bytes(std::span(&value, 1)));
  }

  std::unique_ptr<Device> device;
  Launch launch;
};

/// rd = kData + 4 * tid.x; uses t0.
inline void data_pointer(random::Assembler& code, std::uint32_t rd) {
  code.csr(isa::Op::kCsrrs, 5, isa::csr::kTidX, 0);
  code.li(rd, kData);
  code.r(isa::Op::kSh2add, rd, 5, rd);
}

}  // namespace heddle::functional
