// The gamma function and its logarithm.
#include "math.hpp"

using namespace heddle::math;

namespace {

constexpr float kPiFloat = 0x1.921fb6p1F;

/// log2(gamma(a)) by Stirling's formula, a >= 5.5.
inline Sum log2_gamma(float a) {
  const Sum log = log2_sum(a);
  const float factor = a - 0.5F;
  const float product = factor * log.high;
  const float product_low = fma(factor, log.high, -product) + factor * log.low;
  const float linear = a * kLog2OfE[0];
  const float linear_low = fma(a, kLog2OfE[0], -linear) + a * kLog2OfE[1];
  const float high = product - linear;
  // Product and difference are both larger than `linear`, or all are of one size.
  const float part = product - high;
  const float rounding = (product - (high + part)) + (part - linear);
  const float inverse = rcp_approx(a);
  const float series = inverse * polynomial(inverse * inverse, kStirling);
  const float low =
      rounding + (product_low - linear_low) + fma(series, kLog2OfE[0], kLog2OfRootTwoPi[0]);
  return {high, low};
}

/// log(gamma(a)), a > 0, plus log(a) where a < 1/2.
inline float log_gamma(float a) {
  if (a < 1.5F) {
    const float t = a < 0.5F ? a : a - 1.0F;
    return fma(t, polynomial(t, kLgamma1), 0.0F);  // the sum makes -0 to 0
  }
  if (a < 3.0F) return (a - 2.0F) * polynomial(a - 2.0F, kLgamma2);
  if (a < 8.0F) return polynomial(a - 5.0F, kLgamma5);
  const float inverse = rcp_approx(a);
  const float series = fma(inverse, polynomial(inverse * inverse, kStirling), kLogOfRootTwoPi[0]);
  return fma(a - 0.5F, plain_log(a) - 1.0F, series - 0.5F);
}

bool is_integer(float x) {
  return absolute(x) >= 0x1p23F || static_cast<float>(static_cast<int32_t>(x)) == x;
}

}  // namespace

HEDDLE_MATH_FUNCTION(float, tgammaf, (float x)) {
  const float a = absolute(x);
  if (a < 5.5F) {
    if (a < 0x1p-24F) return 1.0F / x;
    const float n = (x + kToInteger) - kToInteger;
    const float t = x - n;
    const float inverse = fma(t, polynomial(t, kInverseGamma), 1.0F);  // 1 / gamma(1 + t)
    float product = 1.0F;
    if (x > 0.5F) {
      for (float k = 1.0F; k < n; k += 1.0F) product *= t + k;
      return quotient(product, inverse);
    }
    if (t == 0.0F) return kNan;
    for (float k = 0.0F; k >= n; k -= 1.0F) product *= t + k;
    return reciprocal(product * inverse);
  }
  if (is_nan(x)) return x + x;
  if (x > 0.0F) {
    if (x > 36.0F) return kInfinity;
    const Sum log = log2_gamma(x);
    const Exponential e = exp2_sum(log.high, log.low);
    return scale(e.value, e.scale);
  }
  if (is_integer(x)) return kNan;
  // gamma(-a) gamma(a) = -pi / (a sin(pi a))
  const Sum log = log2_gamma(a);
  const Exponential e = exp2_sum(-log.high, a < 60.0F ? -log.low : 0.0F);
  const float factor = quotient(-kPiFloat, a * sinpi_of_fraction(a));
  return scale(e.value * factor, e.scale);
}

HEDDLE_MATH_FUNCTION(float, lgammaf, (float x)) {
  const float a = absolute(x);
  if (!(a < kInfinity)) return a == kInfinity ? a : x + x;
  if (a == 0.0F) return kInfinity;
  if (a >= 0.5F) {
    const float result = log_gamma(a);
    if (x > 0.0F) return result;
    if (is_integer(x)) return kInfinity;
    return -plain_log(a * absolute(sinpi_of_fraction(a)) * (1.0F / kPiFloat)) - result;
  }
  const float rest = log_gamma(a);
  if (x > 0.0F) return rest - positive_log(a);
  const float sine = sinpi_of_fraction(a);
  // For the smallest, whose sine loses bits, it is pi a.
  return -positive_log(a < 0x1p-100F ? a : sine * (1.0F / kPiFloat)) - rest;
}
