// Double exponentials and hyperbolic functions.
#include "math_double_core.hpp"

using namespace heddle::math;

namespace {

/// Results of an exponential for an operand that is tiny, huge or NaN.
double extreme_exponential(double x) {
  if (is_nan(x)) return kNanDouble;
  if (exponent_of(x) < 0) return 1.0;
  return is_negative(x) ? 0.0 : kInfinityDouble;
}
/// Whether |x| is in [2^-57, 2^11).
bool is_moderate(double x) {
  const uint32_t from_least = static_cast<uint32_t>(bits(x) >> 52 & 0x7ff) - (1023 - 57);
  return from_least < 57 + 11;
}

}  // namespace

HEDDLE_MATH_FUNCTION(double, exp, (double x)) {
  if (!is_moderate(x)) return extreme_exponential(x);
  return to_double(exponential(extended(x)));
}

HEDDLE_MATH_FUNCTION(double, exp2, (double x)) {
  if (!is_moderate(x)) return extreme_exponential(x);
  const Extended a = extended(x);
  const auto whole = a.exponent < 0 ? 0 : static_cast<int32_t>(a.significand >> (63 - a.exponent));
  return to_double(power_of_two(whole, modulo_one(a), a.negative));
}

HEDDLE_MATH_FUNCTION(double, exp10, (double x)) {
  if (!is_moderate(x)) return extreme_exponential(x);
  const Extended a = extended(x);
  const Turns t =
      divided(a, modulo_one(a), static_cast<uint32_t>(kLog2Of10Fixed >> 32), kLog10Of2Fixed);
  // ln 10 times the rest.
  const int64_t r = 2 * t.rest + high(t.rest, static_cast<int64_t>(kLn10Rest));
  return to_double(exponential_of_fraction(r, t.n));
}

HEDDLE_MATH_FUNCTION(double, expm1, (double x)) {
  if (exponent_of(x) < -54) return x;
  if (exponent_of(x) >= 11) {
    return is_nan(x) ? kNanDouble : is_negative(x) ? -1.0 : kInfinityDouble;
  }
  return to_double(exponential_less_one(extended(x)));
}

// With m = e^|x| - 1: sinh = m (m + 2) / (2 (m + 1)), tanh(x / 2) = m / (m + 2).
HEDDLE_MATH_FUNCTION(double, sinh, (double x)) {
  if (exponent_of(x) < -28) return x;
  if (exponent_of(x) >= 11) {
    return is_nan(x) ? kNanDouble : with_sign(kInfinityDouble, is_negative(x));
  }
  const Extended m = exponential_less_one(magnitude(extended(x)));
  const Extended next = add(m, kOne);
  Extended result = scaled(divide(multiply(m, add(m, kTwo)), next), -1);
  result.negative = is_negative(x);
  return to_double(result);
}

HEDDLE_MATH_FUNCTION(double, cosh, (double x)) {
  if (exponent_of(x) >= 11) return is_nan(x) ? kNanDouble : kInfinityDouble;
  if (exponent_of(x) < -28) return 1.0;
  const Extended power = exponential(magnitude(extended(x)));
  return to_double(scaled(add(power, reciprocal(power)), -1));
}

HEDDLE_MATH_FUNCTION(double, tanh, (double x)) {
  if (exponent_of(x) < -28) return x;
  if (exponent_of(x) >= 5) return is_nan(x) ? kNanDouble : with_sign(1.0, is_negative(x));
  const Extended m = exponential_less_one(scaled(magnitude(extended(x)), 1));
  Extended result = divide(m, add(m, kTwo));
  result.negative = is_negative(x);
  return to_double(result);
}
