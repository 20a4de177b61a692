// Functions whose results are exact, or rounded once: remainders, and those that take floats apart.
#include "math.hpp"

using namespace heddle::math;

namespace {

constexpr int32_t kIntMax = INT32_MAX;
constexpr int32_t kIntMin = INT32_MIN;

/// A finite magnitude > 0 as significand * 2^exponent, the significand with 24 bits.
struct Parts {
  uint32_t significand;
  int32_t exponent;
};
inline Parts parts(float a) {
  const uint32_t u = bits(a);
  if (u >= 0x00800000U) {
    return {(u & 0x007fffffU) | 0x00800000U, static_cast<int32_t>(u >> 23) - 150};
  }
  const int zeros = __builtin_clz(u) - 8;
  return {u << zeros, -149 - zeros};
}

/// significand * 2^exponent of a significand below 2^24, if that is exact.
inline float compose(uint32_t significand, int32_t exponent) {
  if (significand == 0) return 0.0F;
  const int zeros = __builtin_clz(significand) - 8;
  significand <<= zeros;
  exponent -= zeros;
  if (exponent >= -149) {
    return from_bits(static_cast<uint32_t>(exponent + 149) * 0x00800000U + significand);
  }
  return from_bits(significand >> (-149 - exponent));
}

/// a modulo b and the quotient's lowest bits, for finite a >= 0, b > 0.
struct Division {
  float remainder;
  uint32_t quotient;
};
inline Division divide(float a, float b) {
  if (a < b) return {a, 0};
  const float ratio = a / b;
  if (ratio < 0x1p22F) {
    // The truncated quotient may be one too large; both remainders are exact.
    auto n = static_cast<uint32_t>(static_cast<int32_t>(ratio));
    float rest = fma(-static_cast<float>(n), b, a);
    if (rest < 0.0F) {
      --n;
      rest += b;
    }
    return {rest, n};
  }
  const Parts x = parts(a);
  const Parts y = parts(b);
  uint32_t rest = x.significand;
  uint32_t quotient = 0;
  int32_t left = x.exponent - y.exponent;
  // Eight bits of the quotient at a time.
  for (bool first = true; first || left > 0; first = false) {
    const int32_t step = first ? 0 : left < 8 ? left : 8;
    const uint32_t shifted = rest << step;
    const uint32_t digit = shifted / y.significand;
    rest = shifted - digit * y.significand;
    quotient = (quotient << step) + digit;
    left -= step;
  }
  return {compose(rest, y.exponent), quotient};
}

/// Whether C17, F.10.7 makes a remainder a NaN.
inline bool has_no_remainder(float x, float y) {
  return !(absolute(x) < kInfinity) || is_nan(y) || y == 0.0F;
}

inline float remainder_of(float x, float y, int* quotient) {
  *quotient = 0;
  if (has_no_remainder(x, y)) return kNan;
  const float b = absolute(y);
  if (b == kInfinity) return x;
  Division d = divide(absolute(x), b);
  // Doubling could overflow, halving lose a bit.
  const float other = b - d.remainder;
  if (d.remainder > other || (d.remainder == other && (d.quotient & 1) != 0)) {
    d.remainder = -other;
    ++d.quotient;
  }
  // CUDA and C promise at least three bits.
  const auto low = static_cast<int>(d.quotient & 0x7fU);
  *quotient = is_negative(x) != is_negative(y) ? -low : low;
  return from_bits(bits(d.remainder) ^ (bits(x) & 0x80000000U));
}

/// x * 2^n with one rounding.
inline float scaled(float x, int32_t n) {
  n = n > 300 ? 300 : n < -300 ? -300 : n;
  if (absolute(x) == 0.0F || !(absolute(x) < kInfinity)) return x + x;
  Parts p = parts(absolute(x));
  const int32_t biased = p.exponent + n + 150;
  if (biased >= 255) return with_sign(kInfinity, x);
  if (biased > 0) {
    return with_sign(from_bits(static_cast<uint32_t>(biased - 1) * 0x00800000U + p.significand), x);
  }
  // A normal number times a power of two rounds as it should.
  const float normal = from_bits(static_cast<uint32_t>(biased + 63) * 0x00800000U + p.significand);
  return with_sign(biased > -64 ? normal * 0x1p-64F : 0.0F, x);
}

inline int32_t exponent_of(float a) { return parts(a).exponent + 23; }

}  // namespace

HEDDLE_MATH_FUNCTION(float, fmodf, (float x, float y)) {
  if (has_no_remainder(x, y)) return kNan;
  const float b = absolute(y);
  return b == kInfinity ? x : with_sign(divide(absolute(x), b).remainder, x);
}

HEDDLE_MATH_FUNCTION(float, remainderf, (float x, float y)) {
  int quotient = 0;
  return remainder_of(x, y, &quotient);
}

HEDDLE_MATH_FUNCTION(float, remquof, (float x, float y, int* quotient)) {
  return remainder_of(x, y, quotient);
}

HEDDLE_MATH_FUNCTION(float, ldexpf, (float x, int n)) { return scaled(x, n); }
HEDDLE_MATH_FUNCTION(float, scalbnf, (float x, int n)) { return scaled(x, n); }
HEDDLE_MATH_FUNCTION(float, scalblnf, (float x, long n)) {
  return scaled(x, n > 300 ? 300 : n < -300 ? -300 : static_cast<int32_t>(n));
}

HEDDLE_MATH_FUNCTION(float, frexpf, (float x, int* exponent)) {
  *exponent = 0;
  if (x == 0.0F || !(absolute(x) < kInfinity)) return x + x;
  const Parts p = parts(absolute(x));
  *exponent = p.exponent + 24;
  return with_sign(from_bits(0x3e800000U + p.significand), x);
}

HEDDLE_MATH_FUNCTION(float, logbf, (float x)) {
  const float a = absolute(x);
  if (!(a < kInfinity)) return a == kInfinity ? a : x + x;
  return a == 0.0F ? -kInfinity : static_cast<float>(exponent_of(a));
}

HEDDLE_MATH_FUNCTION(int, ilogbf, (float x)) {
  const float a = absolute(x);
  if (a == kInfinity) return kIntMax;
  // As CUDA: FP_ILOGB0 and FP_ILOGBNAN.
  return a == 0.0F || is_nan(a) ? kIntMin : exponent_of(a);
}

HEDDLE_MATH_FUNCTION(float, modff, (float x, float* whole)) {
  *whole = with_sign(__builtin_truncf(x), x);
  if (absolute(x) == kInfinity) return with_sign(0.0F, x);
  return with_sign(x - *whole, x);
}

HEDDLE_MATH_FUNCTION(float, fdimf, (float x, float y)) {
  if (is_nan(x) || is_nan(y)) return x + y;
  return x > y ? x - y : 0.0F;
}

HEDDLE_MATH_FUNCTION(float, nextafterf, (float x, float y)) {
  if (is_nan(x) || is_nan(y)) return x + y;
  if (x == y) return y;
  if (x == 0.0F) return with_sign(from_bits(1), y);
  return from_bits((x < y) == (x > 0.0F) ? bits(x) + 1 : bits(x) - 1);
}
