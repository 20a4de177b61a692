// Double roots, and lengths of vectors.
#include "math_extended.hpp"

using namespace heddle::math;

namespace {

/// 1 / cbrt(a), a > 0: 1 / cbrt(1 - e) = 1 + e / 3 + 2/9 e^2 + 14/81 e^3 + ...
inline Extended reciprocal_cube_root(Extended a) {
  // a = d 2^(3 third), 1 <= d < 8
  const auto biased = static_cast<uint32_t>(a.exponent + 3 * 1024);
  const uint32_t third = biased / 3;
  const uint32_t left = biased - 3 * third;
  const float leading = leading_float(a.significand) * power_of_two(static_cast<int32_t>(left));
  // With 21 bits the cube is exact.
  const uint32_t y =
      float_to_units(ex2_approx(lg2_approx(leading) * (-1.0F / 3.0F)) + 0x1p-22F, 0x1p21F);
  const uint64_t cube = uint64_t{y} * y * y << left;
  const Product p = multiply(a.significand, cube);
  // 1 is 2^126; e in units of 2^-80
  const auto e = static_cast<int64_t>(0 - (p.high << 18 | p.low >> 46));
  constexpr int64_t kThird = 0x5555555555555555;
  constexpr int64_t kTwoNinths = 0x38e38e38e38e38e4;
  const int64_t last = (e >> 32) * 0x2c3f35bb >> 16;  // 14/81 e in units of 2^-64
  const int64_t correction = high(e, kThird + (high(e, kTwoNinths + last) >> 16));
  const int64_t product =
      int64_t{y} * (correction >> 32) +
      static_cast<int64_t>(uint64_t{y} * static_cast<uint32_t>(correction) >> 32);
  const uint64_t result = (uint64_t{y} << 43) + static_cast<uint64_t>(product >> 5);
  return {(result & kTop) != 0 ? result : ~uint64_t{0}, -1 - (static_cast<int32_t>(third) - 1024),
          a.negative};
}

template <unsigned N>
inline bool has_infinity(const double (&v)[N]) {
  bool result = false;
  for (const double c : v) result |= magnitude(c) == bits(kInfinityDouble);
  return result;
}
template <unsigned N>
inline bool has_nan(const double (&v)[N]) {
  bool result = false;
  for (const double c : v) result |= is_nan(c);
  return result;
}
template <unsigned N>
inline Extended sum_of_squares(const double (&v)[N]) {
  Extended sum = kZero;
  for (const double c : v) {
    const Extended a = magnitude(extended(c));
    sum = add(sum, multiply(a, a));
  }
  return sum;
}
template <unsigned N>
inline double root_of_squares(const double (&v)[N]) {
  // An infinite component counts more than a NaN.
  if (has_infinity(v)) return kInfinityDouble;
  if (has_nan(v)) return kNanDouble;
  return to_double(square_root(sum_of_squares(v)));
}
template <unsigned N>
inline double reciprocal_root_of_squares(const double (&v)[N]) {
  if (has_infinity(v)) return 0.0;
  if (has_nan(v)) return kNanDouble;
  const Extended sum = sum_of_squares(v);
  return sum.significand == 0 ? kInfinityDouble : to_double(reciprocal_root(sum));
}

}  // namespace

HEDDLE_MATH_FUNCTION(double, rsqrt, (double x)) {
  if (is_nan(x)) return kNanDouble;
  if (is_zero(x)) return with_sign(kInfinityDouble, is_negative(x));
  if (is_negative(x)) return kNanDouble;
  return is_finite(x) ? to_double(reciprocal_root(extended(x))) : 0.0;
}

HEDDLE_MATH_FUNCTION(double, cbrt, (double x)) {
  if (!is_finite(x)) return is_nan(x) ? kNanDouble : x;
  if (is_zero(x)) return x;
  const Extended a = extended(x);
  const Extended inverse = reciprocal_cube_root(a);
  return to_double(multiply(multiply(a, inverse), inverse));
}

HEDDLE_MATH_FUNCTION(double, rcbrt, (double x)) {
  if (is_nan(x)) return kNanDouble;
  if (is_zero(x)) return with_sign(kInfinityDouble, is_negative(x));
  if (!is_finite(x)) return with_sign(0.0, is_negative(x));
  return to_double(reciprocal_cube_root(extended(x)));
}

HEDDLE_MATH_FUNCTION(double, hypot, (double x, double y)) {
  const double v[] = {x, y};
  return root_of_squares(v);
}
HEDDLE_MATH_FUNCTION(double, rhypot, (double x, double y)) {
  const double v[] = {x, y};
  return reciprocal_root_of_squares(v);
}
HEDDLE_MATH_FUNCTION(double, norm3d, (double x, double y, double z)) {
  const double v[] = {x, y, z};
  return root_of_squares(v);
}
HEDDLE_MATH_FUNCTION(double, rnorm3d, (double x, double y, double z)) {
  const double v[] = {x, y, z};
  return reciprocal_root_of_squares(v);
}
HEDDLE_MATH_FUNCTION(double, norm4d, (double x, double y, double z, double w)) {
  const double v[] = {x, y, z, w};
  return root_of_squares(v);
}
HEDDLE_MATH_FUNCTION(double, rnorm4d, (double x, double y, double z, double w)) {
  const double v[] = {x, y, z, w};
  return reciprocal_root_of_squares(v);
}
