// The matrix engine's commands against docs/architecture/tensor.md: in which cycle passes, writes,
// faults and credits are there, and what D is.
#include <catch2/catch.hpp>

#include "mma_operands.hpp"
#include "tensor_core_bench.hpp"

namespace heddle::tb {
namespace {

/// A bench whose CTA has all columns, and whose shared memory has small S8 numbers.
struct Bench : TensorBench {
  explicit Bench(std::uint32_t lanes = 8, std::uint32_t m = 2, std::uint32_t n = 2)
      : TensorBench(lanes, m, n) {
    for (std::size_t i = 0; i < shared.size(); ++i) {
      shared[i] = static_cast<std::uint8_t>(i * 37 % 15 - 7);
    }
    alloc(128);
    go_to(60);
  }
  void send(const MmaOperands& operands) {
    mma(operands.descriptor(), operands.a_word(), operands.b_word());
    TensorBench::send();
  }
  void also(const MmaOperands& operands) {
    mma(operands.descriptor(), operands.a_word(), operands.b_word());
  }
  /// Element of D without what it had before; layout 0.
  std::uint32_t product(const MmaOperands& operands, std::uint32_t m, std::uint32_t n) const {
    std::int32_t sum = 0;
    for (std::uint32_t k = 0; k < 32; ++k) {
      sum += static_cast<std::int8_t>(shared[kSharedBase + operands.a + 32 * m + k]) *
             static_cast<std::int8_t>(shared[kSharedBase + operands.b + 32 * n + k]);
    }
    return static_cast<std::uint32_t>(sum);
  }
  void check(const MmaOperands& operands, std::uint32_t times = 1) {
    for (std::uint32_t m = 0; m < operands.m; ++m) {
      for (std::uint32_t n = 0; n < operands.n; ++n) {
        CAPTURE(m, n);
        REQUIRE(word(operands.lane + m, operands.column + n) == times * product(operands, m, n));
      }
    }
  }
};

}  // namespace

TEST_CASE("an MMA from its last row to its end, cycle by cycle") {
  Bench bench;
  const MmaOperands operands{.a = 0x100, .b = 0x400, .lane = 8, .column = 16};
  bench.send(operands);
  bench.go_to(70);
  // Popped in 2; CHECK, RANGE, WALK in 3, 4, 5; the step is there in 6, the batches in 7.
  CHECK(bench.mma_done == std::vector<std::uint32_t>{3});
  REQUIRE(bench.passes.size() == 16);
  for (std::uint32_t i = 0; i < 16; ++i) {
    CAPTURE(i);
    const TensorBench::Pass& made = bench.passes[i];
    CHECK(made.cycle == 7 + i);
    CHECK(made.pass.batch.b == (i >= 8));
    // Of two rows the two halves, each in one of the two groups of banks.
    CHECK(made.pass.units == (i % 2 == 0 ? 0x3u : 0xcu));
    const std::uint32_t row = i % 8;
    CHECK(made.pass.place[2 * (row % 2)] ==
          TensorBench::kSharedBase + (i >= 8 ? 0x400 : 0x100) + 32 * row);
  }
  // B's last unit is written in 25, and there in 26: 16 operations, written 20 cycles later.
  REQUIRE(bench.writes.size() == 16);
  CHECK(bench.writes.front() == 46);
  CHECK(bench.writes.back() == 61);
  CHECK(bench.computing.at(0) == 0);
  CHECK(bench.computing.at(1) == 1u << TensorBench::kCta);
  CHECK(bench.computing.at(62) == 1u << TensorBench::kCta);
  CHECK(bench.computing.at(63) == 0);
  CHECK_FALSE(bench.idle.at(62));
  CHECK(bench.idle.at(63));
  bench.check(operands);
}

TEST_CASE("steps with the same D follow each other 20 cycles apart") {
  Bench bench;
  MmaOperands operands{.steps = 2, .a_layout = 2, .b = 0x400, .b_layout = 2};
  bench.send(operands);
  bench.go_to(100);
  REQUIRE(bench.writes.size() == 32);
  CHECK(bench.writes[15] - bench.writes[0] == 15);
  CHECK(bench.writes[16] - bench.writes[0] == 20);
  CHECK(bench.writes[31] - bench.writes[16] == 15);
}

TEST_CASE("a step with another D waits for no operation, whether it reads accumulators or not") {
  const MmaOperands first{.b = 0x400};
  std::vector<std::uint32_t> writes[2];
  for (const bool accumulate : {false, true}) {
    CAPTURE(accumulate);
    const MmaOperands second{.accumulate = accumulate, .b = 0x400, .column = 64};
    Bench bench;
    bench.also(first);
    bench.also(second);
    bench.TensorBench::send();
    bench.go_to(140);
    REQUIRE(bench.writes.size() == 32);
    CHECK(bench.writes[16] - bench.writes[15] < 20);
    bench.check(first);
    bench.check(second);
    writes[accumulate ? 1 : 0] = bench.writes;
  }
  CHECK(writes[0] == writes[1]);
}

TEST_CASE(
    "an operation is 20 cycles behind that on its row, also where a step waited for batches") {
  // Eight operations of one batch of A each: the first four come at once, the others with their
  // batches.
  Bench bench(8, 2, 8);
  MmaOperands operands{.steps = 1, .m = 16, .n = 8, .b = 0x400};
  bench.also(operands);
  operands.accumulate = true;
  for (std::uint32_t i = 0; i < 3; ++i) bench.also(operands);
  bench.TensorBench::send();
  bench.go_to(400);
  REQUIRE(bench.writes.size() == 32);
  bool waited = false;
  for (std::uint32_t step = 0; step < 4; ++step) {
    const std::uint32_t begin = bench.writes[8 * step], end = bench.writes[8 * step + 7];
    waited |= end - begin > 7;
    if (step == 0) continue;
    for (std::uint32_t i = 0; i < 8; ++i) {
      CHECK(bench.writes[8 * step + i] >= bench.writes[8 * step + i - 8] + 20);
    }
  }
  CHECK(waited);
  bench.check(operands, 4);
}

TEST_CASE("a commit arrives when all operations are over") {
  Bench bench;
  const MmaOperands operands{.b = 0x400};
  bench.also(operands);
  bench.commit(0xf0000028);
  bench.TensorBench::send();
  bench.go_to(120);
  REQUIRE(bench.passes.size() == 17);
  const TensorBench::Pass& arrival = bench.passes.back();
  CHECK(arrival.pass.arrival);
  CHECK(arrival.pass.place[0] == TensorBench::kSharedBase + 0x28);
  CHECK(arrival.cycle == bench.writes.back() + 1);
  CHECK(bench.computing.at(arrival.cycle) != 0);
  CHECK(bench.computing.at(arrival.cycle + 1) == 0);
}

TEST_CASE("a commit alone arrives 20 cycles after it left, and comes before operand passes") {
  Bench bench;
  bench.commit(0xf0000000);
  bench.TensorBench::send();
  bench.go_to(40);
  // The step is there in 6, and leaves.
  REQUIRE(bench.passes.size() == 1);
  CHECK(bench.passes[0].cycle == 26);
  CHECK(bench.computing.at(26) != 0);
  CHECK(bench.computing.at(27) == 0);

  Bench busy;
  busy.passes_made = false;
  busy.commit(0xf0000000);
  busy.also({.b = 0x400});
  busy.TensorBench::send();
  busy.go_to(40);
  busy.passes_made = true;
  busy.go_to(60);
  REQUIRE(busy.passes.size() > 1);
  CHECK(busy.passes[0].cycle == 40);
  CHECK(busy.passes[0].pass.arrival);
  CHECK(busy.passes[1].cycle == 41);
}

TEST_CASE("a pass takes one unit of every group of banks") {
  Bench bench(16);
  MmaOperands operands{.m = 8, .n = 8, .a_layout = 3, .b = 0x800, .b_layout = 0};
  bench.send(operands);
  bench.go_to(100);
  // A's rows are 128 bytes apart, swizzled: rows 0 and 1 in different groups. B's two rows are side
  // by side.
  REQUIRE(bench.passes.size() >= 8);
  CHECK(bench.passes[0].pass.units == 0x3u);
  CHECK(bench.passes[0].pass.place[0] == TensorBench::kSharedBase);
  CHECK(bench.passes[1].pass.units == 0xcu);
  CHECK(bench.passes[1].pass.place[2] == TensorBench::kSharedBase + (128 ^ 16));
  const auto b =
      std::ranges::find_if(bench.passes, [](const auto& made) { return made.pass.batch.b; });
  REQUIRE(b != bench.passes.end());
  CHECK(b->pass.units == 0xfu);
}

TEST_CASE("faults of commands are visible in cycle 5, and end them") {
  Bench bench;
  MmaOperands operands{.m = 64, .b = 0x400, .lane = 8};
  bench.send(operands);
  bench.go_to(20);
  REQUIRE(bench.faults.size() == 1);
  const timed::FaultEvent& fault = bench.faults.at(5);
  CHECK(fault.cause == 30);
  CHECK(fault.warp == TensorBench::kWarp);
  CHECK(fault.mask == 1u << TensorBench::kThread);
  CHECK(fault.pc == TensorBench::kPc);
  CHECK(fault.address == operands.descriptor());
  CHECK(bench.computing.at(4) != 0);
  CHECK(bench.computing.at(5) == 0);
  CHECK(bench.passes.empty());

  bench.commit(0xf0000004);
  bench.TensorBench::send();
  bench.go_to(20);
  CHECK(bench.faults.at(5).cause == 6);
  bench.commit(0xf0002000);
  bench.TensorBench::send();
  bench.go_to(20);
  CHECK(bench.faults.at(5).cause == 7);
  CHECK(bench.faults.at(5).address == 0xf0002000);
}

TEST_CASE("a command's credit comes back when mma_control takes it") {
  Bench bench;
  bench.passes_made = false;
  for (std::uint32_t i = 0; i < 4; ++i) bench.also({.b = 0x400});
  bench.go_to(200);
  // Two steps are in the FIFOs, the third command is in WALK.
  CHECK(bench.mma_done.size() == 3);
  CHECK(bench.core.queue().waiting() == 1);
  for (std::uint32_t i = 0; i < 3; ++i) bench.also({.b = 0x400});
  bench.go_to(300);
  CHECK(bench.mma_done.size() == 3);
  CHECK(bench.core.queue().waiting() == timed::kMmaQueue);
  CHECK(bench.core.queue().commands(TensorBench::kCta) == 7);
  bench.passes_made = true;
  bench.go_to(600);
  CHECK(bench.mma_done.size() == 7);
  CHECK(bench.writes.size() == 7 * 16);
  CHECK(bench.idle.at(599));
}

TEST_CASE("start puts the engine into its reset state; the words stay") {
  Bench bench;
  const MmaOperands operands{.b = 0x400, .lane = 8};
  bench.send(operands);
  bench.go_to(80);
  bench.also(operands);
  bench.TensorBench::send();
  bench.go_to(30);
  CHECK_FALSE(bench.core.out().idle);
  bench.start = true;
  bench.step();
  CHECK(bench.core.out().idle);
  CHECK(bench.core.out().computing == 0);
  CHECK(bench.core.out().pass == nullptr);
  bench.coming.clear();
  bench.check(operands);
  // All columns are free: the next command is a fault.
  bench.also(operands);
  bench.TensorBench::send();
  bench.go_to(20);
  CHECK(bench.faults.at(5).cause == 30);
}

}  // namespace heddle::tb
