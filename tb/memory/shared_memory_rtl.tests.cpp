// The shared memory's RTL: passes, conflicts, atomics and stalls. The bench compares all outputs in
// every cycle; the tests say what the page's rules come to.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "shared_memory_bench.hpp"

namespace heddle::tb {
namespace {

using isa::Op;
using Bench = SharedMemoryBench;
using Row = Bench::Row;

constexpr unsigned kLanes = Bench::kLanes;
constexpr std::array<Op, 11> kAtomics = {Op::kAmoswapW, Op::kAmoaddW, Op::kAmoandW, Op::kAmoorW,
                                         Op::kAmoxorW,  Op::kAmominW, Op::kAmomaxW, Op::kAmominuW,
                                         Op::kAmomaxuW, Op::kAmocasW, Op::kAmofaddW};

constexpr std::array<Op, 4> kMbarriers = {Op::kMbarrierArrive, Op::kMbarrierArriveDrop,
                                          Op::kMbarrierExpectTx, Op::kMbarrierCompleteTx};

/// Stores an mbarrier, by two lanes.
void queue_mbarrier(Bench& bench, std::uint32_t address, std::uint64_t bits) {
  Row row;
  row.op = Op::kSw;
  row.mask = 3;
  row.address = {address, address + 4};
  row.data = {static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32)};
  bench.queue(row);
}

/// Lane i at first + i * stride words.
Row words(Op op, std::uint32_t first, std::uint32_t stride) {
  Row row;
  row.op = op;
  for (std::uint32_t i = 0; i < kLanes; ++i) {
    row.address[i] = 4 * ((first + i * stride) % Bench::kWords);
    row.data[i] = 0x3F800000 + 0x00123457 * i;
  }
  return row;
}

std::vector<std::uint64_t> distances(const std::vector<std::uint64_t>& cycles) {
  std::vector<std::uint64_t> result;
  for (std::size_t i = 1; i < cycles.size(); ++i) result.push_back(cycles[i] - cycles[i - 1]);
  return result;
}

}  // namespace

TEST_CASE("atomics on different banks are one pass; the old words are its result") {
  for (const Op op : kAtomics) {
    INFO(isa::name(op));
    Bench bench;
    Row row = words(op, 8, 3);  // an odd stride: a bank for every lane
    for (unsigned i = 0; i < kLanes; ++i) row.compare[i] = bench.word(row.address[i]) ^ (i & 1);
    bench.queue(row);
    bench.run();
    if (op == Op::kAmofaddW) {
      // One adder: a lane at a time.
      REQUIRE(bench.passes.size() == kLanes);
      for (const std::uint64_t distance : distances(bench.passes)) CHECK(distance == 3 + 9);
    } else {
      REQUIRE(bench.passes.size() == 1);
      CHECK(bench.results[0].cycle == bench.passes[0] + 3);
      CHECK(bench.results[0].last);
    }
    bench.read_back();
  }
}

TEST_CASE("atomics on one word are served lane after lane, three cycles apart") {
  for (const Op op : kAtomics) {
    INFO(isa::name(op));
    Bench bench;
    Row row = words(op, 17, 0);
    // amocas: every second lane finds what the lane before left.
    row.compare[0] = bench.word(row.address[0]);
    for (unsigned i = 1; i < kLanes; ++i) row.compare[i] = i % 2 == 1 ? row.data[i - 1] : 1;
    bench.queue(row);
    bench.run();
    REQUIRE(bench.results.size() == kLanes);
    for (unsigned i = 0; i < kLanes; ++i) {
      CHECK(bench.results[i].mask == 1U << i);
      CHECK(bench.results[i].last == (i == kLanes - 1));
    }
    for (const std::uint64_t distance : distances(bench.passes)) {
      CHECK(distance == (op == Op::kAmofaddW ? 12 : 3));
    }
    bench.read_back();
  }
}

TEST_CASE("two lanes on one word and the others apart are two passes") {
  Bench bench;
  Row row = words(Op::kAmoaddW, 32, 1);
  row.address[kLanes - 1] = row.address[1];
  bench.queue(row);
  bench.run();
  REQUIRE(bench.results.size() == 2);
  CHECK(bench.results[0].mask == (Bench::kAllLanes >> 1));
  CHECK(bench.results[1].mask == 1U << (kLanes - 1));
  bench.read_back();
}

TEST_CASE("loads and stores right behind an atomic see its new words, and wait no longer") {
  for (const Op op : kAtomics) {
    for (const Op next : {Op::kLw, Op::kLbu, Op::kSw, Op::kSb}) {
      INFO(isa::name(op) << ", " << isa::name(next));
      Bench bench;
      Row atomic = words(op, 5, 1);
      atomic.mask = 0x2;
      atomic.compare[1] = bench.word(atomic.address[1]);
      bench.queue(words(Op::kSw, 5, 1));  // before it, without a gap
      bench.queue(atomic);
      bench.queue(words(next, 5, 1));
      bench.queue(words(Op::kLw, 5, 1));
      bench.run();
      const std::uint64_t wait = op == Op::kAmofaddW ? 12 : 3;
      CHECK(distances(bench.passes) == std::vector<std::uint64_t>{1, wait, 1});
      bench.read_back();
    }
  }
}

TEST_CASE("an atomic's row without shared lanes holds nothing up") {
  for (const Op op : {Op::kAmoaddW, Op::kAmofaddW}) {
    Bench bench;
    Row row = words(op, 5, 1);
    row.last = false;
    row.mask = 0;
    bench.queue(row);
    bench.queue(row);
    row.mask = 1;
    bench.queue(row);
    row.mask = 0;
    row.last = true;
    bench.queue(row);
    bench.run();
    CHECK(distances(bench.passes) ==
          std::vector<std::uint64_t>{1, 1, op == Op::kAmofaddW ? 12U : 3U});
    CHECK(bench.results.back().last);
    bench.read_back();
  }
}

TEST_CASE("amofadd rounds to nearest even, keeps subnormals and makes the canonical NaN") {
  const std::array<std::array<std::uint32_t, 2>, 8> pairs = {{{0x3F800000, 0x33800000},
                                                              {0x3F800001, 0x33800000},
                                                              {0x00000001, 0x00000001},
                                                              {0x007FFFFF, 0x00000001},
                                                              {0x7F800000, 0xFF800000},
                                                              {0x7FA00001, 0x3F800000},
                                                              {0x7F7FFFFF, 0x7F7FFFFF},
                                                              {0x80000000, 0x80000000}}};
  for (const auto& pair : pairs) {
    Bench bench;
    Row row = words(Op::kSw, 40, 0);
    row.mask = 4;
    row.data[2] = pair[0];
    bench.queue(row);
    row.op = Op::kAmofaddW;
    row.data[2] = pair[1];
    bench.queue(row);
    bench.run();
    bench.read_back();
  }
}

namespace {

/// amocas.d of all lanes, lane i on doubleword `doubleword` + i / `sharing`, for the memory as the
/// bench has made it: of the lanes on one, every third fails in the upper word, and the next one in
/// the lower word. The row of upper words comes first.
std::array<Row, 2> swaps(const Bench& bench, std::uint32_t doubleword, unsigned sharing,
                         unsigned beat) {
  Row low, high;
  low.op = high.op = Op::kAmocasD;
  low.rd = high.rd = 12;
  low.beat = high.beat = beat;
  high.high = true;
  high.last = false;
  high.mask = 0;
  std::map<std::uint32_t, std::array<std::uint32_t, 2>> memory;
  for (unsigned i = 0; i < kLanes; ++i) {
    const std::uint32_t address = 8 * (doubleword + i / sharing);
    const auto [place, added] = memory.try_emplace(address);
    if (added) place->second = {bench.word(address), bench.word(address + 4)};
    auto& words = place->second;
    low.address[i] = address;
    low.compare[i] = words[0] ^ (i % 3 == 2 ? 0x40000000 : 0);
    high.compare[i] = words[1] ^ (i % 3 == 1 ? 1 : 0);
    low.data[i] = 0x3000 + 16 * beat + i;
    high.data[i] = 0x80000000 + 16 * beat + i;
    if (i % 3 == 0) words = {low.data[i], high.data[i]};
  }
  return {high, low};
}

}  // namespace

TEST_CASE("amocas.d is served lane after lane, four cycles apart, with two results each") {
  for (const unsigned sharing : {1U, 2U, kLanes}) {
    INFO("lanes on a doubleword: " << sharing);
    Bench bench;
    const auto [high, low] = swaps(bench, 3, sharing, 0);
    bench.queue(high);
    bench.queue(low);
    bench.run();
    REQUIRE(bench.passes.size() == 1 + kLanes);
    REQUIRE(bench.results.size() == 2 * kLanes);
    for (unsigned i = 0; i < kLanes; ++i) {
      if (i != 0) CHECK(bench.passes[1 + i] == bench.passes[i] + 4);
      for (unsigned half = 0; half < 2; ++half) {
        const auto& result = bench.results[2 * i + half];
        CHECK(result.cycle == bench.passes[1 + i] + 3 + half);
        CHECK(result.mask == 1U << i);
        CHECK(result.rd == 12 + half);
        CHECK(result.last == (i == kLanes - 1 && half == 1));
      }
    }
    const unsigned last_to_swap = (sharing - 1) / 3 * 3;  // of those on the first doubleword
    CHECK(bench.word(8 * 3) == low.data[last_to_swap]);
    CHECK(bench.word(8 * 3 + 4) == high.data[last_to_swap]);
    bench.read_back();
  }
}

TEST_CASE("rows of upper words belong to the rows of their beats, with and without shared lanes") {
  Bench bench;
  constexpr unsigned kBeats = 32 / kLanes;
  std::vector<Row> rows;
  for (unsigned beat = 0; beat < kBeats; ++beat) {
    auto [high, low] = swaps(bench, beat * kLanes, 1, beat);
    low.last = beat == kBeats - 1;
    if (beat == 1) low.mask = 0;
    if (beat == 2) low.mask &= 0x5;
    bench.queue(high);
    rows.push_back(low);
  }
  for (const Row& row : rows) bench.queue(row);
  bench.queue(words(Op::kLw, 9, 0));
  bench.run();
  bench.read_back();
}

TEST_CASE("results of amocas.d that are not taken, in every cycle around it") {
  for (std::uint64_t from = 0; from < 40; ++from) {
    for (const std::uint64_t length : {1U, 2U, 5U}) {
      INFO("not ready for " << length << " cycles from " << from);
      Bench bench;
      auto [high, low] = swaps(bench, 4, 2, 0);
      low.mask &= 0x7;
      bench.queue(words(Op::kAmoaddW, 9, 0));
      bench.queue(words(Op::kLw, 9, 2));
      bench.queue(high);
      bench.queue(low);
      bench.queue(words(Op::kLw, 8, 1));
      bench.queue(low);
      bench.queue(words(Op::kSh, 8, 0));
      bench.queue(words(Op::kAmoswapW, 8, 1));
      const std::uint64_t start = bench.cycle();
      while (bench.busy()) {
        const std::uint64_t now = bench.cycle() - start;
        bench.result_ready = now < from || now >= from + length;
        bench.step();
      }
      bench.read_back();
    }
  }
}

TEST_CASE("a result that is not taken, in every cycle around an atomic") {
  for (const Op op : {Op::kAmoaddW, Op::kAmocasW, Op::kAmofaddW, Op::kMbarrierArrive}) {
    for (std::uint64_t from = 0; from < 40; ++from) {
      for (const std::uint64_t length : {1U, 2U, 5U, 14U}) {
        INFO(isa::name(op) << ", not ready for " << length << " cycles from " << from);
        Bench bench;
        Row atomic = words(op, op == Op::kMbarrierArrive ? 8 : 9, 0);
        atomic.mask = 0x7;
        atomic.compare[0] = bench.word(atomic.address[0]);
        atomic.compare[1] = atomic.data[0];
        bench.queue(words(Op::kLw, 9, 1));
        bench.queue(words(Op::kLw, 9, 2));
        bench.queue(atomic);
        bench.queue(words(Op::kLw, 9, 0));
        bench.queue(atomic);
        bench.queue(words(Op::kSh, 9, 0));
        bench.queue(words(Op::kLw, 9, 0));
        const std::uint64_t start = bench.cycle();
        while (bench.busy()) {
          const std::uint64_t now = bench.cycle() - start;
          bench.result_ready = now < from || now >= from + length;
          bench.step();
        }
        bench.read_back();
      }
    }
  }
}

TEST_CASE("operations on mbarriers are served lane after lane, three cycles apart") {
  for (const Op op : kMbarriers) {
    for (const std::uint32_t stride : {0U, 2U, 6U}) {
      INFO(isa::name(op) << ", stride " << stride);
      Bench bench;
      for (std::uint32_t i = 0; i < kLanes; ++i) {
        queue_mbarrier(bench, 4 * (6 + i * stride) % 1024, mbarrier_bits(i % 2, 40, 50, 60));
      }
      bench.run();
      bench.passes.clear();
      bench.results.clear();
      Row row = words(op, 6, stride);
      row.data.fill(3);
      bench.queue(row);
      bench.queue(words(Op::kLw, 6, 1));
      bench.run();
      REQUIRE(bench.results.size() == kLanes + 1);
      for (unsigned i = 0; i < kLanes; ++i) {
        CHECK(bench.results[i].mask == 1U << i);
        CHECK(bench.results[i].last == (i == kLanes - 1));
      }
      for (const std::uint64_t distance : distances(bench.passes)) CHECK(distance == 3);
      bench.read_back();
    }
  }
}

TEST_CASE("a phase ends with the last arrival or the last byte, whichever is later") {
  struct Step {
    Op op;
    std::uint32_t n;
    std::uint64_t after;
  };
  const std::array<Step, 13> steps = {{
      {Op::kMbarrierExpectTx, 100, mbarrier_bits(0, 2, 2, 100)},
      {Op::kMbarrierArrive, 2, mbarrier_bits(0, 0, 2, 100)},
      {Op::kMbarrierCompleteTx, 99, mbarrier_bits(0, 0, 2, 1)},
      {Op::kMbarrierCompleteTx, 1, mbarrier_bits(1, 2, 2, 0)},
      {Op::kMbarrierCompleteTx, 5, mbarrier_bits(1, 2, 2, -5)},
      {Op::kMbarrierArrive, 2, mbarrier_bits(1, 0, 2, -5)},
      {Op::kMbarrierExpectTx, 5, mbarrier_bits(0, 2, 2, 0)},
      {Op::kMbarrierArriveDrop, 1, mbarrier_bits(0, 1, 1, 0)},
      {Op::kMbarrierArrive, 1, mbarrier_bits(1, 1, 1, 0)},
      {Op::kMbarrierArrive, 1, mbarrier_bits(0, 1, 1, 0)},
      // Errors: one arrival too many, a count that is none, a tx out of range.
      {Op::kMbarrierArrive, 3, mbarrier_bits(0, 0xFFFFE, 1, 0) | 2},
      {Op::kMbarrierExpectTx, 0x80000000, mbarrier_bits(0, 0xFFFFE, 1, 0) | 2},
      {Op::kMbarrierArrive, 0xFFFFE, mbarrier_bits(1, 1, 1, 0) | 2},
  }};
  Bench bench;
  queue_mbarrier(bench, 64, mbarrier_bits(0, 2, 2, 0));
  bench.run();
  std::uint64_t before = mbarrier_bits(0, 2, 2, 0);
  for (const Step& step : steps) {
    INFO(isa::name(step.op) << ' ' << step.n);
    Row row;
    row.op = step.op;
    row.mask = 1;
    row.address[0] = 64;
    row.data[0] = step.n;
    bench.results.clear();
    bench.queue(row);
    bench.run();
    REQUIRE(bench.results.size() == 1);
    CHECK(bench.results[0].data[0] == static_cast<std::uint32_t>(before));
    CHECK((std::uint64_t{bench.word(68)} << 32 | bench.word(64)) == step.after);
    before = step.after;
    bench.read_back();
  }
}

TEST_CASE("mbarrier.test is a load of the word, for all lanes at once") {
  Bench bench;
  Row row = words(Op::kMbarrierTest, 20, 0);
  bench.queue(row);
  bench.run();
  REQUIRE(bench.results.size() == 1);
  CHECK(bench.results[0].mask == Bench::kAllLanes);
}

TEST_CASE(
    "mbarrier.try_wait parks its warp if a lane's phase goes on; an arrival's end comes later") {
  Bench bench;
  queue_mbarrier(bench, 64, mbarrier_bits(0, 1, 1, 0));
  queue_mbarrier(bench, 72, mbarrier_bits(1, 1, 1, 0));
  bench.run();
  // Which lanes wait for which parity, and whether one finds it.
  Row row = words(Op::kMbarrierTryWait, 16, 0);
  row.address[1] = row.address[2] = 72;
  for (const std::uint32_t parities : {0b0110U, 0b0000U, 0b1111U, 0b1001U, 0b0100U}) {
    for (const std::uint32_t mask : {0b1111U, 0b0110U, 0b1001U, 0b0000U}) {
      CAPTURE(parities, mask);
      const std::uint32_t phases = 0b0110;
      for (unsigned i = 0; i < 4; ++i) row.data[i] = 0xabcdef00 | (parities >> i & 1);
      row.mask = mask;
      bench.passes.clear();
      bench.parks.clear();
      bench.queue(row);
      bench.run();
      REQUIRE(bench.passes.size() == 1);
      const bool waits = (mask & ~(parities ^ phases)) != 0;
      CHECK(bench.parks.size() == (waits ? 1 : 0));
      if (waits) CHECK(bench.parks[0] == bench.passes[0] + 3);
    }
  }
  CHECK(bench.phase_ends.empty());
  // Right behind it an arrival ends the phase: both are told, in this order.
  for (unsigned i = 0; i < 4; ++i) row.data[i] = 0;
  row.mask = 1;
  Row arrival = words(Op::kMbarrierArrive, 16, 0);
  arrival.data[0] = arrival.mask = 1;
  bench.passes.clear();
  bench.parks.clear();
  bench.queue(row);
  bench.queue(arrival);
  bench.queue(row);
  bench.run();
  CHECK(bench.parks == std::vector<std::uint64_t>{bench.passes[0] + 3});
  CHECK(bench.phase_ends == std::vector<std::uint64_t>{bench.passes[1] + 3 + 1});
  bench.read_back();
}

TEST_CASE("random mbarriers about their corners") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 engine(seed);
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(engine()) % limit;
  };
  const auto near = [&](std::uint32_t limit) {
    return below(2) == 0 ? below(4) : limit - 1 - below(4);
  };
  Bench bench;
  for (int round = 0; round < 400; ++round) {
    for (std::uint32_t i = 0; i < 4; ++i) {
      const std::int64_t tx = below(3) == 0 ? static_cast<std::int64_t>(near(1 << 21)) - (1 << 20)
                                            : static_cast<std::int64_t>(below(3)) - 1;
      const std::uint64_t error = below(4) == 0 ? 2 : 0;
      const std::uint64_t unused = below(4) == 0 ? 1ULL << 63 : 0;
      queue_mbarrier(bench, 8 * i + 128,
                     mbarrier_bits(below(2), near(1 << 20), near(1 << 20), tx) | error | unused);
    }
    for (int i = 0; i < 6; ++i) {
      Row row;
      row.op = below(6) == 0   ? Op::kLw
               : below(6) == 0 ? Op::kMbarrierTryWait
                               : kMbarriers[below(kMbarriers.size())];
      row.warp = below(4);
      row.mask = below(Bench::kAllLanes + 1);
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        row.address[lane] = 128 + 8 * below(4);
        row.data[lane] = near(1 << 20) | (below(8) == 0 ? 1U << (20 + below(12)) : 0);
      }
      bench.queue(row);
    }
    for (int i = 0; i < 20000 && bench.busy(); ++i) {
      bench.result_ready = below(3) != 0;
      bench.step();
    }
    REQUIRE_FALSE(bench.busy());
  }
  bench.read_back();
}

TEST_CASE("random rows") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 engine(seed);
  const auto word = [&] { return static_cast<std::uint32_t>(engine()); };
  const auto below = [&](std::uint32_t limit) { return word() % limit; };
  constexpr std::array<Op, 8> kOthers = {Op::kLb, Op::kLbu, Op::kLh, Op::kLhu,
                                         Op::kLw, Op::kSb,  Op::kSh, Op::kSw};
  Bench bench;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 20; ++i) {
      Row row;
      row.op = below(2) == 0 ? kAtomics[below(kAtomics.size())] : kOthers[below(kOthers.size())];
      if (below(8) == 0) row.op = kMbarriers[below(kMbarriers.size())];
      if (below(12) == 0) row.op = Op::kMbarrierTryWait;
      const bool mbarrier = row.op == Op::kMbarrierTryWait ||
                            std::ranges::find(kMbarriers, row.op) != kMbarriers.end();
      row.warp = below(4);
      row.rd = below(32);
      row.writes_rd = below(2) != 0;
      row.beat = below(32 / kLanes);
      row.last = below(2) != 0;
      row.any_global = below(4) == 0;
      row.mask = below(8) == 0 ? 0 : word() & Bench::kAllLanes;
      const std::uint32_t size = mbarrier                                                       ? 8
                                 : row.op == Op::kLb || row.op == Op::kLbu || row.op == Op::kSb ? 1
                                 : row.op == Op::kLh || row.op == Op::kLhu || row.op == Op::kSh ? 2
                                                                                                : 4;
      const std::uint32_t spread = 8U << below(6);
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        row.address[lane] = below(spread) & ~(size - 1);
        // Floats of like size, now and then the word that is there.
        row.data[lane] = below(2) == 0 ? word() : 0x40000000 + below(0x1000000);
        row.compare[lane] = bench.word(row.address[lane] & ~3U);
      }
      bench.queue(row);
    }
    const std::uint32_t hurry = below(4);
    for (int i = 0; i < 20000 && bench.busy(); ++i) {
      bench.result_ready = below(4) <= hurry;
      bench.rows_wait = below(4) > hurry;
      bench.step();
    }
    REQUIRE_FALSE(bench.busy());
  }
  bench.read_back();
}

TEST_CASE("an operand pass reads whole words, whatever bytes the row at the head names") {
  if constexpr (kLanes == 4) return;  // no engines
  for (const Op op : {Op::kLb, Op::kLbu, Op::kLh, Op::kLhu, Op::kSb, Op::kSh}) {
    for (std::uint32_t byte = 1; byte < 4; ++byte) {
      const bool half = op == Op::kLh || op == Op::kLhu || op == Op::kSh;
      if (half && byte != 2) continue;
      INFO(isa::name(op) << ", byte " << byte);
      Bench bench;
      Row row = words(op, 0, kLanes);  // one bank: a pass for every lane
      for (auto& address : row.address) address += byte;
      bench.queue(row);
      Bench::Copy units;
      units.matrix = true;
      for (std::uint32_t g = 0; g < Bench::kGroups; ++g) units.unit[g] = g + Bench::kGroups;
      for (int i = 0; i < 4; ++i) bench.queue(units);
      bench.run();
      REQUIRE(bench.matrix_passes.size() == 4);
      REQUIRE(bench.matrix_passes.back() < bench.passes.back());  // the row was at the head
      bench.read_back();
    }
  }
}

TEST_CASE(
    "rows and engines take turns, and what an engine does to an mbarrier is what a lane does") {
  if constexpr (kLanes == 4) return;  // no engines
  for (unsigned seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    Bench bench;
    for (int i = 0; i < 150; ++i) {
      if (random() % 2 == 0) {
        Bench::Copy copy;
        copy.matrix = random() % 2 == 0;
        copy.complete = random() % 4 == 0;
        copy.mbarrier = static_cast<std::uint32_t>(8 * (random() % (Bench::kWords / 2)));
        copy.bytes = static_cast<std::uint32_t>(16 * (1 + random() % 0x10000));
        for (unsigned g = 0; g < Bench::kGroups; ++g) {
          if (random() % 2 == 0) {
            copy.unit[g] = static_cast<std::uint32_t>(
                random() % (Bench::kWords / 4 / Bench::kGroups) * Bench::kGroups + g);
          }
        }
        for (auto& word : copy.data) word = static_cast<std::uint32_t>(random());
        bench.queue(copy);
      } else {
        constexpr std::array<Op, 9> kOps = {Op::kLw,
                                            Op::kSw,
                                            Op::kSb,
                                            Op::kAmoaddW,
                                            Op::kAmocasD,
                                            Op::kAmofaddW,
                                            Op::kAmomaxuW,
                                            Op::kMbarrierCompleteTx,
                                            Op::kMbarrierTryWait};
        const Op op = kOps[random() % kOps.size()];
        Row row = words(op, static_cast<std::uint32_t>(random() % Bench::kWords),
                        static_cast<std::uint32_t>(random() % 5));
        row.mask = static_cast<std::uint32_t>(random()) & Bench::kAllLanes;
        if (op == Op::kAmocasD || op == Op::kMbarrierCompleteTx || op == Op::kMbarrierTryWait) {
          for (auto& address : row.address) address &= ~7U;
        }
        if (op == Op::kAmocasD) {
          row.rd = 8;
          Row high = row;
          high.high = true;
          high.last = false;
          high.mask = 0;
          bench.queue(high);
        }
        bench.queue(row);
      }
    }
    const unsigned ready = 30 + static_cast<unsigned>(random() % 71);
    for (int i = 0; i < 20000 && bench.busy(); ++i) {
      bench.result_ready = random() % 100 < ready;
      bench.rows_wait = random() % 4 == 0;
      bench.step();
    }
    REQUIRE_FALSE(bench.busy());
    bench.read_back();
  }
}

}  // namespace heddle::tb
