// Roots, and lengths of vectors.
#include "math.hpp"

using namespace heddle::math;

namespace {

/// a^(-1/3) of a plain number to about 2^-16.
inline float rough_rcbrt(float a) { return ex2_approx(lg2_approx(a) * (-1.0F / 3.0F)); }

template <unsigned N>
inline float largest(const float (&v)[N]) {
  float most = 0.0F;
  for (const float c : v) most = __builtin_fmaxf(most, absolute(c));
  return most;
}

template <unsigned N>
inline float sum_of_squares(const float (&v)[N]) {
  float sum = v[N - 1] * v[N - 1];
  for (unsigned i = N - 1; i-- > 0;) sum = fma(v[i], v[i], sum);
  return sum;
}

template <unsigned N>
inline float root_of_squares(const float (&v)[N]) {
  const float most = largest(v);
  if (most < 0x1p60F && most > 0x1p-37F) return square_root(sum_of_squares(v));
  // An infinite component counts more than a NaN.
  if (most == kInfinity) return most;
  float scaled[N];
  const float up = most < 1.0F ? 0x1p90F : 0x1p-66F;
  for (unsigned i = 0; i < N; ++i) scaled[i] = v[i] * up;
  return __builtin_sqrtf(sum_of_squares(scaled)) * (most < 1.0F ? 0x1p-90F : 0x1p66F);
}

template <unsigned N>
inline float reciprocal_root_of_squares(const float (&v)[N]) {
  const float most = largest(v);
  if (most < 0x1p60F && most > 0x1p-60F) return rsqrt_approx(sum_of_squares(v));
  if (most == kInfinity) return 0.0F;
  float scaled[N];
  const float up = most < 1.0F ? 0x1p100F : 0x1p-66F;
  for (unsigned i = 0; i < N; ++i) scaled[i] = v[i] * up;
  return rsqrt_approx(sum_of_squares(scaled)) * up;
}

}  // namespace

HEDDLE_MATH_FUNCTION(float, cbrtf, (float x)) {
  float a = absolute(x);
  float unscale = 1.0F;
  if (!is_plain(a)) {
    if (!(a < kInfinity) || a == 0.0F) return x + x;
    a *= 0x1p24F;
    unscale = 0x1p-8F;
  }
  const float inverse = rough_rcbrt(a);
  const float inverse_square = inverse * inverse;
  const float y = a * inverse_square;
  const float square = y * y;
  const float square_low = fma(y, y, -square);
  const float residual = fma(square_low, y, fma(square, y, -a));  // y^3 - a
  return with_sign(fma(residual * inverse_square, -1.0F / 3.0F, y) * unscale, x);
}

HEDDLE_MATH_FUNCTION(float, rcbrtf, (float x)) {
  float a = absolute(x);
  float scaled = 1.0F;
  if (!is_plain(a)) {
    if (is_nan(a)) return x + x;
    if (a == 0.0F || a == kInfinity) return with_sign(a == 0.0F ? kInfinity : 0.0F, x);
    a *= 0x1p24F;
    scaled = 0x1p8F;
  }
  const float y = rough_rcbrt(a);
  const float square = y * y;
  const float cube = square * y;
  const float cube_low = fma(square, y, -cube) + fma(y, y, -square) * y;
  const float residual = fma(-a, cube_low, fma(-a, cube, 1.0F));  // 1 - a y^3
  const float step = fma(residual, 2.0F / 9.0F, 1.0F / 3.0F) * residual;
  return with_sign(fma(y, step, y) * scaled, x);
}

HEDDLE_MATH_FUNCTION(float, hypotf, (float x, float y)) {
  const float v[] = {x, y};
  return root_of_squares(v);
}
HEDDLE_MATH_FUNCTION(float, rhypotf, (float x, float y)) {
  const float v[] = {x, y};
  return reciprocal_root_of_squares(v);
}
HEDDLE_MATH_FUNCTION(float, norm3df, (float x, float y, float z)) {
  const float v[] = {x, y, z};
  return root_of_squares(v);
}
HEDDLE_MATH_FUNCTION(float, rnorm3df, (float x, float y, float z)) {
  const float v[] = {x, y, z};
  return reciprocal_root_of_squares(v);
}
HEDDLE_MATH_FUNCTION(float, norm4df, (float x, float y, float z, float w)) {
  const float v[] = {x, y, z, w};
  return root_of_squares(v);
}
HEDDLE_MATH_FUNCTION(float, rnorm4df, (float x, float y, float z, float w)) {
  const float v[] = {x, y, z, w};
  return reciprocal_root_of_squares(v);
}

HEDDLE_MATH_FUNCTION(float, rsqrtf, (float x)) {
  // Subnormal operands, which the approximation would take for zeros, are scaled.
  const bool small = absolute(x) < 0x1p-126F;
  return rsqrt_approx(small ? x * 0x1p24F : x) * (small ? 0x1p12F : 1.0F);
}
