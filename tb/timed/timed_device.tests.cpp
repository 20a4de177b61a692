// The timed device against the functional one: same memory, exit status and counts, whatever the
// memory's timing; and how it stops.
#include "timed/timed_device.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <memory>
#include <vector>

#include "functional/functional_device.hpp"
#include "random/assembler.hpp"
#include "random/random_program.hpp"

namespace {

using heddle::Config;
using heddle::Device;
using heddle::LaunchResult;
using heddle::LaunchStatus;
using heddle::MemoryTiming;
using heddle::random::Options;
using heddle::random::Program;
using heddle::random::random_program;

constexpr std::uint64_t kCycleLimit = 20'000'000;

struct Outcome {
  LaunchResult result;
  std::vector<std::byte> memory;  // all mapped regions
};

Outcome run(const Program& program, Device& device) {
  program.load(device);
  heddle::Launch launch = program.launch;
  launch.cycle_limit = kCycleLimit;
  Outcome outcome;
  outcome.result = device.run(launch, {});
  for (const heddle::Region& region : program.regions) {
    const std::size_t before = outcome.memory.size();
    outcome.memory.resize(before + (region.limit - region.base));
    device.read_memory(region.base, std::span(outcome.memory).subspan(before));
  }
  return outcome;
}

void compare(const Config& config, std::uint64_t first, std::uint64_t last, const Options& options,
             const MemoryTiming& timing, bool l1_bypass = false) {
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    Program program = random_program(seed, config, options);
    program.launch.l1_bypass = l1_bypass;
    const Outcome expected = run(program, *heddle::make_functional_device(config));
    const Outcome actual = run(program, *heddle::make_timed_device(config, timing));
    INFO(program.describe());
    INFO(actual.result.message);
    REQUIRE(actual.result.status == LaunchStatus::kOk);
    REQUIRE(actual.result.exit_status == expected.result.exit_status);
    REQUIRE(actual.result.counters.ctas_done == expected.result.counters.ctas_done);
    REQUIRE(std::memcmp(actual.memory.data(), expected.memory.data(), expected.memory.size()) == 0);
    if (options.bulk_copies || options.tensor) continue;  // threads spin
    REQUIRE(actual.result.counters.instructions == expected.result.counters.instructions);
    REQUIRE(actual.result.counters.thread_instructions ==
            expected.result.counters.thread_instructions);
    REQUIRE(actual.result.counters.global_accesses == expected.result.counters.global_accesses);
    REQUIRE(actual.result.counters.global_lines == expected.result.counters.global_lines);
  }
}

Config variation(const char* name, std::uint32_t lanes, std::uint32_t channels) {
  Config result = Config::load(name);
  result.name = "variation";
  result.lanes = lanes;
  result.channels = channels;
  return result;
}

Config with_l2(const char* name, std::uint32_t sets, std::uint32_t ways,
               std::uint32_t outstanding) {
  Config result = Config::load(name);
  result.name = "variation";
  result.l2_bytes = result.channels * Config::kLineBytes * ways * sets;
  result.l2_ways = ways;
  result.axi_outstanding = outstanding;
  return result;
}

Config with_l1(const char* name, std::uint32_t sets, std::uint32_t ways) {
  Config result = Config::load(name);
  result.name = "variation";
  result.l1_bytes = Config::kLineBytes * ways * sets;
  result.l1_ways = ways;
  return result;
}

constexpr std::uint32_t kCode = 0x1000;

/// A device whose memory holds a loop without end at kCode.
std::unique_ptr<Device> device_with_endless_loop(const Config& config) {
  std::unique_ptr<Device> device = heddle::make_timed_device(config, MemoryTiming{});
  constexpr std::uint32_t kJumpToItself = 0x0000006f;
  device->write_memory(kCode, std::as_bytes(std::span(&kJumpToItself, 1)));
  const heddle::Region regions[] = {{kCode, kCode + 0x1000, heddle::kRead | heddle::kExecute}};
  device->set_regions(regions);
  return device;
}

heddle::Launch endless_launch() {
  heddle::Launch launch;
  launch.entry = kCode;
  launch.block = {40, 1, 1};
  launch.grid = {3, 1, 1};
  return launch;
}

}  // namespace

TEST_CASE("the timed device computes what the functional device computes") {
  compare(Config::load("nano"), 1, 60, {}, {});
  compare(Config::load("base"), 61, 120, {}, {});
}

TEST_CASE("programs with bulk copies compute what they do on the functional device") {
  const Options copies{.bulk_copies = true};
  compare(Config::load("ecp5"), 1, 40, copies, {});
  compare(Config::load("base"), 41, 60, copies, {.latency = 60, .seed = 4});
  compare(variation("ecp5", 4, 2), 61, 75, copies, {.latency = 5, .seed = 0});
  compare(variation("ecp5", 32, 4), 76, 90, copies, {.latency = 90, .seed = 9});
}

TEST_CASE("programs with the matrix engine compute what they do on the functional device") {
  const Options tensor{.tensor = true};
  compare(Config::load("ecp5"), 1, 40, tensor, {});
  compare(Config::load("base"), 41, 60, tensor, {.latency = 60, .seed = 4});
  compare(Config::load("wide"), 61, 75, tensor, {});
  compare(variation("ecp5", 4, 2), 76, 90, tensor, {.latency = 5, .seed = 0});
  compare(variation("ecp5", 32, 4), 91, 105, {.bulk_copies = true, .tensor = true},
          {.latency = 90, .seed = 9});
  Config units = variation("base", 16, 1);
  units.tensor_m = 2;
  units.tensor_n = 8;
  compare(units, 106, 120, tensor, {});
}

TEST_CASE("thread blocks of a full machine compute the same as well") {
  compare(Config::load("base"), 1, 10,
          {.statements = 200, .maximum_ctas = 16, .maximum_threads = 1024}, {});
}

TEST_CASE("a memory that is slow, fast, jittery or seldom ready changes nothing but time") {
  compare(Config::load("nano"), 200, 220, {}, {.latency = 1, .seed = 0});
  compare(Config::load("base"), 200, 220, {}, {.latency = 300, .seed = 5});
  compare(Config::load("nano"), 221, 240, {}, {.latency = 40, .seed = 6});
}

TEST_CASE("other numbers of lanes and channels compute the same") {
  compare(variation("nano", 8, 2), 300, 315, {}, {});
  compare(variation("nano", 16, 4), 316, 330, {}, {});
  compare(variation("base", 32, 8), 331, 345, {}, {});
  compare(variation("base", 4, 1), 346, 360, {}, {});
}

TEST_CASE("an L2 of any size computes the same") {
  compare(with_l2("nano", 1, 1, 1), 400, 415, {}, {});
  compare(with_l2("nano", 1, 2, 4), 416, 430, {}, {.latency = 9, .seed = 2});
  compare(with_l2("base", 1, 1, 8), 431, 445, {}, {.latency = 70, .seed = 3});
  compare(with_l2("base", 2, 4, 3), 446, 460, {}, {.latency = 20, .seed = 4});
}

TEST_CASE("an L1 of any size, none, or one that is bypassed computes the same") {
  compare(with_l1("nano", 2, 1), 500, 515, {}, {});
  compare(with_l1("base", 2, 4), 516, 530, {}, {.latency = 9, .seed = 2});
  compare(with_l1("nano", 0, 1), 531, 545, {}, {.latency = 70, .seed = 3});
  compare(with_l1("base", 0, 4), 546, 560, {}, {});
  compare(Config::load("nano"), 561, 575, {}, {}, true);
  compare(Config::load("base"), 576, 590, {}, {.latency = 20, .seed = 4}, true);
}

TEST_CASE("a run repeats cycle by cycle, also on a device that was used before") {
  const Config config = Config::load("base");
  const MemoryTiming timing{.latency = 40, .seed = 3};
  const Program program = random_program(7, config);
  const Outcome first = run(program, *heddle::make_timed_device(config, timing));
  const Outcome second = run(program, *heddle::make_timed_device(config, timing));
  CHECK(first.result.counters.cycles == second.result.counters.cycles);

  const auto device = heddle::make_timed_device(config, MemoryTiming{});
  const Outcome third = run(program, *device);
  const Outcome fourth = run(program, *device);
  CHECK(third.result.counters.cycles == fourth.result.counters.cycles);
}

TEST_CASE("the cycle limit stops an endless grid, and tells where its warps were") {
  const auto device = device_with_endless_loop(Config::load("nano"));
  heddle::Launch launch = endless_launch();
  launch.cycle_limit = 5000;
  for (int repeat = 0; repeat < 2; ++repeat) {
    const LaunchResult result = device->run(launch, {});
    CHECK(result.status == LaunchStatus::kCycleLimit);
    CHECK(result.counters.cycles >= 5000);
    CHECK(result.counters.cycles < 5500);
    REQUIRE(result.warps.size() == 4);
    for (const heddle::WarpPosition& warp : result.warps) {
      CHECK(warp.pc == kCode);
      CHECK(warp.alive == (warp.warp % 2 == 0 ? 0xffffffff : 0xff));
      CHECK(warp.mask == warp.alive);
    }
  }
}

TEST_CASE("a progress callback that says no interrupts a grid") {
  const auto device = device_with_endless_loop(Config::load("nano"));
  int calls = 0;
  const LaunchResult result = device->run(endless_launch(), [&](const heddle::Progress& progress) {
    CHECK(progress.ctas_total == 3);
    CHECK(progress.ctas_done == 0);
    return ++calls < 3;
  });
  CHECK(result.status == LaunchStatus::kInterrupted);
  CHECK(calls == 3);
}

TEST_CASE("an error of the memory is a fault, of whole lines when they are written back") {
  using heddle::isa::Op;
  constexpr std::uint32_t kNoMemory = 0xe0000000;  // the memory's answers are errors from here on
  const auto device = heddle::make_timed_device(Config::load("nano"), MemoryTiming{});
  const heddle::Region regions[] = {
      {kCode, kCode + 0x1000, heddle::kRead | heddle::kExecute},
      {kNoMemory, kNoMemory + 0x10000, heddle::kRead | heddle::kWrite},
  };
  device->set_regions(regions);
  heddle::Launch launch = endless_launch();
  launch.grid = {1, 1, 1};
  launch.block = {32, 1, 1};
  launch.local_base = kNoMemory;
  launch.local_shift = 8;
  const struct {
    Op op;
    std::uint32_t cause, mask;
  } cases[] = {{Op::kLw, 5, 0xffff}, {Op::kSb, 7, 0xffff}, {Op::kSw, 7, 0}, {Op::kAmoaddW, 7, 1}};
  for (const auto& wanted : cases) {
    heddle::random::Assembler code(kCode);
    code.li(6, 0xe0000008);  // local memory: 32 words side by side are two lines
    switch (wanted.op) {
      case Op::kLw: code.i(wanted.op, 7, 6, 0); break;
      case Op::kAmoaddW: code.atomic(wanted.op, 7, 7, 6); break;
      default: code.store(wanted.op, 7, 6, 0); break;
    }
    code.exit();
    const std::vector<std::uint32_t> words = code.finish();
    device->write_memory(kCode, std::as_bytes(std::span(words)));
    const LaunchResult result = device->run(launch, {});
    INFO(heddle::isa::name(wanted.op) << ": " << result.message);
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.fault.cause == wanted.cause);
    CHECK(result.fault.mask == wanted.mask);
    CHECK(result.fault.address == 0);
  }
}

TEST_CASE("a fault stops the grid and leaves the device usable") {
  const Config config = Config::load("nano");
  const auto device = device_with_endless_loop(config);
  heddle::Launch launch = endless_launch();
  launch.entry = kCode + 0x1000;
  launch.cycle_limit = 100'000;
  const LaunchResult faulted = device->run(launch, {});
  CHECK(faulted.status == LaunchStatus::kFault);
  CHECK(faulted.fault.cause == 1);
  CHECK(faulted.fault.pc == kCode + 0x1000);
  CHECK(faulted.fault.mask == 0xffffffff);

  const Program program = random_program(11, config);
  const Outcome after = run(program, *device);
  CHECK(after.result.status == LaunchStatus::kOk);
  const Outcome expected = run(program, *heddle::make_functional_device(config));
  CHECK(std::memcmp(after.memory.data(), expected.memory.data(), expected.memory.size()) == 0);
}
