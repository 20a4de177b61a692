// The functional device: warpsync, forward progress, named barriers, warp-wide instructions.
#include <catch2/catch.hpp>

#include "functional/device_bench.hpp"
#include "isa/float32.hpp"

namespace {

using namespace heddle;
using functional::data_pointer;
using functional::DeviceBench;
using functional::kData;
using isa::Op;
using random::Assembler;

constexpr std::uint32_t kFlag = kData + 0x1000;

// rd = the number of this instruction among those issued: an order stamp.
void stamp(Assembler& code, std::uint32_t rd) { code.csr(Op::kCsrrs, rd, isa::csr::kInstret, 0); }

void warpsync(Assembler& code, std::uint32_t mask) {
  code.li(28, mask);
  code.r(Op::kWarpsync, 0, 28, 0);
}

void barrier(Assembler& code, Op op, std::uint32_t id, std::uint32_t count) {
  code.li(28, id);
  code.li(29, count);
  code.r(op, 0, 28, 29);
}

struct Bench : DeviceBench {
  Bench() { launch.block = {32, 1, 1}; }
};

}  // namespace

TEST_CASE("a thread that spins yields to the one that it waits for") {
  // Thread 0 spins, at the lower PC, on what thread 1 stores.
  Bench bench;
  bench.launch.block = {2, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto producer = code.new_label(), spin = code.new_label();
    data_pointer(code, 6);
    code.li(7, kFlag);
    code.branch(Op::kBne, 5, 0, producer);
    code.place(spin);
    code.i(Op::kLw, 8, 7, 0);
    code.branch(Op::kBeq, 8, 0, spin);
    code.store(Op::kSw, 8, 6, 0);
    code.exit();
    code.place(producer);
    code.li(8, 77);
    code.store(Op::kSw, 8, 7, 0);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(bench.word(kData) == 77);
  // The five instructions before, 1,024 with the producer outside the group, its three, and then
  // the consumer's load, branch, store and exit.
  CHECK(result.counters.instructions == 5 + 1024 + 3 + 4);
}

TEST_CASE("a leader is dismissed after 64 instructions, and the next one is another thread") {
  // Thread 0 spins until threads 1 and 2, at higher PCs and each in a loop of its own, have ended.
  Bench bench;
  bench.launch.block = {3, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto one = code.new_label(), two = code.new_label(), spin = code.new_label();
    const auto loop_one = code.new_label(), loop_two = code.new_label();
    data_pointer(code, 6);
    code.li(7, kFlag);
    code.li(9, 1);
    code.branch(Op::kBeq, 5, 9, one);
    code.li(9, 2);
    code.branch(Op::kBeq, 5, 9, two);
    code.place(spin);
    code.i(Op::kLw, 8, 7, 4);
    code.i(Op::kLw, 9, 7, 8);
    code.r(Op::kAnd, 8, 8, 9);
    code.branch(Op::kBeq, 8, 0, spin);
    code.exit();
    code.place(one);
    code.li(10, 40);
    code.place(loop_one);
    code.i(Op::kAddi, 10, 10, -1);
    code.branch(Op::kBne, 10, 0, loop_one);
    stamp(code, 11);
    code.store(Op::kSw, 11, 7, 4);
    code.store(Op::kSw, 11, 6, 0);
    code.exit();
    code.place(two);
    code.li(10, 40);
    code.place(loop_two);
    code.i(Op::kAddi, 10, 10, -1);
    code.branch(Op::kBne, 10, 0, loop_two);
    stamp(code, 11);
    code.store(Op::kSw, 11, 7, 8);
    code.store(Op::kSw, 11, 6, 0);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  // After 8 instructions, thread 0 spins for 256 rounds of 4. The first thread behind the last
  // leader, 31, is in the group; so thread 1 leads first, for 65 instructions, to the end of its
  // round; after another 1,024 instructions thread 2; then thread 1 again, which has 16 left.
  CHECK(bench.word(kData + 4) == 8 + 1024 + 65 + 1024 + 65 + 1024 + 16 + 1);
  // Thread 1 ends 3 instructions later; after another 1,024 thread 2 has 16 left as well.
  CHECK(bench.word(kData + 8) == bench.word(kData + 4) + 3 + 1024 + 16 + 1);
}

TEST_CASE("warpsync gathers threads that would otherwise go on apart") {
  Bench bench;
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto odd = code.new_label(), join = code.new_label();
    data_pointer(code, 6);
    code.i(Op::kAndi, 7, 5, 1);
    code.branch(Op::kBne, 7, 0, odd);
    warpsync(code, 0xffffffff);
    stamp(code, 8);
    code.jal(0, join);
    code.place(odd);
    stamp(code, 9);
    warpsync(code, 0xffffffff);
    stamp(code, 8);
    code.place(join);
    code.store(Op::kSw, 8, 6, 0);
    code.store(Op::kSw, 9, 6, 256);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t t = 0; t < 32; t += 2) {
    // The odd threads, at a higher PC, were before the even ones' second instruction.
    CHECK(bench.word(kData + 4 * t) > bench.word(kData + 256 + 4));
  }
}

TEST_CASE("warpsync of threads that do not diverge, or of the group alone, waits for nobody") {
  Bench bench;
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto high = code.new_label();
    data_pointer(code, 6);
    warpsync(code, 0xffffffff);
    code.i(Op::kSltiu, 7, 5, 16);
    code.branch(Op::kBeq, 7, 0, high);
    warpsync(code, 0x0000ffff);
    stamp(code, 8);
    code.store(Op::kSw, 8, 6, 0);
    code.exit();
    code.place(high);
    warpsync(code, 0);
    stamp(code, 8);
    code.store(Op::kSw, 8, 6, 0);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(bench.word(kData) + 5 == bench.word(kData + 64));
}

TEST_CASE("threads that exit let warpsync go on which the others execute again") {
  Bench bench;
  bench.launch.block = {31, 1, 1};  // lane 31 is named, but not alive
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto rest = code.new_label(), leave = code.new_label();
    data_pointer(code, 6);
    code.i(Op::kSltiu, 7, 5, 10);
    code.branch(Op::kBeq, 7, 0, rest);
    warpsync(code, 0xffffffff);
    stamp(code, 8);
    code.store(Op::kSw, 8, 6, 0);
    code.exit();
    code.place(rest);
    code.i(Op::kSltiu, 7, 5, 20);
    code.branch(Op::kBeq, 7, 0, leave);
    stamp(code, 8);
    code.store(Op::kSw, 8, 6, 0);
    code.exit();
    code.place(leave);
    stamp(code, 8);
    code.store(Op::kSw, 8, 6, 0);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  const std::uint32_t first = bench.word(kData), middle = bench.word(kData + 4 * 10),
                      last = bench.word(kData + 4 * 20);
  // After the first exit the waiting threads execute warpsync again and wait again.
  CHECK(middle < last);
  CHECK(last < first);
  CHECK(result.counters.instructions == 6 + 2 + 2 + 3 + 1 + 3 + 1 + 3 - 1);
}

TEST_CASE("threads of one group synchronize with masks of their own") {
  DeviceBench bench;
  bench.launch.block = {32, 1, 1};
  // One warpsync by which even and odd threads each wait for their like: threads below 16 come
  // first, then the others. None may read before its neighbour, two lanes off, has stored.
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto high = code.new_label(), meet = code.new_label();
    data_pointer(code, 6);
    code.csr(Op::kCsrrs, 5, isa::csr::kLaneid, 0);
    code.i(Op::kAndi, 7, 5, 1);
    code.li(28, 0x55555555);
    code.r(Op::kSll, 28, 28, 7);
    code.i(Op::kSltiu, 8, 5, 16);
    code.branch(Op::kBeq, 8, 0, high);
    code.store(Op::kSw, 5, 6, 0);
    code.jal(0, meet);
    code.place(high);
    for (int i = 0; i < 5; ++i) code.i(Op::kAddi, 9, 9, 1);
    code.store(Op::kSw, 5, 6, 0);
    code.place(meet);
    code.r(Op::kWarpsync, 0, 28, 0);
    code.emit(Op::kActivemask, {.rd = 10});
    code.r(Op::kAnd, 10, 10, 28);
    code.store(Op::kSw, 10, 6, 0x400);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t lane = 0; lane < 32; ++lane) {
    CHECK(bench.word(kData + 4 * lane) == lane);
    CHECK(bench.word(kData + 0x400 + 4 * lane) == (lane % 2 == 0 ? 0x55555555 : 0xaaaaaaaa));
  }
}

TEST_CASE("threads wait with overlapping masks, each for its own") {
  DeviceBench bench;
  bench.launch.block = {32, 1, 1};
  // Threads 0 to 7 wait for 0 to 15, then threads 8 to 31 for all; then 8 to 15 come to the first
  // mask, and with 0 to 7 to the second.
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto others = code.new_label(), last = code.new_label(), all = code.new_label();
    data_pointer(code, 6);
    code.csr(Op::kCsrrs, 5, isa::csr::kLaneid, 0);
    code.i(Op::kSltiu, 8, 5, 8);
    code.branch(Op::kBeq, 8, 0, others);
    warpsync(code, 0x0000ffff);
    code.emit(Op::kActivemask, {.rd = 10});
    code.jal(0, all);
    code.place(others);
    code.i(Op::kSltiu, 8, 5, 16);
    code.branch(Op::kBeq, 8, 0, last);
    code.i(Op::kAddi, 9, 0, 1);
    warpsync(code, 0x0000ffff);
    code.emit(Op::kActivemask, {.rd = 10});
    code.jal(0, all);
    code.place(last);
    code.i(Op::kAddi, 10, 0, 0);
    code.place(all);
    warpsync(code, 0xffffffff);
    code.emit(Op::kActivemask, {.rd = 11});
    code.store(Op::kSw, 10, 6, 0);
    code.store(Op::kSw, 11, 6, 0x400);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t lane = 0; lane < 32; ++lane) {
    const std::uint32_t first = lane < 8 ? 0x000000ff : lane < 16 ? 0x0000ff00 : 0;
    CHECK(bench.word(kData + 4 * lane) == first);
    CHECK(bench.word(kData + 0x400 + 4 * lane) == 0xffffffff);
  }
}

TEST_CASE("warpsync passes memory from thread to thread") {
  Bench bench;
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto odd = code.new_label(), join = code.new_label();
    data_pointer(code, 6);
    code.i(Op::kAndi, 7, 5, 1);
    code.branch(Op::kBne, 7, 0, odd);
    warpsync(code, 0xffffffff);
    code.i(Op::kLw, 8, 6, 4);  // what the neighbour stored
    code.jal(0, join);
    code.place(odd);
    code.i(Op::kAddi, 9, 5, 100);
    code.store(Op::kSw, 9, 6, 0);
    warpsync(code, 0xffffffff);
    code.li(8, 1);
    code.place(join);
    code.store(Op::kSw, 8, 6, 1024);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t t = 0; t < 32; t += 2) CHECK(bench.word(kData + 1024 + 4 * t) == t + 101);
}

TEST_CASE("nested divergence is gathered by nested warpsyncs") {
  Bench bench;
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto high = code.new_label(), join = code.new_label(), odd = code.new_label();
    const auto inner = code.new_label();
    data_pointer(code, 6);
    code.i(Op::kSltiu, 7, 5, 16);
    code.branch(Op::kBeq, 7, 0, high);
    code.i(Op::kAndi, 7, 5, 1);
    code.branch(Op::kBne, 7, 0, odd);
    code.li(9, 3);
    warpsync(code, 0x0000ffff);
    code.jal(0, inner);
    code.place(odd);
    code.li(9, 5);
    warpsync(code, 0x0000ffff);
    code.place(inner);
    // All sixteen are together again.
    warpsync(code, 0x0000ffff);
    code.li(10, 0xffffffff);
    code.r(Op::kReduxAdd, 8, 9, 10);
    warpsync(code, 0xffffffff);
    code.jal(0, join);
    code.place(high);
    code.li(8, 1000);
    warpsync(code, 0xffffffff);
    code.place(join);
    warpsync(code, 0xffffffff);
    code.emit(Op::kActivemask, {.rd = 9});
    code.store(Op::kSw, 8, 6, 0);
    code.store(Op::kSw, 9, 6, 128);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t t = 0; t < 32; ++t) {
    CHECK(bench.word(kData + 4 * t) == (t < 16 ? 64 : 1000));
    CHECK(bench.word(kData + 128 + 4 * t) == 0xffffffff);
  }
}

TEST_CASE("named barriers hand data from a producer warp to a consumer warp and back") {
  // Warp 0 produces into a buffer of 32 words, warp 1 consumes it: "full" is barrier 1, "empty" 2.
  Bench bench;
  bench.launch.block = {64, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto consumer = code.new_label(), produce = code.new_label(), consume = code.new_label();
    code.csr(Op::kCsrrs, 5, isa::csr::kLaneid, 0);
    code.csr(Op::kCsrrs, 9, isa::csr::kWarpid, 0);
    code.li(6, kData);
    code.r(Op::kSh2add, 6, 5, 6);
    code.li(10, 50);
    code.branch(Op::kBne, 9, 0, consumer);
    code.place(produce);
    barrier(code, Op::kBarSync, 2, 64);
    code.r(Op::kAdd, 8, 10, 5);
    code.store(Op::kSw, 8, 6, 0);
    barrier(code, Op::kBarArrive, 1, 64);
    code.i(Op::kAddi, 10, 10, -1);
    code.branch(Op::kBne, 10, 0, produce);
    code.exit();
    code.place(consumer);
    code.li(11, 0);
    code.place(consume);
    barrier(code, Op::kBarArrive, 2, 64);
    barrier(code, Op::kBarSync, 1, 64);
    code.i(Op::kLw, 8, 6, 0);
    code.r(Op::kAdd, 11, 11, 8);
    code.i(Op::kAddi, 10, 10, -1);
    code.branch(Op::kBne, 10, 0, consume);
    code.store(Op::kSw, 11, 6, 256);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t t = 0; t < 32; ++t) {
    CHECK(bench.word(kData + 256 + 4 * t) == 50 * 51 / 2 + 50 * t);
  }
}

TEST_CASE("a barrier with a count releases threads of a warp whose others run on") {
  Bench bench;
  bench.launch.block = {64, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto other_warp = code.new_label(), wait = code.new_label(), spin = code.new_label();
    code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
    code.li(7, kFlag);
    code.i(Op::kSltiu, 8, 5, 32);
    code.branch(Op::kBeq, 8, 0, other_warp);
    code.i(Op::kSltiu, 8, 5, 8);
    code.branch(Op::kBne, 8, 0, wait);
    // Threads 8 to 31 spin until the first eight, released by the other warp, have stored.
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

TEST_CASE("division, roots and conversions of the device are those of isa/float32") {
  Bench bench;
  const LaunchResult result = bench.run([](Assembler& code) {
    data_pointer(code, 6);
    code.emit(Op::kFcvtSWu, {.rd = 7, .rs1 = 5});
    code.li(8, 0x40400000);  // 3
    code.emit(Op::kFdivS, {.rd = 9, .rs1 = 7, .rs2 = 8});
    code.store(Op::kSw, 9, 6, 0);
    code.emit(Op::kFsqrtS, {.rd = 9, .rs1 = 7});
    code.store(Op::kSw, 9, 6, 128);
    code.csr(Op::kCsrrs, 9, isa::csr::kFflags, 0);
    code.store(Op::kSw, 9, 6, 256);
    code.emit(Op::kFdivS, {.rd = 9, .rs1 = 8, .rs2 = 0});
    code.csr(Op::kCsrrs, 9, isa::csr::kFflags, 0);
    code.store(Op::kSw, 9, 6, 384);
    code.r(Op::kFcvtE4m3x2S, 9, 8, 7);
    code.store(Op::kSw, 9, 6, 512);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  namespace float32 = isa::float32;
  for (std::uint32_t t = 0; t < 32; ++t) {
    const std::uint32_t a = float32::from_uint32(t, 0).bits;
    const isa::FloatResult quotient = float32::divide(a, 0x40400000, 0);
    const isa::FloatResult root = float32::square_root(a, 0);
    const std::uint32_t flags = quotient.flags | root.flags;
    CHECK(bench.word(kData + 4 * t) == quotient.bits);
    CHECK(bench.word(kData + 128 + 4 * t) == root.bits);
    CHECK(bench.word(kData + 256 + 4 * t) == flags);
    CHECK(bench.word(kData + 384 + 4 * t) == (flags | isa::kDivideByZero));
    CHECK(bench.word(kData + 512 + 4 * t) == (0x4400 | float32::to_e4m3(a)));
  }
}
