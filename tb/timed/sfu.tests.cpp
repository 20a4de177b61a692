// The special function unit's cycles (special_functions.md, "Unit").
#include "execute/sfu.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <vector>

#include "isa/special_functions.hpp"

namespace heddle::timed {
namespace {

struct Bench {
  explicit Bench(std::uint32_t lanes) : config(make(lanes)), unit(config) {
    decoded.instruction.op = isa::Op::kRcpApprox;
    decoded.instruction.unit = isa::Unit::kSfu;
    decoded.instruction.rd = 7;
    decoded.instruction.writes_rd = true;
  }

  Row row(std::uint32_t group, std::uint32_t beat) {
    Row result;
    result.valid = true;
    result.decoded = &decoded;
    result.warp = 3;
    result.beat = beat;
    result.first = beat == 0;
    result.last = beat + 1 == config.beats();
    result.group_mask = group;
    result.mask = group >> beat * config.lanes & (~0U >> (32 - config.lanes));
    for (std::uint32_t lane = 0; lane < config.lanes; ++lane) {
      operands[lane] = std::bit_cast<std::uint32_t>(1.0F + static_cast<float>(lane + 100 * beat));
    }
    result.a = result.b = result.c = operands.data();
    return result;
  }

  /// One cycle. A result is transferred if the writeback is ready.
  void step(const Row& in, bool ready = true) {
    if (ready && unit.out().result != nullptr) {
      transfers.push_back(cycle);
      results.push_back(*unit.out().result);
    }
    if (unit.out().op_done) credits.push_back(cycle);
    unit.eval({false, &in, ready});
    unit.tick();
    ++cycle;
  }
  /// An instruction's rows in the coming cycles.
  void send(std::uint32_t group) {
    for (std::uint32_t beat = 0; beat < config.beats(); ++beat) step(row(group, beat));
  }
  void run(std::uint32_t cycles, bool ready = true) {
    for (; cycles != 0; --cycles) step({}, ready);
  }

  Config config;
  Decoded decoded;
  Lanes operands;
  Sfu unit;
  std::uint32_t cycle = 0;
  std::vector<std::uint32_t> transfers, credits;
  std::vector<ResultRow> results;

 private:
  static Config make(std::uint32_t lanes) {
    Config result;
    result.warps = 4;
    result.lanes = lanes;
    return result;
  }
};

using Cycles = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("a row goes through the special function unit in the page's cycles") {
  Bench bench(32);
  CHECK(bench.unit.out().idle);
  bench.send(0xfffffffe);
  CHECK_FALSE(bench.unit.out().idle);
  // The row was visible in 0, so it is at the head and taken in 1, pushed in 17, and there in 18.
  bench.run(18);
  CHECK(bench.credits == Cycles{2});
  CHECK(bench.transfers == Cycles{18});
  CHECK(bench.unit.out().idle);
  const ResultRow& result = bench.results.at(0);
  CHECK(result.warp == 3);
  CHECK(result.rd == 7);
  CHECK(result.writes_rd);
  CHECK(result.last);
  CHECK(result.mask == 0xfffffffe);
  for (std::uint32_t lane = 1; lane < 32; ++lane) {
    CHECK(result.data[lane] ==
          isa::special_function(isa::Op::kRcpApprox,
                                std::bit_cast<std::uint32_t>(1.0F + static_cast<float>(lane))));
  }
}

TEST_CASE("rows are taken four cycles apart, and only four at a time") {
  Bench bench(4);
  bench.send(~0U);
  bench.run(80);
  // Taken in 1, 5, 9, 13; the first leaves in 18, so that the fifth is taken in 19. Results come 17
  // cycles after their take.
  CHECK(bench.transfers == Cycles{18, 22, 26, 30, 36, 40, 44, 48});
  CHECK(bench.credits == Cycles{32});
  CHECK(bench.unit.out().idle);
  for (std::uint32_t beat = 0; beat < 8; ++beat) {
    CHECK(bench.results[beat].beat == beat);
    CHECK(bench.results[beat].last == (beat == 7));
  }
}

TEST_CASE("rows without active threads are taken and leave; the last with some says so") {
  Bench bench(8);
  bench.send(0x00ff0001);
  bench.run(60);
  // Rows 0 and 2, taken in 1 and 9.
  CHECK(bench.transfers == Cycles{18, 26});
  CHECK(bench.results[0].beat == 0);
  CHECK_FALSE(bench.results[0].last);
  CHECK(bench.results[1].beat == 2);
  CHECK(bench.results[1].last);
  CHECK(bench.credits == Cycles{14});

  // The last row, without threads, is taken in 13 and on its way until 29.
  Bench waiting(8);
  waiting.send(0x00000001);
  waiting.run(29 - waiting.cycle);
  CHECK_FALSE(waiting.unit.out().idle);
  waiting.run(1);
  CHECK(waiting.unit.out().idle);
}

TEST_CASE("a special function unit that writeback does not serve stops after four rows") {
  Bench bench(8);
  bench.send(~0U);
  bench.send(~0U);
  bench.run(100, false);
  CHECK(bench.transfers.empty());
  // The fourth row is the first instruction's last.
  CHECK(bench.credits == Cycles{14});
  REQUIRE(bench.unit.out().result != nullptr);
  CHECK(bench.unit.out().result->beat == 0);
  const std::uint32_t begin = bench.cycle;
  bench.run(100);
  REQUIRE(bench.transfers.size() == 8);
  for (std::uint32_t row = 0; row < 4; ++row) CHECK(bench.transfers[row] == begin + row);
  CHECK(bench.transfers[4] == begin + 1 + 17);
  CHECK(bench.unit.out().idle);
}

}  // namespace heddle::timed
