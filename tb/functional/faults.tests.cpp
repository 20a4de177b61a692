// Faults of the functional device: cause, warp, mask, PC and address as programming_model.md says.
#include <catch2/catch.hpp>
#include <string>

#include "device/fault.hpp"
#include "functional/device_bench.hpp"

namespace {

using namespace heddle;
using functional::data_pointer;
using functional::DeviceBench;
using functional::kCode;
using functional::kData;
using functional::kDataBytes;
using functional::kLocalStart;
using functional::kReadOnly;
using functional::kSharedStart;
using isa::Op;
using random::Assembler;

// Runs `write` with 32 threads whose t0 is the thread index, and expects a fault.
Fault fault_of(DeviceBench& bench, const std::function<void(Assembler&)>& write) {
  const LaunchResult result = bench.run([&](Assembler& code) {
    code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
    write(code);
  });
  CHECK(result.status == LaunchStatus::kFault);
  CHECK(result.message == describe(result.fault));
  return result.fault;
}

struct Bench : DeviceBench {
  Bench() {
    launch.block = {32, 1, 1};
    launch.shared_size = 512;
  }
};

}  // namespace

TEST_CASE("a jump to a misaligned or unmapped place faults at the target") {
  Bench bench;
  Fault fault = fault_of(bench, [](Assembler& code) {
    code.la(6, code.here());
    code.jalr(0, 6, 6);
  });
  CHECK(fault.cause == cause::kPcMisaligned);
  CHECK(fault.mask == 0xffffffff);
  CHECK(fault.pc == kCode + 10);
  CHECK(fault.address == kCode + 10);

  fault = fault_of(bench, [](Assembler& code) {
    code.li(6, kData);
    code.jalr(0, 6);
  });
  CHECK(fault.cause == cause::kPcAccess);
  CHECK(fault.pc == kData);
  CHECK(fault.address == kData);
}

TEST_CASE("running off the end of a region faults") {
  Bench bench;
  bench.launch.entry = kCode + 0x2000 - 8;
  bench.set_word(kCode + 0x1ff8, 0x00000013);
  bench.set_word(kCode + 0x1ffc, 0x00000013);
  const LaunchResult result = bench.device->run(bench.launch, {});
  CHECK(result.status == LaunchStatus::kFault);
  CHECK(result.fault.cause == cause::kPcAccess);
  CHECK(result.fault.pc == kCode + 0x2000);
  CHECK(result.counters.instructions == 2);
}

TEST_CASE("illegal instructions fault with the word, ebreak with its PC") {
  Bench bench;
  Fault fault = fault_of(bench, [](Assembler& code) { code.emit_word(0xffffffff); });
  CHECK(fault.cause == cause::kIllegal);
  CHECK(fault.address == 0xffffffff);
  CHECK(fault.pc == kCode + 4);
  fault = fault_of(bench, [](Assembler& code) {
    code.emit(Op::kFaddS, {.rd = 1, .rs1 = 2, .rs2 = 3, .rm = 5});
  });
  CHECK(fault.cause == cause::kIllegal);
  fault = fault_of(bench, [](Assembler& code) { code.csr(Op::kCsrrw, 0, isa::csr::kTidX, 5); });
  CHECK(fault.cause == cause::kIllegal);
  fault = fault_of(bench, [](Assembler& code) { code.emit_word(isa::info(Op::kEbreak).match); });
  CHECK(fault.cause == cause::kBreakpoint);
  CHECK(fault.address == kCode + 4);
}

TEST_CASE("only the group faults") {
  Bench bench;
  const Fault fault = fault_of(bench, [](Assembler& code) {
    const auto fine = code.new_label();
    code.i(Op::kAndi, 6, 5, 3);
    code.branch(Op::kBne, 6, 0, fine);
    code.emit_word(0);
    code.place(fine);
    code.exit();
  });
  CHECK(fault.mask == 0x11111111);
}

TEST_CASE("misaligned accesses fault for the threads concerned, before any other fault") {
  Bench bench;
  const Fault load = fault_of(bench, [](Assembler& code) {
    code.i(Op::kSlli, 6, 5, 1);
    code.i(Op::kLw, 7, 6, 0);  // unmapped, and misaligned for odd threads
  });
  CHECK(load.cause == cause::kLoadMisaligned);
  CHECK(load.mask == 0xaaaaaaaa);
  CHECK(load.address == 2);
  const Fault store = fault_of(bench, [](Assembler& code) {
    code.li(6, kSharedStart + 1022);
    code.r(Op::kAdd, 6, 6, 5);
    code.store(Op::kSh, 7, 6, 0);
  });
  CHECK(store.cause == cause::kStoreMisaligned);
  CHECK(store.mask == 0xaaaaaaaa);
  CHECK(store.address == kSharedStart + 1023);
  CHECK(store.pc == kCode + 16);
}

TEST_CASE("accesses beyond a window fault for all threads that are beyond it") {
  Bench bench;
  const Fault shared = fault_of(bench, [](Assembler& code) {
    code.li(6, kSharedStart + 512 - 4 * 30);
    code.r(Op::kSh2add, 6, 5, 6);
    code.i(Op::kLw, 7, 6, 0);
  });
  CHECK(shared.cause == cause::kLoadAccess);
  CHECK(shared.mask == 0xc0000000);
  CHECK(shared.address == kSharedStart + 512);
  const Fault local = fault_of(bench, [](Assembler& code) {
    code.li(6, kLocalStart + 256 - 16);
    code.r(Op::kAdd, 6, 6, 5);
    code.store(Op::kSb, 7, 6, 0);
  });
  CHECK(local.cause == cause::kStoreAccess);
  CHECK(local.mask == 0xffff0000);
  CHECK(local.address == kLocalStart + 256);
}

TEST_CASE("an unmapped line faults for the threads in it, lowest thread's line first") {
  Bench bench;
  const Fault fault = fault_of(bench, [](Assembler& code) {
    // The last two of each 16 threads leave the region for lines of their own.
    code.li(6, kData + kDataBytes - 4 * 14);
    code.i(Op::kAndi, 7, 5, 15);
    code.r(Op::kSh2add, 6, 7, 6);
    code.store(Op::kSw, 5, 6, 0);
  });
  CHECK(fault.cause == cause::kStoreAccess);
  CHECK(fault.mask == 0xc000c000);
  CHECK(fault.address == kData + kDataBytes);

  const Fault scattered = fault_of(bench, [](Assembler& code) {
    code.i(Op::kXori, 7, 5, 31);
    code.i(Op::kSlli, 7, 7, 6);
    code.li(6, kReadOnly + 0x1000 - 64 * 24);
    code.r(Op::kAdd, 6, 6, 7);
    code.i(Op::kLw, 7, 6, 4);
  });
  CHECK(scattered.cause == cause::kLoadAccess);
  CHECK(scattered.mask == 1);
  CHECK(scattered.address == kReadOnly + 0x1000 + 64 * 7 + 4);
}

TEST_CASE("a store to read-only memory, and any access to what is not mapped, fault") {
  Bench bench;
  const Fault store = fault_of(bench, [](Assembler& code) {
    code.li(6, kReadOnly);
    code.i(Op::kLw, 7, 6, 0);
    code.store(Op::kSb, 7, 6, 0);
  });
  CHECK(store.cause == cause::kStoreAccess);
  CHECK(store.mask == 0xffffffff);
  CHECK(store.address == kReadOnly);
  const Fault load = fault_of(bench, [](Assembler& code) { code.i(Op::kLb, 7, 0, 0); });
  CHECK(load.cause == cause::kLoadAccess);
  CHECK(load.address == 0);
}

TEST_CASE("unmapped local memory faults with the global address") {
  Bench bench;
  bench.launch.local_base = 0x00f00000;
  const Fault fault = fault_of(bench, [](Assembler& code) {
    code.li(6, kLocalStart);
    code.store(Op::kSw, 7, 6, 4);
  });
  CHECK(fault.cause == cause::kStoreAccess);
  CHECK(fault.mask == 0xffff);
  CHECK(fault.address == 0x00f00080);
}

TEST_CASE("an ecall that is not exit faults for the threads concerned") {
  Bench bench;
  const Fault fault = fault_of(bench, [](Assembler& code) {
    code.i(Op::kAddi, 17, 5, 92);
    code.emit(Op::kEcall, {});
  });
  CHECK(fault.cause == cause::kEcall);
  CHECK(fault.mask == 0xfffffffd);
  CHECK(fault.address == 92);
}

TEST_CASE("a fault tells warp slot and CTA, and stops the grid") {
  DeviceBench bench;
  bench.launch.block = {64, 1, 1};
  bench.launch.grid = {2, 3, 2};
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto fine = code.new_label();
    code.csr(Op::kCsrrs, 6, isa::csr::kCtaidZ, 0);
    code.branch(Op::kBeq, 6, 0, fine);
    code.csr(Op::kCsrrs, 6, isa::csr::kCtaidX, 0);
    code.branch(Op::kBeq, 6, 0, fine);
    code.csr(Op::kCsrrs, 6, isa::csr::kWarpid, 0);
    code.branch(Op::kBeq, 6, 0, fine);
    code.emit_word(0);
    code.place(fine);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kFault);
  CHECK(result.fault.ctaid.x == 1);
  CHECK(result.fault.ctaid.y == 0);
  CHECK(result.fault.ctaid.z == 1);
  // CTA 7 of two resident ones is in slot 1; its second warp is the fourth.
  CHECK(result.fault.warp == 3);
  CHECK(result.counters.ctas_done == 7);
  CHECK(result.message.find("illegal instruction") != std::string::npos);
}

namespace {

// li a1, id; li a2, count; op a1, a2
void barrier(Assembler& code, Op op, std::uint32_t id, std::uint32_t count) {
  code.li(11, id);
  code.li(12, count);
  code.r(op, 0, 11, 12);
}

// Threads 0 to 15 do `first`, then the others `second`.
std::function<void(Assembler&)> in_two_groups(const std::function<void(Assembler&)>& first,
                                              const std::function<void(Assembler&)>& second) {
  return [=](Assembler& code) {
    const auto others = code.new_label(), end = code.new_label();
    code.i(Op::kSltiu, 6, 5, 16);
    code.branch(Op::kBeq, 6, 0, others);
    first(code);
    code.jal(0, end);
    code.place(others);
    second(code);
    code.place(end);
    code.exit();
  };
}

}  // namespace

TEST_CASE("misuse of a barrier faults with its number, for the group") {
  struct Misuse {
    const char* what;
    std::function<void(Assembler&)> code;
    std::uint32_t address;
    std::uint32_t mask;
  };
  const auto sync = [](std::uint32_t id, std::uint32_t count) {
    return [=](Assembler& code) { barrier(code, Op::kBarSync, id, count); };
  };
  const auto arrive = [](std::uint32_t id, std::uint32_t count) {
    return [=](Assembler& code) { barrier(code, Op::kBarArrive, id, count); };
  };
  constexpr std::uint32_t kAll = 0xffffffff, kSecond = 0xffff0000;
  const Misuse misuses[] = {
      {"no such barrier", sync(16, 0), 16, kAll},
      {"no such barrier", arrive(0x80000001, 32), 0x80000001, kAll},
      {"too high a count", sync(3, 1025), 3, kAll},
      {"bar.arrive without a count", arrive(2, 0), 2, kAll},
      {"another count", in_two_groups(arrive(5, 64), arrive(5, 65)), 5, kSecond},
      {"more threads than counted", sync(5, 31), 5, kAll},
      {"more threads than counted", in_two_groups(arrive(5, 31), arrive(5, 31)), 5, kSecond},
      {"all threads at two barriers", in_two_groups(sync(1, 0), sync(2, 0)), 2, kSecond},
      {"one warp at two barriers", in_two_groups(sync(1, 64), sync(2, 64)), 2, kSecond},
      {"all, where some are counted", in_two_groups(arrive(1, 64), sync(1, 0)), 1, kSecond},
      {"counted, where all wait", in_two_groups(sync(1, 0), arrive(1, 64)), 1, kSecond},
  };
  for (const Misuse& misuse : misuses) {
    INFO(misuse.what);
    Bench bench;
    std::uint32_t next = 0;
    const Fault fault = fault_of(bench, [&](Assembler& code) {
      misuse.code(code);
      next = code.pc();
    });
    CHECK(fault.cause == cause::kBarrier);
    CHECK(fault.address == misuse.address);
    CHECK(fault.mask == misuse.mask);
    CHECK(fault.warp == 0);
    CHECK(fault.pc == next - (misuse.mask == kAll ? 4 : 8));
    CHECK(describe(fault).find("barrier misuse") == 0);
  }
}

TEST_CASE("barriers may be used in ways that look like misuse") {
  Bench bench;
  bench.launch.block = {64, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    // One after the other, with different counts; the highest count; arrivals at one barrier while
    // waiting at another.
    barrier(code, Op::kBarSync, 15, 64);
    barrier(code, Op::kBarSync, 15, 0);
    barrier(code, Op::kBarArrive, 1, 1024);
    barrier(code, Op::kBarArrive, 2, 1023);
    barrier(code, Op::kBarSync, 15, 64);
    code.exit();
  });
  CHECK(result.status == LaunchStatus::kOk);
}

TEST_CASE("when nobody can run any more, that is a deadlock") {
  const auto wait_at_barrier = [](Assembler& code) { barrier(code, Op::kBarSync, 4, 33); };
  const auto wait_for_all = [](Assembler& code) { barrier(code, Op::kBarSync, 4, 0); };
  const auto wait_for_others = [](Assembler& code) {
    code.li(6, 0xffffffff);
    code.i(Op::kWarpsync, 0, 6, 0);
  };
  const std::function<void(Assembler&)> programs[] = {wait_at_barrier,
                                                      in_two_groups(wait_for_others, wait_for_all)};
  for (const auto& program : programs) {
    Bench bench;
    const Fault fault = fault_of(bench, program);
    CHECK(fault.cause == cause::kDeadlock);
    CHECK(fault.warp == 0);
    CHECK(fault.mask == 0);
    CHECK(fault.pc == 0);
    CHECK(fault.address == 0);
    CHECK(describe(fault).find("deadlock") == 0);
  }
}
