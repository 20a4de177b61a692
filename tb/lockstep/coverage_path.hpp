// Where a process leaves its coverage.
#pragma once

#include <cstdio>
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

/// At the process's end nobody can catch an exception.
[[noreturn]] inline void end_without_coverage(const std::string& why) {
  std::fprintf(stderr, "coverage: %s\n", why.c_str());
  std::_Exit(1);
}

}  // namespace heddle::lockstep
