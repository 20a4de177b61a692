// Instruction buffer, scoreboard, scheduler, operand collector and register file together.
#include <catch2/catch.hpp>
#include <deque>
#include <memory>

#include "issue/instruction_buffer.hpp"
#include "issue/operand_collector.hpp"
#include "issue/register_file.hpp"
#include "issue/scoreboard.hpp"
#include "issue/warp_scheduler.hpp"

namespace heddle::timed {
namespace {

constexpr std::uint32_t kAdd = 0x002081B3;          // add x3, x1, x2
constexpr std::uint32_t kAddOfResult = 0x00118233;  // add x4, x3, x1
constexpr std::uint32_t kBarSync = 0x0020900B;      // bar.sync x1, x2
constexpr std::uint32_t kBarArrive = 0x0220900B;    // bar.arrive x1, x2
constexpr std::uint32_t kMultiplyAdd = 0x285171C3;  // fmadd.s x3, x2, x5, x5

Config with_lanes(std::uint32_t lanes) {
  Config config;
  config.warps = 4;
  config.lanes = lanes;
  config.lsu_queue = 4;
  return config;
}

struct Bench {
  explicit Bench(const Config& config)
      : buffer(config),
        scoreboard(config),
        scheduler(config),
        collector(config),
        registers(std::make_unique<RegisterFile>(config)) {}

  InstructionBuffer buffer;
  Scoreboard scoreboard;
  WarpScheduler scheduler;
  OperandCollector collector;
  std::unique_ptr<RegisterFile> registers;
  std::deque<Decoded> words;
  DecodedEvent decoded;
  ReleaseEvent release;
  ResultRow write;
  bool starved = false;
  std::uint32_t cycle = 0;
  std::uint32_t picks = 0;

  void decode(std::uint32_t warp, std::uint32_t word) {
    decoded.valid = true;
    decoded.warp = warp;
    decoded.mask = 0xFFFFFFFF;
    const Decoded& entry = words.emplace_back(isa::decode(word));
    REQUIRE(entry.instruction.op != isa::Op::kIllegal);
    decoded.decoded = &entry;
    decoded.drain = entry.instruction.drain;
    step();
  }
  void step() {
    const ReleaseEvent no_release;
    const WarpEvent no_event;
    InstructionBuffer::Inputs to_buffer;
    to_buffer.decoded = &decoded;
    to_buffer.pick = &scheduler.out().pick;
    Scoreboard::Inputs to_scoreboard;
    to_scoreboard.pick = &scheduler.out().pick;
    to_scoreboard.buffer = &buffer;
    to_scoreboard.fixed_release = &release;
    to_scoreboard.variable_release = &no_release;
    to_scoreboard.shared_store_done = &no_event;
    to_scoreboard.global_store_done = &no_event;
    to_scoreboard.tensor_store_done = &no_event;
    WarpScheduler::Inputs to_scheduler;
    to_scheduler.buffer = &buffer;
    to_scheduler.scoreboard = &scoreboard;
    to_scheduler.accepted = collector.out().accepted;
    OperandCollector::Inputs to_collector;
    to_collector.starved = starved;
    to_collector.issue = &buffer.out().issue;
    to_collector.registers = registers.get();
    buffer.eval(to_buffer);
    scoreboard.eval(to_scoreboard);
    scheduler.eval(to_scheduler);
    collector.eval(to_collector);
    registers->eval({&write});
    buffer.tick();
    scoreboard.tick();
    scheduler.tick();
    collector.tick();
    decoded.valid = release.valid = write.valid = false;
    ++cycle;
    picks += scheduler.out().pick.valid;
  }
  void fill(std::uint32_t warp, std::uint32_t reg, std::uint32_t lanes) {
    for (std::uint32_t beat = 0; beat < 32 / lanes; ++beat) {
      write.valid = write.writes_rd = true;
      write.warp = warp;
      write.rd = reg;
      write.beat = beat;
      write.mask = 0xFFFFFFFF >> (32 - lanes);
      for (std::uint32_t i = 0; i < lanes; ++i) write.data[i] = reg * 100 + beat * lanes + i;
      step();
    }
  }
  template <typename Condition>
  std::uint32_t wait(Condition condition) {
    while (!condition()) {
      REQUIRE(cycle < 1000);
      step();
    }
    return cycle;
  }
};

}  // namespace

TEST_CASE("An instruction goes from decode to its operand rows in twelve cycles") {
  for (const std::uint32_t lanes : {4U, 8U, 16U, 32U}) {
    Bench bench(with_lanes(lanes));
    bench.fill(1, 1, lanes);
    bench.fill(1, 2, lanes);
    // The streams' delays depend on cycle4; the rows do not.
    const std::uint32_t decoded = bench.cycle;
    bench.decode(1, kAdd);
    CHECK(bench.wait([&] { return bench.scheduler.out().pick.valid; }) == decoded + 3);
    CHECK(bench.wait([&] { return bench.collector.out().accepted; }) == decoded + 6);
    CHECK(bench.collector.out().threads == 32);
    CHECK(bench.wait([&] { return bench.collector.out().row.valid; }) == decoded + 12);
    for (std::uint32_t beat = 0; beat < 32 / lanes; ++beat) {
      const Row& row = bench.collector.out().row;
      REQUIRE(row.valid);
      CHECK(row.beat == beat);
      CHECK(row.first == (beat == 0));
      CHECK(row.last == (beat == 32 / lanes - 1));
      for (std::uint32_t i = 0; i < lanes; ++i) {
        CHECK(row.a[i] == 100 + beat * lanes + i);
        CHECK(row.b[i] == 200 + beat * lanes + i);
        CHECK(row.c[i] == 0);
      }
      bench.step();
    }
    CHECK_FALSE(bench.collector.out().row.valid);
  }
}

TEST_CASE("A dependent instruction is picked seventeen cycles after the one that it waits for") {
  Bench bench(with_lanes(16));
  bench.decode(0, kAdd);
  bench.decode(0, kAddOfResult);
  const std::uint32_t first = bench.wait([&] { return bench.scheduler.out().pick.valid; });
  const std::uint32_t row = bench.wait([&] { return bench.collector.out().row.valid; });
  while (bench.cycle < row + 9 - 4) {
    bench.step();
    CHECK_FALSE(bench.scheduler.out().pick.valid);
  }
  bench.release = {true, 0, 3, true};
  bench.step();
  CHECK(bench.wait([&] { return bench.scheduler.out().pick.valid; }) == first + 17);
}

TEST_CASE("Three streams of one instruction never wait, whatever the phase") {
  for (int offset = 0; offset < 4; ++offset) {
    Bench bench(with_lanes(32));
    for (int i = 0; i < offset; ++i) bench.step();
    const std::uint32_t decoded = bench.cycle;
    bench.decode(0, kMultiplyAdd);
    CHECK(bench.wait([&] { return bench.collector.out().accepted; }) == decoded + 6);
  }
}

TEST_CASE("Nothing is accepted in the cycle behind a barrier instruction") {
  const auto distance = [](std::uint32_t lanes, std::uint32_t first) {
    Bench bench(with_lanes(lanes));
    bench.starved = true;
    bench.decode(0, first);
    bench.decode(1, kAdd);
    for (int i = 0; i < 10; ++i) bench.step();
    bench.starved = false;
    const auto accepted = [&] { return bench.collector.out().accepted; };
    const std::uint32_t before = bench.wait(accepted);
    bench.step();
    return bench.wait(accepted) - before;
  };
  CHECK(distance(32, kAdd) == 1);
  CHECK(distance(32, kBarSync) == 2);
  CHECK(distance(32, kBarArrive) == 2);
  CHECK(distance(16, kBarSync) == 2);
  CHECK(distance(8, kBarSync) == 4);
}

TEST_CASE("Writeback's starvation holds the operand collector back until the queue's credits end") {
  Bench bench(with_lanes(4));
  bench.starved = true;
  for (std::uint32_t warp = 0; warp < 4; ++warp) bench.decode(warp, kAdd);
  for (int i = 0; i < 50; ++i) {
    bench.step();
    CHECK_FALSE(bench.collector.out().accepted);
  }
  CHECK(bench.picks == 2);  // ISSUE_QUEUE with eight beats
}

TEST_CASE(
    "Starvation for the time of an instruction leaves a gap of one at most, whenever it begins") {
  for (const std::uint32_t lanes : {4U, 8U, 16U, 32U}) {
    const std::uint32_t beats = 32 / lanes;
    for (std::uint32_t begin = 0; begin < beats; ++begin) {
      Bench bench(with_lanes(lanes));
      for (std::uint32_t warp = 0; warp < 2; ++warp) bench.decode(warp, kAdd);
      const auto accepted = [&] { return bench.collector.out().accepted; };
      const std::uint32_t first = bench.wait(accepted);
      std::uint32_t second = 0;
      for (std::uint32_t cycle = 0; second == 0; ++cycle) {
        REQUIRE(cycle < 100);
        bench.starved = cycle >= begin && cycle < begin + beats;
        bench.step();
        if (accepted()) second = bench.cycle;
      }
      CHECK(second - first > beats);
      CHECK(second - first <= 2 * beats);
    }
  }
}

}  // namespace heddle::timed
