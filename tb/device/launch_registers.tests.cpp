// The dispatcher's check of the geometry: every launch register at its bounds, written without the
// host's own checks.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "device/fault.hpp"
#include "host_port.hpp"
#include "lockstep/open_rtl.hpp"

namespace heddle::lockstep {
namespace {

struct Setting {
  std::uint32_t offset;
  std::uint32_t value;
};
struct GeometryCase {
  bool valid;
  std::vector<Setting> settings;  // what differs from write_small_launch()
};

std::vector<GeometryCase> geometry_cases(const Config& config) {
  const std::uint32_t warps = config.warps;
  const std::uint32_t slots = config.cta_slots;
  const std::uint32_t shared = config.shared_bytes;
  std::vector<GeometryCase> cases = {{true, {}}};
  for (std::uint32_t i = 0; i < 3; ++i) {
    cases.push_back({false, {{reg::kGrid + 4 * i, 0}}});
    cases.push_back({false, {{reg::kBlock + 4 * i, 0}}});
    cases.push_back({true, {{reg::kGrid + 4 * i, 3}}});
  }
  for (const std::uint32_t offset : {reg::kThreads, reg::kWarpsPerCta, reg::kResidentCtas}) {
    cases.push_back({false, {{offset, 0}}});
    // Beyond the limit in the bits that a small comparison would not see.
    if (offset != reg::kThreads) cases.push_back({false, {{offset, 0x80000001}}});
  }
  const auto resident = [](std::uint32_t ctas, std::uint32_t warps_per_cta, std::uint32_t bytes) {
    return std::vector<Setting>{{reg::kResidentCtas, ctas},
                                {reg::kWarpsPerCta, warps_per_cta},
                                {reg::kThreads, 32 * warps_per_cta},
                                {reg::kBlock, 32 * warps_per_cta},
                                {reg::kSharedSize, bytes}};
  };
  cases.push_back({true, resident(slots, 1, 0)});
  cases.push_back({false, resident(slots + 1, 1, 0)});
  cases.push_back({true, resident(slots, warps / slots, 0)});
  cases.push_back({false, resident(slots, warps / slots + 1, 0)});
  cases.push_back({true, resident(1, warps, 0)});
  cases.push_back({false, resident(1, warps + 1, 0)});
  cases.push_back({true, resident(2, warps / 2, 0)});
  cases.push_back({false, resident(2, warps / 2 + 1, 0)});
  cases.push_back({false, resident(2, warps, 0)});
  cases.push_back({false, resident(2, 0x80000000, 0)});
  cases.push_back({true, resident(1, 1, shared)});
  cases.push_back({false, resident(1, 1, shared + 1)});
  cases.push_back({false, resident(1, 1, shared + 256)});
  cases.push_back({true, resident(2, 1, shared / 2)});
  cases.push_back({false, resident(2, 1, shared / 2 + 256)});
  cases.push_back({true, resident(slots, 1, shared / slots)});
  cases.push_back({false, resident(slots, 1, shared / slots + 256)});
  cases.push_back({false, resident(slots, 1, shared)});
  // The product is 0 modulo 2^32.
  cases.push_back({false, resident(2, 1, 0x80000000)});
  for (const std::uint32_t shift : {0u, 7u, 21u, 31u, 32u, 40u, 0x80000010u}) {
    cases.push_back({false, {{reg::kLocalShift, shift}}});
  }
  cases.push_back({true, {{reg::kLocalShift, 8}}});
  cases.push_back({true, {{reg::kLocalShift, 20}}});
  return cases;
}

void check_refused(HostPort& port) {
  CHECK(port.wait_until_idle() == (reg::kStatusDone | reg::kStatusFault));
  CHECK(port.read(reg::kFaultCause) == cause::kInvalidLaunch);
  for (std::uint32_t offset = reg::kFaultWarp; offset < reg::kFaultCtaid + 12; offset += 4) {
    CHECK(port.read(offset) == 0);
  }
  // Busy in CHECK only; nothing ran.
  CHECK(port.read(reg::kCounters) == 1);
  CHECK(port.read(reg::kCounters + 8) == 0);
  CHECK(port.read(reg::kCtasDone) == 0);
}

void check_geometry(const std::string& config) {
  const auto device = open_lockstep(config, 4);
  HostPort port(*device);
  constexpr std::uint32_t kExit = 0x0000000b;
  device->write_memory(kCode, std::as_bytes(std::span(&kExit, 1)));
  const std::vector<GeometryCase> cases = geometry_cases(device->config());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    port.write_small_launch();
    std::string text;
    for (const Setting& setting : cases[i].settings) {
      port.write(setting.offset, setting.value);
      text += " " + std::to_string(setting.offset) + " := " + std::to_string(setting.value);
    }
    INFO("case " << i << ":" << text);
    port.write(reg::kControl, reg::kControlStart);
    if (!cases[i].valid) {
      check_refused(port);
      continue;
    }
    CHECK(port.wait_until_idle() == reg::kStatusDone);
    CHECK(port.read(reg::kFaultCause) == 0);
    const std::uint32_t ctas =
        port.read(reg::kGrid) * port.read(reg::kGrid + 4) * port.read(reg::kGrid + 8);
    CHECK(port.read(reg::kCtasDone) == ctas);
  }
}

}  // namespace

TEST_CASE("launch registers are checked at their bounds", "[nano]") { check_geometry("nano"); }

TEST_CASE("launch registers are checked at their bounds on base", "[base]") {
  check_geometry("base");
}

}  // namespace heddle::lockstep
