// MMAs with a sparse A against docs/architecture/tensor.md: which units the batches read, in which
// cycle, and what D is, by the exact reference of what is kept.
#include <catch2/catch.hpp>

#include "exact_mma_bench.hpp"

namespace heddle::tb {
namespace {

using Bench = ExactMmaBench;

constexpr std::uint32_t kE4M3 = 4, kS8 = 12;

/// Cause and address of the command's fault.
void check_fault(const MmaOperands& operands, std::uint32_t cause, std::uint32_t address) {
  Bench bench;
  bench.send(operands);
  bench.go_to(20);
  REQUIRE(bench.faults.size() == 1);
  CHECK(bench.faults.at(5).cause == cause);
  CHECK(bench.faults.at(5).address == address);
  CHECK(bench.passes.empty());
}

}  // namespace

TEST_CASE("an MMA with a sparse A, cycle by cycle") {
  Bench bench;
  const MmaOperands operands{.a_format = 0,
                             .b_format = 0,
                             .a = 0x100,
                             .b = 0x800,
                             .b_layout = 2,
                             .lane = 8,
                             .column = 16,
                             .sparse = true,
                             .a_scales = 0x400};
  bench.send(operands);
  bench.go_to(120);
  // B's first step is pushed in 5, the others in 6: B asks in 7, A from 8 on. A's four batches have
  // four units in both groups of banks, and one of metadata; B's two times four have four.
  REQUIRE(bench.passes.size() == 4 * 3 + 2 * 4 * 2);
  std::uint32_t a_pass = 0, b_pass = 0;
  for (std::uint32_t i = 0; i < bench.passes.size(); ++i) {
    CAPTURE(i);
    const TensorBench::Pass& made = bench.passes[i];
    const bool b = i == 0 || i > 12;
    CHECK(made.cycle == 7 + i);
    REQUIRE(made.pass.batch.b == b);
    std::uint32_t pass = b ? b_pass++ : a_pass++;
    if (!b) {
      const std::uint32_t batch = pass / 3;
      pass %= 3;
      CHECK(made.pass.units == (pass == 0 ? 0x3u : pass == 1 ? 0xcu : 0x10u));
      CHECK(made.pass.batch.last == (pass == 2));
      if (pass == 2) CHECK(made.pass.place[4] == TensorBench::kSharedBase + 0x400 + 16 * batch);
      continue;
    }
    const std::uint32_t k_step = pass / 8, batch = pass % 8 / 2, row = 2 * batch + pass % 2;
    CHECK(made.pass.units == (pass % 2 == 0 ? 0x3u : 0xcu));
    CHECK(made.pass.batch.last == (pass % 2 == 1));
    CHECK(made.pass.batch.step_end == (pass >= 14));
    for (std::uint32_t unit = 0; unit < 2; ++unit) {
      const std::uint32_t place = 0x800 + 64 * row + 32 * k_step + 16 * unit;
      CHECK(made.pass.place[pass % 2 * 2 + unit] ==
            TensorBench::kSharedBase + (place ^ (place >> 7 & 3) << 4));
    }
  }
  // B's last unit is read in 34, written in 37, and there in 38: 16 operations, written 20 cycles
  // later.
  REQUIRE(bench.writes.size() == 16);
  CHECK(bench.writes.front() == 58);
  CHECK(bench.writes.back() == 73);
  bench.check(operands);
}

TEST_CASE("a step with a sparse A takes as many cycles as another, of half the elements") {
  for (const bool sparse : {false, true}) {
    CAPTURE(sparse);
    Bench bench;
    const MmaOperands operands{.a_format = kE4M3,
                               .b_format = kE4M3,
                               .steps = sparse ? 2u : 4u,
                               .m = 32,
                               .n = 32,
                               .a = 0,
                               .a_layout = sparse ? 2u : 3u,
                               .b = 0x1000,
                               .b_layout = 3,
                               .sparse = sparse,
                               .a_scales = sparse ? 0x800u : 0};
    bench.send(operands);
    bench.go_to(2000);
    const std::uint32_t operations = operands.steps * 16 * 16;
    REQUIRE(bench.writes.size() == operations);
    CHECK(bench.writes.back() - bench.writes.front() == operations - 1);
    bench.check(operands);
  }
}

TEST_CASE("D of a sparse A, in all formats, modes, layouts and shapes of the engine") {
  struct Shape {
    std::uint32_t m, n;
  };
  for (const Shape shape : {Shape{1, 1}, {2, 2}, {4, 2}, {2, 8}, {8, 1}, {8, 8}}) {
    for (const std::uint32_t lanes : {4, 8, 32}) {
      Bench bench(lanes, shape.m, shape.n);
      std::uint32_t i = shape.m + lanes;
      for (const std::uint32_t format : {0, 1, 4, 5, 6, 7, 8, 12, 13}) {
        ++i;
        const bool a_transposed = i % 3 == 1, b_transposed = i % 4 < 2;
        const bool wide = format < 2;
        // Of B two K-steps of bytes are 64 of K.
        const std::uint32_t b_layout = b_transposed ? (wide ? i % 4 : i % 3) : 2 + i % 2;
        const bool second = wide && (b_transposed ? i % 2 == 0 : b_layout == 3);
        const MmaOperands operands{.a_format = format,
                                   .b_format = format,
                                   .mode = i % 8,
                                   .accumulator = i / 2 % 4,
                                   .first_step = second ? 1u : 0,
                                   .m = 8 + 8 * (i % 4),
                                   .n = 8 + 8 * (i / 2 % 4),
                                   .a_transposed = a_transposed,
                                   .b_transposed = b_transposed,
                                   .a_slab = a_transposed ? 0x40 * (i % 5) : 0,
                                   .b_slab = b_transposed ? 0x30 * (i % 7) : 0,
                                   .a = 0x10 * (i % 9),
                                   .a_layout = a_transposed && !wide ? i % 3 : 2,
                                   .b = 0xd00 + 16 * (i % 11),
                                   .b_layout = b_layout,
                                   .lane = 8 * (i % 4),
                                   .column = 8 * (i % 11),
                                   .sparse = true,
                                   .a_scales = 0x900 + 16 * (i % 7)};
        CAPTURE(shape.m, shape.n, lanes, i);
        bench.send(operands);
        bench.go_to(6000);
        REQUIRE(bench.idle.at(5999));
        REQUIRE(bench.faults.empty());
        bench.check(operands);
      }
    }
  }
}

TEST_CASE("dense and sparse commands behind each other") {
  Bench bench;
  const MmaOperands sparse{
      .m = 16, .n = 64, .a = 0x100, .b = 0x800, .b_layout = 2, .sparse = true, .a_scales = 0x1800};
  MmaOperands dense = sparse;
  dense.sparse = false;
  dense.a_scales = 0;
  dense.lane = 16;
  dense.n = 96;
  dense.b_layout = 0;
  MmaOperands last = sparse;
  last.lane = 32;
  last.a = 0x300;
  bench.also(sparse);
  bench.also(dense);
  bench.also(last);
  bench.TensorBench::send();
  bench.go_to(4000);
  REQUIRE(bench.faults.empty());
  bench.check(sparse);
  bench.check(dense);
  bench.check(last);
}

TEST_CASE("faults of a sparse A are visible in cycle 5") {
  const MmaOperands right{.m = 16, .b = 0x400, .b_layout = 2, .sparse = true, .a_scales = 0x1000};
  const auto reserved = [&](auto spoil) {
    MmaOperands wrong = right;
    spoil(wrong);
    check_fault(wrong, 30, wrong.descriptor());
  };
  reserved([](MmaOperands& mma) { mma.a_format = mma.b_format = 2; });
  reserved([](MmaOperands& mma) { mma.n = 72; });
  reserved([](MmaOperands& mma) { mma.b_layout = 1; });
  MmaOperands wrong = right;
  wrong.a_scales = TensorBench::kSharedSize - 0xf0;
  check_fault(wrong, 7, 0xf0000000 + wrong.a_scales);
  wrong = right;
  wrong.b_transposed = true;
  wrong.b_layout = 0;
  wrong.b = TensorBench::kSharedSize - 64 * 32 + 16;
  check_fault(wrong, 7, 0xf0000000 + wrong.b);
}

}  // namespace heddle::tb
