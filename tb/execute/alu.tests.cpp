// The fixed pipe's integer side: values of every ALU and multiply instruction, and when results,
// announcements and releases appear.
#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <random>

#include "execute_bench.hpp"

namespace heddle::tb {
namespace {

using isa::Op;

std::int32_t as_signed(std::uint32_t value) { return static_cast<std::int32_t>(value); }

std::uint32_t or_combine(std::uint32_t a) {
  std::uint32_t result = 0;
  for (unsigned shift = 0; shift < 32; shift += 8) {
    if (((a >> shift) & 0xFF) != 0) result |= 0xFFU << shift;
  }
  return result;
}

std::uint32_t sign_extend(std::uint32_t a, unsigned bits) {
  return static_cast<std::uint32_t>(as_signed(a << (32 - bits)) >> (32 - bits));
}

/// The instruction manual's text as C++; `b` is the immediate where the instruction has one.
std::uint32_t expected(Op op, std::uint32_t a, std::uint32_t b, std::uint32_t pc) {
  const unsigned shift = b & 31;
  const std::int64_t sa = as_signed(a);
  const std::int64_t sb = as_signed(b);
  switch (op) {
    case Op::kLui: return b;
    case Op::kAuipc: return pc + b;
    case Op::kJal:
    case Op::kJalr: return pc + 4;
    case Op::kAdd:
    case Op::kAddi: return a + b;
    case Op::kSub: return a - b;
    case Op::kSlt:
    case Op::kSlti: return sa < sb;
    case Op::kSltu:
    case Op::kSltiu: return a < b;
    case Op::kXor:
    case Op::kXori: return a ^ b;
    case Op::kOr:
    case Op::kOri: return a | b;
    case Op::kAnd:
    case Op::kAndi: return a & b;
    case Op::kSll:
    case Op::kSlli: return a << shift;
    case Op::kSrl:
    case Op::kSrli: return a >> shift;
    case Op::kSra:
    case Op::kSrai: return static_cast<std::uint32_t>(as_signed(a) >> shift);
    case Op::kMul: return a * b;
    case Op::kMulh: return static_cast<std::uint32_t>((sa * sb) >> 32);
    case Op::kMulhsu: return static_cast<std::uint32_t>((sa * static_cast<std::int64_t>(b)) >> 32);
    case Op::kMulhu: return static_cast<std::uint32_t>((std::uint64_t{a} * b) >> 32);
    case Op::kSh1add: return (a << 1) + b;
    case Op::kSh2add: return (a << 2) + b;
    case Op::kSh3add: return (a << 3) + b;
    case Op::kAndn: return a & ~b;
    case Op::kOrn: return a | ~b;
    case Op::kXnor: return ~(a ^ b);
    case Op::kMax: return sa > sb ? a : b;
    case Op::kMaxu: return std::max(a, b);
    case Op::kMin: return sa < sb ? a : b;
    case Op::kMinu: return std::min(a, b);
    case Op::kRol: return std::rotl(a, static_cast<int>(shift));
    case Op::kRor:
    case Op::kRori: return std::rotr(a, static_cast<int>(shift));
    case Op::kClz: return static_cast<std::uint32_t>(std::countl_zero(a));
    case Op::kCtz: return static_cast<std::uint32_t>(std::countr_zero(a));
    case Op::kCpop: return static_cast<std::uint32_t>(std::popcount(a));
    case Op::kSextB: return sign_extend(a, 8);
    case Op::kSextH: return sign_extend(a, 16);
    case Op::kZextH: return a & 0xFFFF;
    case Op::kOrcB: return or_combine(a);
    case Op::kRev8: return __builtin_bswap32(a);
    case Op::kCzeroEqz: return b == 0 ? 0 : a;
    case Op::kCzeroNez: return b != 0 ? 0 : a;
    default: return 0;
  }
}

bool takes_immediate(Op op) {
  const isa::Format format = isa::info(op).format;
  return format == isa::Format::kI || format == isa::Format::kShift || format == isa::Format::kU ||
         format == isa::Format::kJ;
}

/// Instructions of the units ALU, MUL and JUMP that write a register.
std::vector<Op> integer_ops() {
  std::vector<Op> ops;
  for (unsigned i = 1; i < isa::kOpCount; ++i) {
    const auto op = static_cast<Op>(i);
    const isa::Info& info = isa::info(op);
    const bool ours = info.unit == isa::Unit::kAlu || info.unit == isa::Unit::kMul ||
                      info.unit == isa::Unit::kJump;
    if (ours && info.writes_rd) ops.push_back(op);
  }
  return ops;
}

/// Words that are often a border of some instruction.
std::uint32_t interesting(Random& random) {
  constexpr std::array<std::uint32_t, 12> kBorders = {
      0, 1, 2, 31, 32, 0x7F, 0x80, 0x7FFF, 0x8000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
  const std::uint32_t choice = random.word();
  if ((choice & 3) == 0) return kBorders[random.below(kBorders.size())];
  if ((choice & 3) == 1) return random.word() >> random.below(32);
  return random.word();
}

TEST_CASE("Every integer instruction of the fixed pipe gives what its manual text says") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  ExecuteBench bench;
  for (const Op op : integer_ops()) {
    INFO(isa::name(op));
    for (int round = 0; round < 100; ++round) {
      Issue issue;
      issue.op = op;
      issue.pc = random.word() & ~3U;
      issue.imm = interesting(random);
      if (isa::info(op).format == isa::Format::kShift) issue.imm &= 31;
      for (unsigned t = 0; t < 32; ++t) {
        issue.a[t] = interesting(random);
        issue.b[t] = interesting(random);
        issue.c[t] = random.word();
      }
      const Words data = bench.run(issue);
      for (unsigned t = 0; t < 32; ++t) {
        const std::uint32_t b = takes_immediate(op) ? issue.imm : issue.b[t];
        INFO("a " << std::hex << issue.a[t] << " b " << b << " pc " << issue.pc);
        REQUIRE(data[t] == expected(op, issue.a[t], b, issue.pc));
      }
    }
  }
}

TEST_CASE(
    "A row's result appears nine cycles later, announced one cycle ahead and released five after "
    "the first") {
  constexpr unsigned kBeats = ExecuteBench::kBeats;
  ExecuteBench bench;
  Issue issue;
  issue.warp = 3;
  issue.rd = 17;
  issue.group = 0x8000FF01;
  const std::uint64_t first = bench.issue(issue);
  bench.wait(20);
  REQUIRE(bench.results.size() == kBeats);
  REQUIRE(bench.announced.size() == kBeats);
  for (unsigned beat = 0; beat < kBeats; ++beat) {
    const ResultRow& row = bench.results[beat];
    CHECK(row.cycle == first + beat + ExecuteBench::kLatency);
    CHECK(row.warp == 3);
    CHECK(row.rd == 17);
    CHECK(row.writes_rd);
    CHECK(row.beat == beat);
    CHECK(row.last == (beat + 1 == kBeats));
    CHECK(row.mask == ((issue.group >> (beat * ExecuteBench::kLanes)) & ExecuteBench::kRowMask));
    CHECK_FALSE(row.is_float);
    CHECK(bench.announced[beat] == row.cycle - 1);
  }
  REQUIRE(bench.releases.size() == 1);
  CHECK(bench.releases[0].cycle == first + ExecuteBench::kLatency - 4);
  CHECK(bench.releases[0].warp == 3);
  CHECK(bench.releases[0].rd == 17);
  CHECK(bench.releases[0].writes_rd);
}

TEST_CASE("Instructions that write nothing pass the fixed pipe without an announcement") {
  for (const Op op : {Op::kFence, Op::kBeq, Op::kExit, Op::kBarSync}) {
    ExecuteBench bench;
    Issue issue;
    issue.op = op;
    issue.rd = 0;
    issue.writes_rd = false;
    const std::uint64_t first = bench.issue(issue);
    bench.wait(20);
    INFO(isa::name(op));
    CHECK(bench.announced.empty());
    CHECK(bench.results.size() == ExecuteBench::kBeats);
    REQUIRE(bench.releases.size() == 1);
    CHECK(bench.releases[0].cycle == first + 5);
    CHECK_FALSE(bench.releases[0].writes_rd);
  }
}

TEST_CASE("Memory and divide rows do not enter the fixed pipe") {
  for (const Op op : {Op::kLw, Op::kSw, Op::kDiv, Op::kRemu}) {
    ExecuteBench bench;
    Issue issue;
    issue.op = op;
    bench.issue(issue);
    bench.wait(20);
    INFO(isa::name(op));
    CHECK(bench.results.empty());
    CHECK(bench.announced.empty());
    CHECK(bench.releases.empty());
  }
}

TEST_CASE(
    "Different instructions follow each other through the pipe without disturbing one another") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  const std::vector<Op> ops = integer_ops();
  ExecuteBench bench;
  std::vector<Issue> issues;
  for (unsigned i = 0; i < 500; ++i) {
    Issue issue;
    issue.op = ops[random.below(static_cast<std::uint32_t>(ops.size()))];
    issue.warp = i % 4;
    issue.imm = random.word() & 31;
    for (unsigned t = 0; t < 32; ++t) {
      issue.a[t] = random.word();
      issue.b[t] = random.word();
    }
    // Alternate with float rows, which use the same registers.
    if (i % 3 == 0) issue.op = Op::kFmaddS;
    issues.push_back(issue);
  }
  for (const Issue& issue : issues) bench.issue(issue);
  bench.wait(20);
  REQUIRE(bench.results.size() == issues.size() * ExecuteBench::kBeats);
  for (std::size_t row = 0; row < bench.results.size(); ++row) {
    const Issue& issue = issues[row / ExecuteBench::kBeats];
    if (issue.op == Op::kFmaddS) continue;
    INFO("row " << row << " " << isa::name(issue.op));
    for (unsigned i = 0; i < ExecuteBench::kLanes; ++i) {
      const std::size_t t = row % ExecuteBench::kBeats * ExecuteBench::kLanes + i;
      const std::uint32_t b = takes_immediate(issue.op) ? issue.imm : issue.b[t];
      REQUIRE(bench.results[row].data[i] == expected(issue.op, issue.a[t], b, issue.pc));
    }
  }
}

}  // namespace
}  // namespace heddle::tb
