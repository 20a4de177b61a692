// Bessel functions of integer order. Below 8: polynomials between zeros, which are factored out.
// From there on modulus and phase: Abramowitz and Stegun, 9.2.28 and 9.2.29.
#include "math_reduction.hpp"

using namespace heddle::math;

namespace {

constexpr float kEnd = 8.0F;
constexpr float kTwoByPiFloat = 0x1.45f306p-1F;

inline float piece_of(float x, const BesselPiece& p) {
  return (x - p.zero - p.zero_low) * polynomial(x - p.center, p.c);
}
inline float first_kind(float x, const BesselPiece (&pieces)[3]) {
  return piece_of(x, pieces[x < 2.7F ? 0 : x < 5.4F ? 1 : 2]);
}
inline float second_kind(float x, const BesselPiece (&pieces)[4]) {
  return piece_of(x, pieces[x < 1.6F ? 0 : x < 3.0F ? 1 : x < 5.5F ? 2 : 3]);
}

/// For large x: the square of the modulus by 2 / (pi x) in powers of 1 / x^2, and the phase less
/// x - `offset` times x.
struct Asymptotic {
  float modulus[4], phase[4], offset;
};
constexpr Asymptotic kOrder0 = {{1.0F, -0.125F, 0.2109375F, -1.0986328F},
                                {-0.125F, 0.06510417F, -0.20957031F, 1.6380659F},
                                0x1.921fb6p-1F};
constexpr Asymptotic kOrder1 = {{1.0F, 0.375F, -0.3515625F, 1.5380859F},
                                {0.375F, -0.1640625F, 0.37089844F, -2.3693978F},
                                0x1.2d97c8p1F};

struct Wave {
  float modulus, angle;
  uint32_t half_turns;
};
inline Wave wave(float x, const Asymptotic& order) {
  const Remainder remainder = modulo_pi(x);
  const float inverse = rcp_approx(x);
  const float square = inverse * inverse;
  const float modulus =
      rsqrt_approx(x * kHalfPi[0]) * square_root(polynomial(square, order.modulus));
  const float angle = remainder.r - order.offset + inverse * polynomial(square, order.phase);
  return {modulus, angle, remainder.n};
}
inline float large_first_kind(float x, const Asymptotic& order) {
  const Wave w = wave(x, order);
  const float result = w.modulus * cos_of(w.angle);
  return from_bits(bits(result) ^ w.half_turns << 31);
}
inline float large_second_kind(float x, const Asymptotic& order) {
  const Wave w = wave(x, order);
  const float result = w.modulus * sin_of(w.angle);
  return from_bits(bits(result) ^ w.half_turns << 31);
}

// Of x >= 0, which may be infinite or a NaN.
inline float small_j0(float x) {
  const float square = x * x;
  return fma(square, polynomial(square, kSmallJ0), 1.0F);
}
[[gnu::noinline]] float j0(float x) {
  if (x < 1.0F) return small_j0(x);
  if (x < kEnd) return first_kind(x, kJ0);
  return x < kInfinity ? large_first_kind(x, kOrder0) : is_nan(x) ? x + x : 0.0F;
}
[[gnu::noinline]] float j1(float x) {
  if (x < kEnd) return first_kind(x, kJ1);
  return x < kInfinity ? large_first_kind(x, kOrder1) : is_nan(x) ? x + x : 0.0F;
}

/// Operands of functions of the second kind that have no ordinary result.
inline bool is_special(float x) { return !(x > 0.0F && x < kInfinity); }
inline float special(float x) {
  if (is_nan(x)) return x + x;
  if (x == 0.0F) return -kInfinity;
  return x < 0.0F ? kNan : 0.0F;
}

[[gnu::noinline]] float y0(float x) {
  if (is_special(x)) return special(x);
  if (x >= kEnd) return large_second_kind(x, kOrder0);
  if (x >= 0.7F) return second_kind(x, kY0);
  const float square = x * x;
  return fma(kTwoByPiFloat * positive_log(x), small_j0(x), polynomial(square, kSmallY0));
}
[[gnu::noinline]] float y1(float x) {
  if (is_special(x)) return special(x);
  if (x >= kEnd) return large_second_kind(x, kOrder1);
  if (x >= 0.7F) return second_kind(x, kY1);
  const float rest = positive_log(x) * first_kind(x, kJ1);
  const float pole = kTwoByPiFloat / x;
  return fma(x, polynomial(x * x, kSmallY1), fma(kTwoByPiFloat, rest, -pole));
}

/// J_n(x), n >= 2, 0 < x < n: J. Miller's backward recurrence, normalized by
/// 1 = J_0 + 2 (J_2 + J_4 + ...) (Abramowitz and Stegun, 9.12).
float recur_backward(int n, float x) {
  const float half = 0.5F * x;
  if (half * half < 0x1p-26F * static_cast<float>(n)) {
    // The first term of the series is enough: (x / 2)^n / n!.
    float result = 1.0F;
    for (int k = 1; k <= n && result != 0.0F; ++k) result *= half / static_cast<float>(k);
    return result;
  }
  const auto margin = static_cast<int>(__builtin_sqrtf(60.0F * static_cast<float>(n)));
  const float factor = 2.0F / x;
  float above = 0.0F;
  float here = 0x1p-60F;
  float wanted = 0.0F;
  float sum = 0.0F;
  for (int k = (n + margin + 4) & ~1; k > 0; --k) {
    const float below = fma(static_cast<float>(k) * factor, here, -above);  // of order k - 1
    above = here;
    here = below;
    if (absolute(here) > 0x1p40F) {
      here *= 0x1p-60F;
      above *= 0x1p-60F;
      wanted *= 0x1p-60F;
      sum *= 0x1p-60F;
    }
    if (k - 1 == n) wanted = here;
    if ((k & 1) != 0 && k > 1) sum += here;
  }
  return wanted / fma(2.0F, sum, here);
}

/// From here on modified Bessel functions are infinite.
constexpr float kModifiedEnd = 100.0F;

/// A modified Bessel function of 4 <= x < kModifiedEnd, from that times sqrt(x) e^-x.
inline float large_modified(float x, const float (&c)[10]) {
  const Exponential e = exponential(x);
  const float part = rsqrt_approx(x) * polynomial(rcp_approx(x) - 0.125F, c);
  return scale(e.value * part, e.scale);
}

}  // namespace

HEDDLE_MATH_FUNCTION(float, j0f, (float x)) { return j0(absolute(x)); }
HEDDLE_MATH_FUNCTION(float, j1f, (float x)) {
  const float result = j1(absolute(x));
  return is_negative(x) ? -result : result;
}
HEDDLE_MATH_FUNCTION(float, y0f, (float x)) { return y0(x); }
HEDDLE_MATH_FUNCTION(float, y1f, (float x)) { return y1(x); }

HEDDLE_MATH_FUNCTION(float, jnf, (int n, float x)) {
  if (n < 0 || is_nan(x)) return kNan;
  const float a = absolute(x);
  float result;
  if (n == 0) {
    result = j0(a);
  } else if (n == 1) {
    result = j1(a);
  } else if (a == 0.0F || a == kInfinity) {
    result = 0.0F;
  } else if (a < static_cast<float>(n)) {
    result = recur_backward(n, a);
  } else {
    const float factor = 2.0F / a;
    float below = j0(a);
    result = j1(a);
    for (int k = 1; k < n; ++k) {
      const float above = fma(static_cast<float>(k) * factor, result, -below);
      below = result;
      result = above;
    }
  }
  return is_negative(x) && (n & 1) != 0 ? -result : result;
}

HEDDLE_MATH_FUNCTION(float, ynf, (int n, float x)) {
  if (n < 0) return kNan;
  if (n == 0) return y0(x);
  float result = y1(x);
  if (is_special(x)) return result;
  const float factor = 2.0F / x;
  float below = y0(x);
  for (int k = 1; k < n && result != -kInfinity; ++k) {
    const float above = fma(static_cast<float>(k) * factor, result, -below);
    below = result;
    result = above;
  }
  return result;
}

HEDDLE_MATH_FUNCTION(float, cyl_bessel_i0f, (float x)) {
  const float a = absolute(x);
  if (a < 4.0F) return fma(a * a, polynomial(a * a, kSmallI0), 1.0F);
  return a < kModifiedEnd ? large_modified(a, kLargeI0) : is_nan(x) ? x : kInfinity;
}
HEDDLE_MATH_FUNCTION(float, cyl_bessel_i1f, (float x)) {
  const float a = absolute(x);
  if (a < 4.0F) return x * polynomial(a * a, kSmallI1);
  return with_sign(a < kModifiedEnd ? large_modified(a, kLargeI1) : is_nan(x) ? x : kInfinity, x);
}
