// What the math functions (math_*.cpp) share: the few operations that they are made of. All are
// exactly specified, so that the functions have the same bits on the device and, in the tests, on
// the host. To be compiled without contraction of multiply-adds: they are written where they are
// meant.
//
// Approximations are from math_coefficients.py. Methods: J.-M. Muller et al., "Handbook of
// Floating-Point Arithmetic", 2nd ed. (Cody-Waite and Payne-Hanek reduction, error-free products
// and sums), where a function says nothing else.
#pragma once

#include <stdint.h>

#include "bits.hpp"
#include "math_coefficients.hpp"

#ifdef __riscv
#include "../heddle_isa.inc"
#endif

namespace heddle::math {

using device::bit_cast;

#ifdef __riscv
#define HEDDLE_APPROXIMATION(name, instruction)                            \
  inline float name(float x) {                                             \
    float result;                                                          \
    __asm__(HEDDLE_ASM_##instruction("%0", "%1") : "=r"(result) : "r"(x)); \
    return result;                                                         \
  }
HEDDLE_APPROXIMATION(rcp_approx, RCP_APPROX)
HEDDLE_APPROXIMATION(rsqrt_approx, RSQRT_APPROX)
HEDDLE_APPROXIMATION(ex2_approx, EX2_APPROX)
HEDDLE_APPROXIMATION(lg2_approx, LG2_APPROX)
#undef HEDDLE_APPROXIMATION
#else
// The host program has these.
float rcp_approx(float x);
float rsqrt_approx(float x);
float ex2_approx(float x);
float lg2_approx(float x);
#endif

inline constexpr float kInfinity = __builtin_inff();
inline constexpr float kNan = __builtin_nanf("");
/// Added to a float below 2^22 in magnitude, it leaves the nearest integer in the lowest bits.
inline constexpr float kToInteger = 0x1.8p23F;

inline uint32_t bits(float x) { return bit_cast<uint32_t>(x); }
inline int32_t signed_bits(float x) { return bit_cast<int32_t>(x); }
inline float from_bits(uint32_t x) { return bit_cast<float>(x); }
inline float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
inline float absolute(float x) { return __builtin_fabsf(x); }
inline float with_sign(float x, float sign) { return __builtin_copysignf(x, sign); }
inline bool is_nan(float x) { return x != x; }
/// Whether the sign bit is set.
inline bool is_negative(float x) { return signed_bits(x) < 0; }
/// Positive, normal and finite.
inline bool is_plain(float x) { return bits(x) - 0x00800000U < 0x7f000000U; }

/// 2^n, for -126 <= n <= 127.
inline float power_of_two(int32_t n) { return from_bits((static_cast<uint32_t>(n) + 127U) << 23); }

/// c[0] + c[1] x + c[2] x^2 ..., by Horner's rule.
template <unsigned First = 0, unsigned N>
inline float polynomial(float x, const float (&c)[N]) {
  if constexpr (First + 1 == N) {
    return c[First];
  } else {
    return fma(polynomial<First + 1>(x, c), x, c[First]);
  }
}

/// 1 / x to about half an ulp, for 2^-126 <= |x| < 2^126.
inline float reciprocal(float x) {
  const float y = rcp_approx(x);
  return fma(fma(-x, y, 1.0F), y, y);
}
/// a / b to about half an ulp, where b is as above and neither a nor the quotient is extreme.
inline float quotient(float a, float b) {
  const float y = rcp_approx(b);
  const float q = a * y;
  return fma(fma(-b, q, a), y, q);
}
/// The square root of x >= 0 to about half an ulp. x is zero or in (2^-76, 2^127).
inline float square_root(float x) {
  const float y = rsqrt_approx(x + 0x1p-100F);
  const float s = x * y;
  return fma(fma(-s, s, x), 0.5F * y, s);
}

/// e^x = value * 2^scale, for any x; the scale is between -153 and 131.
struct Exponential {
  float value;  ///< near [0.7, 1.42]; 0, infinity or NaN where x is beyond the range
  int32_t scale;
};
inline Exponential exponential(float x) {
  const float clamped = __builtin_fminf(__builtin_fmaxf(x, -106.0F), 90.0F);
  const float shifted = fma(clamped, kLog2OfE[0], kToInteger);
  const float n = shifted - kToInteger;
  const float f = fma(x, kLog2OfE[1], fma(x, kLog2OfE[0], -n));
  return {ex2_approx(f), static_cast<int32_t>(bits(shifted) - bits(kToInteger))};
}

/// x * 2^n with one rounding, where x is near 1, 0, infinite or NaN, and |n| <= 250.
inline float scale(float x, int32_t n) {
  const int32_t half = n >> 1;
  return x * power_of_two(half) * power_of_two(n - half);
}

/// log2 of a positive, normal, finite number as a sum, to about 2^-30 relative.
struct Sum {
  float high, low;
};
inline Sum log2_sum(float x) {
  const uint32_t from_root = bits(x) - 0x3f3504f3U;  // sqrt(1/2)
  const auto e = static_cast<float>(static_cast<int32_t>(from_root) >> 23);
  const float m = from_bits((from_root & 0x007fffffU) + 0x3f3504f3U);
  const float f = m - 1.0F;
  const float r = rcp_approx(m + 1.0F);
  const float s = f * r;
  const float s_low = fma(-s, f, fma(-2.0F, s, f)) * r;  // f - s (2 + f), then divided by m + 1
  const float square = s * s;
  const float high = kTwoLog2OfE[0] * s;
  float low = fma(kTwoLog2OfE[0], s, -high);
  low = fma(kTwoLog2OfE[0], fma(square, s_low, s_low), low);  // atanh'(s) = 1 + s^2 + ...
  low = fma(kTwoLog2OfE[1], s, low);
  low = fma(square * s, polynomial(square, kLog2Atanh), low);
  const float sum = e + high;
  low += high - (sum - e);
  const float result = sum + low;
  return {result, low - (result - sum)};
}

/// 2^(high + low), |low| < 3.
inline Exponential exp2_sum(float high, float low) {
  const float clamped = __builtin_fminf(__builtin_fmaxf(high, -160.0F), 140.0F);
  const float shifted = clamped + kToInteger;
  const float n = shifted - kToInteger;
  const float f = clamped - n + low;
  return {ex2_approx(f), static_cast<int32_t>(bits(shifted) - bits(kToInteger))};
}

/// log(1 + t), -1/3 <= t < 1/3, plus e ln 2.
inline float log1p_reduced(float t, float e) {
  return fma(e, kLogOf2[0], fma(e, kLogOf2[1], fma(t * t, polynomial(t, kLog), t)));
}

/// A positive, normal, finite number as (1 + t) 2^e, -1/3 <= t < 1/3.
struct Reduced {
  float t, e;
};
inline Reduced reduce_logarithm(float x) {
  const uint32_t from_low = bits(x) - 0x3f2aaaabU;  // 2/3
  return {from_bits((from_low & 0x007fffffU) + 0x3f2aaaabU) - 1.0F,
          static_cast<float>(static_cast<int32_t>(from_low) >> 23)};
}

inline float plain_log(float x) {
  const Reduced r = reduce_logarithm(x);
  return log1p_reduced(r.t, r.e);
}
/// log2(x) + addend, an integer.
inline float plain_log2(float x, float addend = 0.0F) {
  const Reduced r = reduce_logarithm(x);
  const float rest = r.t * r.t * polynomial(r.t, kLog2);
  return fma(r.t, kLog2OfE[0], fma(r.t, kLog2OfE[1], rest)) + (r.e + addend);
}
/// The same of a positive finite number, which may be subnormal.
inline float positive_log(float x) {
  return is_plain(x) ? plain_log(x) : fma(-32.0F, kLogOf2[0], plain_log(x * 0x1p32F));
}

/// sin(pi x) and cos(pi x) for |x| <= 1/4.
inline float sinpi_reduced(float x) {
  const float square = x * x;
  const float cubic = polynomial(square, kSinPi) * (square * x);
  return fma(x, kPi[0], fma(x, kPi[1], cubic));
}
inline float cospi_reduced(float x) {
  const float square = x * x;
  return fma(square, polynomial(square, kCosPi), 1.0F);
}

/// Any x = r + n / 2 with |r| <= 1/4, n modulo 4.
struct HalfTurns {
  float r;
  uint32_t n;
};
inline HalfTurns half_turns(float x) {
  if (absolute(x) < 0x1p21F) {
    const float shifted = fma(x, 2.0F, kToInteger);
    return {x - (shifted - kToInteger) * 0.5F, bits(shifted)};
  }
  // The floats up to 2^24 are multiples of 1/4; from there on, even integers.
  const auto quarters = static_cast<int32_t>(absolute(x) < 0x1p24F ? x * 4.0F : 0.0F);
  const int32_t n = (quarters + 1) >> 1;
  return {static_cast<float>(quarters - 2 * n) * 0.25F, static_cast<uint32_t>(n)};
}

/// sin(pi x), where x is finite and no integer.
inline float sinpi_of_fraction(float x) {
  const HalfTurns h = half_turns(x);
  const float result = (h.n & 1) != 0 ? cospi_reduced(h.r) : sinpi_reduced(h.r);
  return from_bits(bits(result) ^ (h.n & 2) << 30);
}

}  // namespace heddle::math

/// Defines a function of the library: __heddle_NAME, and NAME on the device, which is what the
/// compiler calls for __builtin_NAME.
#ifdef __riscv
#define HEDDLE_MATH_FUNCTION(type, name, parameters)                         \
  extern "C" type __heddle_##name parameters;                                \
  extern "C" type name parameters __attribute__((alias("__heddle_" #name))); \
  extern "C" type __heddle_##name parameters
#else
#define HEDDLE_MATH_FUNCTION(type, name, parameters) \
  extern "C" type __heddle_##name parameters;        \
  extern "C" type __heddle_##name parameters
#endif
