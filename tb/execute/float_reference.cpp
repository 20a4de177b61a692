#include "float_reference.hpp"

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
