// isa/float32 against the host's floating-point unit: results and flags, in the four rounding modes
// that the host has, and in the fifth against what the others say about the exact value.
#include "isa/float32.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace float32 = heddle::isa::float32;
using heddle::isa::FloatResult;
using heddle::isa::kCanonicalNan;
using heddle::isa::kDivideByZero;
using heddle::isa::kInexact;
using heddle::isa::kInvalid;
using heddle::isa::kOverflow;
using heddle::isa::kRoundDown;
using heddle::isa::kRoundNearestEven;
using heddle::isa::kRoundNearestMaxMagnitude;
using heddle::isa::kRoundTowardZero;
using heddle::isa::kRoundUp;
using heddle::isa::kUnderflow;

namespace {

constexpr std::uint8_t kHostModes[] = {kRoundNearestEven, kRoundTowardZero, kRoundDown, kRoundUp};
constexpr std::uint8_t kAllModes[] = {kRoundNearestEven, kRoundTowardZero, kRoundDown, kRoundUp,
                                      kRoundNearestMaxMagnitude};

float to_float(std::uint32_t bits) { return std::bit_cast<float>(bits); }
std::uint32_t to_bits(float value) { return std::bit_cast<std::uint32_t>(value); }

// Operands that meet in the interesting places: specials, subnormals, neighbouring exponents,
// few-bit mantissas (ties).
class Operands {
 public:
  explicit Operands(std::uint64_t seed) : random_(seed) {}

  std::uint32_t next() {
    switch (random_() % 8) {
      case 0: return kSpecial[random_() % std::size(kSpecial)] ^ (bits() & 0x80000000);
      case 1: return bits() & 0x807fffff;
      case 2: return with_exponent(near_exponent_, bits());
      case 3: return with_exponent(near_exponent_, sparse_mantissa());
      case 4: near_exponent_ = bits() & 0xff; return bits();
      case 5: return with_exponent(near_exponent_ + 24, sparse_mantissa());
      default: return bits();
    }
  }

 private:
  static constexpr std::uint32_t kSpecial[] = {
      0x00000000, 0x00000001, 0x00000002, 0x007fffff, 0x00800000, 0x00800001, 0x00ffffff,
      0x3f000000, 0x3f7fffff, 0x3f800000, 0x3f800001, 0x40000000, 0x4effffff, 0x4f000000,
      0x4f7fffff, 0x4f800000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fbfffff, 0x7fc00000,
      0x7fffffff, 0x34000000, 0x33800000, 0x33000000, 0x3fc00000, 0x40200000, 0x0b800000};

  std::uint32_t bits() { return static_cast<std::uint32_t>(random_()); }

  std::uint32_t sparse_mantissa() { return bits() & bits() & bits() & 0x807fffff; }

  std::uint32_t with_exponent(std::uint32_t exponent, std::uint32_t rest) {
    const std::uint32_t biased = (exponent + bits() % 5) & 0xff;
    return (rest & 0x807fffff) | biased << 23;
  }

  std::mt19937_64 random_;
  std::uint32_t near_exponent_ = 127;
};

std::uint32_t below(std::mt19937& random, std::uint32_t limit) {
  return static_cast<std::uint32_t>(random() % limit);
}

int host_mode(std::uint8_t rounding) {
  switch (rounding) {
    case kRoundTowardZero: return FE_TOWARDZERO;
    case kRoundDown: return FE_DOWNWARD;
    case kRoundUp: return FE_UPWARD;
    default: return FE_TONEAREST;
  }
}

// Runs a host operation on volatile operands; the compiler can neither fold nor move it.
template <typename Operation>
FloatResult on_host(std::uint8_t rounding, Operation operation) {
  std::fesetround(host_mode(rounding));
  std::feclearexcept(FE_ALL_EXCEPT);
  volatile float result = operation();
  const int raised = std::fetestexcept(FE_ALL_EXCEPT);
  std::fesetround(FE_TONEAREST);
  FloatResult answer;
  const float value = result;
  answer.bits = std::isnan(value) ? kCanonicalNan : to_bits(value);
  answer.flags = static_cast<std::uint8_t>(
      (raised & FE_INVALID ? kInvalid : 0) | (raised & FE_DIVBYZERO ? kDivideByZero : 0) |
      (raised & FE_OVERFLOW ? kOverflow : 0) | (raised & FE_UNDERFLOW ? kUnderflow : 0) |
      (raised & FE_INEXACT ? kInexact : 0));
  return answer;
}

FloatResult host_add(std::uint32_t a, std::uint32_t b, std::uint8_t rounding) {
  volatile float x = to_float(a), y = to_float(b);
  return on_host(rounding, [&] { return x + y; });
}

FloatResult host_multiply(std::uint32_t a, std::uint32_t b, std::uint8_t rounding) {
  volatile float x = to_float(a), y = to_float(b);
  return on_host(rounding, [&] { return x * y; });
}

FloatResult host_fma(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint8_t rounding) {
  volatile float x = to_float(a), y = to_float(b), z = to_float(c);
  FloatResult result = on_host(rounding, [&] { return std::fma(x, y, z); });
  // RISC-V signals infinity times zero whatever the addend; of hosts, some do with a quiet NaN.
  const bool no_product = (float32::is_infinite(a) && float32::is_zero(b)) ||
                          (float32::is_zero(a) && float32::is_infinite(b));
  if (no_product) result.flags |= kInvalid;
  return result;
}

FloatResult host_divide(std::uint32_t a, std::uint32_t b, std::uint8_t rounding) {
  volatile float x = to_float(a), y = to_float(b);
  return on_host(rounding, [&] { return x / y; });
}

FloatResult host_square_root(std::uint32_t a, std::uint8_t rounding) {
  volatile float x = to_float(a);
  return on_host(rounding, [&] { return std::sqrt(x); });
}

// Is a * b + c exactly half-way between the neighbours `down` and `up`?
bool is_tie(float a, float b, float c, float down, float up) {
  const auto widen = [](float value) {
    return std::isinf(value) ? std::copysign(std::ldexp(1.0, 128), value) : double{value};
  };
  const double middle = (widen(down) + widen(up)) / 2;
  volatile double product = double{a} * double{b};
  volatile double sum = product + double{c};
  volatile double part = sum - product;
  volatile double rest = sum - part;
  volatile double error = (product - rest) + (double{c} - part);
  return error == 0 && sum == middle;
}

FloatResult fma_to_maximum_magnitude(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  const FloatResult nearest = host_fma(a, b, c, kRoundNearestEven);
  const float down = to_float(host_fma(a, b, c, kRoundDown).bits);
  const float up = to_float(host_fma(a, b, c, kRoundUp).bits);
  if (std::isnan(down) || (nearest.flags & kInexact) == 0) return nearest;
  if (!is_tie(to_float(a), to_float(b), to_float(c), down, up)) return nearest;
  return {to_bits(std::fabs(up) > std::fabs(down) ? up : down), nearest.flags};
}

constexpr int kRounds = 200'000;
constexpr std::uint64_t kSeed = 20240601;

}  // namespace

TEST_CASE("float32 addition and subtraction agree with the host in results and flags") {
  for (const std::uint8_t rounding : kHostModes) {
    Operands operands(kSeed + rounding);
    for (int i = 0; i < kRounds; ++i) {
      const std::uint32_t a = operands.next(), b = operands.next();
      CAPTURE(kSeed, i, int{rounding}, a, b);
      REQUIRE(float32::add(a, b, rounding) == host_add(a, b, rounding));
      REQUIRE(float32::subtract(a, b, rounding) == host_add(a, b ^ 0x80000000, rounding));
    }
  }
}

TEST_CASE("float32 multiplication agrees with the host in results and flags") {
  for (const std::uint8_t rounding : kHostModes) {
    Operands operands(kSeed + 10 + rounding);
    for (int i = 0; i < kRounds; ++i) {
      const std::uint32_t a = operands.next(), b = operands.next();
      CAPTURE(kSeed, i, int{rounding}, a, b);
      REQUIRE(float32::multiply(a, b, rounding) == host_multiply(a, b, rounding));
    }
  }
}

TEST_CASE("float32 fused multiply-add agrees with the host in results and flags") {
  for (const std::uint8_t rounding : kHostModes) {
    Operands operands(kSeed + 20 + rounding);
    for (int i = 0; i < kRounds; ++i) {
      const std::uint32_t a = operands.next(), b = operands.next(), c = operands.next();
      CAPTURE(kSeed, i, int{rounding}, a, b, c);
      REQUIRE(float32::fused_multiply_add(a, b, c, rounding) == host_fma(a, b, c, rounding));
    }
  }
}

TEST_CASE("float32 fused multiply-add is right where the addend nearly cancels the product") {
  for (const std::uint8_t rounding : kHostModes) {
    Operands operands(kSeed + 30 + rounding);
    std::mt19937 random(7);
    for (int i = 0; i < kRounds; ++i) {
      const std::uint32_t a = operands.next(), b = operands.next();
      const std::uint32_t product = host_multiply(a, b, kRoundNearestEven).bits;
      const std::uint32_t c = (product ^ 0x80000000) + below(random, 5) - 2;
      CAPTURE(kSeed, i, int{rounding}, a, b, c);
      REQUIRE(float32::fused_multiply_add(a, b, c, rounding) == host_fma(a, b, c, rounding));
    }
  }
}

TEST_CASE("float32 rounds ties away from zero in mode RMM, and nothing else differently from RNE") {
  constexpr std::uint32_t kOne = 0x3f800000;
  constexpr std::uint32_t kNegativeZero = 0x80000000;
  Operands operands(kSeed + 40);
  int ties = 0;
  for (int i = 0; i < kRounds; ++i) {
    const std::uint32_t a = operands.next(), b = operands.next(), c = operands.next();
    CAPTURE(kSeed, i, a, b, c);
    const FloatResult fused = fma_to_maximum_magnitude(a, b, c);
    REQUIRE(float32::fused_multiply_add(a, b, c, kRoundNearestMaxMagnitude) == fused);
    REQUIRE(float32::add(a, b, kRoundNearestMaxMagnitude) == fma_to_maximum_magnitude(a, kOne, b));
    if (!float32::is_zero(a) && !float32::is_zero(b)) {
      REQUIRE(float32::multiply(a, b, kRoundNearestMaxMagnitude) ==
              fma_to_maximum_magnitude(a, b, kNegativeZero));
    }
    if (fused.bits != host_fma(a, b, c, kRoundNearestEven).bits) ++ties;
  }
  REQUIRE(ties > 50);
}

TEST_CASE("float32 division and square root agree with the host in results and flags") {
  for (const std::uint8_t rounding : kHostModes) {
    Operands operands(kSeed + 70 + rounding);
    for (int i = 0; i < kRounds; ++i) {
      const std::uint32_t a = operands.next(), b = operands.next();
      CAPTURE(kSeed, i, int{rounding}, a, b);
      REQUIRE(float32::divide(a, b, rounding) == host_divide(a, b, rounding));
      REQUIRE(float32::square_root(a, rounding) == host_square_root(a, rounding));
      // Around squares, roots are all but exact.
      const std::uint32_t square = host_multiply(a, a, kRoundNearestEven).bits + (b & 3) - 1;
      REQUIRE(float32::square_root(square, rounding) == host_square_root(square, rounding));
    }
  }
}

TEST_CASE("float32 division rounds ties away from zero in mode RMM") {
  Operands operands(kSeed + 80);
  int ties = 0;
  for (int i = 0; i < kRounds; ++i) {
    std::uint32_t a = operands.next(), b = operands.next();
    // Only subnormal quotients can be ties.
    if (i % 2 == 0) {
      a &= 0x817fffff;
      b = (b & 0x80000000) | 0x40000000 | (b & 0x0f) << 23;
    }
    CAPTURE(kSeed, i, a, b);
    FloatResult expected = host_divide(a, b, kRoundNearestEven);
    const float down = to_float(host_divide(a, b, kRoundDown).bits);
    const float up = to_float(host_divide(a, b, kRoundUp).bits);
    if ((expected.flags & kInexact) != 0 && std::isfinite(down) && std::isfinite(up) &&
        (double{down} + double{up}) / 2 * double{to_float(b)} == double{to_float(a)}) {
      expected.bits = to_bits(std::fabs(up) > std::fabs(down) ? up : down);
      ++ties;
    }
    REQUIRE(float32::divide(a, b, kRoundNearestMaxMagnitude) == expected);
    REQUIRE(float32::square_root(a, kRoundNearestMaxMagnitude) ==
            host_square_root(a, kRoundNearestEven));
  }
  REQUIRE(ties > 50);
}

TEST_CASE("float32 conversions to integers round, saturate and flag as RISC-V says") {
  const auto expected = [](std::uint32_t bits, std::uint8_t rounding, double least,
                           double greatest) -> FloatResult {
    const double value = double{to_float(bits)};
    const auto integer = [](double v) {
      return static_cast<std::uint32_t>(static_cast<std::int64_t>(v));
    };
    if (std::isnan(value)) return {integer(greatest), kInvalid};
    double rounded = 0;
    if (rounding == kRoundNearestMaxMagnitude) {
      rounded = std::copysign(std::floor(std::fabs(value) + 0.5), value);
    } else {
      std::fesetround(host_mode(rounding));
      volatile double operand = value;
      rounded = std::nearbyint(operand);
      std::fesetround(FE_TONEAREST);
    }
    if (rounded < least) return {integer(least), kInvalid};
    if (rounded > greatest) return {integer(greatest), kInvalid};
    return {integer(rounded), rounded != value ? kInexact : std::uint8_t{0}};
  };
  for (const std::uint8_t rounding : kAllModes) {
    Operands operands(kSeed + 50 + rounding);
    std::mt19937 random(rounding);
    for (int i = 0; i < kRounds; ++i) {
      std::uint32_t a = operands.next();
      // Half of them around and below 2^32.
      if ((i & 1) != 0) a = (a & 0x807fffff) | (120 + below(random, 40)) << 23;
      CAPTURE(kSeed, i, int{rounding}, a);
      REQUIRE(float32::to_int32(a, rounding) == expected(a, rounding, -2147483648.0, 2147483647.0));
      REQUIRE(float32::to_uint32(a, rounding) == expected(a, rounding, 0.0, 4294967295.0));
    }
  }
}

TEST_CASE("float32 conversions from integers agree with the host, and with exact ties in RMM") {
  const auto expected = [](double value, std::uint8_t rounding) -> FloatResult {
    volatile double operand = value;
    if (rounding != kRoundNearestMaxMagnitude) {
      return on_host(rounding, [&] { return static_cast<float>(operand); });
    }
    const FloatResult nearest =
        on_host(kRoundNearestEven, [&] { return static_cast<float>(operand); });
    const float down =
        to_float(on_host(kRoundDown, [&] { return static_cast<float>(operand); }).bits);
    const float up = to_float(on_host(kRoundUp, [&] { return static_cast<float>(operand); }).bits);
    const bool tie = down != up && (double{down} + double{up}) / 2 == value;
    if (!tie) return nearest;
    return {to_bits(std::fabs(up) > std::fabs(down) ? up : down), nearest.flags};
  };
  for (const std::uint8_t rounding : kAllModes) {
    std::mt19937 random(100 + rounding);
    for (int i = 0; i < kRounds; ++i) {
      std::uint32_t value = static_cast<std::uint32_t>(random()) >> (random() % 32);
      if ((i & 3) == 0) value &= static_cast<std::uint32_t>(random()) & 0xffffff80;
      if ((i & 7) == 1) value = 0u - value;
      CAPTURE(i, int{rounding}, value);
      const auto as_signed = static_cast<std::int32_t>(value);
      REQUIRE(float32::from_int32(value, rounding) == expected(as_signed, rounding));
      REQUIRE(float32::from_uint32(value, rounding) == expected(value, rounding));
    }
  }
}

TEST_CASE("float32 comparisons order values as the host does, and flag NaNs") {
  Operands operands(kSeed + 60);
  for (int i = 0; i < kRounds; ++i) {
    const std::uint32_t a = operands.next();
    const std::uint32_t b =
        i % 4 == 0 ? a ^ (static_cast<std::uint32_t>(i) << 31) : operands.next();
    const float x = to_float(a), y = to_float(b);
    CAPTURE(kSeed, i, a, b);
    const bool nan = std::isnan(x) || std::isnan(y);
    const bool signalling = float32::is_signalling(a) || float32::is_signalling(b);
    const std::uint8_t quiet = signalling ? kInvalid : std::uint8_t{0};
    const std::uint8_t loud = nan ? kInvalid : std::uint8_t{0};
    REQUIRE(float32::equal(a, b) == FloatResult{!nan && x == y ? 1u : 0u, quiet});
    REQUIRE(float32::less(a, b) == FloatResult{!nan && x < y ? 1u : 0u, loud});
    REQUIRE(float32::less_or_equal(a, b) == FloatResult{!nan && x <= y ? 1u : 0u, loud});

    std::uint32_t least = kCanonicalNan, greatest = kCanonicalNan;
    if (!std::isnan(x) && !std::isnan(y)) {
      const bool a_first = x < y || (x == y && std::signbit(x));
      least = a_first ? a : b;
      greatest = a_first ? b : a;
    } else if (!std::isnan(x) || !std::isnan(y)) {
      least = greatest = std::isnan(x) ? b : a;
    }
    REQUIRE(float32::minimum(a, b) == FloatResult{least, quiet});
    REQUIRE(float32::maximum(a, b) == FloatResult{greatest, quiet});
  }
}

TEST_CASE("float32 classify names every kind of value") {
  CHECK(float32::classify(0xff800000) == 1u << 0);
  CHECK(float32::classify(0xbf800000) == 1u << 1);
  CHECK(float32::classify(0x80000001) == 1u << 2);
  CHECK(float32::classify(0x80000000) == 1u << 3);
  CHECK(float32::classify(0x00000000) == 1u << 4);
  CHECK(float32::classify(0x007fffff) == 1u << 5);
  CHECK(float32::classify(0x00800000) == 1u << 6);
  CHECK(float32::classify(0x7f800000) == 1u << 7);
  CHECK(float32::classify(0x7f800001) == 1u << 8);
  CHECK(float32::classify(0xffc00000) == 1u << 9);
}

TEST_CASE("float32 underflow is judged after rounding") {
  constexpr std::uint32_t kLeastNormal = 0x00800000;  // 2^-126
  constexpr std::uint32_t kHalf = 0x3f000000;
  constexpr std::uint32_t kJustBelowOne = 0x3f7fffff;
  // 2^-126 - 2^-150 is representable with an unbounded exponent, and so is tiny.
  CHECK(float32::multiply(kLeastNormal, kJustBelowOne, kRoundNearestEven) ==
        FloatResult{kLeastNormal, kUnderflow | kInexact});
  // 2^-126 - 2^-151 rounds to 2^-126 also with an unbounded exponent, and so is not.
  constexpr std::uint32_t kTwoToTheMinus75 = 0x1a000000;
  constexpr std::uint32_t kMinusTwoToTheMinus76 = 0x99800000;
  CHECK(float32::fused_multiply_add(kTwoToTheMinus75, kMinusTwoToTheMinus76, kLeastNormal,
                                    kRoundNearestEven) == FloatResult{kLeastNormal, kInexact});
  CHECK(float32::multiply(0x00000001, kHalf, kRoundNearestEven) ==
        FloatResult{0, kUnderflow | kInexact});
}
