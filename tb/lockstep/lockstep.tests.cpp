// RTL and golden model in lockstep: random programs, and how launches end.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "lockstep/directed.hpp"
#include "lockstep/open_rtl.hpp"
#include "lockstep/random_lockstep.hpp"
#include "random/assembler.hpp"

namespace {

using heddle::Launch;
using heddle::LaunchResult;
using heddle::LaunchStatus;
using heddle::isa::Op;
using heddle::lockstep::directed_launch;
using heddle::lockstep::open_rtl;
using heddle::lockstep::RandomRun;
using heddle::lockstep::run_directed;
using heddle::lockstep::run_random;
using heddle::random::Assembler;

// HEDDLE_SEEDS: random programs a test run, over all configurations.
std::uint64_t seeds(std::uint64_t share_of_ten) {
  const char* text = std::getenv("HEDDLE_SEEDS");
  const std::uint64_t total = text != nullptr ? std::strtoull(text, nullptr, 10) : 500;
  return total * share_of_ten / 10;
}

void run_seeds(const std::string& config, std::uint64_t count) {
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    const RandomRun run = RandomRun::of(config, seed);
    const auto outcome = run_random(run);
    INFO("seed " << seed << ", to repeat: " << run.command());
    INFO(outcome.problem);
    REQUIRE(outcome.problem.empty());
    REQUIRE(outcome.result.cycles_compared >= outcome.result.counters.cycles);
  }
}

}  // namespace

TEST_CASE("random programs run in lockstep on nano", "[nano]") { run_seeds("nano", seeds(6)); }

TEST_CASE("random programs run in lockstep on base", "[base]") { run_seeds("base", seeds(2)); }

TEST_CASE("random programs run in lockstep on ecp5", "[ecp5]") { run_seeds("ecp5", seeds(1)); }

TEST_CASE("random programs run in lockstep on wide", "[wide]") { run_seeds("wide", seeds(1)); }

TEST_CASE("a launch that never ends is stopped at its limit, with where its warps were", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  Launch launch = directed_launch();
  launch.cycle_limit = 5'000;
  const LaunchResult result = run_directed(*device, launch, [](Assembler& code) {
    const auto loop = code.here();
    code.jal(0, loop);
  });
  INFO(result.message);
  CHECK(result.status == LaunchStatus::kCycleLimit);
  CHECK_FALSE(result.warps.empty());
}

TEST_CASE("the exit status of ecall reaches the host", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  const LaunchResult result = run_directed(*device, directed_launch(), [](Assembler& code) {
    code.li(10, 42);
    code.li(17, 93);
    code.emit(Op::kEcall, {});
  });
  INFO(result.message);
  CHECK(result.status == LaunchStatus::kOk);
  CHECK(result.exit_status == 42);
}
