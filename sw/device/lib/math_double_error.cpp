// The double error function and its like.
#include "math_double_error.hpp"

using namespace heddle::math;

namespace {

inline Extended complement(Extended a) { return add(kOne, negated(a)); }

}  // namespace

HEDDLE_MATH_FUNCTION(double, erf, (double x)) {
  if (is_nan(x)) return kNanDouble;
  if (exponent_of(x) >= 3) return with_sign(1.0, is_negative(x));
  Extended a = magnitude(extended(x));
  if (a.significand == 0) return x;
  a = a.exponent < -1 ? small_erf(a) : complement(large_erfc(a));
  a.negative = is_negative(x);
  return to_double(a);
}

HEDDLE_MATH_FUNCTION(double, erfc, (double x)) {
  if (is_nan(x)) return kNanDouble;
  const bool negative = is_negative(x);
  if (exponent_of(x) >= 5) return negative ? 2.0 : 0.0;
  if (exponent_of(x) < -60) return 1.0;
  const Extended a = magnitude(extended(x));
  if (a.exponent < -1) {
    Extended part = small_erf(a);
    part.negative = !negative;
    return to_double(add(kOne, part));
  }
  const Extended tail = large_erfc(a);
  return to_double(negative ? add(kTwo, negated(tail)) : tail);
}

HEDDLE_MATH_FUNCTION(double, erfcx, (double x)) {
  if (is_nan(x)) return kNanDouble;
  const bool negative = is_negative(x);
  if (!is_finite(x)) return negative ? kInfinityDouble : 0.0;
  if (exponent_of(x) < -60) return 1.0;
  if (negative && exponent_of(x) >= 5) return kInfinityDouble;
  const Extended a = magnitude(extended(x));
  if (a.exponent < -1) {
    // erfc(x) e^(x^2)
    Extended part = small_erf(a);
    part.negative = !negative;
    return to_double(multiply(add(kOne, part), exponential(multiply(a, a))));
  }
  const Extended tail = scaled_erfc(a);
  if (!negative) return to_double(tail);
  const Extended power = reciprocal(exponential_of_square(a, 0));
  return to_double(add(scaled(power, 1), negated(tail)));
}

HEDDLE_MATH_FUNCTION(double, normcdf, (double x)) {
  if (is_nan(x)) return kNanDouble;
  const bool negative = is_negative(x);
  if (exponent_of(x) >= 6) return negative ? 0.0 : 1.0;
  if (exponent_of(x) < -60) return 0.5;
  const Extended whole = magnitude(extended(x));
  const Extended a = multiply(whole, {kRootHalf, -1, false});
  if (a.exponent < -1) {
    Extended part = small_erf(a);
    part.negative = negative;
    return to_double(scaled(add(kOne, part), -1));
  }
  const Extended tail = scaled(multiply(scaled_erfc(a), exponential_of_square(whole, 1)), -1);
  return to_double(negative ? tail : complement(tail));
}
