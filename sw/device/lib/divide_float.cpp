// Correctly rounded float division and square root for lanes without a divider: Newton's iteration
// on a guess from the exponent's bits, then one correction with the exact remainder that a fused
// multiply-add gives. heddlecc turns fdiv and sqrt into calls of these.
#include "bits.hpp"

namespace heddle::device {
namespace {

constexpr uint32_t kSign = 0x80000000U;
constexpr uint32_t kInfinity = 0x7f800000U;

float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

/// a / b, correctly rounded, if |a| and |b| are in [2^-62, 2^64): neither the steps nor the result
/// leave the normal range. `remainder` gets a - b * result, exactly.
[[gnu::always_inline]] inline float divide_in_range(float a, float b, float& remainder) {
  // The guess is within 13% of 1 / b; its subtraction also carries the sign over. Two cubic steps
  // leave an ulp, one quadratic step the correctly rounded reciprocal, for every significand: this
  // constant is one of those with which also 2 - ulp comes out right.
  float y = bit_cast<float>(0x7ef3811bU - bit_cast<uint32_t>(b));
  float e = fma(-b, y, 1.0F);
  y = fma(fma(e, e, e), y, y);
  e = fma(-b, y, 1.0F);
  y = fma(fma(e, e, e), y, y);
  e = fma(-b, y, 1.0F);
  y = fma(e, y, y);
  const float guess = a * y;
  const float q = fma(fma(-b, guess, a), y, guess);
  remainder = fma(-b, q, a);
  return q;
}

bool in_range(uint32_t bits) { return ((bits >> 23) & 0xff) - 65 < 126; }

/// The value's significand as a float in [1, 2); value = significand * 2^exponent. Not for 0,
/// infinity and NaN.
float split(uint32_t magnitude, int& exponent) {
  int shift = 0;
  if (magnitude < 0x00800000U) {
    shift = __builtin_clz(magnitude) - 8;
    magnitude <<= shift;
    exponent = -126 - shift;
  } else {
    exponent = static_cast<int>(magnitude >> 23) - 127;
  }
  return bit_cast<float>((magnitude & 0x007fffffU) | 0x3f800000U);
}

/// q * 2^exponent with one rounding in all: q is the quotient rounded to 24 bits, the sign of
/// `remainder` says on which side the exact quotient lies.
uint32_t scale_quotient(float q, float remainder, int exponent) {
  const uint32_t bits = bit_cast<uint32_t>(q);
  const int biased = static_cast<int>(bits >> 23) + exponent;
  if (biased >= 255) return kInfinity;
  if (biased > 0) return (static_cast<uint32_t>(biased) << 23) | (bits & 0x007fffffU);
  const int shift = 1 - biased;
  if (shift > 24) return 0;
  const uint32_t significand = (bits & 0x007fffffU) | 0x00800000U;
  const uint32_t half = 1U << (shift - 1);
  const uint32_t rest = significand & (2 * half - 1);
  const uint32_t kept = significand >> shift;
  const bool tie_goes_up = remainder > 0 || (remainder == 0 && (kept & 1) != 0);
  return kept + ((rest > half || (rest == half && tie_goes_up)) ? 1 : 0);
}

/// Special values, subnormals, and exponents far apart. Not inlined: the common path then needs no
/// stack.
[[gnu::noinline]] float divide_any(float a, float b) {
  const uint32_t sign = (bit_cast<uint32_t>(a) ^ bit_cast<uint32_t>(b)) & kSign;
  const uint32_t x = bit_cast<uint32_t>(a) & ~kSign;
  const uint32_t y = bit_cast<uint32_t>(b) & ~kSign;
  if (x > kInfinity || y > kInfinity || (x == 0 && y == 0) || (x == kInfinity && y == kInfinity)) {
    return quiet_nan<float>();
  }
  if (x == kInfinity || y == 0) return bit_cast<float>(sign | kInfinity);
  if (x == 0 || y == kInfinity) return bit_cast<float>(sign);
  int exponent_a = 0;
  int exponent_b = 0;
  const float significand_a = split(x, exponent_a);
  const float significand_b = split(y, exponent_b);
  float remainder = 0;
  const float q = divide_in_range(significand_a, significand_b, remainder);
  return bit_cast<float>(sign | scale_quotient(q, remainder, exponent_a - exponent_b));
}

/// The square root of x in [2^-96, 2^128), correctly rounded.
float square_root_in_range(float x) {
  const float y = bit_cast<float>(0x5f3759dfU - (bit_cast<uint32_t>(x) >> 1));
  float g = x * y;     // goes to sqrt(x)
  float h = 0.5F * y;  // goes to 1 / (2 sqrt(x))
  for (int step = 0; step < 3; ++step) {
    const float r = fma(-h, g, 0.5F);
    g = fma(g, r, g);
    h = fma(h, r, h);
  }
  return fma(fma(-g, g, x), h, g);
}

}  // namespace
}  // namespace heddle::device

using namespace heddle::device;

extern "C" float __heddle_divf(float a, float b) {
  if (!in_range(bit_cast<uint32_t>(a)) || !in_range(bit_cast<uint32_t>(b))) return divide_any(a, b);
  float remainder = 0;
  return divide_in_range(a, b, remainder);
}

extern "C" float __heddle_sqrtf(float x) {
  const uint32_t bits = bit_cast<uint32_t>(x);
  if (bits - 0x10000000U < kInfinity - 0x10000000U) return square_root_in_range(x);
  if ((bits & ~kSign) == 0 || bits == kInfinity) return x;
  if (bits > kInfinity) return quiet_nan<float>();
  // Small: an even power of two brings it into the range.
  return square_root_in_range(x * 0x1p64F) * 0x1p-32F;
}
