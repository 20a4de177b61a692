// Double Bessel functions of integer order. Below 8: polynomials, by pieces of which the zeros are
// factored out. From there on modulus and phase: Abramowitz and Stegun, 9.2.17.
#include "math_double_reduction.hpp"

using namespace heddle::math;

namespace {

constexpr Extended kTwoByPi = {kTwoByPiFixed, -1, false};
constexpr Extended kHalfPi = {kHalfPiFixed, 0, false};

/// Below 8, in units of 2^-60; exact from 1/128 on.
inline uint64_t fixed_operand(Extended x) {
  const int32_t shift = 3 - x.exponent;
  return shift < 64 ? x.significand >> shift : 0;
}
/// x - zero, both in units of 2^-60, the zero continued by another word.
inline Extended less(uint64_t x, const uint64_t (&zero)[2]) {
  uint64_t high = x - zero[0] - (zero[1] != 0 ? 1 : 0);
  uint64_t low = 0 - zero[1];
  const bool negative = (high & kTop) != 0;
  if (negative) {
    low = 0 - low;
    high = ~high + (low == 0 ? 1 : 0);
  }
  const Longer difference = normalized(Longer{high, low, 3, negative});
  return {difference.high, difference.exponent, difference.negative};
}
/// x - 3 by 2, 2 <= x < 4, and x - 6 by 4, 4 <= x < 8, in units of 2^-64.
inline int64_t from_middle(Extended x) { return static_cast<int64_t>((x.significand << 1) - kTop); }
/// A number in units of 2^-unit.
inline Extended from_units(int64_t a, int32_t unit) { return scaled(from_fraction(a), 64 - unit); }

template <unsigned N>
inline Extended piece(Extended x, const uint64_t (&zero)[2], const int64_t (&c)[N]) {
  return multiply(less(fixed_operand(x), zero), from_units(polynomial(from_middle(x), c), 62));
}

/// x^2 / 4, x < 2
inline uint64_t quarter_square(Extended x) {
  const uint64_t half = to_fraction(scaled(x, -1));
  return high(half, half);
}
inline Extended small_j0(Extended x) {
  const uint64_t t = quarter_square(x);
  return normalized(kTop - high(t, alternating(t, kSmallJ0Double)), 0, false);
}
inline Extended small_j1(Extended x) {
  return multiply(x, normalized(alternating(quarter_square(x), kSmallJ1Double), -1, false));
}

inline Extended small_y0(Extended x) {
  const uint64_t fixed = fixed_operand(x);
  const Extended distance = less(fixed, kY0Zero1);
  // log(x / zero)
  const Extended inverse = {kY0Zero1Inverse, 0, false};
  const Extended log = x.exponent < -1 ? logarithm(multiply(x, inverse))
                                       : logarithm_of_one_plus(multiply(distance, inverse));
  const auto t = static_cast<int64_t>((fixed - (uint64_t{1} << 60)) << 3);
  const Extended rest = multiply(distance, from_units(polynomial(t, kSmallY0Double), 63));
  return add(multiply(multiply(kTwoByPi, log), small_j0(x)), rest);
}
inline Extended small_y1(Extended x) {
  const auto t = static_cast<int64_t>(quarter_square(x) - kTop);
  const Extended rest = multiply(x, from_units(polynomial(t, kSmallY1Double), 64));
  const Extended product = multiply(logarithm(scaled(x, -1)), small_j1(x));
  return add(multiply(kTwoByPi, add(product, negated(reciprocal(x)))), rest);
}

/// The function is modulus * sin(angle).
struct Wave {
  Extended modulus;
  Remainder angle;
};
/// x >= 8. The angle is pi x plus the phase, and `quarters` of pi.
template <unsigned M, unsigned P>
inline Wave wave(double operand, const int64_t (&modulus)[M], const int64_t (&phase)[P],
                 int32_t quarters) {
  const Extended x = extended(operand);
  const Extended inverse = reciprocal(x);
  const uint64_t root = to_fraction(scaled(inverse, 2));
  const auto t = static_cast<int64_t>((high(root, root) << 1) - (uint64_t{1} << 62));
  const auto twice = static_cast<int64_t>(to_fraction(scaled(inverse, 1)));
  // In half turns, units of 2^-67.
  const int64_t more = high(twice, polynomial(t, phase));
  HalfTurnsOfPi turns = by_pi(operand);
  const uint64_t low = turns.low + (static_cast<uint64_t>(more) << 59);
  turns.high += static_cast<uint64_t>(more >> 5) + (low < turns.low ? 1 : 0);
  turns.high += static_cast<uint64_t>(static_cast<int64_t>(quarters)) << 60;
  turns.low = low;
  return {multiply(reciprocal_root(multiply(x, kHalfPi)), from_units(polynomial(t, modulus), 62)),
          nearest(turns, 0, false)};
}
[[gnu::noinline]] Extended large_order0(double x, int32_t quarters) {
  const Wave w = wave(x, kModulus0, kPhase0, quarters);
  return multiply(w.modulus, signed_sine(w.angle));
}
[[gnu::noinline]] Extended large_order1(double x, int32_t quarters) {
  const Wave w = wave(x, kModulus1, kPhase1, quarters);
  return multiply(w.modulus, signed_sine(w.angle));
}

// Of x >= 0, of Y x > 0, finite.
[[gnu::noinline]] Extended j0_of(double operand) {
  const Extended x = extended(operand);
  if (x.exponent < 1) return small_j0(x);
  if (x.exponent < 2) return piece(x, kJ0Zero1, kJ0From2);
  if (x.exponent < 3) return piece(x, kJ0Zero2, kJ0From4);
  return large_order0(operand, 1);
}
[[gnu::noinline]] Extended j1_of(double operand) {
  const Extended x = extended(operand);
  if (x.exponent < 1) return small_j1(x);
  if (x.exponent < 2) return piece(x, kJ1Zero1, kJ1From2);
  if (x.exponent < 3) return piece(x, kJ1Zero2, kJ1From4);
  return large_order1(operand, -1);
}
[[gnu::noinline]] Extended y0_of(double operand) {
  const Extended x = extended(operand);
  if (x.exponent < 1) return small_y0(x);
  if (x.exponent < 2) return piece(x, kY0Zero2, kY0From2);
  if (x.exponent < 3) return piece(x, kY0Zero3, kY0From4);
  return large_order0(operand, -1);
}
[[gnu::noinline]] Extended y1_of(double operand) {
  const Extended x = extended(operand);
  if (x.exponent < 1) return small_y1(x);
  if (x.exponent < 2) return piece(x, kY1Zero1, kY1From2);
  if (x.exponent < 3) return piece(x, kY1Zero2, kY1From4);
  return large_order1(operand, -3);
}

/// Operands of functions of the second kind that have no ordinary result.
inline bool is_special(double x) { return is_zero(x) || is_negative(x) || !is_finite(x); }
inline double special(double x) {
  if (is_nan(x)) return kNanDouble;
  if (is_zero(x)) return -kInfinityDouble;
  return is_negative(x) ? kNanDouble : 0.0;
}

inline Extended integer(int32_t n) { return normalized(static_cast<uint64_t>(n), 63, false); }

/// The factor of a step to the next order: F(k + 1) = 2 k / x F(k) - F(k - 1).
inline Extended step(int32_t k, Extended two_by_x, Extended here, Extended before) {
  return add(multiply(multiply(integer(k), two_by_x), here), negated(before));
}

/// Roughly log2(a), a > 0.
inline float rough_log2(Extended a) {
  return lg2_approx(leading_float(a.significand)) + static_cast<float>(a.exponent);
}

/// J_n(x), n >= 2, 0 < x < n: J. Miller's backward recurrence, normalized by
/// 1 = J_0 + 2 (J_2 + J_4 + ...) (Abramowitz and Stegun, 9.12).
Extended recur_backward(int32_t n, Extended x) {
  // At most (x / 2)^n / n! < (e x / (2 n))^n.
  const float log_n = rough_log2(integer(n));
  const auto count = static_cast<float>(n);
  if (count * (rough_log2(x) + 0.4427F - log_n) < -1100.0F) return kZero;
  // From there on the sum's terms are below 2^-64 (their asymptotic form for large orders: 9.3.35).
  const auto margin = static_cast<int32_t>(16.0F + 13.5F * ex2_approx(log_n * (1.0F / 3.0F)));
  const Extended two_by_x = scaled(reciprocal(x), 1);
  Extended above = kZero;
  Extended here = kOne;
  Extended wanted = kZero;
  Extended sum = kZero;
  for (int32_t k = (n + margin) & ~1; k > 0; --k) {
    const Extended below = step(k, two_by_x, here, above);  // of order k - 1
    above = here;
    here = below;
    if (k - 1 == n) wanted = here;
    if ((k & 1) != 0 && k > 1) sum = add(sum, here);
  }
  return divide(wanted, add(scaled(sum, 1), here));
}

Extended recur_forward(int32_t n, Extended x, Extended order0, Extended order1) {
  const Extended two_by_x = scaled(reciprocal(x), 1);
  // Beyond a double's range, no order brings it back.
  for (int32_t k = 1; k < n && order1.exponent <= 1024; ++k) {
    const Extended next = step(k, two_by_x, order1, order0);
    order0 = order1;
    order1 = next;
  }
  return order1;
}

/// e^-x I(x) for 2 <= x
template <unsigned N, unsigned M, unsigned K>
inline Extended scaled_modified(Extended x, const int64_t (&from2)[N], const int64_t (&from4)[M],
                                const int64_t (&from8)[K]) {
  if (x.exponent < 2) return from_fraction(polynomial(from_middle(x), from2));
  if (x.exponent < 3) return from_fraction(polynomial(from_middle(x), from4));
  const uint64_t inverse = to_fraction(reciprocal(x));
  const auto t = static_cast<int64_t>(((uint64_t{1} << 60) - inverse) << 3);
  return multiply(from_fraction(polynomial(t, from8)), reciprocal_root(x));
}

}  // namespace

HEDDLE_MATH_FUNCTION(double, j0, (double x)) {
  if (!is_finite(x)) return is_nan(x) ? kNanDouble : 0.0;
  return to_double(j0_of(with_sign(x, false)));
}
HEDDLE_MATH_FUNCTION(double, j1, (double x)) {
  const bool negative = is_negative(x);
  if (!is_finite(x)) return is_nan(x) ? kNanDouble : with_sign(0.0, negative);
  if (is_zero(x)) return x;
  const Extended result = j1_of(with_sign(x, false));
  return to_double(negative ? negated(result) : result);
}
HEDDLE_MATH_FUNCTION(double, y0, (double x)) {
  return is_special(x) ? special(x) : to_double(y0_of(x));
}
HEDDLE_MATH_FUNCTION(double, y1, (double x)) {
  return is_special(x) ? special(x) : to_double(y1_of(x));
}

HEDDLE_MATH_FUNCTION(double, jn, (int n, double x)) {
  if (n < 0 || is_nan(x)) return kNanDouble;
  const bool negative = is_negative(x) && (n & 1) != 0;
  if (!is_finite(x)) return with_sign(0.0, negative);
  const double operand = with_sign(x, false);
  Extended result = kZero;
  if (n == 0) {
    result = j0_of(operand);
  } else if (!is_zero(x)) {
    const Extended a = extended(operand);
    const Extended order = integer(n);
    const bool below = a.exponent < order.exponent ||
                       (a.exponent == order.exponent && a.significand < order.significand);
    if (n == 1) {
      result = j1_of(operand);
    } else if (below) {
      result = recur_backward(n, a);
    } else {
      result = recur_forward(n, a, j0_of(operand), j1_of(operand));
    }
  }
  return to_double(negative ? negated(result) : result);
}
HEDDLE_MATH_FUNCTION(double, yn, (int n, double x)) {
  if (n < 0) return kNanDouble;
  if (is_special(x)) return special(x);
  if (n == 0) return to_double(y0_of(x));
  return to_double(recur_forward(n, extended(x), y0_of(x), y1_of(x)));
}

HEDDLE_MATH_FUNCTION(double, cyl_bessel_i0, (double x)) {
  if (is_nan(x)) return kNanDouble;
  if (exponent_of(x) >= 10) return kInfinityDouble;
  const Extended a = magnitude(extended(x));
  if (a.exponent < 1)
    return to_double(normalized(polynomial(quarter_square(a), kSmallI0Double), 1, false));
  return to_double(multiply(exponential(a), scaled_modified(a, kI0From2, kI0From4, kI0From8)));
}
HEDDLE_MATH_FUNCTION(double, cyl_bessel_i1, (double x)) {
  if (is_nan(x)) return kNanDouble;
  const bool negative = is_negative(x);
  if (exponent_of(x) >= 10) return with_sign(kInfinityDouble, negative);
  const Extended a = magnitude(extended(x));
  if (a.significand == 0) return x;
  Extended result =
      a.exponent < 1
          ? multiply(a, normalized(polynomial(quarter_square(a), kSmallI1Double), -1, false))
          : multiply(exponential(a), scaled_modified(a, kI1From2, kI1From4, kI1From8));
  result.negative = negative;
  return to_double(result);
}
