// What the user is told about a launch in which RTL and model differ.
#include "report.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "functional/functional_device.hpp"
#include "monitor.hpp"

namespace heddle {
namespace {

Program kernel() {
  Program program;
  program.name = "kernel k";
  return program;
}

LaunchResult difference() {
  LaunchResult result;
  result.status = LaunchStatus::kMismatch;
  result.message = "they differ\n    the last instructions";
  result.rerun = "the command";
  result.differences = 1;
  result.cycles_compared = 1234;
  return result;
}

}  // namespace

TEST_CASE("a difference is told with the place of the warp's last instruction and the command") {
  const auto device = make_functional_device(Config::load("nano"));
  LaunchResult result = difference();
  result.warps = {{3, 0x10004, 0xff, 0xff}};
  const std::string text = explain_mismatch(*device, kernel(), result);
  INFO(text);
  CHECK(text.starts_with("heddle: kernel k: they differ\n    the last instructions\n"));
  const std::size_t label =
      text.find("  the last of them, not always the one with the difference:\n");
  const std::size_t place = text.find("pc 0x00010004");
  REQUIRE(place != std::string::npos);
  CHECK(label < place);
  CHECK(text.find("warp slot 3, threads 0x000000ff") < place);
  CHECK(text.ends_with("\n  to see it: the command\n"));
}

TEST_CASE("a difference of no warp has no place") {
  const auto device = make_functional_device(Config::load("nano"));
  CHECK(explain_mismatch(*device, kernel(), difference()) ==
        "heddle: kernel k: they differ\n    the last instructions\n  to see it: the command\n");
}

TEST_CASE("the summary of a launch counts differences") {
  const auto device = make_functional_device(Config::load("nano"));
  LaunchResult result = difference();
  CHECK(summary("k", *device, result).ends_with("compared in 1,234 cycles, 1 difference"));
  result.differences = 0;
  CHECK(summary("k", *device, result).ends_with("compared in 1,234 cycles, 0 differences"));
}

}  // namespace heddle
