// Double trigonometric functions, for all operands.
#include "math_double_reduction.hpp"

using namespace heddle::math;

namespace {

inline double sine_of(const Remainder& a) { return to_double(signed_sine(a)); }

/// Below it, sines are their operands and cosines are 1.
constexpr int32_t kLeast = -27;

inline double cosine_by(HalfTurnsOfPi turns) {
  turns.high += uint64_t{1} << 61;
  return sine_of(nearest(turns, 0, false));
}

/// |x| modulo 2 in units of 2^-63; |x| >= 1/2 lose nothing, others what is below a unit.
inline uint64_t modulo_two(double x) {
  const Extended a = extended(x);
  if (a.exponent >= 0) return a.exponent < 64 ? a.significand << a.exponent : 0;
  return a.exponent > -64 ? a.significand >> -a.exponent : 0;
}
/// sin(pi x) for x in units of 2^-63.
inline double sinpi_of(uint64_t x, bool negative) {
  const auto n = static_cast<uint32_t>((x + (kTop >> 1)) >> 63);
  const auto rest = static_cast<int64_t>(x << 1);
  const Extended r = from_fraction(rest);
  return sine_of({multiply(negative ? negated(r) : r, kPiExtended), n});
}
inline double sinpi_of(double x) {
  if (!is_finite(x)) return kNanDouble;
  const Extended a = extended(x);
  if (a.significand == 0) return x;
  if (a.exponent < -1) return to_double(sine(multiply(a, kPiExtended)));
  const uint64_t modulo = modulo_two(x);
  return (modulo << 1) == 0 ? with_sign(0.0, is_negative(x)) : sinpi_of(modulo, is_negative(x));
}
inline double cospi_of(double x) {
  if (!is_finite(x)) return kNanDouble;
  const uint64_t modulo = modulo_two(x) + (kTop >> 1);
  return (modulo << 1) == 0 ? 0.0 : sinpi_of(modulo, false);
}

}  // namespace

HEDDLE_MATH_FUNCTION(double, sin, (double x)) {
  if (exponent_of(x) < kLeast) return x;
  if (!is_finite(x)) return kNanDouble;
  return sine_of(nearest(by_pi(x), 0, is_negative(x)));
}
HEDDLE_MATH_FUNCTION(double, cos, (double x)) {
  if (exponent_of(x) < kLeast) return 1.0;
  if (!is_finite(x)) return kNanDouble;
  return cosine_by(by_pi(x));
}
HEDDLE_MATH_FUNCTION(void, sincos, (double x, double* sine, double* cosine)) {
  if (exponent_of(x) < kLeast) {
    *sine = x;
    *cosine = 1.0;
  } else if (!is_finite(x)) {
    *sine = *cosine = kNanDouble;
  } else {
    const HalfTurnsOfPi turns = by_pi(x);
    *sine = sine_of(nearest(turns, 0, is_negative(x)));
    *cosine = cosine_by(turns);
  }
}

HEDDLE_MATH_FUNCTION(double, tan, (double x)) {
  if (exponent_of(x) < kLeast) return x;
  if (!is_finite(x)) return kNanDouble;
  const Remainder remainder = nearest(by_pi(x), 1, is_negative(x));
  const Extended sine = heddle::math::sine(remainder.r);
  const uint64_t fixed = to_fraction(remainder.r);
  const uint64_t square = high(fixed, fixed);
  // 1 - square (1/2 - ...), at least sqrt(1/2)
  const Extended cosine = {~high(square, alternating(square, kCosineTail)), -1, false};
  if ((remainder.n & 1) == 0) return to_double(divide(sine, cosine));
  return to_double(negated(divide(cosine, sine)));
}

HEDDLE_MATH_FUNCTION(double, sinpi, (double x)) { return sinpi_of(x); }
HEDDLE_MATH_FUNCTION(double, cospi, (double x)) { return cospi_of(x); }
HEDDLE_MATH_FUNCTION(void, sincospi, (double x, double* sine, double* cosine)) {
  *sine = sinpi_of(x);
  *cosine = cospi_of(x);
}
