// The pipeline trace of random programs on the timed model, and the files made of it.
#include "report/pipeline_trace.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>

#include "device/axi_lite_driver.hpp"
#include "random/random_program.hpp"
#include "report/trace_file.hpp"
#include "timed/machine.hpp"

namespace {

using heddle::Config;
using heddle::LaunchResult;
using heddle::LaunchStatus;
using heddle::report::PipelineTrace;
using heddle::report::TracedInstruction;

/// A random program on the timed model, observed.
struct TracedRun {
  TracedRun(const std::string& config_name, std::uint64_t seed, std::uint64_t begin = 0,
            std::uint64_t end = ~std::uint64_t{0})
      : config(Config::load(config_name)), machine(config, {}) {
    trace.set_window(begin, end);
    const heddle::random::Program program = heddle::random::random_program(seed, config);
    program.load(machine.image);
    const auto cycle = [this](const heddle::timed::AxiLiteIn& pins) {
      const heddle::timed::AxiLiteOut out = machine.drive(pins);
      trace.sample(machine.gpu);
      machine.tick(pins);
      return out;
    };
    heddle::timed::AxiLiteDriver driver(config, cycle);
    result = driver.run(program.launch, heddle::check_launch(config, program.launch),
                        program.regions, {});
  }

  Config config;
  heddle::timed::Machine machine;
  PipelineTrace trace;
  LaunchResult result;
};

}  // namespace

TEST_CASE("a trace has every issued instruction, with its stages in order") {
  for (const char* config : {"nano", "base"}) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      const TracedRun run(config, seed);
      INFO(config << ", seed " << seed);
      REQUIRE(run.result.status == LaunchStatus::kOk);
      REQUIRE(run.trace.instructions().size() == run.result.counters.instructions);
      CHECK(run.trace.dropped() == 0);
      std::map<std::uint32_t, std::uint64_t> last_issue;
      for (const TracedInstruction& instruction : run.trace.instructions()) {
        REQUIRE(instruction.fetch < instruction.decode);
        REQUIRE(instruction.decode < instruction.buffer);
        REQUIRE(instruction.buffer < instruction.issue);
        REQUIRE(instruction.issue < instruction.operands);
        REQUIRE(instruction.operands < instruction.execute);
        REQUIRE(instruction.execute < instruction.end);
        REQUIRE(instruction.ended);
        REQUIRE(instruction.issue > last_issue[instruction.warp]);
        last_issue[instruction.warp] = instruction.issue;
      }
    }
  }
}

TEST_CASE("a window keeps the instructions fetched in it") {
  const TracedRun whole("nano", 1);
  const std::uint64_t end = whole.trace.instructions().back().fetch;
  const std::uint64_t begin = end / 2;
  const auto inside = std::ranges::count_if(
      whole.trace.instructions(), [&](const TracedInstruction& i) { return i.fetch >= begin; });
  const TracedRun part("nano", 1, begin, end);
  CHECK(inside > 0);
  REQUIRE(part.trace.instructions().size() == static_cast<std::size_t>(inside));
  CHECK(part.trace.instructions().front().fetch >= begin);
  CHECK(part.trace.instructions().back().end == whole.trace.instructions().back().end);
}

TEST_CASE("Chrome's trace is JSON whose slices do not overlap in a track") {
  const TracedRun run("nano", 2);
  std::ostringstream text;
  heddle::report::write_chrome(run.trace, text);
  const auto json = nlohmann::json::parse(text.str());
  std::map<int, std::uint64_t> ends;
  std::uint64_t instructions = 0;
  for (const auto& event : json["traceEvents"]) {
    if (event["ph"] != "X") continue;
    const std::uint64_t begin = event["ts"];
    const std::uint64_t duration = event["dur"];
    REQUIRE(duration > 0);
    std::uint64_t& last = ends[event["tid"]];
    REQUIRE(begin >= last);
    last = begin + duration;
    if (event["cat"] == "instruction") ++instructions;
  }
  CHECK(instructions == run.result.counters.instructions);
}

TEST_CASE("Konata's log starts, stages and retires every instruction once, in time order") {
  const TracedRun run("nano", 3);
  std::ostringstream text;
  heddle::report::write_konata(run.trace, text);
  std::istringstream lines(text.str());
  std::string line;
  std::getline(lines, line);
  REQUIRE(line == "Kanata\t0004");
  std::set<std::uint64_t> open;
  std::uint64_t retired = 0;
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string kind;
    std::uint64_t id = 0;
    fields >> kind >> id;
    if (kind == "I") REQUIRE(open.insert(id).second);
    if (kind == "S" || kind == "L") REQUIRE(open.contains(id));
    if (kind == "C") REQUIRE(id > 0);
    if (kind == "R") {
      REQUIRE(open.erase(id) == 1);
      ++retired;
    }
  }
  CHECK(open.empty());
  CHECK(retired == run.result.counters.instructions);
}

TEST_CASE("the name of a trace file says its format") {
  using heddle::report::trace_format;
  using heddle::report::TraceFormat;
  CHECK(trace_format("a/b.json") == TraceFormat::kChrome);
  CHECK(trace_format("x.kanata") == TraceFormat::kKonata);
  CHECK_THROWS_AS(trace_format("x.txt"), std::runtime_error);
  CHECK_THROWS_AS(heddle::report::write_trace(PipelineTrace{}, "/nonexistent/x.json"),
                  std::runtime_error);
}
