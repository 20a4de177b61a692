// The functional device: launches, divergence, barriers, memory windows, counters.
#include "functional/functional_device.hpp"

#include <catch2/catch.hpp>

#include "functional/device_bench.hpp"

namespace {

using namespace heddle;
using functional::data_pointer;
using functional::DeviceBench;
using functional::kCode;
using functional::kData;
using functional::kLocal;
using functional::kLocalStart;
using functional::kSharedStart;
using isa::Op;
using random::Assembler;

// rd = the number of this instruction among those issued: an order stamp.
void stamp(Assembler& code, std::uint32_t rd) { code.csr(Op::kCsrrs, rd, isa::csr::kInstret, 0); }

}  // namespace

TEST_CASE("every thread of every CTA runs once and knows its place") {
  DeviceBench bench("base");
  bench.launch.block = {5, 7, 3};
  bench.launch.grid = {3, 2, 2};
  const std::uint32_t threads = 105;
  const LaunchResult result = bench.run([](Assembler& code) {
    using namespace isa::csr;
    const auto linear = [&](std::uint32_t rd, std::uint32_t x, std::uint32_t n) {
      code.csr(Op::kCsrrs, rd, x + 2, 0);
      code.csr(Op::kCsrrs, 6, n + 1, 0);
      code.r(Op::kMul, rd, rd, 6);
      code.csr(Op::kCsrrs, 6, x + 1, 0);
      code.r(Op::kAdd, rd, rd, 6);
      code.csr(Op::kCsrrs, 6, n, 0);
      code.r(Op::kMul, rd, rd, 6);
      code.csr(Op::kCsrrs, 6, x, 0);
      code.r(Op::kAdd, rd, rd, 6);
    };
    linear(10, kTidX, kNtidX);
    linear(11, kCtaidX, kNctaidX);
    code.li(12, 105);
    code.r(Op::kMul, 11, 11, 12);
    code.r(Op::kAdd, 10, 10, 11);
    code.li(12, kData);
    code.r(Op::kSh2add, 12, 10, 12);
    code.i(Op::kAddi, 10, 10, 1);
    code.store(Op::kSw, 10, 12, 0);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(result.counters.ctas_done == 12);
  CHECK(result.counters.thread_instructions == 12 * threads * 26);
  CHECK(result.counters.instructions == 12 * 4 * 26);
  CHECK(result.counters.cycles == result.counters.instructions);
  for (std::uint32_t i = 0; i < 12 * threads; ++i) REQUIRE(bench.word(kData + 4 * i) == i + 1);
  CHECK(bench.word(kData + 4 * 12 * threads) == 0);
}

TEST_CASE("of diverged threads the lowest PC runs first, and they merge where they meet") {
  DeviceBench bench;
  bench.launch.block = {4, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto odd = code.new_label(), join = code.new_label();
    data_pointer(code, 6);
    code.i(Op::kAndi, 7, 5, 1);
    code.branch(Op::kBne, 7, 0, odd);
    stamp(code, 8);
    code.jal(0, join);
    code.place(odd);
    stamp(code, 8);
    code.place(join);
    stamp(code, 9);
    code.store(Op::kSw, 8, 6, 0);
    code.store(Op::kSw, 9, 6, 64);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  // li is one instruction here: the branch is the fifth, the even threads go first.
  CHECK(bench.word(kData) == 6);
  CHECK(bench.word(kData + 8) == 6);
  CHECK(bench.word(kData + 4) == 8);
  CHECK(bench.word(kData + 12) == 8);
  for (std::uint32_t i = 0; i < 4; ++i) CHECK(bench.word(kData + 64 + 4 * i) == 9);
  CHECK(result.counters.instructions == 12);
  CHECK(result.counters.thread_instructions == 9 * 4 + 3 * 2);
}

TEST_CASE("of diverged threads the deepest call runs first, whatever its PC") {
  DeviceBench bench;
  bench.launch.block = {2, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto call = code.new_label(), after = code.new_label(), function = code.new_label();
    data_pointer(code, 6);
    code.branch(Op::kBne, 5, 0, call);
    stamp(code, 8);  // thread 0, before thread 1 has called anything
    code.jal(0, after);
    code.place(call);
    code.jal(1, function);
    stamp(code, 9);
    code.place(after);
    code.store(Op::kSw, 8, 6, 0);
    code.store(Op::kSw, 9, 6, 8);
    code.exit();
    code.place(function);  // at the highest PC, yet before thread 0's `after`
    stamp(code, 8);
    code.jalr(0, 1);
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(bench.word(kData) == 5);
  CHECK(bench.word(kData + 4) == 8);
  CHECK(bench.word(kData + 12) == 10);
  CHECK(result.counters.instructions == 13);
}

TEST_CASE("a barrier waits for all living threads of the CTA, wherever they wait") {
  DeviceBench bench;
  bench.launch.block = {67, 1, 1};
  bench.launch.shared_size = 512;
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto stay = code.new_label(), odd = code.new_label(), join = code.new_label();
    data_pointer(code, 6);
    code.li(7, 10);
    code.branch(Op::kBgeu, 5, 7, stay);
    code.exit();  // threads 0 to 9
    code.place(stay);
    code.li(9, kSharedStart);
    code.r(Op::kSh2add, 9, 5, 9);
    code.store(Op::kSw, 5, 9, 0);
    code.i(Op::kAndi, 7, 5, 1);
    code.branch(Op::kBne, 7, 0, odd);
    code.barrier();
    code.jal(0, join);
    code.place(odd);
    code.barrier();
    code.place(join);
    // Thread t reads the word of 76 - t, which is in another warp for most.
    code.li(9, kSharedStart + 4 * 76);
    code.i(Op::kSlli, 7, 5, 2);
    code.r(Op::kSub, 9, 9, 7);
    code.i(Op::kLw, 8, 9, 0);
    code.store(Op::kSw, 8, 6, 0);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t t = 10; t < 67; ++t) CHECK(bench.word(kData + 4 * t) == 76 - t);
}

TEST_CASE("threads that exit let a barrier go on which the others wait") {
  DeviceBench bench;
  bench.launch.block = {64, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto wait = code.new_label(), loop = code.new_label();
    data_pointer(code, 6);
    code.li(7, 32);
    code.branch(Op::kBltu, 5, 7, wait);
    code.li(8, 5000);  // warp 1 takes several turns before it ends
    code.place(loop);
    code.i(Op::kAddi, 8, 8, -1);
    code.branch(Op::kBne, 8, 0, loop);
    code.exit();
    code.place(wait);
    code.barrier();
    code.store(Op::kSw, 7, 6, 0);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(bench.word(kData) == 32);
  CHECK(bench.word(kData + 4 * 31) == 32);
}

TEST_CASE("the exit status is the first that is not zero, of the lowest lane") {
  DeviceBench bench;
  bench.launch.block = {32, 1, 1};
  bench.launch.grid = {2, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
    code.csr(Op::kCsrrs, 6, isa::csr::kCtaidX, 0);
    code.i(Op::kSltiu, 7, 5, 5);
    code.i(Op::kAddi, 10, 5, 100);
    code.r(Op::kSh2add, 10, 6, 10);
    code.r(Op::kCzeroNez, 10, 10, 7);  // status 0 for threads 0 to 4
    code.li(17, 93);
    code.emit(Op::kEcall, {});
  });
  CHECK(result.status == LaunchStatus::kOk);
  CHECK(result.exit_status == 105);
}

TEST_CASE("local memory is interleaved by thread, at the warp slot's place") {
  DeviceBench bench;
  bench.launch.block = {64, 1, 1};
  bench.launch.local_shift = 9;
  const LaunchResult result = bench.run([](Assembler& code) {
    code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
    code.li(6, kLocalStart);
    code.store(Op::kSw, 5, 6, 8);
    code.store(Op::kSb, 5, 6, 13);
    code.i(Op::kAndi, 7, 5, 0x1fc);  // another place for every fourth thread
    code.r(Op::kAdd, 7, 7, 6);
    code.store(Op::kSh, 5, 7, 258);
    code.i(Op::kLw, 8, 6, 8);
    code.i(Op::kLbu, 9, 6, 13);
    code.i(Op::kLhu, 10, 7, 258);
    code.r(Op::kAdd, 8, 8, 9);
    code.r(Op::kAdd, 8, 8, 10);
    code.store(Op::kSw, 8, 6, 16);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t t = 0; t < 64; ++t) {
    const std::uint32_t warp = kLocal + (t / 32 << 14), lane = t % 32;
    CHECK(bench.word(warp + (2 << 7) + 4 * lane) == t);
    CHECK(bench.word(warp + (3 << 7) + 4 * lane) == t << 8);
    const std::uint32_t offset = (t & 0x1fc) + 256;
    CHECK(bench.word(warp + (offset >> 2 << 7) + 4 * lane) == t << 16);
    CHECK(bench.word(warp + (4 << 7) + 4 * lane) == 3 * t);
  }
}

TEST_CASE("CTAs take the slots in turn") {
  DeviceBench bench;  // nano: 4 warps, so two CTAs of two warps are resident
  bench.launch.block = {64, 1, 1};
  bench.launch.grid = {3, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    code.csr(Op::kCsrrs, 5, isa::csr::kCtaidX, 0);
    code.i(Op::kAddi, 5, 5, 1);
    code.li(6, kLocalStart);
    code.store(Op::kSw, 5, 6, 0);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(bench.word(kLocal) == 3);
  CHECK(bench.word(kLocal + (1 << 13)) == 3);
  CHECK(bench.word(kLocal + (2 << 13)) == 2);
  CHECK(bench.word(kLocal + (3 << 13)) == 2);
}

TEST_CASE("of threads that store to one place the highest stays") {
  DeviceBench bench;
  bench.launch.block = {32, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
    code.li(6, kData);
    code.i(Op::kAndi, 7, 5, 3);
    code.r(Op::kSh2add, 7, 7, 6);
    code.store(Op::kSw, 5, 7, 0);
    // The same over two pages, which takes the general way.
    code.i(Op::kSlli, 8, 5, 12);
    code.li(9, 0x1000);
    code.r(Op::kAnd, 8, 8, 9);
    code.r(Op::kAdd, 8, 8, 6);
    code.store(Op::kSb, 5, 8, 64);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t i = 0; i < 4; ++i) CHECK(bench.word(kData + 4 * i) == 28 + i);
  CHECK(bench.word(kData + 64) == 30);
  CHECK(bench.word(kData + 0x1000 + 64) == 31);
  CHECK(result.counters.global_accesses == 2);
  CHECK(result.counters.global_lines == 3);
}

TEST_CASE("one instruction may touch all windows") {
  DeviceBench bench;
  bench.launch.block = {32, 1, 1};
  bench.launch.shared_size = 256;
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto not_shared = code.new_label(), not_local = code.new_label();
    data_pointer(code, 6);
    code.r(Op::kAddi, 7, 6, 0);
    code.li(8, 10);
    code.branch(Op::kBgeu, 5, 8, not_shared);
    code.li(7, kSharedStart);
    code.r(Op::kSh2add, 7, 5, 7);
    code.place(not_shared);
    code.li(8, 20);
    code.branch(Op::kBltu, 5, 8, not_local);
    code.li(7, kLocalStart + 4);
    code.place(not_local);
    code.store(Op::kSw, 5, 7, 0);
    code.i(Op::kLw, 9, 7, 0);
    code.store(Op::kSw, 9, 6, 512);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t t = 0; t < 32; ++t) CHECK(bench.word(kData + 512 + 4 * t) == t);
  CHECK(bench.word(kData) == 0);
  CHECK(bench.word(kData + 4 * 15) == 15);
  CHECK(bench.word(kLocal + 128 + 4 * 25) == 25);
}

TEST_CASE("a store into decoded code takes effect") {
  DeviceBench bench;
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

TEST_CASE("fcsr starts at 0, belongs to each thread, and collects flags") {
  DeviceBench bench;
  bench.launch.block = {32, 1, 1};
  for (int launch = 0; launch < 2; ++launch) {
    const LaunchResult result = bench.run([](Assembler& code) {
      data_pointer(code, 6);
      code.csr(Op::kCsrrs, 7, isa::csr::kFcsr, 0);
      code.store(Op::kSw, 7, 6, 128);
      code.li(8, 0x3f800000);
      code.li(9, 0x33000000);  // 2^-25: inexact when added to 1
      code.i(Op::kAndi, 7, 5, 1);
      code.r(Op::kCzeroEqz, 9, 9, 7);
      code.csr(Op::kCsrrw, 0, isa::csr::kFrm, 5);  // frm = tid mod 8
      code.emit(Op::kFaddS, {.rd = 10, .rs1 = 8, .rs2 = 9, .rm = 7});
      code.store(Op::kSw, 10, 6, 0);
      code.csr(Op::kCsrrs, 7, isa::csr::kFcsr, 0);
      code.store(Op::kSw, 7, 6, 256);
      code.exit();
    });
    REQUIRE(result.status == LaunchStatus::kOk);
    for (std::uint32_t t = 0; t < 32; ++t) {
      CHECK(bench.word(kData + 128 + 4 * t) == 0);
      CHECK(bench.word(kData + 256 + 4 * t) == ((t & 7) << 5 | (t & 1)));
      CHECK(bench.word(kData + 4 * t) == (t % 8 == 3 ? 0x3f800001u : 0x3f800000u));
    }
  }
}

TEST_CASE("an endless kernel is cut off at the limit, and reports where it stood") {
  DeviceBench bench;
  bench.launch.block = {40, 1, 1};
  bench.launch.cycle_limit = 5000;
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto loop = code.here();
    code.jal(0, loop);
  });
  CHECK(result.status == LaunchStatus::kCycleLimit);
  CHECK(result.counters.instructions == 5000);
  REQUIRE(result.warps.size() == 2);
  CHECK(result.warps[1].warp == 1);
  CHECK(result.warps[1].pc == kCode);
  CHECK(result.warps[1].mask == 0xff);
  CHECK(result.warps[1].alive == 0xff);
  CHECK(result.message.find("5000") != std::string::npos);
}

TEST_CASE("the progress callback can stop a kernel") {
  DeviceBench bench;
  bench.launch.cycle_limit = 0;
  int calls = 0;
  const LaunchResult result = bench.run(
      [](Assembler& code) {
        const auto loop = code.here();
        code.jal(0, loop);
      },
      [&](const Progress& progress) {
        CHECK(progress.ctas_total == 1);
        CHECK(progress.cycles > 0);
        return ++calls < 3;
      });
  CHECK(calls == 3);
  CHECK(result.status == LaunchStatus::kInterrupted);
}

TEST_CASE("more regions than the device has, or crooked ones, are refused") {
  DeviceBench bench;
  const std::vector<Region> many(9, Region{0x1000, 0x2000, kRead});
  CHECK_THROWS_AS(bench.device->set_regions(many), std::invalid_argument);
  const Region crooked[] = {{0x1000, 0x2004, kRead}};
  CHECK_THROWS_AS(bench.device->set_regions(crooked), std::invalid_argument);
}
