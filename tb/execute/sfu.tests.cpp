// The special functions' unit: values by special_functions.md's golden function, and the cycle of
// every row.
#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <deque>
#include <random>

#include "execute_bench.hpp"
#include "isa/special_functions.hpp"

namespace heddle::tb {
namespace {

using isa::Op;

constexpr std::array<Op, 7> kOps = {Op::kRcpApprox, Op::kRsqrtApprox, Op::kEx2Approx,
                                    Op::kLg2Approx, Op::kSinApprox,   Op::kCosApprox,
                                    Op::kTanhApprox};
constexpr unsigned kLatency = 20;
constexpr unsigned kRowsUnderWay = 6;

/// Any float, or one whose exponent lies where the functions' ranges meet, or a border of one of
/// the tables' intervals.
std::uint32_t operand(Random& random) {
  switch (random.below(8)) {
    case 0: return random.word();
    case 1: return kSpecialFloats[random.below(kSpecialFloats.size())];
    case 2: return kSpecialFloats[random.below(kSpecialFloats.size())] + random.below(7) - 3;
    default: break;
  }
  const std::uint32_t exponent = 96 + random.below(46);
  std::uint32_t fraction = random.word() & 0x7FFFFF;
  if (random.below(3) == 0) {
    fraction = ((fraction & (0x7FFFFFU << (16 + random.below(5)))) + random.below(5) - 2) &
               0x7FFFFF;
  }
  return (random.word() & 0x80000000U) | exponent << 23 | fraction;
}

Issue random_issue(Random& random) {
  Issue issue;
  issue.op = kOps[random.below(kOps.size())];
  issue.warp = random.below(4);
  issue.rd = random.below(32);
  issue.writes_rd = issue.rd != 0;
  do {
    issue.group = random.word();
    if (random.below(3) == 0) issue.group = 0xFFFFFFFF;
    if (random.below(3) == 0) issue.group &= random.word() & random.word();
  } while (issue.group == 0);
  for (std::uint32_t& a : issue.a) a = operand(random);
  return issue;
}

std::uint32_t row_mask(const Issue& issue, unsigned beat) {
  return (issue.group >> (beat * ExecuteBench::kLanes)) & ExecuteBench::kRowMask;
}

void check_rows(const ExecuteBench& bench, const std::vector<Issue>& issues) {
  std::size_t index = 0;
  for (const Issue& issue : issues) {
    unsigned last_beat = 31 - static_cast<unsigned>(std::countl_zero(issue.group));
    last_beat /= ExecuteBench::kLanes;
    for (unsigned beat = 0; beat < ExecuteBench::kBeats; ++beat) {
      if (row_mask(issue, beat) == 0) continue;
      REQUIRE(index < bench.sfu_rows.size());
      const ResultRow& row = bench.sfu_rows[index++];
      CHECK(row.beat == beat);
      CHECK(row.mask == row_mask(issue, beat));
      CHECK(row.warp == issue.warp);
      CHECK(row.rd == issue.rd);
      CHECK(row.writes_rd == issue.writes_rd);
      CHECK(row.last == (beat == last_beat));
      for (unsigned lane = 0; lane < ExecuteBench::kLanes; ++lane) {
        if (((row.mask >> lane) & 1U) == 0) continue;
        const std::uint32_t x = issue.a[beat * ExecuteBench::kLanes + lane];
        INFO(isa::name(issue.op) << std::hex << " of " << x);
        REQUIRE(row.data[lane] == isa::special_function(issue.op, x));
      }
    }
  }
  CHECK(index == bench.sfu_rows.size());
}

TEST_CASE("Special functions are bit for bit the specified ones, under any back pressure") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  ExecuteBench bench;
  for (int round = 0; round < 4000; ++round) {
    bench.forget();
    REQUIRE(bench.model().sfu_idle_o != 0);
    const std::vector<Issue> issues = {random_issue(random), random_issue(random)};
    const std::uint32_t stall = random.below(12);
    for (const Issue& issue : issues) {
      bench.model().sfu_ready_i = random.below(2) != 0;
      bench.issue(issue);
    }
    while (bench.model().sfu_idle_o == 0) {
      bench.model().sfu_ready_i = random.below(stall + 1) == 0;
      bench.clock();
      REQUIRE(bench.cycle() < 10'000'000);
    }
    CHECK(bench.sfu_op_done.size() == issues.size());
    CHECK(bench.results.empty());
    check_rows(bench, issues);
  }
}

TEST_CASE("A row is taken every four cycles while six are under way at most") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  ExecuteBench bench;
  for (int round = 0; round < 500; ++round) {
    bench.forget();
    // Writeback is closed for a while from the beginning, then open.
    const std::vector<Issue> issues = {random_issue(random), random_issue(random)};
    const std::uint64_t opens = bench.cycle() + random.below(80);
    const std::uint64_t first = bench.cycle();
    bench.model().sfu_ready_i = 0;
    while (bench.sfu_op_done.size() < 2 || bench.model().sfu_idle_o == 0) {
      if (bench.cycle() == first) {
        // issue() clocks on by itself: closed during that
        for (const Issue& issue : issues) bench.issue(issue);
      }
      bench.model().sfu_ready_i = bench.cycle() >= opens;
      bench.clock();
      REQUIRE(bench.cycle() < first + 2000);
    }

    const std::uint64_t ready_from =
        std::max<std::uint64_t>(opens, first + 2 * ExecuteBench::kBeats);
    std::uint64_t next_take = 0, next_leave = ready_from;
    std::deque<std::uint64_t> leaves;  // cycles in which rows stop counting
    std::size_t index = 0;
    for (std::size_t row = 0; row < std::size_t{2} * ExecuteBench::kBeats; ++row) {
      const Issue& issue = issues[row / ExecuteBench::kBeats];
      const auto beat = static_cast<unsigned>(row % ExecuteBench::kBeats);
      std::uint64_t take = std::max(next_take, first + row + 1);
      const auto under_way = [&] {
        return std::count_if(leaves.begin(), leaves.end(),
                             [&](std::uint64_t cycle) { return cycle >= take; });
      };
      while (under_way() == kRowsUnderWay) ++take;
      next_take = take + 4;
      if (row_mask(issue, beat) == 0) {
        leaves.push_back(take + kLatency);
      } else {
        const std::uint64_t leave = std::max(next_leave, take + kLatency + 1);
        leaves.push_back(leave);
        next_leave = leave + 1;
        REQUIRE(index < bench.sfu_rows.size());
        CHECK(bench.sfu_rows[index++].cycle == leave);
      }
      if (beat + 1 == ExecuteBench::kBeats) {
        CHECK(bench.sfu_op_done[row / ExecuteBench::kBeats] == take + 1);
      }
    }
    check_rows(bench, issues);
  }
}

}  // namespace
}  // namespace heddle::tb
