// What the double functions compute with: integers of 64 bits, as fractions or as the significands
// of extended numbers. A double's significand has 53 bits; the other 11 hold the errors of several
// operations, each less than a few units, so that a result is rounded nearly as an exact one. Where
// doubles are done in software that is faster than their arithmetic, and all of it is exactly
// specified, as in math.hpp.
#pragma once

#include "bits.hpp"
#include "math.hpp"
#include "math_double_coefficients.hpp"

namespace heddle::math {

using device::leading_zeros;

inline constexpr uint64_t kTop = uint64_t{1} << 63;

inline uint64_t bits(double x) { return bit_cast<uint64_t>(x); }
inline uint64_t magnitude(double x) { return bits(x) & ~kTop; }
inline bool is_negative(double x) { return (bits(x) & kTop) != 0; }
inline bool is_nan(double x) { return magnitude(x) > uint64_t{0x7ff} << 52; }
inline bool is_finite(double x) { return magnitude(x) < uint64_t{0x7ff} << 52; }
inline bool is_zero(double x) { return magnitude(x) == 0; }
/// Of normal numbers, the exponent of the leading one; less than any of theirs for the others.
inline int32_t exponent_of(double x) { return static_cast<int32_t>(bits(x) >> 52 & 0x7ff) - 1023; }
inline double from_bits(uint64_t x) { return bit_cast<double>(x); }
inline double with_sign(double x, bool negative) {
  return from_bits(magnitude(x) | static_cast<uint64_t>(negative) << 63);
}
inline constexpr double kNanDouble = __builtin_nan("");
inline constexpr double kInfinityDouble = __builtin_inf();

struct Product {
  uint64_t high, low;
};
inline Product multiply(uint64_t a, uint64_t b) {
  const uint64_t a0 = static_cast<uint32_t>(a);
  const uint64_t a1 = a >> 32;
  const uint64_t b0 = static_cast<uint32_t>(b);
  const uint64_t b1 = b >> 32;
  const uint64_t low = a0 * b0;
  const uint64_t middle = a1 * b0 + (low >> 32);
  const uint64_t carry = a0 * b1 + static_cast<uint32_t>(middle);
  return {a1 * b1 + (middle >> 32) + (carry >> 32), carry << 32 | static_cast<uint32_t>(low)};
}

/// a * b / 2^64, less at most 3.
inline uint64_t high(uint64_t a, uint64_t b) {
  const auto a0 = static_cast<uint32_t>(a);
  const auto a1 = static_cast<uint32_t>(a >> 32);
  const auto b0 = static_cast<uint32_t>(b);
  const auto b1 = static_cast<uint32_t>(b >> 32);
  return uint64_t{a1} * b1 + (uint64_t{a1} * b0 >> 32) + (uint64_t{a0} * b1 >> 32);
}
inline int64_t high(int64_t a, int64_t b) {
  const auto a0 = static_cast<uint32_t>(a);
  const auto a1 = static_cast<int32_t>(a >> 32);
  const auto b0 = static_cast<uint32_t>(b);
  const auto b1 = static_cast<int32_t>(b >> 32);
  return int64_t{a1} * b1 + (int64_t{a1} * static_cast<int64_t>(b0) >> 32) +
         (int64_t{b1} * static_cast<int64_t>(a0) >> 32);
}

/// c[0] + c[1] t + ..., where t is in units of 2^-64.
template <unsigned First = 0, unsigned N>
inline int64_t polynomial(int64_t t, const int64_t (&c)[N]) {
  if constexpr (First + 1 == N) {
    return c[First];
  } else {
    return c[First] + high(polynomial<First + 1>(t, c), t);
  }
}
template <unsigned First = 0, unsigned N>
inline uint64_t polynomial(uint64_t t, const uint64_t (&c)[N]) {
  if constexpr (First + 1 == N) {
    return c[First];
  } else {
    return c[First] + high(polynomial<First + 1>(t, c), t);
  }
}
/// c[0] - c[1] t + c[2] t^2 - ..., no partial sum negative.
template <unsigned First = 0, unsigned N>
inline uint64_t alternating(uint64_t t, const uint64_t (&c)[N]) {
  if constexpr (First + 1 == N) {
    return c[First];
  } else {
    return c[First] - high(alternating<First + 1>(t, c), t);
  }
}

/// significand * 2^(exponent - 63), where the significand's highest bit is set; or zero.
struct Extended {
  uint64_t significand;
  int32_t exponent;
  bool negative;
};

/// Less than any other's.
inline constexpr int32_t kZeroExponent = -100000;
inline constexpr Extended kZero = {0, kZeroExponent, false};
inline constexpr Extended kOne = {kTop, 0, false};
inline constexpr Extended kTwo = {kTop, 1, false};

inline Extended magnitude(Extended a) { return {a.significand, a.exponent, false}; }
inline Extended negated(Extended a) { return {a.significand, a.exponent, !a.negative}; }
/// a * 2^n
inline Extended scaled(Extended a, int32_t n) {
  return {a.significand, a.exponent + n, a.negative};
}

/// fraction * 2^(exponent - 63), for any fraction.
inline Extended normalized(uint64_t fraction, int32_t exponent, bool negative) {
  if (fraction == 0) return {0, kZeroExponent, negative};
  const int zeros = leading_zeros(fraction);
  return {fraction << zeros, exponent - zeros, negative};
}
/// A fraction in units of 2^-64.
inline Extended from_fraction(int64_t fraction) {
  const auto u = static_cast<uint64_t>(fraction);
  return normalized(fraction < 0 ? 0 - u : u, -1, fraction < 0);
}
/// The same, from an extended magnitude below 1.
inline uint64_t to_fraction(Extended a) {
  return a.exponent < -64 ? 0 : a.significand >> (-1 - a.exponent);
}

/// Of a finite double.
inline Extended extended(double x) {
  const uint64_t fraction = bits(x) << 11;
  const int32_t biased = static_cast<int32_t>(bits(x) >> 52 & 0x7ff);
  if (biased != 0) return {fraction | kTop, biased - 1023, is_negative(x)};
  return normalized(fraction, -1022, is_negative(x));
}

/// The rare cases of to_double().
[[gnu::noinline]] inline double extreme_to_double(uint64_t significand, int32_t biased,
                                                  uint64_t sign) {
  if (significand == 0) return from_bits(sign);
  if (biased >= 2047) return from_bits(sign | uint64_t{0x7ff} << 52);
  const uint64_t shifted = device::shift_right_sticky(significand, 1 - biased);
  return from_bits(sign | (shifted + 0x3ff + (shifted >> 11 & 1)) >> 11);
}
/// Rounds to nearest even.
inline double to_double(Extended a) {
  const uint64_t sign = static_cast<uint64_t>(a.negative) << 63;
  const int32_t biased = a.exponent + 1023;
  if (biased <= 0 || biased >= 2047) return extreme_to_double(a.significand, biased, sign);
  // The leading one adds 1 to the exponent's field, a carry out of rounding another.
  const uint64_t rest = (a.significand & 0x7ff) + 0x3ff + (a.significand >> 11 & 1);
  const uint64_t rounded = (a.significand >> 11) + (rest >> 11);
  return from_bits(sign | ((static_cast<uint64_t>(biased - 1) << 52) + rounded));
}

inline Extended multiply(Extended a, Extended b) {
  const Product p = multiply(a.significand, b.significand);
  const bool negative = a.negative != b.negative;
  if ((p.high & kTop) != 0) return {p.high, a.exponent + b.exponent + 1, negative};
  return {p.high << 1 | p.low >> 63, a.exponent + b.exponent, negative};
}

inline Extended add(Extended a, Extended b) {
  if (b.exponent > a.exponent || (b.exponent == a.exponent && b.significand > a.significand)) {
    const Extended swap = a;
    a = b;
    b = swap;
  }
  const int32_t distance = a.exponent - b.exponent;
  const uint64_t smaller = distance < 64 ? b.significand >> distance : 0;
  if (a.negative != b.negative) {
    return normalized(a.significand - smaller, a.exponent, a.negative);
  }
  const uint64_t sum = a.significand + smaller;
  if (sum >= smaller) return {sum, a.exponent, a.negative};
  return {sum >> 1 | kTop, a.exponent + 1, a.negative};
}

/// a * (1 + fraction / 2^64)
inline Extended increased(Extended a, uint64_t fraction) {
  const uint64_t sum = a.significand + high(a.significand, fraction);
  if (sum >= a.significand) return {sum, a.exponent, a.negative};
  return {sum >> 1 | kTop, a.exponent + 1, a.negative};
}
/// a * (1 - fraction / 2^64)
inline Extended decreased(Extended a, uint64_t fraction) {
  return normalized(a.significand - high(a.significand, fraction), a.exponent, a.negative);
}

/// y (1 + correction / 2^74) in units of 2^-64, where y is in units of 2^-31 and the result near
/// [1/2, 1]; at most 2^64 - 1.
inline uint64_t corrected(uint32_t y, int64_t correction) {
  const int64_t product =
      int64_t{y} * (correction >> 32) +
      static_cast<int64_t>(uint64_t{y} * static_cast<uint32_t>(correction) >> 32);
  const uint64_t result = (uint64_t{y} << 33) + static_cast<uint64_t>(product >> 9);
  return (result & kTop) != 0 ? result : ~uint64_t{0};
}

/// The upper bits of a significand as a float in [1, 2).
inline float leading_float(uint64_t significand) {
  return math::from_bits(static_cast<uint32_t>(significand >> 40 & 0x7fffff) | 0x3f800000U);
}
inline uint32_t float_to_units(float y, float unit) { return static_cast<uint32_t>(y * unit); }

/// 1 / a, from an approximation of 23 bits: 1 / (1 - e) = 1 + e + e^2 + ...
inline Extended reciprocal(Extended a) {
  const uint32_t y = float_to_units(rcp_approx(leading_float(a.significand)), 0x1p31F);
  const uint64_t low = (a.significand & 0xffffffff) * y;
  const uint64_t product = (a.significand >> 32) * y + (low >> 32);
  // 1 is a multiple of 2^64 units of 2^-74.
  const auto e = static_cast<int64_t>(0 - (product << 12 | (low >> 20 & 0xfff)));
  const int64_t e_high = e >> 32;
  return {corrected(y, e + (e_high * e_high >> 10)), -1 - a.exponent, a.negative};
}
inline Extended divide(Extended a, Extended b) { return multiply(a, reciprocal(b)); }

/// 1 / sqrt(a), a > 0: 1 / sqrt(1 - e) = 1 + e / 2 + 3/8 e^2 + ...
inline Extended reciprocal_root(Extended a) {
  const int32_t odd = a.exponent & 1;
  const float leading = leading_float(a.significand);
  const uint32_t y = float_to_units(rsqrt_approx(odd != 0 ? 2.0F * leading : leading), 0x1p31F);
  const Product p = multiply(a.significand, uint64_t{y} * y << odd);
  const auto e = static_cast<int64_t>(0 - (p.high << 13 | p.low >> 51));
  const int64_t e_high = e >> 32;
  const int64_t correction = (e >> 1) + (3 * (e_high * e_high) >> 13);
  return {corrected(y, correction), -1 - (a.exponent >> 1), false};
}
/// Of zero, too.
inline Extended square_root(Extended a) {
  return a.significand == 0 ? a : multiply(a, reciprocal_root(a));
}

}  // namespace heddle::math
