// Inverse trigonometric functions.
#include "math.hpp"

using namespace heddle::math;

namespace {

/// From here on asin(a) = pi / 2 - 2 asin(sqrt((1 - a) / 2)) is used, whose second part is below 1.
constexpr float kLarge = 0.55F;

/// asin(x), |x| <= kLarge; `square` is x^2.
inline float asin_reduced(float x, float square) {
  return fma(x * square, polynomial(square, kAsin), x);
}

/// atan(x), 0 <= x <= 1.
inline float atan_reduced(float x) {
  const float square = x * x;
  return fma(x * square, polynomial(square, kAtan), x);
}

/// pi / 2 - x, where x <= pi / 2.
inline float from_half_pi(float x) { return kHalfPi[0] - (x - kHalfPi[1]); }

}  // namespace

HEDDLE_MATH_FUNCTION(float, asinf, (float x)) {
  const float a = absolute(x);
  const bool large = a > kLarge;
  const float square = large ? fma(-0.5F, a, 0.5F) : a * a;
  const float root = large ? square_root(square) : a;
  const float part = asin_reduced(root, square);
  return with_sign(large ? from_half_pi(2.0F * part) : part, x);
}

HEDDLE_MATH_FUNCTION(float, acosf, (float x)) {
  const float a = absolute(x);
  const bool large = a > kLarge;
  const float square = large ? fma(-0.5F, a, 0.5F) : a * a;
  const float root = large ? square_root(square) : x;
  const float part = asin_reduced(root, square);
  if (!large) return from_half_pi(part);
  const float twice = 2.0F * part;
  return x > 0.0F ? twice : kPi[0] - (twice - kPi[1]);
}

HEDDLE_MATH_FUNCTION(float, atanf, (float x)) {
  const float a = absolute(x);
  const bool large = a > 1.0F;
  const float part = atan_reduced(large ? rcp_approx(a) : a);
  return with_sign(large ? from_half_pi(part) : part, x);
}

HEDDLE_MATH_FUNCTION(float, atan2f, (float y, float x)) {
  const float a = absolute(x);
  const float b = absolute(y);
  float larger = __builtin_fmaxf(a, b);
  const float smaller = __builtin_fminf(a, b);
  float ratio;
  if (a < 0x1p60F && b < 0x1p60F && smaller > 0x1p-60F) {
    ratio = quotient(smaller, larger);
  } else {
    if (is_nan(x) || is_nan(y)) return x + y;
    if (larger == 0.0F) larger = 1.0F;
    ratio = smaller == kInfinity ? 1.0F : smaller / larger;
  }
  float angle = atan_reduced(ratio);
  if (b > a) angle = from_half_pi(angle);
  if (is_negative(x)) angle = kPi[0] - (angle - kPi[1]);
  return with_sign(angle, y);
}
