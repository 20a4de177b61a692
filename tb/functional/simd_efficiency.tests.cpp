// SIMD efficiency: what the replay under reconvergence at post-dominators issues. The expected
// counts are worked out by hand; comments give instructions x threads.
#include <catch2/catch.hpp>
#include <functional>

#include "functional/device_bench.hpp"
#include "isa/csr.hpp"
#include "random/random_program.hpp"

namespace {

using namespace heddle;
using functional::DeviceBench;
using functional::kCode;
using functional::kSharedStart;
using isa::Op;
using random::Assembler;
using Code = std::function<void(Assembler&)>;

constexpr std::uint32_t kTid = 5;

LaunchResult run(const Code& write, std::uint32_t threads = 32) {
  DeviceBench bench(make_functional_device(Config::load("nano"), {.simd_efficiency = true}));
  bench.launch.block = {threads, 1, 1};
  bench.launch.shared_size = 256;
  LaunchResult result = bench.run([&](Assembler& code) {
    code.csr(Op::kCsrrs, kTid, isa::csr::kTidX, 0);
    write(code);
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  REQUIRE(result.simd_efficiency);
  CHECK(result.simd_efficiency->instructions == result.counters.instructions);
  return result;
}

/// Of one warp whose threads all end in the same instruction.
SimdEfficiency measure(const Code& write) {
  const LaunchResult result = run(write);
  const SimdEfficiency& efficiency = *result.simd_efficiency;
  CHECK(efficiency.unknown.empty());
  CHECK(efficiency.thread_instructions == result.counters.thread_instructions);
  std::uint64_t slots = efficiency.thread_instructions;
  for (const auto& branch : efficiency.branches) slots += branch.slots;
  CHECK(slots == 32 * efficiency.ipdom_instructions);
  return efficiency;
}

void nops(Assembler& code, int count) {
  for (; count > 0; --count) code.i(Op::kAddi, 0, 0, 0);
}

}  // namespace

TEST_CASE("nested ifs cost each of their ways once") {
  const SimdEfficiency efficiency = measure([](Assembler& code) {
    const auto outer_else = code.new_label();
    const auto inner_else = code.new_label();
    const auto inner_end = code.new_label();
    const auto end = code.new_label();
    code.li(6, 16);
    code.branch(Op::kBge, kTid, 6, outer_else);  // 3 x 32, with the first instruction
    code.li(7, 8);
    code.branch(Op::kBge, kTid, 7, inner_else);  // 2 x 16
    nops(code, 2);
    code.jal(0, inner_end);  // 3 x 8
    code.place(inner_else);
    nops(code, 1);  // 1 x 8
    code.place(inner_end);
    nops(code, 1);
    code.jal(0, end);  // 2 x 16
    code.place(outer_else);
    nops(code, 4);  // 4 x 16
    code.place(end);
    code.exit();  // 1 x 32
  });
  CHECK(efficiency.ipdom_instructions == 16);
  CHECK(efficiency.instructions == 16);
  CHECK(efficiency.thread_instructions == 288);
  CHECK(efficiency.excess.empty());
  REQUIRE(efficiency.branches.size() == 2);
  CHECK(efficiency.branches[0].pc == kCode + 8);
  CHECK(efficiency.branches[0].times == 1);
  CHECK(efficiency.branches[0].slots == 16 * (2 + 3 + 1 + 2) + 16 * 4);
  CHECK(efficiency.branches[1].pc == kCode + 16);
  CHECK(efficiency.branches[1].slots == 8 * 3 + 8 * 1);
}

TEST_CASE("threads that leave a loop wait for the others behind it") {
  const SimdEfficiency efficiency = measure([](Assembler& code) {
    const auto end = code.new_label();
    code.i(Op::kAndi, 6, kTid, 3);
    code.li(7, 0);  // 3 x 32, with the first instruction
    const auto loop = code.here();
    code.branch(Op::kBeq, 7, 6, end);  // 1 x 32, 24, 16, 8
    code.i(Op::kAddi, 7, 7, 1);
    code.jal(0, loop);  // 2 x 24, 16, 8
    code.place(end);
    code.exit();  // 1 x 32
  });
  CHECK(efficiency.ipdom_instructions == 14);
  CHECK(efficiency.instructions == 14);
  CHECK(efficiency.thread_instructions == 304);
  REQUIRE(efficiency.branches.size() == 1);
  CHECK(efficiency.branches[0].times == 3);
}

TEST_CASE("with a break, the lowest PC brings threads together before the post-dominator does") {
  // Threads from 16 on leave by the break in round 2, the others at the end of round 3. The break
  // passes by the rest of the loop, so that only its exit post-dominates the first branch.
  const SimdEfficiency efficiency = measure([](Assembler& code) {
    const auto rest = code.new_label();
    const auto out = code.new_label();
    code.li(6, 16);
    code.li(7, 0);
    code.li(8, 3);
    code.li(9, 2);  // 5 x 32, with the first instruction
    const auto loop = code.here();
    code.i(Op::kAddi, 7, 7, 1);
    code.branch(Op::kBlt, kTid, 6, rest);  // 2 x 32 in round 1; later by 16 threads twice
    code.branch(Op::kBge, 7, 9, out);
    code.place(rest);
    nops(code, 1);
    code.branch(Op::kBlt, 7, 8, loop);
    code.place(out);
    code.exit();  // 1 x 32
  });
  // Apart: threads below 16 issue 2 + 4 + 4, the others 3 + 3.
  CHECK(efficiency.ipdom_instructions == 5 + 2 + 10 + 6 + 1);
  CHECK(efficiency.thread_instructions == 32 * 8 + 16 * 16);
  // Together in `rest` of round 1 and at the beginning of round 2.
  CHECK(efficiency.instructions == 5 + 2 + 1 + 2 + 2 + 1 + 2 + 4 + 1);
  REQUIRE(efficiency.branches.size() == 1);
  CHECK(efficiency.branches[0].slots == 256);
}

TEST_CASE("code behind the place where its ways meet is what post-dominators are better at") {
  const SimdEfficiency efficiency = measure([](Assembler& code) {
    const auto far = code.new_label();
    const auto join = code.new_label();
    const auto end = code.new_label();
    code.li(6, 16);
    code.branch(Op::kBge, kTid, 6, far);  // 3 x 32
    code.place(join);
    nops(code, 3);
    code.jal(0, end);  // 4 x 32
    code.place(far);
    nops(code, 1);
    code.jal(0, join);  // 2 x 16
    code.place(end);
    code.exit();  // 1 x 32
  });
  CHECK(efficiency.ipdom_instructions == 3 + 2 + 3 + 1 + 1);
  CHECK(efficiency.instructions == 3 + 4 + 2 + 4 + 1);
  REQUIRE(efficiency.excess.size() == 1);
  CHECK(efficiency.excess[0].pc == kCode + 12);
  CHECK(efficiency.excess[0].instructions == 4);
}

TEST_CASE("code that two conditions share is executed for each of them with post-dominators") {
  const SimdEfficiency efficiency = measure([](Assembler& code) {
    const auto shared = code.new_label();
    const auto end = code.new_label();
    code.li(6, 16);
    code.li(7, 24);
    code.branch(Op::kBlt, kTid, 6, shared);  // 4 x 32
    code.branch(Op::kBge, kTid, 7, shared);  // 1 x 16
    code.jal(0, end);                        // 1 x 8
    code.place(shared);
    nops(code, 5);  // 5 x 16, 5 x 8
    code.place(end);
    code.exit();  // 1 x 32
  });
  CHECK(efficiency.ipdom_instructions == 4 + 1 + 1 + 5 + 5 + 1);
  CHECK(efficiency.instructions == 4 + 1 + 1 + 5 + 1);
  CHECK(efficiency.thread_instructions == 4 * 32 + 16 + 8 + 5 * 24 + 32);
}

TEST_CASE("an early return in a function that some threads call") {
  const SimdEfficiency efficiency = measure([](Assembler& code) {
    const auto skip = code.new_label();
    const auto function = code.new_label();
    const auto rest = code.new_label();
    code.li(6, 16);
    code.branch(Op::kBge, kTid, 6, skip);  // 3 x 32
    code.jal(1, function);                 // 1 x 16
    code.place(skip);
    nops(code, 1);
    code.exit();  // 2 x 32
    code.place(function);
    code.li(7, 8);
    code.branch(Op::kBge, kTid, 7, rest);  // 2 x 16
    nops(code, 1);
    code.jalr(0, 1);  // 2 x 8
    code.place(rest);
    nops(code, 2);
    code.jalr(0, 1);  // 3 x 8
  });
  CHECK(efficiency.ipdom_instructions == 13);
  CHECK(efficiency.instructions == 13);
  CHECK(efficiency.thread_instructions == 248);
}

TEST_CASE("functions called through pointers are executed one after the other") {
  const SimdEfficiency efficiency = measure([](Assembler& code) {
    const auto one = code.new_label();
    code.i(Op::kAndi, 6, kTid, 1);
    code.i(Op::kSlli, 6, 6, 3);
    code.la(7, one);
    code.r(Op::kAdd, 7, 7, 6);
    code.jalr(1, 7);  // 7 x 32
    code.exit();      // 1 x 32
    code.place(one);
    nops(code, 1);
    code.jalr(0, 1);  // 2 x 16
    nops(code, 1);
    code.jalr(0, 1);  // 2 x 16
  });
  CHECK(efficiency.ipdom_instructions == 12);
  CHECK(efficiency.thread_instructions == 8 * 32 + 4 * 16);
  REQUIRE(efficiency.branches.size() == 1);
  CHECK(efficiency.branches[0].pc == kCode + 24);
}

TEST_CASE("the targets of an indirect jump meet at their post-dominator") {
  const SimdEfficiency efficiency = measure([](Assembler& code) {
    const auto one = code.new_label();
    const auto join = code.new_label();
    code.i(Op::kAndi, 6, kTid, 1);
    code.i(Op::kSlli, 6, 6, 3);
    code.la(7, one);
    code.r(Op::kAdd, 7, 7, 6);
    code.jalr(0, 7);  // 7 x 32
    code.place(one);
    nops(code, 1);
    code.jal(0, join);  // 2 x 16
    nops(code, 2);      // 2 x 16
    code.place(join);
    code.exit();  // 1 x 32
  });
  CHECK(efficiency.ipdom_instructions == 12);
  CHECK(efficiency.thread_instructions == 8 * 32 + 4 * 16);
}

TEST_CASE("ways longer than the replay's interval are followed piece by piece") {
  const SimdEfficiency efficiency = measure([](Assembler& code) {
    code.i(Op::kSlti, 6, kTid, 16);
    code.li(7, 70'000);
    code.r(Op::kSll, 7, 7, 6);  // 140,000 rounds for the threads below 16
    CHECK(code.pc() == kCode + 4 * 5);
    const auto loop = code.here();
    code.i(Op::kAddi, 7, 7, -1);
    code.branch(Op::kBne, 7, 0, loop);
    code.exit();
  });
  CHECK(efficiency.ipdom_instructions == 5 + 2 * 140'000 + 1);
  // Forward progress lets the upper half end alone, instead of waiting for the lower one.
  CHECK(efficiency.instructions == efficiency.ipdom_instructions + 1);
  CHECK(efficiency.thread_instructions == 32 * 6 + 2 * 16 * (140'000 + 70'000));
}

TEST_CASE("a lock that the threads of a warp take in turns is replayed to its end") {
  const LaunchResult result = run([](Assembler& code) {
    code.li(6, kSharedStart);
    code.li(7, 1);
    const auto spin = code.here();
    code.atomic(Op::kAmoswapW, 8, 7, 6, 3);
    code.branch(Op::kBne, 8, 0, spin);
    code.atomic(Op::kAmoswapW, 8, 0, 6, 3);
    code.exit();
  });
  const SimdEfficiency& efficiency = *result.simd_efficiency;
  CHECK(efficiency.unknown.empty());
  CHECK(efficiency.thread_instructions == result.counters.thread_instructions);
}

TEST_CASE("warpsync counts once, also where a thread's end repeats it") {
  const LaunchResult result = run([](Assembler& code) {
    const auto last = code.new_label();
    code.li(6, 0xffffffff);
    code.li(7, 16);
    code.branch(Op::kBge, kTid, 7, last);  // 4 x 32
    code.r(Op::kWarpsync, 0, 6, 0);        // 1 x 16
    code.place(last);
    code.exit();  // 1 x 32
  });
  CHECK(result.simd_efficiency->thread_instructions == 4 * 32 + 16 + 32);
  CHECK(result.simd_efficiency->ipdom_instructions == 6);
  CHECK(result.counters.thread_instructions == 4 * 32 + 16 + 16 + 16 + 16);
}

TEST_CASE("a return to elsewhere than behind the call has no replay") {
  const LaunchResult result = run([](Assembler& code) {
    const auto there = code.new_label();
    code.la(1, there);
    code.jalr(0, 1);
    nops(code, 1);
    code.place(there);
    code.exit();
  });
  CHECK_FALSE(result.simd_efficiency->unknown.empty());
}

TEST_CASE("threads of several warps and blocks, the last warp partly filled") {
  DeviceBench bench(make_functional_device(Config::load("nano"), {.simd_efficiency = true}));
  bench.launch.grid = {3, 1, 1};
  bench.launch.block = {72, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto end = code.new_label();
    code.csr(Op::kCsrrs, kTid, isa::csr::kTidX, 0);
    code.i(Op::kAndi, 6, kTid, 4);
    code.branch(Op::kBne, 6, 0, end);
    nops(code, 10);
    code.place(end);
    code.exit();
  });
  REQUIRE(result.simd_efficiency);
  CHECK(result.simd_efficiency->unknown.empty());
  CHECK(result.simd_efficiency->ipdom_instructions == 3 * 3 * 14);
  CHECK(result.simd_efficiency->thread_instructions == 3 * (72 * 4 + 36 * 10));
}

TEST_CASE("random programs replay to the end of every thread") {
  const Config nano = Config::load("nano");
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const auto device = make_functional_device(nano, {.simd_efficiency = true});
    const random::Program program = random::random_program(seed, nano);
    program.load(*device);
    const LaunchResult result = device->run(program.launch, {});
    REQUIRE(result.simd_efficiency);
    REQUIRE(result.simd_efficiency->unknown.empty());
    // Less by what warpsync repeats.
    CHECK(result.simd_efficiency->thread_instructions <= result.counters.thread_instructions);
    CHECK(result.simd_efficiency->thread_instructions > 0);
  }
}

TEST_CASE("without being asked for, SIMD efficiency is not measured") {
  DeviceBench bench;
  CHECK_FALSE(bench.run([](Assembler& code) { code.exit(); }).simd_efficiency);
}
