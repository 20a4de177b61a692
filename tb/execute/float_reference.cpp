#include "float_reference.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cfenv>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace heddle::tb {
namespace {

using isa::Op;

constexpr std::uint32_t kSign = 0x80000000U;
constexpr std::uint32_t kNan = 0x7FC00000U;
constexpr std::uint32_t kInvalid = 16;
constexpr std::uint32_t kInexact = 1;
constexpr unsigned kNearestAway = 4;
constexpr std::array<int, 5> kHostRounding = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD,
                                              FE_TONEAREST};

float to_float(std::uint32_t bits) { return std::bit_cast<float>(bits); }
std::uint32_t to_bits(float value) { return std::bit_cast<std::uint32_t>(value); }
bool is_nan(std::uint32_t bits) { return (bits & ~kSign) > 0x7F800000U; }
bool is_signalling(std::uint32_t bits) { return is_nan(bits) && (bits & 0x400000U) == 0; }
bool is_infinite(std::uint32_t bits) { return (bits & ~kSign) == 0x7F800000U; }
bool is_zero(std::uint32_t bits) { return (bits & ~kSign) == 0; }

std::uint32_t host_flags() {
  const int raised = std::fetestexcept(FE_ALL_EXCEPT);
  return ((raised & FE_INVALID) != 0 ? kInvalid : 0) | ((raised & FE_DIVBYZERO) != 0 ? 8U : 0) |
         ((raised & FE_OVERFLOW) != 0 ? 4U : 0) | ((raised & FE_UNDERFLOW) != 0 ? 2U : 0) |
         ((raised & FE_INEXACT) != 0 ? kInexact : 0);
}

/// Runs `compute` between clearing and reading the host's flags. The volatile accesses of the
/// callers keep the arithmetic between these two calls.
template <typename Compute>
FloatOutcome with_host(unsigned rounding, Compute compute) {
  std::fesetround(kHostRounding[rounding]);
  std::feclearexcept(FE_ALL_EXCEPT);
  const volatile float value = compute();
  const std::uint32_t flags = host_flags();
  std::fesetround(FE_TONEAREST);
  const std::uint32_t bits = to_bits(value);
  return {is_nan(bits) ? kNan : bits, flags};
}

/// True if product + addend lies exactly between two neighbouring floats of which `nearest` is one;
/// then `away` is the one of greater magnitude. Products of two floats are exact in a double, and
/// so are midpoints.
bool is_tie(double product, double addend, float nearest, float& away) {
  const double magnitude = std::fabs(static_cast<double>(nearest));
  for (const bool upward : {true, false}) {
    const auto near = static_cast<float>(magnitude);
    const float other =
        std::nextafter(near, upward ? std::numeric_limits<float>::infinity() : 0.0F);
    if (!upward && near == 0) continue;
    const double other_value =
        std::isinf(other) ? std::ldexp(1.0, 128) : static_cast<double>(other);
    const double near_value = std::isinf(near) ? std::ldexp(1.0, 128) : magnitude;
    const double midpoint = std::copysign((near_value + other_value) / 2, nearest);
    // product == midpoint - addend, exactly: Knuth's two-sum has no error term.
    const double difference = midpoint - addend;
    const double back = difference - midpoint;
    const double error = (midpoint - (difference - back)) + (-addend - back);
    if (error == 0 && difference == product) {
      away = std::copysign(upward ? other : near, nearest);
      return true;
    }
  }
  return false;
}

/// Rounding to nearest, ties away from zero, differs from ties to even in the value of ties only;
/// the flags agree.
FloatOutcome break_tie_away(FloatOutcome even, double product, double addend) {
  if ((even.flags & kInexact) == 0 || is_nan(even.bits)) return even;
  float away = 0;
  if (is_tie(product, addend, to_float(even.bits), away)) even.bits = to_bits(away);
  return even;
}

FloatOutcome multiply_add(std::uint32_t a, std::uint32_t b, std::uint32_t c, unsigned rounding) {
  const volatile float x = to_float(a);
  const volatile float y = to_float(b);
  const volatile float z = to_float(c);
  FloatOutcome outcome = with_host(rounding, [&] { return std::fma(x, y, z); });
  // Hosts differ in whether infinity times zero plus a quiet NaN is invalid; RISC-V says it is.
  if ((is_infinite(a) && is_zero(b)) || (is_zero(a) && is_infinite(b))) outcome.flags |= kInvalid;
  if (rounding != kNearestAway) return outcome;
  return break_tie_away(outcome,
                        static_cast<double>(to_float(a)) * static_cast<double>(to_float(b)),
                        static_cast<double>(to_float(c)));
}

FloatOutcome add(std::uint32_t a, std::uint32_t b, unsigned rounding) {
  const volatile float x = to_float(a);
  const volatile float y = to_float(b);
  const FloatOutcome outcome = with_host(rounding, [&] { return x + y; });
  if (rounding != kNearestAway) return outcome;
  return break_tie_away(outcome, static_cast<double>(to_float(a)),
                        static_cast<double>(to_float(b)));
}

FloatOutcome multiply(std::uint32_t a, std::uint32_t b, unsigned rounding) {
  const volatile float x = to_float(a);
  const volatile float y = to_float(b);
  const FloatOutcome outcome = with_host(rounding, [&] { return x * y; });
  if (rounding != kNearestAway) return outcome;
  return break_tie_away(outcome,
                        static_cast<double>(to_float(a)) * static_cast<double>(to_float(b)), 0.0);
}

FloatOutcome from_integer(double value, unsigned rounding) {
  const volatile double exact = value;
  const FloatOutcome outcome = with_host(rounding, [&] { return static_cast<float>(exact); });
  return rounding == kNearestAway ? break_tie_away(outcome, value, 0.0) : outcome;
}

double round_to_integer(double value, unsigned rounding) {
  switch (rounding) {
    case 1: return std::trunc(value);
    case 2: return std::floor(value);
    case 3: return std::ceil(value);
    case kNearestAway: return std::round(value);
    default: return std::nearbyint(value);
  }
}

FloatOutcome to_integer(std::uint32_t a, bool is_unsigned, unsigned rounding) {
  const double low = is_unsigned ? 0.0 : -0x1p31;
  const double high = is_unsigned ? 0x1p32 - 1 : 0x1p31 - 1;
  const std::uint32_t least = is_unsigned ? 0 : kSign;
  const std::uint32_t greatest = is_unsigned ? 0xFFFFFFFFU : 0x7FFFFFFFU;
  if (is_nan(a)) return {greatest, kInvalid};
  const auto value = static_cast<double>(to_float(a));
  const double rounded = round_to_integer(value, rounding);
  if (rounded < low) return {least, kInvalid};
  if (rounded > high) return {greatest, kInvalid};
  return {static_cast<std::uint32_t>(static_cast<std::int64_t>(rounded)),
          rounded != value ? kInexact : 0};
}

FloatOutcome minimum_or_maximum(std::uint32_t a, std::uint32_t b, bool maximum) {
  const std::uint32_t flags = is_signalling(a) || is_signalling(b) ? kInvalid : 0;
  if (is_nan(a) && is_nan(b)) return {kNan, flags};
  if (is_nan(a)) return {b, flags};
  if (is_nan(b)) return {a, flags};
  if (is_zero(a) && is_zero(b)) return {maximum ? a & b : a | b, flags};
  return {(to_float(a) < to_float(b)) != maximum ? a : b, flags};
}

FloatOutcome divide(std::uint32_t a, std::uint32_t b, unsigned rounding) {
  const volatile float x = to_float(a);
  const volatile float y = to_float(b);
  FloatOutcome outcome = with_host(rounding, [&] { return x / y; });
  if (rounding != kNearestAway || (outcome.flags & kInexact) == 0) return outcome;
  // Only subnormal quotients can be ties: then a is the midpoint times b, which is exact in a
  // double.
  const float nearest = std::fabs(to_float(outcome.bits));
  if (nearest > std::numeric_limits<float>::min()) return outcome;
  const double midpoint = static_cast<double>(nearest) + 0x1p-150;
  if (midpoint * std::fabs(static_cast<double>(to_float(b))) ==
      std::fabs(static_cast<double>(to_float(a)))) {
    ++outcome.bits;  // the next greater magnitude
  }
  return outcome;
}

FloatOutcome square_root(std::uint32_t a, unsigned rounding) {
  const volatile float x = to_float(a);
  return with_host(rounding, [&] { return std::sqrt(x); });  // never a tie
}

/// A format narrower than binary32.
struct NarrowFormat {
  int fraction_bits;
  int least_exponent;  ///< of normal numbers
  double greatest;
};
constexpr NarrowFormat kHalf = {10, -14, 65504.0};
constexpr NarrowFormat kBfloat16 = {7, -126, 0x1.FEp127};
constexpr NarrowFormat kE4m3 = {3, -6, 448.0};
constexpr NarrowFormat kE5m2 = {2, -14, 57344.0};

/// Bits of a magnitude that the format has.
std::uint32_t encode(const NarrowFormat& format, double magnitude) {
  const double unit = std::ldexp(1.0, format.least_exponent - format.fraction_bits);
  const double hidden = std::ldexp(1.0, format.fraction_bits);
  std::uint32_t exponent = 0;
  double significand = magnitude / unit;
  while (significand >= 2 * hidden) {
    significand /= 2;
    ++exponent;
  }
  // A significand that has the hidden bit adds it to the exponent.
  return (exponent << format.fraction_bits) + static_cast<std::uint32_t>(significand);
}

double decode(const NarrowFormat& format, std::uint32_t exponent, std::uint32_t fraction) {
  const double hidden = exponent == 0 ? 0.0 : std::ldexp(1.0, format.fraction_bits);
  const int power = format.least_exponent - format.fraction_bits +
                    (exponent == 0 ? 0 : static_cast<int>(exponent) - 1);
  return std::ldexp(hidden + static_cast<double>(fraction), power);
}

struct Narrowed {
  double magnitude;
  bool inexact, tiny, overflow;
};

/// Rounds a finite float to the format, as if its exponents were unbounded upwards.
Narrowed narrow(const NarrowFormat& format, std::uint32_t a, unsigned rounding) {
  const auto value = static_cast<double>(to_float(a));
  if (value == 0) return {0.0, false, false, false};
  const int exponent = std::ilogb(value);
  const auto round_at = [&](int power) {
    const double unit = std::ldexp(1.0, power - format.fraction_bits);
    return round_to_integer(value / unit, rounding) * unit;
  };
  const double rounded = round_at(std::max(exponent, format.least_exponent));
  const bool tiny = std::fabs(round_at(exponent)) < std::ldexp(1.0, format.least_exponent);
  return {std::fabs(rounded), rounded != value, tiny, std::fabs(rounded) > format.greatest};
}

FloatOutcome to_sixteen(const NarrowFormat& format, std::uint32_t a, unsigned rounding) {
  const std::uint32_t infinity = encode(format, format.greatest) + 1;
  const bool negative = (a & kSign) != 0;
  const std::uint32_t sign = negative ? 0xFFFF8000U : 0;
  if (is_nan(a)) {
    return {infinity | (1U << (format.fraction_bits - 1)), is_signalling(a) ? kInvalid : 0};
  }
  if (is_infinite(a)) return {sign | infinity, 0};
  const Narrowed narrowed = narrow(format, a, rounding);
  if (narrowed.overflow) {
    const bool to_infinity =
        rounding == 0 || rounding == kNearestAway || rounding == (negative ? 2U : 3U);
    return {sign | (to_infinity ? infinity : infinity - 1), 4 | kInexact};
  }
  return {sign | encode(format, narrowed.magnitude),
          (narrowed.inexact ? kInexact : 0) | (narrowed.inexact && narrowed.tiny ? 2U : 0)};
}

std::uint32_t to_eight(const NarrowFormat& format, std::uint32_t a) {
  if (is_nan(a)) return 0x7F;
  const std::uint32_t sign = (a & kSign) != 0 ? 0x80 : 0;
  if (is_infinite(a)) return sign | encode(format, format.greatest);
  return sign | encode(format, std::min(narrow(format, a, 0).magnitude, format.greatest));
}

/// Overflow, if one of two numbers is beyond the format; infinities are.
std::uint32_t pair_flags(const NarrowFormat& format, std::uint32_t a, std::uint32_t b) {
  const auto beyond = [&](std::uint32_t x) {
    return !is_nan(x) && (is_infinite(x) || narrow(format, x, 0).overflow);
  };
  return beyond(a) || beyond(b) ? 4 : 0;
}

FloatOutcome from_sixteen(const NarrowFormat& format, std::uint32_t a) {
  const std::uint32_t hidden = 1U << format.fraction_bits;
  const std::uint32_t exponent = (a & 0x7FFF) / hidden;
  const std::uint32_t fraction = a % hidden;
  const std::uint32_t sign = (a & 0x8000) << 16;
  if (exponent == 0x7FFF / hidden) {
    if (fraction == 0) return {sign | 0x7F800000U, 0};
    return {kNan, (fraction & (hidden / 2)) == 0 ? kInvalid : 0};
  }
  return {sign | to_bits(static_cast<float>(decode(format, exponent, fraction))), 0};
}

std::uint32_t from_eight(const NarrowFormat& format, std::uint32_t a) {
  const std::uint32_t hidden = 1U << format.fraction_bits;
  const std::uint32_t sign = (a & 0x80) << 24;
  const bool has_infinity = format.fraction_bits == 2;
  if ((a & 0x7F) == 0x7F || (has_infinity && (a & 0x7F) > 0x7C)) return kNan;
  if (has_infinity && (a & 0x7F) == 0x7C) return sign | 0x7F800000U;
  return sign | to_bits(static_cast<float>(decode(format, (a & 0x7F) / hidden, a % hidden)));
}

std::uint32_t class_of(std::uint32_t a) {
  const bool negative = (a & kSign) != 0;
  switch (std::fpclassify(to_float(a))) {
    case FP_INFINITE: return negative ? 1U << 0 : 1U << 7;
    case FP_NORMAL: return negative ? 1U << 1 : 1U << 6;
    case FP_SUBNORMAL: return negative ? 1U << 2 : 1U << 5;
    case FP_ZERO: return negative ? 1U << 3 : 1U << 4;
    default: return is_signalling(a) ? 1U << 8 : 1U << 9;
  }
}

}  // namespace

FloatOutcome float_reference(Op op, std::uint32_t a, std::uint32_t b, std::uint32_t c,
                             unsigned rounding) {
  const std::uint32_t quiet = is_signalling(a) || is_signalling(b) ? kInvalid : 0;
  const std::uint32_t ordered = is_nan(a) || is_nan(b) ? kInvalid : 0;
  switch (op) {
    case Op::kFaddS: return add(a, b, rounding);
    case Op::kFsubS: return add(a, is_nan(b) ? b : b ^ kSign, rounding);
    case Op::kFmulS: return multiply(a, b, rounding);
    case Op::kFmaddS: return multiply_add(a, b, c, rounding);
    case Op::kFmsubS: return multiply_add(a, b, c ^ kSign, rounding);
    case Op::kFnmsubS: return multiply_add(a ^ kSign, b, c, rounding);
    case Op::kFnmaddS: return multiply_add(a ^ kSign, b, c ^ kSign, rounding);
    case Op::kFcvtWS: return to_integer(a, false, rounding);
    case Op::kFcvtWuS: return to_integer(a, true, rounding);
    case Op::kFcvtSW: return from_integer(static_cast<std::int32_t>(a), rounding);
    case Op::kFcvtSWu: return from_integer(a, rounding);
    case Op::kFcvtHS: return to_sixteen(kHalf, a, rounding);
    case Op::kFcvtBf16S: return to_sixteen(kBfloat16, a, rounding);
    case Op::kFcvtSH: return from_sixteen(kHalf, a);
    case Op::kFcvtSBf16: return from_sixteen(kBfloat16, a);
    case Op::kFcvtHx2S:
      return {to_sixteen(kHalf, a, 0).bits << 16 | (to_sixteen(kHalf, b, 0).bits & 0xFFFF),
              pair_flags(kHalf, a, b)};
    case Op::kFcvtE4m3x2S:
      return {(to_eight(kE4m3, a) << 8) | to_eight(kE4m3, b), pair_flags(kE4m3, a, b)};
    case Op::kFcvtE5m2x2S:
      return {(to_eight(kE5m2, a) << 8) | to_eight(kE5m2, b), pair_flags(kE5m2, a, b)};
    case Op::kFcvtSE4m3: return {from_eight(kE4m3, a), 0};
    case Op::kFcvtSE5m2: return {from_eight(kE5m2, a), 0};
    case Op::kFdivS: return divide(a, b, rounding);
    case Op::kFsqrtS: return square_root(a, rounding);
    case Op::kFsgnjS: return {(a & ~kSign) | (b & kSign), 0};
    case Op::kFsgnjnS: return {(a & ~kSign) | (~b & kSign), 0};
    case Op::kFsgnjxS: return {a ^ (b & kSign), 0};
    case Op::kFminS: return minimum_or_maximum(a, b, false);
    case Op::kFmaxS: return minimum_or_maximum(a, b, true);
    case Op::kFeqS: return {to_float(a) == to_float(b), quiet};
    case Op::kFltS: return {ordered == 0 && to_float(a) < to_float(b), ordered};
    case Op::kFleS: return {ordered == 0 && to_float(a) <= to_float(b), ordered};
    case Op::kFclassS: return {class_of(a), 0};
    default: throw std::invalid_argument("not a float instruction");
  }
}

}  // namespace heddle::tb
