// RTL and golden model in lockstep: random programs, faults and refused launches.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "device/fault.hpp"
#include "functional/functional_device.hpp"
#include "isa/csr.hpp"
#include "lockstep/open_rtl.hpp"
#include "lockstep/random_lockstep.hpp"
#include "random/assembler.hpp"

namespace {

using heddle::Device;
using heddle::DeviceOptions;
using heddle::Launch;
using heddle::LaunchResult;
using heddle::LaunchStatus;
using heddle::isa::Op;
using heddle::lockstep::open_rtl;
using heddle::lockstep::RandomRun;
using heddle::lockstep::run_random;
using heddle::random::Assembler;

constexpr std::uint32_t kCode = 0x00010000;
constexpr std::uint32_t kData = 0x00100000;
constexpr std::uint32_t kReadOnly = 0x00200000;
constexpr std::uint32_t kLocal = 0x00800000;

// HEDDLE_SEEDS: random programs a test run, over both configurations.
std::uint64_t seeds(std::uint64_t share_of_four) {
  const char* text = std::getenv("HEDDLE_SEEDS");
  const std::uint64_t total = text != nullptr ? std::strtoull(text, nullptr, 10) : 200;
  return total * share_of_four / 4;
}

void run_seeds(const std::string& config, std::uint64_t count) {
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    const RandomRun run = RandomRun::of(config, seed);
    const auto outcome = run_random(run);
    INFO("seed " << seed << ", to repeat: " << run.command());
    INFO(outcome.problem);
    REQUIRE(outcome.problem.empty());
    REQUIRE(outcome.result.cycles_compared >= outcome.result.counters.cycles);
  }
}

Launch small_launch() {
  Launch launch;
  launch.entry = kCode;
  launch.local_base = kLocal;
  launch.local_shift = 8;
  launch.cycle_limit = 200'000;
  return launch;
}

LaunchResult run(Device& device, const Launch& launch,
                 const std::function<void(Assembler&)>& write) {
  const heddle::Region regions[] = {
      {kCode, kCode + 0x2000, heddle::kRead | heddle::kWrite | heddle::kExecute},
      {kData, kData + 0x10000, heddle::kRead | heddle::kWrite},
      {kReadOnly, kReadOnly + 0x1000, heddle::kRead},
      {kLocal, kLocal + 0x100000, heddle::kRead | heddle::kWrite},
  };
  device.set_regions(regions);
  Assembler code(kCode);
  write(code);
  const std::vector<std::uint32_t> words = code.finish();
  device.write_memory(kCode, std::as_bytes(std::span(words)));
  return device.run(launch, {});
}

struct FaultCase {
  std::string name;
  std::uint32_t cause;
  std::function<void(Assembler&)> write;
};

std::vector<FaultCase> fault_cases() {
  namespace cause = heddle::cause;
  const auto access = [](Op op, std::uint32_t address) {
    return [=](Assembler& code) {
      code.li(6, address);
      if (op == Op::kLw || op == Op::kLh) {
        code.i(op, 7, 6, 0);
      } else {
        code.store(op, 7, 6, 0);
      }
      code.exit();
    };
  };
  return {
      {"a misaligned load", cause::kLoadMisaligned, access(Op::kLw, kData + 2)},
      {"a misaligned store", cause::kStoreMisaligned, access(Op::kSh, kData + 1)},
      {"a load outside every region", cause::kLoadAccess, access(Op::kLw, 0x40000000)},
      {"a load just below a region", cause::kLoadAccess, access(Op::kLw, kData - 4)},
      {"a store just behind a region", cause::kStoreAccess, access(Op::kSw, kData + 0x10000)},
      {"a store to read-only memory", cause::kStoreAccess, access(Op::kSw, kReadOnly)},
      {"a load beyond shared memory", cause::kLoadAccess, access(Op::kLw, 0xf0001000)},
      {"a load beyond local memory", cause::kLoadAccess, access(Op::kLw, 0xe0000100)},
      {"an illegal instruction", cause::kIllegal, [](Assembler& code) { code.emit_word(0); }},
      {"a breakpoint", cause::kBreakpoint, [](Assembler& code) { code.emit(Op::kEbreak, {}); }},
      {"an unknown ecall", cause::kEcall,
       [](Assembler& code) {
         code.li(17, 64);
         code.emit(Op::kEcall, {});
       }},
      {"a jump to data", cause::kPcAccess,
       [](Assembler& code) {
         code.li(6, kData);
         code.jalr(0, 6);
       }},
      {"a jump to a half instruction", cause::kPcMisaligned,
       [](Assembler& code) {
         code.li(6, kCode + 2);
         code.jalr(0, 6);
       }},
  };
}

}  // namespace

TEST_CASE("random programs run in lockstep on nano", "[nano]") { run_seeds("nano", seeds(3)); }

TEST_CASE("random programs run in lockstep on base", "[base]") { run_seeds("base", seeds(1)); }

TEST_CASE("faults stop RTL and model alike, and are those of the functional model", "[nano]") {
  for (const FaultCase& fault : fault_cases()) {
    INFO(fault.name);
    const auto device = open_rtl("lockstep", "nano", {});
    const LaunchResult result = run(*device, small_launch(), fault.write);
    INFO(result.message);
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.fault.cause == fault.cause);
    const auto reference = heddle::make_functional_device(heddle::Config::load("nano"));
    const LaunchResult expected = run(*reference, small_launch(), fault.write);
    REQUIRE(expected.status == LaunchStatus::kFault);
    CHECK(result.fault.pc == expected.fault.pc);
    CHECK(result.fault.mask == expected.fault.mask);
    CHECK(result.fault.address == expected.fault.address);
    // The device is good for another launch.
    const LaunchResult next = run(*device, small_launch(), [](Assembler& code) { code.exit(); });
    INFO(next.message);
    CHECK(next.status == LaunchStatus::kOk);
  }
}

TEST_CASE("a launch that never ends is stopped at its limit, with where its warps were", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  Launch launch = small_launch();
  launch.cycle_limit = 5'000;
  const LaunchResult result = run(*device, launch, [](Assembler& code) {
    const auto loop = code.here();
    code.jal(0, loop);
  });
  INFO(result.message);
  CHECK(result.status == LaunchStatus::kCycleLimit);
  CHECK_FALSE(result.warps.empty());
}

TEST_CASE("the exit status of ecall reaches the host", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  const LaunchResult result = run(*device, small_launch(), [](Assembler& code) {
    code.li(10, 42);
    code.li(17, 93);
    code.emit(Op::kEcall, {});
  });
  INFO(result.message);
  CHECK(result.status == LaunchStatus::kOk);
  CHECK(result.exit_status == 42);
}
