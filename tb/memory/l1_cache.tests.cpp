// An L1 cache against docs/architecture/memory.md: decisions, their cycles, what stays in the
// cache, and any order of accesses against a plain memory. In the comments a is the cycle in which
// a request is taken, d the one in which it is decided, r that of a response's transfer.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <functional>
#include <map>
#include <random>

#include "l1_cache_bench.hpp"

namespace heddle::tb {
namespace {

using Bench = L1CacheBench;
using Scenario = std::function<void(Bench&)>;

constexpr std::uint64_t kHits = 4;

/// On every cache that there is, or, with `with_lines`, those that are not of 0 bytes.
void each(const Scenario& scenario, bool with_lines = true) {
  for (const L1CacheFactory& open : open_l1_units()) {
    Bench bench(open());
    if (with_lines && !bench.present()) continue;
    INFO(bench.config().l1_bytes << " bytes, " << bench.ways() << " ways");
    scenario(bench);
  }
}

/// A line that differs in every byte from one with another seed.
LineData data_of(std::uint32_t seed) {
  LineData data;
  for (std::size_t byte = 0; byte < data.size(); ++byte) {
    data[byte] = static_cast<std::uint8_t>(byte + 77 * seed);
  }
  return data;
}

LineData merged(LineData line, const LineData& stored, std::uint64_t strobe) {
  for (std::size_t byte = 0; byte < line.size(); ++byte) {
    if ((strobe >> byte & 1) != 0) line[byte] = stored[byte];
  }
  return line;
}

constexpr std::uint64_t kStrobe = 0x8000'0000'00f0'0001;

}  // namespace

TEST_CASE(
    "a load that misses is sent on two cycles after it came, and its response passes through") {
  each(
      [](Bench& bench) {
        bench.steps(3);
        const std::uint64_t a = bench.send(Bench::load(5, 3));
        CHECK(a == 3);
        bench.step();
        CHECK_FALSE(bench.last.ready);  // a + 1 = d
        bench.step();
        CHECK(bench.last.ready);
        bench.steps(5);
        REQUIRE(bench.sent.size() == 1);
        CHECK(bench.sent[0].cycle == a + 2);
        CHECK(bench.sent[0].request.line == 5);
        CHECK(bench.sent[0].request.tag == 3);
        CHECK_FALSE(bench.sent[0].request.write);
        CHECK_FALSE(bench.sent[0].request.atomic);
        CHECK(bench.misses == std::vector<std::uint64_t>{a + 2});  // d + 1
        CHECK(bench.hits.empty());

        bench.in.response_ready = false;
        const std::uint64_t r = bench.cycle() + 2;
        bench.offer(3, data_of(1));
        bench.step();
        CHECK(bench.last.response.valid);
        bench.until(r);
        bench.in.response_ready = true;
        bench.steps(4);
        CHECK(bench.taken == std::vector<std::uint64_t>{r});
        REQUIRE(bench.returned.size() == 1);
        CHECK(bench.returned[0].cycle == r);
        CHECK(bench.returned[0].response.tag == 3);
        CHECK(bench.returned[0].response.data == data_of(1));
        CHECK_FALSE(bench.returned[0].response.write);
        CHECK_FALSE(bench.returned[0].response.error);
      },
      false);
}

TEST_CASE("a load that hits is answered four cycles after it came, and not sent on") {
  each([](Bench& bench) {
    bench.miss(bench.line(1, 2), 7, data_of(4));
    const std::uint64_t a = bench.send(Bench::load(bench.line(1, 2), 1));
    const std::uint64_t second = bench.send(Bench::load(bench.line(1, 2), 2));
    CHECK(second == a + 2);  // `head` is not valid from d + 1
    bench.steps(8);
    CHECK(bench.sent.empty());
    CHECK(bench.hits == std::vector<std::uint64_t>{a + 2, a + 4});
    REQUIRE(bench.returned.size() == 2);
    // d = a + 1, pushed in d + 2, at the FIFO's head in d + 3.
    CHECK(bench.returned[0].cycle == a + 4);
    CHECK(bench.returned[0].response.tag == 1);
    CHECK(bench.returned[0].response.data == data_of(4));
    CHECK_FALSE(bench.returned[0].response.write);
    CHECK_FALSE(bench.returned[0].response.error);
    CHECK(bench.returned[1].cycle == a + 6);
    CHECK(bench.returned[1].response.tag == 2);
    // The neighbours of the line, in its set and beside it, are others.
    CHECK_FALSE(bench.hits_in(bench.line(0, 2)));
    CHECK_FALSE(bench.hits_in(bench.line(1, 3)));
  });
}

TEST_CASE("a request waits for the one before it to leave, in whose last cycle it is decided") {
  each(
      [](Bench& bench) {
        bench.in.out_ready = false;
        const std::uint64_t a = bench.send(Bench::load(1, 0));
        const std::uint64_t second = bench.send(Bench::load(2, 1));
        CHECK(second == a + 2);
        bench.in.request = Bench::load(3, 2);
        bench.steps(10);
        CHECK(bench.in.request.valid);  // no place
        CHECK(bench.last.out.line == 1);
        const std::uint64_t leaves = bench.cycle();
        bench.in.out_ready = true;
        bench.steps(10);
        REQUIRE(bench.sent.size() == 3);
        CHECK(bench.sent[0].cycle == leaves);
        CHECK(bench.sent[1].cycle == leaves + 1);  // decided in `leaves`
        CHECK(bench.sent[2].cycle == leaves + 3);  // taken in leaves + 1
        CHECK(bench.misses == std::vector<std::uint64_t>{a + 2, leaves + 1, leaves + 3});
      },
      false);
}

TEST_CASE("a hit does not wait for a request to leave") {
  each([](Bench& bench) {
    bench.miss(0, 0, data_of(1));
    bench.in.out_ready = false;
    bench.send(Bench::load(1, 1));
    const std::uint64_t a = bench.send(Bench::load(0, 2));
    bench.steps(8);
    REQUIRE(bench.returned.size() == 1);
    CHECK(bench.returned[0].cycle == a + 4);
  });
}

TEST_CASE("loads of a line that is coming are sent on; only the first one's response is kept") {
  each([](Bench& bench) {
    bench.send(Bench::load(0, 0));
    bench.send(Bench::load(0, 1));
    bench.steps(4);
    CHECK(bench.sent.size() == 2);
    CHECK(bench.misses.size() == 2);
    bench.answer(1, data_of(1));
    CHECK_FALSE(bench.hits_in(0, 2));  // still coming
    bench.answer(0, data_of(2));
    CHECK(bench.hit(0) == data_of(2));
    bench.answer(2, data_of(3));
    CHECK(bench.hit(0) == data_of(2));
  });
}

TEST_CASE("a store that hits goes into the line and on") {
  each([](Bench& bench) {
    bench.miss(0, 0, data_of(1));
    const std::uint64_t a = bench.send(Bench::store(0, 5, data_of(2), kStrobe));
    const std::uint64_t next = bench.send(Bench::load(0, 6));
    bench.steps(8);
    REQUIRE(bench.sent.size() == 1);
    CHECK(bench.sent[0].cycle == a + 2);
    CHECK(bench.sent[0].request.write);
    CHECK(bench.sent[0].request.tag == 5);
    CHECK(bench.sent[0].request.strobe == kStrobe);
    CHECK(bench.sent[0].request.data == Bench::store(0, 5, data_of(2), kStrobe).data);
    CHECK(bench.misses.empty());
    REQUIRE(bench.returned.size() == 1);
    CHECK(bench.returned[0].cycle == next + 4);
    CHECK(bench.returned[0].response.data == merged(data_of(1), data_of(2), kStrobe));
    // The answer of the store means nothing to the cache.
    bench.answer(5, data_of(9), true);
    CHECK(bench.hit(0) == merged(data_of(1), data_of(2), kStrobe));
  });
}

TEST_CASE("the crossbar waits while the write of a store that hits is presented") {
  // When the crossbar's line is offered, against d, and when it is taken.
  constexpr std::pair<std::uint64_t, std::uint64_t> cases[] = {{0, 0}, {1, 2}, {2, 2}};
  for (const auto& [offered, taken] : cases) {
    each([&](Bench& bench) {
      bench.miss(0, 0, data_of(1));
      bench.send(Bench::load(1, 1));
      bench.steps(6);
      bench.forget();
      const std::uint64_t d = bench.send(Bench::store(0, 2, data_of(2), 1)) + 1;
      bench.until(d + offered);
      bench.offer(1, data_of(3));
      bench.steps(6);
      CHECK(bench.taken == std::vector<std::uint64_t>{d + taken});
      REQUIRE(bench.returned.size() == 1);
      CHECK(bench.returned[0].cycle == d + taken);
      CHECK(bench.hit(1) == data_of(3));
    });
  }
  // Not while one that misses is sent on.
  each(
      [](Bench& bench) {
        bench.send(Bench::load(1, 1));
        bench.steps(6);
        const std::uint64_t d = bench.send(Bench::store(0, 2, data_of(2), 1)) + 1;
        bench.until(d + 1);
        bench.offer(1, data_of(3));
        bench.steps(6);
        CHECK(bench.taken == std::vector<std::uint64_t>{d + 1});
      },
      false);
}

TEST_CASE("a hit is offered in the crossbar's place while a store's write is presented") {
  each([](Bench& bench) {
    bench.miss(0, 0, data_of(1));
    bench.send(Bench::load(1, 1));
    bench.send(Bench::load(0, 2));
    bench.steps(8);
    bench.forget();  // a hit was transferred last: the crossbar's turn
    bench.in.response_ready = false;
    bench.send(Bench::load(0, 3));
    bench.steps(6);
    const std::uint64_t d = bench.send(Bench::store(0, 4, data_of(2), 1)) + 1;
    bench.until(d + 1);
    bench.offer(1, data_of(3));
    bench.in.response_ready = true;
    bench.steps(4);
    REQUIRE(bench.returned.size() == 2);
    CHECK(bench.returned[0].cycle == d + 1);
    CHECK(bench.returned[0].response.tag == 3);
    CHECK(bench.returned[1].cycle == d + 2);
    CHECK(bench.returned[1].response.tag == 1);
  });
}

TEST_CASE("a store or atomic to a line that is coming keeps it from coming") {
  each([](Bench& bench) {
    const LineRequest requests[] = {Bench::store(0, 1, data_of(2), 1), Bench::atomic(0, 1, 3, 7)};
    for (const LineRequest& request : requests) {
      bench.in.start = true;
      bench.step();
      bench.send(Bench::load(0, 0));
      bench.send(request);
      bench.steps(4);
      REQUIRE(bench.sent.size() == 2);
      CHECK(bench.sent[1].request.write == request.write);
      CHECK(bench.sent[1].request.atomic == request.atomic);
      bench.answer(0, data_of(1));
      bench.answer(1, data_of(1), request.write);
      // The next load of the line takes care of it again.
      CHECK_FALSE(bench.hits_in(0, 2));
      bench.answer(2, data_of(5));
      CHECK(bench.hit(0) == data_of(5));
      bench.forget();
    }
  });
}

TEST_CASE("stores and atomics of lines that are not there bring none") {
  each([](Bench& bench) {
    bench.send(Bench::store(0, 0, data_of(1), ~std::uint64_t{0}));
    bench.send(Bench::atomic(1, 1, 3, 7));
    bench.steps(4);
    REQUIRE(bench.sent.size() == 2);
    bench.answer(0, data_of(1), true);
    bench.answer(1, data_of(1));
    CHECK_FALSE(bench.hits_in(0, 2));
    CHECK_FALSE(bench.hits_in(1, 3));
  });
}

TEST_CASE("an atomic goes on as it came, and its line is given up") {
  each([](Bench& bench) {
    bench.miss(bench.line(0, 1), 0, data_of(1));
    const std::uint64_t a = bench.send(Bench::atomic(bench.line(0, 1), 3, 13, 0x12345678));
    bench.steps(4);
    REQUIRE(bench.sent.size() == 1);
    const LineRequest& request = bench.sent[0].request;
    CHECK(bench.sent[0].cycle == a + 2);
    CHECK(request.atomic);
    CHECK(request.op == isa::Op::kAmoaddW);
    CHECK(request.word == 13);
    CHECK(request.tag == 3);
    CHECK(request.data == Bench::atomic(0, 0, 13, 0x12345678).data);
    CHECK(bench.hits.empty());
    CHECK(bench.misses.empty());
    bench.answer(3, data_of(2));
    CHECK_FALSE(bench.hits_in(bench.line(0, 1)));
  });
}

TEST_CASE("the victim is the next way, whatever the set") {
  each([](Bench& bench) {
    // All ways of a set; then one line more, which replaces the first.
    for (std::uint32_t n = 0; n < bench.ways(); ++n) {
      bench.miss(bench.line(0, n), n, data_of(n));
    }
    for (std::uint32_t n = 0; n < bench.ways(); ++n)
      CHECK(bench.hit(bench.line(0, n)) == data_of(n));
    bench.miss(bench.line(0, bench.ways()), 0, data_of(20));
    for (std::uint32_t n = 1; n <= bench.ways(); ++n) CHECK(bench.hits_in(bench.line(0, n)));
    CHECK_FALSE(bench.hits_in(bench.line(0, 0)));
  });
  each([](Bench& bench) {
    // `between` lines of another set come between two of set 0.
    for (std::uint32_t between = 0; between < bench.ways(); ++between) {
      bench.in.start = true;
      bench.step();
      bench.miss(bench.line(0, 0), 0, data_of(0));
      for (std::uint32_t n = 0; n < between; ++n) bench.miss(bench.line(1, n), 1, data_of(1));
      bench.miss(bench.line(0, 1), 2, data_of(2));
      CHECK(bench.hit(bench.line(0, 1)) == data_of(2));
      CHECK(bench.hits_in(bench.line(0, 0)) == (between != bench.ways() - 1));
    }
  });
}

TEST_CASE("a line that is replaced while it comes does not come") {
  each([](Bench& bench) {
    bench.send(Bench::load(bench.line(0, 0), 0));
    for (std::uint32_t n = 1; n < bench.ways(); ++n) bench.send(Bench::load(bench.line(1, n), n));
    bench.send(Bench::load(bench.line(0, 1), 7));  // to the way of the first
    bench.steps(4);
    CHECK(bench.sent.size() == bench.ways() + 1);
    bench.answer(0, data_of(1));
    bench.answer(7, data_of(2));
    CHECK(bench.hit(bench.line(0, 1)) == data_of(2));
    CHECK_FALSE(bench.hits_in(bench.line(0, 0), 6));
  });
}

TEST_CASE("a response meets the decision on its line in the same cycle, or is one ahead") {
  enum class Second { kLoad, kStore, kAtomic, kReplace };
  for (const Second second : {Second::kLoad, Second::kStore, Second::kAtomic, Second::kReplace}) {
    for (const std::uint64_t ahead : {0u, 1u}) {  // r = d - ahead
      each([&](Bench& bench) {
        const std::uint32_t line = bench.line(0, 0), other = bench.line(0, 1);
        bench.send(Bench::load(line, 0));
        for (std::uint32_t n = 1; n < bench.ways(); ++n)
          bench.send(Bench::load(bench.line(1, n), n));
        bench.steps(8);
        bench.forget();
        LineRequest request = Bench::load(line, 7);
        if (second == Second::kStore) request = Bench::store(line, 7, data_of(2), kStrobe);
        if (second == Second::kAtomic) request = Bench::atomic(line, 7, 0, 1);
        if (second == Second::kReplace) request = Bench::load(other, 7);
        // Taken in the next cycle, decided in the one after that.
        if (ahead == 1) bench.offer(0, data_of(1));
        const std::uint64_t d = bench.send(request) + 1;
        if (ahead == 0) bench.offer(0, data_of(1));
        bench.steps(8);
        REQUIRE(bench.taken == std::vector<std::uint64_t>{d - ahead});
        CHECK(bench.returned.at(0).response.data == data_of(1));
        const bool hit = second == Second::kLoad && ahead == 1;
        CHECK(bench.sent.size() == (hit ? 0 : 1));
        CHECK(bench.hits.size() == (hit ? 1 : 0));
        switch (second) {
          case Second::kLoad: CHECK(bench.hit(line) == data_of(1)); break;
          case Second::kStore:
            REQUIRE(bench.hits_in(line) == (ahead == 1));
            if (ahead == 1) {
              CHECK(bench.returned[0].response.data == merged(data_of(1), data_of(2), kStrobe));
            }
            break;
          case Second::kAtomic: CHECK_FALSE(bench.hits_in(line)); break;
          case Second::kReplace:
            bench.answer(7, data_of(3));
            CHECK(bench.hit(other) == data_of(3));
            CHECK_FALSE(bench.hits_in(line));
            break;
        }
      });
    }
  }
}

TEST_CASE("a line with an error is not kept, and the fill is over") {
  each([](Bench& bench) {
    REQUIRE_FALSE(bench.hits_in(0, 4));
    bench.offer(4, data_of(1), false, true);
    bench.steps(4);
    REQUIRE(bench.returned.size() == 1);
    CHECK(bench.returned[0].response.error);
    CHECK_FALSE(bench.hits_in(0, 5));
    bench.answer(5, data_of(2));
    CHECK(bench.hit(0) == data_of(2));
  });
}

TEST_CASE("four hits may wait for load_return; the next request waits for a place") {
  each([](Bench& bench) {
    bench.miss(0, 0, data_of(1));
    bench.in.response_ready = false;
    std::uint64_t a = 0;
    for (std::uint32_t i = 0; i <= kHits; ++i) a = bench.send(Bench::load(0, i));
    bench.in.request = Bench::load(0, 7);
    bench.steps(10);
    CHECK(bench.in.request.valid);
    CHECK(bench.hits.size() == kHits);
    CHECK(a == bench.hits.back());  // the last one was taken in the d + 1 of the one before
    const std::uint64_t leaves = bench.cycle();
    bench.in.response_ready = true;
    bench.step();
    bench.in.response_ready = false;
    bench.steps(6);
    // `promised` is one less in leaves + 1.
    REQUIRE(bench.hits.size() == kHits + 1);
    CHECK(bench.hits.back() == leaves + 2);
    bench.in.response_ready = true;
    bench.steps(20);
    REQUIRE(bench.returned.size() == kHits + 2);
    for (std::uint32_t i = 0; i <= kHits; ++i) CHECK(bench.returned[i].response.tag == i);
    CHECK(bench.returned.back().response.tag == 7);
  });
}

TEST_CASE("hits and the crossbar's responses take turns") {
  each([](Bench& bench) {
    bench.miss(0, 0, data_of(1));
    bench.send(Bench::store(1, 5, data_of(2), 1));
    bench.send(Bench::store(1, 6, data_of(2), 1));
    bench.in.response_ready = false;
    for (std::uint32_t i = 0; i < kHits; ++i) bench.send(Bench::load(0, i));
    bench.steps(6);
    bench.offer(5, LineData{}, true);
    bench.offer(6, LineData{}, true);
    bench.steps(3);
    const std::uint64_t first = bench.cycle();
    bench.in.response_ready = true;
    bench.steps(8);
    // The crossbar's was transferred last.
    const std::vector<std::uint32_t> expected = {0, 5, 1, 6, 2, 3};
    REQUIRE(bench.returned.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CHECK(bench.returned[i].response.tag == expected[i]);
      CHECK(bench.returned[i].response.write == (expected[i] >= 5));
      CHECK(bench.returned[i].cycle == first + i);
    }
    // A hit was: the crossbar's is first.
    bench.forget();
    bench.in.response_ready = false;
    bench.send(Bench::load(0, 4));
    bench.steps(6);
    bench.offer(7, LineData{}, true);
    bench.in.response_ready = true;
    bench.steps(4);
    REQUIRE(bench.returned.size() == 2);
    CHECK(bench.returned[0].response.tag == 7);
    CHECK(bench.returned[1].response.tag == 4);
  });
}

TEST_CASE("with bypass loads are sent on and leave the cache as it is") {
  each([](Bench& bench) {
    bench.miss(0, 0, data_of(1));
    bench.in.bypass = true;
    CHECK_FALSE(bench.hits_in(0, 1));
    bench.answer(1, data_of(2));
    CHECK_FALSE(bench.hits_in(bench.line(1, 0), 2));
    bench.answer(2, data_of(3));
    CHECK_FALSE(bench.hits_in(bench.line(1, 0), 3));
    bench.answer(3, data_of(3));
    bench.in.bypass = false;
    CHECK(bench.hit(0) == data_of(1));
    CHECK_FALSE(bench.hits_in(bench.line(1, 0), 4));
  });
}

TEST_CASE("a cache of 0 bytes keeps nothing") {
  each(
      [](Bench& bench) {
        if (bench.present()) return;
        for (std::uint32_t i = 0; i < 4; ++i) {
          CHECK_FALSE(bench.hits_in(0, i));
          bench.answer(i, data_of(1));
        }
        const std::uint64_t a = bench.send(Bench::store(0, 1, data_of(1), 3));
        bench.send(Bench::atomic(0, 2, 0, 1));
        bench.steps(6);
        REQUIRE(bench.sent.size() == 2);
        CHECK(bench.sent[0].cycle == a + 2);
        CHECK(bench.sent[1].cycle == a + 4);
      },
      false);
}

TEST_CASE("start empties the cache, and what was coming does not come") {
  each([](Bench& bench) {
    bench.miss(0, 0, data_of(1));
    bench.send(Bench::load(1, 1));
    bench.steps(8);
    bench.in.start = true;
    bench.step();
    bench.answer(1, data_of(2));
    CHECK_FALSE(bench.hits_in(0, 2));
    CHECK_FALSE(bench.hits_in(1, 3));
  });
}

namespace {

/// Random requests; behind the cache a memory that performs what it takes at once and answers
/// later, in any order. What a request has to answer is known when the cache takes it: requests
/// stay in order.
class RandomTraffic {
 public:
  RandomTraffic(Bench& bench, std::uint64_t seed)
      : bench_(bench), random_(seed), tags_(bench.config().line_tags) {
    // Lines of two sets, twice as many as they hold; without a cache any will do.
    const std::uint32_t count = bench.present() ? 2 * bench.ways() : 4;
    for (std::uint32_t n = 0; n < count; ++n) {
      for (std::uint32_t set = 0; set < 2; ++set) {
        lines_.push_back(bench.present() ? bench.line(set, n) : 2 * n + set);
      }
    }
    bad_line_ = lines_.back();
  }

  void run(unsigned requests) {
    for (unsigned i = 0; i < requests; ++i) {
      step(true);
      if (i % 1000 == 999) {
        rest();
        restart();
      }
    }
    rest();
  }

  unsigned loads = 0, load_hits = 0;

 private:
  using Memory = std::map<std::uint32_t, LineData>;
  struct Tag {
    bool used = false;
    LineResponse expected;
  };

  bool chance(unsigned percent) { return random_() % 100 < percent; }

  static std::uint32_t word_of(const LineData& data, std::uint32_t word) {
    std::uint32_t value = 0;
    std::memcpy(&value, &data[4 * word], 4);
    return value;
  }

  /// Performs a request, and returns what it answers.
  LineResponse perform(Memory& memory, const LineRequest& request) const {
    LineResponse response;
    response.valid = true;
    response.write = request.write;
    response.tag = request.tag;
    response.error = request.line == bad_line_;
    if (response.error) return response;
    LineData& line = memory[request.line];
    if (request.write) {
      line = merged(line, request.data, request.strobe);
    } else if (request.atomic) {
      const std::uint32_t old = word_of(line, request.word);
      const std::uint32_t sum = old + word_of(request.data, 0);
      std::memcpy(&line[4 * request.word], &sum, 4);
      for (std::size_t word = 0; word < 16; ++word) std::memcpy(&response.data[4 * word], &old, 4);
    } else {
      response.data = line;
    }
    return response;
  }

  LineRequest choose() {
    const auto tag =
        static_cast<std::uint32_t>(std::ranges::find(tags_, false, &Tag::used) - tags_.begin());
    const std::uint32_t line = lines_[random_() % lines_.size()];
    const std::uint64_t kind = random_() % 10;
    if (kind == 0) {
      return Bench::atomic(line, tag, static_cast<std::uint32_t>(random_() % 16),
                           static_cast<std::uint32_t>(random_()));
    }
    if (kind > 3) return Bench::load(line, tag);
    LineData data;
    for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(random_());
    return Bench::store(line, tag, data, random_() & random_());
  }

  void step(bool offer) {
    L1CacheIn& in = bench_.in;
    const bool free = std::ranges::count(tags_, false, &Tag::used) != 0;
    if (offer && !in.request.valid && free && chance(request_chance_)) in.request = choose();
    in.out_ready = chance(out_chance_);
    in.response_ready = chance(return_chance_);
    if (bench_.lines.empty() && !answers_.empty() && chance(answer_chance_)) {
      const std::size_t which = random_() % answers_.size();
      bench_.lines.push_back(answers_[which]);
      answers_.erase(answers_.begin() + static_cast<std::ptrdiff_t>(which));
    }
    const LineRequest request = in.request;
    bench_.forget();
    bench_.step();
    if (bench_.request_taken) {
      tags_[request.tag] = {true, perform(expected_, request)};
      loads += !request.write && !request.atomic;
    }
    load_hits += static_cast<unsigned>(bench_.hits.size());
    for (const Bench::Sent& sent : bench_.sent) {
      answers_.push_back(perform(memory_, sent.request));
      // What comes with a write or an error means nothing.
      if (answers_.back().write || answers_.back().error) {
        answers_.back().data.fill(static_cast<std::uint8_t>(random_()));
      }
    }
    for (const Bench::Returned& returned : bench_.returned) check(returned.response);
  }

  void check(const LineResponse& response) {
    REQUIRE(response.tag < tags_.size());
    Tag& tag = tags_[response.tag];
    REQUIRE(tag.used);
    tag.used = false;
    REQUIRE(response.write == tag.expected.write);
    REQUIRE(response.error == tag.expected.error);
    if (!response.write && !response.error) REQUIRE(response.data == tag.expected.data);
  }

  /// Waits until every request is answered.
  void rest() {
    for (int i = 0; bench_.in.request.valid || std::ranges::count(tags_, true, &Tag::used) != 0;
         ++i) {
      REQUIRE(i < 20'000);
      step(false);
    }
    REQUIRE(answers_.empty());
    bench_.steps(4);
    REQUIRE(memory_ == expected_);
  }

  /// Between launches the memory may change; `start` comes, with other surroundings.
  void restart() {
    for (const std::uint32_t line : lines_) {
      if (line != bad_line_) memory_[line] = data_of(static_cast<std::uint32_t>(random_()));
    }
    expected_ = memory_;
    bench_.in.start = true;
    bench_.in.bypass = chance(10);
    bench_.step();
    for (unsigned* percent : {&request_chance_, &out_chance_, &return_chance_, &answer_chance_}) {
      *percent = chance(40) ? 100 : static_cast<unsigned>(10 + random_() % 90);
    }
  }

  Bench& bench_;
  std::mt19937_64 random_;
  std::vector<Tag> tags_;
  std::vector<std::uint32_t> lines_;
  std::uint32_t bad_line_ = 0;
  Memory memory_, expected_;
  std::vector<LineResponse> answers_;
  unsigned request_chance_ = 100, out_chance_ = 100, return_chance_ = 100, answer_chance_ = 20;
};

}  // namespace

TEST_CASE("loads see what was stored before them, whatever comes in between") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    each(
        [seed](Bench& bench) {
          INFO("seed " << seed);
          RandomTraffic traffic(bench, seed);
          traffic.run(40'000);
          CHECK(traffic.loads > 1000);
          if (bench.present()) {
            CHECK(traffic.load_hits > traffic.loads / 20);
          } else {
            CHECK(traffic.load_hits == 0);
          }
        },
        false);
  }
}

}  // namespace heddle::tb
