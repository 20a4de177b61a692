// The threads' instructions on tensor memory against docs/architecture/tensor.md, "tensor_access":
// who has which columns, and in which cycle results, stores and faults are there.
#include <catch2/catch.hpp>

#include "isa/tensor.hpp"
#include "mma_operands.hpp"
#include "tensor_core_bench.hpp"

namespace heddle::tb {
namespace {

using isa::Op;

constexpr std::uint32_t kNone = 0xffffffff;

/// Every thread's own address: column `column` + thread.
isa::Lanes side_by_side(std::uint32_t lane, std::uint32_t column) {
  isa::Lanes result;
  for (std::uint32_t thread = 0; thread < 32; ++thread) {
    result[thread] = lane << 16 | (column + thread);
  }
  return result;
}

isa::Lanes numbers(std::uint32_t first) {
  isa::Lanes result;
  for (std::uint32_t thread = 0; thread < 32; ++thread) result[thread] = first + thread;
  return result;
}

}  // namespace

TEST_CASE("a run of columns is the lowest that is free, at a multiple of its size") {
  isa::TensorBlocks blocks(TensorBench::config(8, 2, 2));  // 16 columns each
  CHECK(blocks.allocate(0, 32) == 0);
  CHECK(blocks.allocate(1, 1) == 32);
  CHECK(blocks.allocate(1, 64) == 64);
  CHECK(blocks.allocate(2, 32) == kNone);
  CHECK(blocks.allocate(2, 16) == 48);
  CHECK(blocks.allocate(2, 16) == kNone);
  CHECK(blocks.owns(0, 31));
  CHECK_FALSE(blocks.owns(0, 32));
  CHECK(blocks.owns(1, 47));
  CHECK(blocks.owns(1, 127));
  CHECK_FALSE(blocks.owns(1, 128));
  CHECK(blocks.allows(1, 63u << 16 | 64));
  CHECK_FALSE(blocks.allows(1, 64u << 16 | 64));

  CHECK_FALSE(blocks.release(1, 0, 32));   // another CTA's
  CHECK_FALSE(blocks.release(0, 16, 32));  // no place of such a run
  CHECK_FALSE(blocks.release(0, 8, 8));
  CHECK_FALSE(blocks.release(0, 0, 24));
  CHECK_FALSE(blocks.release(0, 0, 0));
  CHECK_FALSE(blocks.release(0, 0, 64));  // not all of it
  CHECK_FALSE(blocks.release(1, 128, 16));
  CHECK(blocks.release(0, 16, 16));  // a part of what was given
  CHECK(blocks.owns(0, 0));
  CHECK_FALSE(blocks.owns(0, 16));
  CHECK(blocks.allocate(2, 32) == kNone);
  blocks.release_all(0);
  CHECK(blocks.allocate(2, 32) == 0);
  CHECK(blocks.owns(1, 32));
  blocks.clear();
  CHECK(blocks.allocate(3, 128) == 0);
  CHECK_FALSE(blocks.is_size(0));
  CHECK_FALSE(blocks.is_size(3));
  CHECK_FALSE(blocks.is_size(256));
}

TEST_CASE("an alloc gives every row its column, two cycles apart") {
  TensorBench bench;
  bench.alloc(32);
  bench.queue(Op::kTensorAlloc, ~0u << 13, TensorBench::lowest(16));
  bench.go_to(5);
  bench.restart();  // the first row of the second one is visible in 0
  bench.go_to(40);
  // The first one: rows in -4 .. -1; CHECK in -3, PASS in -2, the result in 0, then every second
  // cycle. The second one's rows follow without a gap.
  REQUIRE(bench.results.size() == 8);
  for (std::uint32_t i = 0; i < 8; ++i) {
    CAPTURE(i);
    const timed::ResultRow& row = bench.results.at(2 * i);
    CHECK(row.beat == i % 4);
    CHECK(row.last == (i % 4 == 3));
    CHECK(row.warp == TensorBench::kWarp);
    CHECK(row.rd == 7);
    CHECK(row.mask == (i == 4 ? 0u : i == 5 ? 0xe0u : 0xffu));
    if (i != 4) CHECK(row.data[7] == (i < 4 ? 0u : 32u));
  }
  // CHECK of the last row comes three cycles before its result, the credit one behind it.
  CHECK(bench.tensor_done == std::vector<std::uint32_t>{4, 12});
  CHECK(bench.faults.empty());
  CHECK_FALSE(bench.idle.at(14));
  CHECK(bench.idle.at(15));
}

TEST_CASE("a wrong alloc is a fault of the lowest thread, in its row") {
  TensorBench bench;
  bench.queue(Op::kTensorAlloc, ~0u << 13, TensorBench::lowest(24));
  bench.go_to(40);
  // Rows in 1 .. 4 (0 was the launch). The second row is the first with threads: PASS in 5.
  REQUIRE(bench.faults.size() == 1);
  const timed::FaultEvent& fault = bench.faults.at(6);
  CHECK(fault.cause == 29);
  CHECK(fault.mask == 1u << 13);
  CHECK(fault.address == 24);
  CHECK(fault.pc == TensorBench::kPc);
  REQUIRE(bench.results.size() == 4);
  CHECK(bench.results.rbegin()->second.data[0] == kNone);
}

TEST_CASE("stores and loads: a pass for each row of tensor memory") {
  TensorBench bench;
  bench.alloc(32);
  bench.go_to(30);
  bench.queue(Op::kTensorSt, ~0u, side_by_side(5, 0), numbers(100));
  bench.restart();
  bench.go_to(60);
  // A row of lanes lies in four rows of 2 x 2 words: CHECK in 1, passes from 2 on; the next row's
  // CHECK is in the fourth of them.
  CHECK(bench.store_done == std::vector<std::uint32_t>{18});
  CHECK(bench.tensor_done == std::vector<std::uint32_t>{14});
  CHECK(bench.word(5, 0) == 100);
  CHECK(bench.word(5, 31) == 131);
  CHECK(bench.word(4, 0) == 0);

  bench.queue(Op::kTensorLd, ~0u, side_by_side(5, 0));
  bench.restart();
  bench.go_to(80);
  // Likewise.
  REQUIRE(bench.results.size() == 16);
  CHECK(bench.results.begin()->first == 4);
  CHECK(bench.results.rbegin()->first == 19);
  std::uint32_t seen = 0;
  for (const auto& [when, row] : bench.results) {
    CHECK(row.mask == 3u << 2 * (seen % 4));
    for (std::uint32_t lane = 0; lane < 8; ++lane) {
      if ((row.mask >> lane & 1) != 0) CHECK(row.data[lane] == 100 + 8 * row.beat + lane);
    }
    CHECK(row.last == (seen == 15));
    ++seen;
  }
  CHECK(bench.tensor_done == std::vector<std::uint32_t>{14});
}

TEST_CASE("of threads with one address the highest stays, and all may load it at once") {
  TensorBench bench;
  bench.alloc(16);
  bench.go_to(30);
  bench.queue(Op::kTensorSt, 0xf0f0, TensorBench::all(9u << 16 | 3), numbers(50));
  bench.queue(Op::kTensorLd, 0xf0, TensorBench::all(9u << 16 | 3));
  bench.restart();
  bench.go_to(60);
  CHECK(bench.word(9, 3) == 50 + 15);
  // Rows without lanes take one pass, too.
  REQUIRE(bench.results.size() == 4);
  const auto first = bench.results.begin();
  CHECK(first->second.mask == 0xf0);
  CHECK(first->second.data[4] == 65);
  CHECK(std::next(first)->second.mask == 0);
}

TEST_CASE("a load waits for writeback") {
  TensorBench bench;
  bench.alloc(16);
  bench.go_to(30);
  bench.queue(Op::kTensorLd, 1, TensorBench::all(0));
  bench.result_ready = false;
  bench.restart();
  bench.go_to(20);
  CHECK(bench.results.empty());
  CHECK(bench.core.access_out().result.valid);
  bench.result_ready = true;
  bench.go_to(40);
  // Two results wait. The first one is taken in 20; in that cycle the third row's pass is made.
  CHECK(bench.cycles_of_results() == std::vector<std::uint32_t>{20, 21, 22, 23});
}

TEST_CASE("a pass is made when its result will have a place") {
  TensorBench bench;
  bench.alloc(16);
  bench.go_to(30);
  bench.queue(Op::kTensorLd, 1, TensorBench::all(0));
  bench.result_ready = false;
  bench.restart();
  bench.go_to(5);
  // Results of the passes in 2 and 3. One is taken in 5: the next pass is made, with its result
  // in 7; then none until 8.
  bench.result_ready = true;
  bench.step();
  bench.result_ready = false;
  bench.go_to(8);
  bench.result_ready = true;
  bench.go_to(30);
  CHECK(bench.cycles_of_results() == std::vector<std::uint32_t>{5, 8, 9, 10});
}

TEST_CASE("rows of lanes in one row of tensor memory take a cycle each") {
  TensorBench bench(8, 4, 4);
  bench.alloc(128);
  bench.go_to(30);
  // A row of lanes: two columns of four rows.
  isa::Lanes addresses;
  for (std::uint32_t thread = 0; thread < 32; ++thread) {
    addresses[thread] = (8 + thread % 4) << 16 | (12 + thread / 4);
  }
  bench.queue(Op::kTensorSt, ~0u, addresses, numbers(40));
  bench.queue(Op::kTensorLd, ~0u, addresses);
  bench.restart();
  bench.go_to(40);
  CHECK(bench.store_done == std::vector<std::uint32_t>{6});
  CHECK(bench.tensor_done == std::vector<std::uint32_t>{5, 9});
  CHECK(bench.cycles_of_results() == std::vector<std::uint32_t>{8, 9, 10, 11});
  for (const auto& [when, row] : bench.results) {
    CHECK(row.mask == 0xff);
    for (std::uint32_t lane = 0; lane < 8; ++lane) {
      CHECK(row.data[lane] == 40 + 8 * row.beat + lane);
    }
  }
}

TEST_CASE("what is behind a dealloc sees the blocks without it") {
  TensorBench bench;
  bench.alloc(32);
  bench.go_to(30);
  bench.queue(Op::kTensorDealloc, ~0u, TensorBench::all(0), TensorBench::all(32));
  bench.queue(Op::kTensorLd, 0xff, TensorBench::all(3));
  bench.restart();
  bench.go_to(30);
  // The dealloc's last row has its CHECK in 7 and its pass in 8.
  REQUIRE(bench.faults.size() == 1);
  CHECK(bench.faults.begin()->first == 10);
  CHECK(bench.faults.begin()->second.mask == 0xff);
}

TEST_CASE("threads with wrong addresses fault, a row at a time; the others are served") {
  TensorBench bench;
  bench.alloc(16);
  bench.go_to(30);
  isa::Lanes addresses = side_by_side(0, 0);  // threads 16 and up are in no block
  addresses[2] = 64u << 16;
  bench.queue(Op::kTensorSt, 0x00ffffff, addresses, numbers(7));
  bench.restart();
  bench.go_to(60);
  REQUIRE(bench.faults.size() == 2);
  const auto& [when, first] = *bench.faults.begin();
  CHECK(when == 2);  // CHECK in 1
  CHECK(first.cause == 29);
  CHECK(first.mask == 1u << 2);
  CHECK(first.address == 64u << 16);
  // Its CHECK is in the last of the second row's four passes.
  CHECK(bench.faults.rbegin()->first == 10);
  CHECK(bench.faults.rbegin()->second.mask == 0x00ff0000);
  CHECK(bench.faults.rbegin()->second.address == 16);
  CHECK(bench.word(0, 1) == 8);
  CHECK(bench.word(0, 15) == 22);
  CHECK(bench.word(0, 16) == 0);
}

TEST_CASE("a dealloc takes a cycle a row behind its check, and gives the columns back") {
  TensorBench bench;
  bench.alloc(64);
  bench.go_to(30);
  bench.queue(Op::kTensorDealloc, ~0u, TensorBench::all(0), TensorBench::all(64));
  bench.restart();
  CHECK(bench.core.access().blocks().owns(TensorBench::kCta, 0));
  bench.go_to(3);
  CHECK_FALSE(bench.core.access().blocks().owns(TensorBench::kCta, 0));
  bench.go_to(30);
  CHECK(bench.store_done == std::vector<std::uint32_t>{9});
  CHECK(bench.faults.empty());
  bench.queue(Op::kTensorDealloc, ~0u << 4, TensorBench::all(32), TensorBench::all(64));
  bench.restart();
  bench.go_to(30);
  REQUIRE(bench.faults.size() == 1);
  CHECK(bench.faults.at(3).mask == 1u << 4);
  CHECK(bench.faults.at(3).address == 32);
}

TEST_CASE("a load that operations keep back for 15 cycles is let through") {
  TensorBench bench;
  bench.alloc(128);
  bench.go_to(40);
  const MmaOperands operands{.m = 64, .n = 64, .b = 0x1000};
  bench.mma(operands.descriptor(), operands.a_word(), operands.b_word());
  bench.go_to(200);
  bench.queue(Op::kTensorLd, 1, TensorBench::all(0));
  bench.restart();
  bench.go_to(80);
  // CHECK in 1; kept back from 2 on; the count shows 15 in 17 and 18, in which no operation is
  // issued; so nothing is addressed in 18.
  REQUIRE_FALSE(bench.results.empty());
  CHECK(bench.results.begin()->first == 20);
  std::vector<std::uint32_t> gaps;
  for (std::uint32_t cycle = 5; cycle < 70; ++cycle) {
    if (std::ranges::count(bench.writes, cycle) == 0) gaps.push_back(cycle);
  }
  CHECK(gaps == std::vector<std::uint32_t>{37, 38});
}

TEST_CASE("a load in the other bank is not kept back, a store by written rows only") {
  TensorBench bench;
  bench.alloc(128);
  bench.go_to(40);
  const MmaOperands operands{.m = 64, .n = 64, .b = 0x1000};
  bench.mma(operands.descriptor(), operands.a_word(), operands.b_word());
  bench.go_to(200);
  bench.queue(Op::kTensorLd, 1, TensorBench::all(64));
  bench.restart();
  bench.go_to(10);
  CHECK(bench.results.begin()->first == 4);
  bench.go_to(40);
  bench.queue(Op::kTensorSt, 1, TensorBench::all(0), numbers(5));
  bench.restart();
  bench.go_to(80);
  // Kept back in 2 .. 37: what was issued up to 16 is written up to 36, and no more in 37.
  REQUIRE(bench.store_done.size() == 1);
  CHECK(bench.store_done[0] == 41);
}

TEST_CASE("what a CTA holds is given back when it has ended and its commands are over") {
  TensorBench bench;
  bench.alloc(128);
  bench.go_to(40);
  const MmaOperands operands{.b = 0x400};
  bench.mma(operands.descriptor(), operands.a_word(), operands.b_word());
  bench.send();
  bench.cta_done = {true, TensorBench::kCta};
  bench.go_to(63);
  CHECK(bench.core.access().blocks().owns(TensorBench::kCta, 0));
  CHECK(bench.core.out().computing == 1u << TensorBench::kCta);  // ended
  bench.step();
  CHECK_FALSE(bench.core.access().blocks().owns(TensorBench::kCta, 0));
  CHECK(bench.core.out().computing == 0);
}

}  // namespace heddle::tb
