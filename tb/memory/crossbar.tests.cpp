// The crossbar against docs/architecture/memory.md: who gets a channel, and who a response.
#include "memory/crossbar.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace heddle::timed {
namespace {

struct Bench {
  Bench() {
    for (LineRequest* request : {&data, &copy}) request->valid = true;
    copy.source = LineSource::kCopy;
    instruction.source = LineSource::kInstruction;
    in.instruction = &instruction;
    in.data = &data;
    in.copy = &copy;
    in.channels_ready = 3;
    in.instruction_line_ready = in.data_line_ready = in.copy_line_ready = true;
  }
  Crossbar crossbar{[] {
    Config config;
    config.channels = 2;
    return config;
  }()};
  LineRequest instruction, data, copy;
  std::array<LineResponse, 2> lines;
  Crossbar::Inputs in;

  Crossbar::Wires step() {
    const Crossbar::Wires wires = crossbar.route(in);
    crossbar.eval(in, wires);
    crossbar.tick();
    return wires;
  }
  void show(std::uint32_t channel, LineSource source) {
    lines[channel].valid = true;
    lines[channel].source = source;
    in.responses[channel] = &lines[channel];
    in.responses_valid |= 1u << channel;
  }
};

}  // namespace

TEST_CASE("data and copies take turns at a channel, the copies first") {
  Bench bench;
  for (const bool copy : {true, false, true, false}) {
    const Crossbar::Wires wires = bench.step();
    CHECK(wires.copy_ready == copy);
    CHECK(wires.data_ready == !copy);
    CHECK(wires.request(0).line == (copy ? &bench.copy : &bench.data));
    CHECK(wires.request(1).line == nullptr);
  }
}

TEST_CASE("a turn counts only when both want a channel and one is transferred") {
  Bench bench;
  bench.in.channels_ready = 2;  // not theirs
  CHECK_FALSE(bench.step().copy_ready);
  bench.in.channels_ready = 3;
  bench.in.data = nullptr;
  CHECK(bench.step().copy_ready);
  bench.in.data = &bench.data;
  bench.data.line = 1;  // each has its own channel
  CHECK(bench.step().copy_ready);
  CHECK(bench.step().data_ready);
  bench.data.line = 0;
  bench.instruction.valid = true;  // goes before both
  const Crossbar::Wires wires = bench.step();
  CHECK(wires.instruction_ready);
  CHECK_FALSE((wires.copy_ready || wires.data_ready));
  bench.instruction.valid = false;
  CHECK(bench.step().copy_ready);
  CHECK(bench.step().data_ready);
  CHECK(bench.step().copy_ready);
  bench.in.start = true;
  bench.step();
  bench.in.start = false;
  CHECK(bench.step().copy_ready);
}

TEST_CASE("responses for copies are taken round robin, beside those for data") {
  Bench bench;
  bench.in.data = bench.in.copy = nullptr;
  bench.show(0, LineSource::kCopy);
  bench.show(1, LineSource::kCopy);
  for (const std::uint32_t channel : {0u, 1u, 0u}) {
    const Crossbar::Wires wires = bench.step();
    CHECK(wires.copy_line == &bench.lines[channel]);
    CHECK(wires.lines_ready == 1u << channel);
    CHECK(wires.data_line == nullptr);
  }
  bench.in.copy_line_ready = false;
  CHECK(bench.step().lines_ready == 0);
  bench.show(1, LineSource::kData);
  const Crossbar::Wires wires = bench.step();
  CHECK(wires.copy_line == &bench.lines[0]);
  CHECK(wires.data_line == &bench.lines[1]);
  CHECK(wires.lines_ready == 2);
}

}  // namespace heddle::timed
