// Double trigonometric functions, for all operands.
#include "math_double_core.hpp"

using namespace heddle::math;

namespace {

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
inline double sine_of(const Remainder& a) {
  Extended result = sine(a.r);
  result.negative = result.negative != ((a.n & 1) != 0);
  return to_double(result);
}

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
