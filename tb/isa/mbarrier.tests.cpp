// What operations make of an mbarrier: the life of one, wrong counts, and random ones about the
// corners of their fields.
#include "isa/mbarrier.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <random>

#include "../memory/mbarrier_reference.hpp"

namespace heddle::isa {
namespace {

using tb::mbarrier_bits;

constexpr std::array kUpdates{Op::kMbarrierArrive, Op::kMbarrierArriveDrop, Op::kMbarrierExpectTx,
                              Op::kMbarrierCompleteTx};

}  // namespace

TEST_CASE("an mbarrier's fields are where the page has them") {
  const Mbarrier state{
      .phase = true, .error = true, .pending = 0x12345, .expected = 0x6789a, .tx = -2};
  CHECK(state.bits() == (0x1ffffeULL << 42 | 0x6789aULL << 22 | 0x12345ULL << 2 | 3));
  const Mbarrier again = Mbarrier::from(state.bits() | 1ULL << 63);
  CHECK(again.phase);
  CHECK(again.error);
  CHECK(again.pending == 0x12345);
  CHECK(again.expected == 0x6789a);
  CHECK(again.tx == -2);
}

TEST_CASE("a phase ends when no arrival and no byte is missing") {
  std::uint64_t state = mbarrier_bits(0, 3, 3, 0);
  const auto step = [&](Op op, std::uint32_t n) { return state = mbarrier_update(op, state, n); };
  CHECK(step(Op::kMbarrierArrive, 1) == mbarrier_bits(0, 2, 3, 0));
  CHECK(step(Op::kMbarrierArrive, 2) == mbarrier_bits(1, 3, 3, 0));
  CHECK(step(Op::kMbarrierExpectTx, 64) == mbarrier_bits(1, 3, 3, 64));
  CHECK(step(Op::kMbarrierArriveDrop, 1) == mbarrier_bits(1, 2, 2, 64));
  CHECK(step(Op::kMbarrierArrive, 2) == mbarrier_bits(1, 0, 2, 64));
  CHECK(step(Op::kMbarrierCompleteTx, 63) == mbarrier_bits(1, 0, 2, 1));
  CHECK(step(Op::kMbarrierCompleteTx, 1) == mbarrier_bits(0, 2, 2, 0));
  // Bytes may be complete before they are expected.
  CHECK(step(Op::kMbarrierCompleteTx, 8) == mbarrier_bits(0, 2, 2, -8));
  CHECK(step(Op::kMbarrierArrive, 2) == mbarrier_bits(0, 0, 2, -8));
  CHECK(step(Op::kMbarrierExpectTx, 8) == mbarrier_bits(1, 2, 2, 0));
  CHECK(step(Op::kMbarrierArriveDrop, 2) == mbarrier_bits(0, 0, 0, 0));
}

TEST_CASE("wrong counts set the error bit, which stays, and wrap") {
  const auto after = [](Op op, std::uint64_t state, std::uint32_t n) {
    return mbarrier_update(op, state, n);
  };
  CHECK(after(Op::kMbarrierArrive, mbarrier_bits(0, 2, 5, 0), 3) ==
        (mbarrier_bits(0, -1, 5, 0) | 2));
  CHECK(after(Op::kMbarrierArriveDrop, mbarrier_bits(0, 4, 2, 0), 3) ==
        (mbarrier_bits(0, 1, -1, 0) | 2));
  CHECK(after(Op::kMbarrierExpectTx, mbarrier_bits(0, 1, 1, 0xfffff), 1) ==
        (mbarrier_bits(0, 1, 1, -0x100000) | 2));
  CHECK(after(Op::kMbarrierExpectTx, mbarrier_bits(0, 1, 1, 0xffffe), 1) ==
        mbarrier_bits(0, 1, 1, 0xfffff));
  CHECK(after(Op::kMbarrierCompleteTx, mbarrier_bits(0, 1, 1, -0x100000), 1) ==
        (mbarrier_bits(0, 1, 1, 0xfffff) | 2));
  CHECK(after(Op::kMbarrierCompleteTx, mbarrier_bits(0, 1, 1, -0xfffff), 1) ==
        mbarrier_bits(0, 1, 1, -0x100000));
  for (const Op op : kUpdates) {
    INFO(name(op));
    CHECK(after(op, mbarrier_bits(1, 7, 9, 5), 0x100000) == (mbarrier_bits(1, 7, 9, 5) | 2));
    CHECK((after(op, mbarrier_bits(1, 7, 9, 5) | 2, 1) & 2) != 0);
  }
}

TEST_CASE("random mbarriers") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const auto near = [&](std::int64_t low, std::int64_t high) {
    const auto step = static_cast<std::int64_t>(random() % 4);
    switch (random() % 3) {
      case 0: return low + step;
      case 1: return high - step;
      default: return low + static_cast<std::int64_t>(random() % 8) * (high - low) / 8;
    }
  };
  for (int i = 0; i < 200000; ++i) {
    const std::uint64_t state =
        mbarrier_bits(random() % 2, near(0, 0xfffff), near(0, 0xfffff),
                      random() % 2 == 0 ? near(-0x100000, 0xfffff)
                                        : static_cast<std::int64_t>(random() % 7) - 3) |
        (random() % 4 == 0 ? 2 : 0) | (random() % 4 == 0 ? 1ULL << 63 : 0);
    const auto b = static_cast<std::uint32_t>(random() % 8 == 0 ? random() : near(0, 0xfffff));
    const Op op = kUpdates[random() % 4];
    INFO(name(op) << " of " << state << " with " << b);
    REQUIRE(mbarrier_update(op, state, b) == tb::mbarrier_reference(op, state, b));
  }
}

}  // namespace heddle::isa
