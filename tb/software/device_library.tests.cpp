// The device library's arithmetic, compiled for the host, against the host's own.
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

extern "C" {
double __heddle_sqrt(double x);
double __adddf3(double a, double b);
double __subdf3(double a, double b);
double __muldf3(double a, double b);
double __divdf3(double a, double b);
int __ltdf2(double a, double b);
int __gedf2(double a, double b);
int __unorddf2(double a, double b);
float __truncdfsf2(double value);
double __extendsfdf2(float value);
std::int64_t __fixdfdi(double value);
std::uint64_t __fixunssfdi(float value);
std::int32_t __fixdfsi(double value);
float __floatdisf(std::int64_t value);
double __floatundidf(std::uint64_t value);
std::uint64_t __udivdi3(std::uint64_t a, std::uint64_t b);
std::uint64_t __umoddi3(std::uint64_t a, std::uint64_t b);
std::int64_t __divdi3(std::int64_t a, std::int64_t b);
std::int64_t __moddi3(std::int64_t a, std::int64_t b);
}

namespace {

constexpr unsigned kSeed = 4711;
constexpr int kCases = 400000;

bool same(float a, float b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// Any bits; a part of them with an extreme or a middle exponent.
class Operands {
 public:
  float single() {
    const auto word = static_cast<std::uint32_t>(random_());
    switch (random_() % 6) {
      case 0: return std::bit_cast<float>(word & 0x80ffffffU);
      case 1: return std::bit_cast<float>(word | 0x7e000000U);
      case 2: return std::bit_cast<float>((word & 0x807fffffU) | 0x3f800000U);
      case 3: return std::bit_cast<float>(word & 0xff800000U);
      default: return std::bit_cast<float>(word);
    }
  }
  double twice() {
    const std::uint64_t word = random_();
    switch (random_() % 7) {
      case 0: return std::bit_cast<double>(word & 0x801fffffffffffff);
      case 1: return std::bit_cast<double>(word | 0x7fc0000000000000);
      case 2: return std::bit_cast<double>((word & 0x803fffffffffffff) | 0x3fc0000000000000);
      case 3: return std::bit_cast<double>(word & 0xfff0000000000000);
      case 4: return static_cast<double>(static_cast<std::int64_t>(word) >> (random_() % 64));
      default: return std::bit_cast<double>(word);
    }
  }
  std::uint64_t integer() { return random_() >> (random_() % 64); }

 private:
  std::mt19937_64 random_{kSeed};
};

TEST_CASE("double arithmetic is the host's", "[software]") {
  INFO("seed " << kSeed);
  Operands operands;
  for (int i = 0; i < kCases; ++i) {
    const double a = operands.twice();
    const double b = i % 8 == 0 ? -a : operands.twice();
    CAPTURE(std::bit_cast<std::uint64_t>(a), std::bit_cast<std::uint64_t>(b));
    if (!same(__adddf3(a, b), a + b)) FAIL("sum");
    if (!same(__subdf3(a, b), a - b)) FAIL("difference");
    if (!same(__muldf3(a, b), a * b)) FAIL("product");
    if (!same(__divdf3(a, b), a / b)) FAIL("quotient");
    if (!same(__heddle_sqrt(a), std::sqrt(a))) FAIL("square root");
    if ((__ltdf2(a, b) < 0) != (a < b)) FAIL("less");
    if ((__gedf2(a, b) >= 0) != (a >= b)) FAIL("greater or equal");
    if ((__unorddf2(a, b) != 0) != std::isunordered(a, b)) FAIL("unordered");
    if (!same(__truncdfsf2(a), static_cast<float>(a))) FAIL("to float");
  }
}

TEST_CASE("conversions are the host's in range and saturate beyond", "[software]") {
  INFO("seed " << kSeed);
  Operands operands;
  for (int i = 0; i < kCases; ++i) {
    const float f = operands.single();
    const double d = operands.twice();
    const std::uint64_t u = operands.integer();
    const auto s = static_cast<std::int64_t>(u);
    if (!same(__extendsfdf2(f), static_cast<double>(f))) FAIL("float to double");
    if (!same(__floatdisf(s), static_cast<float>(s))) FAIL("int64 to float");
    if (!same(__floatundidf(u), static_cast<double>(u))) FAIL("uint64 to double");
    if (std::fabs(d) < 0x1p63 && __fixdfdi(d) != static_cast<std::int64_t>(d)) FAIL("to int64");
    if (f > -1.0F && f < 0x1p64F && __fixunssfdi(f) != static_cast<std::uint64_t>(f)) {
      FAIL("to uint64");
    }
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  REQUIRE(__fixdfdi(kInfinity) == std::numeric_limits<std::int64_t>::max());
  REQUIRE(__fixdfdi(-1e30) == std::numeric_limits<std::int64_t>::min());
  REQUIRE(__fixdfsi(3e9) == std::numeric_limits<std::int32_t>::max());
  REQUIRE(__fixdfsi(-2147483648.5) == std::numeric_limits<std::int32_t>::min());
  REQUIRE(__fixdfsi(std::nan("")) == std::numeric_limits<std::int32_t>::max());
  REQUIRE(__fixunssfdi(-3.0F) == 0);
  REQUIRE(__fixunssfdi(1e30F) == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("64-bit division is the host's, and RISC-V's for a zero divisor", "[software]") {
  INFO("seed " << kSeed);
  Operands operands;
  for (int i = 0; i < kCases; ++i) {
    const std::uint64_t a = operands.integer();
    const std::uint64_t b = operands.integer();
    if (b == 0) continue;
    CAPTURE(a, b);
    if (__udivdi3(a, b) != a / b || __umoddi3(a, b) != a % b) FAIL("unsigned");
    const auto c = static_cast<std::int64_t>(a * 3);
    const auto d = static_cast<std::int64_t>(b * 5);
    if (d == 0 || d == -1) continue;
    if (__divdi3(c, d) != c / d || __moddi3(c, d) != c % d) FAIL("signed");
  }
  REQUIRE(__udivdi3(5, 0) == ~std::uint64_t{0});
  REQUIRE(__umoddi3(5, 0) == 5);
  REQUIRE(__divdi3(-5, 0) == -1);
  REQUIRE(__moddi3(-5, 0) == -5);
  REQUIRE(__divdi3(std::numeric_limits<std::int64_t>::min(), -1) ==
          std::numeric_limits<std::int64_t>::min());
}

}  // namespace
