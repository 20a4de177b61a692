// The double gamma function and its logarithm.
#include "math_double_core.hpp"

using namespace heddle::math;

namespace {

/// From here on by Stirling's formula.
constexpr int32_t kStirlingFrom = 12;

inline Extended integer(int64_t n) {
  return normalized(static_cast<uint64_t>(n < 0 ? -n : n), 63, n < 0);
}

/// x = n + t, |t| <= 1/2, |x| < 2^53
struct Split {
  Extended t;
  int64_t n;
};
inline Split nearest_integer(Extended x) {
  int64_t n = 0;
  if (x.exponent >= -1) {
    const uint64_t halves = x.significand >> (62 - x.exponent);
    n = static_cast<int64_t>((halves + 1) >> 1);
  }
  if (x.negative) n = -n;
  return {add(x, integer(-n)), n};
}
/// t in units of 2^-63, for |t| <= 1/2.
inline int64_t half_units(Extended t) {
  const auto fraction = static_cast<int64_t>(to_fraction(t) >> 1);
  return t.negative ? -fraction : fraction;
}

/// sin(pi x)
inline Extended sine_of_pi(const Split& x) {
  Extended result = sine(multiply(x.t, kPiExtended));
  result.negative = result.negative != ((x.n & 1) != 0);
  return result;
}

/// (t + from) (t + from + 1) ... (t + to), 1 if there is none
inline Extended product(Extended t, int64_t from, int64_t to) {
  Extended result = kOne;
  for (int64_t k = from; k <= to; ++k) result = multiply(result, add(t, integer(k)));
  return result;
}

/// What Stirling's formula leaves: 1 / (12 x) - ...
inline Extended stirling_rest(Extended x) {
  const Extended inverse = reciprocal(x);
  const uint64_t fixed = to_fraction(inverse);
  const auto square = static_cast<int64_t>(high(fixed, fixed));
  return multiply(inverse, from_fraction(polynomial(square, kStirlingSeries)));
}

inline Longer longer(Extended a) { return {a.significand, 0, a.exponent, a.negative}; }

/// gamma(x) for x >= kStirlingFrom: 2^((x - 1/2) log2 x - x log2 e + ...)
inline Extended large_gamma(Extended x) {
  const Longer log2_of_e = {kTwoLog2OfEFixed[0], kTwoLog2OfEFixed[1], 0, false};
  const Extended factor = add(x, {kTop, -1, true});
  const Longer power = multiply(longer(factor), log2_longer(x));
  const Longer linear = multiply(longer(add(x, negated(stirling_rest(x)))), log2_of_e);
  const Longer constant = {kRootTwoPiLog2[0], kRootTwoPiLog2[1], 0, false};
  return power_of_two(add(add(power, {linear.high, linear.low, linear.exponent, true}), constant));
}

/// Once, instead of inlined at every call.
[[gnu::noinline]] Extended log_of(Extended x) { return logarithm(x); }

/// log(gamma(x)), x > 0
Extended log_gamma(Extended x) {
  if (x.exponent > 3 || (x.exponent == 3 && x.significand >= uint64_t{kStirlingFrom} << 60)) {
    // (x - 1/2) (log x - 1) - 1/2 + log(sqrt(2 pi)) + ...
    const Extended product = multiply(add(x, {kTop, -1, true}), add(log_of(x), negated(kOne)));
    const Extended constant = {kRootTwoPiLog, -1, false};
    return add(product, add(add(constant, {kTop, -1, true}), stirling_rest(x)));
  }
  const Split split = nearest_integer(x);
  const auto factor = polynomial(half_units(split.t), kLogGamma2);  // in units of 2^-62
  const Extended polynomial_part =
      multiply(split.t, normalized(static_cast<uint64_t>(factor), 1, false));
  if (split.n == 2) return polynomial_part;
  if (split.n > 2) return add(polynomial_part, log_of(product(split.t, 2, split.n - 1)));
  // log(gamma(t + 1)) and log(gamma(t))
  const Extended one_less = add(polynomial_part, negated(logarithm_of_one_plus(split.t)));
  return split.n == 1 ? one_less : add(one_less, negated(log_of(x)));
}

/// Whether a finite double is an integer.
inline bool is_integer(double x) {
  const int32_t exponent = exponent_of(x);
  if (exponent >= 52 || is_zero(x)) return true;
  return exponent >= 0 && (bits(x) << (12 + exponent)) == 0;
}

}  // namespace

HEDDLE_MATH_FUNCTION(double, tgamma, (double x)) {
  if (is_zero(x)) return with_sign(kInfinityDouble, is_negative(x));
  if (!is_finite(x)) return bits(x) == bits(kInfinityDouble) ? x : kNanDouble;
  if (is_negative(x) && is_integer(x)) return kNanDouble;
  const Extended a = extended(x);
  if (a.exponent < 3 || (a.exponent == 3 && a.significand < uint64_t{kStirlingFrom} << 60)) {
    const Split split = nearest_integer(a);
    const auto inverse = polynomial(half_units(split.t), kInverseGamma2);  // in units of 2^-62
    const Extended divisor = normalized(static_cast<uint64_t>(inverse), 1, false);
    if (split.n >= 2) return to_double(divide(product(split.t, 2, split.n - 1), divisor));
    return to_double(reciprocal(multiply(product(split.t, split.n, 1), divisor)));
  }
  if (!a.negative) return a.exponent >= 8 ? kInfinityDouble : to_double(large_gamma(a));
  // gamma(-a) gamma(a) = -pi / (a sin(pi a))
  const Extended sine = sine_of_pi(nearest_integer(a));
  const Extended positive = magnitude(a);
  return to_double(divide(kPiExtended, multiply(multiply(positive, sine), large_gamma(positive))));
}

HEDDLE_MATH_FUNCTION(double, lgamma, (double x)) {
  if (!is_finite(x)) return is_nan(x) ? kNanDouble : kInfinityDouble;
  if (is_zero(x) || (is_negative(x) && is_integer(x))) return kInfinityDouble;
  const Extended a = magnitude(extended(x));
  Extended result = log_gamma(a);
  if (is_negative(x)) {
    // gamma(-a) gamma(a) = -pi / (a sin(pi a))
    const Extended sine = magnitude(sine_of_pi(nearest_integer(a)));
    result = negated(add(result, log_of(divide(multiply(a, sine), kPiExtended))));
  }
  if (result.significand == 0) return 0.0;
  return to_double(result);
}
