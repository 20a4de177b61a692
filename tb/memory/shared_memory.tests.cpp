// Shared memory against docs/architecture/memory.md: passes, bank conflicts, merged stores, and
// when results are visible.
#include "memory/shared_memory.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

namespace heddle::timed {
namespace {

using isa::Op;

constexpr std::uint32_t kLanes = 8;

Config config() {
  Config result;
  result.lanes = kLanes;
  result.shared_bytes = 16384;
  return result;
}

struct Bench {
  SharedMemory memory{config()};
  MemoryRow row;  // pushed in the next step if valid
  std::vector<std::uint32_t> row_compare;
  bool high = false;  // push rows of upper words
  bool any_global = false;
  bool result_ready = true;
  CopyPass copy;  // wanted while `copies` is not 0
  std::uint32_t copies = 0;
  std::vector<std::uint32_t> copies_made;  // cycles
  TensorPass tensor;                       // wanted while `tensors` is not 0
  std::uint32_t tensors = 0;
  std::vector<std::uint32_t> tensors_made;  // cycles
  std::uint32_t cycle = 0;
  std::uint32_t rows_served = 0, passes_served = 0;

  const SharedMemory::Outputs& out() const { return memory.out(); }
  const ResultRow& result() const { return *memory.out().result; }
  void step() {
    SharedMemory::Inputs in;
    in.row = row.valid ? &row : nullptr;
    in.any_global = any_global;
    in.result_ready = result_ready;
    in.copy = copies != 0 ? &copy : nullptr;
    in.tensor = tensors != 0 ? &tensor : nullptr;
    memory.eval(in);
    if (memory.copy_made()) {
      copies_made.push_back(cycle);
      --copies;
    }
    if (memory.tensor_made()) {
      tensors_made.push_back(cycle);
      --tensors;
    }
    memory.tick();
    row.valid = false;
    ++cycle;
    rows_served += out().row_served;
    passes_served += out().pass_served;
  }
  /// Pushes a row in this cycle: it is the head in the next one.
  void push(Op op, const std::vector<std::uint32_t>& addresses,
            const std::vector<std::uint32_t>& data = {}) {
    row = MemoryRow{};
    row.valid = row.writes_rd = true;
    row.last = !high;
    row.high = high;
    row.op = op;
    row.warp = 3;
    row.rd = op == Op::kAmocasD ? 6 : 7;
    row.beat = 2;
    for (std::size_t lane = 0; lane < addresses.size(); ++lane) {
      row.address[lane] = addresses[lane];
      row.shared_mask |= high ? 0u : 1u << lane;
      if (lane < data.size()) row.data[lane] = data[lane];
      if (lane < row_compare.size()) row.compare[lane] = row_compare[lane];
    }
    step();
  }
  void drain() {
    for (int i = 0; i < 50 && !out().idle; ++i) step();
    REQUIRE(out().idle);
  }
  void store_words(std::uint32_t first, const std::vector<std::uint32_t>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      push(Op::kSw, {static_cast<std::uint32_t>(first + 4 * i)}, {values[i]});
      drain();
    }
    rows_served = passes_served = 0;
  }
};

}  // namespace

TEST_CASE("a row without conflicts is a result three cycles after it is the head") {
  Bench bench;
  std::vector<std::uint32_t> words, addresses;
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) words.push_back(0x1000 + lane);
  bench.store_words(0x100, words);
  // A different bank for every lane, in no order.
  for (std::uint32_t lane = 0; lane < kLanes; ++lane)
    addresses.push_back(0x100 + 4 * (lane * 3 % kLanes));
  bench.push(Op::kLw, addresses);
  const std::uint32_t head = bench.cycle;
  while (!bench.result().valid) bench.step();
  CHECK(bench.cycle == head + 3);
  CHECK(bench.result().mask == 0xff);
  CHECK(bench.result().warp == 3);
  CHECK(bench.result().rd == 7);
  CHECK(bench.result().writes_rd);
  CHECK(bench.result().beat == 2);
  CHECK(bench.result().last);
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    CHECK(bench.result().data[lane] == 0x1000 + lane * 3 % kLanes);
  }
  CHECK_FALSE(bench.out().idle);
  bench.step();
  CHECK_FALSE(bench.result().valid);
  CHECK(bench.out().idle);
  CHECK(bench.rows_served == 1);
  CHECK(bench.passes_served == 1);
}

TEST_CASE("lanes that want different words of one bank take a pass each, lowest lane first") {
  Bench bench;
  // Lanes 0, 1, 3: bank 1, three words; lane 2: bank 2; lane 4: lane 1's word.
  const auto word = [](std::uint32_t bank, std::uint32_t index) {
    return 4 * (index * kLanes + bank);
  };
  for (std::uint32_t index = 0; index < 3; ++index)
    bench.store_words(word(1, index), {0xa0 + index});
  bench.store_words(word(2, 9), {0xb0});
  bench.push(Op::kLw, {word(1, 0), word(1, 1), word(2, 9), word(1, 2), word(1, 1)});
  const std::uint32_t head = bench.cycle;
  const std::uint32_t masks[] = {0b00101, 0b10010, 0b01000};
  for (std::uint32_t pass = 0; pass < 3; ++pass) {
    while (!bench.result().valid) bench.step();
    CHECK(bench.cycle == head + 3 + pass);
    CHECK(bench.result().mask == masks[pass]);
    CHECK(bench.result().last == (pass == 2));
    for (std::uint32_t lane = 0; lane < 5; ++lane) {
      if ((masks[pass] >> lane & 1) == 0) continue;
      const std::uint32_t expected[] = {0xa0, 0xa1, 0xb0, 0xa2, 0xa1};
      CHECK(bench.result().data[lane] == expected[lane]);
    }
    bench.step();
  }
  CHECK(bench.out().idle);
  CHECK(bench.rows_served == 1);
  CHECK(bench.passes_served == 3);
}

TEST_CASE("loads extend what they read") {
  Bench bench;
  bench.store_words(0x40, {0x8091a2f3});
  const auto load = [&](Op op, std::uint32_t address) {
    bench.push(op, {address});
    while (!bench.result().valid) bench.step();
    const std::uint32_t value = bench.result().data[0];
    bench.drain();
    return value;
  };
  CHECK(load(Op::kLb, 0x40) == 0xfffffff3);
  CHECK(load(Op::kLbu, 0x41) == 0xa2);
  CHECK(load(Op::kLb, 0x42) == 0xffffff91);
  CHECK(load(Op::kLbu, 0x43) == 0x80);
  CHECK(load(Op::kLh, 0x40) == 0xffffa2f3);
  CHECK(load(Op::kLhu, 0x42) == 0x8091);
  CHECK(load(Op::kLh, 0x42) == 0xffff8091);
}

TEST_CASE("stores of one pass merge their bytes, and the highest lane wins") {
  Bench bench;
  bench.store_words(0x80, {0x11223344});
  bench.push(Op::kSb, {0x80, 0x82, 0x80, 0x83}, {0xfa, 0xfb, 0xfc, 0xfd});
  bench.drain();
  CHECK(bench.passes_served == 1);
  CHECK(bench.memory.word(0x80 / 4) == 0xfdfb33fc);
  bench.push(Op::kSh, {0x82, 0x80, 0x82}, {0x10001, 0x20002, 0x30003});
  bench.drain();
  CHECK(bench.memory.word(0x80 / 4) == 0x00030002);
}

TEST_CASE(
    "a store is done three cycles after its final pass, if it is the instruction's last row and "
    "nothing is global") {
  Bench bench;
  const std::uint32_t bank_stride = 4 * kLanes;
  bench.push(Op::kSw, {0, bank_stride, 2 * bank_stride}, {1, 2, 3});
  const std::uint32_t head = bench.cycle;
  while (!bench.out().store_done.valid) {
    CHECK_FALSE(bench.out().idle);
    bench.step();
  }
  CHECK(bench.cycle == head + 2 + 3);
  CHECK(bench.out().store_done.warp == 3);
  CHECK_FALSE(bench.result().valid);
  bench.step();
  CHECK_FALSE(bench.out().store_done.valid);
  bench.any_global = true;
  bench.push(Op::kSw, {0}, {1});
  for (int i = 0; i < 8; ++i) {
    CHECK_FALSE(bench.out().store_done.valid);
    bench.step();
  }
}

TEST_CASE(
    "a row without shared lanes takes an empty pass that carries the end of its instruction") {
  Bench bench;
  bench.push(Op::kLw, {});
  const std::uint32_t head = bench.cycle;
  while (!bench.result().valid) bench.step();
  CHECK(bench.cycle == head + 3);
  CHECK(bench.result().mask == 0);
  CHECK(bench.result().last);
  bench.drain();
  CHECK(bench.rows_served == 0);
  CHECK(bench.passes_served == 0);
}

TEST_CASE("a result that is not taken stops the pipe; two rows wait in front of it") {
  Bench bench;
  bench.store_words(0x20, {5, 6, 7, 8, 9, 10});
  bench.result_ready = false;
  // Three stages and two rows of the FIFO.
  for (std::uint32_t row = 0; row < 5; ++row) {
    REQUIRE(bench.out().ready);
    bench.push(Op::kLw, {0x20 + 4 * row});
  }
  for (int i = 0; i < 10; ++i) {
    CHECK_FALSE(bench.out().ready);
    CHECK(bench.result().valid);
    CHECK(bench.result().data[0] == 5);
    bench.step();
  }
  bench.result_ready = true;
  for (std::uint32_t row = 0; row < 5; ++row) {
    CHECK(bench.result().valid);
    CHECK(bench.result().data[0] == 5 + row);
    bench.step();
  }
  CHECK(bench.out().idle);
}

TEST_CASE("atomics on one word take a pass each, three cycles apart, lowest lane first") {
  Bench bench;
  bench.store_words(0x40, {1000});
  bench.push(Op::kAmoaddW, {0x40, 0x40, 0x40, 0x40}, {1, 2, 4, 8});
  const std::uint32_t head = bench.cycle;
  std::uint32_t expected = 1000;
  for (std::uint32_t lane = 0; lane < 4; ++lane) {
    while (!bench.result().valid) bench.step();
    CHECK(bench.cycle == head + 3 + 3 * lane);
    CHECK(bench.result().mask == 1u << lane);
    CHECK(bench.result().data[lane] == expected);
    CHECK(bench.result().last == (lane == 3));
    expected += 1u << lane;
    bench.step();
  }
  CHECK(bench.out().idle);
  CHECK(bench.memory.word(0x40 / 4) == 1015);
  CHECK(bench.rows_served == 1);
  CHECK(bench.passes_served == 4);
}

TEST_CASE("a pass of atomics serves one lane of every bank") {
  Bench bench;
  bench.store_words(0x100, {10, 20, 30});
  // Lanes 0, 2, 4: word 0; lanes 1, 3: word 1; lane 5: word 2.
  bench.push(Op::kAmomaxuW, {0x100, 0x104, 0x100, 0x104, 0x100, 0x108}, {11, 5, 9, 25, 12, 31});
  const std::uint32_t masks[] = {0b100011, 0b001100, 0b010000};
  for (const std::uint32_t mask : masks) {
    while (!bench.result().valid) bench.step();
    CHECK(bench.result().mask == mask);
    bench.step();
  }
  CHECK(bench.memory.word(0x100 / 4) == 12);
  CHECK(bench.memory.word(0x104 / 4) == 25);
  CHECK(bench.memory.word(0x108 / 4) == 31);
}

TEST_CASE("amofadd serves one lane of the whole row, twelve cycles apart") {
  Bench bench;
  bench.store_words(0x100, {0, 0x3f800000});
  bench.push(Op::kAmofaddW, {0x104, 0x100, 0x104}, {0x40000000, 0x3f000000, 0x3f800000});
  const std::uint32_t head = bench.cycle;
  const std::uint32_t old[] = {0x3f800000, 0, 0x40400000};
  for (std::uint32_t lane = 0; lane < 3; ++lane) {
    while (!bench.result().valid) bench.step();
    CHECK(bench.cycle == head + 3 + 12 * lane);
    CHECK(bench.result().mask == 1u << lane);
    CHECK(bench.result().data[lane] == old[lane]);
    bench.step();
  }
  // The last sum is written nine cycles after its result was first shown.
  while (!bench.out().idle) bench.step();
  CHECK(bench.cycle == head + 3 + 24 + 10);
  CHECK(bench.memory.word(0x100 / 4) == 0x3f000000);
  CHECK(bench.memory.word(0x104 / 4) == 0x40800000);
}

TEST_CASE("a load behind an atomic reads what it wrote, three cycles later") {
  Bench bench;
  bench.store_words(0x20, {5});
  bench.push(Op::kAmoswapW, {0x20}, {6});
  const std::uint32_t head = bench.cycle;
  bench.push(Op::kLw, {0x20});
  while (!bench.result().valid) bench.step();
  CHECK(bench.result().data[0] == 5);
  bench.step();
  while (!bench.result().valid) bench.step();
  CHECK(bench.cycle == head + 6);
  CHECK(bench.result().data[0] == 6);
}

TEST_CASE("a result that is not taken holds the next pass, but not the adder") {
  Bench bench;
  bench.store_words(0x20, {0});
  bench.result_ready = false;
  bench.push(Op::kAmofaddW, {0x20}, {0x3f800000});
  const std::uint32_t head = bench.cycle;
  bench.push(Op::kLw, {0x20});
  while (bench.cycle < head + 3 + 20) bench.step();
  CHECK(bench.result().valid);
  bench.result_ready = true;
  bench.step();  // the pass of the load is made in this cycle
  while (!bench.result().valid) bench.step();
  CHECK(bench.cycle == head + 23 + 3);
  CHECK(bench.result().data[0] == 0x3f800000);
}

TEST_CASE("an empty pass of an atomic holds nothing up") {
  Bench bench;
  bench.store_words(0x20, {5});
  bench.push(Op::kAmofaddW, {});
  const std::uint32_t head = bench.cycle;
  bench.push(Op::kLw, {0x20});
  for (std::uint32_t pass = 0; pass < 2; ++pass) {
    while (!bench.result().valid) bench.step();
    CHECK(bench.cycle == head + 3 + pass);
    bench.step();
  }
  CHECK(bench.out().idle);
}

TEST_CASE("operations on mbarriers take a pass each, three cycles apart, and show both words") {
  Bench bench;
  // Two mbarriers; phase 0, 3 of 3 arrivals pending.
  bench.store_words(0x100, {3 << 22 | 3 << 2, 0, 3 << 22 | 3 << 2, 0});
  bench.push(Op::kMbarrierArrive, {0x100, 0x108, 0x100}, {1, 2, 2});
  const std::uint32_t head = bench.cycle;
  const std::uint32_t old[] = {3 << 22 | 3 << 2, 3 << 22 | 3 << 2, 3 << 22 | 2 << 2};
  const std::uint64_t updated[] = {3 << 22 | 2 << 2, 3 << 22 | 1 << 2, 3 << 22 | 3 << 2 | 1};
  const std::uint32_t banks[] = {3, 12, 3};
  for (std::uint32_t lane = 0; lane < 3; ++lane) {
    while (!bench.result().valid) {
      CHECK(bench.out().atomic_write == nullptr);
      bench.step();
    }
    CHECK(bench.cycle == head + 3 + 3 * lane);
    CHECK(bench.result().mask == 1u << lane);
    CHECK(bench.result().data[lane] == old[lane]);
    REQUIRE(bench.out().atomic_write != nullptr);
    CHECK(bench.out().atomic_write->is_doubleword);
    CHECK(bench.out().atomic_write->doubleword == updated[lane]);
    CHECK(bench.out().atomic_write->banks == banks[lane]);
    bench.step();
  }
  CHECK(bench.out().idle);
  CHECK(bench.passes_served == 3);
  CHECK(bench.memory.word(0x100 / 4) == updated[2]);
  CHECK(bench.memory.word(0x108 / 4) == updated[1]);
  // An expected byte is in the upper word.
  bench.push(Op::kMbarrierExpectTx, {0x108}, {5});
  bench.drain();
  CHECK(bench.memory.word(0x10c / 4) == 5 << 10);
  CHECK(bench.memory.word(0x108 / 4) == updated[1]);
}

TEST_CASE("mbarrier.test is a load: one pass for lanes that look at one mbarrier") {
  Bench bench;
  bench.store_words(0x100, {7});
  bench.push(Op::kMbarrierTest, {0x100, 0x100, 0x100});
  while (!bench.result().valid) bench.step();
  CHECK(bench.result().mask == 7);
  CHECK(bench.result().data[2] == 7);
  CHECK(bench.passes_served == 1);
}

TEST_CASE("mbarrier.try_wait parks while a lane's phase is the one that it waits for") {
  Bench bench;
  bench.store_words(0x100, {1 << 22 | 1 << 2, 0, 1 << 22 | 1 << 2 | 1, 0});
  // Lane 0's phase is 0, lane 1's is 1.
  for (const std::vector<std::uint32_t>& waits_for :
       {std::vector<std::uint32_t>{1, 0}, {0, 0}, {1, 1}, {0xfffffffe, 3}}) {
    const bool parks = waits_for[0] % 2 == 0 || waits_for[1] % 2 == 1;
    CAPTURE(waits_for[0], waits_for[1]);
    bench.push(Op::kMbarrierTryWait, {0x100, 0x108}, waits_for);
    while (!bench.result().valid) {
      CHECK_FALSE(bench.out().park.valid);
      bench.step();
    }
    CHECK(bench.out().park.valid == parks);
    CHECK(bench.out().park.warp == 3);
    // Until the result is taken.
    bench.result_ready = false;
    bench.step();
    CHECK(bench.out().park.valid == parks);
    bench.result_ready = true;
    bench.step();
    CHECK_FALSE(bench.out().park.valid);
  }
}

TEST_CASE("a phase that ends is told in the cycle behind the new words, whoever ended it") {
  Bench bench;
  bench.store_words(0x100, {2 << 22 | 2 << 2, 0});
  const auto ends = [&] {
    std::uint32_t count = 0;
    while (bench.out().atomic_write == nullptr) {
      CHECK_FALSE(bench.out().phase_end);
      bench.step();
    }
    CHECK_FALSE(bench.out().phase_end);
    bench.step();
    const bool told = bench.out().phase_end;
    for (int i = 0; i < 5; ++i, bench.step()) count += bench.out().phase_end;
    CHECK(count == (told ? 1 : 0));
    return told;
  };
  bench.push(Op::kMbarrierArrive, {0x100}, {1});
  CHECK_FALSE(ends());
  bench.push(Op::kMbarrierArrive, {0x100}, {1});
  CHECK(ends());
  bench.push(Op::kMbarrierExpectTx, {0x100}, {16});
  CHECK_FALSE(ends());
  bench.push(Op::kMbarrierArrive, {0x100}, {2});
  CHECK_FALSE(ends());
  bench.copy.complete = true;
  bench.copy.place[0] = 0x100;
  bench.copy.bytes = 16;
  bench.copies = 1;
  CHECK(ends());
  bench.push(Op::kMbarrierArrive, {0x100}, {1});
  CHECK_FALSE(ends());
  bench.tensor.arrival = true;
  bench.tensor.place[0] = 0x100;
  bench.tensors = 1;
  CHECK(ends());
  // An atomic on the word is no operation on an mbarrier.
  bench.push(Op::kAmoxorW, {0x100}, {1});
  CHECK_FALSE(ends());
}

TEST_CASE("amocas writes where it finds what it compares with") {
  Bench bench;
  bench.store_words(0x20, {5, 6});
  bench.row_compare = {5, 5};
  bench.push(Op::kAmocasW, {0x20, 0x24}, {100, 200});
  while (!bench.result().valid) bench.step();
  CHECK(bench.result().mask == 3);
  CHECK(bench.result().data[0] == 5);
  CHECK(bench.result().data[1] == 6);
  bench.drain();
  CHECK(bench.memory.word(0x20 / 4) == 100);
  CHECK(bench.memory.word(0x24 / 4) == 6);
}

TEST_CASE("amocas.d has a pass and two results for each lane; a row of upper words has none") {
  Bench bench;
  bench.store_words(0x100, {5, 6, 7, 8});
  // Lanes 0 to 3: finds it; finds lane 0's; fails in the upper word; fails in the lower word.
  const std::vector<std::uint32_t> addresses{0x100, 0x100, 0x108, 0x108};
  bench.high = true;
  bench.row_compare = {6, 66, 9, 8};
  bench.push(Op::kAmocasD, addresses, {66, 67, 68, 69});
  bench.high = false;
  bench.row_compare = {5, 55, 7, 9};
  bench.push(Op::kAmocasD, addresses, {55, 56, 57, 58});
  const std::uint32_t head = bench.cycle;
  const std::uint32_t low[] = {5, 55, 7, 7}, upper[] = {6, 66, 8, 8}, banks[] = {3, 3, 12, 12};
  const std::uint64_t written[] = {66ull << 32 | 55, 67ull << 32 | 56, 8ull << 32 | 7,
                                   8ull << 32 | 7};
  for (std::uint32_t lane = 0; lane < 4; ++lane) {
    CAPTURE(lane);
    while (!bench.result().valid) {
      CHECK(bench.out().atomic_write == nullptr);
      bench.step();
    }
    CHECK(bench.cycle == head + 3 + 4 * lane);
    REQUIRE(bench.out().atomic_write != nullptr);
    CHECK(bench.out().atomic_write->banks == banks[lane]);
    CHECK(bench.out().atomic_write->doubleword == written[lane]);
    CHECK(bench.result().rd == 6);
    CHECK(bench.result().data[lane] == low[lane]);
    CHECK_FALSE(bench.result().last);
    CHECK(bench.result().pair);
    bench.result_ready = lane % 2 == 0;  // the lower word may wait
    bench.step();
    if (lane % 2 != 0) {
      CHECK(bench.result().rd == 6);
      CHECK(bench.out().atomic_write == nullptr);
      bench.result_ready = true;
      bench.step();
    }
    REQUIRE(bench.result().valid);
    CHECK(bench.out().atomic_write == nullptr);
    CHECK(bench.result().rd == 7);
    CHECK(bench.result().mask == 1u << lane);
    CHECK(bench.result().data[lane] == upper[lane]);
    CHECK(bench.result().last == (lane == 3));
    CHECK(bench.result().pair);
    if (lane % 2 != 0) bench.cycle -= 1;
    bench.step();
  }
  CHECK(bench.out().idle);
  CHECK(bench.rows_served == 1);
  CHECK(bench.passes_served == 4);
  // A row without shared lanes: one result, for the upper register.
  bench.push(Op::kAmocasD, {});
  while (!bench.result().valid) bench.step();
  CHECK(bench.result().rd == 7);
  CHECK(bench.result().mask == 0);
  CHECK(bench.result().last);
  bench.step();
  CHECK(bench.out().idle);
}

TEST_CASE("random rows leave the memory of a plain array, in the passes that the banks need") {
  std::mt19937 engine(5);
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(engine() % limit);
  };
  Bench bench;
  std::vector<std::uint8_t> bytes(256);
  for (int round = 0; round < 500; ++round) {
    const std::uint32_t shift = below(3);
    const Op ops[] = {Op::kSb, Op::kSh, Op::kSw};
    std::vector<std::uint32_t> addresses, data;
    const std::uint32_t count = 1 + below(kLanes);
    for (std::uint32_t lane = 0; lane < count; ++lane) {
      addresses.push_back(below(256 >> shift) << shift);
      data.push_back(static_cast<std::uint32_t>(engine()));
    }
    // Pass by pass: every bank serves the word of its lowest pending lane.
    std::uint32_t passes = 0;
    for (std::uint32_t pending = (1u << count) - 1; pending != 0; ++passes) {
      std::vector<int> leader(kLanes, -1);
      for (std::uint32_t lane = 0; lane < count; ++lane) {
        if ((pending >> lane & 1) == 0) continue;
        const std::uint32_t word = addresses[lane] / 4;
        int& led = leader[word % kLanes];
        if (led < 0) led = static_cast<int>(word);
        if (led != static_cast<int>(word)) continue;
        pending &= ~(1u << lane);
        for (std::uint32_t byte = 0; byte < 1u << shift; ++byte) {
          bytes[addresses[lane] + byte] = static_cast<std::uint8_t>(data[lane] >> 8 * byte);
        }
      }
    }
    const std::uint32_t before = bench.passes_served;
    bench.push(ops[shift], addresses, data);
    bench.drain();
    REQUIRE(bench.passes_served - before == passes);
    for (std::uint32_t word = 0; word < 64; ++word) {
      const std::uint32_t expected = bytes[4 * word] | bytes[4 * word + 1] << 8 |
                                     bytes[4 * word + 2] << 16 |
                                     static_cast<std::uint32_t>(bytes[4 * word + 3]) << 24;
      REQUIRE(bench.memory.word(word) == expected);
    }
  }
}

TEST_CASE("a copy pass writes its units, and is nothing that anybody waits for") {
  Bench bench;
  bench.store_words(0x200, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  bench.copy.units = 5;
  bench.copy.place = {0x220, 0x200, 0x210, 0};
  for (std::size_t i = 0; i < 64; ++i) bench.copy.data[i] = static_cast<std::uint8_t>(i);
  bench.copies = 1;
  const std::uint32_t now = bench.cycle;
  bench.step();
  CHECK(bench.copies_made == std::vector<std::uint32_t>{now});
  for (int i = 0; i < 5; ++i) {
    CHECK(bench.out().idle);
    CHECK_FALSE(bench.result().valid);
    CHECK_FALSE(bench.out().store_done.valid);
    CHECK(bench.out().atomic_write == nullptr);
    bench.step();
  }
  CHECK(bench.passes_served == 0);
  for (std::uint32_t word = 0; word < 4; ++word) {
    CHECK(bench.memory.word(0x200 / 4 + word) == 1 + word);
    CHECK(bench.memory.word(0x210 / 4 + word) == 0x23222120 + 0x04040404 * word);
    CHECK(bench.memory.word(0x220 / 4 + word) == 0x03020100 + 0x04040404 * word);
  }
}

TEST_CASE(
    "rows and copies take turns, the copies first, and the turn is kept where only one wants "
    "a pass") {
  Bench bench;
  bench.copy.units = 1;
  bench.copy.place[0] = 0x400;
  bench.copies = 1;
  bench.step();  // nobody else: the turn stays
  bench.copies_made.clear();
  bench.copies = 4;
  bench.push(Op::kLw, {0, 32, 64});  // made while there is no head
  const std::uint32_t head = bench.cycle;
  CHECK(bench.copies_made == std::vector<std::uint32_t>{head - 1});
  std::vector<std::uint32_t> results;
  for (int i = 0; i < 12; ++i) {
    if (bench.result().valid) results.push_back(bench.cycle);
    bench.step();
  }
  CHECK(bench.copies_made == std::vector<std::uint32_t>{head - 1, head, head + 2, head + 4});
  CHECK(results == std::vector<std::uint32_t>{head + 4, head + 6, head + 8});
}

TEST_CASE("no copy is made while a result waits") {
  Bench bench;
  bench.push(Op::kLw, {0});
  bench.result_ready = false;
  while (!bench.result().valid) bench.step();
  bench.copy.units = 1;
  bench.copies = 1;
  for (int i = 0; i < 4; ++i) bench.step();
  CHECK(bench.copies_made.empty());
  bench.result_ready = true;
  const std::uint32_t now = bench.cycle;
  bench.step();
  CHECK(bench.copies_made == std::vector<std::uint32_t>{now});
}

TEST_CASE("a complete pass is an atomic of one lane without a result") {
  Bench bench;
  // One arrival, 48 bytes.
  bench.store_words(0x300, {1u << 2 | 1u << 22, 48u << 10});
  bench.push(Op::kMbarrierArrive, {0x300}, {1});
  bench.drain();
  CHECK((bench.memory.word(0x300 / 4) & 1) == 0);
  bench.copy.complete = true;
  bench.copy.place[0] = 0x300;
  bench.copy.bytes = 48;
  bench.copies = 1;
  const std::uint32_t now = bench.cycle;
  bench.step();
  bench.copy.complete = false;
  bench.copy.units = 0;
  bench.copies = 1;  // waits for what is written
  for (std::uint32_t age = 1; age <= 3; ++age) {
    CHECK_FALSE(bench.out().idle);
    CHECK_FALSE(bench.result().valid);
    CHECK((bench.out().atomic_write != nullptr) == (age == 3));
    bench.step();
  }
  CHECK(bench.out().idle);
  CHECK(bench.copies_made == std::vector<std::uint32_t>{now, now + 3});
  CHECK((bench.memory.word(0x300 / 4) & 1) == 1);
}

TEST_CASE("an operand pass shows its units in stage 3, and is nothing that anybody waits for") {
  Bench bench;
  bench.store_words(0x200, {1, 2, 3, 4, 5, 6, 7, 8});
  bench.tensor.batch = {.b = true, .row = 6, .last = true, .step_end = true};
  bench.tensor.units = 0x5;
  bench.tensor.place[0] = 0x210;
  bench.tensor.place[2] = 0x200;
  bench.tensors = 1;
  const std::uint32_t now = bench.cycle;
  bench.step();
  bench.tensor.units = 0;
  CHECK(bench.tensors_made == std::vector<std::uint32_t>{now});
  for (std::uint32_t age = 1; age < 6; ++age) {
    CHECK(bench.out().idle);
    CHECK_FALSE(bench.result().valid);
    CHECK_FALSE(bench.out().store_done.valid);
    REQUIRE((bench.out().operands != nullptr) == (age == 3));
    if (age == 3) {
      const OperandUnits& operands = *bench.out().operands;
      CHECK((operands.batch.b && operands.batch.row == 6 && operands.batch.last));
      CHECK(operands.units == 0x5);
      CHECK(operands.data[0][0] == 5);
      CHECK(operands.data[0][12] == 8);
      CHECK(operands.data[2][4] == 2);
    }
    bench.step();
  }
  CHECK(bench.passes_served == 0);
}

TEST_CASE("an operand pass sees what a copy pass before it has written") {
  Bench bench;
  bench.copy.units = 1;
  bench.copy.place[0] = 0x400;
  bench.copy.data[0] = 77;
  bench.copies = 1;
  bench.step();
  bench.tensor.units = 1;
  bench.tensor.place[0] = 0x400;
  bench.tensors = 1;
  for (int i = 0; i < 2; ++i) bench.step();
  REQUIRE(bench.out().operands == nullptr);
  bench.step();
  REQUIRE(bench.out().operands != nullptr);
  CHECK(bench.out().operands->data[0][0] == 77);
}

TEST_CASE("rows, copies and the matrix engine take turns in this order") {
  Bench bench;
  bench.copy.units = bench.tensor.units = 1;
  bench.tensor.place[0] = 0x500;
  bench.copy.place[0] = 0x400;
  bench.copies = bench.tensors = 3;
  bench.push(Op::kLw, {0, 32, 64});  // three passes; the copy engine's first, as after start
  const std::uint32_t head = bench.cycle;
  std::vector<std::uint32_t> results;
  for (int i = 0; i < 14; ++i) {
    if (bench.result().valid) results.push_back(bench.cycle);
    bench.step();
  }
  // copy (no head yet), engine, row, copy, engine, row, copy, engine, row.
  CHECK(bench.copies_made == std::vector<std::uint32_t>{head - 1, head + 2, head + 5});
  CHECK(bench.tensors_made == std::vector<std::uint32_t>{head, head + 3, head + 6});
  CHECK(results == std::vector<std::uint32_t>{head + 4, head + 7, head + 10});
}

TEST_CASE("who alone wants a pass does not change whose turn it is") {
  Bench bench;
  bench.copy.units = bench.tensor.units = 1;
  bench.copies = bench.tensors = 1;
  bench.step();  // the copy engine's
  bench.step();  // the matrix engine's, alone
  bench.copies = bench.tensors = 1;
  const std::uint32_t now = bench.cycle;
  bench.step();
  bench.step();
  CHECK(bench.tensors_made.back() == now);
  CHECK(bench.copies_made.back() == now + 1);
}

TEST_CASE("an arrival is an atomic of one lane without a result") {
  Bench bench;
  bench.store_words(0x300, {1u << 2 | 1u << 22, 0});
  bench.tensor.arrival = true;
  bench.tensor.place[0] = 0x300;
  bench.tensors = 1;
  const std::uint32_t now = bench.cycle;
  bench.step();
  bench.tensor.arrival = false;
  bench.tensor.units = 1;
  bench.tensors = 1;  // waits for what is written
  for (std::uint32_t age = 1; age <= 3; ++age) {
    CHECK_FALSE(bench.out().idle);
    CHECK_FALSE(bench.result().valid);
    CHECK((bench.out().atomic_write != nullptr) == (age == 3));
    bench.step();
  }
  CHECK(bench.out().idle);
  CHECK(bench.tensors_made == std::vector<std::uint32_t>{now, now + 3});
  CHECK(bench.memory.word(0x300 / 4) == (1u | 1u << 2 | 1u << 22));
}

}  // namespace heddle::timed
