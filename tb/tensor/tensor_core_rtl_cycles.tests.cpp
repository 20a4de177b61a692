// The matrix engine's RTL alone: who has which columns, and the cycles that
// docs/architecture/tensor.md gives.
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "tensor_core_rtl_bench.hpp"

namespace heddle::tb {
namespace {

using Bench = TensorCoreRtlBench;
using Values = Bench::Values;
using Op = isa::Op;

TEST_CASE("columns are given in the lowest run that is free, and back") {
  Bench bench(21);
  const unsigned block = bench.columns() / 8;
  std::array<std::optional<unsigned>, 8> owner;  // CTA slots
  std::vector<Bench::Fault> faults;
  const auto blocks_of = [&](std::uint32_t columns) { return std::max(columns / block, 1U); };
  const auto valid = [&](std::uint32_t columns) {
    return std::has_single_bit(columns) && columns <= bench.columns();
  };
  for (int i = 0; i < 1500; ++i) {
    bench.result_chance = i / 100 % 2 ? 100 : 50;
    const unsigned warp = bench.random() % bench.slots();
    const unsigned cta = bench.slot(warp);
    std::uint32_t columns = 1U << bench.random() % 11;
    if (bench.random() % 8 == 0) columns = bench.random() % 4 * block;
    if (bench.random() % 32 == 0) columns = bench.random();
    const std::uint32_t mask = 1U << bench.random() % 32 | (bench.random() & bench.random());
    const std::uint32_t lowest = mask & (~mask + 1);
    switch (bench.random() % 8) {
      case 0: {  // a CTA ends
        bench.run();
        bench.end_cta(cta);
        CHECK((bench.computing() >> cta & 1) == 1);
        bench.step();
        CHECK(bench.computing() == 0);
        for (auto& block_owner : owner) {
          if (block_owner == cta) block_owner.reset();
        }
        break;
      }
      case 1:
      case 2:
      case 3: {
        std::uint32_t first = bench.random() % 8 * block;
        if (bench.random() % 8 == 0) first += bench.random() % 16;
        if (bench.random() % 16 == 0) first = bench.random();
        bool good =
            valid(columns) && first < bench.columns() && first % (blocks_of(columns) * block) == 0;
        for (unsigned b = 0; good && b < blocks_of(columns); ++b) {
          good = owner[first / block + b] == cta;
        }
        bench.dealloc(warp, mask, first, columns);
        for (unsigned b = 0; good && b < blocks_of(columns); ++b) owner[first / block + b].reset();
        if (!good) faults.push_back({29, warp, lowest, 0x1000, first});
        break;
      }
      default: {
        std::uint32_t found = Bench::kNone;
        const unsigned count = valid(columns) ? blocks_of(columns) : 16;
        for (unsigned start = 0; start + count <= 8 && found == Bench::kNone; start += count) {
          bool free = true;
          for (unsigned b = 0; b < count; ++b) free = free && !owner[start + b];
          if (!free) continue;
          found = start * block;
          for (unsigned b = 0; b < count; ++b) owner[start + b] = cta;
        }
        bench.alloc(warp, mask, columns, found);
        if (!valid(columns)) faults.push_back({29, warp, lowest, 0x1000, columns});
        break;
      }
    }
  }
  bench.run();
  CHECK(bench.faults == faults);
}

/// A tile that fits everywhere, and whose rows of A are all in the buffer at once.
Mma small(Bench& bench) {
  Mma mma;
  mma.a_tile = 0;
  mma.b_tile = 1024;
  mma.m = std::min(8U, bench.lanes());
  return mma;
}
unsigned operations(Bench& bench, const Mma& mma) {
  return mma.m / bench.m() * (mma.n / bench.n());
}
/// The first cycle in which nothing of the CTA is under way.
std::uint64_t end_of_work(Bench& bench) {
  const std::uint64_t limit = bench.cycle() + 100'000;
  const auto step = [&] {
    REQUIRE(bench.cycle() < limit);
    bench.step();
  };
  while (bench.computing() == 0) step();
  while (bench.computing() != 0) step();
  return bench.cycle();
}

TEST_CASE("from the row to the first pass, and from the last one to the end") {
  Bench bench(22);
  bench.alloc(0, 1, bench.columns(), 0);
  bench.run();
  const Mma mma = small(bench);
  bench.mma(mma, true);
  const std::uint64_t end = end_of_work(bench);
  CHECK(bench.mma_done == std::vector<std::uint64_t>{bench.last_row + 3});
  CHECK(bench.passes.front() == bench.last_row + 7);
  // Units come three cycles behind their pass, and count a cycle later; an operation takes 22.
  CHECK(end == bench.passes.back() + 4 + operations(bench, mma) - 1 + 22);
}

TEST_CASE("a commit arrives when the last operation is over") {
  Bench bench(23);
  bench.alloc(0, 1, bench.columns(), 0);
  bench.run();
  const Mma mma = small(bench);
  bench.mma(mma, true);
  bench.commit(0, 0xF000'0008);
  bench.run();
  REQUIRE(bench.arrivals.size() == 1);
  CHECK(bench.arrivals.front() == bench.passes.back() + 4 + operations(bench, mma) - 1 + 21);
}

/// Cycles from the first pass to the arrival of a commit behind these MMAs.
std::uint64_t duration(const std::vector<Mma>& mmas) {
  Bench bench(24);
  bench.alloc(0, 1, bench.columns(), 0);
  bench.run();
  for (const Mma& mma : mmas) bench.mma(mma, true);
  bench.commit(0, 0xF000'0008);
  bench.run();
  return bench.arrivals.front() - bench.passes.front();
}

TEST_CASE("steps on one D follow each other in 20 cycles") {
  if (Bench::kGroups < 2) return;  // they wait for operands
  Bench bench(24);
  Mma mma = small(bench);
  REQUIRE(operations(bench, mma) <= 20);
  mma.a_layout = mma.b_layout = 3;
  mma.b_tile = 2048;
  mma.steps = 3;
  const std::uint64_t three = duration({mma});
  mma.steps = 4;
  CHECK(duration({mma}) == three + 20);
  // Also those of another command
  Mma more = mma;
  more.steps = 1;
  more.first = 3;
  more.accumulate = true;
  mma.steps = 3;
  CHECK(duration({mma, more}) == three + 20);
}

TEST_CASE("an MMA that reads accumulators waits for their rows alone") {
  if (Bench::kGroups < 2) return;  // it waits for operands
  Bench bench(25);
  for (const unsigned n : {8U, 16U}) {
    INFO("columns " << n);
    Mma first = small(bench);
    first.n = n;
    Mma second = first;
    const auto more = [&](unsigned column) {
      second.column = column;
      second.accumulate = false;
      const std::uint64_t without = duration({first, second});
      second.accumulate = true;
      return duration({first, second}) - without;
    };
    CHECK(more(n) == 0);
    // As many cycles as an operation is less than 20 behind the first MMA's on its row
    const unsigned all = operations(bench, first);
    CHECK(more(0) == 20 - std::min(20U, all));
    if (n == 16) CHECK(more(8) == 20 - std::min(20U, all - 8 / bench.n()));
  }
}

TEST_CASE("a commit does not hold the MMA behind it") {
  if (Bench::kGroups < 2) return;  // that one waits for operands
  Bench bench(29);
  bench.alloc(0, 1, bench.columns(), 0);
  bench.run();
  Mma mma = small(bench);
  mma.n = 32;  // the next one's operands come meanwhile
  bench.mma(mma, true);
  bench.commit(0, 0xF000'0008);
  mma.column = 32;
  mma.n = 16;
  bench.mma(mma, true);
  const std::uint64_t end = end_of_work(bench);
  REQUIRE(bench.arrivals.size() == 1);
  // Its first operation follows the last one before the commit, which is 21 cycles before the
  // arrival, when the commit has left the steps.
  CHECK(end == bench.arrivals.front() - 21 + 2 + operations(bench, mma) - 1 + 22);
}

/// Cycles of the arrivals of `count` commits in a row, of which none is made before `from`.
std::vector<std::uint64_t> arrivals_of(std::uint64_t first_row, unsigned count,
                                       std::uint64_t from) {
  // The first one's step is there 6 cycles behind its row. mma_control sees to a command in 4
  // cycles.
  const std::uint64_t pace = std::max(4U, Bench::kBeats);
  std::vector<std::uint64_t> left, made;
  for (unsigned i = 0; i < count; ++i) {
    std::uint64_t at = first_row + 6 + i * pace;
    if (i >= 1) at = std::max(at, left.back() + 1);
    if (i >= 4) at = std::max(at, made[i - 4] + 1);
    left.push_back(at);
    at = std::max(at + 20, from);
    if (i >= 1) at = std::max(at, made.back() + 1);
    made.push_back(at);
  }
  return made;
}

TEST_CASE("four commits are under way, and arrive in order 20 cycles later") {
  const bool wait = GENERATE(false, true);
  Bench bench(30);
  for (int i = 0; i < 7; ++i) bench.commit(0, 0xF000'0000 + 8 * i);
  const std::uint64_t first_row = bench.cycle() + Bench::kBeats - 1;
  std::uint64_t from = 0;
  if (wait) {
    bench.pass_chance = 0;
    for (int i = 0; i < 100; ++i) bench.step();
    bench.pass_chance = 100;
    from = bench.cycle();
  }
  bench.run();
  CHECK(bench.arrivals == arrivals_of(first_row, 7, from));
}

TEST_CASE("four steps wait for the sequencer") {
  const bool behind = GENERATE(false, true);
  INFO("commits behind an MMA: " << behind);
  Bench bench(31);
  bench.alloc(0, 1, bench.columns(), 0);
  bench.run();
  bench.pass_chance = 0;
  if (behind) bench.mma(small(bench), true);
  for (int i = 0; i < 20; ++i) bench.commit(0, 0xF000'0000 + 8 * i);
  for (int i = 0; i < 400; ++i) bench.step();
  // mma_control has one more; without an MMA four commits are under way.
  CHECK(bench.mma_done.size() == (behind ? 5 : 9));
  bench.pass_chance = 100;
  bench.run();
}

TEST_CASE("rows of unit TENSOR: check, pass, result") {
  Bench bench(26);
  bench.alloc(0, 1, bench.columns(), 0);
  bench.run();
  bench.results.clear();
  bench.tensor_done.clear();
  Values where{};
  where[31] = 3;
  // A row a cycle, each with its CHECK, its pass, and two cycles behind that its result
  bench.load(0, 0x8000'0000, 0x8000'0000, where);
  bench.run();
  CHECK(bench.results.size() == Bench::kBeats);
  CHECK(bench.results.back() == bench.last_row + 4);
  CHECK(bench.tensor_done == std::vector<std::uint64_t>{bench.last_row + 2});

  bench.store(0, 0x8000'0000, 0x8000'0000, where, where);
  bench.run();
  CHECK(bench.store_done.back() == bench.last_row + 3);
}

TEST_CASE("a pass a cycle, and no other cycle, of loads and stores") {
  Bench bench(32);
  bench.alloc(0, 1, bench.columns(), 0);
  bench.run();
  bench.results.clear();
  Values where{}, data{};
  for (unsigned i = 0; i < 32; ++i) {
    where[i] = i;
    data[i] = bench.random();
  }
  const unsigned passes = std::max(Bench::kBeats, 32 / bench.n());
  bench.store(0, 0xFFFF'FFFF, 0xFFFF'FFFF, where, data);
  for (unsigned i = 0; i < Bench::kBeats; ++i) bench.step();
  const std::uint64_t first_pass = bench.last_row - (Bench::kBeats - 1) + 2;
  bench.load(0, 0xFFFF'FFFF, 0xFFFF'FFFF, where);
  bench.run();
  CHECK(bench.store_done.back() == first_pass + passes);
  REQUIRE(bench.results.size() == passes);
  CHECK(bench.results.front() == first_pass + passes + 2);
  CHECK(bench.results.back() == first_pass + 2 * passes + 1);
}

TEST_CASE("a load or store that the sequencer keeps back is let through after 15 cycles") {
  if (Bench::kGroups < 2) return;  // it has not an operation a cycle
  const bool store = GENERATE(false, true);
  Bench bench(27);
  bench.alloc(0, 1, bench.columns(), 0);
  bench.run();
  // An operation a cycle in half of the lower bank
  Mma mma;
  mma.m = bench.lanes();
  mma.n = bench.columns() / 4;
  mma.b_tile = 32 * mma.m;
  REQUIRE(operations(bench, mma) >= 128);
  bench.mma(mma, true);
  bench.passes.clear();
  while (bench.passes.empty()) bench.step();
  // Passes of B, and of the batches of A that have a place before; then operations, and 20 cycles
  // later results.
  const std::uint64_t passes = 2 * (mma.n + std::min(mma.m, 4 * bench.m())) / Bench::kGroups;
  for (std::uint64_t i = 0; i < passes + 30; ++i) bench.step();
  Values where{};
  where[31] = mma.n;
  const std::size_t results = bench.results.size();
  if (store) {
    bench.store(0, 0x8000'0000, 0x8000'0000, where, where);
  } else {
    bench.load(0, 0x8000'0000, 0x8000'0000, where);
  }
  bench.run();
  const std::uint64_t first = bench.last_row + 2;
  // `hold` shows 15 in first + 15; what was issued in the cycle before is addressed then, and
  // written 19 cycles later.
  if (store) {
    CHECK(bench.store_done.back() == first + 36);
  } else {
    REQUIRE(bench.results.size() == results + Bench::kBeats);
    CHECK(bench.results.back() == first + 18);
  }
}

TEST_CASE("a CTA that ends keeps its slot and columns until its MMAs are over") {
  Bench bench(28);
  bench.alloc(0, 1, bench.columns(), 0);
  bench.run();
  bench.pass_chance = 0;
  bench.mma(small(bench), true);
  for (int i = 0; i < 20; ++i) bench.step();
  bench.end_cta(bench.slot(0));
  bench.alloc(1, 1, 8, Bench::kNone);
  for (int i = 0; i < 50; ++i) bench.step();
  CHECK((bench.computing() >> bench.slot(0) & 1) == 1);
  bench.pass_chance = 100;
  const std::uint64_t over = end_of_work(bench);
  // `commands` = 0 is visible for a cycle before `ended` falls.
  CHECK(over == bench.passes.back() + 4 + operations(bench, small(bench)) - 1 + 22 + 1);
  bench.alloc(1, 1, 8, 0);
  bench.run();
}

}  // namespace
}  // namespace heddle::tb
