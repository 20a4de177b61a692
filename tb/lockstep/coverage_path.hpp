// Where a process leaves its coverage.
#pragma once

#include <cstdlib>
#include <string>

#include <unistd.h>

namespace heddle::lockstep {

/// $HEDDLE_COVERAGE/CONFIG.PROCESS, to which an ending is added; empty: coverage is not wanted.
inline std::string coverage_path(const char* config) {
  const char* folder = std::getenv("HEDDLE_COVERAGE");
  if (folder == nullptr) return {};
  return std::string(folder) + "/" + config + "." + std::to_string(getpid());
}

}  // namespace heddle::lockstep
