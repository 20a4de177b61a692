// lockstep-random: random programs on the verilated RTL and the golden model in lockstep.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "coverage/crosses.hpp"
#include "lockstep/random_lockstep.hpp"

int main(int argc, char** argv) {
  using heddle::lockstep::RandomRun;
  RandomRun wanted;
  std::uint64_t seeds = 1;
  bool stop = false;
  CLI::App app("Random programs on RTL and golden model in lockstep");
  app.add_option("--config", wanted.config, "Configuration");
  app.add_option("--seed", wanted.seed, "First seed");
  app.add_option("--seeds", seeds, "Number of seeds");
  app.add_flag("--crosses", wanted.crosses,
               "Programs made for coverage instead (tb/coverage/crosses.hpp)");
  std::uint64_t rounds = 0;
  app.add_option("--rounds", rounds,
                 "All programs of so many rounds of --crosses, instead of --seeds");
  app.add_flag("--stop", stop, "End at the first program that fails");
  auto* latency =
      app.add_option("--latency", wanted.latency, "Memory latency in cycles (default: by seed)");
  auto* memory_seed = app.add_option("--memory-seed", wanted.memory_seed,
                                     "Seed of the latency's jitter, 0: none (default: by seed)");
  CLI11_PARSE(app, argc, argv);

  if (wanted.crosses && rounds != 0) seeds = rounds * heddle::coverage::cross_programs();
  std::uint64_t cycles = 0, failures = 0;
  double seconds = 0;
  try {
    for (std::uint64_t i = 0; i < seeds; ++i) {
      RandomRun run = RandomRun::of(wanted.config, wanted.seed + i);
      run.crosses = wanted.crosses;
      if (latency->count() > 0) run.latency = wanted.latency;
      if (memory_seed->count() > 0) run.memory_seed = wanted.memory_seed;
      const auto outcome = heddle::lockstep::run_random(run);
      cycles += outcome.result.cycles_compared;
      seconds += outcome.result.seconds;
      if (outcome.problem.empty()) continue;
      ++failures;
      fmt::print("seed {}: {}\n  this program: {}\n", run.seed, outcome.problem, run.command());
      std::fflush(stdout);
      // Else the next program would overwrite the waveform that was asked for.
      if (stop || std::getenv("HEDDLE_WAVE") != nullptr) break;
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "lockstep-random: {}\n", error.what());
    return 2;
  }
  fmt::print("{}: {} programs, {} failed, {} cycles compared, {:.0f} cycles/s\n", wanted.config,
             seeds, failures, cycles, seconds > 0 ? static_cast<double>(cycles) / seconds : 0.0);
  return failures == 0 ? 0 : 1;
}
