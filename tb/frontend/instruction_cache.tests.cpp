// The instruction cache against docs/architecture/frontend.md: verdicts, the miss unit's cycles,
// what a refill replaces, and the prefetch.
#include "frontend/instruction_cache.hpp"

#include <catch2/catch.hpp>

namespace heddle::timed {
namespace {

constexpr std::uint32_t kCode = 0x4000;
constexpr std::uint32_t kCacheBytes = 1024;
/// The last line of a page: nothing is prefetched behind it.
constexpr std::uint32_t kPageEnd = kCode + 0xfc0;

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
  bool flush = false;
  std::uint32_t cycle = 0;
  std::uint32_t refilled = 0;  ///< the line that was requested last

  const InstructionCache::Outputs& out() const { return cache.out(); }
  void step() {
    InstructionCache::Inputs in;
    in.start = start;
    in.flush = flush;
    in.fetch = &fetch;
    in.regions = &regions;
    in.request_ready = request_ready;
    in.line = &line;
    cache.eval(in);
    cache.tick();
    if (out().request.valid) refilled = out().request.line;
    start = flush = fetch.valid = line.valid = false;
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
  /// Misses on the line of `pc` and lets it be filled; the transfer was in the last cycle.
  void miss(std::uint32_t pc, std::uint32_t first) {
    REQUIRE(ask(pc).kind == Kind::kMiss);
    while (!out().line_ready) step();
    CHECK(refilled == pc / 64);
    answer(first);
    CHECK_FALSE(out().refilling);
  }
  /// The same, and ends the prefetch that follows with an error, so that nothing is under way.
  void fill(std::uint32_t pc, std::uint32_t first) {
    miss(pc, first);
    prefetch(pc / 64 + 1);
    answer(0, true);
    CHECK_FALSE(out().fault.valid);
    step();  // a miss in the first idle cycle would start nothing
  }
  /// Waits until the prefetch of a line waits for its response.
  void prefetch(std::uint32_t awaited) {
    for (int i = 0; i < 5 && !out().line_ready; ++i) step();
    REQUIRE(out().line_ready);
    CHECK(refilled == awaited);
  }
  void expect_no_request(int cycles) {
    for (int i = 0; i < cycles; ++i) {
      CHECK_FALSE(out().request.valid);
      step();
    }
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
  CHECK(bench.cycle == transfer + 1);
  CHECK_FALSE(bench.out().refilling);
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
  bench.ask(kPageEnd);
  CHECK(word_of(bench.ask(kCode + 8)) == 102);
  CHECK(bench.ask(kCode + 0x80).kind == Kind::kMiss);
  bench.answer(200);
  CHECK_FALSE(bench.out().refilling);
  bench.expect_no_request(10);
  CHECK(word_of(bench.ask(kPageEnd + 4)) == 201);
  CHECK(bench.ask(kCode + 0x80).kind == Kind::kMiss);
  CHECK(bench.out().request.line == (kCode + 0x80) / 64);
}

TEST_CASE("a miss whose verdict comes in the first idle cycle starts nothing") {
  Bench bench;
  bench.ask(kPageEnd);
  bench.step();
  // A fetch in the cycle of the transfer sees the cache before the fill, and its verdict comes in
  // the first cycle of IDLE.
  for (const std::uint32_t pc : {kPageEnd, kCode + 0x40}) {
    bench.fetch = {true, 1, pc};
    bench.answer(1);
    CHECK_FALSE(bench.out().refilling);
    bench.step();
    REQUIRE(bench.out().response.valid);
    CHECK(bench.out().response.kind == Kind::kMiss);
    CHECK_FALSE(bench.out().refilling);
    // One cycle later it would have.
    bench.start = true;
    bench.step();
    bench.ask(kPageEnd);
    CHECK(bench.out().request.valid);
    bench.step();
  }
}

TEST_CASE("lines of one set replace each other, and a miss invalidates its set at once") {
  Bench bench;
  bench.fill(kCode, 100);
  bench.fill(kCode + 64, 300);
  CHECK(bench.ask(kCode + kCacheBytes).kind == Kind::kMiss);
  CHECK(bench.ask(kCode).kind == Kind::kMiss);   // gone before the new line is there
  CHECK(word_of(bench.ask(kCode + 64)) == 300);  // the other set is not touched
  bench.answer(200);
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

TEST_CASE(
    "the line behind a miss is prefetched, and behind a prefetched line that is used the next") {
  Bench bench;
  bench.miss(kCode + 0x10, 100);
  // The transfer was in r. Look in r+1, verdict in r+2, REQUEST in r+3.
  bench.step();
  CHECK_FALSE(bench.out().refilling);
  bench.step();
  CHECK(bench.out().refilling);
  CHECK(bench.out().request.valid);
  CHECK(bench.out().request.line == kCode / 64 + 1);
  CHECK_FALSE(bench.out().response.valid);
  bench.step();
  bench.answer(200);
  CHECK_FALSE(bench.out().response.valid);
  bench.expect_no_request(10);
  // The other line is no use of the prefetched one.
  CHECK(word_of(bench.ask(kCode + 4)) == 101);
  bench.expect_no_request(10);
  // Fetch in f, verdict in f+1, look in f+2, verdict in f+3, REQUEST in f+4.
  CHECK(word_of(bench.ask(kCode + 0x40)) == 200);
  bench.step();
  CHECK_FALSE(bench.out().refilling);
  bench.step();
  CHECK(bench.out().request.valid);
  CHECK(bench.out().request.line == kCode / 64 + 2);
}

TEST_CASE("a look waits for a cycle without a fetch") {
  Bench bench;
  bench.miss(kCode, 100);
  for (std::uint32_t i = 0; i < 20; ++i) {
    bench.fetch = {true, 0, kCode + 4 * (i % 16)};
    bench.step();
    CHECK_FALSE(bench.out().refilling);
  }
  bench.step();
  CHECK_FALSE(bench.out().refilling);
  bench.step();
  CHECK(bench.out().request.valid);
}

TEST_CASE("a line that is in the cache is not prefetched, but its use leads on to the next") {
  Bench bench;
  bench.fill(kCode + 0x40, 200);
  bench.miss(kCode, 100);
  bench.expect_no_request(10);
  CHECK(word_of(bench.ask(kCode + 0x40)) == 200);
  bench.prefetch(kCode / 64 + 2);
}

TEST_CASE("a line of another tag in the set is not the line to prefetch") {
  Bench bench;
  bench.fill(kCode + kCacheBytes + 0x40, 200);
  bench.miss(kCode, 100);
  bench.prefetch(kCode / 64 + 1);
  // It goes at once, as with a miss.
  CHECK(bench.ask(kCode + kCacheBytes + 0x40).kind == Kind::kMiss);
}

TEST_CASE("nothing is prefetched behind the end of a page") {
  Bench bench;
  bench.miss(kPageEnd, 100);
  bench.expect_no_request(20);
  bench.miss(kPageEnd - 0x40, 200);
  bench.expect_no_request(20);  // the last line is there
  Bench chain;
  chain.miss(kPageEnd - 0x40, 200);
  chain.prefetch(kPageEnd / 64);
  chain.answer(300);
  CHECK(word_of(chain.ask(kPageEnd)) == 300);
  chain.expect_no_request(20);
}

TEST_CASE("a warp that misses on the line that is being prefetched hits after it") {
  Bench bench;
  bench.miss(kCode, 100);
  bench.prefetch(kCode / 64 + 1);
  CHECK(bench.ask(kCode + 0x44, 2).kind == Kind::kMiss);
  CHECK(bench.out().refilling);
  bench.answer(200);
  CHECK(word_of(bench.ask(kCode + 0x44, 2)) == 201);
  bench.prefetch(kCode / 64 + 2);
}

TEST_CASE("an error of a prefetch is no fault, and ends it; the miss asks again, and faults") {
  Bench bench;
  bench.miss(kCode, 100);
  bench.prefetch(kCode / 64 + 1);
  bench.answer(0, true);
  for (int i = 0; i < 20; ++i) {
    CHECK_FALSE(bench.out().fault.valid);
    CHECK_FALSE(bench.out().refilling);
    bench.step();
  }
  CHECK(bench.ask(kCode + 0x48, 3).kind == Kind::kMiss);
  CHECK(bench.out().request.line == kCode / 64 + 1);
  bench.step();
  bench.answer(0, true);
  CHECK(bench.out().fault.valid);
  CHECK(bench.out().fault.warp == 3);
  CHECK(bench.out().fault.pc == kCode + 0x48);
}

TEST_CASE("a flush ends the prefetch and leaves its line invalid") {
  Bench bench;
  bench.miss(kCode, 100);
  bench.prefetch(kCode / 64 + 1);
  bench.flush = true;
  bench.step();
  bench.answer(200);
  bench.expect_no_request(10);
  CHECK(bench.ask(kCode + 0x40).kind == Kind::kMiss);
  CHECK(bench.out().request.valid);
  bench.step();
  bench.answer(300);
  CHECK(word_of(bench.ask(kCode + 0x40)) == 300);
}

TEST_CASE(
    "a flush between look and verdict ends both; in the cycle of the verdict it comes too late") {
  Bench bench;
  bench.miss(kCode, 100);
  SECTION("in the cycle of the look") {
    bench.flush = true;
    bench.step();
    bench.expect_no_request(10);
  }
  SECTION("in the cycle of the verdict") {
    bench.step();
    bench.flush = true;
    bench.step();
    CHECK(bench.out().request.valid);
    bench.step();
    bench.answer(200);
    // Asked for after the flush: valid. But no prefetch any more: its use leads to nothing.
    CHECK(word_of(bench.ask(kCode + 0x40)) == 200);
    bench.expect_no_request(10);
  }
}

TEST_CASE("a miss that starts between look and verdict goes first") {
  Bench bench;
  bench.miss(kCode, 100);
  // In r+1 this fetch; in r+2 the look, and the verdict that starts the refill.
  CHECK(bench.ask(kCode + 0x200).kind == Kind::kMiss);
  CHECK(bench.out().request.line == (kCode + 0x200) / 64);
  bench.step();
  bench.answer(200);
  bench.prefetch((kCode + 0x200) / 64 + 1);
}

TEST_CASE("start ends the prefetch") {
  Bench bench;
  bench.miss(kCode, 100);
  SECTION("before the look") {}
  SECTION("before its verdict") { bench.step(); }
  SECTION("in REQUEST") {
    bench.step();
    bench.step();
    CHECK(bench.out().request.valid);
  }
  bench.start = true;
  bench.step();
  CHECK_FALSE(bench.out().refilling);
  bench.expect_no_request(10);
}

}  // namespace heddle::timed
