#include "open_device.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "functional/functional_device.hpp"
#include "timed/timed_device.hpp"

namespace heddle {
namespace {

namespace fs = std::filesystem;

/// Folders that may hold the libraries with verilated designs.
std::vector<fs::path> library_folders() {
  if (const char* folder = std::getenv("HEDDLE_LIB_DIR"); folder != nullptr && *folder != '\0') {
    return {folder};
  }
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&open_device), &info) == 0) return {};
  // A program that the shell found in PATH knows itself by name only.
  const fs::path code =
      std::strchr(info.dli_fname, '/') != nullptr ? info.dli_fname : "/proc/self/exe";
  const fs::path here = fs::weakly_canonical(code).parent_path();
  return {here, here.parent_path() / "lib"};
}

std::string library_name(const Config& config) {
  return fmt::format("libheddle_rtl_{}.so", config.name);
}

/// Empty if there is none.
fs::path find_library(const Config& config) {
  for (const fs::path& folder : library_folders()) {
    fs::path path = folder / library_name(config);
    if (fs::exists(path)) return path;
  }
  return {};
}

std::unique_ptr<Device> open_rtl(const std::string& kind, const std::string& config_name,
                                 const Config& config, const DeviceOptions& options) {
  const fs::path path = find_library(config);
  if (path.empty()) {
    std::string searched;
    for (const fs::path& folder : library_folders()) searched += "\n  " + folder.string();
    throw std::runtime_error(
        fmt::format("device \"{}\" needs {}, the verilated design of configuration \"{}\", which "
                    "is in none of:{}"
                    "\nbuild it with `cmake --build build --target heddle_rtl_{}`",
                    kind, library_name(config), config.name, searched, config.name));
  }
  // Never closed: the device's code lives there.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw std::runtime_error(fmt::format("{} cannot be loaded: {}", path.string(), dlerror()));
  }
  auto* open = reinterpret_cast<OpenRtlDevice*>(dlsym(library, "heddle_open_rtl_device"));
  if (open == nullptr) {
    throw std::runtime_error(
        fmt::format("{} has no heddle_open_rtl_device: it is from another version", path.string()));
  }
  std::unique_ptr<Device> device(open(kind.c_str(), config_name.c_str(), &options));
  if (device == nullptr) {
    throw std::runtime_error(fmt::format("{} cannot open a device \"{}\"", path.string(), kind));
  }
  return device;
}

/// Throws std::runtime_error if something is asked for that a device of that kind does not do.
void check_options(const std::string& kind, const DeviceOptions& options) {
  const auto refuse = [&](const char* what, const std::string& path, const char* kinds) {
    if (path.empty()) return;
    throw std::runtime_error(
        fmt::format("device \"{}\" cannot write the {} {}: use {}", kind, what, path, kinds));
  };
  const bool functional = kind == "functional";
  if (functional) refuse("report", options.report_dir, "timed, rtl or lockstep");
  if (functional || kind == "rtl") {
    refuse("pipeline trace", options.trace_path, "timed or lockstep");
  }
  if (!functional && options.race_check) {
    throw std::runtime_error(
        fmt::format("device \"{}\" cannot check for data races: use functional", kind));
  }
  if (!functional && options.simd_efficiency) {
    throw std::runtime_error(
        fmt::format("device \"{}\" cannot measure SIMD efficiency: use functional", kind));
  }
  if (functional || kind == "timed") refuse("waveform", options.wave_path, "rtl or lockstep");
}

}  // namespace

std::unique_ptr<Device> open_device(const std::string& kind, const std::string& config_name,
                                    const DeviceOptions& options) {
  const Config config = Config::load(config_name);
  check_options(kind, options);
  if (kind == "functional") {
    return make_functional_device(
        config, {.races = options.race_check, .simd_efficiency = options.simd_efficiency});
  }
  if (kind == "timed") return make_timed_device(config, options);
  if (kind == "rtl" || kind == "lockstep") return open_rtl(kind, config_name, config, options);
  throw std::runtime_error(fmt::format(
      "there is no device \"{}\"; the devices are functional, timed, rtl and lockstep", kind));
}

std::vector<std::string> available_devices(const std::string& config) {
  std::vector<std::string> kinds = {"functional"};
  kinds.emplace_back("timed");
  if (!find_library(Config::load(config)).empty()) kinds.insert(kinds.end(), {"rtl", "lockstep"});
  return kinds;
}

}  // namespace heddle
