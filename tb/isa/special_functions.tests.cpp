// The fast approximations: accuracy on a sample of all operands (sfu-sweep takes every one), and
// the special operands.
#include "isa/special_functions.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <random>

#include "isa/float32.hpp"
#include "special_function_error.hpp"

namespace heddle::tb {
namespace {

using isa::Op;
using isa::special_function;

constexpr std::uint32_t kInfinity = 0x7f800000;
constexpr std::uint32_t kMinus = 0x80000000;
constexpr std::uint32_t kOne = 0x3f800000;

}  // namespace

TEST_CASE("the special functions keep PTX's bounds on a sample of the operands") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  for (const Bound& bound : kBounds) {
    std::mt19937 random(seed);
    Worst worst;
    // Every exponent, sign and table interval, at random places within.
    for (std::uint32_t interval = 0; interval < 1u << 16; ++interval) {
      measure(bound, interval << 16 | (random() & 0xffff), worst);
      measure(bound, interval << 16, worst);
      measure(bound, interval << 16 | 0xffff, worst);
    }
    INFO(isa::name(bound.op) << " " << bound.range << ", operand " << std::hex << worst.operand);
    CHECK(worst.counted > 700);
    CHECK(worst.error <= bound.limit);
  }
}

TEST_CASE("special operands of the special functions") {
  const auto check = [](Op op, std::uint32_t x, std::uint32_t result) {
    INFO(isa::name(op) << " of " << std::hex << x);
    CHECK(special_function(op, x) == result);
  };
  constexpr std::uint32_t kSubnormal = 0x007fffff;
  for (const Op op : {Op::kRcpApprox, Op::kRsqrtApprox, Op::kEx2Approx, Op::kLg2Approx,
                      Op::kSinApprox, Op::kCosApprox, Op::kTanhApprox}) {
    check(op, 0x7f800001, isa::kCanonicalNan);
    check(op, 0xffc12345, isa::kCanonicalNan);
  }
  check(Op::kRcpApprox, kInfinity, 0);
  check(Op::kRcpApprox, kMinus | kInfinity, kMinus);
  check(Op::kRcpApprox, kMinus | kSubnormal, kMinus | kInfinity);
  check(Op::kRcpApprox, 0x40000000, 0x3f000000);
  check(Op::kRcpApprox, 0x00800000, 0x7e800000);
  check(Op::kRcpApprox, 0x7f000000, 0);  // 2^-127 is subnormal
  check(Op::kRcpApprox, 0x7e800000, 0x00800000);
  check(Op::kRsqrtApprox, kMinus, kMinus | kInfinity);
  check(Op::kRsqrtApprox, 0xbf800000, isa::kCanonicalNan);
  check(Op::kRsqrtApprox, kInfinity, 0);
  check(Op::kRsqrtApprox, 0x40800000, 0x3f000000);
  check(Op::kEx2Approx, kInfinity, kInfinity);
  check(Op::kEx2Approx, kMinus | kInfinity, 0);
  check(Op::kEx2Approx, 0x43000000, kInfinity);
  check(Op::kEx2Approx, 0xc2fc0000, 0x00800000);  // -126
  check(Op::kEx2Approx, 0xc2fd0000, 0);
  check(Op::kEx2Approx, kSubnormal, kOne);
  check(Op::kEx2Approx, 0x40400000, 0x41000000);
  check(Op::kLg2Approx, kOne, 0);
  check(Op::kLg2Approx, kSubnormal, kMinus | kInfinity);
  check(Op::kLg2Approx, 0xbf800000, isa::kCanonicalNan);
  check(Op::kLg2Approx, 0x41000000, 0x40400000);
  check(Op::kSinApprox, kInfinity, isa::kCanonicalNan);
  check(Op::kSinApprox, kMinus, kMinus);
  check(Op::kSinApprox, kMinus | kSubnormal, kMinus);
  check(Op::kSinApprox, 0x39000000, 0x39000000);
  check(Op::kCosApprox, kMinus | kInfinity, isa::kCanonicalNan);
  check(Op::kCosApprox, 0, kOne);
  check(Op::kTanhApprox, kMinus | kInfinity, kMinus | kOne);
  check(Op::kTanhApprox, 0x41200000, kOne);
  check(Op::kTanhApprox, kMinus | 0x3b000000, kMinus | 0x3b000000);
}

}  // namespace heddle::tb
