// Double quotients and roots, rounded once, towards zero, up and down: an approximation of 60 bits
// or so, corrected by its remainder.
#include "math_double_rounding.hpp"

using namespace heddle::math;

namespace {

/// Bits of an extended significand that are left out, so that its error is less than a unit or two.
constexpr int kSpare = 4;

inline bool is_less(Product a, Product b) {
  return a.high < b.high || (a.high == b.high && a.low < b.low);
}
inline Product subtract(Product a, Product b) {
  return {a.high - b.high - (a.low < b.low ? 1 : 0), a.low - b.low};
}
inline Product shifted_left(uint64_t a, int distance) {  // 0 < distance < 64
  return {a >> (64 - distance), a << distance};
}

/// units * 2^(exponent - 59), and whether something is left.
inline Longer with_rest(uint64_t units, int32_t exponent, bool negative, bool rest) {
  return normalized(Longer{units, rest ? uint64_t{1} : 0, exponent + kSpare, negative});
}

[[gnu::noinline]] double quotient(double x, double y, Rounding rounding) {
  if (is_nan(x) || is_nan(y)) return kNanDouble;
  const bool negative = is_negative(x) != is_negative(y);
  if (!is_finite(x) || is_zero(y)) {
    if (!is_finite(y) || is_zero(x)) return kNanDouble;
    return with_sign(kInfinityDouble, negative);
  }
  if (is_zero(x) || !is_finite(y)) return with_sign(0.0, negative);
  const Extended a = extended(x);
  const Extended b = extended(y);
  const Extended near = divide(a, b);
  uint64_t units = near.significand >> kSpare;
  // Both as integers: a is wanted as a multiple of b in units of the quotient.
  const int32_t shift = 59 - near.exponent + a.exponent - b.exponent;  // 59 or 60
  const uint64_t divisor = b.significand >> 11;
  const Product wanted = shifted_left(a.significand >> 11, shift);
  Product product = multiply(units, divisor);
  while (is_less(wanted, product)) {
    product = subtract(product, {0, divisor});
    --units;
  }
  Product rest = subtract(wanted, product);
  while (!is_less(rest, {0, divisor})) {
    rest = subtract(rest, {0, divisor});
    ++units;
  }
  return rounded(with_rest(units, near.exponent, negative, rest.low != 0), rounding);
}

[[gnu::noinline]] double root(double x, Rounding rounding) {
  if (is_nan(x)) return kNanDouble;
  if (is_zero(x)) return x;
  if (is_negative(x)) return kNanDouble;
  if (!is_finite(x)) return x;
  const Extended a = extended(x);
  const Extended near = square_root(a);
  uint64_t units = near.significand >> kSpare;
  const Product wanted = shifted_left(a.significand, a.exponent - 2 * near.exponent + 55);
  Product square = multiply(units, units);
  while (is_less(wanted, square)) {
    --units;
    square = subtract(square, {0, 2 * units + 1});
  }
  Product rest = subtract(wanted, square);
  while (!is_less(rest, {0, 2 * units + 1})) {
    rest = subtract(rest, {0, 2 * units + 1});
    ++units;
  }
  return rounded(with_rest(units, near.exponent, false, (rest.high | rest.low) != 0), rounding);
}

}  // namespace

#define HEDDLE_DIRECTED(direction, rounding)                       \
  extern "C" double __heddle_div_##direction(double, double);      \
  extern "C" double __heddle_div_##direction(double x, double y) { \
    return quotient(x, y, rounding);                               \
  }                                                                \
  extern "C" double __heddle_sqrt_##direction(double);             \
  extern "C" double __heddle_sqrt_##direction(double x) { return root(x, rounding); }
HEDDLE_DIRECTED(rz, Rounding::kToZero)
HEDDLE_DIRECTED(ru, Rounding::kUp)
HEDDLE_DIRECTED(rd, Rounding::kDown)
#undef HEDDLE_DIRECTED
