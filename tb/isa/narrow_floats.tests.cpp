// Conversions to and from half precision, bfloat16 and fp8: widening of every value, narrowing
// against a reference in double precision, which holds all values and midpoints exactly.
#include <bit>
#include <catch2/catch.hpp>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>

#include "isa/float32.hpp"

namespace {

namespace float32 = heddle::isa::float32;
using heddle::isa::FloatResult;
using heddle::isa::kCanonicalNan;
using heddle::isa::kInexact;
using heddle::isa::kInvalid;
using heddle::isa::kOverflow;
using heddle::isa::kRoundNearestEven;
using heddle::isa::kRoundNearestMaxMagnitude;
using heddle::isa::kUnderflow;

constexpr int kRounds = 200'000;
constexpr std::uint32_t kSeed = 4711;

enum class Special { kIeee, kOnlyNan };

struct Format {
  int bits;
  int mantissa;
  int bias;
  Special special;  // kOnlyNan: of the greatest exponent, only the greatest mantissa is no number
  std::uint32_t nan;

  std::uint32_t sign() const { return 1u << (bits - 1); }
  std::uint32_t infinity() const { return ((sign() >> mantissa) - 1) << mantissa; }

  bool is_number(std::uint32_t magnitude) const {
    return special == Special::kIeee ? magnitude < infinity() : magnitude != sign() - 1;
  }

  double value(std::uint32_t magnitude) const {
    const auto field = static_cast<int>(magnitude >> mantissa);
    const double fraction = std::ldexp(magnitude & ((1u << mantissa) - 1), -mantissa);
    return field == 0 ? std::ldexp(fraction, 1 - bias) : std::ldexp(1 + fraction, field - bias);
  }

  double largest() const { return value(special == Special::kIeee ? infinity() - 1 : sign() - 2); }
};

constexpr Format kHalf{16, 10, 15, Special::kIeee, 0x7e00};
constexpr Format kBfloat16{16, 7, 127, Special::kIeee, 0x7fc0};
constexpr Format kE4m3{8, 3, 7, Special::kOnlyNan, 0x7f};
constexpr Format kE5m2{8, 2, 15, Special::kIeee, 0x7f};

std::uint32_t to_bits(double value) {
  return std::bit_cast<std::uint32_t>(static_cast<float>(value));
}

double round_to_integer(double value, std::uint8_t rounding) {
  if (rounding == kRoundNearestMaxMagnitude) {
    return std::copysign(std::floor(std::fabs(value) + 0.5), value);
  }
  constexpr int kModes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};
  std::fesetround(kModes[rounding]);
  volatile double operand = value;
  const double rounded = std::nearbyint(operand);
  std::fesetround(FE_TONEAREST);
  return rounded;
}

double round_at(double value, int exponent, std::uint8_t rounding) {
  return std::ldexp(round_to_integer(std::ldexp(value, -exponent), rounding), exponent);
}

struct Narrowed {
  double magnitude;  // infinite if too large
  bool largest_instead;
  std::uint8_t flags;
};

Narrowed narrow(double value, const Format& format, std::uint8_t rounding) {
  if (value == 0) return {0, false, 0};
  const int exponent = std::ilogb(value);
  const int least = 1 - format.bias;
  const double unbounded = round_at(value, exponent - format.mantissa, rounding);
  if (std::fabs(unbounded) > format.largest()) {
    // The neighbour that the mode prefers, of the largest finite value and infinity.
    const bool inward = std::fabs(round_to_integer(std::copysign(0.75, value), rounding)) == 0;
    return {INFINITY, inward, kOverflow | kInexact};
  }
  const double bounded = round_at(value, std::max(exponent, least) - format.mantissa, rounding);
  const bool tiny = std::fabs(unbounded) < std::ldexp(1.0, least);
  const int underflow = tiny ? kUnderflow : 0;
  return {std::fabs(bounded), false,
          static_cast<std::uint8_t>(bounded != value ? kInexact | underflow : 0)};
}

std::map<double, std::uint32_t> codes(const Format& format) {
  std::map<double, std::uint32_t> result;
  for (std::uint32_t code = 0; code < format.sign(); ++code) {
    if (format.is_number(code)) result[format.value(code)] = code;
  }
  return result;
}

// Values that a format resolves, neighbours of its midpoints, and anything.
std::uint32_t operand(std::mt19937& random, const Format& format) {
  const auto bits = static_cast<std::uint32_t>(random());
  const auto choice = random() % 8;
  const auto code = static_cast<std::uint32_t>(random()) % (format.sign() - 1);
  const std::uint32_t sign = bits & 0x80000000;
  if (choice == 0) return bits;
  if (choice == 1) return sign | 0x7f800000 | (bits % 3 == 0 ? bits & 0x007fffff : 0);
  if (choice == 2) return to_bits(format.largest()) + bits % 0x01000000;
  if (!format.is_number(code + 1)) return sign;
  if (choice == 3) return sign | (to_bits(format.value(code)) + bits % 3 - 1);
  const double middle = (format.value(code) + format.value(code + 1)) / 2;
  return sign | (to_bits(middle) + bits % 3 - (code > 0 ? 1 : 0));
}

void check_widening(const Format& format, FloatResult (*widen)(std::uint32_t)) {
  for (std::uint32_t code = 0; code < 2 * format.sign(); ++code) {
    const std::uint32_t magnitude = code & (format.sign() - 1);
    const std::uint32_t sign = (code & format.sign()) != 0 ? 0x80000000 : 0;
    FloatResult expected{sign, 0};
    if (format.is_number(magnitude)) {
      expected.bits |= to_bits(format.value(magnitude));
    } else if (format.special == Special::kIeee && magnitude == format.infinity()) {
      expected.bits |= 0x7f800000;
    } else {
      const bool quiet = format.bits == 8 || (magnitude >> (format.mantissa - 1) & 1) != 0;
      expected = {kCanonicalNan, quiet ? std::uint8_t{0} : kInvalid};
    }
    CAPTURE(code);
    // The other bits of the register do not count.
    const std::uint32_t rest = 0xa5a5a5a5u & ~(2 * format.sign() - 1);
    REQUIRE(widen(code | rest) == expected);
  }
}

void check_narrowing16(const Format& format,
                       FloatResult (*to_format)(std::uint32_t, std::uint8_t)) {
  const auto code_of = codes(format);
  std::mt19937 random(kSeed);
  for (int i = 0; i < kRounds; ++i) {
    const std::uint32_t a = operand(random, format);
    const float value = std::bit_cast<float>(a);
    for (std::uint8_t rounding = 0; rounding < 5; ++rounding) {
      FloatResult expected;
      if (std::isnan(value)) {
        expected = {format.nan, float32::is_signalling(a) ? kInvalid : std::uint8_t{0}};
      } else if (std::isinf(value)) {
        expected.bits = format.infinity();
      } else {
        const Narrowed narrowed = narrow(double{value}, format, rounding);
        expected.flags = narrowed.flags;
        expected.bits = !std::isinf(narrowed.magnitude)
                            ? code_of.at(narrowed.magnitude)
                            : format.infinity() - (narrowed.largest_instead ? 1 : 0);
      }
      if (!std::isnan(value) && std::signbit(value)) expected.bits |= 0xffff8000;
      CAPTURE(kSeed, i, a, int{rounding});
      REQUIRE(to_format(a, rounding) == expected);
    }
  }
}

void check_narrowing8(const Format& format, std::uint32_t (*to_format)(std::uint32_t)) {
  const auto code_of = codes(format);
  std::mt19937 random(kSeed);
  for (int i = 0; i < kRounds; ++i) {
    const std::uint32_t a = operand(random, format);
    const float value = std::bit_cast<float>(a);
    std::uint32_t expected = format.nan;
    if (!std::isnan(value)) {
      const double magnitude =
          std::isinf(value) ? INFINITY : narrow(double{value}, format, kRoundNearestEven).magnitude;
      expected = code_of.at(std::min(magnitude, format.largest()));
      if (std::signbit(value)) expected |= 0x80;
    }
    CAPTURE(kSeed, i, a);
    REQUIRE(to_format(a) == expected);
  }
}

}  // namespace

TEST_CASE("every half-precision, bfloat16 and fp8 value widens exactly") {
  check_widening(kHalf, float32::from_half);
  check_widening(kBfloat16, float32::from_bfloat16);
  check_widening(kE4m3, [](std::uint32_t a) { return FloatResult{float32::from_e4m3(a), 0}; });
  check_widening(kE5m2, [](std::uint32_t a) { return FloatResult{float32::from_e5m2(a), 0}; });
}

TEST_CASE("narrowing to half precision and bfloat16 rounds, overflows and flags") {
  check_narrowing16(kHalf, float32::to_half);
  check_narrowing16(kBfloat16, float32::to_bfloat16);
}

TEST_CASE("narrowing to fp8 rounds to nearest even and saturates") {
  CHECK(kE4m3.largest() == 448);
  CHECK(kE5m2.largest() == 57344);
  check_narrowing8(kE4m3, float32::to_e4m3);
  check_narrowing8(kE5m2, float32::to_e5m2);
}
