// Inverses of the double error functions and of the normal distribution: an approximation in
// floats, then one step of Halley's method in extended numbers.
#include "math_double_error.hpp"

using namespace heddle::math;

namespace {

inline Extended from_float(float x) {
  const uint32_t magnitude = bits(x) & 0x7fffffff;
  return {uint64_t{(magnitude & 0x7fffff) | 0x800000} << 40,
          static_cast<int32_t>(magnitude >> 23) - 127, is_negative(x)};
}
/// Near enough, of a number in a float's range.
inline float to_float(Extended a) {
  return leading_float(a.significand) * heddle::math::power_of_two(a.exponent);
}

/// erfinv(y) to about 2^-21, where q = 1 - y.
inline float rough_inverse(Extended y, Extended q) {
  const Extended rest = multiply(q, add(kOne, y));  // 1 - y^2
  const float log =
      -(lg2_approx(leading_float(rest.significand)) + static_cast<float>(rest.exponent));
  if (log < 6.2F) return to_float(y) * polynomial(log - 3.0F, kErfInv);
  const float v = rsqrt_approx(log);
  return log * v * polynomial(v - 0.22F, kInverseErfcTail);
}

/// erfinv(y), 2^-32 <= y < 1; q = 1 - y, which is to be exact where y is large, and y where it is
/// not.
[[gnu::noinline]] Extended inverse_error(Extended y, Extended q) {
  const Extended x = from_float(rough_inverse(y, q));
  if (x.exponent < -1) {
    // u = f / f' of f = erf(x) - y, f'' / f' = -2 x: f' = 2 / sqrt(pi) e^(-x^2)
    const Extended f = add(small_erf(x), negated(y));
    const Extended power = exponential(multiply(x, x));
    const Extended u = multiply(multiply(f, power), {kRootPiBy2, -1, false});
    return add(x, negated(multiply(u, add(kOne, negated(multiply(x, u))))));
  }
  // The same of g = log(erfc(x)), which is nearly quadratic: g' = -h, h = 2 / sqrt(pi) / erfcx(x),
  // g'' = -h (h - 2 x).
  const Extended scaled = scaled_erfc(x);
  const Extended value = multiply(scaled, exponential_of_square(x, 0));
  const Extended h = divide({kTwoByRootPi, 0, false}, scaled);
  const Extended g = logarithm_of_one_plus(divide(add(value, negated(q)), q));
  const Extended u = divide(g, h);
  const Extended curvature = multiply(add(h, negated(heddle::math::scaled(x, 1))), u);
  return add(x, multiply(u, add(kOne, negated(heddle::math::scaled(curvature, -1)))));
}

/// Up to here, the first term is enough.
constexpr int32_t kTiny = -32;

inline Extended inverse_of_error(Extended y, Extended q) {
  return y.exponent < kTiny ? multiply(y, {kRootPiBy2, -1, false}) : inverse_error(y, q);
}

/// erfcinv(x), 0 < x < 2, for x of at most 53 bits.
inline Extended inverse_of_complement(Extended x) {
  // Of 2 - x, which is exact too, it is the negative.
  const bool negative = x.exponent >= 0;
  const Extended q = negative ? add(kTwo, negated(x)) : x;
  Extended result = inverse_of_error(add(kOne, negated(q)), q);
  result.negative = negative;
  return result;
}

}  // namespace

HEDDLE_MATH_FUNCTION(double, erfinv, (double x)) {
  if (is_zero(x)) return x;
  if (exponent_of(x) >= 0) {
    return magnitude(x) == bits(1.0) ? with_sign(kInfinityDouble, is_negative(x)) : kNanDouble;
  }
  const Extended y = magnitude(extended(x));
  Extended result = inverse_of_error(y, add(kOne, negated(y)));
  result.negative = is_negative(x);
  return to_double(result);
}

HEDDLE_MATH_FUNCTION(double, erfcinv, (double x)) {
  if (is_zero(x)) return kInfinityDouble;
  if (is_nan(x) || is_negative(x) || exponent_of(x) >= 1) {
    return bits(x) == bits(2.0) ? -kInfinityDouble : kNanDouble;
  }
  if (bits(x) == bits(1.0)) return 0.0;
  return to_double(inverse_of_complement(extended(x)));
}

HEDDLE_MATH_FUNCTION(double, normcdfinv, (double x)) {
  if (is_zero(x)) return -kInfinityDouble;
  if (is_nan(x) || is_negative(x) || exponent_of(x) >= 0) {
    return bits(x) == bits(1.0) ? kInfinityDouble : kNanDouble;
  }
  if (bits(x) == bits(0.5)) return 0.0;
  // -sqrt(2) erfcinv(2 x)
  const Extended inverse = inverse_of_complement(scaled(extended(x), 1));
  return to_double(multiply(inverse, {kRootTwo, 0, true}));
}
