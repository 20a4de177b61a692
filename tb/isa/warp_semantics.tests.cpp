// isa/warp_semantics against a transcription of programming_model.md's rules, thread by thread.
#include "isa/warp_semantics.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

namespace {

using namespace heddle::isa;

struct Case {
  std::uint32_t group;
  WarpValues a, b, c;
};

bool in(std::uint32_t mask, int lane) { return (mask >> lane & 1) != 0; }

std::uint32_t shuffle(Op op, const Case& in_case, int lane) {
  const auto t = static_cast<std::size_t>(lane);
  const int s = static_cast<int>(in_case.c[t] >> 8 & 31);
  const int b = static_cast<int>(in_case.b[t] & 31);
  const int last = (lane & s) | (static_cast<int>(in_case.c[t] & 31) & ~s);
  int j = 0;
  bool taken = false;
  if (op == Op::kShflUp) {
    j = lane - b;
    taken = j >= last;
  } else if (op == Op::kShflDown) {
    j = lane + b;
    taken = j <= last;
  } else if (op == Op::kShflBfly) {
    j = lane ^ b;
    taken = j <= last;
  } else {
    j = (lane & s) | (b & ~s);
    taken = j <= last;
  }
  if (!taken || !in(in_case.group, j)) j = lane;
  return in_case.a[static_cast<std::size_t>(j)];
}

// Over the values of the members M: what the page says, with M as a list.
std::uint32_t over_members(Op op, const Case& c, int lane) {
  const std::uint32_t own = c.a[static_cast<std::size_t>(lane)];
  const std::uint32_t m = c.group & c.b[static_cast<std::size_t>(lane)];
  std::uint32_t nonzero = 0, same = 0, sum = 0, ands = 0xffffffff, ors = 0, xors = 0;
  std::multiset<std::uint32_t> values;
  std::multiset<std::int32_t> signed_values;
  for (int t = 0; t < 32; ++t) {
    if (!in(m, t)) continue;
    const std::uint32_t value = c.a[static_cast<std::size_t>(t)];
    values.insert(value);
    signed_values.insert(static_cast<std::int32_t>(value));
    if (value != 0) nonzero |= 1u << t;
    if (value == own) same |= 1u << t;
    sum += value;
    ands &= value;
    ors |= value;
    xors ^= value;
  }
  const bool empty = values.empty();
  switch (op) {
    case Op::kVoteAll: return nonzero == m ? 1 : 0;
    case Op::kVoteAny: return nonzero != 0 ? 1 : 0;
    case Op::kVoteBallot: return nonzero;
    case Op::kMatchAny: return same;
    case Op::kMatchAll: return same == m ? m : 0;
    case Op::kReduxAdd: return sum;
    case Op::kReduxAnd: return ands;
    case Op::kReduxOr: return ors;
    case Op::kReduxXor: return xors;
    case Op::kReduxMinu: return empty ? 0xffffffff : *values.begin();
    case Op::kReduxMaxu: return empty ? 0 : *values.rbegin();
    case Op::kReduxMin:
      return empty ? 0x7fffffff : static_cast<std::uint32_t>(*signed_values.begin());
    case Op::kReduxMax:
      return empty ? 0x80000000 : static_cast<std::uint32_t>(*signed_values.rbegin());
    default: FAIL("no such instruction"); return 0;
  }
}

class Cases {
 public:
  explicit Cases(std::uint32_t seed) : random_(seed) {}

  Case next() {
    Case result{};
    result.group = random_() % 3 == 0 ? 0xffffffff : mask() | 1u << random_() % 32;
    const bool few_values = random_() % 2 == 0;
    const std::uint32_t common = mask();
    const bool uniform = random_() % 2 == 0;
    for (std::size_t t = 0; t < 32; ++t) {
      result.a[t] = few_values ? bits() % 3 - 1 : bits();
      result.b[t] = uniform ? common : mask();
      result.c[t] = bits();
      if (random_() % 2 == 0) result.c[t] = 0x1f | 0x1f00 & ~((1u << random_() % 6) - 1) << 8;
    }
    if (random_() % 8 == 0) result.a.fill(bits() % 2);
    return result;
  }

 private:
  std::uint32_t bits() { return static_cast<std::uint32_t>(random_()); }
  std::uint32_t mask() {
    switch (random_() % 4) {
      case 0: return 0xffffffff;
      case 1: return bits() & bits() & bits();
      case 2: return random_() % 4 == 0 ? 0 : 1u << random_() % 32;
      default: return bits();
    }
  }

  std::mt19937 random_;
};

constexpr std::uint32_t kSeed = 99;
constexpr int kRounds = 3000;

std::vector<Op> warp_ops() {
  std::vector<Op> ops;
  for (std::size_t i = 1; i < kOpCount; ++i) {
    if (info(static_cast<Op>(i)).unit == Unit::kWarp) ops.push_back(static_cast<Op>(i));
  }
  return ops;
}

bool is_shuffle(Op op) {
  return op == Op::kShflUp || op == Op::kShflDown || op == Op::kShflBfly || op == Op::kShflIdx;
}

}  // namespace

TEST_CASE("shuffles, votes, matches and reductions follow the page's rules") {
  const std::vector<Op> ops = warp_ops();
  REQUIRE(ops.size() == 18);
  Cases cases(kSeed);
  for (int round = 0; round < kRounds; ++round) {
    const Case c = cases.next();
    for (const Op op : ops) {
      const WarpValues result = warp_operation(op, c.group, c.a, c.b, c.c);
      for (int lane = 0; lane < 32; ++lane) {
        if (!in(c.group, lane)) continue;
        CAPTURE(kSeed, round, name(op), c.group, lane);
        const std::uint32_t expected = op == Op::kActivemask ? c.group
                                       : is_shuffle(op)      ? shuffle(op, c, lane)
                                                             : over_members(op, c, lane);
        REQUIRE(result[static_cast<std::size_t>(lane)] == expected);
      }
    }
    for (std::size_t t = 0; t < 32; ++t) {
      const std::uint32_t threads = threads_with(c.group, c.b, c.b[t]);
      for (std::size_t other = 0; other < 32; ++other) {
        REQUIRE((threads >> other & 1) == ((c.group >> other & 1) & (c.b[other] == c.b[t])));
      }
    }
  }
}

TEST_CASE("shuffles stay within segments as PTX's do") {
  WarpValues a{}, b{}, c{};
  for (std::uint32_t t = 0; t < 32; ++t) a[t] = t;
  // __shfl_down_sync(mask, v, 1, 8): c = (32 - 8) << 8 | 31
  b.fill(1);
  c.fill(24 << 8 | 31);
  WarpValues result = warp_operation(Op::kShflDown, 0xffffffff, a, b, c);
  for (std::uint32_t t = 0; t < 32; ++t) CHECK(result[t] == (t % 8 == 7 ? t : t + 1));
  // __shfl_up_sync(mask, v, 1, 8): c = (32 - 8) << 8
  c.fill(24 << 8);
  result = warp_operation(Op::kShflUp, 0xffffffff, a, b, c);
  for (std::uint32_t t = 0; t < 32; ++t) CHECK(result[t] == (t % 8 == 0 ? t : t - 1));
  // __shfl_sync(mask, v, 10, 8) reads lane 2 of the segment.
  b.fill(10);
  c.fill(24 << 8 | 31);
  result = warp_operation(Op::kShflIdx, 0xffffffff, a, b, c);
  for (std::uint32_t t = 0; t < 32; ++t) CHECK(result[t] == t / 8 * 8 + 2);
}
