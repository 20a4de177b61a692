// An L2 slice against docs/architecture/memory.md: decisions, their cycles, what goes to the memory
// and comes back, and any order of accesses against a plain array.
#include "memory/l2_slice.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <deque>
#include <map>
#include <random>
#include <vector>

#include "line_reference.hpp"

namespace heddle::timed {
namespace {

using isa::Op;
using Kind = L2Slice::DecisionKind;

constexpr std::uint32_t kChannels = 2;
constexpr std::uint32_t kWays = 2;
constexpr std::uint32_t kSets = 4;
constexpr std::uint32_t kMshrs = 3;
constexpr std::uint64_t kAll = ~std::uint64_t{0};

Config config() {
  Config result;
  result.channels = kChannels;
  result.l2_ways = kWays;
  result.l2_bytes = kChannels * kWays * kSets * kLineBytes;
  result.axi_outstanding = kMshrs;
  return result;
}

/// The n-th line of a set, of this channel.
std::uint32_t line_of(std::uint32_t set, std::uint32_t n) {
  return tb::line_at(1, tb::line_at(set, n, kSets), kChannels);
}

std::uint32_t word_of(const LineData& data, std::uint32_t word) {
  std::uint32_t value = 0;
  std::memcpy(&value, &data[4 * word], 4);
  return value;
}
LineData filled(std::uint8_t value) {
  LineData data;
  data.fill(value);
  return data;
}

struct Bench {
  L2Slice unit{config()};
  bool start = false, flush = false;
  bool response_ready = true, memory_request_ready = true;
  LineRequest request;  // shown until it is taken
  MemoryResponse memory_response;
  std::uint32_t cycle = 0;
  std::vector<std::pair<std::uint32_t, LineResponse>> responses;  // with their cycles
  std::vector<std::pair<std::uint32_t, MemoryRequest>> memory_requests;
  std::vector<std::pair<std::uint32_t, L2Slice::Decision>> decisions;  // with the cycle d

  const L2Slice::Outputs& out() const { return unit.out(); }
  /// Returns true if the request was taken.
  bool step() {
    const bool taken = request.valid && out().ready;
    const bool answered = memory_response.valid && out().memory_response_ready;
    if (out().response != nullptr && response_ready) responses.emplace_back(cycle, *out().response);
    if (out().memory_request != nullptr && memory_request_ready) {
      memory_requests.emplace_back(cycle, *out().memory_request);
    }
    L2Slice::Inputs in;
    in.start = start;
    in.flush = flush;
    in.request = request.valid ? &request : nullptr;
    in.tag = request.tag;
    in.response_ready = response_ready;
    in.memory_request_ready = memory_request_ready;
    in.memory_response = &memory_response;
    unit.eval(in);
    unit.tick();
    start = flush = false;
    if (taken) request.valid = false;
    if (answered) memory_response.valid = false;
    if (out().decision.valid) decisions.emplace_back(cycle, out().decision);
    ++cycle;
    return taken;
  }
  void steps(int count) {
    for (int i = 0; i < count; ++i) step();
  }
  /// Returns the cycle in which the request is transferred.
  std::uint32_t send(const LineRequest& wanted) {
    request = wanted;
    request.valid = true;
    for (int i = 0; i < 1000; ++i) {
      if (step()) return cycle - 1;
    }
    FAIL("no request is taken");
    return 0;
  }
  /// Returns the cycle in which the response is transferred.
  std::uint32_t answer(std::uint32_t id, const LineData& data, bool write = false,
                       bool error = false) {
    memory_response = {true, write, error, id, data};
    for (int i = 0; i < 100 && memory_response.valid; ++i) step();
    REQUIRE_FALSE(memory_response.valid);
    return cycle - 1;
  }
  /// The line comes into the L2, clean; everything comes to rest.
  void fetch(std::uint32_t line, const LineData& data) {
    send(load(line));
    steps(10);
    REQUIRE(memory_requests.size() == 1);
    answer(memory_requests[0].second.id, data);
    steps(10);
    forget();
  }
  void forget() {
    responses.clear();
    memory_requests.clear();
    decisions.clear();
    REQUIRE(out().idle);
  }
  static LineRequest load(std::uint32_t line, std::uint32_t tag = 0) {
    LineRequest result;
    result.line = line;
    result.tag = tag;
    return result;
  }
  static LineRequest store(std::uint32_t line, const LineData& data, std::uint64_t strobe,
                           std::uint32_t tag = 0) {
    LineRequest result = load(line, tag);
    result.write = true;
    result.data = data;
    result.strobe = strobe;
    return result;
  }
  static LineRequest atomic(Op op, std::uint32_t line, std::uint32_t word, std::uint32_t b,
                            std::uint32_t tag = 0) {
    LineRequest result = load(line, tag);
    result.atomic = true;
    result.op = op;
    result.word = word;
    std::memcpy(result.data.data(), &b, 4);
    return result;
  }
};

}  // namespace

TEST_CASE(
    "a load's miss asks the memory eight cycles after its transfer, and answers with the line") {
  Bench bench;
  LineRequest load = Bench::load(line_of(2, 3), 7);
  load.source = LineSource::kInstruction;
  const std::uint32_t sent = bench.send(load);
  bench.steps(20);
  REQUIRE(bench.decisions.size() == 1);
  CHECK(bench.decisions[0].first == sent + 3);
  CHECK(bench.decisions[0].second.kind == Kind::kLoadMiss);
  CHECK(bench.decisions[0].second.line == line_of(2, 3));
  CHECK(bench.decisions[0].second.set == 2);
  CHECK(bench.decisions[0].second.way == 0);
  REQUIRE(bench.memory_requests.size() == 1);
  CHECK(bench.memory_requests[0].first == sent + 8);
  const MemoryRequest& fetch = bench.memory_requests[0].second;
  CHECK_FALSE(fetch.write);
  CHECK(fetch.line == line_of(2, 3));
  CHECK(fetch.id == 0);
  CHECK_FALSE(bench.out().idle);
  const std::uint32_t answered = bench.answer(0, filled(0x5a));
  bench.steps(5);
  REQUIRE(bench.responses.size() == 1);
  CHECK(bench.responses[0].first == answered + 1);
  const LineResponse& response = bench.responses[0].second;
  CHECK(response.source == LineSource::kInstruction);
  CHECK(response.tag == 7);
  CHECK_FALSE(response.write);
  CHECK_FALSE(response.error);
  CHECK(response.data == filled(0x5a));
  CHECK(bench.out().idle);
}

TEST_CASE("hits answer eight cycles after their transfer, in the line of the last one six") {
  Bench bench;
  bench.fetch(line_of(0, 0), filled(1));
  bench.fetch(line_of(0, 1), filled(2));
  for (const std::uint32_t n : {0u, 1u}) {
    const std::uint32_t sent = bench.send(Bench::load(line_of(0, n), n));
    bench.steps(12);
    const std::uint32_t again = bench.send(Bench::load(line_of(0, n), n));
    bench.steps(12);
    REQUIRE(bench.responses.size() == 2);
    CHECK(bench.responses[0].first == sent + 8);
    CHECK(bench.responses[1].first == again + 6);
    CHECK(bench.responses[0].second.data == filled(static_cast<std::uint8_t>(n + 1)));
    CHECK(bench.responses[1].second.data == filled(static_cast<std::uint8_t>(n + 1)));
    CHECK(bench.decisions[0].second.kind == Kind::kLoadHit);
    CHECK(bench.decisions[0].second.way == n);
    CHECK(bench.memory_requests.empty());
    bench.forget();
  }
}

TEST_CASE("loads of one line run one a cycle; another line costs its lookup") {
  Bench bench;
  bench.fetch(line_of(0, 0), filled(1));
  bench.fetch(line_of(1, 0), filled(2));
  bench.send(Bench::load(line_of(0, 0)));
  for (int i = 0; i < 6; ++i) bench.send(Bench::load(line_of(0, 0)));
  bench.send(Bench::load(line_of(1, 0)));
  bench.steps(20);
  REQUIRE(bench.decisions.size() == 8);
  for (std::size_t i = 1; i < 7; ++i) {
    CHECK(bench.decisions[i].first == bench.decisions[0].first + i);
  }
  CHECK(bench.decisions[7].first == bench.decisions[6].first + 3);
}

TEST_CASE("atomics on one word run one a cycle, and each sees the one before") {
  Bench bench;
  LineData line = filled(0);
  line[4 * 5] = 100;
  bench.fetch(line_of(1, 0), line);
  bench.send(Bench::load(line_of(1, 0)));
  bench.steps(12);
  bench.forget();
  std::uint32_t first = 0;
  for (std::uint32_t i = 0; i < 10; ++i) {
    const std::uint32_t sent = bench.send(Bench::atomic(Op::kAmoaddW, line_of(1, 0), 5, 10 + i, i));
    if (i == 0) first = sent;
  }
  bench.steps(12);
  REQUIRE(bench.responses.size() == 10);
  std::uint32_t expected = 100;
  for (std::uint32_t i = 0; i < 10; ++i) {
    CHECK(bench.responses[i].first == first + 6 + i);
    const LineResponse& response = bench.responses[i].second;
    CHECK(response.tag == i);
    CHECK_FALSE(response.write);
    for (std::uint32_t word = 0; word < 16; ++word) CHECK(word_of(response.data, word) == expected);
    expected += 10 + i;
  }
}

TEST_CASE("amocas.d takes both words or none, and forwards nothing") {
  Bench bench;
  LineData line = filled(0);
  line[4 * 6] = 5;
  line[4 * 7] = 6;
  bench.fetch(line_of(1, 0), line);
  bench.send(Bench::load(line_of(1, 0)));
  bench.steps(12);
  bench.forget();
  const auto swap = [&](std::uint64_t expected, std::uint64_t value, std::uint32_t tag) {
    LineRequest request =
        Bench::atomic(Op::kAmocasD, line_of(1, 0), 6, static_cast<std::uint32_t>(value), tag);
    const std::uint32_t words[] = {static_cast<std::uint32_t>(expected),
                                   static_cast<std::uint32_t>(value >> 32),
                                   static_cast<std::uint32_t>(expected >> 32)};
    std::memcpy(request.data.data() + 4, words, sizeof words);
    bench.send(request);
  };
  constexpr std::uint64_t kFirst = 6ull << 32 | 5, kSecond = 0x8000000000000001;
  bench.send(Bench::atomic(Op::kAmoaddW, line_of(1, 0), 1, 9, 0));
  swap(kFirst ^ 1ull << 40, 1, 1);  // fails in the upper word
  swap(kFirst, kSecond, 2);
  bench.send(Bench::atomic(Op::kAmoaddW, line_of(1, 0), 7, 1, 3));
  bench.send(Bench::atomic(Op::kAmoaddW, line_of(1, 0), 7, 1, 4));
  swap(kSecond ^ 1, 1, 5);  // fails in the lower word
  bench.send(Bench::load(line_of(1, 0), 6));
  bench.steps(30);
  REQUIRE(bench.decisions.size() == 7);
  const std::uint32_t after[] = {0, 5, 5, 5, 1, 5, 5};
  for (std::size_t i = 1; i < 7; ++i) {
    CAPTURE(i);
    CHECK(bench.decisions[i].first == bench.decisions[i - 1].first + after[i]);
    if (i != 6) CHECK(bench.decisions[i].second.kind == Kind::kAtomicHit);
  }
  REQUIRE(bench.responses.size() == 7);
  constexpr std::uint64_t kAdded = kSecond + (2ull << 32);
  const std::pair<std::size_t, std::uint64_t> seen[] = {{1, kFirst}, {2, kFirst}, {5, kAdded}};
  for (const auto& [response, value] : seen) {
    for (std::uint32_t word = 0; word < 16; ++word) {
      CAPTURE(response, word);
      CHECK(word_of(bench.responses[response].second.data, word) ==
            static_cast<std::uint32_t>(value >> 32 * (word % 2)));
    }
  }
  CHECK(word_of(bench.responses[3].second.data, 0) == kSecond >> 32);
  CHECK(word_of(bench.responses[6].second.data, 1) == 9);
  CHECK(word_of(bench.responses[6].second.data, 6) == static_cast<std::uint32_t>(kAdded));
  CHECK(word_of(bench.responses[6].second.data, 7) == kAdded >> 32);
}

TEST_CASE("a line that was written can be read five cycles later") {
  Bench bench;
  bench.fetch(line_of(1, 0), filled(7));
  LineData data = filled(0);
  data[3] = 0x99;
  bench.send(Bench::store(line_of(1, 0), data, 0x8, 1));
  bench.send(Bench::load(line_of(1, 0), 2));
  bench.send(Bench::atomic(Op::kAmoswapW, line_of(1, 0), 0, 4, 3));
  bench.send(Bench::load(line_of(1, 0), 4));
  bench.steps(20);
  REQUIRE(bench.decisions.size() == 4);
  CHECK(bench.decisions[0].second.kind == Kind::kStoreHit);
  CHECK(bench.decisions[1].first == bench.decisions[0].first + 5);
  CHECK(bench.decisions[2].second.kind == Kind::kAtomicHit);
  CHECK(bench.decisions[2].first == bench.decisions[1].first + 1);
  CHECK(bench.decisions[3].first == bench.decisions[2].first + 5);
  REQUIRE(bench.responses.size() == 4);
  CHECK(bench.responses[0].second.write);
  CHECK(bench.responses[0].second.data == filled(0));
  LineData expected = filled(7);
  expected[3] = 0x99;
  CHECK(bench.responses[1].second.data == expected);
  CHECK(word_of(bench.responses[2].second.data, 9) == 0x99070707);
  CHECK(word_of(bench.responses[3].second.data, 0) == 4);
}

TEST_CASE("behind an amofadd nothing is decided for fourteen cycles") {
  Bench bench;
  bench.fetch(line_of(1, 0), filled(0));
  bench.fetch(line_of(2, 0), filled(3));
  bench.send(Bench::atomic(Op::kAmofaddW, line_of(1, 0), 2, 0x3f800000, 1));  // + 1.0
  bench.send(Bench::atomic(Op::kAmofaddW, line_of(1, 0), 2, 0x40000000, 2));  // + 2.0
  bench.send(Bench::load(line_of(2, 0), 3));
  bench.steps(60);
  bench.send(Bench::load(line_of(1, 0), 4));
  bench.steps(20);
  REQUIRE(bench.decisions.size() == 4);
  CHECK(bench.decisions[1].first == bench.decisions[0].first + 15);
  // The lookup goes on all the time: START, READ, DECIDE over and over.
  CHECK(bench.decisions[2].first > bench.decisions[1].first + 14);
  CHECK(bench.decisions[2].first <= bench.decisions[1].first + 17);
  REQUIRE(bench.responses.size() == 4);
  CHECK(word_of(bench.responses[0].second.data, 0) == 0);
  CHECK(word_of(bench.responses[1].second.data, 0) == 0x3f800000);
  CHECK(word_of(bench.responses[3].second.data, 2) == 0x40400000);
}

TEST_CASE("an amofadd is in the pipe until its word is written") {
  Bench bench;
  bench.fetch(line_of(1, 0), filled(0));
  bench.send(Bench::atomic(Op::kAmofaddW, line_of(1, 0), 2, 0x3f800000));
  while (bench.decisions.empty()) bench.step();
  const std::uint32_t decided = bench.decisions[0].first;
  while (!bench.out().idle) bench.step();
  CHECK(bench.cycle == decided + 15);
}

TEST_CASE("a store's miss that is not the whole line goes to the memory and leaves nothing") {
  Bench bench;
  const std::uint32_t sent = bench.send(Bench::store(line_of(3, 1), filled(0x42), 0xf0, 6));
  bench.steps(12);
  REQUIRE(bench.memory_requests.size() == 1);
  CHECK(bench.memory_requests[0].first == sent + 8);
  const MemoryRequest& write = bench.memory_requests[0].second;
  CHECK(write.write);
  CHECK(write.line == line_of(3, 1));
  CHECK(write.strobe == 0xf0);
  CHECK(write.data == filled(0x42));
  CHECK(write.id == 0);
  CHECK(bench.responses.empty());
  bench.answer(0, {}, true);
  bench.steps(2);
  REQUIRE(bench.responses.size() == 1);
  CHECK(bench.responses[0].second.write);
  CHECK(bench.responses[0].second.tag == 6);
  bench.send(Bench::load(line_of(3, 1)));
  bench.steps(12);
  CHECK(bench.decisions[1].second.kind == Kind::kLoadMiss);
}

TEST_CASE("a store of a whole line takes a way, and the third one of a set evicts the first") {
  Bench bench;
  for (std::uint32_t n = 0; n < 3; ++n) {
    bench.send(Bench::store(line_of(1, n), filled(static_cast<std::uint8_t>(n)), kAll, n));
    bench.steps(20);
  }
  REQUIRE(bench.decisions.size() == 3);
  CHECK(bench.decisions[0].second.kind == Kind::kLineStore);
  CHECK(bench.decisions[0].second.way == 0);
  CHECK(bench.decisions[1].second.way == 1);
  CHECK(bench.decisions[2].second.way == 0);
  CHECK_FALSE(bench.decisions[1].second.evicts);
  CHECK(bench.decisions[2].second.evicts);
  CHECK(bench.responses.size() == 3);
  REQUIRE(bench.memory_requests.size() == 1);
  const MemoryRequest& eviction = bench.memory_requests[0].second;
  CHECK(bench.memory_requests[0].first == bench.decisions[2].first + 5);
  CHECK(eviction.write);
  CHECK(eviction.line == line_of(1, 0));
  CHECK(eviction.id == kMshrs);
  CHECK(eviction.strobe == kAll);
  CHECK(eviction.data == filled(0));
}

TEST_CASE("fetches go to the memory before evictions, but not before that of their own line") {
  const bool stalled = GENERATE(false, true);
  Bench bench;
  for (std::uint32_t n = 0; n < 2; ++n) {
    bench.send(Bench::store(line_of(1, n), filled(9), kAll));
    bench.steps(20);
  }
  bench.forget();
  bench.memory_request_ready = !stalled;
  bench.send(Bench::load(line_of(1, 2)));
  bench.send(Bench::load(line_of(1, 0)));  // what was evicted
  bench.steps(20);
  if (stalled) CHECK(bench.memory_requests.empty());
  bench.memory_request_ready = true;
  bench.steps(6);
  REQUIRE(bench.memory_requests.size() == 4);
  const auto is = [&](std::size_t place, bool write, std::uint32_t line) {
    const MemoryRequest& request = bench.memory_requests[place].second;
    INFO("request " << place << ": write " << request.write << ", line " << request.line);
    CHECK((request.write == write && request.line == line));
  };
  is(0, false, line_of(1, 2));
  is(1, true, line_of(1, 0));
  is(2, false, line_of(1, 0));
  is(3, true, line_of(1, 1));
  CHECK(bench.memory_requests[1].first == bench.memory_requests[0].first + 1);
  CHECK(bench.memory_requests[2].second.id == 1);
}

TEST_CASE("an atomic's miss fetches and then hits; the head waits for it") {
  Bench bench;
  bench.send(Bench::atomic(Op::kAmoorW, line_of(0, 0), 1, 0xff, 4));
  bench.send(Bench::load(line_of(0, 0), 5));
  bench.steps(20);
  REQUIRE(bench.decisions.size() == 1);
  CHECK(bench.decisions[0].second.kind == Kind::kAtomicMiss);
  REQUIRE(bench.memory_requests.size() == 1);
  bench.answer(bench.memory_requests[0].second.id, filled(0x10));
  bench.steps(30);
  REQUIRE(bench.decisions.size() == 3);
  CHECK(bench.decisions[1].second.kind == Kind::kAtomicHit);
  REQUIRE(bench.responses.size() == 2);
  CHECK(bench.responses[0].second.tag == 4);
  CHECK(word_of(bench.responses[0].second.data, 0) == 0x10101010);
  CHECK(word_of(bench.responses[1].second.data, 1) == 0x101010ff);
  CHECK(bench.memory_requests.size() == 1);
}

TEST_CASE("errors of the memory come back as errors, and nothing of them stays") {
  Bench bench;
  const auto error = [&](const LineRequest& request, bool write) {
    bench.send(request);
    bench.steps(12);
    REQUIRE(bench.memory_requests.size() == 1);
    bench.answer(bench.memory_requests[0].second.id, filled(0x77), write, true);
    bench.steps(20);
    REQUIRE(bench.responses.size() == 1);
    CHECK(bench.responses[0].second.error);
    CHECK(bench.responses[0].second.write == write);
    CHECK(bench.responses[0].second.data == filled(0));
    bench.forget();
  };
  for (int twice = 0; twice < 2; ++twice) {
    error(Bench::load(line_of(0, 0)), false);
    error(Bench::store(line_of(0, 0), filled(1), 0xff), true);
    error(Bench::atomic(Op::kAmoaddW, line_of(0, 0), 0, 1), false);
  }
}

TEST_CASE("an error of an eviction is a fault") {
  Bench bench;
  for (std::uint32_t n = 0; n < 3; ++n) {
    bench.send(Bench::store(line_of(1, n), filled(9), kAll));
    bench.steps(20);
  }
  const std::uint32_t answered = bench.answer(kMshrs, {}, true, true);
  CHECK(bench.cycle == answered + 1);
  CHECK(bench.out().fault.valid);
  CHECK(bench.out().fault.cause == 7);
  CHECK(bench.out().fault.mask == 0);
  bench.step();
  CHECK_FALSE(bench.out().fault.valid);
}

TEST_CASE("no more MSHRs, responses or writes are promised than there are") {
  Bench bench;
  bench.memory_request_ready = false;
  // Loads of as many lines as there are MSHRs, of sets with room; the next one waits.
  for (std::uint32_t n = 0; n < kMshrs + 1; ++n) bench.send(Bench::load(line_of(n, 0)));
  bench.steps(40);
  CHECK(bench.decisions.size() == kMshrs);
  bench.memory_request_ready = true;
  bench.steps(5);
  bench.answer(1, filled(1));
  bench.steps(10);
  REQUIRE(bench.decisions.size() == kMshrs + 1);
  REQUIRE(bench.memory_requests.size() == kMshrs + 1);
  CHECK(bench.memory_requests[kMshrs].second.id == 1);
  for (const std::uint32_t id : {0u, 1u, 2u}) bench.answer(id, filled(1));
  bench.steps(10);
  bench.forget();

  bench.response_ready = false;
  for (std::uint32_t i = 0; i < kMshrs + 8 + 2; ++i) bench.send(Bench::load(line_of(0, 0), i));
  bench.steps(40);
  CHECK(bench.decisions.size() == kMshrs + 8);
  bench.response_ready = true;
  bench.steps(40);
  CHECK(bench.responses.size() == kMshrs + 8 + 2);
  bench.forget();

  // Stores of whole lines: two fill a set that holds nothing dirty, the others evict.
  bench.memory_request_ready = false;
  for (std::uint32_t n = 0; n < 8; ++n)
    bench.send(Bench::store(line_of(3, 4 + n), filled(1), kAll));
  bench.steps(100);
  CHECK(bench.decisions.size() == 2 + 4);
  bench.memory_request_ready = true;
  bench.steps(60);
  CHECK(bench.decisions.size() == 8);
  CHECK(bench.memory_requests.size() == 6);
}

TEST_CASE("a line under way, and a way that waits for its line, hold up the head") {
  Bench bench;
  bench.send(Bench::load(line_of(0, 0)));
  bench.send(Bench::load(line_of(0, 0)));
  bench.steps(20);
  CHECK(bench.decisions.size() == 1);
  bench.answer(0, filled(1));
  bench.steps(20);
  CHECK(bench.decisions.size() == 2);
  CHECK(bench.decisions[1].second.kind == Kind::kLoadHit);
  bench.forget();

  // Ways 1 and 0 of the set wait for lines 1 and 2; line 3 wants way 1.
  for (const std::uint32_t n : {1u, 2u, 3u}) bench.send(Bench::load(line_of(0, n)));
  bench.steps(20);
  REQUIRE(bench.decisions.size() == 2);
  CHECK(bench.decisions[0].second.way == 1);
  CHECK(bench.decisions[1].second.way == 0);
  bench.answer(1, filled(1));
  bench.steps(20);
  CHECK(bench.decisions.size() == 2);
  bench.answer(0, filled(1));
  bench.steps(20);
  REQUIRE(bench.decisions.size() == 3);
  CHECK(bench.decisions[2].second.way == 1);
}

TEST_CASE(
    "a memory response waits for the pipe's own responses and writes, and no decision meets it") {
  Bench bench;
  bench.fetch(line_of(1, 0), filled(7));
  bench.send(Bench::load(line_of(2, 0)));
  bench.steps(12);
  bench.decisions.clear();
  bench.send(Bench::store(line_of(1, 0), filled(1), 1));
  while (bench.decisions.empty()) bench.step();
  const std::uint32_t decided = bench.decisions[0].first;
  for (std::uint32_t age = 1; age < 8; ++age) {
    CHECK(bench.cycle == decided + age);
    CHECK(bench.out().memory_response_ready == (age != 4 && age != 5));
    bench.step();
  }
  bench.answer(0, filled(1));
  bench.steps(20);
  bench.forget();

  // A hit of the open line that could be decided in the cycle of a memory response.
  bench.send(Bench::load(line_of(3, 0)));
  bench.steps(12);
  bench.send(Bench::load(line_of(1, 0)));
  bench.steps(12);
  bench.decisions.clear();
  bench.send(Bench::load(line_of(1, 0)));  // at the head in the cycle in which the answer comes
  const std::uint32_t answered = bench.answer(bench.memory_requests[0].second.id, filled(1));
  bench.steps(12);
  REQUIRE(bench.decisions.size() == 1);
  CHECK(bench.decisions[0].first == answered + 1);
}

TEST_CASE("a line that comes in during a lookup in its set is found by the next lookup") {
  // The answer comes in START, READ or some cycle of DECIDE of the lookup. The first DECIDE that
  // sees it comes after READ; START, READ, DECIDE follow, and that decides.
  for (std::uint32_t offset = 0; offset < 6; ++offset) {
    Bench bench;
    bench.send(Bench::load(line_of(0, 0)));
    bench.steps(20);
    const std::uint32_t sent = bench.send(Bench::load(line_of(0, 0)));
    bench.steps(static_cast<int>(offset));
    CHECK(bench.answer(0, filled(3)) == sent + 1 + offset);
    bench.steps(20);
    INFO("offset " << offset);
    REQUIRE(bench.decisions.size() == 2);
    CHECK(bench.decisions[1].second.kind == Kind::kLoadHit);
    CHECK(bench.decisions[1].first == sent + 1 + std::max(offset + 1, 2u) + 3);
    CHECK(bench.memory_requests.size() == 1);
  }
  // A fetch for another set does not disturb.
  for (std::uint32_t offset = 0; offset < 2; ++offset) {
    Bench bench;
    bench.fetch(line_of(1, 0), filled(4));
    bench.send(Bench::load(line_of(0, 0)));
    bench.steps(20);
    const std::uint32_t sent = bench.send(Bench::load(line_of(1, 0)));
    bench.steps(static_cast<int>(offset));
    bench.answer(bench.memory_requests[0].second.id, filled(3));
    bench.steps(20);
    REQUIRE(bench.decisions.size() == 2);
    CHECK(bench.decisions[1].first == sent + 3);
  }
}

TEST_CASE("start makes the L2 empty, a set a cycle; requests wait") {
  Bench bench;
  bench.fetch(line_of(0, 0), filled(7));
  bench.start = true;
  bench.step();
  const std::uint32_t started = bench.cycle - 1;
  bench.send(Bench::load(line_of(0, 0)));
  CHECK_FALSE(bench.out().memory_response_ready);
  CHECK_FALSE(bench.out().idle);
  bench.steps(20);
  REQUIRE(bench.decisions.size() == 1);
  CHECK(bench.decisions[0].second.kind == Kind::kLoadMiss);
  // CLEAR in started + 1 .. started + kSets, then START, READ, DECIDE.
  CHECK(bench.decisions[0].first == started + kSets + 3);
}

TEST_CASE("a flush writes the dirty lines back, set by set and way by way") {
  Bench bench;
  bench.start = true;
  bench.step();
  bench.steps(10);
  // Nothing was written: nothing happens.
  bench.fetch(line_of(0, 0), filled(7));
  bench.flush = true;
  bench.steps(3);
  CHECK_FALSE(bench.out().flushing);
  CHECK(bench.out().idle);

  bench.send(Bench::store(line_of(3, 0), filled(3), kAll));
  bench.send(Bench::store(line_of(1, 0), filled(1), kAll));
  bench.send(Bench::store(line_of(1, 1), filled(2), kAll));
  bench.steps(30);
  bench.forget();
  bench.flush = true;
  const std::uint32_t flushed = bench.cycle;
  bench.step();
  CHECK(bench.out().flushing);
  CHECK_FALSE(bench.out().idle);
  bench.steps(60);
  REQUIRE(bench.memory_requests.size() == 3);
  const std::uint32_t lines[] = {line_of(1, 0), line_of(1, 1), line_of(3, 0)};
  // Set s has its cycles from flushed + 1 + s · (2 + ways) on: two of the tag memory, one a way.
  const std::uint32_t ways[] = {1 * 4 + 2, 1 * 4 + 3, 3 * 4 + 2};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& [cycle, write] = bench.memory_requests[i];
    CHECK(cycle == flushed + 1 + ways[i] + 5);
    CHECK(write.line == lines[i]);
    CHECK(write.strobe == kAll);
    CHECK(write.id == kMshrs);
    CHECK(write.data == filled(i == 2 ? 3 : static_cast<std::uint8_t>(i + 1)));
  }
  CHECK(bench.out().flushing);
  bench.answer(kMshrs, {}, true);
  bench.answer(kMshrs, {}, true);
  bench.steps(10);
  CHECK(bench.out().flushing);
  const std::uint32_t answered = bench.answer(kMshrs, {}, true);
  CHECK(bench.out().flushing);  // SETTLE sees that nothing is left
  bench.step();
  CHECK(bench.cycle == answered + 2);
  CHECK_FALSE(bench.out().flushing);
  CHECK(bench.out().idle);
}

TEST_CASE("a flush waits for places in the write FIFO") {
  Bench bench;
  for (std::uint32_t set = 0; set < kSets; ++set) {
    for (std::uint32_t n = 0; n < kWays; ++n) {
      bench.send(Bench::store(line_of(set, n), filled(1), kAll));
      bench.steps(8);
    }
  }
  bench.steps(20);
  bench.forget();
  bench.memory_request_ready = false;
  bench.flush = true;
  bench.steps(100);
  bench.memory_request_ready = true;
  bench.steps(100);
  CHECK(bench.memory_requests.size() == kSets * kWays);
}

namespace {

/// The memory behind the slice: requests are answered after random times, those of one line in
/// order (as axi_master does).
struct Memory {
  std::map<std::uint32_t, LineData> lines;
  struct Pending {
    std::uint32_t ready_at = 0;
    MemoryRequest request;
  };
  std::vector<Pending> pending;

  void write(const MemoryRequest& request) {
    LineData& line = lines[request.line];
    for (std::uint32_t byte = 0; byte < kLineBytes; ++byte) {
      if ((request.strobe >> byte & 1) != 0) line[byte] = request.data[byte];
    }
  }
  /// An answer that is due, if any; only the oldest one of each line is.
  MemoryResponse take(std::uint32_t cycle) {
    for (std::size_t i = 0; i < pending.size(); ++i) {
      bool oldest = pending[i].ready_at <= cycle;
      for (std::size_t j = 0; j < i; ++j) {
        oldest &= pending[j].request.line != pending[i].request.line;
      }
      if (!oldest) continue;
      const MemoryRequest request = pending[i].request;
      pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(i));
      MemoryResponse response{true, request.write, false, request.id, {}};
      if (request.write) {
        write(request);
      } else {
        response.data = lines[request.line];
      }
      return response;
    }
    return {};
  }
};

struct Access {
  bool write = false, atomic = false;
  std::uint32_t line = 0;
  LineData expected{};
};

}  // namespace

TEST_CASE("random accesses see and leave what a plain array would hold") {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    std::mt19937 engine(seed);
    const auto below = [&](std::uint32_t limit) {
      return static_cast<std::uint32_t>(engine() % limit);
    };
    Bench bench;
    bench.start = true;
    bench.step();
    Memory memory;
    std::map<std::uint32_t, LineData> expected;  // in the order of the requests
    std::map<std::uint32_t, Access> in_flight;   // by tag
    const std::uint32_t set_count = 1 + below(2), lines_a_set = 2 + below(4);
    const std::uint32_t latency = 1 + below(40), eagerness = 1 + below(4);
    for (std::uint32_t set = 0; set < set_count; ++set) {
      for (std::uint32_t n = 0; n < lines_a_set; ++n) {
        LineData data;
        for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(engine());
        expected[line_of(set, n)] = memory.lines[line_of(set, n)] = data;
      }
    }
    std::uint32_t next_tag = 0, left = 1500;
    INFO("seed " << seed);
    for (int guard = 0; left != 0 || !in_flight.empty() || !bench.out().idle; ++guard) {
      REQUIRE(guard < 200'000);
      if (!bench.request.valid && left != 0 && below(eagerness) == 0) {
        const std::uint32_t line = line_of(below(set_count), below(lines_a_set));
        Access access;
        access.line = line;
        LineRequest request = Bench::load(line, next_tag);
        request.data = {};
        LineData& now = expected[line];
        switch (below(4)) {
          case 0:
            request.write = access.write = true;
            request.strobe = below(3) == 0 ? kAll : engine() | std::uint64_t{engine()} << 32;
            for (std::uint32_t byte = 0; byte < kLineBytes; ++byte) {
              if ((request.strobe >> byte & 1) == 0) continue;
              now[byte] = request.data[byte] = static_cast<std::uint8_t>(engine());
            }
            break;
          case 1: {
            request.atomic = access.atomic = true;
            request.op = below(2) == 0 ? Op::kAmoaddW : Op::kAmoxorW;
            request.word = below(16);
            const std::uint32_t b = static_cast<std::uint32_t>(engine());
            std::memcpy(request.data.data(), &b, 4);
            const std::uint32_t old = word_of(now, request.word);
            for (std::uint32_t word = 0; word < 16; ++word) {
              std::memcpy(&access.expected[4 * word], &old, 4);
            }
            const std::uint32_t value = request.op == Op::kAmoaddW ? old + b : old ^ b;
            std::memcpy(&now[4 * request.word], &value, 4);
            break;
          }
          default: access.expected = now;
        }
        bench.request = request;
        bench.request.valid = true;
        in_flight[next_tag++] = access;
        --left;
      }
      if (!bench.memory_response.valid) bench.memory_response = memory.take(bench.cycle);
      bench.response_ready = below(3) != 0;
      bench.memory_request_ready = below(3) != 0;
      bench.step();
      for (const auto& [cycle, request] : bench.memory_requests) {
        memory.pending.push_back({cycle + 1 + below(latency), request});
      }
      bench.memory_requests.clear();
      for (const auto& [cycle, response] : bench.responses) {
        REQUIRE(in_flight.count(response.tag) == 1);
        const Access& access = in_flight[response.tag];
        REQUIRE(response.write == access.write);
        REQUIRE_FALSE(response.error);
        if (!access.write) REQUIRE(response.data == access.expected);
        in_flight.erase(response.tag);
      }
      bench.responses.clear();
    }
    bench.flush = true;
    bench.response_ready = bench.memory_request_ready = true;
    bench.step();
    for (int guard = 0; bench.out().flushing; ++guard) {
      REQUIRE(guard < 10'000);
      if (!bench.memory_response.valid) bench.memory_response = memory.take(bench.cycle);
      bench.step();
      for (const auto& [cycle, request] : bench.memory_requests) {
        memory.pending.push_back({cycle + 1, request});
      }
      bench.memory_requests.clear();
    }
    for (const auto& [line, data] : expected) REQUIRE(memory.lines[line] == data);
  }
}

}  // namespace heddle::timed
