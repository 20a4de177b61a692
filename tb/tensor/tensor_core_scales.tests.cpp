// MMAs with scales against docs/architecture/tensor.md: which units of the scale tiles a batch
// reads, in which cycle, and what D is, by the exact reference.
#include <catch2/catch.hpp>

#include "exact_mma_bench.hpp"

namespace heddle::tb {
namespace {

using Bench = ExactMmaBench;

}  // namespace

TEST_CASE("an MMA with scales, cycle by cycle") {
  Bench bench;
  const MmaOperands operands{.a_format = 4,
                             .b_format = 5,
                             .first_step = 1,
                             .scale_format = kScaleE8M0,
                             .a = 0x100,
                             .a_layout = 2,
                             .b = 0x400,
                             .b_layout = 2,
                             .lane = 8,
                             .column = 16,
                             .a_scales = 0x710,
                             .b_scales = 0x740};
  bench.send(operands);
  bench.go_to(90);
  // A batch of two rows: two passes for the rows, one for the scales, which are half a unit.
  REQUIRE(bench.passes.size() == 24);
  for (std::uint32_t i = 0; i < 24; ++i) {
    CAPTURE(i);
    const TensorBench::Pass& made = bench.passes[i];
    CHECK(made.cycle == 7 + i);
    CHECK(made.pass.batch.b == (i >= 12));
    CHECK(made.pass.units == (i % 3 == 0 ? 0x3u : i % 3 == 1 ? 0xcu : 0x10u));
    CHECK(made.pass.batch.last == (i % 3 == 2));
    const std::uint32_t batch = i % 12 / 3;
    CHECK(made.pass.place[4] ==
          TensorBench::kSharedBase + (i >= 12 ? 0x740 : 0x710) + 16 * (batch / 2));
  }
  // B's last unit is written in 33, and there in 34: 16 operations, written 20 cycles later.
  REQUIRE(bench.writes.size() == 16);
  CHECK(bench.writes.front() == 54);
  CHECK(bench.writes.back() == 69);
  bench.check(operands);
}

TEST_CASE("a batch reads the units of the scale tile that its rows are in") {
  for (const std::uint32_t rows : {1, 2, 4, 8}) {
    for (const std::uint32_t count : {1, 2, 4}) {
      CAPTURE(rows, count);
      Bench bench(8, rows, rows);
      const MmaOperands operands{.a_format = count == 1 ? 4 : kFp4,
                                 .b_format = count == 1 ? 4 : kFp4,
                                 .m = 16,
                                 .n = 16,
                                 .scale_format = count == 4 ? kScaleUe4M3 : kScaleE8M0,
                                 .a = 0x100,
                                 .b = 0x400,
                                 .a_scales = 0x800,
                                 .b_scales = 0xa10};
      bench.send(operands);
      bench.go_to(1200);
      // Places of units behind those of the rows, in the order of their batches and numbers.
      std::vector<std::uint32_t> found[2], wanted[2];
      for (const TensorBench::Pass& made : bench.passes) {
        for (std::uint32_t unit = 2 * rows; unit < timed::kMaxBatchUnits; ++unit) {
          if ((made.pass.units >> unit & 1) == 0) continue;
          found[made.pass.batch.b].push_back(made.pass.place[unit] - TensorBench::kSharedBase);
        }
      }
      const std::uint32_t units = rows * count < 4 ? 1 : rows * count / 4;
      for (std::uint32_t batch = 0; batch < 16 / rows; ++batch) {
        for (std::uint32_t unit = 0; unit < units; ++unit) {
          wanted[0].push_back(0x800 + 16 * (batch * rows * count / 4 + unit));
          wanted[1].push_back(0xa10 + 16 * (batch * rows * count / 4 + unit));
        }
      }
      CHECK(found[0] == wanted[0]);
      CHECK(found[1] == wanted[1]);
      bench.check(operands);
    }
  }
}

TEST_CASE("D has the scales of each step, in all modes, formats and shapes of the engine") {
  struct Shape {
    std::uint32_t m, n;
  };
  for (const Shape shape : {Shape{2, 2}, Shape{8, 1}, Shape{1, 8}, Shape{4, 2}}) {
    for (const std::uint32_t lanes : {4, 8, 16}) {
      Bench bench(lanes, shape.m, shape.n);
      for (std::uint32_t i = 0; i < 24; ++i) {
        const bool fp4 = i % 3 != 0;
        const MmaOperands operands{.a_format = fp4 ? kFp4 : 4 + i % 5,
                                   .b_format = fp4 ? kFp4 : 4 + i / 5,
                                   .mode = i % 8,
                                   .accumulator = i % 4,
                                   .first_step = i % 2,
                                   .steps = 1 + i % 3,
                                   .m = 8 + 8 * (i % 2),
                                   .n = 8 + 8 * (i / 2 % 2),
                                   .scale_format = i % 3 == 2 ? kScaleUe4M3 : kScaleE8M0,
                                   .a = 0x100 + 16 * i,
                                   .a_layout = 3,
                                   .b = 0xa00 + 16 * i,
                                   .b_layout = 3,
                                   .lane = 8 * (i % 5),
                                   .column = 8 * (i % 11),
                                   .a_scales = 0x1400 + 16 * (7 * i % 32),
                                   .b_scales = 0x1800 + 16 * (5 * i % 32)};
        CAPTURE(shape.m, shape.n, lanes, i);
        bench.send(operands);
        bench.go_to(1500);
        REQUIRE(bench.idle.at(1499));
        REQUIRE(bench.faults.empty());
        bench.check(operands);
      }
    }
  }
}

TEST_CASE("an MMA without scales behind one with scales has none") {
  Bench bench;
  MmaOperands first{.a_format = kFp4,
                    .b_format = kFp4,
                    .scale_format = kScaleUe4M3,
                    .a = 0x100,
                    .b = 0x400,
                    .a_scales = 0x800,
                    .b_scales = 0x900};
  MmaOperands second{.a_format = kFp4, .b_format = kFp4, .a = 0x200, .b = 0x500, .column = 32};
  bench.also(first);
  bench.also(second);
  bench.TensorBench::send();
  std::uint32_t operations = 0;
  while (bench.cycle < 200) {
    bench.step();
    const auto* operation = bench.core.sequencer().computing();
    if (operation == nullptr) continue;
    CHECK((operation->a_scales[0] == 0) == (operations >= 16));
    CHECK((operation->b_scales[1] == 0) == (operations >= 16));
    ++operations;
  }
  CHECK(operations == 32);
  bench.check(first);
  bench.check(second);
}

TEST_CASE("faults of scales are visible in cycle 5") {
  Bench bench;
  MmaOperands operands{.scale_format = kScaleE8M0, .b = 0x400};  // S8
  bench.send(operands);
  bench.go_to(20);
  REQUIRE(bench.faults.size() == 1);
  CHECK(bench.faults.at(5).cause == 30);
  CHECK(bench.faults.at(5).address == operands.descriptor());
  operands.a_format = operands.b_format = 4;
  operands.b_scales = TensorBench::kSharedSize - 16;
  bench.send(operands);
  bench.go_to(20);
  CHECK(bench.faults.at(5).cause == 7);
  CHECK(bench.faults.at(5).address == 0xf0000000 + operands.b_scales);
  CHECK(bench.passes.empty());
  CHECK(bench.computing.at(5) == 0);
}

}  // namespace heddle::tb
