// Prefetch of instructions in lockstep: what straight code pays, and code that is written while its
// lines are on their way. RTL and model are compared in every cycle, memory with the functional
// model at the end.
#include <catch2/catch.hpp>
#include <random>

#include "functional/functional_device.hpp"
#include "lockstep/directed.hpp"
#include "lockstep/open_rtl.hpp"
#include "random/assembler.hpp"

namespace heddle::lockstep {
namespace {

using isa::Op;
using random::Assembler;
using enum PerformanceCounter;

constexpr std::uint32_t kLineWords = 16;
constexpr std::uint32_t kPageWords = 1024;

void nops(Assembler& code, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) code.i(Op::kAddi, 0, 0, 0);
}

std::uint32_t line_position(const Assembler& code) { return code.pc() / 4 % kLineWords; }

/// Nops up to word `position` of a line.
void pad(Assembler& code, std::uint32_t position) {
  nops(code, (position + kLineWords - line_position(code)) % kLineWords);
}

/// Replaces the first instruction of the next line, r2 += 1, by r2 += 100; the store and `fence.i`
/// come `position` instructions after the first that can store. Then runs on into that line.
void write_ahead(Assembler& code, std::uint32_t position) {
  const auto target = code.new_label();
  pad(code, 0);
  code.la(3, target);
  code.li(4, random::encode(Op::kAddi, {.rd = 2, .rs1 = 2, .imm = 100}));
  nops(code, position);
  code.store(Op::kSw, 4, 3, 0);
  code.emit(Op::kFenceI, {});
  pad(code, 0);
  code.place(target);
  code.i(Op::kAddi, 2, 2, 1);
}

void store_result(Assembler& code) {
  code.li(1, kData);
  code.store(Op::kSw, 2, 1, 0);
  code.exit();
}

}  // namespace

TEST_CASE("One warp's straight code misses once a page; every other line is prefetched", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  const auto straight = [&](std::uint32_t words) {
    const LaunchResult result = run_directed(*device, directed_launch(), [&](Assembler& code) {
      nops(code, words - 1);
      code.exit();
    });
    REQUIRE(result.status == LaunchStatus::kOk);
    REQUIRE(result.counters.instructions == words);
    return result.performance;
  };
  const Performance page = straight(kPageWords);
  CHECK(page[kIcacheMisses] == 1);
  CHECK(page[kIcachePrefetches] == kPageWords / kLineWords - 1);
  // The last line but one of the page leads to the last, the last to none.
  const Performance less = straight(kPageWords - kLineWords);
  CHECK(less[kIcacheMisses] == 1);
  CHECK(less[kIcachePrefetches] == kPageWords / kLineWords - 1);
  const Performance more = straight(kPageWords + 5 * kLineWords);
  CHECK(more[kIcacheMisses] == 2);
  CHECK(more[kIcachePrefetches] == kPageWords / kLineWords - 1 + 5);
  // The lines that were prefetched cost nothing: a page's wait is that of its first line.
  const Performance line = straight(kLineWords);
  CHECK(line[kIssueIcacheMiss] > 40);
  CHECK(page[kIssueIcacheMiss] == line[kIssueIcacheMiss]);
  CHECK(more[kIssueIcacheMiss] <= 2 * line[kIssueIcacheMiss]);
}

TEST_CASE("A loop's lines are prefetched once, not in every turn", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  const LaunchResult result = run_directed(*device, directed_launch(), [](Assembler& code) {
    code.li(1, 20);
    const auto loop = code.here();
    nops(code, 5 * kLineWords);
    code.i(Op::kAddi, 1, 1, -1);
    code.branch(Op::kBne, 1, 0, loop);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(result.performance[kIcacheMisses] == 1);
  CHECK(result.performance[kIcachePrefetches] == 6);
}

TEST_CASE("Code written ahead is executed as it was written before fence.i, prefetched or not",
          "[nano]") {
  for (const std::uint32_t latency : {1u, 20u, 40u, 100u, 250u}) {
    DeviceOptions options;
    options.memory_latency = latency;
    const auto device = open_rtl("lockstep", "nano", options);
    const auto reference = make_functional_device(device->config());
    const auto write = [](Assembler& code) {
      code.li(2, 0);
      for (std::uint32_t position = 0; position < kLineWords - 6; ++position) {
        write_ahead(code, position);
      }
      store_result(code);
    };
    INFO("latency " << latency);
    const LaunchResult result = run_directed(*device, directed_launch(), write);
    INFO(result.message);
    REQUIRE(result.status == LaunchStatus::kOk);
    REQUIRE(run_directed(*reference, directed_launch(), write).status == LaunchStatus::kOk);
    CHECK(read_words(*reference, kData, 1)[0] == 100 * (kLineWords - 6));
    CHECK(compare_memory(*device, *reference, directed_regions()).empty());
  }
}

TEST_CASE("Flushes, jumps and warps meet the prefetch in every state", "[nano]") {
  std::uint32_t seed = 1;
  for (int round = 0; round < 40; ++round, ++seed) {
    std::mt19937 engine(seed);
    const auto below = [&](std::uint32_t limit) {
      return static_cast<std::uint32_t>(engine() % limit);
    };
    INFO("seed " << seed);
    DeviceOptions options;
    options.memory_latency = 1 + below(80);
    options.memory_seed = below(2) == 0 ? 0 : seed;
    const auto device = open_rtl("lockstep", "nano", options);
    const auto reference = make_functional_device(device->config());
    Launch launch = directed_launch();
    launch.block = {32 * (1 + below(4)), 1, 1};
    const std::uint32_t program_seed = below(1U << 31);
    const auto write = [&](Assembler& code) {
      std::mt19937 choice(program_seed);
      const auto any = [&](std::uint32_t limit) {
        return static_cast<std::uint32_t>(choice() % limit);
      };
      code.li(2, 0);
      for (int part = 0; part < 40; ++part) {
        nops(code, any(40));
        switch (any(3)) {
          case 0: code.emit(Op::kFenceI, {}); break;
          case 1: {
            const auto over = code.new_label();
            code.jal(0, over);
            nops(code, any(40));
            code.place(over);
            break;
          }
          default: code.i(Op::kAddi, 2, 2, 1);
        }
      }
      store_result(code);
    };
    const LaunchResult result = run_directed(*device, launch, write);
    INFO(result.message);
    REQUIRE(result.status == LaunchStatus::kOk);
    REQUIRE(run_directed(*reference, launch, write).status == LaunchStatus::kOk);
    REQUIRE(compare_memory(*device, *reference, directed_regions()).empty());
  }
}

}  // namespace heddle::lockstep
