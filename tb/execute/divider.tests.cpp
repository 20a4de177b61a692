// Division: values, flags, and the cycle of every row.
#include <catch2/catch.hpp>
#include <random>

#include "execute_bench.hpp"
#include "float_reference.hpp"

namespace heddle::tb {
namespace {

using isa::Op;

std::uint32_t expected(Op op, std::uint32_t a, std::uint32_t b) {
  const auto sa = static_cast<std::int64_t>(static_cast<std::int32_t>(a));
  const auto sb = static_cast<std::int64_t>(static_cast<std::int32_t>(b));
  switch (op) {
    case Op::kDiv: return b == 0 ? 0xFFFFFFFFU : static_cast<std::uint32_t>(sa / sb);
    case Op::kDivu: return b == 0 ? 0xFFFFFFFFU : a / b;
    case Op::kRem: return b == 0 ? a : static_cast<std::uint32_t>(sa % sb);
    default: return b == 0 ? a : a % b;
  }
}

constexpr unsigned kDynamic = 7;

bool is_float(Op op) { return op == Op::kFdivS || op == Op::kFsqrtS; }

constexpr std::array<Op, 6> kAllOps = {Op::kDiv,  Op::kDivu,  Op::kRem,
                                       Op::kRemu, Op::kFdivS, Op::kFsqrtS};
constexpr std::array<Op, 4> kOps = {Op::kDiv, Op::kDivu, Op::kRem, Op::kRemu};

std::uint32_t interesting(Random& random) {
  constexpr std::array<std::uint32_t, 7> kBorders = {0,          1,          2,         0x7FFFFFFF,
                                                     0x80000000, 0x80000001, 0xFFFFFFFF};
  const std::uint32_t choice = random.word() & 3;
  if (choice == 0) return kBorders[random.below(kBorders.size())];
  if (choice == 1) return random.word() >> random.below(32);
  if (choice == 2) return 0U - (random.word() >> random.below(32));
  return random.word();
}

TEST_CASE("Quotients and remainders are RISC-V's, also for division by zero and overflow") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  ExecuteBench bench;
  for (const Op op : kOps) {
    for (int round = 0; round < 60; ++round) {
      Issue issue;
      issue.op = op;
      for (unsigned t = 0; t < 32; ++t) {
        issue.a[t] = interesting(random);
        issue.b[t] = interesting(random);
      }
      const Words data = bench.run(issue);
      for (unsigned t = 0; t < 32; ++t) {
        INFO(isa::name(op) << std::hex << " " << issue.a[t] << " " << issue.b[t]);
        REQUIRE(data[t] == expected(op, issue.a[t], issue.b[t]));
      }
    }
  }
}

/// Quarters of a row in which a thread is active.
unsigned quarters(std::uint32_t row_mask) {
  constexpr unsigned kThreads = ExecuteBench::kLanes / 4;
  unsigned count = 0;
  for (unsigned k = 0; k < 4; ++k) {
    if (((row_mask >> (k * kThreads)) & ((1U << kThreads) - 1)) != 0) ++count;
  }
  return count;
}

TEST_CASE(
    "Rows with active threads come in ascending order, 33 cycles a quarter with active threads "
    "after their LOAD, the next LOAD right after") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  constexpr unsigned kBeats = ExecuteBench::kBeats;
  ExecuteBench bench;
  for (int round = 0; round < 60; ++round) {
    Issue issue;
    issue.op = kAllOps[random.below(kAllOps.size())];
    issue.rm = random.below(5);
    issue.warp = random.below(4);
    issue.rd = random.below(32);
    issue.writes_rd = issue.rd != 0;
    issue.group = 0;
    if (round % 4 == 0) issue.group = 1U << random.below(32);
    if (round % 4 == 1) issue.group = ~(1U << random.below(32));
    while (issue.group == 0) issue.group = random.word() & random.word() & random.word();
    for (unsigned t = 0; t < 32; ++t) {
      issue.a[t] = random.word();
      issue.b[t] = random.word() >> random.below(32);
    }
    bench.forget();
    const bool stall = random.below(2) != 0;
    const std::uint64_t load = bench.issue(issue) + kBeats - 1 + 3;
    while (bench.divide_done.empty()) {
      REQUIRE((bench.model().divide_idle_o != 0) == (bench.model().divide_done_o != 0));
      bench.model().divide_ready_i = !stall || random.below(4) == 0;
      bench.clock();
      REQUIRE(bench.cycle() < load + 1000 * kBeats);
    }
    bench.model().divide_ready_i = 1;

    std::uint64_t next_load = load;
    std::size_t index = 0;
    for (unsigned beat = 0; beat < kBeats; ++beat) {
      const std::uint32_t mask =
          (issue.group >> (beat * ExecuteBench::kLanes)) & ExecuteBench::kRowMask;
      if (mask == 0) continue;
      REQUIRE(index < bench.divides.size());
      const ResultRow& row = bench.divides[index++];
      CHECK(row.beat == beat);
      CHECK(row.mask == mask);
      CHECK(row.warp == issue.warp);
      CHECK(row.rd == issue.rd);
      CHECK(row.writes_rd == issue.writes_rd);
      CHECK(row.is_float == is_float(issue.op));
      CHECK(row.last == (index == bench.divides.size()));
      const std::uint64_t valid = next_load + 33 * quarters(mask) + 1;
      if (stall) {
        CHECK(row.cycle >= valid);
      } else {
        CHECK(row.cycle == valid);
      }
      next_load = row.cycle + 1;
    }
    CHECK(index == bench.divides.size());
    REQUIRE(bench.divide_done.size() == 1);
    CHECK(bench.divide_done[0] == next_load);
    CHECK(bench.model().divide_idle_o != 0);
    for (unsigned t = 0; t < 32; ++t) {
      if (((issue.group >> t) & 1U) == 0) continue;
      CHECK(bench.data()[t] ==
            (is_float(issue.op)
                 ? float_reference(issue.op, issue.a[t], issue.b[t], 0, issue.rm).bits
                 : expected(issue.op, issue.a[t], issue.b[t])));
    }
  }
}

TEST_CASE("Float divisions round by their row's mode and raise their threads' flags in fflags") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  OperandGenerator generator(seed);
  ExecuteBench bench;
  bench.launch(1, 0);
  const auto write_csr = [&](std::uint32_t number, const Words& values) {
    Issue issue;
    issue.op = Op::kCsrrw;
    issue.warp = 1;
    issue.imm = number;
    issue.a = values;
    bench.run(issue);
    bench.wait(3);
  };
  const auto read_flags = [&] {
    Issue issue;
    issue.op = Op::kCsrrs;
    issue.warp = 1;
    issue.imm = 1;
    bench.wait(3);
    return bench.run(issue);
  };
  for (int round = 0; round < 100; ++round) {
    Words modes{};
    Words before{};
    for (unsigned t = 0; t < 32; ++t) {
      modes[t] = random.below(5);
      before[t] = random.below(4) == 0 ? random.below(32) : 0;
    }
    write_csr(2, modes);
    write_csr(1, before);
    Issue issue;
    issue.op = random.below(3) == 0 ? Op::kFsqrtS : Op::kFdivS;
    issue.warp = 1;
    issue.rm = random.below(2) != 0 ? kDynamic : random.below(5);
    issue.rd = random.below(4) == 0 ? 0 : 5;
    issue.writes_rd = issue.rd != 0;
    issue.group = random.word() | 1U << random.below(32);
    for (unsigned t = 0; t < 32; ++t) {
      const Operands operands = generator.quotient();
      issue.a[t] = operands.a;
      issue.b[t] = operands.b;
    }
    const Words data = bench.run(issue);
    const Words flags = read_flags();
    for (unsigned t = 0; t < 32; ++t) {
      INFO(isa::name(issue.op) << std::hex << " " << issue.a[t] << " " << issue.b[t]);
      if (((issue.group >> t) & 1U) == 0) {
        REQUIRE(flags[t] == before[t]);
        continue;
      }
      const FloatOutcome outcome =
          float_reference(issue.op, issue.a[t], issue.op == Op::kFsqrtS ? 0 : issue.b[t], 0,
                          issue.rm == kDynamic ? modes[t] : issue.rm);
      REQUIRE(data[t] == outcome.bits);
      REQUIRE(flags[t] == (before[t] | outcome.flags));
    }
  }
}

}  // namespace
}  // namespace heddle::tb
