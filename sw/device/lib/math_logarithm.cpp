// Logarithms, powers and inverse hyperbolic functions.
#include "math.hpp"

using namespace heddle::math;

namespace {

/// The logarithm to the base whose constants are given of a number that is not plain; `of_two` is
/// that of 2. `plain` gives it for those that are.
template <typename Plain>
float special_logarithm(float x, float of_two, Plain plain) {
  if (is_nan(x)) return x + x;
  if (x == 0.0F) return -kInfinity;
  if (x < 0.0F) return kNan;
  if (x == kInfinity) return x;
  return fma(-32.0F, of_two, plain(x * 0x1p32F));
}

inline float plain_log10(float x) {
  const Reduced r = reduce_logarithm(x);
  const float rest = r.t * r.t * polynomial(r.t, kLog10);
  const float of_t = fma(r.t, kLog10OfE[0], fma(r.t, kLog10OfE[1], rest));
  return fma(r.e, kLog10Of2[0], fma(r.e, kLog10Of2[1], of_t));
}

/// log(1 + x) for -1 < x < 2^60.
inline float plain_log1p(float x) {
  const int32_t e = (signed_bits(1.0F + x) - 0x3f2aaaab) >> 23;
  const float s = power_of_two(-e);
  return log1p_reduced(fma(x, s, s - 1.0F), static_cast<float>(e));
}

/// 2^(log y)
inline float power_of(const Sum& log, float y) {
  const float high = y * log.high;
  const float low = fma(y, log.high, -high) + y * log.low;
  // Where the product overflows, its rest means nothing.
  const Exponential e = exp2_sum(high, absolute(high) < 256.0F ? low : 0.0F);
  return scale(e.value, e.scale);
}

bool is_odd_integer(float y) {
  const float a = absolute(y);
  if (!(a < 0x1p24F) || a < 1.0F) return false;
  const auto n = static_cast<int32_t>(a);
  return static_cast<float>(n) == a && (n & 1) != 0;
}
bool is_integer(float y) {
  const float a = absolute(y);
  return a >= 0x1p23F || static_cast<float>(static_cast<int32_t>(a)) == a;
}

/// Operands that are not plain: C17, F.10.4.4.
[[gnu::noinline]] float special_power(float x, float y) {
  if (x == 1.0F || y == 0.0F) return 1.0F;
  if (is_nan(x) || is_nan(y)) return x + y;
  const float a = absolute(x);
  if (absolute(y) == kInfinity) {
    if (a == 1.0F) return 1.0F;
    return (a > 1.0F) == (y > 0.0F) ? kInfinity : 0.0F;
  }
  const float sign = is_odd_integer(y) ? x : 1.0F;
  if (a == 0.0F || a == kInfinity) {
    return with_sign((a == 0.0F) == (y < 0.0F) ? kInfinity : 0.0F, sign);
  }
  if (x < 0.0F && !is_integer(y)) return kNan;
  Sum log = log2_sum(is_plain(a) ? a : a * 0x1p32F);
  if (!is_plain(a)) {
    const float shifted = log.high - 32.0F;
    log.low += log.high - (shifted + 32.0F);
    log.high = shifted;
  }
  const float power = power_of(log, y);
  return with_sign(power, sign);
}

}  // namespace

HEDDLE_MATH_FUNCTION(float, logf, (float x)) {
  if (is_plain(x)) return plain_log(x);
  return special_logarithm(x, kLogOf2[0], plain_log);
}

HEDDLE_MATH_FUNCTION(float, log2f, (float x)) {
  if (is_plain(x)) return plain_log2(x);
  return special_logarithm(x, 1.0F, [](float plain) { return plain_log2(plain); });
}

HEDDLE_MATH_FUNCTION(float, log10f, (float x)) {
  if (is_plain(x)) return plain_log10(x);
  return special_logarithm(x, kLog10Of2[0], plain_log10);
}

HEDDLE_MATH_FUNCTION(float, log1pf, (float x)) {
  if (x > -1.0F && x < 0x1p60F) return with_sign(plain_log1p(x), x);
  if (x >= 0x1p60F) return x == kInfinity ? x : plain_log(x);
  if (x == -1.0F) return -kInfinity;
  return kNan;
}

HEDDLE_MATH_FUNCTION(float, powf, (float x, float y)) {
  if (is_plain(x) && absolute(y) < kInfinity) return power_of(log2_sum(x), y);
  return special_power(x, y);
}

HEDDLE_MATH_FUNCTION(float, asinhf, (float x)) {
  const float a = absolute(x);
  if (!(a < 0x1p30F)) return a < kInfinity ? with_sign(plain_log(a) + kLogOf2[0], x) : x + x;
  // log(1 + a + (sqrt(1 + a^2) - 1))
  const float square = a * a;
  const float root = square_root(fma(a, a, 1.0F));
  return with_sign(plain_log1p(fma(square, rcp_approx(1.0F + root), a)), x);
}

HEDDLE_MATH_FUNCTION(float, acoshf, (float x)) {
  if (!(x < 0x1p30F)) return x < kInfinity ? plain_log(x) + kLogOf2[0] : x + x;
  if (x < 1.0F) return kNan;
  const float t = x - 1.0F;
  return plain_log1p(t + square_root(fma(t, t, t + t)));
}

HEDDLE_MATH_FUNCTION(float, atanhf, (float x)) {
  const float a = absolute(x);
  if (!(a < 1.0F)) return a == 1.0F ? with_sign(kInfinity, x) : kNan;
  const float twice = a + a;
  return with_sign(0.5F * plain_log1p(quotient(twice, 1.0F - a)), x);
}
