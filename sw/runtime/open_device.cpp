#include "open_device.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "functional/functional_device.hpp"
#include "rtl_library.hpp"
#include "serial_device.hpp"
#include "timed/timed_device.hpp"

namespace heddle {
namespace {

std::string library_name(const Config& config) {
  return fmt::format("libheddle_rtl_{}.so", config.name);
}

std::unique_ptr<Device> open_rtl(const std::string& kind, const std::string& config_name,
                                 const Config& config, const DeviceOptions& options) {
  auto* open = reinterpret_cast<OpenRtlDevice*>(rtl_symbol(
      library_name(config),
      fmt::format("device \"{}\" with the design of configuration \"{}\"", kind, config.name),
      "heddle_rtl_" + config.name, "heddle_open_rtl_device"));
  std::unique_ptr<Device> device(open(kind.c_str(), config_name.c_str(), &options));
  if (device == nullptr) {
    throw std::runtime_error(
        fmt::format("{} cannot open a device \"{}\"", library_name(config), kind));
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
  const bool serial = is_serial(kind);
  if (functional || serial) refuse("report", options.report_dir, "timed, rtl or lockstep");
  if (functional || serial || kind == "rtl") {
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
  if (functional || serial || kind == "timed") {
    refuse("waveform", options.wave_path, "rtl or lockstep");
  }
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
  if (is_serial(kind)) return make_serial_device(kind, config, options.serial_patience);
  throw std::runtime_error(
      fmt::format("there is no device \"{}\"; the devices are functional, timed, rtl, lockstep and "
                  "serial:PORT",
                  kind));
}

std::vector<std::string> available_devices(const std::string& config) {
  std::vector<std::string> kinds = {"functional"};
  kinds.emplace_back("timed");
  if (!find_rtl_library(library_name(Config::load(config))).empty())
    kinds.insert(kinds.end(), {"rtl", "lockstep"});
  return kinds;
}

}  // namespace heddle
