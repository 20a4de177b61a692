// Exponentials and hyperbolic functions.
#include "math.hpp"

using namespace heddle::math;

HEDDLE_MATH_FUNCTION(float, expf, (float x)) {
  if (absolute(x) < 87.0F) {
    const float shifted = fma(x, kLog2OfE[0], kToInteger);
    const float n = shifted - kToInteger;
    const float f = fma(x, kLog2OfE[1], fma(x, kLog2OfE[0], -n));
    return from_bits(bits(ex2_approx(f)) + (bits(shifted) << 23));
  }
  const Exponential e = exponential(x);
  return scale(e.value, e.scale);
}

HEDDLE_MATH_FUNCTION(float, exp2f, (float x)) {
  // ex2.approx gives zeros for subnormal results.
  const bool small = x < -125.0F;
  return ex2_approx(x + (small ? 32.0F : 0.0F)) * (small ? 0x1p-32F : 1.0F);
}

HEDDLE_MATH_FUNCTION(float, exp10f, (float x)) {
  const float clamped = __builtin_fminf(__builtin_fmaxf(x, -46.0F), 39.0F);
  const float shifted = fma(clamped, kLog2Of10[0], kToInteger);
  const float n = shifted - kToInteger;
  const float f = fma(x, kLog2Of10[1], fma(x, kLog2Of10[0], -n));
  return scale(ex2_approx(f), static_cast<int32_t>(bits(shifted) - bits(kToInteger)));
}

HEDDLE_MATH_FUNCTION(float, expm1f, (float x)) {
  if (!(absolute(x) < 87.0F)) {
    if (is_nan(x)) return x + x;
    if (is_negative(x)) return -1.0F;
    const Exponential e = exponential(x);
    return scale(e.value, e.scale);
  }
  // Near 0 the difference from 1 would cancel.
  const float shifted = absolute(x) < 0.45F ? kToInteger : fma(x, kLog2OfE[0], kToInteger);
  const float n = shifted - kToInteger;
  const float r = fma(-n, kLogOf2[1], fma(-n, kLogOf2[0], x));
  const float p = fma(r * r, polynomial(r, kExpm1), r);
  const float s = from_bits((bits(shifted) << 23) + 0x3f800000U);
  return with_sign(fma(p, s, s - 1.0F), x);
}

HEDDLE_MATH_FUNCTION(float, sinhf, (float x)) {
  const float a = absolute(x);
  if (a < 1.0F) {
    const float square = x * x;
    return fma(x * square, polynomial(square, kSinh), x);
  }
  const Exponential e = exponential(a);
  const float quarter = e.value * power_of_two(e.scale - 2);  // e^a / 4
  return with_sign(fma(-0.125F, rcp_approx(quarter), 2.0F * quarter), x);
}

HEDDLE_MATH_FUNCTION(float, coshf, (float x)) {
  const Exponential e = exponential(absolute(x));
  const float quarter = e.value * power_of_two(e.scale - 2);
  return fma(0.125F, rcp_approx(quarter), 2.0F * quarter);
}

HEDDLE_MATH_FUNCTION(float, tanhf, (float x)) {
  const float a = absolute(x);
  if (a < 0.8F) {
    const float square = x * x;
    return with_sign(fma(x * square, polynomial(square, kTanh), x), x);
  }
  // 1 - 2 / (e^2a + 1)
  const float power = ex2_approx(a * kTwoLog2OfE[0]);
  return with_sign(fma(-2.0F, rcp_approx(power + 1.0F), 1.0F), x);
}
