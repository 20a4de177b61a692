// Every instruction of the table in every lane, under full, single-thread and other masks, on RTL
// and model in lockstep, with results from references that belong to neither.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <string>

#include "conformance/cases.hpp"
#include "conformance/program.hpp"
#include "lockstep/open_rtl.hpp"

namespace heddle::conformance {
namespace {

void conform(const std::string& config) {
  const auto device = lockstep::open_lockstep(config);
  Coverage coverage;
  const std::uint32_t warps = program_warps(device->config());
  std::uint64_t seed = 1;
  for (const std::vector<Group>& groups :
       {register_groups(), csr_groups(warps), control_groups(warps), memory_groups(warps)}) {
    const std::string problems = run_groups(*device, groups, seed++, coverage);
    INFO(problems);
    CHECK(problems.empty());
  }
  const std::string problems = run_endings(*device, coverage);
  INFO(problems);
  CHECK(problems.empty());
  fmt::print("{}: {}\n", config, coverage.summary());
  INFO(coverage.missing());
  CHECK(coverage.missing().empty());
}

}  // namespace

TEST_CASE("every instruction does what the architecture says, on nano", "[nano]") {
  conform("nano");
}

TEST_CASE("every instruction does what the architecture says, on base", "[base]") {
  conform("base");
}

TEST_CASE("every instruction does what the architecture says, on ecp5", "[ecp5]") {
  conform("ecp5");
}

TEST_CASE("every instruction does what the architecture says, on wide", "[wide]") {
  conform("wide");
}

}  // namespace heddle::conformance
