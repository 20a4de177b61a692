// l2_slice against a plain memory that performs the same requests one after the other, with a
// memory of random times behind it; and the cycles of memory.md, one by one.
#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "l2_slice_bench.hpp"

namespace heddle::tb {
namespace {

using isa::Op;

constexpr std::uint64_t kAllBytes = ~std::uint64_t{0};
constexpr unsigned kFloatAddLatency = 9;
constexpr std::array kIntegerAtomics = {Op::kAmoswapW, Op::kAmoaddW, Op::kAmoandW, Op::kAmoorW,
                                        Op::kAmoxorW,  Op::kAmominW, Op::kAmomaxW, Op::kAmominuW,
                                        Op::kAmomaxuW, Op::kAmocasW};

std::uint32_t float_sum(std::uint32_t a, std::uint32_t b) {
  const float sum = std::bit_cast<float>(a) + std::bit_cast<float>(b);
  return std::isnan(sum) ? 0x7FC00000 : std::bit_cast<std::uint32_t>(sum);
}

/// The word that an atomic leaves.
std::uint32_t performed(Op op, std::uint32_t word, std::uint32_t b, std::uint32_t c) {
  const auto signed_word = static_cast<std::int32_t>(word);
  const auto signed_b = static_cast<std::int32_t>(b);
  switch (op) {
    case Op::kAmoswapW: return b;
    case Op::kAmoaddW: return word + b;
    case Op::kAmoandW: return word & b;
    case Op::kAmoorW: return word | b;
    case Op::kAmoxorW: return word ^ b;
    case Op::kAmominW: return static_cast<std::uint32_t>(std::min(signed_word, signed_b));
    case Op::kAmomaxW: return static_cast<std::uint32_t>(std::max(signed_word, signed_b));
    case Op::kAmominuW: return std::min(word, b);
    case Op::kAmomaxuW: return std::max(word, b);
    case Op::kAmocasW: return word == c ? b : word;
    case Op::kAmofaddW: return float_sum(word, b);
    default: FAIL("no atomic"); return 0;
  }
}

SliceRequest load(std::uint32_t line, unsigned tag = 0) {
  SliceRequest request;
  request.line = line;
  request.tag = tag;
  return request;
}

SliceRequest store(std::uint32_t line, const Line& data, std::uint64_t strobe = kAllBytes) {
  SliceRequest request = load(line);
  request.write = true;
  request.strobe = strobe;
  // Bytes without strobe are 0, as the coalescer sends them.
  for (unsigned i = 0; i < 64; ++i) {
    if (((strobe >> i) & 1) != 0) request.data[i / 4] |= data[i / 4] & (0xFFU << i % 4 * 8);
  }
  return request;
}

SliceRequest atomic(Op op, std::uint32_t line, unsigned word, std::uint32_t b,
                    std::uint32_t c = 0) {
  SliceRequest request = load(line);
  request.atomic = true;
  request.op = op;
  request.word = word;
  request.data[0] = b;
  request.data[1] = c;
  return request;
}

Line filled(std::uint32_t word) {
  Line line;
  line.fill(word);
  return line;
}

/// amocas.d on `word` and the next one; low words first.
using Pair = std::array<std::uint32_t, 2>;
SliceRequest swap(std::uint32_t line, unsigned word, const Pair& b, const Pair& c) {
  SliceRequest request = atomic(Op::kAmocasD, line, word, b[0], c[0]);
  request.data[2] = b[1];
  request.data[3] = c[1];
  return request;
}

/// Performs the request on a plain memory; returns the response's data.
Line perform(std::map<std::uint32_t, Line>& reference, const SliceRequest& request) {
  Line& line = reference[request.line];
  if (request.write) {
    for (unsigned i = 0; i < 64; ++i) {
      if (((request.strobe >> i) & 1) == 0) continue;
      const std::uint32_t mask = 0xFFU << i % 4 * 8;
      line[i / 4] = (line[i / 4] & ~mask) | (request.data[i / 4] & mask);
    }
    return {};
  }
  if (!request.atomic) return line;
  if (request.op == Op::kAmocasD) {
    const unsigned low = request.word, high = low + 1;
    Line old;
    for (unsigned i = 0; i < old.size(); ++i) old[i] = line[i % 2 == 0 ? low : high];
    if (line[low] == request.data[1] && line[high] == request.data[3]) {
      line[low] = request.data[0];
      line[high] = request.data[2];
    }
    return old;
  }
  const std::uint32_t old = line[request.word];
  line[request.word] = performed(request.op, old, request.data[0], request.data[1]);
  return filled(old);
}

// ------------------------------------------------------------------------------------------------
// Random requests

/// What is asked how often, in percent of the requests; the rest are loads, of
/// which some are the copy engine's where there is one.
struct Mix {
  unsigned full_stores, partial_stores, atomics, float_adds, fetches_of_instructions;
  unsigned same_line;  ///< percent of the requests that go to the line of the one before
  unsigned pause;      ///< percent of the cycles without a request
};

struct Awaited {
  SliceRequest request;
  bool error;
  Line data;
};

class RandomRequests {
 public:
  RandomRequests(SliceBench& bench, const Mix& mix, bool with_bad_lines)
      : bench_(bench), mix_(mix) {
    // Three sets and two lines more than a set has ways.
    for (unsigned set : {0U, 1U, bench.sets() - 1}) {
      for (unsigned tag = 0; tag < bench.ways() + 2; ++tag) {
        const std::uint32_t line = bench.line(set, tag * 7 + 3);
        lines_.push_back(line);
        Line content;
        for (std::uint32_t& word : content) word = word_value();
        bench.memory[line] = reference[line] = content;
        if (with_bad_lines && tag == 1) bench.bad_lines.insert(line);
      }
    }
    last_line_ = lines_[0];
  }

  void run(unsigned requests) {
    std::optional<SliceRequest> request;
    unsigned made = 0;
    while (made < requests || request || !awaited_.empty()) {
      if (!request && made < requests && !bench_.chance(mix_.pause)) {
        request = make();
        if (request) ++made;
      }
      const bool taken = bench_.step(request ? &*request : nullptr);
      check_responses();
      // The reference performs the requests in the order in which the slice takes them.
      if (taken) {
        Awaited awaited{*request, bench_.bad_lines.contains(request->line), {}};
        if (!awaited.error) awaited.data = perform(reference, *request);
        awaited_.emplace(key(request->source, request->tag), awaited);
        request.reset();
      }
      if (++cycles_since_response_ > 5000) FAIL("the slice hangs");
    }
  }

  std::map<std::uint32_t, Line> reference;

 private:
  /// Of the instruction cache's, which has no tag, there is one at a time.
  static unsigned key(timed::LineSource source, unsigned tag) {
    const bool tagged = source != timed::LineSource::kInstruction;
    return static_cast<unsigned>(source) << 16 | (tagged ? tag : 0);
  }

  std::uint32_t word_value() {
    // Floats of all kinds, and small integers, so that comparisons hit.
    static constexpr std::uint32_t kSpecial[] = {0,          0x80000000, 0x7F800000, 0xFF800000,
                                                 0x7FC00000, 0x00000001, 0x807FFFFF, 0x3F800000,
                                                 0xBF800000, 0x7F7FFFFF};
    const std::uint64_t value = bench_.random()();
    switch (value >> 62) {
      case 0: return kSpecial[value % std::size(kSpecial)];
      case 1: return static_cast<std::uint32_t>(value % 4);
      default: return static_cast<std::uint32_t>(value);
    }
  }

  std::optional<SliceRequest> make() {
    if (!bench_.chance(mix_.same_line)) last_line_ = lines_[bench_.random()() % lines_.size()];
    SliceRequest request = load(last_line_);
    unsigned kind = static_cast<unsigned>(bench_.random()() % 100);
    const auto is = [&kind](unsigned percent) {
      const bool yes = kind < percent;
      kind = yes ? 100 : kind - percent;
      return yes;
    };
    Line data;
    for (std::uint32_t& word : data) word = word_value();
    const auto word = static_cast<unsigned>(bench_.random()() % 4);
    if (is(mix_.full_stores)) {
      // A bad line would be kept until it cannot be written back.
      if (!bench_.bad_lines.contains(last_line_)) request = store(last_line_, data);
    } else if (is(mix_.partial_stores)) {
      const std::uint64_t strobe = bench_.random()() & bench_.random()() & ~(1ULL << 63);
      request = store(last_line_, data, strobe | 1);
    } else if (kind < mix_.atomics / 4) {
      kind = 100;
      // Half of them find both words, others one or none.
      const unsigned low = word & 2;
      Pair compare = {reference[last_line_][low], reference[last_line_][low + 1]};
      if (bench_.chance(50)) compare[bench_.random()() % 2] = data[4];
      request = swap(last_line_, low, {data[0], data[1]}, compare);
    } else if (is(mix_.atomics)) {
      request = atomic(kIntegerAtomics[bench_.random()() % kIntegerAtomics.size()], last_line_,
                       word, data[0], data[1]);
    } else if (is(mix_.float_adds)) {
      request = atomic(Op::kAmofaddW, last_line_, word, data[0]);
    } else if (is(mix_.fetches_of_instructions)) {
      request.source = timed::LineSource::kInstruction;
    } else if (kind != 100 && bench_.config.copy_tags != 0 && bench_.chance(40)) {
      request.source = timed::LineSource::kCopy;
    }
    const bool copy = request.source == timed::LineSource::kCopy;
    const unsigned tags = copy ? bench_.config.copy_tags : bench_.config.line_tags;
    while (awaited_.contains(key(request.source, request.tag))) {
      if (request.source == timed::LineSource::kInstruction || ++request.tag == tags) {
        return std::nullopt;
      }
    }
    return request;
  }

  void check_responses() {
    for (const SliceResponse& response : bench_.responses) {
      const auto found = awaited_.find(key(response.source, response.tag));
      REQUIRE(found != awaited_.end());
      const Awaited& awaited = found->second;
      INFO("line " << awaited.request.line << ", op " << isa::name(awaited.request.op) << ", cycle "
                   << response.cycle);
      REQUIRE(response.write == awaited.request.write);
      REQUIRE(response.error == awaited.error);
      REQUIRE(response.data == awaited.data);
      awaited_.erase(found);
      cycles_since_response_ = 0;
    }
    bench_.responses.clear();
  }

  SliceBench& bench_;
  Mix mix_;
  std::vector<std::uint32_t> lines_;
  std::uint32_t last_line_ = 0;
  std::map<unsigned, Awaited> awaited_;
  unsigned cycles_since_response_ = 0;
};

constexpr Mix kMixes[] = {
    {.full_stores = 15,
     .partial_stores = 20,
     .atomics = 25,
     .float_adds = 3,
     .fetches_of_instructions = 10,
     .same_line = 60,
     .pause = 5},
    {.full_stores = 30,
     .partial_stores = 30,
     .atomics = 0,
     .float_adds = 0,
     .fetches_of_instructions = 5,
     .same_line = 10,
     .pause = 0},
    {.full_stores = 2,
     .partial_stores = 5,
     .atomics = 80,
     .float_adds = 3,
     .fetches_of_instructions = 0,
     .same_line = 90,
     .pause = 10},
    {.full_stores = 5,
     .partial_stores = 5,
     .atomics = 30,
     .float_adds = 30,
     .fetches_of_instructions = 0,
     .same_line = 70,
     .pause = 30},
    {.full_stores = 10,
     .partial_stores = 5,
     .atomics = 5,
     .float_adds = 0,
     .fetches_of_instructions = 30,
     .same_line = 0,
     .pause = 0},
};
constexpr Surroundings kSurroundings[] = {
    {.request_ready = 100, .response_ready = 100, .least_latency = 1, .most_latency = 1},
    {.request_ready = 100, .response_ready = 100, .least_latency = 1, .most_latency = 12},
    {.request_ready = 50, .response_ready = 40, .least_latency = 3, .most_latency = 80},
    {.request_ready = 10, .response_ready = 100, .least_latency = 1, .most_latency = 5},
};

/// Two launches; returns how many lines the flushes wrote back.
unsigned check_random(const Mix& mix, const Surroundings& surroundings, std::uint64_t seed,
                      bool bad) {
  SliceBench bench(seed);
  bench.surroundings = surroundings;
  unsigned flushed = 0;
  for (int launch = 0; launch < 2; ++launch) {
    bench.start();
    RandomRequests requests(bench, mix, bad);
    requests.run(1500);
    bench.wait_until_idle();
    const unsigned evictions = bench.evictions;
    bench.flush();
    CHECK(bench.idle());
    CHECK(bench.faults.empty());
    for (const auto& [line, content] : requests.reference) {
      INFO("line " << line);
      REQUIRE(bench.memory.at(line) == content);
    }
    flushed += bench.evictions - evictions;
  }
  CHECK(bench.fetches > 0);
  CHECK(bench.evictions > flushed);
  return flushed;
}

}  // namespace

TEST_CASE("random requests to an L2 slice leave what a plain memory leaves") {
  std::uint64_t seed = 1;
  unsigned flushed = 0;
  for (const Mix& mix : kMixes) {
    for (const Surroundings& surroundings : kSurroundings) {
      for (const bool bad : {false, true}) {
        INFO("seed " << seed << ", bad lines " << bad);
        flushed += check_random(mix, surroundings, seed++, bad);
      }
    }
  }
  CHECK(flushed > 0);
}

TEST_CASE("cycles of loads and stores in an L2 slice") {
  SliceBench bench;
  const std::uint32_t a = bench.line(5, 1), b = bench.line(5, 2);
  bench.memory[a] = filled(0xA);
  bench.memory[b] = filled(0xB);

  // Request in c, head in c+1, decision in c+3; memory is asked in d+5, answers one cycle later.
  SliceResponse response = bench.ask(load(a));
  CHECK(response.data == filled(0xA));
  CHECK(bench.answered == bench.sent + 3 + 5 + 1);
  CHECK(response.cycle == bench.answered + 1);

  // A hit: decided in c+3, the response visible in d+5.
  bench.wait_until_idle();
  response = bench.ask(load(a));
  CHECK(response.cycle == bench.sent + 3 + 5);
  CHECK(response.data == filled(0xA));

  // The line is open: decided in c+1.
  response = bench.ask(load(a));
  CHECK(response.cycle == bench.sent + 1 + 5);

  // A partial store to it does not wait, the load behind it waits for its write: d+5.
  bench.responses.clear();
  bench.send(store(a, filled(0xC), 0xF0));
  bench.send(load(a));
  while (bench.responses.size() < 2) bench.step();
  CHECK(bench.responses[1].cycle == bench.responses[0].cycle + 5);
  Line expected = filled(0xA);
  expected[1] = 0xC;
  CHECK(bench.responses[0].data == Line{});
  CHECK(bench.responses[0].write);
  CHECK(bench.responses[1].data == expected);

  // A whole store that misses is decided like a hit and fetches nothing.
  bench.wait_until_idle();
  const unsigned fetches = bench.fetches;
  response = bench.ask(store(b, filled(0xD)));
  CHECK(response.cycle == bench.sent + 3 + 5);
  CHECK(bench.ask(load(b)).data == filled(0xD));
  CHECK(bench.fetches == fetches);
  CHECK(bench.memory[b] == filled(0xB));

  // A partial one goes to memory and allocates nothing.
  const std::uint32_t c = bench.line(6, 9);
  bench.memory[c] = filled(1);
  bench.ask(store(c, filled(0x22222222), 0xFF));
  CHECK(bench.strobed_writes == 1);
  CHECK(bench.memory[c][1] == 0x22222222);
  CHECK(bench.memory[c][2] == 1);
  CHECK(bench.ask(load(c)).data == bench.memory[c]);
  CHECK(bench.fetches == fetches + 1);
}

TEST_CASE("requests for the open line run one a cycle") {
  SliceBench bench;
  const std::uint32_t line = bench.line(3, 4);
  bench.memory[line] = filled(7);
  bench.ask(load(line));
  bench.wait_until_idle();
  bench.ask(load(line));
  bench.responses.clear();
  for (int i = 0; i < 100; ++i) bench.send(load(line));
  bench.wait_until_idle();
  REQUIRE(bench.responses.size() == 100);
  CHECK(bench.responses.back().cycle == bench.responses.front().cycle + 99);
}

TEST_CASE("atomics on one word run one a cycle and see each other") {
  for (const bool several_words : {false, true}) {
    SliceBench bench;
    const std::uint32_t line = bench.line(3, 4);
    std::map<std::uint32_t, Line> reference;
    bench.memory[line] = reference[line] = filled(100);
    bench.ask(load(line));
    bench.wait_until_idle();
    bench.ask(load(line));
    bench.responses.clear();
    std::vector<Line> expected;
    for (unsigned i = 0; i < 500; ++i) {
      const unsigned word = several_words ? static_cast<unsigned>(bench.random()() % 3) : 6;
      const SliceRequest request = atomic(Op::kAmoaddW, line, word, i);
      bench.send(request);
      expected.push_back(perform(reference, request));
    }
    bench.wait_until_idle();
    REQUIRE(bench.responses.size() == 500);
    CHECK(bench.responses.back().cycle == bench.responses.front().cycle + 499);
    for (unsigned i = 0; i < 500; ++i) REQUIRE(bench.responses[i].data == expected[i]);
    CHECK(bench.ask(load(line)).data == reference[line]);
  }
}

TEST_CASE("amocas.d waits for what writes its line, and is waited for") {
  SliceBench bench;
  const std::uint32_t line = bench.line(3, 4);
  std::map<std::uint32_t, Line> reference;
  bench.memory[line] = reference[line] = filled(100);
  bench.ask(load(line));
  bench.wait_until_idle();
  bench.ask(load(line));
  bench.responses.clear();
  const Pair found = {100, 100}, first = {1, 2}, second = {3, 4};
  const std::vector<SliceRequest> requests = {
      atomic(Op::kAmoaddW, line, 1, 7), swap(line, 6, first, {100, 101}),
      swap(line, 6, first, found),      swap(line, 6, second, first),
      atomic(Op::kAmoaddW, line, 7, 5), atomic(Op::kAmoaddW, line, 6, 5),
      swap(line, 6, first, second),     load(line)};
  constexpr std::array<unsigned, 8> kApart = {0, 5, 5, 5, 5, 1, 5, 5};
  std::vector<Line> expected;
  for (const SliceRequest& request : requests) {
    bench.send(request);
    expected.push_back(perform(reference, request));
  }
  bench.wait_until_idle();
  REQUIRE(bench.responses.size() == requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    INFO("request " << i);
    CHECK(bench.responses[i].data == expected[i]);
    if (i != 0) CHECK(bench.responses[i].cycle == bench.responses[i - 1].cycle + kApart[i]);
  }
  CHECK(reference[line][6] == 8);
  CHECK(reference[line][7] == 9);
}

TEST_CASE("an L2 slice takes as many requests as it has places for") {
  constexpr unsigned kQueue = 2;  // requests that are not decided
  constexpr unsigned kWrites = 4;
  const auto taken = [](SliceBench& bench, const auto& request) {
    unsigned count = 0;
    for (int i = 0; i < 500; ++i) {
      const SliceRequest next = request(count);
      if (bench.step(&next)) ++count;
    }
    return count;
  };
  SECTION("responses") {
    SliceBench bench;
    bench.ask(load(bench.line(0, 1)));
    bench.surroundings.response_ready = 0;
    const auto request = [&](unsigned) { return load(bench.line(0, 1)); };
    CHECK(taken(bench, request) == bench.config.axi_outstanding + 8 + kQueue);
    bench.surroundings.response_ready = 100;
    bench.responses.clear();
    bench.wait_until_idle();
    CHECK(bench.responses.size() == bench.config.axi_outstanding + 8 + kQueue);
  }
  SECTION("fetches") {
    SliceBench bench;
    bench.surroundings.request_ready = 0;
    const auto request = [&](unsigned i) { return load(bench.line(i, 1)); };
    CHECK(taken(bench, request) == bench.mshrs() + kQueue);
  }
  SECTION("writes") {
    SliceBench bench;
    bench.surroundings.request_ready = 0;
    const auto request = [&](unsigned i) { return store(bench.line(0, i), filled(i)); };
    CHECK(taken(bench, request) == bench.ways() + kWrites + kQueue);
  }
}

TEST_CASE("an amofadd holds up what is behind it") {
  SliceBench bench;
  const std::uint32_t line = bench.line(3, 4);
  bench.memory[line] = filled(std::bit_cast<std::uint32_t>(1.5F));
  bench.ask(load(line));
  bench.wait_until_idle();
  bench.ask(load(line));
  bench.responses.clear();
  const std::uint32_t operand = std::bit_cast<std::uint32_t>(0.25F);
  for (int i = 0; i < 3; ++i) bench.send(atomic(Op::kAmofaddW, line, 9, operand));
  bench.send(load(line));
  bench.wait_until_idle();
  REQUIRE(bench.responses.size() == 4);
  for (unsigned i = 1; i < 4; ++i) {
    CHECK(bench.responses[i].cycle == bench.responses[i - 1].cycle + 6 + kFloatAddLatency);
  }
  for (unsigned i = 0; i < 3; ++i) {
    const float old = 1.5F + 0.25F * static_cast<float>(i);
    CHECK(bench.responses[i].data == filled(std::bit_cast<std::uint32_t>(old)));
  }
  CHECK(bench.responses[3].data[9] == std::bit_cast<std::uint32_t>(2.25F));
  CHECK(bench.responses[3].data[8] == std::bit_cast<std::uint32_t>(1.5F));
}

TEST_CASE("an atomic that misses fetches its line and is performed then") {
  SliceBench bench;
  const std::uint32_t line = bench.line(7, 1);
  bench.memory[line] = filled(40);
  const SliceResponse response = bench.ask(atomic(Op::kAmoaddW, line, 2, 2));
  CHECK(response.data == filled(40));
  CHECK_FALSE(response.write);
  CHECK_FALSE(response.error);
  CHECK(bench.fetches == 1);
  CHECK(bench.ask(load(line)).data[2] == 42);
  CHECK(bench.memory[line][2] == 40);
  bench.wait_until_idle();
  bench.flush();
  CHECK(bench.memory[line][2] == 42);
}

TEST_CASE("victims of an L2 set are chosen in turn and written back if they are dirty") {
  SliceBench bench;
  for (unsigned tag = 0; tag < bench.ways(); ++tag) {
    bench.ask(store(bench.line(2, tag), filled(tag)));
  }
  CHECK(bench.evictions == 0);
  // A hit does not change whose turn it is.
  bench.ask(load(bench.line(2, 0)));
  bench.ask(load(bench.line(2, 100)));
  CHECK(bench.evictions == 1);
  CHECK(bench.memory.at(bench.line(2, 0)) == filled(0));
  bench.ask(load(bench.line(2, 101)));
  CHECK(bench.evictions == 2);
  CHECK(bench.memory.at(bench.line(2, 1)) == filled(1));
  // The first victim's place holds a line now that is not dirty.
  for (unsigned tag = 2; tag < bench.ways(); ++tag) bench.ask(load(bench.line(2, 200 + tag)));
  CHECK(bench.evictions == bench.ways());
  bench.ask(load(bench.line(2, 102)));
  CHECK(bench.evictions == bench.ways());
}

TEST_CASE("the L2 is cleared at the start of a launch, a set a cycle") {
  SliceBench bench;
  const std::uint32_t line = bench.line(bench.sets() - 1, 3);
  bench.ask(store(line, filled(1)));
  bench.wait_until_idle();
  bench.memory[line] = filled(2);
  const std::uint64_t start = bench.cycle();
  bench.start();
  bench.step();
  CHECK_FALSE(bench.idle());
  CHECK(bench.ask(load(line)).data == filled(2));
  // RUN from start + SETS + 1; the head is decided two cycles later, memory asked in d + 5.
  CHECK(bench.answered == start + bench.sets() + 1 + 2 + 5 + 1);
}

TEST_CASE("a flush writes back what is dirty, if anything was written") {
  SliceBench bench;
  const std::uint32_t a = bench.line(0, 3), b = bench.line(bench.sets() - 1, 2);
  bench.ask(load(a));
  bench.wait_until_idle();
  CHECK(bench.flush() == 0);

  bench.ask(store(a, filled(1), 0xFFFF));
  bench.ask(store(b, filled(2)));
  bench.wait_until_idle();
  // The last line is evicted by way 0: its eviction was decided in the cycle before the last
  // (way 1 and what else there is follow); it is asked for in d + 5 and answered in d + 6.
  const unsigned cycles = bench.flush();
  CHECK(cycles == bench.sets() * (2 + bench.ways()) - (bench.ways() - 1) + 6 + 1);
  CHECK(bench.evictions == 2);
  CHECK(bench.memory[a][3] == 1);
  CHECK(bench.memory[a][4] == 0);
  CHECK(bench.memory[b] == filled(2));
}

TEST_CASE("a flush of many dirty lines waits for places") {
  SliceBench bench;
  bench.surroundings = {
      .request_ready = 10, .response_ready = 100, .least_latency = 30, .most_latency = 60};
  for (unsigned set = 0; set < bench.sets(); ++set) {
    for (unsigned tag = 0; tag < bench.ways(); ++tag) {
      bench.send(store(bench.line(set, tag), filled(set * 16 + tag)));
    }
  }
  bench.wait_until_idle();
  CHECK(bench.evictions == 0);
  bench.flush();
  CHECK(bench.evictions == bench.sets() * bench.ways());
  for (unsigned set = 0; set < bench.sets(); ++set) {
    for (unsigned tag = 0; tag < bench.ways(); ++tag) {
      REQUIRE(bench.memory.at(bench.line(set, tag)) == filled(set * 16 + tag));
    }
  }
}

TEST_CASE("errors of memory") {
  SliceBench bench;
  const std::uint32_t bad = bench.line(1, 1), good = bench.line(1, 2);
  bench.bad_lines.insert(bad);
  bench.memory[good] = filled(5);

  SliceResponse response = bench.ask(load(bad));
  CHECK(response.error);
  CHECK(response.data == Line{});

  response = bench.ask(store(bad, filled(1), 1));
  CHECK(response.error);
  CHECK(response.write);

  // The atomic is looked up again and answered then; the next one is asked anew.
  const unsigned fetches = bench.fetches;
  for (unsigned i = 1; i <= 2; ++i) {
    response = bench.ask(atomic(Op::kAmoaddW, bad, 0, 1));
    CHECK(response.error);
    CHECK_FALSE(response.write);
    CHECK(response.data == Line{});
    CHECK(bench.fetches == fetches + i);
  }
  CHECK(bench.ask(atomic(Op::kAmoaddW, good, 0, 1)).data == filled(5));
  CHECK(bench.faults.empty());

  // A line that cannot be written back, by a victim ...
  CHECK_FALSE(bench.ask(store(bad, filled(1))).error);
  for (unsigned tag = 0; bench.faults.empty() && tag < bench.ways(); ++tag) {
    bench.ask(load(bench.line(1, 10 + tag)));
    bench.clock(20);
  }
  REQUIRE(bench.faults.size() == 1);

  // ... and by the flush, one cycle before the state is RUN again.
  bench.ask(store(bad, filled(1)));
  bench.wait_until_idle();
  bench.flush();
  REQUIRE(bench.faults.size() == 2);
  CHECK(bench.faults[1] == bench.answered + 1);
}

}  // namespace heddle::tb
