// Control flow: next PCs, call depth, uniformity, exit status and the ecall fault, with their
// cycles.
#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <optional>
#include <random>

#include "execute_bench.hpp"

namespace heddle::tb {
namespace {

using isa::Op;

constexpr unsigned kJump = 0;
constexpr unsigned kBarrier = 1;
constexpr unsigned kExit = 2;
constexpr unsigned kSync = 3;
constexpr unsigned kArrive = 4;

bool active(const Issue& issue, unsigned thread) { return ((issue.group >> thread) & 1U) != 0; }

bool taken(Op op, std::uint32_t a, std::uint32_t b) {
  switch (op) {
    case Op::kBeq: return a == b;
    case Op::kBne: return a != b;
    case Op::kBlt: return static_cast<std::int32_t>(a) < static_cast<std::int32_t>(b);
    case Op::kBge: return static_cast<std::int32_t>(a) >= static_cast<std::int32_t>(b);
    case Op::kBltu: return a < b;
    case Op::kBgeu: return a >= b;
    default: return op == Op::kJal;
  }
}

std::uint32_t next_pc(const Issue& issue, unsigned thread) {
  if (issue.op == Op::kJalr) return (issue.a[thread] + issue.imm) & ~1U;
  return issue.pc + (taken(issue.op, issue.a[thread], issue.b[thread]) ? issue.imm : 4);
}

/// Runs one instruction and checks the `row` events' cycles and the single `control` event's;
/// returns the latter.
Control run(ExecuteBench& bench, const Issue& issue) {
  bench.forget();
  const std::uint64_t first = bench.issue(issue);
  bench.wait(6);
  const bool sends_rows = issue.op != Op::kExit && issue.op != Op::kEcall;
  REQUIRE(bench.branch_rows.size() == (sends_rows ? ExecuteBench::kBeats : 0));
  for (unsigned beat = 0; beat < bench.branch_rows.size(); ++beat) {
    const BranchRow& row = bench.branch_rows[beat];
    REQUIRE(row.cycle == first + beat + 1);
    REQUIRE(row.beat == beat);
    REQUIRE(row.warp == issue.warp);
    REQUIRE(row.mask == ((issue.group >> (beat * ExecuteBench::kLanes)) & ExecuteBench::kRowMask));
  }
  REQUIRE(bench.controls.size() == 1);
  const Control control = bench.controls[0];
  REQUIRE(control.cycle == first + ExecuteBench::kBeats - 1 + 3);
  REQUIRE(control.warp == issue.warp);
  REQUIRE(control.mask == issue.group);
  return control;
}

std::uint32_t random_group(Random& random) {
  std::uint32_t group = 0;
  while (group == 0) group = random.below(2) != 0 ? random.word() : random.word() & random.word();
  return random.below(4) == 0 ? 1U << random.below(32) : group;
}

TEST_CASE(
    "Branches and jumps send every thread to its next PC and judge uniformity over the active "
    "ones") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  constexpr std::array<Op, 8> kOps = {Op::kBeq,  Op::kBne,  Op::kBlt, Op::kBge,
                                      Op::kBltu, Op::kBgeu, Op::kJal, Op::kJalr};
  ExecuteBench bench;
  for (int round = 0; round < 2000; ++round) {
    Issue issue;
    issue.op = kOps[random.below(kOps.size())];
    issue.warp = random.below(4);
    issue.pc = random.word() & ~3U;
    issue.imm = random.below(8) == 0 ? 4 : (random.word() & 0x1FFE) - 0x1000;
    issue.rd = 5;
    issue.depth = random.below(256);
    issue.group = random_group(random);
    // Mostly equal operands, so that uniform groups are common.
    const std::uint32_t a = random.word();
    const std::uint32_t b = random.below(2) != 0 ? a : random.word();
    issue.a.fill(a);
    issue.b.fill(b);
    for (unsigned odd = random.below(3); odd > 0; --odd) issue.a[random.below(32)] = random.word();
    const Control control = run(bench, issue);

    bool uniform = true;
    std::optional<std::uint32_t> lowest;
    for (unsigned t = 0; t < 32; ++t) {
      if (!active(issue, t)) continue;
      INFO(isa::name(issue.op) << " thread " << t);
      REQUIRE(bench.next_pc[t] == next_pc(issue, t));
      if (!lowest) lowest = next_pc(issue, t);
      uniform = uniform && next_pc(issue, t) == *lowest;
    }
    CHECK(control.kind == kJump);
    CHECK(control.uniform == uniform);
    CHECK(control.next_pc == lowest);
    CHECK(control.next_depth == issue.depth);
    CHECK_FALSE(control.fault);
    CHECK_FALSE(control.flush);
  }
}

TEST_CASE("Calls go one deeper, returns come back, both saturate") {
  struct Case {
    Op op;
    unsigned rd;
    bool from_ra;
    int change;
  };
  constexpr std::array<Case, 8> kCases = {{{Op::kJal, 1, false, 1},
                                           {Op::kJal, 0, false, 0},
                                           {Op::kJal, 5, true, 0},
                                           {Op::kJalr, 1, false, 1},
                                           {Op::kJalr, 1, true, 1},
                                           {Op::kJalr, 0, true, -1},
                                           {Op::kJalr, 0, false, 0},
                                           {Op::kBeq, 1, true, 0}}};
  ExecuteBench bench;
  for (const Case& c : kCases) {
    for (const unsigned depth : {0U, 1U, 100U, 254U, 255U}) {
      Issue issue;
      issue.op = c.op;
      issue.rd = c.rd;
      issue.writes_rd = c.rd != 0;
      issue.rm = c.from_ra ? 1 : 0;
      issue.depth = depth;
      const int wanted = std::min(255, std::max(0, static_cast<int>(depth) + c.change));
      const Control control = run(bench, issue);
      INFO(isa::name(c.op) << " rd " << c.rd << " from ra " << c.from_ra << " depth " << depth);
      CHECK(control.next_depth == static_cast<unsigned>(wanted));
      for (const BranchRow& row : bench.branch_rows) {
        CHECK(row.next_depth == static_cast<unsigned>(wanted));
      }
    }
  }
}

TEST_CASE(
    "Barriers, warpsync and fence.i go on behind themselves and give the lowest thread's operands; "
    "fence.i flushes") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  constexpr std::array<std::pair<Op, unsigned>, 4> kOps = {{{Op::kBarSync, kBarrier},
                                                            {Op::kBarArrive, kArrive},
                                                            {Op::kWarpsync, kSync},
                                                            {Op::kFenceI, kJump}}};
  ExecuteBench bench;
  for (int round = 0; round < 400; ++round) {
    const auto [op, kind] = kOps[random.below(kOps.size())];
    Issue issue;
    issue.op = op;
    issue.rd = 0;
    issue.writes_rd = false;
    issue.group = random_group(random);
    issue.depth = random.below(256);
    for (unsigned t = 0; t < 32; ++t) {
      issue.a[t] = random.word();
      issue.b[t] = random.word();
    }
    // Masks that agree, and masks of which one differs
    const std::uint32_t choice = random.below(3);
    if (choice != 0) issue.a.fill(random.word());
    if (choice == 2) issue.a[random.below(32)] ^= 1U << random.below(32);
    const Control control = run(bench, issue);
    const auto lowest = static_cast<unsigned>(std::countr_zero(issue.group));
    bool one_mask = true;
    for (unsigned t = 0; t < 32; ++t) {
      if (((issue.group >> t) & 1U) != 0) one_mask &= issue.a[t] == issue.a[lowest];
    }
    INFO(isa::name(op));
    CHECK(control.kind == kind);
    CHECK(control.next_pc == issue.pc + 4);
    CHECK(control.uniform == (op != Op::kWarpsync || one_mask));
    for (const BranchRow& row : bench.branch_rows) {
      CHECK(row.sync == (op == Op::kWarpsync));
      for (unsigned lane = 0; lane < ExecuteBench::kLanes; ++lane) {
        if (!row.sync || ((row.mask >> lane) & 1U) == 0) continue;
        CHECK(row.sync_mask[lane] == issue.a[row.beat * ExecuteBench::kLanes + lane]);
      }
    }
    CHECK(control.next_depth == issue.depth);
    CHECK(control.status == 0);
    CHECK_FALSE(control.fault);
    CHECK(control.flush == (op == Op::kFenceI));
    if (op == Op::kFenceI) continue;
    CHECK(control.a == issue.a[lowest]);
    CHECK(control.b == issue.b[lowest]);
  }
}

TEST_CASE("exit has status 0 and sends no rows") {
  ExecuteBench bench;
  Issue issue;
  issue.op = Op::kExit;
  issue.group = 0x00F00F00;
  issue.a.fill(5);
  issue.b.fill(9);
  const Control control = run(bench, issue);
  CHECK(control.kind == kExit);
  CHECK(control.status == 0);
  CHECK_FALSE(control.fault);
  CHECK_FALSE(control.flush);
}

TEST_CASE(
    "ecall takes the status from the lowest thread with one and faults for the threads whose a7 is "
    "not 93") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  ExecuteBench bench;
  for (int round = 0; round < 2000; ++round) {
    Issue issue;
    issue.op = Op::kEcall;
    issue.writes_rd = false;
    issue.pc = random.word() & ~3U;
    issue.warp = random.below(4);
    issue.group = random_group(random);
    issue.a.fill(93);
    for (unsigned wrong = random.below(4); wrong > 0; --wrong) {
      issue.a[random.below(32)] = random.below(3) == 0 ? 0 : random.word();
    }
    for (unsigned set = random.below(5); set > 0; --set) issue.b[random.below(32)] = random.word();
    const Control control = run(bench, issue);

    std::uint32_t status = 0;
    std::uint32_t fault_mask = 0;
    std::uint32_t address = 0;
    for (unsigned t = 0; t < 32; ++t) {
      if (!active(issue, t)) continue;
      if (status == 0) status = issue.b[t];
      if (issue.a[t] == 93) continue;
      if (fault_mask == 0) address = issue.a[t];
      fault_mask |= 1U << t;
    }
    CHECK(control.kind == kExit);
    CHECK(control.status == status);
    REQUIRE(control.fault == (fault_mask != 0));
    if (!control.fault) continue;
    CHECK(control.fault_cause == 11);
    CHECK(control.fault_mask == fault_mask);
    CHECK(control.fault_address == address);
    CHECK(control.fault_pc == issue.pc);
  }
}

TEST_CASE("Control-flow instructions of different warps may follow each other without a gap") {
  ExecuteBench bench;
  for (unsigned i = 0; i < 40; ++i) {
    Issue issue;
    issue.op = i % 3 == 0 ? Op::kEcall : Op::kBeq;
    issue.warp = i % 4;
    issue.imm = 64;
    issue.a.fill(i % 3 == 0 ? 93 : i);
    issue.b.fill(i % 3 == 0 ? i : i + i % 2);
    if (i % 5 == 0) issue.b[31] = issue.b[0] + 1;
    bench.issue(issue);
  }
  bench.wait(6);
  REQUIRE(bench.controls.size() == 40);
  for (unsigned i = 0; i < 40; ++i) {
    const Control& control = bench.controls[i];
    INFO("instruction " << i);
    CHECK(control.warp == i % 4);
    if (i % 3 == 0) {
      // Status 0 in thread 0 leaves the first of the other threads to speak.
      CHECK(control.kind == kExit);
      CHECK(control.status == (i == 0 ? 1 : i));
    } else {
      const bool equal = i % 2 == 0;
      CHECK(control.kind == kJump);
      CHECK(control.next_pc == 0x1000 + (equal ? 64U : 4U));
      CHECK(control.uniform == (i % 5 != 0 || !equal));
    }
  }
}

}  // namespace
}  // namespace heddle::tb
