// Directed programs for warp and block primitives on the timed device, against what the page says
// and against the functional device.
#include <catch2/catch.hpp>

#include "device/fault.hpp"
#include "functional/device_bench.hpp"
#include "timed/timed_device.hpp"

namespace {

using namespace heddle;
using functional::data_pointer;
using functional::DeviceBench;
using functional::kData;
using isa::Op;
using random::Assembler;

constexpr std::uint32_t kFlag = kData + 0x1000;

struct Bench : DeviceBench {
  explicit Bench(const char* config, const MemoryTiming& timing = {})
      : DeviceBench(make_timed_device(Config::load(config), timing)) {
    launch.block = {64, 1, 1};
  }
};

void barrier(Assembler& code, Op op, std::uint32_t id, std::uint32_t count) {
  code.li(28, id);
  code.li(29, count);
  code.r(op, 0, 28, 29);
}

void spin_and_release(Assembler& code) {
  const auto producer = code.new_label(), spin = code.new_label();
  data_pointer(code, 6);
  code.li(7, kFlag);
  code.li(9, 31);
  code.csr(Op::kCsrrs, 10, isa::csr::kWarpid, 0);
  code.r(Op::kSh2add, 7, 10, 7);
  code.csr(Op::kCsrrs, 10, isa::csr::kLaneid, 0);
  code.branch(Op::kBeq, 10, 9, producer);
  code.place(spin);
  code.i(Op::kLw, 8, 7, 0);
  code.branch(Op::kBeq, 8, 0, spin);
  code.store(Op::kSw, 8, 6, 0);
  code.exit();
  code.place(producer);
  code.li(8, 77);
  code.store(Op::kSw, 8, 7, 0);
  code.exit();
}

}  // namespace

TEST_CASE("a spinning group yields on the timed device, after as many instructions") {
  for (const char* config : {"nano", "base"}) {
    DeviceBench functional(config);
    functional.launch.block = {64, 1, 1};
    const LaunchResult expected = functional.run(spin_and_release);
    Bench bench(config);
    const LaunchResult result = bench.run(spin_and_release);
    REQUIRE(expected.status == LaunchStatus::kOk);
    REQUIRE(result.status == LaunchStatus::kOk);
    CHECK(result.counters.instructions == expected.counters.instructions);
    CHECK(result.counters.instructions > 2 * 1024);
    for (std::uint32_t t = 0; t < 64; ++t)
      CHECK(bench.word(kData + 4 * t) == (t % 32 == 31 ? 0 : 77));
  }
}

TEST_CASE("a deadlock is found on the timed device, once nobody else runs") {
  Bench bench("nano");
  bench.launch.cycle_limit = 200'000;
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto wait = code.new_label(), loop = code.new_label();
    code.csr(Op::kCsrrs, 5, isa::csr::kWarpid, 0);
    code.branch(Op::kBeq, 5, 0, wait);
    code.li(8, 500);
    code.place(loop);
    code.i(Op::kAddi, 8, 8, -1);
    code.branch(Op::kBne, 8, 0, loop);
    code.place(wait);
    barrier(code, Op::kBarSync, 3, 65);  // of 64 threads
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kFault);
  CHECK(result.fault.cause == cause::kDeadlock);
  CHECK(result.fault.warp == 0);
  CHECK(result.fault.mask == 0);
  CHECK(result.fault.pc == 0);
  CHECK(result.fault.address == 0);
  CHECK(result.counters.instructions > 1000);
  CHECK(result.counters.cycles > 1023 + 32);
}

TEST_CASE("misuse of a barrier faults on the timed device as on the functional one") {
  const std::function<void(Assembler&)> programs[] = {
      [](Assembler& code) { barrier(code, Op::kBarSync, 16, 0); },
      [](Assembler& code) { barrier(code, Op::kBarArrive, 7, 0); },
      [](Assembler& code) { barrier(code, Op::kBarSync, 7, 31); },
      [](Assembler& code) {
        const auto others = code.new_label();
        code.csr(Op::kCsrrs, 5, isa::csr::kLaneid, 0);
        code.i(Op::kSltiu, 5, 5, 16);
        code.branch(Op::kBeq, 5, 0, others);
        barrier(code, Op::kBarSync, 1, 64);
        code.exit();
        code.place(others);
        barrier(code, Op::kBarSync, 2, 64);
        code.exit();
      },
      [](Assembler& code) {
        barrier(code, Op::kBarArrive, 5, 64);
        barrier(code, Op::kBarArrive, 5, 65);
      },
  };
  for (const auto& program : programs) {
    DeviceBench functional("nano");
    functional.launch.block = {32, 1, 1};
    const LaunchResult expected = functional.run(program);
    Bench bench("nano");
    bench.launch.block = {32, 1, 1};
    const LaunchResult result = bench.run(program);
    REQUIRE(expected.fault.cause == cause::kBarrier);
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.message == expected.message);
  }
}

TEST_CASE("code that the program wrote is fetched after fence.i") {
  for (const MemoryTiming& timing : {MemoryTiming{}, MemoryTiming{.latency = 200, .seed = 3}}) {
    Bench bench("base", timing);
    bench.launch.block = {32, 1, 1};
    const LaunchResult result = bench.run([](Assembler& code) {
      const auto patched = code.new_label();
      code.li(10, 0);
      code.li(6, random::encode(Op::kAddi, {.rd = 10, .rs1 = 10, .imm = 7}));
      code.la(7, patched);
      code.li(11, 2);
      const auto again = code.here();
      code.place(patched);
      code.i(Op::kAddi, 10, 10, 100);
      code.store(Op::kSw, 6, 7, 0);
      code.emit(Op::kFenceI, {});
      code.i(Op::kAddi, 11, 11, -1);
      code.branch(Op::kBne, 11, 0, again);
      code.li(17, 93);
      code.emit(Op::kEcall, {});
    });
    CHECK(result.status == LaunchStatus::kOk);
    CHECK(result.exit_status == 107);
  }
}

TEST_CASE("a barrier with a count releases threads of a warp whose others spin") {
  for (const char* config : {"nano", "base"}) {
    Bench bench(config);
    const LaunchResult result = bench.run([](Assembler& code) {
      const auto other_warp = code.new_label(), wait = code.new_label(), spin = code.new_label();
      code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
      code.li(7, kFlag);
      code.i(Op::kSltiu, 8, 5, 32);
      code.branch(Op::kBeq, 8, 0, other_warp);
      code.i(Op::kSltiu, 8, 5, 8);
      code.branch(Op::kBne, 8, 0, wait);
      code.place(spin);
      code.i(Op::kLw, 8, 7, 0);
      code.branch(Op::kBeq, 8, 0, spin);
      code.exit();
      code.place(wait);
      barrier(code, Op::kBarSync, 9, 40);
      code.store(Op::kSw, 7, 7, 0);
      code.exit();
      code.place(other_warp);
      barrier(code, Op::kBarArrive, 9, 40);
      code.exit();
    });
    REQUIRE(result.status == LaunchStatus::kOk);
    CHECK(bench.word(kFlag) == kFlag);
  }
}
