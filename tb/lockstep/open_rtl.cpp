#include "lockstep/open_rtl.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace heddle::lockstep {

std::unique_ptr<PortDevice> open_rtl(const std::string& kind, const std::string& config,
                                     const DeviceOptions& options) {
  const char* folder = std::getenv("HEDDLE_LIB_DIR");
  const std::string path =
      fmt::format("{}/libheddle_rtl_{}.so", folder != nullptr ? folder : HEDDLE_LIB_DIR_DEFAULT,
                  std::filesystem::path(config).stem().string());
  // Never closed: the device's code lives there.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  using Open = Device*(const char*, const char*, const DeviceOptions*);
  auto* open = reinterpret_cast<Open*>(dlsym(library, "heddle_open_rtl_device"));
  if (open == nullptr) throw std::runtime_error(dlerror());
  // All devices of these libraries are PortDevices.
  return std::unique_ptr<PortDevice>(
      static_cast<PortDevice*>(open(kind.c_str(), config.c_str(), &options)));
}

std::unique_ptr<PortDevice> open_lockstep(const std::string& config, std::uint32_t memory_latency,
                                          std::uint64_t memory_seed) {
  DeviceOptions options;
  options.memory_latency = memory_latency;
  options.memory_seed = memory_seed;
  return open_rtl("lockstep", config, options);
}

}  // namespace heddle::lockstep
