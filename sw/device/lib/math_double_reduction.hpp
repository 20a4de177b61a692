// Reduction of doubles by pi, which the trigonometric and the Bessel functions share.
#pragma once

#include "math_double_core.hpp"

namespace heddle::math {

/// x / pi modulo 4 in units of 2^-126, |x| >= 2^-27: M. Payne and R. Hanek, "Radian reduction for
/// trigonometric functions", SIGNUM Newsletter 18 (1983).
struct HalfTurnsOfPi {
  uint64_t high, low;
};
inline HalfTurnsOfPi by_pi(double x) {
  // |x| = significand * 2^(exponent - 52). Bits of 1 / pi above 2^(53 - exponent) make multiples of
  // 4; 192 bits from there on leave an error of 2^-137.
  const uint64_t significand = (bits(x) & ((uint64_t{1} << 52) - 1)) | uint64_t{1} << 52;
  const int32_t start = exponent_of(x) + 42;
  const uint32_t* const words = kInversePiBits + (start >> 5);
  const int shift = start & 31;
  uint32_t product[6];
  uint64_t carry = 0;
  const auto low = static_cast<uint32_t>(significand);
  const auto high = static_cast<uint32_t>(significand >> 32);
  uint32_t window[6];
  for (int i = 0; i < 6; ++i) {
    window[i] = static_cast<uint32_t>((uint64_t{words[i]} << 32 | words[i + 1]) << shift >> 32);
  }
  for (int i = 5; i >= 0; --i) {
    carry += uint64_t{window[i]} * low;
    product[i] = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  carry = 0;
  for (int i = 5; i >= 1; --i) {
    carry += uint64_t{window[i]} * high + product[i - 1];
    product[i - 1] = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  return {uint64_t{product[0]} << 32 | product[1], uint64_t{product[2]} << 32 | product[3]};
}

/// x - n * period, the period being pi (shift 0) or pi / 2 (shift 1).
struct Remainder {
  Extended r;
  uint32_t n;
};
inline Remainder nearest(HalfTurnsOfPi turns, int shift, bool negative) {
  if (shift == 1) turns = {turns.high << 1 | turns.low >> 63, turns.low << 1};
  const uint64_t rounded = turns.high + (uint64_t{1} << 61);
  const auto n = static_cast<uint32_t>(rounded >> 62);
  uint64_t high = turns.high << 2 | turns.low >> 62;  // of the rest, in units of 2^-64 periods
  uint64_t low = turns.low << 2;
  if ((high & kTop) != 0) {
    low = 0 - low;
    high = ~high + (low == 0 ? 1 : 0);
    negative = !negative;
  }
  const Longer rest = normalized(Longer{high, low, -1, negative});
  return {multiply(Extended{rest.high, rest.exponent, rest.negative}, scaled(kPiExtended, -shift)),
          n};
}

/// sin(r), negated for odd n.
inline Extended signed_sine(const Remainder& a) {
  Extended result = sine(a.r);
  result.negative = result.negative != ((a.n & 1) != 0);
  return result;
}

}  // namespace heddle::math
