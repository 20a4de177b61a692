// Shuffles, votes, match and redux: values by programming_model.md, and the cycle of every row.
#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "execute_bench.hpp"

namespace heddle::tb {
namespace {

using isa::Op;

constexpr std::array<Op, 18> kOps = {
    Op::kShflUp,     Op::kShflDown,   Op::kShflBfly,  Op::kShflIdx,  Op::kVoteAll,  Op::kVoteAny,
    Op::kVoteBallot, Op::kActivemask, Op::kMatchAny,  Op::kMatchAll, Op::kReduxAdd, Op::kReduxMin,
    Op::kReduxMax,   Op::kReduxMinu,  Op::kReduxMaxu, Op::kReduxAnd, Op::kReduxOr,  Op::kReduxXor};

bool is_shuffle(Op op) { return op >= Op::kShflUp && op <= Op::kShflIdx; }
bool is_match(Op op) { return op == Op::kMatchAny || op == Op::kMatchAll; }
bool is_redux(Op op) { return op >= Op::kReduxAdd && op <= Op::kReduxXor; }
bool has(std::uint32_t mask, unsigned thread) { return ((mask >> thread) & 1U) != 0; }

std::uint32_t shuffled(const Issue& issue, unsigned lane) {
  const auto self = static_cast<int>(lane);
  const auto segment = static_cast<int>((issue.c[lane] >> 8) & 31);
  const auto clamp = static_cast<int>(issue.c[lane] & 31);
  const auto b = static_cast<int>(issue.b[lane] & 31);
  const int last = (self & segment) | (clamp & ~segment);
  int j = 0;
  switch (issue.op) {
    case Op::kShflUp: j = self - b; break;
    case Op::kShflDown: j = self + b; break;
    case Op::kShflBfly: j = self ^ b; break;
    default: j = (self & segment) | (b & ~segment); break;
  }
  const bool taken = issue.op == Op::kShflUp ? j >= last : j <= last;
  if (!taken || !has(issue.group, static_cast<unsigned>(j))) j = self;
  return issue.a[static_cast<unsigned>(j)];
}

std::uint32_t reduced(Op op, const Issue& issue, std::uint32_t members) {
  std::uint32_t value = 0;
  if (op == Op::kReduxAnd || op == Op::kReduxMinu) value = 0xFFFFFFFF;
  if (op == Op::kReduxMin) value = 0x7FFFFFFF;
  if (op == Op::kReduxMax) value = 0x80000000;
  for (unsigned t = 0; t < 32; ++t) {
    if (!has(members, t)) continue;
    const std::uint32_t a = issue.a[t];
    const auto old_signed = static_cast<std::int32_t>(value);
    const auto new_signed = static_cast<std::int32_t>(a);
    switch (op) {
      case Op::kReduxAdd: value += a; break;
      case Op::kReduxMin: value = new_signed < old_signed ? a : value; break;
      case Op::kReduxMax: value = new_signed > old_signed ? a : value; break;
      case Op::kReduxMinu: value = std::min(a, value); break;
      case Op::kReduxMaxu: value = std::max(a, value); break;
      case Op::kReduxAnd: value &= a; break;
      case Op::kReduxOr: value |= a; break;
      default: value ^= a; break;
    }
  }
  return value;
}

std::uint32_t expected(const Issue& issue, unsigned lane) {
  const std::uint32_t members = issue.group & issue.b[lane];
  std::uint32_t nonzero = 0;
  std::uint32_t same = 0;
  for (unsigned t = 0; t < 32; ++t) {
    if (issue.a[t] != 0) nonzero |= 1U << t;
    if (issue.a[t] == issue.a[lane]) same |= 1U << t;
  }
  if (is_shuffle(issue.op)) return shuffled(issue, lane);
  if (is_redux(issue.op)) return reduced(issue.op, issue, members);
  switch (issue.op) {
    case Op::kVoteAll: return (members & ~nonzero) == 0;
    case Op::kVoteAny: return (members & nonzero) != 0;
    case Op::kVoteBallot: return members & nonzero;
    case Op::kMatchAny: return members & same;
    case Op::kMatchAll: return (members & ~same) == 0 ? members : 0;
    default: return issue.group;
  }
}

bool is_shuffle_source(const Issue& issue, unsigned thread, unsigned source) {
  Issue numbers = issue;
  for (unsigned t = 0; t < 32; ++t) numbers.a[t] = t;
  return shuffled(numbers, thread) == source;
}

/// Steps of each row with active threads: passes, and keys that are worked out.
std::vector<unsigned> row_steps(const Issue& issue) {
  constexpr unsigned kLanes = ExecuteBench::kLanes;
  const auto levels = static_cast<unsigned>(std::bit_width(kLanes) - 1);
  const auto& keys = is_match(issue.op) ? issue.a : issue.b;
  const unsigned key_steps = ExecuteBench::kBeats + (is_match(issue.op) ? 3 : levels + 2);
  const bool keyed = is_match(issue.op) || is_redux(issue.op);
  std::vector<unsigned> steps;
  bool any_key = false;
  std::uint32_t last_key = 0;
  for (unsigned first = 0; first < 32; first += kLanes) {
    std::vector<std::uint32_t> row;  // keys or, of a shuffle, rows of sources: each once
    bool active = false;
    for (unsigned t = first; t < first + kLanes; ++t) {
      if (!has(issue.group, t)) continue;
      active = true;
      std::uint32_t value = keys[t];
      for (unsigned source = 0; is_shuffle(issue.op) && source < 32; ++source) {
        if (is_shuffle_source(issue, t, source)) value = source / kLanes;
      }
      if (!std::count(row.begin(), row.end(), value)) row.push_back(value);
    }
    if (!active) continue;
    if (!keyed) {
      steps.push_back(is_shuffle(issue.op) ? static_cast<unsigned>(row.size()) : 1);
      continue;
    }
    const bool again = any_key && std::count(row.begin(), row.end(), last_key) != 0;
    const auto passes = static_cast<unsigned>(row.size());
    steps.push_back(passes + (passes - (again ? 1 : 0)) * key_steps);
    if (again) row.erase(std::find(row.begin(), row.end(), last_key));
    if (!row.empty()) last_key = row.back();
    any_key = true;
  }
  return steps;
}

/// Few different values and masks as well as many, so that all instructions have something to find.
Issue random_issue(Random& random) {
  Issue issue;
  issue.op = kOps[random.below(kOps.size())];
  issue.warp = random.below(4);
  issue.rd = random.below(32);
  issue.writes_rd = issue.rd != 0;
  issue.group = 0;
  while (issue.group == 0) {
    issue.group = random.word();
    if (random.below(3) == 0) issue.group = 0xFFFFFFFF;
    if (random.below(3) == 0) issue.group &= random.word() & random.word();
  }
  const std::uint32_t values = 1 + random.below(4) * random.below(12);
  const std::uint32_t masks = 1 + random.below(3) * random.below(12);
  std::array<std::uint32_t, 34> value{};
  std::array<std::uint32_t, 34> mask{};
  for (std::uint32_t& v : value) v = random.below(4) == 0 ? 0 : random.word();
  for (std::uint32_t& m : mask) m = random.below(4) == 0 ? issue.group : random.word();
  if (random.below(4) == 0) mask[0] = 0;
  for (unsigned t = 0; t < 32; ++t) {
    issue.a[t] = value[random.below(std::min(values, 34U))];
    issue.b[t] = is_shuffle(issue.op) ? random.word() : mask[random.below(std::min(masks, 34U))];
    // The operands of CUDA's shuffles, and any.
    const std::uint32_t width = 1U << random.below(6);
    issue.c[t] = ((32 - width) << 8) | (issue.op == Op::kShflUp ? 0 : 31);
    if (random.below(3) == 0) issue.c[t] = random.word();
  }
  return issue;
}

TEST_CASE(
    "Each thread gets the specified value; rows come in ascending order at the specified cycles") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  constexpr unsigned kBeats = ExecuteBench::kBeats;
  ExecuteBench bench;
  for (int round = 0; round < 4000; ++round) {
    const Issue issue = random_issue(random);
    INFO(isa::name(issue.op) << " round " << round << std::hex << " group " << issue.group);
    const bool stall = random.below(2) != 0;
    bench.forget();
    REQUIRE(bench.model().warp_idle_o != 0);
    // The row of cycle c is popped in c + 1, the last one in first + kBeats; then come the steps.
    // A load is two steps after a row's last pass, and visible in the cycle after it.
    const std::uint64_t popped = bench.issue(issue) + kBeats;
    const std::vector<unsigned> steps = row_steps(issue);
    REQUIRE(bench.model().warp_idle_o == 0);
    while (bench.model().warp_idle_o == 0) {
      bench.model().warp_ready_i = !stall || random.below(3) == 0;
      bench.clock();
      REQUIRE(bench.cycle() < popped + 3000);
    }
    bench.model().warp_ready_i = 1;

    REQUIRE(bench.warp_op_done.size() == 1);
    CHECK(bench.warp_op_done[0] == popped + 1);
    CHECK(bench.results.empty());
    std::uint64_t next = popped + 2 + 1;
    std::size_t index = 0;
    for (unsigned beat = 0; beat < kBeats; ++beat) {
      const std::uint32_t mask =
          (issue.group >> (beat * ExecuteBench::kLanes)) & ExecuteBench::kRowMask;
      if (mask == 0) continue;
      REQUIRE(index < bench.warp_rows.size());
      next += steps[index];
      const ResultRow& row = bench.warp_rows[index++];
      CHECK(row.beat == beat);
      CHECK(row.mask == mask);
      CHECK(row.warp == issue.warp);
      CHECK(row.rd == issue.rd);
      CHECK(row.writes_rd == issue.writes_rd);
      CHECK(row.last == (index == bench.warp_rows.size()));
      if (stall) {
        CHECK(row.cycle >= next);
      } else {
        CHECK(row.cycle == next);
      }
      next = row.cycle;
    }
    CHECK(index == bench.warp_rows.size());
    CHECK(bench.cycle() == next + 1);
    for (unsigned t = 0; t < 32; ++t) {
      if (!has(issue.group, t)) continue;
      INFO("thread " << std::dec << t << std::hex << " b " << issue.b[t] << " c " << issue.c[t]);
      REQUIRE(bench.data()[t] == expected(issue, t));
    }
  }
}

TEST_CASE("A second instruction waits in the queue and follows when the first is loaded") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  constexpr unsigned kBeats = ExecuteBench::kBeats;
  ExecuteBench bench;
  for (int round = 0; round < 500; ++round) {
    const std::array<Issue, 2> issues = {random_issue(random), random_issue(random)};
    bench.forget();
    bench.model().warp_ready_i = 1;
    const std::uint64_t first = bench.issue(issues[0]);
    bench.issue(issues[1]);
    while (bench.model().warp_idle_o == 0) bench.clock();
    REQUIRE(bench.warp_op_done.size() == 2);

    std::size_t index = 0;
    std::uint64_t popped = first + kBeats;
    for (std::size_t i = 0; i < 2; ++i) {
      const Issue& issue = issues[i];
      INFO(isa::name(issue.op) << " round " << round << " instruction " << i);
      // COLLECT begins in the cycle after the last load; all rows of the second one lie in the
      // queue.
      if (i == 1)
        popped = std::max(bench.warp_rows[index - 1].cycle + kBeats - 1, first + 2 * kBeats);
      CHECK(bench.warp_op_done[i] == popped + 1);
      const std::vector<unsigned> steps = row_steps(issue);
      std::uint64_t cycle = popped + 2 + 1;
      std::size_t row_index = 0;
      for (unsigned beat = 0; beat < kBeats; ++beat) {
        const std::uint32_t mask =
            (issue.group >> (beat * ExecuteBench::kLanes)) & ExecuteBench::kRowMask;
        if (mask == 0) continue;
        REQUIRE(index < bench.warp_rows.size());
        const ResultRow& row = bench.warp_rows[index++];
        cycle += steps[row_index++];
        CHECK(row.cycle == cycle);
        CHECK(row.beat == beat);
        for (unsigned lane = 0; lane < ExecuteBench::kLanes; ++lane) {
          if (!has(mask, lane)) continue;
          REQUIRE(row.data[lane] == expected(issue, beat * ExecuteBench::kLanes + lane));
        }
      }
    }
    CHECK(index == bench.warp_rows.size());
  }
}

}  // namespace
}  // namespace heddle::tb
