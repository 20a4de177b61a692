#include "lockstep/random_lockstep.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "coverage/crosses.hpp"
#include "functional/functional_device.hpp"
#include "lockstep/directed.hpp"
#include "lockstep/open_rtl.hpp"
#include "random/random_program.hpp"

namespace heddle::lockstep {
namespace {

constexpr std::array<std::uint32_t, 5> kLatencies = {1, 8, 25, 60, 170};
constexpr std::uint64_t kCycleLimit = 5'000'000;
// Every so many programs one reads the timing CSRs, one is long (its code does not fit into the
// small instruction cache), one has large thread blocks, one starts with random state.
constexpr std::uint64_t kTimingPeriod = 3;
constexpr std::uint64_t kLongPeriod = 7;
constexpr std::uint64_t kLargePeriod = 4;
constexpr std::uint64_t kRandomStatePeriod = 2;
constexpr std::uint64_t kSpinsPeriod = 4;  // these, and those with timing CSRs
constexpr std::uint64_t kCopiesPeriod = 3;
constexpr std::uint64_t kTensorPeriod = 3;
constexpr std::uint64_t kTensorAndCopiesPeriod = 9;
// Warps of the grids of most programs: many CTAs, one after the other, show little that few do not.
constexpr std::uint64_t kManyWarpsPeriod = 8;
constexpr std::uint32_t kFewWarps = 6;

/// HEDDLE_WAVE and HEDDLE_WAVE_WINDOW=begin:end, as the CUDA runtime reads them.
void read_wave_options(DeviceOptions& options) {
  if (const char* path = std::getenv("HEDDLE_WAVE"); path != nullptr) options.wave_path = path;
  const char* window = std::getenv("HEDDLE_WAVE_WINDOW");
  if (window == nullptr) return;
  char* colon = nullptr;
  options.wave_begin = std::strtoull(window, &colon, 10);
  if (*colon == ':') options.wave_end = std::strtoull(colon + 1, nullptr, 10);
}

}  // namespace

RandomRun RandomRun::of(const std::string& config, std::uint64_t seed) {
  return {.config = config,
          .seed = seed,
          .latency = kLatencies[seed % kLatencies.size()],
          .memory_seed = seed % 2 == 0 ? seed : 0};
}

std::string RandomRun::command() const {
  return fmt::format(HEDDLE_BIN_DIR
                     "/lockstep-random --config {} --seed {} --latency {} --memory-seed {}{}",
                     config, seed, latency, memory_seed, crosses ? " --crosses" : "");
}

namespace {

DeviceOptions device_options(const RandomRun& run) {
  DeviceOptions options;
  options.memory_latency = run.latency;
  options.memory_seed = run.memory_seed;
  options.rerun = run.command();
  if (run.seed % kRandomStatePeriod == 0) options.x_seed = run.seed;
  read_wave_options(options);
  return options;
}

/// Says what went wrong, if anything did.
RandomOutcome judge(LaunchResult result) {
  RandomOutcome outcome{.result = std::move(result), .problem = {}};
  if (outcome.result.status != LaunchStatus::kOk) {
    outcome.problem =
        outcome.result.message.empty() ? "the launch did not end well" : outcome.result.message;
    if (!outcome.result.rerun.empty()) outcome.problem += "\n  to see it: " + outcome.result.rerun;
    return outcome;
  }
  std::uint64_t classes = 0;
  for (std::size_t i = 0; i < kIssueClasses; ++i) classes += outcome.result.performance.values[i];
  if (classes != outcome.result.counters.cycles) {
    outcome.problem = fmt::format("the issue classes add up to {} cycles of {}", classes,
                                  outcome.result.counters.cycles);
  }
  return outcome;
}

RandomOutcome run_crosses(const RandomRun& run) {
  const std::uint64_t number = run.seed - 1;
  const std::uint32_t programs = coverage::cross_programs();
  const random::Program program = coverage::cross_program(
      static_cast<std::uint32_t>(number % programs), static_cast<std::uint32_t>(number / programs));
  DeviceOptions options = device_options(run);
  options.x_seed = 0;  // they read shared memory that nobody has written
  const auto device = open_rtl("lockstep", run.config, options);
  program.load(*device);
  return judge(device->run(program.launch, {}));
}

}  // namespace

RandomOutcome run_random(const RandomRun& run) {
  if (run.crosses) return run_crosses(run);
  const Config config = Config::load(run.config);
  const bool timing = run.seed % kTimingPeriod == 0;
  const bool large = run.seed % kLargePeriod == 0;
  const bool many = run.seed % kManyWarpsPeriod == 1;
  const bool spins = timing || run.seed % kSpinsPeriod == 2;
  const bool copies = config.copy_tags != 0 && run.seed % kCopiesPeriod == 1;
  const bool tensor = config.tensor_m != 0 &&
                      (run.seed % kTensorPeriod == 2 || run.seed % kTensorAndCopiesPeriod == 4);
  random::Program program =
      random::random_program(run.seed, config,
                             {.statements = run.seed % kLongPeriod == 0 ? 100u : 24u,
                              .maximum_ctas = large ? 3u : 8u,
                              .maximum_warps = many ? 256u : kFewWarps,
                              .maximum_threads = large ? 1024u : 128u,
                              .timing_csrs = timing,
                              .spins = spins,
                              .bulk_copies = copies,
                              .tensor = tensor});
  program.launch.cycle_limit = kCycleLimit;
  const auto device = open_rtl("lockstep", run.config, device_options(run));
  program.load(*device);
  RandomOutcome outcome = judge(device->run(program.launch, {}));
  if (!outcome.problem.empty()) return outcome;
  if (timing) return outcome;
  const auto reference = make_functional_device(config);
  program.load(*reference);
  const LaunchResult expected = reference->run(program.launch, {});
  if (spins || copies || tensor) {  // so often that counts differ
    outcome.problem = compare_memory(*device, *reference, program.regions);
    return outcome;
  }
  if (outcome.result.counters.instructions != expected.counters.instructions) {
    outcome.problem =
        fmt::format("{} instructions, the functional model has {}",
                    outcome.result.counters.instructions, expected.counters.instructions);
    return outcome;
  }
  for (const PerformanceCounter counter :
       {PerformanceCounter::kBranches, PerformanceCounter::kDivergentBranches}) {
    if (outcome.result.performance[counter] == expected.performance[counter]) continue;
    outcome.problem = fmt::format(
        "{} {}, the functional model has {}", outcome.result.performance[counter],
        kPerformanceNames[static_cast<std::size_t>(counter)], expected.performance[counter]);
    return outcome;
  }
  outcome.problem = compare_memory(*device, *reference, program.regions);
  return outcome;
}

}  // namespace heddle::lockstep
