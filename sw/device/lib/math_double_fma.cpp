// Double fused multiply-add: exact, then rounded once, in CUDA's four directions.
#include "math_double_core.hpp"

using namespace heddle::math;

namespace {

enum class Rounding { kNearest, kToZero, kUp, kDown };

/// The low part's bits count only as being zero or not.
inline double rounded(Longer a, Rounding rounding) {
  const uint64_t sign = static_cast<uint64_t>(a.negative) << 63;
  uint64_t significand = a.high | (a.low != 0 ? 1 : 0);
  int32_t biased = a.exponent + 1023;
  if (biased <= 0) {
    significand = heddle::device::shift_right_sticky(significand, 1 - biased);
    biased = 1;
  }
  uint64_t increment = 0x3ff + (significand >> 11 & 1);
  if (rounding != Rounding::kNearest) {
    const bool away = rounding != Rounding::kToZero && (rounding == Rounding::kDown) == a.negative;
    increment = away ? 0x7ff : 0;
  }
  const uint64_t fraction = (significand >> 11) + (((significand & 0x7ff) + increment) >> 11);
  constexpr uint64_t kInfinite = uint64_t{0x7ff} << 52;
  if (biased >= 2047) return from_bits(sign | (increment != 0 ? kInfinite : kInfinite - 1));
  const uint64_t magnitude = (static_cast<uint64_t>(biased - 1) << 52) + fraction;
  // Rounding to nearest or away may overflow here.
  return from_bits(sign | magnitude);
}

inline Longer shifted_right_sticky(Longer a, int32_t distance) {
  if (distance >= 128) return {0, a.high != 0 ? 1U : 0U, a.exponent, a.negative};
  if (distance >= 64) {
    const uint64_t lost = a.low | (distance > 64 ? a.high << (128 - distance) : 0);
    return {0, a.high >> (distance - 64) | (lost != 0 ? 1 : 0), a.exponent, a.negative};
  }
  if (distance == 0) return a;
  const uint64_t lost = a.low << (64 - distance);
  return {a.high >> distance, a.high << (64 - distance) | a.low >> distance | (lost != 0 ? 1 : 0),
          a.exponent, a.negative};
}

[[gnu::noinline]] double fused(double x, double y, double z, Rounding rounding) {
  if (is_nan(x) || is_nan(y) || is_nan(z)) return kNanDouble;
  const bool negative = is_negative(x) != is_negative(y);
  if (!is_finite(x) || !is_finite(y)) {
    if (is_zero(x) || is_zero(y)) return kNanDouble;
    if (!is_finite(z) && is_negative(z) != negative) return kNanDouble;
    return with_sign(kInfinityDouble, negative);
  }
  if (!is_finite(z)) return z;
  const double zero = with_sign(0.0, rounding == Rounding::kDown);
  if (is_zero(x) || is_zero(y)) {
    if (!is_zero(z)) return z;
    return is_negative(z) == negative ? z : zero;
  }
  const Extended a = extended(x);
  const Extended b = extended(y);
  const Extended c = extended(z);
  // At most 106 bits from the top: what is lost of an addend is below a bit that decides nothing.
  const Product p = multiply(a.significand, b.significand);
  Longer larger = normalized(Longer{p.high, p.low, a.exponent + b.exponent + 1, negative});
  if (c.significand == 0) return rounded(larger, rounding);
  Longer smaller = {c.significand, 0, c.exponent, c.negative};
  if (smaller.exponent > larger.exponent ||
      (smaller.exponent == larger.exponent && smaller.high > larger.high)) {
    const Longer swap = larger;
    larger = smaller;
    smaller = swap;
  }
  smaller = shifted_right_sticky(smaller, larger.exponent - smaller.exponent);
  smaller.exponent = larger.exponent;
  if (larger.negative != smaller.negative && larger.high == smaller.high &&
      larger.low <= smaller.low) {
    if (larger.low == smaller.low) return zero;
    const Longer swap = larger;
    larger = smaller;
    smaller = swap;
  }
  return rounded(add(larger, smaller), rounding);
}

}  // namespace

HEDDLE_MATH_FUNCTION(double, fma, (double x, double y, double z)) {
  return fused(x, y, z, Rounding::kNearest);
}
extern "C" double __heddle_fma_rz(double x, double y, double z);
extern "C" double __heddle_fma_rz(double x, double y, double z) {
  return fused(x, y, z, Rounding::kToZero);
}
extern "C" double __heddle_fma_ru(double x, double y, double z);
extern "C" double __heddle_fma_ru(double x, double y, double z) {
  return fused(x, y, z, Rounding::kUp);
}
extern "C" double __heddle_fma_rd(double x, double y, double z);
extern "C" double __heddle_fma_rd(double x, double y, double z) {
  return fused(x, y, z, Rounding::kDown);
}
