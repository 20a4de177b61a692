// Double logarithms, powers and inverse hyperbolic functions.
#include "math_double_core.hpp"

using namespace heddle::math;

namespace {

/// Results of a logarithm for what is not positive and finite.
double special_logarithm(double x) {
  if (is_nan(x)) return kNanDouble;
  if (is_zero(x)) return -kInfinityDouble;
  return is_negative(x) ? kNanDouble : x;
}
/// Positive and finite.
bool has_logarithm(double x) { return bits(x) - 1 < (uint64_t{0x7ff} << 52) - 1; }

/// 2 if y is an even integer, 1 if an odd one, else 0.
int32_t parity(double y) {
  const int32_t exponent = exponent_of(y);
  if (exponent < 0) return 0;
  if (exponent > 52) return 2;
  const uint64_t significand = (bits(y) & ((uint64_t{1} << 52) - 1)) | uint64_t{1} << 52;
  const uint64_t unit = uint64_t{1} << (52 - exponent);
  if ((significand & (unit - 1)) != 0) return 0;
  return (significand & unit) != 0 ? 1 : 2;
}

/// Operands that are zero, infinite or NaN, and powers of 1 or of negative numbers that are not
/// integers: C17, F.10.4.4.
double special_power(double x, double y) {
  if (bits(x) == bits(1.0) || is_zero(y)) return 1.0;
  if (is_nan(x) || is_nan(y)) return kNanDouble;
  const bool down = is_negative(y);
  if (!is_finite(y)) {
    if (magnitude(x) == bits(1.0)) return 1.0;
    return (magnitude(x) > bits(1.0)) != down ? kInfinityDouble : 0.0;
  }
  if (is_zero(x) || !is_finite(x)) {
    const double result = is_zero(x) == down ? kInfinityDouble : 0.0;
    return with_sign(result, is_negative(x) && parity(y) == 1);
  }
  return kNanDouble;
}

}  // namespace

HEDDLE_MATH_FUNCTION(double, log, (double x)) {
  if (!has_logarithm(x)) return special_logarithm(x);
  return to_double(logarithm(extended(x)));
}

HEDDLE_MATH_FUNCTION(double, log2, (double x)) {
  if (!has_logarithm(x)) return special_logarithm(x);
  const LogReduced r = reduce_logarithm(extended(x));
  const Extended part = multiply(log_of_quotient(r.f, r.d), {kLog2OfEFixed, 0, false});
  return to_double(plus_units(part, r.k, kTop, 0));
}

HEDDLE_MATH_FUNCTION(double, log10, (double x)) {
  if (!has_logarithm(x)) return special_logarithm(x);
  const LogReduced r = reduce_logarithm(extended(x));
  const Extended part = multiply(log_of_quotient(r.f, r.d), {kLog10OfEFixed, -2, false});
  return to_double(plus_units(part, r.k, kLog10Of2Significand, -2));
}

HEDDLE_MATH_FUNCTION(double, log1p, (double x)) {
  if (exponent_of(x) < -54) return x;
  if (!is_finite(x)) return is_negative(x) || is_nan(x) ? kNanDouble : x;
  if (is_negative(x) && exponent_of(x) >= 0) {
    return bits(x) == bits(-1.0) ? -kInfinityDouble : kNanDouble;
  }
  return to_double(logarithm_of_one_plus(extended(x)));
}

HEDDLE_MATH_FUNCTION(double, pow, (double x, double y)) {
  const int32_t kind = parity(y);
  if (is_zero(x) || !is_finite(x) || is_zero(y) || !is_finite(y) || bits(x) == bits(1.0) ||
      (is_negative(x) && kind == 0)) {
    return special_power(x, y);
  }
  const Extended factor = extended(y);
  const Longer log = log2_longer(magnitude(extended(x)));
  Extended power =
      power_of_two(multiply(log, {factor.significand, 0, factor.exponent, factor.negative}));
  power.negative = is_negative(x) && kind == 1;
  return to_double(power);
}

HEDDLE_MATH_FUNCTION(double, asinh, (double x)) {
  if (!is_finite(x)) return is_nan(x) ? kNanDouble : x;
  if (exponent_of(x) < -28) return x;
  // log(1 + a + (sqrt(1 + a^2) - 1))
  const Extended a = magnitude(extended(x));
  const Extended square = multiply(a, a);
  const Extended root = square_root(add(kOne, square));
  const Extended more = divide(square, add(kOne, root));
  Extended result = logarithm_of_one_plus(add(a, more));
  result.negative = is_negative(x);
  return to_double(result);
}

HEDDLE_MATH_FUNCTION(double, acosh, (double x)) {
  if (is_nan(x) || is_negative(x) || exponent_of(x) < 0) return kNanDouble;
  if (!is_finite(x)) return x;
  const Extended t = add(extended(x), negated(kOne));
  if (t.significand == 0) return 0.0;
  return to_double(logarithm_of_one_plus(add(t, square_root(multiply(t, add(t, kTwo))))));
}

HEDDLE_MATH_FUNCTION(double, atanh, (double x)) {
  if (exponent_of(x) < -28) return x;
  if (exponent_of(x) >= 0) {
    return magnitude(x) == bits(1.0) ? with_sign(kInfinityDouble, is_negative(x)) : kNanDouble;
  }
  const Extended a = magnitude(extended(x));
  Extended result = scaled(logarithm_of_one_plus(divide(scaled(a, 1), add(kOne, negated(a)))), -1);
  result.negative = is_negative(x);
  return to_double(result);
}
