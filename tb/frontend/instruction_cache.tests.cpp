// The instruction cache against docs/architecture/frontend.md: verdicts, the miss unit's cycles,
// and what a refill replaces.
#include "frontend/instruction_cache.hpp"

#include <catch2/catch.hpp>

namespace heddle::timed {
namespace {

constexpr std::uint32_t kCode = 0x4000;
constexpr std::uint32_t kCacheBytes = 1024;

Config config() {
  Config result;
  result.icache_bytes = kCacheBytes;
  result.regions = 2;
  return result;
}

using Kind = FetchResponse::Kind;

/// Code, and data that must not be fetched.
RegionRegisters mapped() {
  RegionRegisters regions;
  regions.count = 2;
  regions.base = {kCode | 5, 0x8000 | 3};
  regions.limit = {kCode + 0x2000, 0x9000};
  return regions;
}

std::uint32_t word_of(const FetchResponse& response) {
  return response.decoded == nullptr ? 0 : response.decoded->instruction.word;
}

struct Bench {
  InstructionCache cache{config()};
  FetchEvent fetch;
  LineResponse line;
  RegionRegisters regions = mapped();
  bool request_ready = true;
  bool start = false;
  std::uint32_t cycle = 0;

  const InstructionCache::Outputs& out() const { return cache.out(); }
  void step() {
    InstructionCache::Inputs in;
    in.start = start;
    in.fetch = &fetch;
    in.regions = &regions;
    in.request_ready = request_ready;
    in.line = &line;
    cache.eval(in);
    cache.tick();
    start = fetch.valid = line.valid = false;
    ++cycle;
  }
  /// A fetch visible in this cycle; returns with its response visible.
  FetchResponse ask(std::uint32_t pc, std::uint32_t warp = 0) {
    fetch = {true, warp, pc};
    step();
    CHECK_FALSE(out().response.valid);
    step();
    REQUIRE(out().response.valid);
    CHECK(out().response.warp == warp);
    return out().response;
  }
  /// Answers the request that is out; word k of the line is `first + k`.
  void answer(std::uint32_t first, bool error = false) {
    REQUIRE(out().line_ready);
    line.valid = true;
    line.error = error;
    for (std::uint32_t byte = 0; byte < 64; ++byte) {
      line.data[byte] = static_cast<std::uint8_t>(first + byte / 4 >> 8 * (byte % 4));
    }
    step();
  }
  /// Misses on the line of `pc` and lets it be filled.
  void fill(std::uint32_t pc, std::uint32_t first) {
    REQUIRE(ask(pc).kind == Kind::kMiss);
    while (!out().line_ready) step();
    answer(first);
    while (out().refilling) step();
    step();  // a miss in the first idle cycle would start nothing
  }
};

}  // namespace

TEST_CASE("a miss fetches its line, and then all its words hit") {
  Bench bench;
  const std::uint32_t fetched = bench.cycle;
  CHECK(bench.ask(kCode + 0x44, 3).kind == Kind::kMiss);
  CHECK(bench.cycle == fetched + 2);
  // The verdict came in fetched + 1, so that REQUEST is visible in fetched + 2.
  CHECK(bench.out().refilling);
  CHECK(bench.out().request.valid);
  CHECK(bench.out().request.line == (kCode + 0x44) / 64);
  bench.step();
  CHECK_FALSE(bench.out().request.valid);
  CHECK(bench.out().line_ready);
  for (int i = 0; i < 7; ++i) bench.step();
  const std::uint32_t transfer = bench.cycle;
  bench.answer(0xabcd0000);
  while (bench.out().refilling) bench.step();
  CHECK(bench.cycle == transfer + 1 + 16);
  for (std::uint32_t word = 0; word < 16; ++word) {
    const FetchResponse response = bench.ask(kCode + 0x40 + 4 * word);
    CHECK(response.kind == Kind::kHit);
    CHECK(word_of(response) == 0xabcd0000 + word);
  }
  CHECK(bench.ask(kCode + 0x3c).kind == Kind::kMiss);
}

TEST_CASE("the request stays until it is taken") {
  Bench bench;
  bench.request_ready = false;
  bench.ask(kCode);
  for (int i = 0; i < 20; ++i) {
    CHECK(bench.out().request.valid);
    CHECK(bench.out().request.line == kCode / 64);
    CHECK_FALSE(bench.out().line_ready);
    bench.step();
  }
  bench.request_ready = true;
  bench.step();
  CHECK_FALSE(bench.out().request.valid);
  CHECK(bench.out().line_ready);
}

TEST_CASE("fetches go on during a refill: hits hit, and further misses start nothing") {
  Bench bench;
  bench.fill(kCode, 100);
  bench.ask(kCode + 0x40);
  CHECK(word_of(bench.ask(kCode + 8)) == 102);
  CHECK(bench.ask(kCode + 0x80).kind == Kind::kMiss);
  bench.answer(200);
  while (bench.out().refilling) bench.step();
  for (int i = 0; i < 10; ++i) {
    CHECK_FALSE(bench.out().request.valid);
    bench.step();
  }
  CHECK(word_of(bench.ask(kCode + 0x44)) == 201);
  CHECK(bench.ask(kCode + 0x80).kind == Kind::kMiss);
  CHECK(bench.out().request.line == (kCode + 0x80) / 64);
}

TEST_CASE("a miss whose verdict comes in the first idle cycle starts nothing") {
  Bench bench;
  bench.ask(kCode);
  bench.step();
  const std::uint32_t transfer = bench.cycle;
  bench.answer(1);
  // FILL is visible from transfer + 1 to transfer + 16, IDLE from transfer + 17: a fetch in
  // transfer + 16 gets its verdict there.
  while (bench.cycle < transfer + 16) bench.step();
  CHECK(bench.out().refilling);
  CHECK(bench.ask(kCode + 0x40).kind == Kind::kMiss);
  CHECK_FALSE(bench.out().refilling);
  CHECK_FALSE(bench.out().request.valid);
  // One cycle later it does.
  CHECK(bench.ask(kCode + 0x40).kind == Kind::kMiss);
  CHECK(bench.out().request.valid);
}

TEST_CASE("lines of one set replace each other, and a miss invalidates its set at once") {
  Bench bench;
  bench.fill(kCode, 100);
  bench.fill(kCode + 64, 300);
  CHECK(bench.ask(kCode + kCacheBytes).kind == Kind::kMiss);
  CHECK(bench.ask(kCode).kind == Kind::kMiss);   // gone before the new line is there
  CHECK(word_of(bench.ask(kCode + 64)) == 300);  // the other set is not touched
  bench.answer(200);
  while (bench.out().refilling) bench.step();
  CHECK(word_of(bench.ask(kCode + kCacheBytes + 4)) == 201);
  bench.step();
  CHECK(bench.ask(kCode).kind == Kind::kMiss);
}

TEST_CASE("faults: misaligned first, then no region with X") {
  Bench bench;
  const auto faults = [&](std::uint32_t pc) {
    const FetchResponse response = bench.ask(pc);
    CHECK_FALSE(bench.out().refilling);
    return response.kind == Kind::kFault ? response.cause : 99;
  };
  CHECK(faults(kCode + 2) == 0);
  CHECK(faults(kCode + 1) == 0);
  CHECK(faults(0x8002) == 0);
  CHECK(faults(0x8000) == 1);  // readable and writable
  CHECK(faults(kCode - 4) == 1);
  CHECK(faults(kCode + 0x2000) == 1);
  CHECK(faults(0xfffffffc) == 1);
  CHECK(bench.ask(kCode + 0x1ffc).kind == Kind::kMiss);
}

TEST_CASE("the second region counts as the first does, and an empty one not at all") {
  Bench bench;
  bench.regions.base[1] = 0x8000 | 4;
  CHECK(bench.ask(0x8ffc).kind == Kind::kMiss);
  Bench empty;
  empty.regions.limit[0] = kCode;
  CHECK(empty.ask(kCode).kind == Kind::kFault);
}

TEST_CASE("an error of the memory is a fault of the warp that missed, and leaves the set empty") {
  Bench bench;
  bench.fill(kCode, 100);
  bench.ask(kCode + kCacheBytes + 0x14, 2);
  bench.step();
  bench.answer(0, true);
  CHECK(bench.out().fault.valid);
  CHECK(bench.out().fault.cause == 1);
  CHECK(bench.out().fault.warp == 2);
  CHECK(bench.out().fault.mask == 0);
  CHECK(bench.out().fault.pc == kCode + kCacheBytes + 0x14);
  CHECK(bench.out().fault.address == kCode + kCacheBytes + 0x14);
  CHECK_FALSE(bench.out().refilling);
  bench.step();
  CHECK_FALSE(bench.out().fault.valid);
  CHECK(bench.ask(kCode).kind == Kind::kMiss);
}

TEST_CASE("start clears all lines and what is under way") {
  Bench bench;
  bench.fill(kCode, 100);
  bench.fetch = {true, 0, kCode};
  bench.step();
  bench.start = true;
  bench.step();
  CHECK_FALSE(bench.out().response.valid);
  CHECK(bench.ask(kCode).kind == Kind::kMiss);
  bench.start = true;
  bench.step();
  CHECK_FALSE(bench.out().refilling);
  CHECK_FALSE(bench.out().request.valid);
}

}  // namespace heddle::timed
