#include "lockstep/open_rtl.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

namespace heddle::lockstep {

std::unique_ptr<Device> open_rtl(const std::string& kind, const std::string& config,
                                 const DeviceOptions& options) {
  const char* folder = std::getenv("HEDDLE_LIB_DIR");
  const std::string path = fmt::format("{}/libheddle_rtl_{}.so",
                                       folder != nullptr ? folder : HEDDLE_LIB_DIR_DEFAULT, config);
  // Never closed: the device's code lives there.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  using Open = Device*(const char*, const char*, const DeviceOptions*);
  auto* open = reinterpret_cast<Open*>(dlsym(library, "heddle_open_rtl_device"));
  if (open == nullptr) throw std::runtime_error(dlerror());
  return std::unique_ptr<Device>(open(kind.c_str(), config.c_str(), &options));
}

}  // namespace heddle::lockstep
