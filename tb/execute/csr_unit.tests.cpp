// CSR instructions and fcsr: launch values, counters, rounding modes by thread, flags that
// accumulate.
#include <catch2/catch.hpp>
#include <random>

#include "execute_bench.hpp"

namespace heddle::tb {
namespace {

using isa::Op;
namespace csr = isa::csr;

constexpr std::uint32_t kOne = 0x3F800000;
constexpr std::uint32_t kTiny = 0x00000001;

Issue read(std::uint32_t number, unsigned warp) {
  Issue issue;
  issue.op = Op::kCsrrs;
  issue.warp = warp;
  issue.imm = number;
  return issue;
}

TEST_CASE(
    "Launch values, coordinates and lane masks read as the dispatcher and the host wrote them") {
  ExecuteBench bench;
  auto& model = bench.model();
  // A CTA of 8 x 6 x 2 threads in three warps, placed in the warp slots 1 to 3.
  for (unsigned t = 0; t < 96; ++t) bench.write_tid(t, t % 8, t / 8 % 6, t / 48);
  model.block_x_i = 8;
  model.block_y_i = 6;
  model.block_z_i = 2;
  model.grid_x_i = 1000000;
  model.grid_y_i = 65535;
  model.grid_z_i = 3;
  model.warps_per_cta_i = 3;
  model.argptr_i = 0x12345678;
  model.shared_size_i = 0x2000;
  model.local_size_i = 0x1000;
  for (unsigned i = 0; i < 3; ++i) bench.launch(i + 1, i, 70000 + i, 500 + i, i);
  for (unsigned i = 0; i < 3; ++i) {
    const auto expect = [&](std::uint32_t number, auto value) {
      const Words data = bench.run(read(number, i + 1));
      for (unsigned t = 0; t < 32; ++t) {
        INFO(isa::csr_name(number) << " warp " << i << " thread " << t);
        REQUIRE(data[t] == static_cast<std::uint32_t>(value(t)));
      }
    };
    expect(csr::kTidX, [&](unsigned t) { return (32 * i + t) % 8; });
    expect(csr::kTidY, [&](unsigned t) { return (32 * i + t) / 8 % 6; });
    expect(csr::kTidZ, [&](unsigned t) { return (32 * i + t) / 48; });
    expect(csr::kNtidX, [](unsigned) { return 8; });
    expect(csr::kNtidY, [](unsigned) { return 6; });
    expect(csr::kNtidZ, [](unsigned) { return 2; });
    expect(csr::kCtaidX, [&](unsigned) { return 70000 + i; });
    expect(csr::kCtaidY, [&](unsigned) { return 500 + i; });
    expect(csr::kCtaidZ, [&](unsigned) { return i; });
    expect(csr::kNctaidX, [](unsigned) { return 1000000; });
    expect(csr::kNctaidY, [](unsigned) { return 65535; });
    expect(csr::kNctaidZ, [](unsigned) { return 3; });
    expect(csr::kLaneid, [](unsigned t) { return t; });
    expect(csr::kWarpid, [&](unsigned) { return i; });
    expect(csr::kNwarpid, [](unsigned) { return 3; });
    expect(csr::kSmid, [](unsigned) { return 0; });
    expect(csr::kNsmid, [](unsigned) { return 1; });
    expect(csr::kLanemaskEq, [](unsigned t) { return 1ULL << t; });
    expect(csr::kLanemaskLt, [](unsigned t) { return (1ULL << t) - 1; });
    expect(csr::kLanemaskLe, [](unsigned t) { return (2ULL << t) - 1; });
    expect(csr::kLanemaskGt, [](unsigned t) { return ~((2ULL << t) - 1); });
    expect(csr::kLanemaskGe, [](unsigned t) { return ~((1ULL << t) - 1); });
    expect(csr::kArgptr, [](unsigned) { return 0x12345678; });
    expect(csr::kSharedSize, [](unsigned) { return 0x2000; });
    expect(csr::kLocalSize, [](unsigned) { return 0x1000; });
  }
}

TEST_CASE("All threads of an instruction read the counters of the cycle of its first row") {
  ExecuteBench bench;
  auto& model = bench.model();
  constexpr std::array<std::uint32_t, 6> kNumbers = {csr::kCycle,  csr::kTime,  csr::kInstret,
                                                     csr::kCycleh, csr::kTimeh, csr::kInstreth};
  for (const std::uint32_t number : kNumbers) {
    model.cycles_i = 0x1111222233334444;
    model.instructions_i = 0x5555666677778888;
    bench.forget();
    Issue first = read(number, 0);
    bench.issue(first);
    model.cycles_i = 0;
    model.instructions_i = 0;
    bench.wait(15);
    const bool high = number >= csr::kCycleh;
    const bool instructions = (number & 3) == 2;
    const std::uint32_t wanted =
        instructions ? (high ? 0x55556666 : 0x77778888) : (high ? 0x11112222 : 0x33334444);
    for (unsigned t = 0; t < 32; ++t) REQUIRE(bench.data()[t] == wanted);
  }
  // The sample is the first row's, not a later one's: the counter changes while the rows go by.
  bench.forget();
  model.cycles_i = 77;
  Issue issue = read(csr::kCycle, 0);
  bench.issue(issue);
  model.cycles_i = 99;
  bench.issue(issue);
  bench.wait(15);
  constexpr unsigned kBeats = ExecuteBench::kBeats;
  REQUIRE(bench.results.size() == 2 * kBeats);
  for (unsigned row = 0; row < 2 * kBeats; ++row) {
    CHECK(bench.results[row].data[0] == (row < kBeats ? 77 : 99));
  }
}

/// The threads' fcsr as the manual describes it.
struct FcsrModel {
  Words flags{};
  Words frm{};

  std::uint32_t get(std::uint32_t number, unsigned t) const {
    if (number == csr::kFflags) return flags[t];
    return number == csr::kFrm ? frm[t] : flags[t] | (frm[t] << 5);
  }
  void put(std::uint32_t number, unsigned t, std::uint32_t value) {
    if (number != csr::kFrm) flags[t] = value & 31;
    if (number == csr::kFrm) frm[t] = value & 7;
    if (number == csr::kFcsr) frm[t] = (value >> 5) & 7;
  }
};

TEST_CASE(
    "fcsr keeps rounding mode and flags of every thread through random CSR and float "
    "instructions") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  constexpr std::array<Op, 6> kCsrOps = {Op::kCsrrw,  Op::kCsrrs,  Op::kCsrrc,
                                         Op::kCsrrwi, Op::kCsrrsi, Op::kCsrrci};
  ExecuteBench bench;
  std::array<FcsrModel, 4> models;
  for (unsigned warp = 0; warp < 4; ++warp) bench.launch(warp, warp);
  for (int round = 0; round < 3000; ++round) {
    const unsigned warp = random.below(4);
    FcsrModel& model = models[warp];
    Issue issue;
    issue.warp = warp;
    issue.group = random.word() | random.word();
    const std::uint32_t choice = random.below(20);
    if (choice == 0) {
      bench.launch(warp, warp);
      model = {};
      continue;
    }
    if (choice < 8) {
      // 1 + 2^-149 in the threads' own rounding modes: inexact, and two possible results.
      issue.op = Op::kFaddS;
      issue.rm = 7;
      issue.a.fill(kOne);
      issue.b.fill(kTiny);
      const Words data = bench.run(issue);
      for (unsigned t = 0; t < 32; ++t) {
        if (((issue.group >> t) & 1U) == 0) continue;
        REQUIRE(data[t] == (model.frm[t] == 3 ? kOne + 1 : kOne));
        model.flags[t] |= 1;
      }
      continue;
    }
    issue.op = kCsrOps[random.below(kCsrOps.size())];
    const std::uint32_t number = 1 + random.below(3);
    const std::uint32_t immediate = random.below(32);
    issue.imm = number | (immediate << 12);
    for (std::uint32_t& a : issue.a) a = random.below(4) == 0 ? 0 : random.word();
    const Words data = bench.run(issue);
    for (unsigned t = 0; t < 32; ++t) {
      if (((issue.group >> t) & 1U) == 0) continue;
      const bool from_register =
          issue.op == Op::kCsrrw || issue.op == Op::kCsrrs || issue.op == Op::kCsrrc;
      const std::uint32_t operand = from_register ? issue.a[t] : immediate;
      const std::uint32_t old = model.get(number, t);
      INFO(isa::name(issue.op) << " " << isa::csr_name(number) << " warp " << warp << " thread "
                               << t);
      REQUIRE(data[t] == old);
      if (issue.op == Op::kCsrrs || issue.op == Op::kCsrrsi) {
        model.put(number, t, old | operand);
      } else if (issue.op == Op::kCsrrc || issue.op == Op::kCsrrci) {
        model.put(number, t, old & ~operand);
      } else {
        model.put(number, t, operand);
      }
    }
  }
}

TEST_CASE("Float instructions of one warp without a gap between them lose no flag") {
  ExecuteBench bench;
  bench.launch(2, 0);
  const auto issue = [&](Op op, std::uint32_t a, std::uint32_t b, std::uint32_t group) {
    Issue instruction;
    instruction.op = op;
    instruction.warp = 2;
    instruction.group = group;
    instruction.a.fill(a);
    instruction.b.fill(b);
    bench.issue(instruction);
  };
  issue(Op::kFaddS, kOne, kTiny, 0xFFFFFFFF);             // NX
  issue(Op::kFmulS, 0x7F7FFFFF, 0x7F7FFFFF, 0x0000FFFF);  // OF NX
  issue(Op::kFmulS, 0x00800001, 0x3F000001, 0x00FFFF00);  // UF NX
  issue(Op::kFltS, 0x7FC00000, kOne, 0x80000001);         // NV
  issue(Op::kFaddS, kOne, kOne, 0xFFFFFFFF);              // none
  bench.wait(20);
  const Words flags = bench.run(read(csr::kFflags, 2));
  for (unsigned t = 0; t < 32; ++t) {
    std::uint32_t wanted = 1;
    if (t < 16) wanted |= 4;
    if (t >= 8 && t < 24) wanted |= 2;
    if (t == 0 || t == 31) wanted |= 16;
    INFO("thread " << t);
    CHECK(flags[t] == wanted);
  }
  const Words other = bench.run(read(csr::kFflags, 1));
  for (unsigned t = 0; t < 32; ++t) CHECK(other[t] == 0);
}

}  // namespace
}  // namespace heddle::tb
