// The scoreboard against docs/architecture/issue.md.
#include "issue/scoreboard.hpp"

#include <catch2/catch.hpp>

#include "issue/instruction_buffer.hpp"

namespace heddle::timed {
namespace {

constexpr std::uint32_t kAdd = 0x002081B3;    // add x3, x1, x2
constexpr std::uint32_t kStore = 0x0020A023;  // sw x2, 0(x1)
constexpr std::uint32_t kLoad = 0x0000A183;   // lw x3, 0(x1)
constexpr std::uint32_t kNop = 0x00000013;
constexpr std::uint32_t kFence = 0x0FF0000F;

Config config() {
  Config result;
  result.warps = 4;
  return result;
}

/// Scoreboard and instruction buffer; picks and completions as the test says.
struct Bench {
  Decoded of_word;
  InstructionBuffer buffer{config()};
  Scoreboard scoreboard{config()};
  DecodedEvent decoded;
  WarpEvent pick;
  ReleaseEvent fixed, variable;
  WarpEvent shared_done, global_done, tensor_done;
  bool start = false;

  void step() {
    buffer.eval({start, &decoded, &pick});
    Scoreboard::Inputs in;
    in.start = start;
    in.pick = &pick;
    in.buffer = &buffer;
    in.fixed_release = &fixed;
    in.variable_release = &variable;
    in.shared_store_done = &shared_done;
    in.global_store_done = &global_done;
    in.tensor_store_done = &tensor_done;
    scoreboard.eval(in);
    buffer.tick();
    scoreboard.tick();
    start = decoded.valid = pick.valid = false;
    fixed.valid = variable.valid = shared_done.valid = global_done.valid = false;
    tensor_done.valid = false;
  }
  /// The word is the head of its warp in the next cycle.
  void decode(std::uint32_t warp, std::uint32_t word) {
    decoded.valid = true;
    decoded.warp = warp;
    of_word = Decoded(isa::decode(word));
    decoded.decoded = &of_word;
    decoded.drain = of_word.instruction.drain;
    step();
  }
  void picked(std::uint32_t warp) {
    pick = {true, warp};
    step();
  }
  void issue(std::uint32_t warp, std::uint32_t word) {
    decode(warp, word);
    picked(warp);
  }
  /// Would this word of the warp have to wait?
  bool waits(std::uint32_t warp, std::uint32_t word) {
    decode(warp, word);
    const bool hazard = scoreboard.hazard(warp, buffer.head(warp));
    // Take it out again without a pick that the scoreboard sees.
    const WarpEvent taken{true, warp};
    buffer.eval({false, &decoded, &taken});
    buffer.tick();
    return hazard;
  }
  const Scoreboard::Warp& warp(std::uint32_t index) const { return scoreboard.out().warps[index]; }
};

std::uint32_t add(std::uint32_t rd, std::uint32_t rs1, std::uint32_t rs2) {
  return 0x33 | rd << 7 | rs1 << 15 | rs2 << 20;
}

}  // namespace

TEST_CASE("a register is busy from its pick to its release") {
  Bench bench;
  bench.issue(1, kAdd);
  CHECK(bench.waits(1, add(4, 3, 1)));  // as first source
  CHECK(bench.waits(1, add(4, 1, 3)));  // as second
  CHECK(bench.waits(1, add(3, 1, 2)));  // as destination
  CHECK_FALSE(bench.waits(1, add(4, 1, 2)));
  CHECK_FALSE(bench.waits(0, add(4, 3, 3)));  // another warp's
  bench.fixed = {true, 1, 3, true};
  bench.step();
  CHECK_FALSE(bench.waits(1, add(4, 3, 3)));
  CHECK(bench.warp(1).in_flight == 0);
}

TEST_CASE("the third source of a fused operation counts") {
  Bench bench;
  bench.issue(0, kAdd);
  constexpr std::uint32_t kFusedWithThird = 0x185171C3;  // fmadd.s x3, x2, x5, x3
  constexpr std::uint32_t kFused = 0x28517243;           // fmadd.s x4, x2, x5, x5
  CHECK(bench.waits(0, kFusedWithThird));
  CHECK_FALSE(bench.waits(0, kFused));
}

TEST_CASE("a release frees its own register only, and only if its instruction writes one") {
  Bench bench;
  bench.issue(0, add(3, 1, 2));
  bench.issue(0, add(5, 1, 2));
  bench.issue(0, kNop);
  CHECK(bench.warp(0).in_flight == 3);
  bench.fixed = {true, 0, 5, false};
  bench.step();
  CHECK(bench.waits(0, add(6, 5, 1)));
  CHECK(bench.warp(0).in_flight == 2);
  bench.variable = {true, 0, 5, true};
  bench.step();
  CHECK_FALSE(bench.waits(0, add(6, 5, 1)));
  CHECK(bench.waits(0, add(6, 3, 1)));
  CHECK(bench.warp(0).in_flight == 1);
}

TEST_CASE("a pair's registers are busy, and awaited, both") {
  Bench bench;
  constexpr std::uint32_t kSwap = 0x28C5B52F;   // amocas.d x10, x12, (x11)
  constexpr std::uint32_t kZeros = 0x2805B02F;  // amocas.d x0, x0, (x11)
  bench.issue(1, kSwap);
  CHECK(bench.warp(1).in_flight == 1);
  CHECK(bench.warp(1).busy == 3u << 10);
  CHECK(bench.warp(1).loading == 3u << 10);
  CHECK(bench.waits(1, add(4, 10, 1)));
  CHECK(bench.waits(1, add(4, 1, 11)));
  CHECK_FALSE(bench.waits(1, add(4, 12, 13)));
  bench.variable = {true, 1, 11, true, true};
  bench.step();
  CHECK(bench.warp(1).busy == 0);
  CHECK(bench.warp(1).loading == 0);
  CHECK(bench.warp(1).in_flight == 0);
  for (const std::uint32_t reg : {10u, 11u, 12u, 13u}) {
    CAPTURE(reg);
    bench.issue(0, add(reg, 1, 2));
    CHECK(bench.waits(0, kSwap));
    CHECK(bench.waits(0, kZeros) == (reg == 11));
    bench.fixed = {true, 0, reg, true};
    bench.step();
    CHECK_FALSE(bench.waits(0, kSwap));
  }
  bench.issue(0, add(1, 1, 2));  // x1 is not the upper half of x0
  CHECK_FALSE(bench.waits(0, kZeros));
  bench.issue(0, kZeros);
  CHECK(bench.warp(0).busy == 1u << 1);
  bench.variable = {true, 0, 1, false, true};
  bench.step();
  CHECK(bench.warp(0).busy == 1u << 1);
  CHECK(bench.warp(0).in_flight == 1);
}

TEST_CASE("a pick and completions of one cycle add up") {
  Bench bench;
  bench.issue(2, kAdd);
  bench.issue(2, kLoad | 0x7u << 7);  // lw x7
  for (int i = 0; i < 3; ++i) bench.issue(2, kStore);
  CHECK(bench.warp(2).in_flight == 5);
  bench.decode(2, add(8, 1, 2));
  bench.pick = {true, 2};
  bench.fixed = {true, 2, 3, true};
  bench.variable = {true, 2, 7, true};
  bench.shared_done = {true, 2};
  bench.global_done = {true, 2};
  bench.tensor_done = {true, 2};
  bench.step();
  CHECK(bench.warp(2).in_flight == 1);
  CHECK(bench.warp(2).busy == 1u << 8);
}

TEST_CASE("a draining instruction waits for all of its warp's, and holds those behind it") {
  Bench bench;
  bench.issue(0, kStore);
  CHECK(bench.waits(0, kFence));
  CHECK_FALSE(bench.waits(0, kNop));
  CHECK_FALSE(bench.waits(1, kFence));
  bench.global_done = {true, 0};
  bench.step();
  CHECK_FALSE(bench.waits(0, kFence));
  bench.issue(0, kFence);
  CHECK(bench.warp(0).draining);
  CHECK(bench.waits(0, kNop));
  bench.fixed = {true, 0, 0, false};
  bench.step();
  CHECK_FALSE(bench.warp(0).draining);
  CHECK_FALSE(bench.waits(0, kNop));
}

TEST_CASE("start clears everything") {
  Bench bench;
  bench.issue(0, kAdd);
  bench.issue(3, kFence);
  bench.start = true;
  bench.step();
  CHECK_FALSE(bench.waits(0, add(4, 3, 3)));
  CHECK_FALSE(bench.waits(3, kNop));
  CHECK(bench.warp(0).in_flight == 0);
}

}  // namespace heddle::timed
