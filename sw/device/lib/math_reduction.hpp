// Reduction modulo pi of any operand, and sin and cos by it.
#pragma once

#include "math.hpp"

namespace heddle::math {

/// Below it, three products with parts of pi reduce accurately enough.
constexpr float kLarge = 32768.0F;

/// x / pi, modulo 4, of a finite |x| >= 1, in units of 2^-62: M. Payne and R. Hanek, "Radian
/// reduction for trigonometric functions", SIGNUM Newsletter 18 (1983).
inline uint64_t by_pi(float x) {
  const uint32_t u = bits(x);
  const uint32_t significand = (u & 0x007fffffU) | 0x00800000U;
  // |x| = significand * 2^exponent. The product's bits from 2^1 down to 2^-62 are wanted; those of
  // 1 / pi above 2^(2 - exponent) make multiples of 4.
  const auto exponent = static_cast<int32_t>((u >> 23 & 0xffU)) - 150;
  const int32_t first = exponent - 2;  // bits of 1 / pi that are left out, at least -25
  const int32_t word = first < 0 ? -1 : first >> 5;
  const int32_t shift = first < 0 ? first + 32 : first & 31;
  uint32_t window[4];
  for (int32_t i = 0; i < 4; ++i) {
    const int32_t at = word + i;
    window[i] = at < 0 ? 0 : kInversePiWords[at];
  }
  uint32_t part[3];
  for (int32_t i = 0; i < 3; ++i) {
    part[i] = shift == 0 ? window[i] : window[i] << shift | window[i + 1] >> (32 - shift);
  }
  // 96 bits of 1 / pi times 24, modulo 2^96, without the lowest 32.
  uint64_t product = uint64_t{significand} * part[2] >> 32;
  product += uint64_t{significand} * part[1];
  product += uint64_t{significand} * part[0] << 32;
  return is_negative(x) ? uint64_t{0} - product : product;
}

/// x - n * period, and n modulo 4.
struct Remainder {
  float r;
  uint32_t n;
};

/// `turns`: x divided by the period, of which 62 - bits places are behind the point.
inline Remainder nearest(uint64_t turns, int shift, const float (&period)[3]) {
  const uint64_t fixed = turns << shift;  // in units of 2^-62
  const uint64_t half = uint64_t{1} << 61;
  const uint64_t n = (fixed + half) >> 62;
  const auto rest = static_cast<int64_t>(fixed - (n << 62));
  const bool negative = rest < 0;
  uint64_t magnitude =
      negative ? uint64_t{0} - static_cast<uint64_t>(rest) : static_cast<uint64_t>(rest);
  if (magnitude == 0) return {0.0F, static_cast<uint32_t>(n)};
  const int zeros = heddle::device::leading_zeros(magnitude);
  magnitude <<= zeros;
  // Two floats hold the 48 highest bits.
  const auto high = static_cast<float>(static_cast<int32_t>(magnitude >> 40));
  const auto low = static_cast<float>(static_cast<int32_t>(magnitude >> 16 & 0xffffffU)) * 0x1p-24F;
  float r = fma(high, period[0], fma(high, period[1], low * period[0]));
  r *= power_of_two(-22 - zeros);
  return {negative ? -r : r, static_cast<uint32_t>(n)};
}

/// sin(r), |r| <= pi / 2, negated if n is odd.
inline float sine(float r, uint32_t n) {
  const float square = r * r;
  const float result = with_sign(fma(square * r, polynomial(square, kSin), r), r);
  return from_bits(bits(result) ^ n << 31);
}

/// x - n * period. The parts of the period have one sign, so that -0 stays what it is.
inline float reduce(float x, float n, const float (&period)[3]) {
  return fma(n, -period[2], fma(n, -period[1], fma(n, -period[0], x)));
}

inline Remainder small_modulo_pi(float x) {
  const float shifted = fma(x, kInversePi[0], kToInteger);
  return {reduce(x, shifted - kToInteger, kPi), bits(shifted)};
}

/// A finite x modulo pi.
inline Remainder modulo_pi(float x) {
  return absolute(x) < kLarge ? small_modulo_pi(x) : nearest(by_pi(x), 0, kPi);
}

// The rare operands have functions of their own, so that the others need no stack.
[[gnu::noinline]] inline float large_sin(float x) {
  if (!(absolute(x) < kInfinity)) return kNan;
  const Remainder remainder = nearest(by_pi(x), 0, kPi);
  return sine(remainder.r, remainder.n);
}
[[gnu::noinline]] inline float large_cos(float x) {
  if (!(absolute(x) < kInfinity)) return kNan;
  const Remainder remainder = nearest(by_pi(x) + (uint64_t{1} << 61), 0, kPi);
  return sine(remainder.r, remainder.n);
}

inline float sin_of(float x) {
  if (!(absolute(x) < kLarge)) return large_sin(x);
  const Remainder remainder = small_modulo_pi(x);
  return sine(remainder.r, remainder.n);
}

inline float cos_of(float x) {
  const float a = absolute(x);
  if (!(a < kLarge)) return large_cos(x);
  // cos(x) = sin(x + pi / 2)
  const float shifted = fma(a, kInversePi[0], 0.5F) + kToInteger;
  return sine(reduce(a, shifted - kToInteger - 0.5F, kPi), bits(shifted));
}

}  // namespace heddle::math
