// Division: values, and the cycle of every row.
#include <catch2/catch.hpp>
#include <random>

#include "execute_bench.hpp"

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

TEST_CASE(
    "Rows with active threads come in ascending order, 34 cycles from LOAD, the next LOAD right "
    "after") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  constexpr unsigned kBeats = ExecuteBench::kBeats;
  ExecuteBench bench;
  for (int round = 0; round < 50; ++round) {
    Issue issue;
    issue.op = kOps[random.below(4)];
    issue.warp = random.below(4);
    issue.rd = random.below(32);
    issue.writes_rd = issue.rd != 0;
    issue.group = 0;
    while (issue.group == 0) issue.group = random.word() & random.word() & random.word();
    for (unsigned t = 0; t < 32; ++t) {
      issue.a[t] = random.word();
      issue.b[t] = random.word() >> random.below(32);
    }
    bench.forget();
    const bool stall = random.below(2) != 0;
    const std::uint64_t load = bench.issue(issue) + kBeats;
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
      CHECK(row.last == (index == bench.divides.size()));
      if (stall) {
        CHECK(row.cycle >= next_load + 34);
      } else {
        CHECK(row.cycle == next_load + 34);
      }
      next_load = row.cycle + 1;
    }
    CHECK(index == bench.divides.size());
    REQUIRE(bench.divide_done.size() == 1);
    CHECK(bench.divide_done[0] == next_load);
    CHECK(bench.model().divide_idle_o != 0);
    for (unsigned t = 0; t < 32; ++t) {
      if (((issue.group >> t) & 1U) == 0) continue;
      CHECK(bench.data()[t] == expected(issue.op, issue.a[t], issue.b[t]));
    }
  }
}

}  // namespace
}  // namespace heddle::tb
