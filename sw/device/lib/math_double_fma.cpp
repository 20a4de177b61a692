// Double fused multiply-add: exact, then rounded once, in CUDA's four directions.
#include "math_double_rounding.hpp"

using namespace heddle::math;

namespace {

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
