// Lengths of vectors of any number of components, and their reciprocals.
#include "math_double_core.hpp"

using namespace heddle::math;

namespace {

/// A sum of squares times 2^(-2 exponent), the largest component counting as one in [1, 4) or, if
/// subnormal, in (2^-24, 1); or what makes it needless.
struct ScaledSum {
  float sum;
  int32_t exponent;
  bool infinite;
};
inline ScaledSum scaled_sum(int32_t count, const float* v) {
  float most = 0.0F;
  for (int32_t i = 0; i < count; ++i) most = __builtin_fmaxf(most, absolute(v[i]));
  auto exponent = static_cast<int32_t>(bits(most) >> 23) - 127;
  if (exponent < -126) exponent = -126;
  if (exponent > 126) exponent = 126;
  const float scale = power_of_two(-exponent);
  float sum = 0.0F;
  for (int32_t i = 0; i < count; ++i) {
    const float c = v[i] * scale;
    sum = fma(c, c, sum);
  }
  return {sum, exponent, most == kInfinity};
}

/// Of doubles, with 128 bits: additions lose nothing that counts.
struct LongSum {
  Extended sum;
  bool infinite, has_nan;
};
inline LongSum long_sum(int32_t count, const double* v) {
  Longer sum = {0, 0, kZeroExponent, false};
  LongSum result = {kZero, false, false};
  for (int32_t i = 0; i < count; ++i) {
    if (is_finite(v[i])) {
      const Extended a = extended(v[i]);
      const Product p = multiply(a.significand, a.significand);
      sum = add(sum, normalized(Longer{p.high, p.low, 2 * a.exponent + 1, false}));
    } else if (is_nan(v[i])) {
      result.has_nan = true;
    } else {
      result.infinite = true;
    }
  }
  result.sum = {sum.high, sum.exponent, false};
  return result;
}

}  // namespace

// An infinite component counts more than a NaN.

HEDDLE_MATH_FUNCTION(float, normf, (int count, const float* v)) {
  const ScaledSum s = scaled_sum(count, v);
  return s.infinite ? kInfinity : square_root(s.sum) * power_of_two(s.exponent);
}
HEDDLE_MATH_FUNCTION(float, rnormf, (int count, const float* v)) {
  const ScaledSum s = scaled_sum(count, v);
  return s.infinite ? 0.0F : rsqrt_approx(s.sum) * power_of_two(-s.exponent);
}

HEDDLE_MATH_FUNCTION(double, norm, (int count, const double* v)) {
  const LongSum s = long_sum(count, v);
  if (s.infinite) return kInfinityDouble;
  return s.has_nan ? kNanDouble : to_double(square_root(s.sum));
}
HEDDLE_MATH_FUNCTION(double, rnorm, (int count, const double* v)) {
  const LongSum s = long_sum(count, v);
  if (s.infinite) return 0.0;
  if (s.has_nan) return kNanDouble;
  return s.sum.significand == 0 ? kInfinityDouble : to_double(reciprocal_root(s.sum));
}
