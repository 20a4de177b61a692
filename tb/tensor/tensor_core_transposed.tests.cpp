// MMAs with transposed operands against docs/architecture/tensor.md: which units the parts of a
// batch read, in which cycle, and what D is, by the exact reference.
#include <catch2/catch.hpp>

#include "exact_mma_bench.hpp"

namespace heddle::tb {
namespace {

using Bench = ExactMmaBench;

constexpr std::uint32_t kS8 = 12;

}  // namespace

TEST_CASE("an MMA with a transposed B, cycle by cycle") {
  Bench bench;
  const MmaOperands operands{.a_format = 0,
                             .b_format = 0,
                             .first_step = 1,
                             .b_transposed = true,
                             .a = 0x100,
                             .a_layout = 2,
                             .b = 0x800,
                             .b_layout = 3,
                             .lane = 8,
                             .column = 16};
  bench.send(operands);
  bench.go_to(120);
  // A's batches take two passes each, as ever. B's have 16 units in four parts, which a swizzle of
  // 128 bytes puts into both groups of banks by turns.
  REQUIRE(bench.passes.size() == 8 + 4 * 8);
  for (std::uint32_t i = 0; i < bench.passes.size(); ++i) {
    CAPTURE(i);
    const TensorBench::Pass& made = bench.passes[i];
    CHECK(made.cycle == 7 + i);
    CHECK(made.pass.batch.b == (i >= 8));
    CHECK(made.pass.units == (i % 2 == 0 ? 0x3u : 0xcu));
    if (i < 8) {
      CHECK(made.pass.batch.last == (i % 2 == 1));
      continue;
    }
    const std::uint32_t batch = (i - 8) / 8, pass = (i - 8) % 8;
    CHECK(made.pass.batch.last == (pass == 7));
    CHECK(made.pass.batch.step_end == (batch == 3));
    for (std::uint32_t unit = pass % 2 * 2; unit < pass % 2 * 2 + 2; ++unit) {
      const std::uint32_t k = 16 + pass / 2 * 4 + unit;
      CHECK(made.pass.place[unit] == TensorBench::kSharedBase + 0x800 + 128 * k + 16 * (k % 8));
    }
  }
  // B's last unit is written in 49, and there in 50: 16 operations, written 20 cycles later.
  REQUIRE(bench.writes.size() == 16);
  CHECK(bench.writes.front() == 70);
  CHECK(bench.writes.back() == 85);
  bench.check(operands);
}

TEST_CASE("a batch of A takes its place with its first part") {
  Bench bench;
  bench.passes_made = false;
  const MmaOperands operands{.a_transposed = true, .a = 0x100, .b = 0x800};
  bench.send(operands);
  bench.go_to(20);
  CHECK(bench.core.loader_a().batches_taken() == 1);
  CHECK(bench.core.loader_a().next_part() == 1);
  bench.passes_made = true;
  bench.go_to(200);
  bench.check(operands);
}

TEST_CASE("a batch reads a unit of each k, slab by slab") {
  for (const std::uint32_t rows : {1, 2, 4, 8}) {
    for (const bool wide : {false, true}) {
      CAPTURE(rows, wide);
      Bench bench(8, rows, rows);
      // Slabs of 32 or 16 rows
      const MmaOperands operands{.a_format = wide ? 0 : kS8,
                                 .b_format = wide ? 0 : kS8,
                                 .m = 40,
                                 .n = 16,
                                 .a_transposed = true,
                                 .a_slab = 0x430,
                                 .a = 0x110,
                                 .b = 0x1800};
      bench.send(operands);
      bench.go_to(3000);
      std::vector<std::uint32_t> found, wanted;
      for (const TensorBench::Pass& made : bench.passes) {
        if (made.pass.arrival || made.pass.batch.b) continue;
        for (std::uint32_t unit = 0; unit < timed::kMaxBatchUnits; ++unit) {
          if ((made.pass.units >> unit & 1) == 0) continue;
          found.push_back(made.pass.place[unit] - TensorBench::kSharedBase);
        }
      }
      const std::uint32_t bytes = wide ? 2 : 1, slab_rows = 32 / bytes;
      for (std::uint32_t row = 0; row < 40; row += rows) {
        for (std::uint32_t k = 0; k < 32 / bytes; ++k) {
          const std::uint32_t in_slab = row % slab_rows * bytes / 16 * 16;
          wanted.push_back(0x110 + row / slab_rows * 0x430 + 32 * k + in_slab);
        }
      }
      // Without a swizzle all units of a part are in one group: they come one by one.
      CHECK(found == wanted);
      bench.check(operands);
    }
  }
}

TEST_CASE("D of transposed operands, in all formats, modes, layouts and shapes of the engine") {
  struct Shape {
    std::uint32_t m, n;
  };
  for (const Shape shape : {Shape{2, 2}, Shape{8, 1}, Shape{1, 8}, Shape{4, 2}}) {
    for (const std::uint32_t lanes : {4, 8, 16}) {
      Bench bench(lanes, shape.m, shape.n);
      constexpr std::uint32_t kFormats[] = {0, 1, 4, 5, 6, 8, 12, 13};
      for (std::uint32_t i = 0; i < 24; ++i) {
        const std::uint32_t format = kFormats[i % 8];
        const bool a_transposed = i % 3 != 1, b_transposed = i % 3 != 0;
        // A K-step of bytes in rows of 128 has 4 KB.
        const MmaOperands operands{.a_format = format,
                                   .b_format = format,
                                   .mode = i % 8,
                                   .accumulator = i % 4,
                                   .first_step = i % 2 == 0 && format < 2 ? 1u : 0,
                                   .m = 8 + 8 * (i % 4),
                                   .n = 8 + 8 * (i / 2 % 5),
                                   .a_transposed = a_transposed,
                                   .b_transposed = b_transposed,
                                   .a_slab = a_transposed ? 0x40 * (i % 5) : 0,
                                   .b_slab = b_transposed ? 0x30 * (i % 7) : 0,
                                   .a = 0x10 * (i % 9),
                                   .a_layout = a_transposed ? (i / 3) % 4 : 2,
                                   .b = 0xd00 + 16 * i,
                                   .b_layout = b_transposed ? (i / 5) % 4 : 2,
                                   .lane = 8 * (i % 4),
                                   .column = 8 * (i % 11)};
        CAPTURE(shape.m, shape.n, lanes, i);
        bench.send(operands);
        bench.go_to(3000);
        REQUIRE(bench.idle.at(2999));
        REQUIRE(bench.faults.empty());
        bench.check(operands);
      }
    }
  }
}

TEST_CASE("faults of transposed operands are visible in cycle 5") {
  Bench bench;
  MmaOperands operands{.a_format = 2, .b_format = 2, .a_transposed = true, .b = 0x400};  // TF32
  bench.send(operands);
  bench.go_to(20);
  REQUIRE(bench.faults.size() == 1);
  CHECK(bench.faults.at(5).cause == 30);
  CHECK(bench.faults.at(5).address == operands.descriptor());
  operands.a_format = operands.b_format = kS8;
  operands.m = 40;
  operands.a_slab = TensorBench::kSharedSize - 1024 + 16;
  bench.send(operands);
  bench.go_to(20);
  CHECK(bench.faults.at(5).cause == 7);
  CHECK(bench.faults.at(5).address == 0xf0000000);
  CHECK(bench.passes.empty());
}

}  // namespace heddle::tb
