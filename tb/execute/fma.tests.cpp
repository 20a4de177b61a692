// Float instructions against the host's IEEE arithmetic: results and flags, in all rounding modes.
#include <catch2/catch.hpp>
#include <random>

#include "float_sweep.hpp"

namespace heddle::tb {
namespace {

using isa::Op;

void check(const SweepOutcome& outcome) {
  if (outcome.first) {
    const FloatMismatch& first = *outcome.first;
    FAIL_CHECK(std::hex << "a " << first.operands.a << " b " << first.operands.b << " c "
                        << first.operands.c << ": RTL " << first.rtl.bits << " flags "
                        << first.rtl.flags << ", host " << first.host.bits << " flags "
                        << first.host.flags);
  }
  CHECK(outcome.mismatches == 0);
}

/// All combinations of a value list in up to three operands, then zeros.
class Combinations {
 public:
  explicit Combinations(std::vector<std::uint32_t> values, unsigned operands)
      : values_(std::move(values)) {
    for (unsigned i = 0; i < operands; ++i) count_ *= values_.size();
  }
  std::uint64_t count() const { return count_; }
  Operands next() {
    const std::size_t n = values_.size();
    const std::size_t i = index_++ % count_;
    return {values_[i % n], values_[i / n % n], values_[i / n / n % n]};
  }

 private:
  std::vector<std::uint32_t> values_;
  std::size_t count_ = 1;
  std::size_t index_ = 0;
};

unsigned operand_count(Op op) {
  const isa::Info& info = isa::info(op);
  return 1U + (info.reads_rs2 ? 1U : 0U) + (info.reads_rs3 ? 1U : 0U);
}

TEST_CASE("Float instructions agree with the host on all combinations of border values") {
  LanesBench bench;
  const std::vector<std::uint32_t> values(kSpecialFloats.begin(), kSpecialFloats.end());
  for (const Op op : kRoundingOps) {
    for (unsigned rounding = 0; rounding < kRoundingNames.size(); ++rounding) {
      INFO(isa::name(op) << " " << kRoundingNames[rounding]);
      Combinations combinations(values, operand_count(op));
      check(sweep(bench, op, rounding, combinations.count(), [&] { return combinations.next(); }));
    }
  }
  for (const Op op : kExactOps) {
    INFO(isa::name(op));
    Combinations combinations(values, operand_count(op));
    check(sweep(bench, op, 0, combinations.count(), [&] { return combinations.next(); }));
  }
}

TEST_CASE("Float instructions agree with the host on random and directed operands") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  LanesBench bench;
  OperandGenerator generator(seed);
  constexpr std::uint64_t kCount = 40'000;
  for (const Op op : kRoundingOps) {
    for (unsigned rounding = 0; rounding < kRoundingNames.size(); ++rounding) {
      INFO(isa::name(op) << " " << kRoundingNames[rounding]);
      const bool divides = isa::info(op).unit == isa::Unit::kDivide;
      check(
          sweep(bench, op, rounding, divides ? kCount / 4 : kCount, operand_source(op, generator)));
    }
  }
  for (const Op op : kExactOps) {
    INFO(isa::name(op));
    check(sweep(bench, op, 0, kCount, operand_source(op, generator)));
  }
}

TEST_CASE("Every half, bfloat16 and fp8 number widens as the host says") {
  LanesBench bench;
  for (const Op op : {Op::kFcvtSH, Op::kFcvtSBf16, Op::kFcvtSE4m3, Op::kFcvtSE5m2}) {
    INFO(isa::name(op));
    std::uint32_t word = 0;
    check(sweep(bench, op, 0, 0x10000, [&] { return Operands{word++ * 0x10001U, 0, 0}; }));
  }
}

TEST_CASE("Products just below the smallest normal number round and underflow as the host says") {
  // Significands about sqrt(2)^k whose product is 1 - a few units of 2^-24 or 2^-48, at exponents
  // around -126.
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  LanesBench bench;
  const auto source = [&] {
    const std::uint32_t fraction = random.word() & 0x7FFFFF;
    const double x = 1.0 + fraction / 8388608.0;
    const auto reciprocal = static_cast<float>((2.0 - random.below(8) * 0x1p-26) / x);
    const std::uint32_t b =
        (std::bit_cast<std::uint32_t>(reciprocal) & 0x7FFFFF) + random.below(3) - 1;
    const std::uint32_t exponent = 20 + random.below(80);
    return Operands{(exponent << 23) | fraction,
                    ((126 + random.below(3) - exponent) << 23) | (b & 0x7FFFFF), 0};
  };
  for (unsigned rounding = 0; rounding < kRoundingNames.size(); ++rounding) {
    INFO(kRoundingNames[rounding]);
    check(sweep(bench, Op::kFmulS, rounding, 100'000, source));
  }
}

TEST_CASE("Reserved rounding modes in frm round to nearest even") {
  LanesBench bench;
  for (unsigned frm = 5; frm < 8; ++frm) {
    LanesBench::Row row;
    row.op = Op::kFaddS;
    row.rm = 7;
    row.a.fill(0x3F800001);  // 1 + 2^-23
    row.b.fill(0x33800000);  // 2^-24: a tie, the even neighbour is above
    set_frm(bench, frm);
    bench.push(row);
    for (unsigned i = 1; i < LanesBench::kLatency; ++i) bench.idle();
    REQUIRE(bench.result_valid());
    CHECK(bench.result().data[0] == 0x3F800002);
    CHECK(bench.result().flags[0] == 1);
  }
}

}  // namespace
}  // namespace heddle::tb
