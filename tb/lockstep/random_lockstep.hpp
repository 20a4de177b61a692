// One random program, or one of those for crosses (coverage/crosses.hpp), in lockstep; random ones
// are checked against the functional model.
#pragma once

#include <cstdint>
#include <string>

#include "device/device.hpp"

namespace heddle::lockstep {

struct RandomRun {
  std::string config = "nano";
  std::uint64_t seed = 1;
  std::uint32_t latency = 40;     ///< of the memory, in clock cycles
  std::uint64_t memory_seed = 0;  ///< 0: fixed latency
  bool crosses = false;  ///< not a random program: from seed 1 on round 0's, then round 1's, ...

  /// A run with latency and jitter chosen by the seed.
  static RandomRun of(const std::string& config, std::uint64_t seed);

  /// The shell command for exactly this run.
  std::string command() const;
};

struct RandomOutcome {
  LaunchResult result;
  std::string problem;  ///< empty: all is well
};

/// Every third program reads the timing CSRs; all others must compute what the functional model
/// computes.
RandomOutcome run_random(const RandomRun& run);

}  // namespace heddle::lockstep
