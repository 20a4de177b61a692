// The error function, the normal distribution, and their inverses.
#include "math.hpp"

using namespace heddle::math;

namespace {

/// Up to here the polynomial for erfcx holds; erfc is zero in floats from there on.
constexpr float kErfcxEnd = 10.1F;

/// exp(a^2) erfc(a), 0 <= a < kErfcxEnd: the form of M. Shepherd and J. Laframboise, "Chebyshev
/// approximation of (1 + 2x) exp(x^2) erfc(x)", Mathematics of Computation 36 (1981).
inline float scaled_erfc(float a) {
  const float inverse = rcp_approx(a + 4.0F);
  const float rough = (a - 4.0F) * inverse;
  // a - 4 - rough (a + 4), without the roundings of a - 4 and a + 4.
  const float residual = fma(-rough, a, fma(rough + 1.0F, -4.0F, a));
  const float p = polynomial(fma(residual, inverse, rough), kErfcx);
  const float d = fma(2.0F, a, 1.0F);
  const float d_low = fma(2.0F, a, 1.0F - d);
  const float y = rcp_approx(d);
  const float q = p * y;
  return fma(fma(-q, d_low, fma(-q, d, p)), y, q);
}

/// exp(factor a^2), where factor is 1, -1 or -1/2.
inline Exponential exponential_of_square(float a, float factor) {
  const float square = a * a;
  const float high = square * factor;
  const float low = fma(a, a, -square) * factor;
  const float shifted = fma(high, kLog2OfE[0], kToInteger);
  const float n = shifted - kToInteger;
  float f = fma(high, kLog2OfE[0], -n);
  f = fma(high, kLog2OfE[1], f);
  f = fma(low, kLog2OfE[0], f);
  return {ex2_approx(f), static_cast<int32_t>(bits(shifted) - bits(kToInteger))};
}

/// erfinv(y), where `log` is -log2(1 - y^2) - 3.
inline float inverse_erf(float y, float log) {
  if (log < 3.2F) return y * polynomial(log, kErfInv);
  const float square = log + 3.0F;
  const float v = rsqrt_approx(square);
  const float root = square * v;
  const float root_low = fma(-root, root, square) * (0.5F * v);
  const float p = polynomial(v - 0.25F, kErfInvTail);
  return with_sign(fma(p, root, p * root_low), y);
}

/// erfcinv(x) = erfinv(1 - x)
inline float inverse_erfc(float x) {
  if (!(x > 0.0F && x < 2.0F)) {
    if (x == 0.0F) return kInfinity;
    return x == 2.0F ? -kInfinity : kNan;
  }
  const float rest = fma(-x, x, x + x);  // 1 - (1 - x)^2
  const float log = is_plain(rest) ? plain_log2(rest, 3.0F) : plain_log2(rest * 0x1p32F, -29.0F);
  return inverse_erf(1.0F - x, -log);
}

}  // namespace

HEDDLE_MATH_FUNCTION(float, erff, (float x)) {
  const float a = absolute(x);
  if (a < 0.95F) return fma(x, polynomial(x * x, kErf), x);
  return with_sign(1.0F - ex2_approx(polynomial(a, kErfTail)), x);
}

HEDDLE_MATH_FUNCTION(float, erfcf, (float x)) {
  const float a = absolute(x);
  if (a < 0.5F) return 1.0F - fma(x, polynomial(x * x, kErf), x);
  if (!(a < kErfcxEnd)) return is_nan(x) ? x + x : x < 0.0F ? 2.0F : 0.0F;
  const Exponential e = exponential_of_square(a, -1.0F);
  const float result = scale(scaled_erfc(a) * e.value, e.scale);
  return x < 0.0F ? 2.0F - result : result;
}

HEDDLE_MATH_FUNCTION(float, erfcxf, (float x)) {
  const float a = absolute(x);
  if (a < kErfcxEnd) {
    const float result = scaled_erfc(a);
    if (x >= 0.0F) return result;
    const Exponential e = exponential_of_square(a, 1.0F);
    return scale(e.value, e.scale + 1) - result;
  }
  if (is_nan(x)) return x + x;
  if (x < 0.0F) return kInfinity;
  // Asymptotic series: Abramowitz and Stegun, 7.1.23.
  constexpr float kSeries[] = {1.0F, -0.5F, 0.75F, -1.875F, 6.5625F};
  return polynomial(1.0F / (a * a), kSeries) * (kInverseRootPi[0] / a);
}

HEDDLE_MATH_FUNCTION(float, normcdff, (float x)) {
  const float a = absolute(x);
  // Below it is less than half the smallest float.
  if (!(a < 14.25F)) return is_nan(x) ? x + x : x < 0.0F ? 0.0F : 1.0F;
  const Exponential e = exponential_of_square(a, -0.5F);
  const float result = scale(scaled_erfc(a * kSqrtHalf[0]) * e.value, e.scale - 1);
  return x < 0.0F ? result : 1.0F - result;
}

HEDDLE_MATH_FUNCTION(float, erfinvf, (float x)) {
  const float rest = fma(-x, x, 1.0F);
  if (!(rest > 0.0F)) return rest == 0.0F ? with_sign(kInfinity, x) : kNan;
  return inverse_erf(x, -plain_log2(rest, 3.0F));
}

HEDDLE_MATH_FUNCTION(float, erfcinvf, (float x)) { return inverse_erfc(x); }

HEDDLE_MATH_FUNCTION(float, normcdfinvf, (float x)) { return inverse_erfc(x + x) * -kSqrtTwo[0]; }
