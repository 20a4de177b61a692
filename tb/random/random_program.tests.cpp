// Random programs on the functional device: they end well, and what they compute does not depend on
// the configuration.
#include "random/random_program.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <set>

#include "functional/functional_device.hpp"
#include "isa/instructions.hpp"
#include "random/assembler.hpp"

namespace {

using heddle::Config;
using heddle::LaunchResult;
using heddle::LaunchStatus;
using heddle::Race;
using heddle::random::Options;
using heddle::random::Program;
using heddle::random::random_program;
namespace isa = heddle::isa;

constexpr std::uint64_t kSeeds = 300;
constexpr std::uint64_t kInstructionLimit = 10'000'000;

struct Outcome {
  LaunchResult result;
  std::vector<std::byte> memory;  // all mapped regions
};

Outcome run(Program program, const Config& config) {
  const auto device = heddle::make_functional_device(config);
  program.load(*device);
  program.launch.cycle_limit = kInstructionLimit;
  Outcome outcome;
  outcome.result = device->run(program.launch, {});
  for (const heddle::Region& region : program.regions) {
    const std::size_t before = outcome.memory.size();
    outcome.memory.resize(before + (region.limit - region.base));
    device->read_memory(region.base, std::span(outcome.memory).subspan(before));
  }
  return outcome;
}

Config variation(const Config& config, std::uint32_t warps, std::uint32_t lanes,
                 std::uint32_t cta_slots) {
  Config result = config;
  result.name = "variation";
  result.warps = warps;
  result.lanes = lanes;
  result.cta_slots = cta_slots;
  return result;
}

}  // namespace

TEST_CASE("random programs end and compute the same in every configuration") {
  const Config nano = Config::load("nano");
  const std::vector<Config> others = {Config::load("base"), variation(nano, 4, 32, 1),
                                      variation(nano, 8, 8, 2), variation(nano, 16, 16, 4)};
  std::uint64_t instructions = 0, lanes = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Program program = random_program(seed, nano);
    const Outcome first = run(program, nano);
    INFO(program.describe());
    INFO(first.result.message);
    REQUIRE(first.result.status == LaunchStatus::kOk);
    REQUIRE(first.result.counters.ctas_done ==
            program.launch.grid.x * program.launch.grid.y * program.launch.grid.z);
    instructions += first.result.counters.instructions;
    lanes += first.result.counters.thread_instructions;
    for (const Config& config : others) {
      const Outcome other = run(program, config);
      CAPTURE(config.warps, config.lanes, config.cta_slots);
      REQUIRE(other.result.status == LaunchStatus::kOk);
      REQUIRE(other.result.exit_status == first.result.exit_status);
      REQUIRE(other.result.counters.instructions == first.result.counters.instructions);
      REQUIRE(other.result.counters.thread_instructions ==
              first.result.counters.thread_instructions);
      REQUIRE(std::memcmp(other.memory.data(), first.memory.data(), first.memory.size()) == 0);
    }
  }
  // Enough to be worth it, not too much for simulated hardware; and the groups are neither full nor
  // single threads.
  CHECK(instructions / kSeeds > 500);
  CHECK(instructions / kSeeds < 20'000);
  CHECK(lanes < instructions * 28);
  CHECK(lanes > instructions * 4);
}

TEST_CASE("random programs are a function of their seed") {
  const Config nano = Config::load("nano");
  CHECK(random_program(5, nano).code == random_program(5, nano).code);
  CHECK(random_program(5, nano).code == random_program(5, Config::load("base")).code);
  CHECK(random_program(5, nano).code != random_program(6, nano).code);
}

TEST_CASE("random programs contain every instruction but ebreak and the illegal ones") {
  const Config ecp5 = Config::load("ecp5");
  std::set<isa::Op> seen;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    for (const bool engines : {false, true}) {
      const Options options{.bulk_copies = engines, .tensor = engines};
      for (const std::uint32_t word : random_program(seed, ecp5, options).code) {
        seen.insert(isa::decode(word).op);
      }
    }
  }
  for (std::size_t i = 1; i < isa::kOpCount; ++i) {
    const auto op = static_cast<isa::Op>(i);
    if (op == isa::Op::kEbreak) continue;
    INFO(isa::name(op));
    CHECK(seen.contains(op));
  }
  CHECK_FALSE(seen.contains(isa::Op::kIllegal));
}

TEST_CASE("random programs with bulk copies compute the same in every configuration") {
  const Config ecp5 = Config::load("ecp5");
  const std::vector<Config> others = {Config::load("base"), variation(ecp5, 4, 32, 1),
                                      variation(ecp5, 16, 4, 2)};
  std::uint32_t copies = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds / 3; ++seed) {
    const Program program = random_program(seed, ecp5, {.bulk_copies = true});
    for (const std::uint32_t word : program.code) {
      copies += isa::decode(word).op == isa::Op::kBulkLoad ? 1 : 0;
    }
    const Outcome first = run(program, ecp5);
    INFO(program.describe());
    INFO(first.result.message);
    REQUIRE(first.result.status == LaunchStatus::kOk);
    for (const Config& config : others) {
      const Outcome other = run(program, config);
      CAPTURE(config.warps, config.lanes, config.cta_slots);
      REQUIRE(other.result.status == LaunchStatus::kOk);
      REQUIRE(std::memcmp(other.memory.data(), first.memory.data(), first.memory.size()) == 0);
    }
  }
  CHECK(copies > kSeeds / 3);
}

TEST_CASE("random programs with the matrix engine end, and have no races") {
  std::uint32_t mmas = 0;
  for (const char* name : {"ecp5", "base", "wide"}) {
    const Config config = Config::load(name);
    for (std::uint64_t seed = 1; seed <= kSeeds / 6; ++seed) {
      const Program program = random_program(seed, config, {.tensor = true});
      for (const std::uint32_t word : program.code) {
        mmas += isa::decode(word).op == isa::Op::kTensorMma ? 1 : 0;
      }
      const auto device = heddle::make_functional_device(config, {.races = true});
      program.load(*device);
      const LaunchResult result = device->run(program.launch, {});
      INFO(program.describe());
      INFO(result.message);
      REQUIRE(result.status == LaunchStatus::kOk);
      REQUIRE(std::ranges::none_of(result.races, &Race::tensor));
    }
  }
  CHECK(mmas > kSeeds / 3);
}

TEST_CASE("random programs keep clear of the timing CSRs unless they are allowed") {
  const Config nano = Config::load("nano");
  const auto reads_time = [](const Program& program) {
    for (const std::uint32_t word : program.code) {
      const isa::Instruction instruction = isa::decode(word);
      const std::uint32_t number = instruction.imm & 0xfff;
      if (instruction.unit == isa::Unit::kCsr && number >= isa::csr::kCycle &&
          number <= isa::csr::kInstreth) {
        return true;
      }
    }
    return false;
  };
  int with_timing = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    CHECK_FALSE(reads_time(random_program(seed, nano)));
    if (reads_time(random_program(seed, nano, {.timing_csrs = true}))) ++with_timing;
  }
  CHECK(with_timing > 10);
}

TEST_CASE("long random programs with large thread blocks end as well") {
  const Config base = Config::load("base");
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Program program = random_program(
        seed, base, {.statements = 300, .maximum_ctas = 16, .maximum_threads = 1024});
    const Outcome outcome = run(program, base);
    INFO(program.describe());
    INFO(outcome.result.message);
    REQUIRE(outcome.result.status == LaunchStatus::kOk);
  }
}
