// Warp control, instruction cache and decode together, with a memory that answers at once.
#include <catch2/catch.hpp>
#include <vector>

#include "frontend/decode.hpp"
#include "frontend/instruction_cache.hpp"
#include "frontend/warp_control.hpp"

namespace heddle::timed {
namespace {

constexpr std::uint32_t kEntry = 0x1000;
constexpr std::uint32_t kNop = 0x00000013;
constexpr std::uint32_t kJumpToSelf = 0x0000006F;
constexpr std::uint32_t kEbreak = 0x00100073;

Config config() {
  Config result;
  result.warps = 4;
  result.lanes = 4;
  result.icache_bytes = 4096;
  result.regions = 1;
  return result;
}

struct Bench {
  std::vector<std::uint32_t> program;
  WarpControl warps{config()};
  InstructionCache cache{config()};
  Decode decode{config()};
  LineResponse line;
  LaunchEvent launch;
  WarpEvent pick;
  ControlEvent control;
  BarrierRelease release;
  SelectResult selected;
  std::uint32_t cycle = 0;

  void step() {
    RegionRegisters regions;
    regions.base[0] = kEntry | 5;
    regions.limit[0] = kEntry + 0x1000;
    regions.count = 1;
    const LineResponse response = line;
    line.valid = cache.out().request.valid;
    if (line.valid) {
      for (std::uint32_t i = 0; i < 64; ++i) {
        const std::size_t word = (cache.out().request.line * 64 - kEntry) / 4 + i / 4;
        line.data[i] = static_cast<std::uint8_t>((word < program.size() ? program[word] : kNop) >>
                                                 8 * (i % 4));
      }
    }
    WarpControl::Inputs to_warps;
    to_warps.entry = kEntry;
    to_warps.launch = &launch;
    to_warps.response = &cache.out().response;
    to_warps.refilling = cache.out().refilling;
    to_warps.pick = &pick;
    to_warps.control = &control;
    to_warps.release = &release;
    to_warps.select_result = &selected;
    InstructionCache::Inputs to_cache;
    to_cache.fetch = &warps.out().fetch;
    to_cache.regions = &regions;
    to_cache.request_ready = true;
    to_cache.line = &response;
    Decode::Inputs to_decode;
    to_decode.packet = &warps.out().packet;
    warps.eval(to_warps);
    cache.eval(to_cache);
    decode.eval(to_decode);
    warps.tick();
    cache.tick();
    decode.tick();
    launch.valid = pick.valid = control.valid = release.valid = selected.valid = false;
    ++cycle;
  }
  void start_warp() {
    launch.valid = true;
    launch.mask = 0xFF;
    step();
  }
  DecodedEvent next_decoded() {
    do {
      REQUIRE(cycle < 1000);
      step();
    } while (!decode.out().decoded.valid);
    return decode.out().decoded;
  }
};

}  // namespace

TEST_CASE("A warp that hits decodes an instruction every four cycles, two ahead of the scheduler") {
  Bench bench;
  bench.start_warp();
  CHECK(bench.next_decoded().pc == kEntry);
  const std::uint32_t first = bench.cycle;
  CHECK(bench.next_decoded().pc == kEntry + 4);
  CHECK(bench.cycle == first + 4);
  for (int i = 0; i < 40; ++i) {
    bench.step();
    CHECK_FALSE(bench.decode.out().decoded.valid);
  }
  bench.pick = {true, 0};
  const std::uint32_t picked = bench.cycle;
  CHECK(bench.next_decoded().pc == kEntry + 8);
  // Buffer space is visible one cycle after the pick; fetch, read, verdict, packet, decode follow.
  CHECK(bench.cycle == picked + 6);
}

TEST_CASE("A miss takes the line as its response comes, and is fetched again") {
  Bench bench;
  bench.start_warp();
  while (!bench.cache.out().response.valid) bench.step();
  CHECK(bench.cycle == 4);  // launch 0, pick 1, fetch 2, verdict 3
  CHECK(bench.cache.out().response.kind == FetchResponse::Kind::kMiss);
  CHECK(bench.cache.out().refilling);
  const std::uint32_t request = bench.cycle;
  while (bench.cache.out().refilling) bench.step();
  CHECK(bench.cycle == request + 1 + 1);  // the response is there one cycle after the request
}

TEST_CASE("A jump waits for its outcome") {
  Bench bench;
  bench.program = {kJumpToSelf};
  bench.start_warp();
  CHECK(bench.next_decoded().decoded->instruction.op == isa::Op::kJal);
  for (int i = 0; i < 40; ++i) bench.step();
  CHECK_FALSE(bench.decode.out().decoded.valid);
  bench.control.valid = true;
  bench.control.mask = 0xFF;
  bench.control.uniform = true;
  bench.control.next_pc = kEntry + 0x10;
  bench.step();
  CHECK(bench.warps.views()[0].pc == kEntry + 0x10);
}

TEST_CASE("Exiting threads leave, and the last ones leave the warp idle") {
  Bench bench;
  bench.program = {0x0000000B};
  bench.start_warp();
  bench.next_decoded();
  bench.control.valid = true;
  bench.control.kind = ControlKind::kExit;
  bench.control.mask = 0x0F;
  bench.step();
  CHECK(bench.warps.views()[0].alive == 0xF0);
  bench.step();
  CHECK(bench.warps.out().select_request.valid);
  CHECK(bench.warps.out().select_request.eligible == 0xF0);
  CHECK(bench.warps.out().select_request.mode == SelectMode::kTable);
}

TEST_CASE("Instructions that cannot run become faulting entries") {
  Bench bench;
  bench.program = {0, kEbreak};
  bench.start_warp();
  const DecodedEvent illegal = bench.next_decoded();
  CHECK(illegal.fault);
  CHECK(illegal.cause == 2);
  CHECK(illegal.fault_address == 0);
  const DecodedEvent ebreak = bench.next_decoded();
  CHECK(ebreak.fault);
  CHECK(ebreak.cause == 3);
  CHECK(ebreak.fault_address == kEntry + 4);
}

}  // namespace heddle::timed
