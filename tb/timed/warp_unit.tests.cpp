// The warp unit's cycles (execute.md, "Warp unit"), and its queue.
#include "execute/warp_unit.hpp"

#include <catch2/catch.hpp>

namespace heddle::timed {
namespace {

struct Bench {
  explicit Bench(std::uint32_t lanes) : config(make(lanes)), unit(config) {}

  // Row `beat` of an instruction over all threads whose group is `group`.
  Row row(isa::Op op, std::uint32_t group, std::uint32_t beat) {
    decoded.instruction.op = op;
    decoded.instruction.unit = isa::Unit::kWarp;
    decoded.instruction.rd = 5;
    decoded.instruction.writes_rd = true;
    Row result;
    result.valid = true;
    result.decoded = &decoded;
    result.beat = beat;
    result.first = beat == 0;
    result.last = beat + 1 == config.beats();
    result.group_mask = group;
    result.mask = group >> beat * config.lanes & (~0U >> (32 - config.lanes));
    for (std::uint32_t lane = 0; lane < config.lanes; ++lane) {
      const std::uint32_t thread = beat * config.lanes + lane;
      a[lane] = thread / 8;               // four values
      b[lane] = 0xff << thread / 16 * 8;  // two masks
    }
    result.a = a.data();
    result.b = b.data();
    result.c = zeros.data();
    return result;
  }

  void step(const Row& in, bool ready = true) {
    unit.eval({false, &in, ready});
    unit.tick();
    ++cycle;
  }

  // Cycles from the last row to the first result; all rows of one instruction are sent first.
  std::uint32_t first_result(isa::Op op, std::uint32_t group) {
    for (std::uint32_t beat = 0; beat < config.beats(); ++beat) step(row(op, group, beat));
    const std::uint32_t last_row = cycle - 1;
    while (!unit.out().result.valid) {
      REQUIRE(cycle < last_row + 400);
      CHECK(unit.out().op_done == (cycle == last_row + 2));
      CHECK_FALSE(unit.out().idle);
      step({}, false);
    }
    return cycle - last_row;
  }

  Config config;
  Decoded decoded;
  Lanes a, b, c, zeros;  // where the rows' operands are
  WarpUnit unit;
  std::uint32_t cycle = 0;

 private:
  static Config make(std::uint32_t lanes) {
    Config result;
    result.warps = 4;
    result.lanes = lanes;
    return result;
  }
};

}  // namespace

TEST_CASE("the warp unit takes the page's cycles") {
  for (const std::uint32_t lanes : {4U, 8U, 16U, 32U}) {
    const std::uint32_t beats = 32 / lanes;
    const std::uint32_t levels = lanes == 4 ? 2 : lanes == 8 ? 3 : lanes == 16 ? 4 : 5;
    // The last row is at the head one cycle after it; the first step is in the next. A row's load
    // is two steps after its last pass, and visible one later.
    const auto expected = [](std::uint32_t steps) { return 1 + steps + 2 + 1; };
    const auto cycles = [&](isa::Op op, std::uint32_t group) {
      return Bench(lanes).first_result(op, group);
    };
    const std::uint32_t match_key = beats + 3, redux_key = beats + levels + 2;
    CHECK(cycles(isa::Op::kShflIdx, 0x80000001) == expected(1));
    CHECK(cycles(isa::Op::kVoteBallot, 0x80000000) == expected(1));
    CHECK(cycles(isa::Op::kActivemask, 0x00010000) == expected(1));
    // Each eight threads have a value.
    const std::uint32_t values = lanes <= 8 ? 1 : lanes / 8;
    CHECK(cycles(isa::Op::kMatchAny, ~0U) == expected(values * (match_key + 1)));
    CHECK(cycles(isa::Op::kMatchAll, 0x0000ff01) ==
          expected((lanes <= 8 ? 1 : 2) * (match_key + 1)));
    CHECK(cycles(isa::Op::kReduxAdd, ~0U) == expected((lanes == 32 ? 2 : 1) * (redux_key + 1)));
    CHECK(cycles(isa::Op::kReduxMax, 0x0000ffff) == expected(redux_key + 1));
  }
}

TEST_CASE("the warp unit works a key out once for rows that follow each other") {
  Bench bench(8);
  bench.first_result(isa::Op::kReduxAdd, ~0U);
  // Rows 0 and 1 have one mask, 2 and 3 the other.
  for (const std::uint32_t steps : {1U, 4U + 3U + 2U + 1U, 1U}) {
    const std::uint32_t beat = bench.unit.out().result.beat;
    std::uint32_t cycles = 0;
    do {
      bench.step({});
      ++cycles;
    } while (!bench.unit.out().result.valid);
    CHECK(bench.unit.out().result.beat == beat + 1);
    CHECK(cycles == steps);
  }
}

TEST_CASE("the warp unit makes a shuffle's pass for each row of sources") {
  Bench bench(8);
  // Each row's even threads get thread 1's value, the odd ones their own.
  for (std::uint32_t beat = 0; beat < 4; ++beat) {
    Row row = bench.row(isa::Op::kShflIdx, ~0U, beat);
    bench.c.fill(31);
    for (std::uint32_t lane = 0; lane < 8; ++lane) {
      bench.b[lane] = lane % 2 == 0 ? 1 : beat * 8 + lane;
    }
    row.c = bench.c.data();
    bench.step(row, true);
  }
  for (std::uint32_t beat = 0; beat < 4; ++beat) {
    std::uint32_t cycles = 0;
    do {
      bench.step({});
      ++cycles;
    } while (!bench.unit.out().result.valid);
    CHECK(bench.unit.out().result.beat == beat);
    CHECK(cycles == (beat == 0 ? 1 + 1 + 2 : 2));
  }
}

TEST_CASE("the warp unit sends only rows with active threads, and waits for writeback") {
  Bench bench(8);
  bench.first_result(isa::Op::kActivemask, 0x81000002);
  for (int i = 0; i < 5; ++i) bench.step({}, false);
  const ResultRow first = bench.unit.out().result;
  CHECK(first.valid);
  CHECK(first.beat == 0);
  CHECK(first.mask == 2);
  CHECK(first.data[1] == 0x81000002);
  CHECK(first.rd == 5);
  CHECK_FALSE(first.last);
  CHECK_FALSE(bench.unit.out().idle);
  bench.step({}, true);
  const ResultRow second = bench.unit.out().result;
  CHECK(second.valid);
  CHECK(second.beat == 3);
  CHECK(second.mask == 0x81);
  CHECK(second.last);
  bench.step({}, true);
  CHECK_FALSE(bench.unit.out().result.valid);
  CHECK(bench.unit.out().idle);
}

TEST_CASE("the warp unit keeps a row's operands from when it comes") {
  Bench bench(32);
  bench.step(bench.row(isa::Op::kShflIdx, ~0U, 0));
  bench.a.fill(1234);  // the register file has something else in the next cycle
  bench.step({}, false);
  while (!bench.unit.out().result.valid) bench.step({}, false);
  for (std::uint32_t lane = 0; lane < 32; ++lane) {
    CHECK(bench.unit.out().result.data[lane] ==
          (lane < 16 ? lane / 8 : 0));  // of lanes 31 (too far: its own) and 0
  }
}

}  // namespace heddle::timed
