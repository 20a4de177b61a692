// Faults in lockstep: every cause, in any CTA and warp slot, and several at a time.
#include <bit>
#include <catch2/catch.hpp>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "device/fault.hpp"
#include "functional/functional_device.hpp"
#include "isa/instructions.hpp"
#include "lockstep/directed.hpp"
#include "lockstep/open_rtl.hpp"
#include "random/assembler.hpp"

namespace heddle::lockstep {
namespace {

using isa::Op;
using random::Assembler;

struct FaultCase {
  std::string name;
  std::uint32_t cause;
  Write write;  // code that faults
};

std::vector<FaultCase> fault_cases() {
  const auto access = [](Op op, std::uint32_t address) {
    return [=](Assembler& code) {
      code.li(6, address);
      if (op == Op::kLw || op == Op::kLh) {
        code.i(op, 7, 6, 0);
      } else {
        code.store(op, 7, 6, 0);
      }
      code.exit();  // waits for the access
    };
  };
  const auto jump = [](std::uint32_t address) {
    return [=](Assembler& code) {
      code.li(6, address);
      code.jalr(0, 6);
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
      {"a store beyond shared memory", cause::kStoreAccess, access(Op::kSb, 0xf0001000)},
      {"a load beyond local memory", cause::kLoadAccess, access(Op::kLw, 0xe0000100)},
      {"an illegal instruction", cause::kIllegal, [](Assembler& code) { code.emit_word(0); }},
      {"a breakpoint", cause::kBreakpoint, [](Assembler& code) { code.emit(Op::kEbreak, {}); }},
      {"an unknown ecall", cause::kEcall,
       [](Assembler& code) {
         code.li(17, 64);
         code.emit(Op::kEcall, {});
       }},
      {"a jump to data", cause::kPcAccess, jump(kData)},
      {"a jump to a half instruction", cause::kPcMisaligned, jump(kCode + 2)},
      // The last word of the code's region; the next fetch is outside.
      {"running off the end of code", cause::kPcAccess, jump(kCode + 0x2000 - 4)},
  };
}

constexpr std::uint32_t kNop = 0x00000013;
constexpr std::uint32_t kNoMemory = 0xe0000000;

/// Runs on the lockstep device and on the functional model, and compares the faults but for the
/// slot, which depends on timing when there are more CTAs than slots.
Fault fault_of(PortDevice& device, const Launch& launch, const Write& write) {
  device.write_memory(kCode + 0x2000 - 4, std::as_bytes(std::span(&kNop, 1)));
  const LaunchResult result = run_directed(device, launch, write);
  INFO(result.message);
  REQUIRE(result.status == LaunchStatus::kFault);
  const auto reference = make_functional_device(device.config());
  reference->write_memory(kCode + 0x2000 - 4, std::as_bytes(std::span(&kNop, 1)));
  const LaunchResult expected = run_directed(*reference, launch, write);
  REQUIRE(expected.status == LaunchStatus::kFault);
  CHECK(result.fault.cause == expected.fault.cause);
  CHECK(result.fault.pc == expected.fault.pc);
  CHECK(result.fault.mask == expected.fault.mask);
  CHECK(result.fault.address == expected.fault.address);
  CHECK(result.fault.ctaid.x == expected.fault.ctaid.x);
  CHECK(result.fault.ctaid.y == expected.fault.ctaid.y);
  CHECK(result.fault.ctaid.z == expected.fault.ctaid.z);
  return result.fault;
}

/// Ends all threads but those of one warp of one CTA.
void leave_other_warps(Assembler& code, const Dim3& ctaid, std::uint32_t warp) {
  const auto leave = code.new_label();
  const auto stay = code.new_label();
  const std::uint32_t wanted[] = {ctaid.x, ctaid.y, ctaid.z, warp};
  const std::uint32_t csr[] = {isa::csr::kCtaidX, isa::csr::kCtaidY, isa::csr::kCtaidZ,
                               isa::csr::kWarpid};
  for (int i = 0; i < 4; ++i) {
    code.csr(Op::kCsrrs, 5, csr[i], 0);
    code.i(Op::kAddi, 5, 5, -static_cast<std::int32_t>(wanted[i]));
    code.branch(Op::kBne, 5, 0, leave);
  }
  code.jal(0, stay);
  code.place(leave);
  code.exit();
  code.place(stay);
}

void check_faults_of_one_thread(const std::string& config) {
  for (const FaultCase& fault : fault_cases()) {
    INFO(fault.name);
    const auto device = open_lockstep(config);
    CHECK(fault_of(*device, directed_launch(), fault.write).cause == fault.cause);
    // The device is good for another launch.
    const LaunchResult next =
        run_directed(*device, directed_launch(), [](Assembler& code) { code.exit(); });
    INFO(next.message);
    CHECK(next.status == LaunchStatus::kOk);
  }
}

void check_faults_of_a_late_cta(const std::string& config) {
  constexpr std::uint32_t kWarp = 1;
  const auto device = open_lockstep(config, 25, 3);
  Launch launch = directed_launch();
  launch.grid = {3, 4, 5};
  launch.block = {8, 3, 2};
  launch.shared_size = 256;
  for (const Dim3& ctaid : {Dim3{1, 2, 3}, Dim3{2, 3, 4}, Dim3{2, 1, 4}}) {
    for (const FaultCase& fault : fault_cases()) {
      INFO(fault.name << " in CTA " << ctaid.x << ", " << ctaid.y << ", " << ctaid.z);
      const Fault kept = fault_of(*device, launch, [&](Assembler& code) {
        leave_other_warps(code, ctaid, kWarp);
        fault.write(code);
      });
      CHECK(kept.cause == fault.cause);
      CHECK(kept.warp % 2 == kWarp);
      CHECK(kept.ctaid.x == ctaid.x);
      CHECK(kept.ctaid.y == ctaid.y);
      CHECK(kept.ctaid.z == ctaid.z);
      // Sixteen threads of 48 are in the second warp.
      CHECK((kept.mask & 0xffff0000) == 0);
    }
  }
}

/// Warps of several CTAs that fault differently and almost at once: the order of one cycle, and
/// what is under way when the first fault halts the machine.
void check_faults_at_once(const std::string& config, int programs) {
  const std::vector<FaultCase> cases = fault_cases();
  std::mt19937 engine(1);
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(engine() % limit);
  };
  const auto device = open_lockstep(config, 8);
  Launch launch = directed_launch();
  launch.grid = {6, 1, 1};
  launch.block = {32, 1, 1};
  launch.shared_size = 256;
  for (int program = 0; program < programs; ++program) {
    const LaunchResult result = run_directed(*device, launch, [&](Assembler& code) {
      code.csr(Op::kCsrrs, 5, isa::csr::kCtaidX, 0);
      code.li(8, kData);
      for (std::int32_t cta = 0; cta < 6; ++cta) {
        const auto next = code.new_label();
        code.i(Op::kAddi, 9, 5, -cta);
        code.branch(Op::kBne, 9, 0, next);
        for (std::uint32_t left = below(12); left != 0; --left) {
          switch (below(4)) {
            case 0: code.i(Op::kLw, 10, 8, 0); break;
            case 1: code.store(Op::kSw, 10, 8, 4); break;
            case 2: code.r(Op::kDivu, 11, 8, 5); break;
            default: code.r(Op::kAdd, 12, 8, 5); break;
          }
        }
        cases[below(static_cast<std::uint32_t>(cases.size()))].write(code);
        code.place(next);
      }
      code.exit();
    });
    INFO("program " << program << ": " << result.message);
    REQUIRE(result.status == LaunchStatus::kFault);
  }
}

/// Words side by side across the ends of a region: some lines of the instruction are refused, the
/// last one or the first, and others are under way when it ends.
void check_partly_refused(const std::string& config) {
  Launch launch = directed_launch();
  launch.block = {32, 1, 1};
  for (const std::uint32_t latency : {1u, 60u}) {
    const auto device = open_lockstep(config, latency);
    for (const std::uint32_t address : {kData + 0x10000 - 64, kData - 64}) {
      for (const bool store : {false, true}) {
        INFO("address " << address << ", store " << store << ", latency " << latency);
        const Fault fault = fault_of(*device, launch, [&](Assembler& code) {
          code.csr(Op::kCsrrs, 5, isa::csr::kLaneid, 0);
          code.li(6, address);
          code.r(Op::kSh2add, 6, 5, 6);
          if (store) {
            code.store(Op::kSw, 5, 6, 0);
          } else {
            code.i(Op::kLw, 7, 6, 0);
          }
          code.exit();
        });
        CHECK(fault.cause == (store ? cause::kStoreAccess : cause::kLoadAccess));
        CHECK(fault.mask == (address < kData ? 0x0000ffff : 0xffff0000));
        CHECK(fault.address == (address < kData ? address : address + 64));
      }
    }
  }
}

/// The memory answers with an error from 0xE0000000 on, where no region should be.
std::vector<Region> regions_without_memory() {
  std::vector<Region> regions = directed_regions();
  regions.push_back({kNoMemory, kNoMemory + 0x10000, kRead | kWrite | kExecute});
  return regions;
}

}  // namespace

TEST_CASE("faults stop RTL and model alike, and are those of the functional model", "[nano]") {
  check_faults_of_one_thread("nano");
}

TEST_CASE("a fault in a late CTA of a grid of three dimensions names its CTA and warp", "[nano]") {
  check_faults_of_a_late_cta("nano");
}

TEST_CASE("the same on base", "[base]") { check_faults_of_a_late_cta("base"); }

TEST_CASE("of an access that is partly refused the other lines come to their end", "[nano]") {
  check_partly_refused("nano");
}

TEST_CASE("partly refused accesses on base", "[base]") { check_partly_refused("base"); }

TEST_CASE("an error of the memory is a fault", "[nano]") {
  const auto device = open_lockstep("nano");
  Launch launch = directed_launch();
  launch.grid = {2, 3, 1};
  launch.block = {32, 1, 1};
  launch.shared_size = 256;
  launch.local_base = kNoMemory;
  // 32 words side by side are two lines. Whole lines stay in the L2 until they are written back: by
  // then, nobody knows whose they are.
  for (const Op op : {Op::kLw, Op::kSb, Op::kSw, Op::kAmoaddW}) {
    const LaunchResult result = run_directed(
        *device, launch,
        [&](Assembler& code) {
          leave_other_warps(code, {1, 2, 0}, 0);
          code.li(6, 0xe0000008);  // local memory
          if (op == Op::kLw) {
            code.i(op, 7, 6, 0);
          } else if (op == Op::kAmoaddW) {
            code.atomic(op, 7, 7, 6);
          } else {
            code.store(op, 7, 6, 0);
          }
          code.exit();
        },
        regions_without_memory());
    INFO(isa::name(op) << ": " << result.message);
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.fault.cause == (op == Op::kLw ? cause::kLoadAccess : cause::kStoreAccess));
    CHECK(result.fault.address == 0);
    if (op == Op::kSw) {
      CHECK(result.fault.mask == 0);
      continue;
    }
    if (op == Op::kAmoaddW) {
      CHECK(std::popcount(result.fault.mask) == 1);
    } else {
      CHECK((result.fault.mask == 0x0000ffff || result.fault.mask == 0xffff0000));
    }
    CHECK(result.fault.ctaid.x == 1);
    CHECK(result.fault.ctaid.y == 2);
  }
  const LaunchResult result = run_directed(
      *device, launch,
      [](Assembler& code) {
        code.li(6, kNoMemory + 0x24);
        code.jalr(0, 6);
      },
      regions_without_memory());
  INFO(result.message);
  REQUIRE(result.status == LaunchStatus::kFault);
  CHECK(result.fault.cause == cause::kPcAccess);
  CHECK(result.fault.mask == 0);
  CHECK(result.fault.pc == kNoMemory + 0x24);
  CHECK(result.fault.address == kNoMemory + 0x24);
}

TEST_CASE("of several faults the first one is kept", "[nano]") {
  check_faults_at_once("nano", 400);
}

TEST_CASE("of several faults the first one is kept on base", "[base]") {
  check_faults_at_once("base", 50);
}

}  // namespace heddle::lockstep
