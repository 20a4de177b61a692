// Trigonometric functions, for all operands.
#include "math_reduction.hpp"

using namespace heddle::math;

namespace {

inline float sinpi_of(float x) {
  if (!(absolute(x) < kInfinity)) return kNan;
  // Of integers: a zero with the sign of x.
  const HalfTurns h = half_turns(x);
  return h.r == 0.0F && (h.n & 1) == 0 ? with_sign(0.0F, x) : sinpi_of_fraction(x);
}

inline float cospi_of(float x) {
  if (!(absolute(x) < kInfinity)) return kNan;
  const HalfTurns h = half_turns(absolute(x));
  if ((h.n & 1) != 0 && h.r == 0.0F) return 0.0F;
  const float result = (h.n & 1) != 0 ? sinpi_reduced(h.r) : cospi_reduced(h.r);
  return from_bits(bits(result) ^ ((h.n + 1) & 2) << 30);
}

}  // namespace

HEDDLE_MATH_FUNCTION(float, sinf, (float x)) { return sin_of(x); }
HEDDLE_MATH_FUNCTION(float, cosf, (float x)) { return cos_of(x); }
HEDDLE_MATH_FUNCTION(void, sincosf, (float x, float* sine, float* cosine)) {
  *sine = sin_of(x);
  *cosine = cos_of(x);
}

HEDDLE_MATH_FUNCTION(float, tanf, (float x)) {
  Remainder remainder;
  if (absolute(x) < kLarge) {
    const float shifted = fma(x, kTwoByPi[0], kToInteger);
    remainder = {reduce(x, shifted - kToInteger, kHalfPi), bits(shifted)};
  } else {
    if (!(absolute(x) < kInfinity)) return kNan;
    remainder = nearest(by_pi(x), 1, kHalfPi);
  }
  const float square = remainder.r * remainder.r;
  const float tangent = fma(square * remainder.r, polynomial(square, kTan), remainder.r);
  return (remainder.n & 1) != 0 ? -rcp_approx(tangent) : tangent;
}

HEDDLE_MATH_FUNCTION(float, sinpif, (float x)) { return sinpi_of(x); }
HEDDLE_MATH_FUNCTION(float, cospif, (float x)) { return cospi_of(x); }
HEDDLE_MATH_FUNCTION(void, sincospif, (float x, float* sine, float* cosine)) {
  *sine = sinpi_of(x);
  *cosine = cospi_of(x);
}
