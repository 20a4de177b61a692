// Double inverse trigonometric functions.
#include "math_double_core.hpp"

using namespace heddle::math;

namespace {

/// The angle of the point (x, y) for y >= 0, x >= 0, not both zero; its supplement if `obtuse`.
inline Extended angle(Extended y, Extended x, bool obtuse) {
  bool steep =
      y.exponent > x.exponent || (y.exponent == x.exponent && y.significand > x.significand);
  const Extended less = steep ? x : y;
  const Extended more = steep ? y : x;
  // As quarters of pi plus or minus the arctangent of a quotient below tan(pi / 8).
  const int32_t distance = more.exponent - less.exponent;
  Extended numerator = less;
  Extended denominator = more;
  const bool diagonal =
      distance < 3 && less.significand >> distance > high(more.significand, kTangentPiBy8);
  if (diagonal) {
    numerator = add(more, negated(less));
    denominator = add(more, less);
  }
  const Extended quotient = divide(numerator, denominator);
  const uint64_t fixed = to_fraction(quotient);
  const uint64_t square = high(fixed, fixed);
  Extended result = decreased(quotient, high(square, alternating(square, kAtanTail)));
  // Gentle: 0 + a, pi/4 - a; steep: pi/2 - a, pi/4 + a; obtuse: pi less those.
  uint32_t quarters = steep ? (diagonal ? 1 : 2) : (diagonal ? 1 : 0);
  result.negative = steep != diagonal;
  if (obtuse) {
    quarters = 4 - quarters;
    result.negative = !result.negative;
  }
  if (quarters == 0) return result;
  const Extended whole = quarters == 3
                             ? Extended{kThreeQuartersPi, 1, false}
                             : Extended{kPiFixed, static_cast<int32_t>(quarters >> 1) - 1, false};
  return add(whole, result);
}

/// sqrt(1 - x^2), |x| <= 1
inline Extended other_leg(Extended x) {
  return square_root(multiply(add(kOne, negated(x)), add(kOne, x)));
}

}  // namespace

HEDDLE_MATH_FUNCTION(double, asin, (double x)) {
  if (exponent_of(x) < -28) return x;
  if (magnitude(x) > bits(1.0)) return kNanDouble;
  const Extended a = magnitude(extended(x));
  Extended result = angle(a, other_leg(a), false);
  result.negative = is_negative(x);
  return to_double(result);
}

HEDDLE_MATH_FUNCTION(double, acos, (double x)) {
  if (magnitude(x) > bits(1.0)) return kNanDouble;
  if (bits(x) == bits(1.0)) return 0.0;
  const Extended a = magnitude(extended(x));
  return to_double(angle(other_leg(a), a, is_negative(x)));
}

HEDDLE_MATH_FUNCTION(double, atan, (double x)) {
  if (is_nan(x)) return kNanDouble;
  if (exponent_of(x) < -28) return x;
  const Extended a = is_finite(x) ? magnitude(extended(x)) : Extended{kTop, 2000, false};
  Extended result = angle(a, kOne, false);
  result.negative = is_negative(x);
  return to_double(result);
}

HEDDLE_MATH_FUNCTION(double, atan2, (double y, double x)) {
  if (is_nan(x) || is_nan(y)) return kNanDouble;
  Extended a = magnitude(extended(y));
  Extended b = magnitude(extended(x));
  // Infinities are as one another, and beyond all other numbers; next to a zero, zero is 1.
  if (!is_finite(y)) a = {kTop, 5000, false};
  if (!is_finite(x)) b = {kTop, 5000, false};
  if (is_zero(x) && is_zero(y)) b = kOne;
  Extended result = angle(a, b, is_negative(x));
  result.negative = is_negative(y);
  return to_double(result);
}
