// The functional device's race check: what orders two accesses to shared memory, and what does not.
#include <catch2/catch.hpp>
#include <functional>
#include <memory>

#include "functional/device_bench.hpp"
#include "isa/csr.hpp"
#include "memory/copy_operands.hpp"

namespace {

using namespace heddle;
using functional::DeviceBench;
using functional::kData;
using functional::kSharedStart;
using isa::Op;
using random::Assembler;
using Code = std::function<void(Assembler&)>;

constexpr std::uint32_t kTid = 5;
constexpr std::uint32_t kShared = 6;  // register with its address

struct Bench : DeviceBench {
  explicit Bench(std::uint32_t threads, const char* config = "nano")
      : DeviceBench(make_functional_device(Config::load(config), {.races = true})) {
    launch.block = {threads, 1, 1};
    launch.shared_size = 256;
  }

  std::vector<Race> races(const Code& write) {
    const LaunchResult result = run([&](Assembler& code) {
      code.csr(Op::kCsrrs, kTid, isa::csr::kTidX, 0);
      code.li(kShared, kSharedStart);
      write(code);
      code.exit();
    });
    REQUIRE(result.status == LaunchStatus::kOk);
    return result.races;
  }
};

void store(Assembler& code, std::int32_t offset = 0) { code.store(Op::kSw, kTid, kShared, offset); }
void load(Assembler& code, std::int32_t offset = 0) { code.i(Op::kLw, 10, kShared, offset); }
void add(Assembler& code, std::uint32_t ordering = 0) {
  code.atomic(Op::kAmoaddW, 10, kTid, kShared, ordering);
}

void barrier(Assembler& code, Op op, std::uint32_t id, std::uint32_t count) {
  code.li(28, id);
  code.li(29, count);
  code.r(op, 0, 28, 29);
}

void warpsync(Assembler& code, std::uint32_t mask) {
  code.li(28, mask);
  code.r(Op::kWarpsync, 0, 28, 0);
}

// The code is run by one thread only.
void only(Assembler& code, std::uint32_t tid, const Code& write) {
  const auto others = code.new_label();
  code.li(28, tid);
  code.branch(Op::kBne, kTid, 28, others);
  write(code);
  code.place(others);
}

// Thread `first`, then thread `second`, with `between` by all of them between the two.
std::vector<Race> two(std::uint32_t first, const Code& one, const Code& between,
                      std::uint32_t second, const Code& other) {
  Bench bench(64);
  return bench.races([&](Assembler& code) {
    only(code, first, one);
    between(code);
    only(code, second, other);
  });
}

const Code kStore = [](Assembler& code) { store(code); };
const Code kLoad = [](Assembler& code) { load(code); };
const Code kAdd = [](Assembler& code) { add(code); };
const Code kNothing = [](Assembler&) {};
const Code kBarrier = [](Assembler& code) { code.barrier(); };
const Code kWarpsync = [](Assembler& code) { warpsync(code, 0xffffffff); };

}  // namespace

TEST_CASE("races of two threads: kinds of accesses, places, threads and address") {
  struct Case {
    Code one, other;
    AccessKind first, second;
    bool race;
  };
  using enum AccessKind;
  const Case cases[] = {
      {kStore, kLoad, kWrite, kRead, true},   {kLoad, kStore, kRead, kWrite, true},
      {kStore, kStore, kWrite, kWrite, true}, {kLoad, kLoad, kRead, kRead, false},
      {kAdd, kStore, kAtomic, kWrite, true},  {kStore, kAdd, kWrite, kAtomic, true},
      {kAdd, kLoad, kAtomic, kRead, true},    {kLoad, kAdd, kRead, kAtomic, true},
      {kAdd, kAdd, kAtomic, kAtomic, false},
  };
  for (const Case& each : cases) {
    for (const std::uint32_t first : {33u, 2u}) {  // the second warp runs after the first
      const std::uint32_t second = first == 2 ? 40 : 41;
      CAPTURE(first);
      const std::vector<Race> races = two(first, each.one, kNothing, second, each.other);
      REQUIRE(races.size() == (each.race ? 1u : 0u));
      if (!each.race) continue;
      CHECK(races[0].earlier.access == each.first);
      CHECK(races[0].later.access == each.second);
      CHECK(races[0].earlier.thread.x == first);
      CHECK(races[0].later.thread.x == second);
      CHECK(races[0].earlier.pc < races[0].later.pc);
      CHECK(races[0].address == kSharedStart);
      CHECK(races[0].count == 1);
    }
  }
}

TEST_CASE("the order of a program orders the accesses of one thread only") {
  CHECK(two(3, kStore, kNothing, 3, kLoad).empty());
  CHECK(two(3, kStore, kNothing, 3, kStore).empty());
  CHECK(two(3, kStore, kNothing, 4, kLoad).size() == 1);
}

TEST_CASE("a barrier of the block orders all of it, warpsync its members only") {
  for (const std::uint32_t other : {4u, 40u}) {
    CHECK(two(3, kStore, kBarrier, other, kStore).empty());
    CHECK(two(3, kStore, kWarpsync, other, kStore).size() == (other == 4 ? 0u : 1u));
  }
  const Code halves = [](Assembler& code) {
    const auto upper = code.new_label(), end = code.new_label();
    code.i(Op::kAndi, 11, kTid, 16);
    code.branch(Op::kBne, 11, 0, upper);
    warpsync(code, 0x0000ffff);
    code.jal(0, end);
    code.place(upper);
    warpsync(code, 0xffff0000);
    code.place(end);
  };
  CHECK(two(3, kStore, halves, 15, kLoad).empty());
  CHECK(two(3, kStore, halves, 16, kLoad).size() == 1);
  CHECK(two(19, kStore, halves, 31, kLoad).empty());
  // By way of a third thread.
  const Code twice = [](Assembler& code) {
    warpsync(code, 0xffffffff);
    barrier(code, Op::kBarSync, 1, 64);
  };
  CHECK(two(3, kStore, twice, 40, kLoad).empty());
}

TEST_CASE("an access behind a synchronization is ordered by the next one only") {
  Bench bench(32);
  CHECK(bench
            .races([](Assembler& code) {
              warpsync(code, 0xffffffff);
              only(code, 3, kStore);
              warpsync(code, 0xffffffff);
              only(code, 4, kLoad);
              warpsync(code, 0xffffffff);
              only(code, 5, kStore);
            })
            .empty());
  CHECK(bench
            .races([](Assembler& code) {
              warpsync(code, 0xffffffff);
              only(code, 3, kStore);
              warpsync(code, 0xffffffff);
              only(code, 4, kLoad);
              only(code, 5, kStore);
            })
            .size() == 1);
}

TEST_CASE("threads that have ended count as members of warpsync and of a block's barrier") {
  for (const Code& sync : {kWarpsync, kBarrier}) {
    Bench bench(64);
    CHECK(bench
              .races([&](Assembler& code) {
                only(code, 3, [](Assembler& inner) {
                  store(inner);
                  inner.exit();
                });
                sync(code);
                only(code, 4, kLoad);
              })
              .empty());
  }
}

TEST_CASE("a barrier with a count orders what was before with what waited") {
  // The first warp stores, arrives and loads again; the second one waits.
  const auto races = [](const Code& first, const Code& second) {
    Bench bench(64);
    return bench.races([&](Assembler& code) {
      const auto consumer = code.new_label();
      code.li(28, 32);
      code.branch(Op::kBge, kTid, 28, consumer);
      first(code);
      code.exit();
      code.place(consumer);
      second(code);
    });
  };
  const auto arrive = [](Assembler& code) { barrier(code, Op::kBarArrive, 1, 64); };
  const auto wait = [](Assembler& code) { barrier(code, Op::kBarSync, 1, 64); };
  const Code one_waits = [&](Assembler& code) {
    wait(code);
    only(code, 40, kLoad);
  };
  CHECK(races(
            [&](Assembler& code) {
              only(code, 3, kStore);
              arrive(code);
            },
            one_waits)
            .empty());
  // Behind the arrival.
  CHECK(races(
            [&](Assembler& code) {
              arrive(code);
              only(code, 3, kStore);
            },
            one_waits)
            .size() == 1);
  // The one that arrives does not learn.
  CHECK(races(
            [&](Assembler& code) {
              arrive(code);
              only(code, 3, kLoad);
            },
            [&](Assembler& code) {
              only(code, 40, kStore);
              wait(code);
            })
            .size() == 1);
  // Back and forth, with a barrier for each way.
  CHECK(races(
            [&](Assembler& code) {
              only(code, 3, kStore);
              arrive(code);
              barrier(code, Op::kBarSync, 2, 64);
              only(code, 5, kStore);
            },
            [&](Assembler& code) {
              wait(code);
              only(code, 40, kLoad);
              barrier(code, Op::kBarArrive, 2, 64);
            })
            .empty());
}

TEST_CASE("fences and an atomic that sees another one order, atomics alone do not") {
  // Thread 3 stores and sets a flag with an atomic, in global or shared memory; thread 40 of the
  // next warp, which runs later, looks at it with one.
  const auto races = [](std::uint32_t flag, const Code& before, std::uint32_t ordering,
                        const Code& after) {
    return two(
        3,
        [&](Assembler& code) {
          store(code);
          before(code);
          code.li(11, flag);
          code.atomic(Op::kAmoswapW, 10, kTid, 11, ordering);
        },
        kNothing, 40,
        [&](Assembler& code) {
          code.li(11, flag);
          code.atomic(Op::kAmoaddW, 10, 0, 11, ordering);
          after(code);
          load(code);
        });
  };
  const Code fence = [](Assembler& code) { code.fence(); };
  for (const std::uint32_t flag : {kSharedStart + 16, kData}) {
    CAPTURE(flag);
    CHECK(races(flag, fence, 0, fence).empty());
    CHECK(races(flag, kNothing, 3, kNothing).empty());
    CHECK(races(flag, kNothing, 0, fence).size() == 1);
    CHECK(races(flag, fence, 0, kNothing).size() == 1);
    CHECK(races(flag, kNothing, 0, kNothing).size() == 1);
  }
}

TEST_CASE(
    "the end of an mbarrier's phase orders, for those who arrive with rl and those who test") {
  // Thread 3 stores, then it and another one arrive; thread 40 of the next warp tests, until the
  // phase has ended or once, and loads.
  enum class Test { kUntil, kOnce, kNever };
  constexpr std::uint32_t kMbarrier = 11;
  const auto place = [](Assembler& code) { code.li(kMbarrier, kSharedStart + 16); };
  const auto races = [&](std::uint32_t arrivals, std::uint32_t ordering, Test test,
                         std::uint32_t arriving) {
    Bench bench(64);
    return bench.races([&](Assembler& code) {
      place(code);
      code.li(12, arrivals << 22 | arrivals << 2);
      code.store(Op::kSw, 12, kMbarrier, 0);
      code.store(Op::kSw, 0, kMbarrier, 4);
      code.barrier();
      code.i(Op::kAddi, 12, 0, 1);
      only(code, 3, [&](Assembler& inner) {
        store(inner);
        inner.atomic(Op::kMbarrierArrive, 10, 12, kMbarrier, ordering);
      });
      only(code, arriving, [&](Assembler& inner) {
        inner.atomic(Op::kMbarrierArrive, 10, 12, kMbarrier, ordering);
      });
      only(code, 40, [&](Assembler& inner) {
        const auto again = inner.here();
        if (test != Test::kNever) inner.i(Op::kMbarrierTest, 10, kMbarrier, 0);
        inner.i(Op::kAndi, 10, 10, 1);
        if (test == Test::kUntil) inner.branch(Op::kBeq, 10, 0, again);
        load(inner);
      });
    });
  };
  CHECK(races(2, 1, Test::kUntil, 4).empty());
  CHECK(races(2, 1, Test::kUntil, 40).empty());
  // Without ordering, without a test, and before the end of the phase.
  CHECK(races(2, 0, Test::kUntil, 4).size() == 1);
  CHECK(races(2, 1, Test::kNever, 4).size() == 1);
  CHECK(races(3, 1, Test::kOnce, 4).size() == 1);
  // An arrival alone learns nothing, also if it ends the phase.
  CHECK(races(2, 1, Test::kNever, 40).size() == 1);

  // The mbarrier itself: operations and tests do not race with each other, but with plain accesses.
  const auto own = [&](const Code& other) {
    return two(
        3,
        [&](Assembler& code) {
          place(code);
          code.atomic(Op::kMbarrierExpectTx, 10, kTid, kMbarrier);
        },
        kNothing, 40,
        [&](Assembler& code) {
          place(code);
          other(code);
        });
  };
  CHECK(own([](Assembler& code) { code.i(Op::kMbarrierTest, 10, kMbarrier, 0); }).empty());
  CHECK(
      own([](Assembler& code) { code.atomic(Op::kMbarrierArrive, 10, kTid, kMbarrier); }).empty());
  for (const std::int32_t offset : {0, 4}) {
    CHECK(own([&](Assembler& code) { code.i(Op::kLw, 10, kMbarrier, offset); }).size() == 1);
    CHECK(own([&](Assembler& code) { code.store(Op::kSw, kTid, kMbarrier, offset); }).size() == 1);
  }
}

TEST_CASE("bytes count, not words") {
  const auto bytes = [](std::int32_t one, std::int32_t other) {
    return two(
        3, [&](Assembler& code) { code.store(Op::kSb, kTid, kShared, one); }, kNothing, 4,
        [&](Assembler& code) { code.i(Op::kLbu, 10, kShared, other); });
  };
  CHECK(bytes(1, 2).empty());
  const std::vector<Race> races = bytes(2, 2);
  REQUIRE(races.size() == 1);
  CHECK(races[0].address == kSharedStart + 2);
  CHECK(two(
            3, [](Assembler& code) { code.store(Op::kSh, kTid, kShared, 2); }, kNothing, 4, kLoad)
            .size() == 1);
}

TEST_CASE("amocas.d accesses eight bytes, races with plain accesses, and orders as an atomic") {
  const Code swap = [](Assembler& code) { code.atomic(Op::kAmocasD, 10, 0, kShared); };
  for (const std::int32_t offset : {0, 3, 4, 7, 8}) {
    CAPTURE(offset);
    const auto races = two(3, swap, kNothing, 40,
                           [&](Assembler& code) { code.store(Op::kSb, kTid, kShared, offset); });
    CHECK(races.size() == (offset < 8 ? 1 : 0));
    if (races.size() == 1) CHECK(races[0].earlier.access == AccessKind::kAtomic);
  }
  CHECK(two(3, swap, kNothing, 40, swap).empty());
  CHECK(two(3, swap, kNothing, 40, kAdd).empty());
  const auto add_to_upper = [](Assembler& code, std::uint32_t ordering) {
    code.i(Op::kAddi, 12, kShared, 4);
    code.atomic(Op::kAmoaddW, 10, kTid, 12, ordering);
  };
  CHECK(two(3, swap, kNothing, 40, [&](Assembler& code) { add_to_upper(code, 0); }).empty());
  // It hands on what was done before, also to atomics on one of its words.
  const auto published = [&](std::uint32_t ordering, const Code& seen) {
    return two(
        3,
        [&](Assembler& code) {
          store(code, 32);
          code.atomic(Op::kAmocasD, 10, 0, kShared, ordering);
        },
        kNothing, 40,
        [&](Assembler& code) {
          seen(code);
          load(code, 32);
        });
  };
  for (const std::uint32_t ordering : {0u, 3u}) {
    const std::size_t count = ordering == 0 ? 1 : 0;
    CHECK(published(ordering, [&](Assembler& code) {
            code.atomic(Op::kAmocasD, 10, 0, kShared, ordering);
          }).size() == count);
    CHECK(published(ordering, [&](Assembler& code) { add(code, ordering); }).size() == count);
    CHECK(published(ordering, [&](Assembler& code) { add_to_upper(code, ordering); }).size() ==
          count);
  }
}

TEST_CASE("threads of one instruction, and writes of the value that is there, do not race") {
  Bench bench(32);
  CHECK(bench.races([](Assembler& code) { store(code); }).empty());
  CHECK(two(
            3, [](Assembler& code) { code.store(Op::kSw, 0, kShared, 0); }, kNothing, 40,
            [](Assembler& code) { code.store(Op::kSw, 0, kShared, 0); })
            .empty());
}

TEST_CASE("a write races with every thread that has read, and the pairs are counted") {
  Bench bench(64);
  const std::vector<Race> races = bench.races([](Assembler& code) {
    load(code);
    only(code, 40, kStore);
  });
  REQUIRE(races.size() == 1);
  CHECK(races[0].count == 63);
  CHECK(races[0].earlier.access == AccessKind::kRead);
}

TEST_CASE("CTAs do not race with each other, and the check is made only if it is asked for") {
  Bench bench(32);
  bench.launch.grid = {9, 1, 1};
  CHECK(bench
            .races([](Assembler& code) {
              // Another thread in each CTA; the CTAs run at the same places of shared memory.
              const auto others = code.new_label();
              code.csr(Op::kCsrrs, 28, isa::csr::kCtaidX, 0);
              code.branch(Op::kBne, kTid, 28, others);
              store(code);
              code.place(others);
            })
            .empty());

  DeviceBench without;
  without.launch.shared_size = 256;
  const LaunchResult result = without.run([](Assembler& code) {
    code.csr(Op::kCsrrs, kTid, isa::csr::kTidX, 0);
    code.li(kShared, kSharedStart);
    only(code, 3, kStore);
    only(code, 4, kStore);
    code.exit();
  });
  CHECK(result.status == LaunchStatus::kOk);
  CHECK(result.races.empty());
}

TEST_CASE("a bulk copy is ordered by fences before it and by the end of its phase only") {
  constexpr std::uint32_t kMbarrier = 11;
  constexpr std::int32_t kBuffer = 64;  // and the mbarrier at 16
  const auto wait = [](Assembler& code) {
    const auto again = code.here();
    code.i(Op::kMbarrierTest, 10, kMbarrier, 0);
    code.i(Op::kAndi, 10, 10, 1);
    code.branch(Op::kBeq, 10, 0, again);
  };
  const auto copy = [](Assembler& code) {
    const tb::CopyBox box{.address = kData,
                          .destination = kBuffer,
                          .mbarrier = 16,
                          .row_bytes = 32,
                          .valid_bytes = 16,
                          .rows = 1,
                          .valid_rows = 1};
    const std::array<std::uint32_t, 5> values = box.operands();
    constexpr std::uint32_t kRegisters[] = {20, 22, 23, 24, 25};
    for (std::size_t i = 0; i < 5; ++i) code.li(kRegisters[i], values[i]);
    code.emit(Op::kBulkLoad, {.rs1 = 20, .rs2 = 22, .rs3 = 24});
  };
  const auto arrive = [](Assembler& code) {
    code.li(12, 32);
    code.atomic(Op::kMbarrierExpectTx, 0, 12, kMbarrier);
    code.li(12, 1);
    code.atomic(Op::kMbarrierArrive, 0, 12, kMbarrier);
  };
  const Code load_buffer = [](Assembler& code) { load(code, kBuffer + 28); };
  const Code store_buffer = [](Assembler& code) { store(code, kBuffer + 4); };
  // Thread 3 does `before`, copies, and does `after`; then all do `between`, and thread `other`
  // does `last`.
  const auto races = [&](const Code& before, const Code& after, const Code& between,
                         std::uint32_t other, const Code& last) {
    Bench bench(64, "ecp5");
    return bench.races([&](Assembler& code) {
      code.li(kMbarrier, kSharedStart + 16);
      code.li(12, 1u << 22 | 1u << 2);
      code.store(Op::kSw, 12, kMbarrier, 0);
      code.store(Op::kSw, 0, kMbarrier, 4);
      code.barrier();
      only(code, 3, [&](Assembler& inner) {
        before(inner);
        arrive(inner);
        copy(inner);
        after(inner);
      });
      between(code);
      only(code, other, last);
    });
  };
  const auto both = [](const Code& one, const Code& two) {
    return Code([=](Assembler& code) {
      one(code);
      two(code);
    });
  };
  const Code fence = [](Assembler& code) { code.fence(); };

  // Who waits, and who waits for somebody who has waited.
  for (const std::uint32_t reader : {3u, 4u, 40u}) {
    CAPTURE(reader);
    CHECK(races(kNothing, kNothing, kNothing, reader, both(wait, load_buffer)).empty());
    CHECK(races(kNothing, kNothing, kNothing, reader, both(wait, store_buffer)).empty());
    CHECK(races(kNothing, wait, kBarrier, reader, load_buffer).empty());
    // A barrier waits for no copy.
    CHECK(races(kNothing, kNothing, kBarrier, reader, load_buffer).size() == 1);
    CHECK(races(kNothing, kNothing, kBarrier, reader, both(wait, load_buffer)).empty());
    const std::vector<Race> found = races(kNothing, kNothing, kNothing, reader, store_buffer);
    REQUIRE(found.size() == 1);
    // The second warp runs first here.
    const bool copy_first = reader != 40;
    CHECK(found[0].earlier.access == AccessKind::kWrite);
    CHECK(found[0].later.access == AccessKind::kWrite);
    CHECK(found[0].earlier.thread.x == (copy_first ? 3 : reader));
    CHECK(found[0].later.thread.x == (copy_first ? reader : 3));
    CHECK(found[0].address == kSharedStart + kBuffer + 4);
  }
  CHECK(races(kNothing, kNothing, kNothing, 40, [](Assembler& code) { load(code, 128); }).empty());

  // What the thread itself has done before.
  CHECK(races(load_buffer, wait, kNothing, 3, kNothing).size() == 1);
  CHECK(races(both(load_buffer, fence), wait, kNothing, 3, kNothing).empty());
  CHECK(races(both(store_buffer, fence), wait, kNothing, 3, kNothing).empty());
  CHECK(races(both(fence, store_buffer), wait, kNothing, 3, kNothing).size() == 1);

  // Two copies to one place; behind the end of the first one's phase they are none.
  CHECK(races(kNothing, copy, kNothing, 3, kNothing).size() == 1);
  CHECK(races(kNothing, both(wait, copy), kNothing, 3, kNothing).empty());
}
