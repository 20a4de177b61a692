// What the performance counters say of small programs, in lockstep; the expected numbers follow
// from the timing contracts in docs/architecture/.
#include <catch2/catch.hpp>
#include <numeric>
#include <string>

#include "isa/instructions.hpp"
#include "lockstep/directed.hpp"
#include "lockstep/open_rtl.hpp"
#include "random/assembler.hpp"

namespace heddle::lockstep {
namespace {

using isa::Op;
using random::Assembler;
using enum PerformanceCounter;

constexpr std::uint32_t kSharedWindow = 0xf0000000;
constexpr std::uint64_t kLineBytes = 64;

LaunchResult run(Device& device, std::uint32_t threads, const Write& write,
                 std::uint32_t ctas = 1) {
  Launch launch = directed_launch();
  launch.block.x = threads;
  launch.grid.x = ctas;
  launch.shared_size = 4096;
  LaunchResult result = run_directed(device, launch, write);
  INFO(result.message);
  REQUIRE(result.status == LaunchStatus::kOk);
  const auto& values = result.performance.values;
  REQUIRE(std::accumulate(values.begin(), values.begin() + kIssueClasses, std::uint64_t{0}) ==
          result.counters.cycles);
  return result;
}

/// What `more` counts beyond `less`, by counter; the programs are alike otherwise.
Performance beyond(const LaunchResult& more, const LaunchResult& less) {
  Performance difference;
  for (std::size_t i = 0; i < kPerformanceCounters; ++i) {
    difference.values[i] = more.performance.values[i] - less.performance.values[i];
  }
  return difference;
}

Write dependent_adds(int count) {
  return [count](Assembler& code) {
    for (int i = 0; i < count; ++i) code.i(Op::kAddi, 1, 1, 1);
    code.exit();
  };
}

void global_address(Assembler& code) {
  code.li(1, kData);
  code.csr(Op::kCsrrs, 2, isa::csr::kTidX, 0);
  code.r(Op::kSh2add, 1, 2, 1);
}

}  // namespace

TEST_CASE("dependent additions of one warp wait fourteen cycles of seventeen for their operand",
          "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  // All of it in one line of the instruction cache.
  const LaunchResult few = run(*device, 32, dependent_adds(4));
  const LaunchResult many = run(*device, 32, dependent_adds(14));
  CHECK(many.counters.cycles - few.counters.cycles == 10 * 17);
  const Performance more = beyond(many, few);
  // The pick; the next cycle shows the old head, then the new one waits from its release's
  // visibility to `ready` once more.
  CHECK(more[kIssuePicked] == 10);
  CHECK(more[kIssueLatency] == 10 * 2);
  CHECK(more[kIssueDependency] == 10 * 14);
  CHECK(more[kResidentWarps] == 10 * 17);
  CHECK(more[kIcacheFetches] == 10);
  for (const PerformanceCounter same :
       {kIssueSlotUsed, kIssueMemoryQueue, kIssueUnitBusy, kIssueLoad, kIssueDrain, kIssueFetch,
        kIssueControl, kIssueIcacheMiss, kIssueBarrier, kIssueNoWarp, kIcacheMisses,
        kL2LoadMisses}) {
    INFO(kPerformanceNames[static_cast<std::size_t>(same)]);
    CHECK(more[same] == 0);
  }
  CHECK(few.performance[kIssuePicked] == few.counters.instructions);
  CHECK(few.performance[kIssueLoad] == 0);
  CHECK(few.performance[kIssueBarrier] == 0);
}

TEST_CASE("a second division waits for the divider, which takes 134 cycles a row", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  const auto divisions = [](std::uint32_t count) {
    return [count](Assembler& code) {
      for (std::uint32_t i = 0; i < count; ++i) code.r(Op::kDiv, 10 + i, 1, 2);
      code.exit();
    };
  };
  const LaunchResult two = run(*device, 32, divisions(2));
  const LaunchResult three = run(*device, 32, divisions(3));
  const Performance more = beyond(three, two);
  // From pick to pick: 3 to the acceptance, 7 to the first row, 8 rows of which the last comes 7
  // later, 3 to the first LOAD, 134 a row (33 a quarter and 2), `divider_done`, and `divider_busy`
  // one cycle later.
  constexpr std::uint64_t kTurn = 3 + 7 + 7 + 3 + 8 * 134 + 1;
  CHECK(three.counters.cycles - two.counters.cycles == kTurn);
  CHECK(more[kIssuePicked] == 1);
  CHECK(more[kIssueLatency] == 2);
  CHECK(more[kIssueUnitBusy] == kTurn - 3);
}

TEST_CASE("a barrier of one warp holds it for two cycles", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  const auto barriers = [](int count) {
    return [count](Assembler& code) {
      for (int i = 0; i < count; ++i) code.barrier();
      code.exit();
    };
  };
  // The event `control` in c; BARRIER from c + 1 on; `release` in c + 2.
  CHECK(run(*device, 32, barriers(1)).performance[kIssueBarrier] == 2);
  CHECK(run(*device, 32, barriers(5)).performance[kIssueBarrier] == 10);
  CHECK(run(*device, 32, barriers(5)).performance[kBranches] == 0);
}

TEST_CASE("before its first warp lives a grid has no warp for its threads' number and three cycles",
          "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  const LaunchResult one = run(*device, 1, dependent_adds(1));
  const LaunchResult warp = run(*device, 32, dependent_adds(1));
  CHECK(beyond(warp, one)[kIssueNoWarp] == 31);
  CHECK(one.performance[kIssueNoWarp] >= 1 + 3 + 32);  // and 32 idle cycles at the end
}

TEST_CASE("every class is counted where a program is made for it", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  SECTION("warps without dependences fill the issue slots") {
    const LaunchResult result = run(*device, 128, [](Assembler& code) {
      for (std::uint32_t i = 0; i < 64; ++i) code.r(Op::kAdd, 8 + i % 16, 1, 2);
      code.exit();
    });
    // A slot takes eight cycles here: one pick, and seven in which no other is possible.
    CHECK(result.performance[kIssueSlotUsed] > 5 * result.performance[kIssuePicked]);
  }
  SECTION("scattered stores fill the memory queue") {
    const LaunchResult result = run(*device, 128, [](Assembler& code) {
      code.li(1, kData);
      code.csr(Op::kCsrrs, 2, isa::csr::kTidX, 0);
      code.i(Op::kSlli, 2, 2, 7);
      code.r(Op::kAdd, 1, 1, 2);
      for (int i = 0; i < 8; ++i) code.store(Op::kSw, 3, 1, 4 * i);
      code.exit();
    });
    CHECK(result.performance[kIssueMemoryQueue] > 100);
  }
  SECTION("a load's consumer waits for it, a fence for a store") {
    const LaunchResult result = run(*device, 32, [](Assembler& code) {
      global_address(code);
      code.i(Op::kLw, 3, 1, 0);
      code.i(Op::kAddi, 4, 3, 1);
      code.exit();
    });
    CHECK(result.performance[kIssueLoad] > 40);  // the memory's latency
    const LaunchResult fenced = run(*device, 32, [](Assembler& code) {
      global_address(code);
      code.store(Op::kSw, 2, 1, 0);
      code.fence();
      code.exit();
    });
    CHECK(fenced.performance[kIssueLoad] == 0);
    CHECK(fenced.performance[kIssueDrain] > 20);
  }
  SECTION("shared loads and atomics are loads, too") {
    const LaunchResult result = run(*device, 32, [](Assembler& code) {
      code.li(1, kSharedWindow);
      code.i(Op::kLw, 3, 1, 0);
      code.i(Op::kAddi, 4, 3, 1);
      code.exit();
    });
    CHECK(result.performance[kIssueLoad] > 5);
  }
  SECTION("a loop waits for control flow, the first instruction for the instruction cache") {
    constexpr int kTurns = 50;
    const LaunchResult result = run(*device, 32, [](Assembler& code) {
      code.li(1, kTurns);
      const auto loop = code.here();
      code.i(Op::kAddi, 1, 1, -1);
      code.branch(Op::kBne, 1, 0, loop);
      code.exit();
    });
    CHECK(result.performance[kIssueControl] > kTurns * 10);
    CHECK(result.performance[kIssueIcacheMiss] > 40);
    CHECK(result.performance[kIssueFetch] > 0);
    CHECK(result.performance[kBranches] == kTurns);
    CHECK(result.performance[kDivergentBranches] == 0);
    CHECK(result.performance[kReselections] == 0);
    CHECK(result.performance[kIcacheMisses] == 1);
    CHECK(result.performance[kIcacheFetches] == 1 + result.counters.instructions);
  }
}

TEST_CASE("a branch that parts the threads is divergent, and groups are selected", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  const LaunchResult result = run(*device, 32, [](Assembler& code) {
    const auto join = code.new_label();
    code.csr(Op::kCsrrs, 1, isa::csr::kTidX, 0);
    code.i(Op::kSltiu, 2, 1, 10);
    code.branch(Op::kBne, 2, 0, join);
    code.i(Op::kAddi, 3, 3, 1);
    code.place(join);
    code.branch(Op::kBne, 0, 0, join);
    code.exit();
  });
  CHECK(result.performance[kBranches] == 2);
  CHECK(result.performance[kDivergentBranches] == 1);
  // After the branch, and where the others wait.
  CHECK(result.performance[kReselections] == 2);
}

TEST_CASE("lines and beats of a warp's loads, stores and atomics", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  const std::uint64_t beats = kLineBytes * 8 / device->config().axi_data_bits;
  const LaunchResult result = run(*device, 32, [](Assembler& code) {
    global_address(code);
    code.i(Op::kLw, 3, 1, 0);  // two lines
    code.i(Op::kAddi, 3, 3, 1);
    code.i(Op::kLw, 4, 1, 0);
    code.i(Op::kAddi, 4, 4, 1);
    code.store(Op::kSw, 2, 1, 0);    // the same
    code.store(Op::kSw, 2, 1, 256);  // two others, whole
    code.exit();
  });
  const Performance& counts = result.performance;
  CHECK(counts[kL1LoadMisses] == 2);
  CHECK(counts[kL1LoadHits] == 2);
  CHECK(counts[kL2LoadMisses] == 2 + 2);  // and the code, and the line behind it
  CHECK(counts[kL2LoadHits] == 0);
  CHECK(counts[kL2StoreHits] == 2);
  CHECK(counts[kL2StoreMisses] == 2);
  CHECK(counts[kL2Evictions] == 0);
  CHECK(counts[kMemoryReadBeats] == 4 * beats);
  CHECK(counts[kMemoryWriteBeats] == 4 * beats);  // the flush at the end

  const LaunchResult atomic = run(*device, 1, [](Assembler& code) {
    code.li(1, kData);
    code.atomic(Op::kAmoaddW, 2, 3, 1);
    code.i(Op::kAddi, 2, 2, 1);
    code.atomic(Op::kAmoaddW, 2, 3, 1);
    code.exit();
  });
  CHECK(atomic.performance[kL2AtomicMisses] == 1);
  CHECK(atomic.performance[kL2AtomicHits] == 2);
  CHECK(atomic.performance[kIssueLoad] > 40);
}

TEST_CASE("modified lines beyond the L2's size are evicted", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  const std::uint64_t lines = device->config().l2_bytes / kLineBytes;
  constexpr int kStores = 96;  // of two lines each
  REQUIRE(2 * kStores > lines);
  const LaunchResult result = run(*device, 32, [](Assembler& code) {
    global_address(code);
    code.li(3, kStores);
    const auto loop = code.here();
    code.store(Op::kSw, 2, 1, 0);
    code.i(Op::kAddi, 1, 1, 128);
    code.i(Op::kAddi, 3, 3, -1);
    code.branch(Op::kBne, 3, 0, loop);
    code.exit();
  });
  // All lines but those that are still there are evicted; one of them may be code.
  CHECK(result.performance[kL2StoreMisses] == 2 * kStores);
  CHECK(result.performance[kL2Evictions] >= 2 * kStores - lines);
  CHECK(result.performance[kL2Evictions] <= 2 * kStores - lines + 1);
}

}  // namespace heddle::lockstep
