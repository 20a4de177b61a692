// The host's registers in lockstep, with the values and answers that
// docs/architecture/host_interface.md gives.
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "device/fault.hpp"
#include "host_port.hpp"
#include "isa/instructions.hpp"
#include "lockstep/open_rtl.hpp"

namespace heddle::lockstep {
namespace {

using isa::Op;
using random::Assembler;

constexpr std::uint32_t kRegisterEnd = 0x1000;

std::vector<std::uint32_t> writable(const Config& config) {
  std::vector<std::uint32_t> offsets;
  for (std::uint32_t offset = reg::kEntry; offset <= reg::kLocalShift; offset += 4)
    offsets.push_back(offset);
  offsets.push_back(reg::kWarpSelect);
  offsets.push_back(reg::kCacheControl);
  for (std::uint32_t i = 0; i < 2 * config.regions; ++i) offsets.push_back(reg::kRegions + 4 * i);
  return offsets;
}

// What every register reads after reset; those that are not here read 0.
std::map<std::uint32_t, std::uint32_t> constants(const Config& config) {
  return {{reg::kId, 0x48444c45},
          {reg::kVersion, 1},
          {reg::kGeometry,
           config.warps | config.lanes << 8 | config.channels << 16 | config.cta_slots << 24},
          {reg::kSharedTotal, config.shared_bytes}};
}

void load(PortDevice& device, const Write& write) {
  Assembler code(kCode);
  write(code);
  const std::vector<std::uint32_t> words = code.finish();
  device.write_memory(kCode, std::as_bytes(std::span(words)));
}

void load_endless_loop(PortDevice& device) {
  load(device, [](Assembler& code) { code.jal(0, code.here()); });
}

void check_registers(const std::string& config) {
  const auto device = open_lockstep(config);
  HostPort port(*device);
  auto expected = constants(device->config());
  const auto check_all = [&] {
    for (std::uint32_t offset = 0; offset < kRegisterEnd; offset += 4) {
      INFO("offset " << offset);
      REQUIRE(port.read(offset) == expected[offset]);
    }
  };
  check_all();
  // Every word is written, with bits that only it has. CONTROL gets no start: its bit 0 is 0; a
  // stop means nothing while idle.
  const std::vector<std::uint32_t> offsets = writable(device->config());
  const std::set<std::uint32_t> kept(offsets.begin(), offsets.end());
  for (const std::uint32_t flip : {0u, 0xfffffffeu}) {
    for (std::uint32_t offset = 0; offset < kRegisterEnd; offset += 4) {
      const std::uint32_t value = (offset * 0x10001 + 0x80400002) ^ flip;
      REQUIRE(port.write(offset, value) == kOkay);
      if (kept.contains(offset)) expected[offset] = value;
    }
    check_all();
  }
  // Bits 1:0 of an address mean nothing.
  REQUIRE(port.write(reg::kArgptr + 3, 77) == kOkay);
  expected[reg::kArgptr] = 77;
  REQUIRE(port.read(reg::kArgptr + 1) == 77);
  REQUIRE(port.read(reg::kId + 2) == expected[reg::kId]);
  // A write that lacks a strobe is refused.
  for (std::uint32_t strobe = 0; strobe < 0xf; ++strobe) {
    for (const std::uint32_t offset :
         {reg::kArgptr, reg::kRegions, reg::kControl, reg::kWarpSelect, 0xffcu}) {
      REQUIRE(port.write(offset, 1, strobe) == kSlaveError);
    }
  }
  REQUIRE(port.write(reg::kEntry, expected[reg::kEntry]) == kOkay);
  check_all();
}

}  // namespace

TEST_CASE("registers keep what is written, and others read what the page says", "[nano]") {
  check_registers("nano");
}

TEST_CASE("registers on base", "[base]") { check_registers("base"); }

TEST_CASE(
    "a write is accepted with address and data together, and waits for its answer to be taken",
    "[nano]") {
  const auto device = open_lockstep("nano");
  HostPort port(*device);
  timed::AxiLiteIn pins;
  pins.aw_addr = reg::kArgptr;
  pins.w_data = 5;
  pins.w_strobe = 0xf;
  pins.aw_valid = true;
  CHECK_FALSE(device->cycle(pins).aw_ready);
  pins.aw_valid = false;
  pins.w_valid = true;
  CHECK_FALSE(device->cycle(pins).w_ready);
  CHECK(port.read(reg::kArgptr) == 0);
  pins.aw_valid = true;
  CHECK(device->cycle(pins).aw_ready);
  // Not taken: the answer stays, and nothing else is accepted, not even in the cycle in which it is
  // taken.
  pins.w_data = 6;
  for (int i = 0; i < 3; ++i) {
    pins.b_ready = i == 2;
    const timed::AxiLiteOut out = device->cycle(pins);
    CHECK(out.b_valid);
    CHECK_FALSE(out.aw_ready);
    CHECK_FALSE(out.w_ready);
  }
  pins.b_ready = true;
  const timed::AxiLiteOut out = device->cycle(pins);
  CHECK_FALSE(out.b_valid);
  CHECK(out.aw_ready);
  CHECK(device->cycle({.b_ready = true}).b_valid);
  CHECK(port.read(reg::kArgptr) == 6);
}

TEST_CASE("read data is of the cycle of the address and stays until it is taken", "[nano]") {
  const auto device = open_lockstep("nano");
  HostPort port(*device);
  load_endless_loop(*device);
  port.write_small_launch();
  port.write(reg::kControl, reg::kControlStart);
  port.wait(100);
  const std::uint32_t before = port.read(reg::kCounters);
  // read() takes two cycles, so that CYCLES is two more at the next address.
  timed::AxiLiteIn pins;
  pins.ar_valid = true;
  pins.ar_addr = reg::kCounters;
  CHECK(device->cycle(pins).ar_ready);
  for (int i = 0; i < 5; ++i) {
    pins.r_ready = i == 4;
    const timed::AxiLiteOut out = device->cycle(pins);
    CHECK(out.r_valid);
    CHECK_FALSE(out.ar_ready);
    CHECK(out.r_data == before + 2);
  }
  CHECK(device->cycle({}).ar_ready);
  CHECK(port.read(reg::kCounters) == before + 2 + 1 + 5 + 1);
}

TEST_CASE("start is ignored while busy, and stop while idle", "[nano]") {
  const auto device = open_lockstep("nano");
  HostPort port(*device);
  load_endless_loop(*device);
  port.write_small_launch();
  // A stop while idle leaves nothing behind.
  port.write(reg::kControl, reg::kControlStop);
  port.wait(10);
  CHECK(port.read(reg::kStatus) == 0);
  CHECK(port.read(reg::kFaultCause) == 0);
  // With both bits only the start counts, since the device is idle.
  port.write(reg::kControl, reg::kControlStart | reg::kControlStop);
  port.wait(200);
  CHECK(port.read(reg::kStatus) == reg::kStatusBusy);
  const std::uint32_t cycles = port.read(reg::kCounters);
  CHECK(cycles > 200);
  // A start while busy would clear the counters.
  port.write(reg::kControl, reg::kControlStart);
  port.wait(10);
  CHECK(port.read(reg::kCounters) == cycles + 2 + 2 + 10);
  CHECK(port.read(reg::kCounters + 8) > 0);
  // With both bits only the stop counts.
  port.write(reg::kControl, reg::kControlStart | reg::kControlStop);
  CHECK(port.wait_until_idle() == (reg::kStatusDone | reg::kStatusFault));
  CHECK(port.read(reg::kFaultCause) == cause::kStopped);
  for (std::uint32_t offset = reg::kFaultWarp; offset < reg::kFaultCtaid + 12; offset += 4) {
    CHECK(port.read(offset) == 0);
  }
  CHECK(port.read(reg::kCounters) > cycles);
  // A stop now is late, and the next start clears what is left of the last one.
  port.write(reg::kControl, reg::kControlStop);
  port.write(reg::kControl, reg::kControlStart);
  port.wait(2);
  CHECK(port.read(reg::kStatus) == reg::kStatusBusy);
  CHECK(port.read(reg::kFaultCause) == 0);
  CHECK(port.read(reg::kCounters) < 10);
  port.write(reg::kControl, reg::kControlStop);
  port.wait_until_idle();
}

TEST_CASE("the exit status is kept until the next start", "[nano]") {
  const auto device = open_lockstep("nano");
  HostPort port(*device);
  load(*device, [](Assembler& code) {
    code.li(10, 0x12345678);
    code.li(17, 93);
    code.emit(Op::kEcall, {});
  });
  port.write_small_launch();
  port.write(reg::kControl, reg::kControlStart);
  CHECK(port.wait_until_idle() == reg::kStatusDone);
  CHECK(port.read(reg::kExitStatus) == 0x12345678);
  load(*device, [](Assembler& code) { code.exit(); });
  port.write(reg::kControl, reg::kControlStart);
  CHECK(port.wait_until_idle() == reg::kStatusDone);
  CHECK(port.read(reg::kExitStatus) == 0);
}

TEST_CASE("WARP_SELECT counts modulo the number of warp slots", "[nano]") {
  const auto device = open_lockstep("nano");
  const std::uint32_t warps = device->config().warps;
  HostPort port(*device);
  // Warp w loops at a place of its own with 32 - w of its threads.
  load(*device, [&](Assembler& code) {
    code.csr(Op::kCsrrs, 5, isa::csr::kWarpid, 0);
    code.csr(Op::kCsrrs, 6, isa::csr::kLaneid, 0);
    const auto stay = code.new_label();
    code.branch(Op::kBgeu, 6, 5, stay);
    code.exit();
    code.place(stay);
    for (std::uint32_t warp = 0; warp < warps; ++warp) {
      const auto next = code.new_label();
      code.i(Op::kAddi, 6, 5, -static_cast<std::int32_t>(warp));
      code.branch(Op::kBne, 6, 0, next);
      code.jal(0, code.here());
      code.place(next);
    }
  });
  port.write_small_launch();
  port.write(reg::kBlock, 32 * warps);
  port.write(reg::kThreads, 32 * warps);
  port.write(reg::kWarpsPerCta, warps);
  port.write(reg::kControl, reg::kControlStart);
  port.wait(3000);
  std::set<std::uint32_t> places;
  for (std::uint32_t select = 0; select < 3 * warps; ++select) {
    const std::uint32_t value = select + (select >= 2 * warps ? 0xffffff00 : 0);
    port.write(reg::kWarpSelect, value);
    CHECK(port.read(reg::kWarpSelect) == value);
    const std::uint32_t alive = 0xffffffff << select % warps;
    CHECK(port.read(reg::kWarpAlive) == alive);
    CHECK(port.read(reg::kWarpMask) == alive);
    places.insert(port.read(reg::kWarpPc));
  }
  CHECK(places.size() == warps);
  port.write(reg::kControl, reg::kControlStop);
  port.wait_until_idle();
}

TEST_CASE("any pins in any cycle give the same on RTL and model", "[nano]") {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    INFO("seed " << seed);
    const auto device = open_lockstep("nano", 10, seed);
    HostPort port(*device);
    load(*device, [](Assembler& code) {
      code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
      const auto loop = code.here();
      code.i(Op::kAddi, 5, 5, -1);
      code.branch(Op::kBne, 5, 0, loop);
      code.exit();
    });
    port.write_small_launch();
    std::mt19937 engine(seed);
    const auto below = [&](std::uint32_t limit) {
      return static_cast<std::uint32_t>(engine() % limit);
    };
    // Registers that may be written while busy, and some that do not exist.
    const std::uint32_t targets[] = {reg::kControl,  reg::kControl, reg::kWarpSelect,
                                     reg::kId,       reg::kStatus,  reg::kFaultPc,
                                     reg::kCounters, 0xffc,         0x010};
    for (int cycle = 0; cycle < 20'000; ++cycle) {
      timed::AxiLiteIn pins;
      pins.aw_valid = below(4) == 0;
      pins.w_valid = below(4) != 0;
      pins.aw_addr = targets[below(std::size(targets))] + below(4);
      pins.w_data = below(64) == 0   ? 3
                    : below(64) == 0 ? 1
                    : below(2) == 0  ? 0xfffffffc
                                     : below(256) << 2;
      pins.w_strobe = below(4) == 0 ? below(16) : 0xf;
      pins.b_ready = below(3) != 0;
      pins.ar_valid = below(2) == 0;
      pins.ar_addr = below(kRegisterEnd);
      pins.r_ready = below(3) != 0;
      device->cycle(pins);
    }
  }
}

}  // namespace heddle::lockstep
